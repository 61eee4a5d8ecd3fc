/*
 * Every state of the journey against every fault of every device, as the drivers tell them: the screen says
 * the truth, and what is mended works again without a restart. The real journey and forms on a clock that
 * stands still; that a driver tells a pulled cable, noise, silence, a wrong checksum or an empty roll with
 * these very words is what tests/device/plays prove, one a file.
 */
#include "tests/unit/journey/fake_kiosk.h"

#include "app/journey/states.h"
#include "drivers/idcard/idcard.h"
#include "drivers/printer/printer.h"
#include "drivers/scanner/scanner.h"
#include "tests/unit/cmocka.h"
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- faults ---- */

enum how {
    STATUS, /* the device's status changes, until it is mended */
    NOTICE, /* the reader tells the person something, once */
    RESULT  /* the running print ends */
};

static const struct fault {
    const char *name;
    enum device_class class;
    enum how how;
    enum err_class err;
    int code;
    uint32_t what; /* STATUS: conditions; RESULT: enum printer_outcome */
} faults[] = {
    {"reader pulled out", DEVICE_IDCARD, STATUS, ERR_DEVICE, ENODEV, 0},
    {"reader silent or noisy", DEVICE_IDCARD, STATUS, ERR_DEVICE, IDCARD_NOT_ANSWERING, 0},
    {"reader's module refused", DEVICE_IDCARD, STATUS, ERR_DEVICE, IDCARD_SAM_REFUSED, 0},
    {"card moved, half, too slow or with a wrong checksum", DEVICE_IDCARD, NOTICE, ERR_USER, IDCARD_MOVED, 0},
    {"card is none", DEVICE_IDCARD, NOTICE, ERR_USER, IDCARD_NOT_OURS, 0},
    {"card fails", DEVICE_IDCARD, NOTICE, ERR_USER, IDCARD_UNREADABLE, 0},
    {"card of unknown kind", DEVICE_IDCARD, NOTICE, ERR_USER, IDCARD_UNSUPPORTED, 0},
    {"card not genuine", DEVICE_IDCARD, NOTICE, ERR_USER, IDCARD_NOT_GENUINE, 0},
    {"printer pulled out", DEVICE_PRINTER, STATUS, ERR_DEVICE, ENODEV, 0},
    {"printer near its paper's end", DEVICE_PRINTER, STATUS, ERR_NONE, 0, PRINTER_PAPER_NEAR},
    {"printer without paper", DEVICE_PRINTER, STATUS, ERR_NONE, 0, PRINTER_PAPER_OUT},
    {"printer open", DEVICE_PRINTER, STATUS, ERR_NONE, 0, PRINTER_COVER_OPEN},
    {"printer's knife jams", DEVICE_PRINTER, STATUS, ERR_NONE, 0, PRINTER_CUTTER_JAM},
    {"printer off line", DEVICE_PRINTER, STATUS, ERR_NONE, 0, PRINTER_OFFLINE},
    {"print that nobody proves", DEVICE_PRINTER, RESULT, ERR_NONE, 0, PRINTER_UNPROVED},
    {"print out of paper", DEVICE_PRINTER, RESULT, ERR_USER, PRINTER_PAPER_OUT, PRINTER_PARTLY},
    {"print with the cover open", DEVICE_PRINTER, RESULT, ERR_USER, PRINTER_COVER_OPEN, PRINTER_NOT_PRINTED},
    {"print into a pulled cable", DEVICE_PRINTER, RESULT, ERR_DEVICE, ENODEV, PRINTER_PARTLY},
    {"print into silence", DEVICE_PRINTER, RESULT, ERR_RETRY, ETIMEDOUT, PRINTER_PARTLY},
    {"camera pulled out", DEVICE_CAMERA, STATUS, ERR_DEVICE, ENODEV, 0},
    {"camera without frames", DEVICE_CAMERA, STATUS, ERR_DEVICE, ETIMEDOUT, 0},
    {"scanner pulled out", DEVICE_SCANNER, STATUS, ERR_DEVICE, ENODEV, 0},
    {"touch panel pulled out", DEVICE_TOUCH, STATUS, ERR_DEVICE, ENODEV, 0},
    {"keypad pulled out", DEVICE_KEYPAD, STATUS, ERR_DEVICE, ENODEV, 0},
};
enum { FAULTS = sizeof faults / sizeof faults[0] };

