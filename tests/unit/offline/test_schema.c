/* Databases of released schemas open, keep every row, and end up exactly as a fresh one is made. */
#include "board/base/file.h"
#include "offline/formstore.h"
#include "offline/outbox_internal.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sqlite3 *open_file(const char *dir, const char *database)
{
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/%s.db", dir, database);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static int append_sql(void *context, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    buf_printf(context, "%s\n", values[0] ? values[0] : "");
    return 0;
}

/* Every table and index. */
static void describe(const char *dir, struct buf *out)
{
    sqlite3 *db = open_file(dir, "outbox");
    assert_int_equal(sqlite3_exec(db, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name",
                                  append_sql, out, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
}

/* data/NAME becomes DATABASE.db of the folder. */
static void make(const struct fixture *f, const char *database, const char *name)
{
    char path[256], *message = NULL;
    struct buf sql = {0};

    snprintf(path, sizeof path, YIZHAN_ROOT "/tests/unit/offline/data/%s", name);
    assert_ok(file_read(path, 1 << 20, &sql));
    sqlite3 *db = open_file(f->dir, database);
    if (sqlite3_exec(db, sql.data, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
    buf_finish(&sql);
}

static void load(struct fixture *f, const char *name)
{
    char path[256];
    outbox_close(&f->outbox);
    snprintf(path, sizeof path, "%s/outbox.db", f->dir);
    assert_int_equal(unlink(path), 0);
    make(f, "outbox", name);
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
}

/* What the releases before this one wrote. */
static const char *const released[] = {"outbox-1.sql", "outbox-2.sql", "outbox-3.sql"};
enum { RELEASED = sizeof released / sizeof *released };

static void a_released_schema_keeps_every_application_in_its_state(void **state)
{
    struct fixture *f = *state;
    static const enum outbox_state expected[] = {OUTBOX_QUEUED, OUTBOX_SENDING, OUTBOX_DELIVERED,
                                                 OUTBOX_PURGED, OUTBOX_PARKED,  OUTBOX_ON_STICK};
    for (size_t at = 0; at < RELEASED; at++) {
        struct outbox_list list;
        struct outbox_link link;
        char number[CASE_NUMBER_SIZE];
        int kiosk_number = 0;
        load(f, released[at]);
        assert_ok(outbox_list(f->outbox, 0, 0, 10, &list));
        assert_int_equal(list.count, 6);
        for (size_t i = 0; i < 6; i++)
            assert_int_equal(list.items[5 - i].state, expected[i]);
        assert_string_equal(list.items[1].reason, "form closed");
        outbox_list_finish(&list);
        assert_ok(outbox_get_link(f->outbox, ENDPOINT_PLATFORM, &link));
        assert_int_equal(link.failures, 4);
        assert_ok(outbox_take_number(f->outbox, number));
        assert_int_equal(strncmp(number, "004200007", 9), 0);
        assert_ok(outbox_kiosk_number(f->outbox, &kiosk_number));
        assert_int_equal(kiosk_number, 42);
    }
}

static void deliver_all(struct outbox *outbox, const struct outbox_list *claimed)
{
    for (size_t i = 0; i < claimed->count; i++) {
        struct outbox_settlement settled = {.row = claimed->items[i].row, .answer = {.http_status = 201}};
        struct buf manifest = {0};
        assert_ok(outbox_manifest(outbox, claimed->items[i].row, &manifest));
        assert_int_equal(strncmp(manifest.data, "<data>", 6), 0);
        buf_finish(&manifest);
        assert_ok(outbox_settle(outbox, &settled, 1));
    }
}

static void a_released_schema_delivers_what_it_held(void **state)
{
    struct fixture *f = *state;
    for (size_t at = 0; at < RELEASED; at++) {
        struct outbox_list claimed;
        int purged = 0;
        load(f, released[at]);
        assert_ok(outbox_recover(f->outbox));
        assert_ok(outbox_sweep(f->outbox, &purged));
        assert_int_equal(purged, 1);
        assert_ok(outbox_claim(f->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 10, &claimed));
        assert_int_equal(claimed.count, 3); /* queued, the interrupted one, and the one on a stick */
        deliver_all(f->outbox, &claimed);
        outbox_list_finish(&claimed);
    }
}

/* A released step that is edited later shows here; so does a release without a fixture of its own. */
static void a_released_schema_ends_up_as_a_fresh_database(void **state)
{
    struct fixture *f = *state;
    struct buf fresh = {0};
    describe(f->dir, &fresh);
    assert_int_equal(outbox_migration_count, RELEASED + 1);
    for (size_t at = 0; at < RELEASED; at++) {
        struct buf migrated = {0};
        load(f, released[at]);
        describe(f->dir, &migrated);
        assert_string_equal(buf_text(&fresh), buf_text(&migrated));
        buf_finish(&migrated);
    }
    buf_finish(&fresh);
}

static void schema_1_loses_the_services_names(void **state)
{
    static const char name[] = "养老金领取资格认证";
    struct fixture *f = *state;
    struct buf bytes = {0};
    char path[256];

    load(f, "outbox-1.sql");
    snprintf(path, sizeof path, "%s/outbox.db", f->dir);
    assert_ok(file_read(path, 1 << 20, &bytes));
    assert_null(memmem(bytes.data, bytes.length, name, sizeof name - 1));
    assert_non_null(memmem(bytes.data, bytes.length, "pension", 7)); /* the search can find */
    buf_finish(&bytes);
}

static void forms_of_schema_1_are_offered_as_before(void **state)
{
    struct fixture *f = *state;
    struct formstore *forms = NULL;
    struct formstore_form form;
    struct buf medium = {0};
    bool found = false;
    const struct formstore_options options = {.dir = f->dir, .clock = &f->clock.clock};

    make(f, "forms", "forms-1.sql");
    assert_ok(formstore_open(&options, &forms));
    assert_ok(formstore_find(forms, "pension-renewal", &form, &found));
    assert_true(found);
    assert_int_equal(form.state, FORMSTORE_GOOD);
    assert_string_equal(form.version, "2026112201");
    assert_ok(formstore_medium(forms, form.row, "guide.csv", &medium, &found));
    assert_string_equal(buf_text(&medium), "key,lang,value");
    assert_ok(formstore_find(forms, "kiosk-health", &form, &found));
    assert_true(found && form.endpoint == ENDPOINT_FLEET && form.state == FORMSTORE_FRESH);
    buf_finish(&medium);
    formstore_close(&forms);
}

#define WITH_OUTBOX(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OUTBOX(a_released_schema_keeps_every_application_in_its_state),
        WITH_OUTBOX(a_released_schema_delivers_what_it_held),
        WITH_OUTBOX(a_released_schema_ends_up_as_a_fresh_database),
        WITH_OUTBOX(schema_1_loses_the_services_names),
        WITH_OUTBOX(forms_of_schema_1_are_offered_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
