/* The forms that nobody fills by hand: by name, whatever their author asked for. */
#include "app/service/health.h"
#include "board/base/file.h"
#include "drivers/printer/printer.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char HEAD[] = "<h:html xmlns=\"http://www.w3.org/2002/xforms\" "
                           "xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head><h:title>Health</h:title>"
                           "<model><instance><data id=\"kiosk-health\" version=\"1\">";
static const char FIELDS[] =
    "<kiosk/><queue><queue_waiting/></queue><mirror_state/><meta><instanceID/></meta></data>"
    "</instance><bind nodeset=\"/data/queue/queue_waiting\" type=\"int\"/>"
    "<bind nodeset=\"/data/mirror_state\" type=\"string\" required=\"true()\"/></model></h:head><h:body>"
    "<select1 "
    "ref=\"/data/mirror_state\"><label>Mirror</label><item><label>Off</label><value>off</value></item>"
    "</select1></h:body></h:html>";

struct post {
    struct fixture *f;
    struct config config;
    struct device_key *key;
    struct formstore *forms;
    struct own_form_stores stores;
};

static int setup(void **state)
{
    struct post *p = calloc(1, sizeof *p);
    if (!p || fixture_setup((void **)&p->f) != 0)
        return 1;
    snprintf(p->config.secrets.dir, sizeof p->config.secrets.dir, "%s/secrets", p->f->dir);
    snprintf(p->config.store.dir, sizeof p->config.store.dir, "%s", p->f->dir);
    strcpy(p->config.seal.suite, "odk");
    strcpy(p->config.kiosk.lang, "zh-CN");
    p->config.kiosk.number = 42;
    mkdir(p->config.secrets.dir, 0700);
    const struct formstore_options forms = {.dir = p->f->dir, .clock = &p->f->clock.clock};
    assert_ok(device_key_open(p->config.secrets.dir, &p->key));
    assert_ok(formstore_open(&forms, &p->forms));
    p->stores = (struct own_form_stores){&p->config, &p->f->clock.clock, p->key, p->f->outbox, p->forms};
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct post *p = *state;
    formstore_close(&p->forms);
    device_key_close(&p->key);
    fixture_teardown((void **)&p->f);
    free(p);
    return 0;
}

static void publish(struct post *p, const char *id, enum endpoint endpoint)
{
    char xml[2000];
    int64_t row = 0;
    int length = snprintf(xml, sizeof xml, "%s%s", HEAD, FIELDS);
    const struct formstore_install form = {.endpoint = endpoint,
                                           .id = id,
                                           .version = "1",
                                           .title = "Health",
                                           .hash = "md5:1",
                                           .manifest_hash = "",
                                           .xml = xml,
                                           .xml_size = (size_t)length};
    assert_ok(formstore_install(p->forms, &form, &row));
}

static const struct own_form_value values[] = {
    {"kiosk", "0042"}, {"queue_waiting", "7"}, {"mirror_state", "off"}, {"nobody_asked", "1"}};

static void what_the_author_asks_for_is_told_by_name(void **state)
{
    struct post *p = *state;
    struct outbox_list list = {0};
    struct buf xml = {0};
    bool saved = false;

    publish(p, OWN_FORM_HEALTH, ENDPOINT_FLEET);
    assert_ok(own_form_save(&p->stores, OWN_FORM_HEALTH, values, 4, &saved));
    assert_true(saved);
    assert_ok(outbox_list(p->f->outbox, 0, 0, 10, &list));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].endpoint, ENDPOINT_FLEET);
    assert_int_equal(list.items[0].print, OUTBOX_PRINT_NONE); /* nobody waits for a receipt */
    assert_ok(outbox_manifest(p->f->outbox, list.items[0].row, &xml));
    assert_non_null(strstr(buf_text(&xml), "<kiosk>0042</kiosk>"));
    assert_non_null(strstr(buf_text(&xml), "<queue_waiting>7</queue_waiting>"));
    assert_non_null(strstr(buf_text(&xml), "<mirror_state>off</mirror_state>"));
    assert_non_null(strstr(buf_text(&xml), "yz:signature"));
    assert_null(strstr(buf_text(&xml), "nobody_asked"));
    buf_finish(&xml);
    outbox_list_finish(&list);
}

