/* The technician's screens among the citizens': who gets the screen when, and what goes over the line. */
#include "app/fleet/technician.h"
#include "offline/openrosa.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/journey/fake_kiosk.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show(struct fake_kiosk *kiosk, enum technician_screen screen, enum technician_ask ask)
{
    const struct technician_view view = {.screen = screen, .ask = ask, .tries_left = 5};
    journey_technician(kiosk->journey, &view);
    journey_tick(kiosk->journey);
}

static void shows_at_once_where_nobody_is(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    show(&kiosk, TECHNICIAN_CHECKING, TECHNICIAN_ASKS_NOTHING);
    assert_state(&kiosk, "technician");
    assert_int_equal(kiosk.technician_events[TECHNICIAN_SHOWN], 1);
    show(&kiosk, TECHNICIAN_PIN, TECHNICIAN_ASKS_NOTHING);
    assert_state(&kiosk, "technician-pin");
    journey_technician(kiosk.journey, NULL);
    assert_state(&kiosk, "attract");
    fake_kiosk_stop(&kiosk);
}

/* Wherever a citizen stands, she stays; the screen changes when she has gone. */
static void waits_for_whoever_is_served(void **state)
{
    static const char *const places[] = {"guide", "consent", "card", "question", "review", "saving", "saved"};
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        fake_go(&kiosk, places[i]);
        show(&kiosk, TECHNICIAN_CHECKING, TECHNICIAN_ASKS_NOTHING);
        assert_state(&kiosk, places[i]);
        assert_int_equal(kiosk.technician_events[TECHNICIAN_BUSY], 1);
        assert_int_equal(kiosk.technician_events[TECHNICIAN_SHOWN], 0);
        journey_goto(kiosk.journey, STATE_ATTRACT, "she has gone");
        journey_tick(kiosk.journey);
        assert_state(&kiosk, "technician");
        fake_kiosk_stop(&kiosk);
    }
}

/* Between two services of one person the home screen is hers. */
static void home_is_free_only_without_a_person(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    fake_another(&kiosk);
    assert_state(&kiosk, "home");
    show(&kiosk, TECHNICIAN_PIN, TECHNICIAN_ASKS_NOTHING);
    assert_state(&kiosk, "home");
    fake_kiosk_stop(&kiosk);
}

static void type(struct fake_kiosk *kiosk, const char *digits)
{
    for (; *digits; digits++)
        fake_tap(kiosk, ACTION_KEY, *digits);
}

static void a_pin_is_sent_once_and_forgotten(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    show(&kiosk, TECHNICIAN_PIN, TECHNICIAN_ASKS_NOTHING);
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_int_equal(kiosk.technician_events[TECHNICIAN_PIN_TYPED], 0);
    type(&kiosk, "20481");
    fake_tap(&kiosk, ACTION_ERASE, 0);
    type(&kiosk, "16");
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_int_equal(kiosk.technician_events[TECHNICIAN_PIN_TYPED], 1);
    assert_string_equal(kiosk.told.pin, "204816");
    assert_string_equal(kiosk.journey->technician.pin, "");
    type(&kiosk, "1");
    fake_pass(&kiosk, 120000);
    assert_state(&kiosk, "attract"); /* left alone */
    assert_string_equal(kiosk.journey->technician.pin, "");
    assert_int_equal(kiosk.technician_events[TECHNICIAN_CANCEL], 1);
    fake_kiosk_stop(&kiosk);
}

/* A stick that is left in gives the screen back; the next view takes it again. */
static void left_alone_it_is_the_citizens_again(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    show(&kiosk, TECHNICIAN_TAKE, TECHNICIAN_ASKS_NOTHING);
    fake_pass(&kiosk, 120000);
    assert_state(&kiosk, "attract");
    fake_go(&kiosk, "card");
    assert_state(&kiosk, "card");
    journey_goto(kiosk.journey, STATE_ATTRACT, "she has gone");
    show(&kiosk, TECHNICIAN_PULLED, TECHNICIAN_ASKS_NOTHING);
    assert_state(&kiosk, "technician");
    fake_kiosk_stop(&kiosk);
}

/* Left with help open it is left all the same. */
static void help_that_nobody_closes_is_left_alone_too(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    show(&kiosk, TECHNICIAN_PIN, TECHNICIAN_ASKS_NOTHING);
    fake_tap(&kiosk, UI_ACTION_HELP, 0);
    fake_pass(&kiosk, 75000);
    assert_state(&kiosk, "still-there");
    fake_pass(&kiosk, 30000);
    assert_state(&kiosk, "attract");
    assert_int_equal(kiosk.technician_events[TECHNICIAN_CANCEL], 1);
    fake_kiosk_stop(&kiosk);
}