/* ---- the matrix: what the screen says then; a cell that is not here leaves the screen as it was ---- */

#define GONE "-" /* in front: this is no longer offered or claimed */

static const struct cell {
    const char *place, *fault; /* a pattern, as file names have them; the first row that fits counts */
    const char *truth;         /* NULL: says nothing */
} matrix[] = {
    {"home", "reader*", "读卡器坏了"},
    {"home", "printer pulled out", "打印机没连上：不打小票"},
    {"home", "printer near*", "打印机快没纸了"},
    {"home", "printer without paper", "打印机没纸了：不打小票"},
    {"home", "printer*", "打印机停了：不打小票"},
    {"home", "camera*", "摄像头坏了"},
    {"guide", "reader*", "读卡器坏了"},
    {"guide", "printer near*", NULL},
    {"guide", "printer*", GONE "打印这张清单"},
    {"card", "reader*", "读卡器没有回应"},
    {"card", "card moved*", "没读到卡，请放平再试一次"},
    {"card", "card is none", "这不是身份证"},
    {"card", "card fails", "这张卡读不出来"},
    {"card", "card of unknown kind", "这种卡这里还读不了，请到窗口办"},
    {"card", "card not genuine", "读卡器认不出这张卡"},
    {"find", "card moved*", "没读到卡"},
    {"find", "card is none", "这不是身份证"},
    {"find", "card fails", "这张卡读不出来"},
    {"find", "card of unknown kind", "这种卡这里还读不了"},
    {"find", "card not genuine", "读卡器认不出这张卡"},
    {"photo", "camera*", "摄像头没有回应"},
    {"code by camera", "camera*", "现在扫不了码"},
    {"code by scanner", "scanner*", "现在扫不了码"},
    {"find", "reader*", GONE "或放上身份证"}, /* the scanner still reads what the camera cannot */
    {"saved", "print that nobody proves", "小票应该打好了。没有的话，请记下编号"},
    {"saved", "print out of paper", "打印机没纸了。请记下编号"},
    {"saved", "print with the cover open", "打印机的盖子开着"},
    {"saved", "print into*", "打印机没有回应，请记下编号"},
    {"take-card", "reader*", GONE "身份证还在读卡处"},
    {"take-number", "reader*", GONE "身份证还在读卡处"},
    {"take-number", "printer near*", "请拿好身份证和小票"}, /* it can print again: the receipt comes */
    {"take-card while it prints", "reader*", GONE "身份证还在读卡处"},
    {"take-card while it prints", "print that nobody proves", NULL}, /* the number stands there anyway */
    {"take-card while it prints", "print *", "请拿好身份证，记下编号"},
    {"technician-status", "reader*", "没连上"},
    {"technician-status", "printer pulled out", "没连上"},
    {"technician-status", "printer near*", NULL},
    {"technician-status", "printer*", GONE "\"打印\""},
    {"technician-status", "camera*", "没连上"},
    {"technician-status", "scanner*", "没连上"},
    {"test-printer", "printer pulled out", "没连上"},
    {"test-printer", "print that nobody proves", NULL},
    {"test-printer", "print *", "没有成功"},
    {"test-card", "reader*", "没连上"},
    {"test-card", "card moved*", "没读到卡"},
    {"test-card", "card is none", "这不是身份证"},
    {"test-card", "card fails", "这张卡读不出来"},
    {"test-card", "card of unknown kind", "这种卡这里还读不了"},
    {"test-card", "card not genuine", "读卡器认不出这张卡"},
};

enum { CELLS = sizeof matrix / sizeof matrix[0] };

static const struct cell *cell_of(const char *place, const char *fault)
{
    for (size_t i = 0; i < CELLS; i++)
        if (strcmp(matrix[i].place, place) == 0 && fnmatch(matrix[i].fault, fault, 0) == 0)
            return &matrix[i];
    return NULL;
}

/* ---- the way to each state ---- */

enum { SERVICE_WITH_PAPERS = 1 }; /* of fake_kiosk.c */

static void to_no_card(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "card");
    fake_tap(kiosk, ACTION_NO_CARD, 0);
}

