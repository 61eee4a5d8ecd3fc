#include "board/base/file.h"
#include "offline/formstore.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shelf {
    char dir[64];
    struct clock_fake clock;
    struct formstore *forms;
};

static struct formstore *open_forms(const struct shelf *s)
{
    struct formstore *forms = NULL;
    struct formstore_options options = {.dir = s->dir, .clock = &s->clock.clock, .busy_ms = 200};
    assert_ok(formstore_open(&options, &forms));
    return forms;
}

static int setup(void **state)
{
    struct shelf *s = calloc(1, sizeof *s);
    snprintf(s->dir, sizeof s->dir, "/tmp/yizhan-forms-XXXXXX");
    if (!mkdtemp(s->dir))
        return 1;
    clock_fake_init(&s->clock, FIXTURE_NOW_MS);
    s->forms = open_forms(s);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct shelf *s = *state;
    formstore_close(&s->forms);
    fixture_remove_dir(s->dir);
    free(s);
    return 0;
}

static void put(struct shelf *s, const char *bytes, size_t size, char out_sha256[FORMSTORE_SHA256_SIZE])
{
    char path[128];
    snprintf(path, sizeof path, "%s/download", s->dir);
    assert_ok(file_write(path, bytes, size, 0600));
    assert_ok(formstore_put_medium(s->forms, path, out_sha256));
}

static int64_t install(struct shelf *s, const char *id, const char *version,
                       const struct formstore_install_medium *media, size_t count)
{
    char xml[64];
    int64_t row = 0;
    int length = snprintf(xml, sizeof xml, "<h:html>%s %s</h:html>", id, version);
    struct formstore_install form = {
        .id = id,
        .version = version,
        .title = "养老",
        .hash = version,
        .manifest_hash = "",
        .xml = xml,
        .xml_size = (size_t)length,
        .media = media,
        .media_count = count,
    };
    assert_ok(formstore_install(s->forms, &form, &row));
    return row;
}

/* "pension/2 good, rating/1 fresh": what is offered. */
static const char *offered(struct shelf *s)
{
    static char text[256];
    struct formstore_list list;
    size_t length = 0;
    text[0] = 0;
    assert_ok(formstore_offered(s->forms, &list));
    for (size_t i = 0; i < list.count; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s/%s %s", i ? ", " : "",
                                   list.items[i].id, list.items[i].version,
                                   formstore_state_name(list.items[i].state));
    formstore_list_finish(&list);
    return text;
}

static bool nothing_in_outbox(void *context, const char *form_id, const char *version)
{
    (void)context;
    (void)form_id;
    (void)version;
    return false;
}

static bool first_in_outbox(void *context, const char *form_id, const char *version)
{
    (void)context;
    return strcmp(form_id, "pension") == 0 && strcmp(version, "1") == 0;
}

static size_t version_count(struct shelf *s)
{
    struct formstore_list list;
    assert_ok(formstore_all(s->forms, &list));
    size_t count = list.count;
    formstore_list_finish(&list);
    return count;
}

static void an_installed_form_is_offered_with_its_media(void **state)
{
    struct shelf *s = *state;
    char sha256[FORMSTORE_SHA256_SIZE], again[FORMSTORE_SHA256_SIZE];
    static char voice[200000];
    memset(voice, 'v', sizeof voice);
    put(s, voice, sizeof voice, sha256);
    struct formstore_install_medium media[] = {{"a.wav", "md5:1", sha256}, {"b.wav", "md5:1", sha256}};
    int64_t row = install(s, "pension", "1", media, 2);
    assert_string_equal(offered(s), "pension/1 fresh");
    formstore_close(&s->forms);
    s->forms = open_forms(s);
    struct buf bytes = {0};
    bool found = false;
    assert_ok(formstore_medium(s->forms, row, "b.wav", &bytes, &found));
    assert_true(found);
    assert_int_equal(bytes.length, sizeof voice);
    assert_memory_equal(bytes.data, voice, sizeof voice);
    buf_clear(&bytes);
    assert_ok(formstore_medium(s->forms, row, "c.wav", &bytes, &found));
    assert_false(found);
    assert_ok(formstore_xml(s->forms, row, &bytes));
    assert_string_equal(buf_text(&bytes), "<h:html>pension 1</h:html>");
    buf_finish(&bytes);
    assert_ok(formstore_has_medium(s->forms, ENDPOINT_PLATFORM, "a.wav", "md5:1", again, &found));
    assert_true(found && strcmp(again, sha256) == 0);
    assert_ok(formstore_has_medium(s->forms, ENDPOINT_FLEET, "a.wav", "md5:1", again, &found));
    assert_false(found);
}