/* A kiosk has 99,999 numbers, and they are the citizens'. */
static void no_citizens_number_is_used_up(void **state)
{
    struct post *p = *state;
    char before[CASE_NUMBER_SIZE], after[CASE_NUMBER_SIZE], read[CASE_NUMBER_SIZE];
    struct outbox_list list = {0};
    bool saved = false;

    publish(p, OWN_FORM_HEALTH, ENDPOINT_FLEET);
    assert_ok(outbox_take_number(p->f->outbox, before));
    for (int i = 0; i < 3; i++)
        assert_ok(own_form_save(&p->stores, OWN_FORM_HEALTH, values, 4, &saved));
    assert_ok(outbox_take_number(p->f->outbox, after));
    assert_int_equal(strtol(after, NULL, 10) / 10, strtol(before, NULL, 10) / 10 + 1);
    assert_ok(outbox_list(p->f->outbox, 0, 0, 10, &list));
    assert_int_equal(list.count, 3);
    for (size_t i = 0; i < list.count; i++)
        assert_err_class(case_number_read(list.items[i].number, read), ERR_USER);
    assert_string_not_equal(list.items[0].number, list.items[1].number);
    outbox_list_finish(&list);
}

static void a_platform_that_does_not_ask_hears_nothing(void **state)
{
    struct post *p = *state;
    struct outbox_counts counts;
    bool saved = true;

    assert_ok(own_form_save(&p->stores, OWN_FORM_HEALTH, values, 4, &saved));
    assert_false(saved);
    assert_ok(outbox_count(p->f->outbox, &counts));
    assert_int_equal(counts.waiting, 0);
}

/* One value that its field does not take costs that field, not the record. */
static void a_value_that_does_not_fit_is_left_out(void **state)
{
    struct post *p = *state;
    const struct own_form_value odd[] = {{"queue_waiting", "many"}, {"mirror_state", "off"}};
    bool saved = false;

    publish(p, OWN_FORM_HEALTH, ENDPOINT_FLEET);
    assert_ok(own_form_save(&p->stores, OWN_FORM_HEALTH, odd, 2, &saved));
    assert_true(saved);
}

static void what_breaks_the_forms_rules_is_not_saved(void **state)
{
    struct post *p = *state;
    bool saved = false;

    publish(p, OWN_FORM_HEALTH, ENDPOINT_FLEET);
    assert_err_class(own_form_save(&p->stores, OWN_FORM_HEALTH, values, 2, &saved), ERR_USER);
    assert_false(saved);
}

/* In the clear to the fleet only, and only these three: a program that writes into forms.db cannot make the
 * kiosk tell anything in the clear to somebody else. */
static void nothing_else_goes_out_in_the_clear(void **state)
{
    struct post *p = *state;
    bool saved = false;

    publish(p, OWN_FORM_HEALTH, ENDPOINT_PLATFORM);
    assert_err_class(own_form_save(&p->stores, OWN_FORM_HEALTH, values, 4, &saved), ERR_REFUSED);
    publish(p, "pension", ENDPOINT_FLEET);
    assert_err_class(own_form_save(&p->stores, "pension", values, 4, &saved), ERR_REFUSED);
    assert_false(saved);
}

/* ---- the daily report ---- */

static int64_t reports(struct post *p)
{
    struct outbox_counts counts;
    assert_ok(outbox_count(p->f->outbox, &counts));
    return counts.waiting;
}