static void to_save_failed(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "saving");
    fake_store(kiosk, STORE_NUMBER, err_ok());
    fake_store(kiosk, STORE_SAVED, err_make(ERR_SPACE, "store", ENOSPC, "full"));
}

static void to_take_card(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "saved");
    fake_printed(kiosk, PRINTER_PROVED, err_ok(), 0);
    fake_tap(kiosk, ACTION_DONE, 0);
}

static void to_take_number(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "saved");
    fake_printed(kiosk, PRINTER_PARTLY, err_make(ERR_DEVICE, "printer", ENODEV, "unplugged"), 0);
    fake_tap(kiosk, ACTION_DONE, 0);
}

static void to_take_unprinted(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "saved");
    fake_tap(kiosk, ACTION_DONE, 0);
}

static void to_rating(struct fake_kiosk *kiosk)
{
    to_take_card(kiosk);
    fake_take_card(kiosk);
    if (strcmp(journey_state(kiosk->journey), "rating") != 0)
        fake_tap(kiosk, ACTION_DONE, 0);
}

static void to_find(struct fake_kiosk *kiosk)
{
    fake_keeps_cards(kiosk);
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_PROGRESS, 0);
}

static void to_search(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_SEARCH, 0);
}

static void to_board(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_BOARD, 0);
}

static void to_details(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "guide");
    fake_tap(kiosk, ACTION_DETAILS, 0);
}

static void to_case(struct fake_kiosk *kiosk)
{
    to_find(kiosk);
    struct store_answer answer = {.kind = STORE_CASE, .found = true};
    strcpy(answer.case_line.number, "4827000010");
    journey_store(kiosk->journey, &answer);
}

static void to_cases(struct fake_kiosk *kiosk)
{
    to_find(kiosk);
    fake_place_card(kiosk);
    struct store_answer answer = {.kind = STORE_CASES, .cases = calloc(1, sizeof *answer.cases)};
    answer.cases->count = 2;
    for (size_t i = 0; i < 2; i++)
        strcpy(answer.cases->items[i].line.number, "4827000010");
    journey_store(kiosk->journey, &answer);
    fake_found_kept(kiosk, false);
}

static void to_kept(struct fake_kiosk *kiosk)
{
    fake_keeps_cards(kiosk);
    fake_go(kiosk, "card");
    fake_place_card(kiosk);
    fake_found_kept(kiosk, false);
    fake_tap(kiosk, ACTION_CHOICE, 1);
    fake_tap(kiosk, ACTION_NEXT, 0);
    fake_tap(kiosk, UI_ACTION_STOP, 0);
    fake_tap(kiosk, ACTION_KEEP, 0);
}

static void to_resume(struct fake_kiosk *kiosk)
{
    to_kept(kiosk);
    fake_store(kiosk, STORE_KEPT, err_ok());
    fake_tap(kiosk, ACTION_DONE, 0);
    fake_tap(kiosk, ACTION_DONE, 0);
    fake_device(kiosk, DEVICE_IDCARD, false, 0);
    fake_device(kiosk, DEVICE_IDCARD, true, 0);
    fake_go(kiosk, "card");
    fake_place_card(kiosk);
    fake_found_kept(kiosk, true);
}

static void to_afresh(struct fake_kiosk *kiosk)
{
    to_resume(kiosk);
    fake_look(kiosk);
    fake_tap(kiosk, ACTION_NO, 0);
}

static void answer_number(struct fake_kiosk *kiosk)
{
    buf_clear(&kiosk->journey->visit->draft.text);
    buf_append_text(&kiosk->journey->visit->draft.text, "4827000010");
    fake_tap(kiosk, ACTION_NEXT, 0);
}

static void to_repeat(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_SERVICE, SERVICE_WITH_PAPERS);
    for (int i = 0; i < 20 && strcmp(journey_state(kiosk->journey), "repeat") != 0; i++) {
        fake_look(kiosk);
        if (strcmp(kiosk->journey->visit->draft.ref, "/data/parent_number") == 0)
            answer_number(kiosk);
        else
            fake_step(kiosk);
    }
}