static void a_form_without_one_of_its_media_is_not_installed(void **state)
{
    struct shelf *s = *state;
    struct formstore_install_medium missing = {"a.wav", "md5:1", "00"};
    struct formstore_install form = {.id = "pension",
                                     .version = "1",
                                     .title = "",
                                     .hash = "1",
                                     .manifest_hash = "",
                                     .xml = "<x/>",
                                     .xml_size = 4,
                                     .media = &missing,
                                     .media_count = 1};
    int64_t row;
    assert_err_class(formstore_install(s->forms, &form, &row), ERR_REFUSED);
    assert_string_equal(offered(s), "");
    assert_int_equal(version_count(s), 0);
}

static void a_bad_new_version_leaves_the_good_old_one(void **state)
{
    struct shelf *s = *state;
    int64_t good = install(s, "pension", "1", NULL, 0);
    assert_ok(formstore_accept(s->forms, good));
    int64_t bad = install(s, "pension", "2", NULL, 0);
    assert_string_equal(offered(s), "pension/2 fresh");
    assert_ok(formstore_refuse(s->forms, bad, "line 12: a cycle"));
    assert_string_equal(offered(s), "pension/1 good");
    assert_ok(formstore_sweep(s->forms, nothing_in_outbox, NULL));
    assert_string_equal(offered(s), "pension/1 good");
    struct formstore_list list; /* and it is not pulled again: sync still sees the refused one's hash */
    assert_ok(formstore_installed(s->forms, ENDPOINT_PLATFORM, &list));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].hash, "2");
    assert_string_equal(list.items[0].reason, "line 12: a cycle");
    formstore_list_finish(&list);
    assert_ok(formstore_accept(s->forms, install(s, "pension", "3", NULL, 0)));
    assert_string_equal(offered(s), "pension/3 good");
}

/* A platform whose hash changes each time, or somebody who tries until it fits. */
static void bad_versions_do_not_pile_up(void **state)
{
    struct shelf *s = *state;
    char version[8];
    assert_ok(formstore_accept(s->forms, install(s, "pension", "1", NULL, 0)));
    for (int i = 2; i < 20; i++) {
        snprintf(version, sizeof version, "%d", i);
        assert_ok(formstore_refuse(s->forms, install(s, "pension", version, NULL, 0), "a cycle"));
        assert_ok(formstore_sweep(s->forms, nothing_in_outbox, NULL));
    }
    assert_int_equal(version_count(s), 2);
    assert_string_equal(offered(s), "pension/1 good");
    struct formstore_list list;
    assert_ok(formstore_installed(s->forms, ENDPOINT_PLATFORM, &list));
    assert_string_equal(list.items[0].version, "19");
    formstore_list_finish(&list);
}

static void a_replaced_version_stays_while_it_is_used(void **state)
{
    struct shelf *s = *state;
    int64_t old = install(s, "pension", "1", NULL, 0);
    assert_ok(formstore_accept(s->forms, old));
    assert_ok(formstore_use(s->forms, old));
    int64_t new = install(s, "pension", "2", NULL, 0);
    assert_ok(formstore_sweep(s->forms, nothing_in_outbox, NULL));
    assert_int_equal(version_count(s), 2);
    assert_ok(formstore_accept(s->forms, new));
    assert_ok(formstore_sweep(s->forms, nothing_in_outbox, NULL));
    assert_int_equal(version_count(s), 2); /* on screen */
    assert_ok(formstore_release(s->forms, old));
    assert_ok(formstore_sweep(s->forms, first_in_outbox, NULL));
    assert_int_equal(version_count(s), 2); /* in the outbox */
    assert_ok(formstore_sweep(s->forms, nothing_in_outbox, NULL));
    assert_int_equal(version_count(s), 1);
    assert_string_equal(offered(s), "pension/2 good");
}

static void a_kiosk_that_died_uses_nothing(void **state)
{
    struct shelf *s = *state;
    int64_t old = install(s, "pension", "1", NULL, 0);
    assert_ok(formstore_use(s->forms, old));
    assert_ok(formstore_accept(s->forms, install(s, "pension", "2", NULL, 0)));
    assert_ok(formstore_begin(s->forms));
    assert_ok(formstore_sweep(s->forms, nothing_in_outbox, NULL));
    assert_int_equal(version_count(s), 1);
}