static void only_the_printer_begins_its_test_anew(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_SELF_TEST);
    fake_printed(&kiosk, PRINTER_NOT_PRINTED, err_make(ERR_USER, "printer", 0, "cover open"),
                 PRINTER_COVER_OPEN);
    assert_int_equal(kiosk.journey->technician.verdict, VERDICT_BAD);
    fake_device(&kiosk, DEVICE_CAMERA, true, 0);
    assert_int_equal(kiosk.journey->technician.verdict, VERDICT_BAD);
    assert_int_equal(kiosk.prints, 1);
    fake_device(&kiosk, DEVICE_PRINTER, true, 0);
    assert_int_equal(kiosk.journey->technician.verdict, VERDICT_NONE);
    assert_int_equal(kiosk.prints, 2);
    fake_kiosk_stop(&kiosk);
}

static void the_self_test_tells_each_part(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    fake_device(&kiosk, DEVICE_CAMERA, false, 0);
    fake_device(&kiosk, DEVICE_SCANNER, false, 0);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_SELF_TEST);
    assert_state(&kiosk, "technician-test");
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    fake_place_card(&kiosk);
    fake_tap(&kiosk, ACTION_NEXT, 0); /* neither camera nor scanner */
    for (int field = 0; field < TEST_FIELDS; field++)
        fake_tap(&kiosk, ACTION_TEST_FIELD, field);
    fake_tap(&kiosk, ACTION_NO, 0); /* nothing was heard */
    assert_int_equal(kiosk.technician_events[TECHNICIAN_TESTED], 1);
    assert_int_equal(kiosk.told.tests[TEST_PRINTER], VERDICT_GOOD);
    assert_int_equal(kiosk.told.tests[TEST_CARD], VERDICT_GOOD);
    assert_int_equal(kiosk.told.tests[TEST_SCAN], VERDICT_MISSING);
    assert_int_equal(kiosk.told.tests[TEST_TOUCH], VERDICT_GOOD);
    assert_int_equal(kiosk.told.tests[TEST_SOUND], VERDICT_BAD);
    assert_false(kiosk.journey->visit->person.has_card); /* whose card it was nobody keeps */
    fake_kiosk_stop(&kiosk);
}

/* The camera is there, the scanner's plug sat loose: the test looks through both from then on. */
static void a_scanner_plugged_in_during_its_test_is_listened_to(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    fake_device(&kiosk, DEVICE_SCANNER, false, 0);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_SELF_TEST);
    fake_tap(&kiosk, ACTION_NO, 0);
    fake_place_card(&kiosk);
    assert_int_equal(kiosk.journey->technician.test, TEST_SCAN);
    int looks = kiosk.code_looks;
    fake_device(&kiosk, DEVICE_SCANNER, true, 0);
    assert_int_equal(kiosk.code_looks, looks + 1);
    assert_int_equal(kiosk.journey->technician.verdict, VERDICT_NONE);
    fake_kiosk_stop(&kiosk);
}

/* Out and in again before the screen has heard of either: what it was told to read is lost all the same. */
static void a_reader_that_was_away_for_a_moment_is_told_to_read_again(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_SELF_TEST);
    fake_tap(&kiosk, ACTION_NO, 0);
    assert_int_equal(kiosk.journey->technician.test, TEST_CARD);
    kiosk.reads_card = false;
    const struct device_message away = {.class = DEVICE_IDCARD, .kind = DEVICE_STATUS};
    journey_device(kiosk.journey, &away); /* it is back by now */
    fake_device(&kiosk, DEVICE_IDCARD, true, 0);
    assert_true(kiosk.reads_card);
    fake_place_card(&kiosk);
    assert_int_equal(kiosk.journey->technician.tests[TEST_CARD], VERDICT_GOOD);
    fake_kiosk_stop(&kiosk);
}

static void a_slip_is_good_only_when_it_is_proved(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_NOTHING);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_SLIP);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_SLIP); /* sent again: not printed again */
    assert_int_equal(kiosk.prints, 1);
    fake_printed(&kiosk, PRINTER_UNPROVED, err_ok(), 0);
    assert_int_equal(kiosk.told.kind, TECHNICIAN_PRINTED);
    assert_int_equal(kiosk.told.print, VERDICT_BAD);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_NOTHING);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_SLIP);
    assert_int_equal(kiosk.prints, 2);
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_int_equal(kiosk.technician_events[TECHNICIAN_PRINTED], 2);
    assert_int_equal(kiosk.told.print, VERDICT_GOOD);
    fake_kiosk_stop(&kiosk);
}