/* choice: 0 a photo of the paper, 1 its code. */
static void to_paper(struct fake_kiosk *kiosk, int choice)
{
    to_repeat(kiosk);
    fake_tap(kiosk, ACTION_YES, 0);
    fake_look(kiosk);
    fake_step(kiosk); /* its name */
    fake_tap(kiosk, ACTION_CHOICE, choice);
    if (kiosk->journey->visit->draft.input == VIEW_ONE)
        fake_tap(kiosk, ACTION_NEXT, 0);
    assert_int_equal(kiosk->journey->visit->draft.input, choice == 0 ? VIEW_PHOTO : VIEW_CODE);
}

static void to_photo(struct fake_kiosk *kiosk)
{
    to_paper(kiosk, 0);
}

static void to_code(struct fake_kiosk *kiosk)
{
    to_paper(kiosk, 1);
}

static void to_code_by_camera(struct fake_kiosk *kiosk)
{
    to_code(kiosk);
    fake_device(kiosk, DEVICE_SCANNER, false, 0);
}

static void to_code_by_scanner(struct fake_kiosk *kiosk)
{
    to_code(kiosk);
    fake_device(kiosk, DEVICE_CAMERA, false, 0);
}

static void to_help(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "question");
    fake_tap(kiosk, UI_ACTION_HELP, 0);
}

static void to_stop(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "question");
    fake_tap(kiosk, UI_ACTION_STOP, 0);
}

static void to_still_there(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "question");
    fake_pass(kiosk, 75000);
}

static void show_technician(struct fake_kiosk *kiosk, const struct technician_view *view)
{
    fake_go(kiosk, "attract");
    journey_technician(kiosk->journey, view);
    journey_tick(kiosk->journey);
}

static void to_technician(struct fake_kiosk *kiosk)
{
    show_technician(kiosk, &(struct technician_view){.screen = TECHNICIAN_PULLED});
}

static void to_technician_pin(struct fake_kiosk *kiosk)
{
    show_technician(kiosk, &(struct technician_view){.screen = TECHNICIAN_PIN, .tries_left = 5});
}

static void to_technician_plan(struct fake_kiosk *kiosk)
{
    show_technician(kiosk, &(struct technician_view){.screen = TECHNICIAN_PLAN});
}

static void to_technician_status(struct fake_kiosk *kiosk)
{
    to_technician_plan(kiosk);
    fake_tap(kiosk, ACTION_STATUS, 0);
}

static void to_technician_take(struct fake_kiosk *kiosk)
{
    show_technician(kiosk, &(struct technician_view){.screen = TECHNICIAN_TAKE});
}

static void to_test_printer(struct fake_kiosk *kiosk)
{
    show_technician(kiosk,
                    &(struct technician_view){.screen = TECHNICIAN_PLAN, .ask = TECHNICIAN_ASKS_SELF_TEST});
}

static void to_test_card(struct fake_kiosk *kiosk)
{
    to_test_printer(kiosk);
    fake_tap(kiosk, ACTION_YES, 0);
}

static void to_test_scan(struct fake_kiosk *kiosk)
{
    to_test_card(kiosk);
    fake_tap(kiosk, ACTION_YES, 0);
}