/* The form that this project ships for clerks: every field of it is filled, and nothing of it is refused. */
static void the_shipped_form_is_filled(void **state)
{
    struct post *p = *state;
    struct buf xml = {0}, told = {0};
    struct outbox_case newest;
    bool found = false, saved = false;
    int64_t row = 0;
    const struct device_status ready = {.in_service = true, .conditions = PRINTER_PAPER_NEAR};
    struct device_note devices = {0};
    device_note_status(&devices, DEVICE_PRINTER, &ready);

    assert_ok(file_read(YIZHAN_ROOT "/assets/fleet/kiosk-health/form.xml", 1 << 20, &xml));
    assert_ok(file_write("/dev/shm/yizhan-cases.csv", "name,label\n", 11, 0600));
    char sha256[FORMSTORE_SHA256_SIZE];
    assert_ok(formstore_put_medium(p->forms, "/dev/shm/yizhan-cases.csv", sha256));
    const struct formstore_install_medium cases = {"cases.csv", "md5:1", sha256};
    const struct formstore_install form = {.endpoint = ENDPOINT_FLEET,
                                           .id = OWN_FORM_HEALTH,
                                           .version = "2026112203",
                                           .title = "Health",
                                           .hash = "md5:1",
                                           .manifest_hash = "",
                                           .xml = xml.data,
                                           .xml_size = xml.length,
                                           .media = &cases,
                                           .media_count = 1};
    strcpy(p->config.kiosk.place, "青溪镇便民点");
    assert_ok(formstore_install(p->forms, &form, &row));
    assert_ok(health_save(&p->stores, &devices, &saved));
    assert_true(saved);
    assert_ok(outbox_find_newest(p->f->outbox, OWN_FORM_HEALTH, &newest, &found));
    assert_ok(outbox_manifest(p->f->outbox, newest.row, &told));
    static const char *const fields[] = {"<kiosk>0042</kiosk>",
                                         "<told>20",
                                         "<queue_waiting>0</queue_waiting>",
                                         "<link_state>unknown</link_state>",
                                         "<mirror_state>off</mirror_state>",
                                         "<devices>printer ready paper-near</devices>",
                                         "<printer_paper>near-end</printer_paper>",
                                         "<forms_lacking/>",
                                         "青溪镇便民点"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!strstr(buf_text(&told), fields[i]))
            fail_msg("no %s in %s", fields[i], buf_text(&told));
    buf_finish(&xml);
    buf_finish(&told);
    remove("/dev/shm/yizhan-cases.csv");
}

/* One of two applications is cut off on its way again and again: the county hears which kiosk needs a
 * courier. */
static void what_the_link_does_not_carry_is_told(void **state)
{
    static const struct outbox_answer cut = {.bytes_sent = 75000, .reason = "cut"};
    const struct device_note nothing = {0};
    struct post *p = *state;
    struct health_facts report = {.count = 0};
    char number[CASE_NUMBER_SIZE];
    struct outbox_case large;
    bool found = false;
    const char *told = "";

    assert_ok(fixture_save(p->f->outbox, 10, number));
    assert_ok(fixture_save(p->f->outbox, 10, number));
    assert_ok(outbox_find_number(p->f->outbox, number, &large, &found));
    for (int i = 0; i < OUTBOX_CUTS_MANY; i++) {
        assert_ok(outbox_mark_sending(p->f->outbox, large.row));
        assert_ok(outbox_retry(p->f->outbox, large.row, 0, &cut));
    }
    assert_ok(health_gather(&p->stores, &nothing, &report));
    for (size_t i = 0; i < report.count; i++)
        if (strcmp(report.values[i].name, "queue_for_courier") == 0)
            told = report.values[i].value;
    assert_string_equal(told, "1");
}

static void once_a_day_whatever_the_clock_does(void **state)
{
    const struct device_note nothing = {0};
    struct post *p = *state;
    bool saved = false;

    publish(p, OWN_FORM_HEALTH, ENDPOINT_FLEET);
    assert_ok(health_save_when_due(&p->stores, &nothing, &saved));
    assert_true(saved);
    assert_ok(health_save_when_due(&p->stores, &nothing, &saved));
    assert_false(saved);
    clock_fake_advance(&p->f->clock, HEALTH_EVERY_MS);
    assert_ok(health_save_when_due(&p->stores, &nothing, &saved));
    assert_true(saved);
    p->f->clock.wall_now_ms -= 10 * 365 * HEALTH_EVERY_MS; /* ten years back: not silent for ten years */
    assert_ok(health_save_when_due(&p->stores, &nothing, &saved));
    assert_true(saved);
    assert_ok(health_save_when_due(&p->stores, &nothing, &saved));
    assert_false(saved);
    assert_int_equal(reports(p), 3);
}

int main(void)
{
#define POST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        POST(what_the_author_asks_for_is_told_by_name),
        POST(a_platform_that_does_not_ask_hears_nothing),
        POST(a_value_that_does_not_fit_is_left_out),
        POST(what_breaks_the_forms_rules_is_not_saved),
        POST(nothing_else_goes_out_in_the_clear),
        POST(the_shipped_form_is_filled),
        POST(what_the_link_does_not_carry_is_told),
        POST(once_a_day_whatever_the_clock_does),
        POST(no_citizens_number_is_used_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