/* A county that pins a key, or a box that has gone back from a bad version, waits for no new form. */
static void what_was_refused_is_judged_anew_by_the_next_kiosk(void **state)
{
    struct shelf *s = *state;
    int64_t before, after;
    assert_ok(formstore_accept(s->forms, install(s, "pension", "1", NULL, 0)));
    assert_ok(formstore_refuse(s->forms, install(s, "pension", "2", NULL, 0), "key is not pinned"));
    assert_string_equal(offered(s), "pension/1 good");
    assert_ok(formstore_generation(s->forms, &before));
    assert_ok(formstore_begin(s->forms));
    assert_ok(formstore_generation(s->forms, &after));
    assert_string_equal(offered(s), "pension/2 fresh");
    assert_true(after > before);
}

static int64_t count_rows(const struct shelf *s, const char *sql)
{
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    snprintf(path, sizeof path, "%s/forms.db", s->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

static void media_are_stored_once_and_go_with_their_last_form(void **state)
{
    struct shelf *s = *state;
    char one[FORMSTORE_SHA256_SIZE], two[FORMSTORE_SHA256_SIZE];
    put(s, "picture", 7, one);
    put(s, "picture", 7, two);
    assert_string_equal(one, two);
    assert_int_equal(count_rows(s, "SELECT count(*) FROM medium_chunk"), 1);
    struct formstore_install_medium medium = {"p.jpg", "md5:p", one};
    install(s, "pension", "1", &medium, 1);
    install(s, "rating", "1", &medium, 1);
    const char *const only_rating[] = {"rating"};
    assert_ok(formstore_set_listed(s->forms, ENDPOINT_PLATFORM, only_rating, 1));
    assert_string_equal(offered(s), "rating/1 fresh");
    assert_ok(formstore_sweep(s->forms, nothing_in_outbox, NULL));
    assert_int_equal(count_rows(s, "SELECT count(*) FROM medium"), 1);
    assert_ok(formstore_accept(s->forms, install(s, "rating", "2", NULL, 0)));
    assert_ok(formstore_sweep(s->forms, nothing_in_outbox, NULL));
    assert_int_equal(
        count_rows(s, "SELECT (SELECT count(*) FROM medium) + (SELECT count(*) FROM medium_chunk)"), 0);
}

static void an_empty_list_drops_nothing(void **state)
{
    struct shelf *s = *state;
    install(s, "pension", "1", NULL, 0);
    assert_err_class(formstore_set_listed(s->forms, ENDPOINT_PLATFORM, NULL, 0), ERR_REFUSED);
    assert_string_equal(offered(s), "pension/1 fresh");
}

static void the_generation_changes_only_when_the_offer_may(void **state)
{
    struct shelf *s = *state;
    int64_t first, second, third;
    const char *const ids[] = {"pension"};
    assert_ok(formstore_generation(s->forms, &first));
    int64_t row = install(s, "pension", "1", NULL, 0);
    assert_ok(formstore_generation(s->forms, &second));
    assert_true(second != first);
    assert_ok(formstore_set_listed(s->forms, ENDPOINT_PLATFORM, ids, 1));
    assert_ok(formstore_use(s->forms, row));
    assert_ok(formstore_generation(s->forms, &third));
    assert_true(third == second);
}

static void etags_are_kept_by_endpoint_and_path(void **state)
{
    struct shelf *s = *state;
    char etag[64] = "";
    bool found = true;
    assert_ok(formstore_etag(s->forms, ENDPOINT_PLATFORM, "/formList", etag, sizeof etag, &found));
    assert_false(found);
    assert_ok(formstore_set_etag(s->forms, ENDPOINT_PLATFORM, "/formList", "W/\"1\""));
    assert_ok(formstore_set_etag(s->forms, ENDPOINT_PLATFORM, "/formList", "W/\"2\""));
    assert_ok(formstore_etag(s->forms, ENDPOINT_PLATFORM, "/formList", etag, sizeof etag, &found));
    assert_true(found);
    assert_string_equal(etag, "W/\"2\"");
    assert_ok(formstore_etag(s->forms, ENDPOINT_FLEET, "/formList", etag, sizeof etag, &found));
    assert_false(found);
}

#define WITH_SHELF(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHELF(an_installed_form_is_offered_with_its_media),
        WITH_SHELF(a_form_without_one_of_its_media_is_not_installed),
        WITH_SHELF(a_bad_new_version_leaves_the_good_old_one),
        WITH_SHELF(bad_versions_do_not_pile_up),
        WITH_SHELF(a_replaced_version_stays_while_it_is_used),
        WITH_SHELF(a_kiosk_that_died_uses_nothing),
        WITH_SHELF(what_was_refused_is_judged_anew_by_the_next_kiosk),
        WITH_SHELF(media_are_stored_once_and_go_with_their_last_form),
        WITH_SHELF(an_empty_list_drops_nothing),
        WITH_SHELF(the_generation_changes_only_when_the_offer_may),
        WITH_SHELF(etags_are_kept_by_endpoint_and_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