/* NULL: fake_go() knows the way. */
static const struct place {
    const char *name; /* what the matrix calls it */
    const char *state;
    void (*go)(struct fake_kiosk *kiosk);
    bool on_the_way; /* from here one comes to "saved" by going on */
} places[] = {
    {"attract", "attract", NULL, true},
    {"home", "home", NULL, true},
    {"guide", "guide", NULL, true},
    {"consent", "consent", NULL, true},
    {"card", "card", NULL, true},
    {"no-card", "no-card", to_no_card, false},
    {"resume", "resume", to_resume, false},
    {"afresh", "afresh", to_afresh, false},
    {"question", "question", NULL, true},
    {"photo", "question", to_photo, false},
    {"code", "question", to_code, false},
    {"code by camera", "question", to_code_by_camera, false},
    {"code by scanner", "question", to_code_by_scanner, false},
    {"repeat", "repeat", to_repeat, false},
    {"review", "review", NULL, true},
    {"saving", "saving", NULL, true},
    {"save-failed", "save-failed", to_save_failed, false},
    {"saved", "saved", NULL, true},
    {"take-card", "take-card", to_take_card, false},
    {"take-number", "take-card", to_take_number, false},
    {"take-card while it prints", "take-card", to_take_unprinted, false},
    {"rating", "rating", to_rating, false},
    {"search", "search", to_search, false},
    {"board", "board", to_board, false},
    {"details", "details", to_details, false},
    {"find", "find", to_find, false},
    {"cases", "cases", to_cases, false},
    {"case", "case", to_case, false},
    {"kept", "kept", to_kept, false},
    {"help", "help", to_help, false},
    {"stop", "stop", to_stop, false},
    {"still-there", "still-there", to_still_there, false},
    {"technician", "technician", to_technician, false},
    {"technician-pin", "technician-pin", to_technician_pin, false},
    {"technician-plan", "technician-plan", to_technician_plan, false},
    {"technician-status", "technician-status", to_technician_status, false},
    {"technician-take", "technician-take", to_technician_take, false},
    {"test-printer", "technician-test", to_test_printer, false},
    {"test-card", "technician-test", to_test_card, false},
    {"test-scan", "technician-test", to_test_scan, false},
};
enum { PLACES = sizeof places / sizeof places[0] };

static void go(struct fake_kiosk *kiosk, const struct place *place)
{
    fake_kiosk_start(kiosk);
    if (place->go)
        place->go(kiosk);
    else
        fake_go(kiosk, place->state);
    assert_state(kiosk, place->state);
}

/* ---- striking and mending ---- */

static void send_status(struct fake_kiosk *kiosk, enum device_class class, struct device_status status)
{
    const struct device_message message = {.class = class, .kind = DEVICE_STATUS, .status = status};
    kiosk->status[class] = status;
    journey_device(kiosk->journey, &message);
}

static void strike(struct fake_kiosk *kiosk, const struct fault *fault)
{
    struct err e = fault->err == ERR_NONE ? err_ok()
                                          : err_make(fault->err, device_class_name(fault->class), fault->code,
                                                     "%s", fault->name);
    if (fault->how == RESULT) {
        fake_printed(kiosk, (enum printer_outcome)fault->what, e,
                     fault->err == ERR_USER ? (uint32_t)fault->code : 0);
        return;
    }
    if (fault->how == STATUS) {
        send_status(kiosk, fault->class,
                    (struct device_status){
                        .in_service = fault->err == ERR_NONE, .cause = e, .conditions = fault->what});
        return;
    }
    struct device_message message = {.class = fault->class, .kind = DEVICE_PROGRESS, .err = e};
    const struct idcard_event event = {.stage = IDCARD_NOTICE};
    memcpy(&message.payload, &event, sizeof event);
    journey_device(kiosk->journey, &message);
}

/* After a print that failed the status tells why, too, before it tells that all is well. */
static void mend(struct fake_kiosk *kiosk, const struct fault *fault)
{
    bool user = fault->err == ERR_USER;
    if (fault->how == RESULT && fault->err != ERR_NONE)
        send_status(
            kiosk, fault->class,
            (struct device_status){.in_service = user, .conditions = user ? (uint32_t)fault->code : 0});
    send_status(kiosk, fault->class, (struct device_status){.in_service = true});
}

/* The screen as text; owned by the caller. */
static struct buf screen(struct fake_kiosk *kiosk)
{
    struct buf text = {0};
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    assert_non_null(tree);
    assert_false(ui_tree_has_failed(tree));
    ui_tree_dump(tree, &text);
    ui_tree_destroy(&tree);
    return text;
}

/* ---- one cell ---- */

static bool says(const struct buf *text, const char *words)
{
    return strstr(buf_text(text), words) != NULL;
}

static bool is_true(const struct buf *before, const struct buf *after, const char *truth)
{
    if (!truth)
        return strcmp(buf_text(before), buf_text(after)) == 0;
    if (strncmp(truth, GONE, strlen(GONE)) == 0)
        return says(before, truth + 1) && !says(after, truth + 1);
    return !says(before, truth) && says(after, truth);
}

/* Half a receipt is none: a whole new one comes when the printer is mended; one that may be whole is not
 * printed twice by itself. */