/* A slip that is asked for while her receipt prints comes out when she has gone. */
static void a_slip_waits_for_whoever_is_served(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    assert_int_equal(kiosk.prints, 1);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_SLIP);
    show(&kiosk, TECHNICIAN_PLAN, TECHNICIAN_ASKS_SLIP);
    assert_int_equal(kiosk.prints, 1);
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_true(kiosk.is_printed);
    assert_int_equal(kiosk.journey->visit->print, PRINT_DONE);
    assert_int_equal(kiosk.technician_events[TECHNICIAN_PRINTED], 0);
    journey_goto(kiosk.journey, STATE_ATTRACT, "she has gone");
    journey_tick(kiosk.journey);
    assert_state(&kiosk, "technician-plan");
    assert_int_equal(kiosk.prints, 2);
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_int_equal(kiosk.technician_events[TECHNICIAN_PRINTED], 1);
    assert_int_equal(kiosk.told.print, VERDICT_GOOD);
    fake_kiosk_stop(&kiosk);
}

/* What she is told of her receipt is what became of hers. */
static void another_print_is_not_her_receipt(void **state)
{
    struct fake_kiosk kiosk;
    (void)state;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    kiosk.journey->job++;
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_int_equal(kiosk.journey->visit->print, PRINT_RUNNING);
    kiosk.journey->job--;
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_int_equal(kiosk.journey->visit->print, PRINT_DONE);
    fake_kiosk_stop(&kiosk);
}

/* ---- status ---- */

static const char *shown_fact(struct fake_kiosk *kiosk, const char *name, const char *value)
{
    static char text[512];
    *text = '\0';
    struct technician_view view = {.screen = TECHNICIAN_PLAN, .fact_count = 1};
    snprintf(view.facts[0].name, sizeof view.facts[0].name, "%s", name);
    snprintf(view.facts[0].value, sizeof view.facts[0].value, "%s", value);
    journey_technician(kiosk->journey, &view);
    journey_goto(kiosk->journey, STATE_TECHNICIAN_STATUS, "test");
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    for (const struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        if (n->kind == UI_LABEL && n->text)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s|", n->text);
    ui_tree_destroy(&tree);
    return text;
}

/* Every cause that sync can note has a sentence, and what to do; the cause itself stays readable. */
static void what_is_wrong_is_said_in_sentences(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    assert_non_null(strstr(shown_fact(&kiosk, "slot", "good A"), "A，正常"));
    assert_non_null(strstr(shown_fact(&kiosk, "slot", "trial B"), "B，新版本在试用"));
    const char *said = shown_fact(&kiosk, "link_reason", "server offline: Couldn't connect to server");
    assert_non_null(strstr(said, "县里的平台没有回应。"));
    assert_non_null(strstr(said, "|server offline: Couldn't connect to server|"));
    for (int why = OPENROSA_FINE + 1; why < OPENROSA_TROUBLE_COUNT; why++) {
        char id[96];
        snprintf(id, sizeof id, "technician.link_reason.%s",
                 openrosa_trouble_name((enum openrosa_trouble)why));
        for (char *c = id; *c; c++)
            *c = *c == ' ' ? '-' : *c;
        assert_true(lang_has(kiosk.lang, id));
    }
    assert_non_null(strstr(shown_fact(&kiosk, "link_reason", "something new"), "something new"));
    fake_kiosk_stop(&kiosk);
}

/* ---- over the line ---- */

static void a_view_arrives_as_it_was_sent(void **state)
{
    static struct technician_view sent = {.screen = TECHNICIAN_PLAN,
                                          .ask = TECHNICIAN_ASKS_START,
                                          .who = "王 \"建国\"\n",
                                          .step_count = 1,
                                          .steps = {{"update", TECHNICIAN_RUNNING, 45, "updated", "0.4.0"}},
                                          .fact_count = 1,
                                          .facts = {{"link_reason", "tls: bad \\ certificate"}}},
                                  got;
    struct buf line = {0};
    (void)state;
    assert_ok(technician_view_write(&sent, &line));
    assert_ptr_equal(strchr(line.data, '\n'), line.data + line.length - 1);
    assert_ok(technician_view_read(line.data, &got));
    assert_memory_equal(&got, &sent, sizeof got);
    buf_finish(&line);
}

static void an_event_arrives_as_it_was_sent(void **state)
{
    static const struct technician_event events[] = {
        {.kind = TECHNICIAN_PIN_TYPED, .pin = "204816"},
        {.kind = TECHNICIAN_TESTED,
         .tests = {VERDICT_GOOD, VERDICT_BAD, VERDICT_MISSING, VERDICT_NONE, VERDICT_GOOD}},
        {.kind = TECHNICIAN_PRINTED, .print = VERDICT_BAD},
        {.kind = TECHNICIAN_BUSY}};
    (void)state;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        struct technician_event got;
        struct buf line = {0};
        assert_ok(technician_event_write(&events[i], &line));
        assert_ok(technician_event_read(line.data, &got));
        assert_memory_equal(&got, &events[i], sizeof got);
        buf_finish(&line);
    }
}

