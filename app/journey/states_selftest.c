/*
 * The self-test: every device once, by the technician's own hand. A test ends by itself where the device
 * proves it (a slip printed, a card read, a code read, all fields touched), else by what is heard or seen.
 */
#include "app/journey/states.h"

#include "app/journey/card_fill.h"
#include "board/base/log.h"
#include "drivers/camera/camera.h"
#include "drivers/printer/printer.h"
#include "drivers/scanner/scanner.h"

#include <stdio.h>
#include <string.h>

#define TEST_CODE "YIZHAN TEST"

enum { ALL_FIELDS = (1 << TEST_FIELDS) - 1 };

static void printer_begin(struct journey *journey)
{
    const struct receipt receipt = {
        .place = journey->config->kiosk.place,
        .service = journey_text(journey, "technician.test.printer"),
        .number = "0123 4567 8",
        .verdict = journey_text(journey, "technician.test_slip"),
        .qr = TEST_CODE,
    };
    struct err e = journey->ports->print_receipt(journey->ports->context, ++journey->job,
                                                 journey_lang(journey), &receipt);
    if (err_is(&e))
        log_err("journey", &e);
    journey->technician.verdict = err_is(&e) ? VERDICT_BAD : VERDICT_NONE;
}

static void card_begin(struct journey *journey)
{
    journey_log_device(journey->ports->card_read(journey->ports->context));
}

static void scan_begin(struct journey *journey)
{
    journey_log_device(journey->ports->camera(journey->ports->context, CAMERA_CODES));
}

static void sound_begin(struct journey *journey)
{
    const struct spoken_line line = {.lang = lang_tag(journey_lang(journey)),
                                     .text = journey_text(journey, "technician.test_sentence")};
    journey->ports->say(journey->ports->context, &line);
}

#define CLASS(class_) (1u << DEVICE_##class_)

static const struct {
    uint32_t classes; /* bit i: enum device_class i is what it tests; any of them will do */
    void (*begin)(struct journey *journey);
    const char *picture;
    bool is_judged; /* by who stands there */
} tests[TEST_COUNT] = {
    [TEST_PRINTER] = {CLASS(PRINTER), printer_begin, "printer", true},
    [TEST_CARD] = {CLASS(IDCARD), card_begin, "picture-place-card", false},
    [TEST_SCAN] = {CLASS(CAMERA) | CLASS(SCANNER), scan_begin, "qr", false},
    [TEST_TOUCH] = {0, NULL, NULL, false}, /* the screen that asks */
    [TEST_SOUND] = {0, sound_begin, "sound", true},
};

static bool is_there(const struct journey *journey, enum technician_test test)
{
    if (test == TEST_SOUND)
        return journey->ports->voice_works(journey->ports->context);
    bool is_any_ready = false;
    for (int class = 0; class < DEVICE_CLASS_COUNT; class ++)
        is_any_ready |=
            (tests[test].classes & 1u << class) && journey_device_ready(journey, (enum device_class) class);
    return is_any_ready || tests[test].classes == 0;
}

/* ---- from one to the next ---- */

static void let_go(struct journey *journey)
{
    journey->ports->card_stop(journey->ports->context);
    journey_stop_camera(journey);
}

static void report(struct journey *journey)
{
    struct technician_event event = {.kind = TECHNICIAN_TESTED};
    memcpy(event.tests, journey->technician.tests, sizeof event.tests);
    journey->ports->technician(journey->ports->context, &event);
}

static void begin(struct journey *journey, enum technician_test test)
{
    struct technician_desk *desk = &journey->technician;
    let_go(journey);
    desk->test = test;
    desk->fields = 0;
    desk->notice = NULL;
    desk->verdict = is_there(journey, test) ? VERDICT_NONE : VERDICT_MISSING;
    if (desk->verdict == VERDICT_NONE && tests[test].begin)
        tests[test].begin(journey);
    speech_again(journey);
    journey_turn(journey, 0);
}

static void end(struct journey *journey, enum technician_verdict verdict)
{
    struct technician_desk *desk = &journey->technician;
    desk->tests[desk->test] = verdict;
    log_info("journey", "self-test: %s is %s", technician_test_name(desk->test),
             technician_verdict_name(verdict));
    if (desk->test + 1 < TEST_COUNT) {
        begin(journey, desk->test + 1);
        return;
    }
    let_go(journey);
    report(journey);
}

void technician_test_enter(struct journey *journey)
{
    memset(journey->technician.tests, 0, sizeof journey->technician.tests);
    begin(journey, TEST_PRINTER);
}

void technician_test_leave(struct journey *journey)
{
    let_go(journey);
    journey->ports->hush(journey->ports->context);
}

/* ---- the screen ---- */

static const char *words(const struct journey *journey, const char *begin_id)
{
    char id[64];
    snprintf(id, sizeof id, "%s%s", begin_id, technician_test_name(journey->technician.test));
    return journey_text(journey, id);
}