static void check_new_receipt(struct fake_kiosk *kiosk, const struct fault *fault, int prints)
{
    bool again = fault->what != PRINTER_UNPROVED;
    assert_int_equal(kiosk->prints, prints + again);
    if (again)
        fake_printed(kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_int_equal(kiosk->is_printed, again);
}

static void check_cell(const struct place *place, const struct fault *fault)
{
    struct fake_kiosk kiosk;
    const struct cell *cell = cell_of(place->name, fault->name);
    const char *truth = cell ? cell->truth : NULL;
    go(&kiosk, place);
    int prints = kiosk.prints;
    struct buf before = screen(&kiosk);
    strike(&kiosk, fault);
    struct buf after = screen(&kiosk);
    if (!is_true(&before, &after, truth))
        fail_msg("%s x %s: expected \"%s\"\nbefore: %s\nafter: %s", place->name, fault->name,
                 truth ? truth : "the same screen", buf_text(&before), buf_text(&after));
    assert_state(&kiosk, place->state);
    assert_false(kiosk.is_printed && fault->how == RESULT && strcmp(place->name, "saved") == 0);
    mend(&kiosk, fault);
    if (fault->how == RESULT && strcmp(place->name, "saved") == 0)
        check_new_receipt(&kiosk, fault, prints);
    struct buf mended = screen(&kiosk);
    bool keeps_notice = fault->how != STATUS || strcmp(place->state, "take-card") == 0;
    if (!keeps_notice && strcmp(buf_text(&before), buf_text(&mended)) != 0)
        fail_msg("%s x %s does not heal\nbefore: %s\nmended: %s", place->state, fault->name,
                 buf_text(&before), buf_text(&mended));
    if (place->on_the_way)
        fake_go(&kiosk, "saved");
    buf_finish(&before);
    buf_finish(&after);
    buf_finish(&mended);
    fake_kiosk_stop(&kiosk);
}

static void scan(struct fake_kiosk *kiosk, const char *text)
{
    struct device_message message = {.class = DEVICE_SCANNER, .kind = DEVICE_RESULT};
    struct scanner_event event = {.code = {.is_text = *text, .length = strlen(text)}};
    snprintf(event.code.text, sizeof event.code.text, "%s", text);
    memcpy(&message.payload, &event, sizeof event);
    journey_device(kiosk->journey, &message);
}

/* Picture data, or more than a form can hold, from a hand scanner; then the code that is wanted. */
static void a_code_that_makes_no_sense_is_looked_for_again(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    to_code(&kiosk);
    int looks = kiosk.code_looks;
    scan(&kiosk, "");
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "这个码看不懂"));
    assert_int_equal(kiosk.code_looks, looks + 1);
    scan(&kiosk, "YZ-0001");
    assert_string_equal(kiosk.journey->visit->draft.message, "");
    assert_string_equal(buf_text(&kiosk.journey->visit->draft.text), "YZ-0001");
    fake_tap(&kiosk, ACTION_ERASE, 0); /* the wrong paper */
    assert_int_equal(kiosk.code_looks, looks + 2);
    fake_kiosk_stop(&kiosk);
}

static void every_state_against_every_fault(void **state)
{
    (void)state;
    for (size_t i = 0; i < PLACES; i++)
        for (size_t j = 0; j < FAULTS; j++)
            check_cell(&places[i], &faults[j]);
}

static void the_matrix_knows_every_state_and_every_row_is_used(void **state)
{
    (void)state;
    for (int i = STATE_UNSET + 1; i < STATE_COUNT; i++) {
        size_t place = 0;
        while (place < PLACES && strcmp(places[place].state, journey_states[i].name) != 0)
            place++;
        if (place == PLACES)
            fail_msg("nobody breaks anything in %s", journey_states[i].name);
    }
    for (const struct cell *cell = matrix; cell < matrix + CELLS; cell++) {
        size_t fault = 0;
        while (fault < FAULTS && cell_of(cell->place, faults[fault].name) != cell)
            fault++;
        if (fault == FAULTS)
            fail_msg("%s x %s is never looked at", cell->place, cell->fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_matrix_knows_every_state_and_every_row_is_used),
        cmocka_unit_test(a_code_that_makes_no_sense_is_looked_for_again),
        cmocka_unit_test(every_state_against_every_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