static size_t json_blocks;

static void *count_block(size_t size)
{
    json_blocks++;
    return malloc(size);
}

/* What the JSON library frees it does not wipe. */
static void a_pin_never_lies_in_the_json_librarys_memory(void **state)
{
    const struct technician_event pin = {.kind = TECHNICIAN_PIN_TYPED, .pin = "204816"},
                                  words = {.kind = TECHNICIAN_PIN_TYPED, .pin = "20\"48"};
    struct technician_event got;
    struct buf line;
    (void)state;
    buf_init_private(&line);
    json_blocks = 0;
    json_set_alloc_funcs(count_block, free);
    struct err e = technician_event_write(&pin, &line);
    if (!err_is(&e))
        e = technician_event_read(buf_text(&line), &got);
    json_set_alloc_funcs(malloc, free);
    assert_ok(e);
    assert_string_equal(got.pin, "204816");
    assert_int_equal(json_blocks, 0);
    assert_string_equal(buf_text(&line), "{\"event\":\"pin\",\"pin\":\"204816\"}\n");
    buf_clear(&line);
    assert_err_class(technician_event_write(&words, &line), ERR_REFUSED);
    assert_int_equal(line.length, 0);
    buf_finish(&line);
}

static void what_is_not_whole_is_nothing(void **state)
{
    static const char *const lines[] = {"",
                                        "{}",
                                        "[]",
                                        "{\"screen\":\"pin\"}",
                                        "{\"event\":\"pin\"}",
                                        "{\"event\":\"pin\",\"pin\":\"123456789012345\"}",
                                        "{\"event\":\"pin\",\"pin\":\"1234",
                                        "{\"event\":\"pin\",\"pin\":\"12a4\"}",
                                        "{\"pin\":\"204816\",\"event\":\"pin\"}",
                                        "{\"event\":\"printed\",\"print\":\"perhaps\"}",
                                        "{\"event\":\"tested\",\"printer\":\"good\"}"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct technician_view view;
        struct technician_event event;
        assert_err_class(technician_view_read(lines[i], &view), ERR_DATA);
        assert_err_class(technician_event_read(lines[i], &event), ERR_DATA);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_at_once_where_nobody_is),
        cmocka_unit_test(waits_for_whoever_is_served),
        cmocka_unit_test(home_is_free_only_without_a_person),
        cmocka_unit_test(a_pin_is_sent_once_and_forgotten),
        cmocka_unit_test(left_alone_it_is_the_citizens_again),
        cmocka_unit_test(help_that_nobody_closes_is_left_alone_too),
        cmocka_unit_test(only_the_printer_begins_its_test_anew),
        cmocka_unit_test(the_self_test_tells_each_part),
        cmocka_unit_test(a_scanner_plugged_in_during_its_test_is_listened_to),
        cmocka_unit_test(a_reader_that_was_away_for_a_moment_is_told_to_read_again),
        cmocka_unit_test(a_slip_is_good_only_when_it_is_proved),
        cmocka_unit_test(a_slip_waits_for_whoever_is_served),
        cmocka_unit_test(another_print_is_not_her_receipt),
        cmocka_unit_test(what_is_wrong_is_said_in_sentences),
        cmocka_unit_test(a_view_arrives_as_it_was_sent),
        cmocka_unit_test(an_event_arrives_as_it_was_sent),
        cmocka_unit_test(a_pin_never_lies_in_the_json_librarys_memory),
        cmocka_unit_test(what_is_not_whole_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