/* "试读卡 2/5" */
static const char *heading(const struct journey *journey, struct arena *arena)
{
    char part[8], whole[8];
    snprintf(part, sizeof part, "%d", (int)journey->technician.test + 1);
    snprintf(whole, sizeof whole, "%d", (int)TEST_COUNT);
    const char *values[] = {words(journey, "technician.test."), part, whole};
    const char *text = lang_format(journey_lang(journey), arena, "technician.test_of", 3, values);
    return text ? text : "";
}

static const char *help_words(const struct journey *journey)
{
    switch (journey->technician.verdict) {
    case VERDICT_MISSING:
        return journey_text(journey, "technician.test_missing");
    case VERDICT_BAD:
        return journey_text(journey, "technician.test_bad");
    default:
        if (journey->technician.notice)
            return journey_text(journey, journey->technician.notice);
        return words(journey, "technician.test_help.");
    }
}

void technician_test_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct technician_desk *desk = &journey->technician;
    bool is_open = desk->verdict == VERDICT_NONE;
    screen_test(tree, frame,
                &(struct view_test){
                    .heading = heading(journey, ui_tree_arena(tree)),
                    .help = help_words(journey),
                    .picture = tests[desk->test].picture,
                    .image = desk->test == TEST_SCAN && is_open
                                 ? journey->ports->camera_preview(journey->ports->context)
                                 : (struct ui_image){0},
                    .has_fields = desk->test == TEST_TOUCH,
                    .fields = desk->fields,
                    .is_judged = is_open && tests[desk->test].is_judged,
                    .is_open = is_open,
                });
}

void technician_test_ui(struct journey *journey, const struct ui_event *event)
{
    struct technician_desk *desk = &journey->technician;
    if (event->action == ACTION_YES)
        end(journey, VERDICT_GOOD);
    else if (event->action == ACTION_NO)
        end(journey, VERDICT_BAD);
    else if (event->action == ACTION_NEXT)
        end(journey, desk->verdict);
    else if (event->action == UI_ACTION_REPEAT && desk->test == TEST_SOUND)
        sound_begin(journey);
    else if (event->action == ACTION_TEST_FIELD)
        desk->fields |= 1u << event->arg;
    if (desk->test == TEST_TOUCH && desk->fields == ALL_FIELDS)
        end(journey, VERDICT_GOOD);
}

static void printer_told(struct journey *journey, const struct device_message *message)
{
    const struct printer_event *event = printer_event(message);
    if (message->kind != DEVICE_RESULT || event->job != journey->job)
        return;
    if (!err_is(&message->err) && event->outcome == PRINTER_PROVED)
        end(journey, VERDICT_GOOD);
    else if (err_is(&message->err))
        journey->technician.verdict = VERDICT_BAD;
}

/* Whose card it is nobody is told: the message is wiped behind us. */
static bool is_read(const struct device_message *message)
{
    if (message->kind != DEVICE_RESULT || err_is(&message->err))
        return false;
    switch (message->class) {
    case DEVICE_IDCARD:
        return idcard_event(message)->stage == IDCARD_READ;
    case DEVICE_CAMERA:
        return camera_event(message)->stage == CAMERA_CODE;
    default:
        return message->class == DEVICE_SCANNER;
    }
}

/* One that is pulled out or plugged in under its own test. The printer's is the only test that fails by
 * itself: nothing but the printer begins it anew. What only listens is told to once more: when its device is
 * there, it may have been away before anybody looked, or be the other of the two that read codes. */
static void follow_status(struct journey *journey, enum device_class class)
{
    struct technician_desk *desk = &journey->technician;
    bool is_ready = is_there(journey, desk->test);
    bool is_its_own = tests[desk->test].classes >> class & 1;
    if (desk->verdict == VERDICT_NONE && !is_ready)
        desk->verdict = VERDICT_MISSING;
    else if (is_ready && (desk->verdict == VERDICT_MISSING || (desk->verdict == VERDICT_BAD && is_its_own)))
        begin(journey, desk->test);
    else if (desk->verdict == VERDICT_NONE && is_its_own && !tests[desk->test].is_judged)
        tests[desk->test].begin(journey);
}

void technician_test_device(struct journey *journey, const struct device_message *message)
{
    struct technician_desk *desk = &journey->technician;
    enum technician_test test = desk->test;
    journey_touch(journey);
    desk->notice = NULL;
    if (message->kind == DEVICE_STATUS) {
        follow_status(journey, message->class);
    } else if (desk->verdict != VERDICT_NONE) {
        return;
    } else if (test == TEST_PRINTER && message->class == DEVICE_PRINTER) {
        printer_told(journey, message);
    } else if (test == TEST_CARD && message->class == DEVICE_IDCARD) {
        if (is_read(message))
            end(journey, VERDICT_GOOD);
        else if (idcard_event(message)->stage == IDCARD_NOTICE)
            desk->notice = card_notice_of(&message->err);
    } else if (test == TEST_SCAN && message->class != DEVICE_IDCARD && is_read(message)) {
        end(journey, VERDICT_GOOD);
    }
}
