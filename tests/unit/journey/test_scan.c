/* The group "ex:yizhan.scan": a code that is read, and what kind of code it was. */
#include "drivers/scanner/scanner.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/journey/fake_kiosk.h"

#include <stdio.h>
#include <string.h>

static const char form_xml[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'>"
    "<h:head><h:title>scan</h:title><model><instance><data id='scan' version='1'>"
    "<scan><text/><symbology/></scan><last/></data></instance>"
    "<bind nodeset='/data/scan/text' type='string'/><bind nodeset='/data/scan/symbology' type='string'/>"
    "<bind nodeset='/data/last' type='string'/></model></h:head><h:body>"
    "<group ref='/data/scan' intent='ex:yizhan.scan()'><label>Show it</label>"
    "<input ref='/data/scan/text'><label>Text</label></input>"
    "<input ref='/data/scan/symbology'><label>Kind</label></input></group>"
    "<input ref='/data/last'><label>Last</label></input></h:body></h:html>";

static void ask_for_code(struct fake_kiosk *kiosk)
{
    struct session_node node;
    assert_ok(session_look(kiosk->journey->visit->session, "/data/scan/text", &node));
    draft_open(kiosk->journey, &node);
    journey_goto(kiosk->journey, STATE_QUESTION, "test");
    assert_int_equal(kiosk->journey->visit->draft.input, VIEW_CODE);
}

static void scan(struct fake_kiosk *kiosk, const char *text)
{
    struct device_message message = {.class = DEVICE_SCANNER, .kind = DEVICE_RESULT};
    struct scanner_event event = {.code = {.symbology = CODE_QR, .is_text = true, .length = strlen(text)}};
    snprintf(event.code.text, sizeof event.code.text, "%s", text);
    memcpy(&message.payload, &event, sizeof event);
    journey_device(kiosk->journey, &message);
}

static void assert_record(const struct fake_kiosk *kiosk, const char *text, const char *symbology)
{
    struct xform_session *session = kiosk->journey->visit->session;
    assert_string_equal(session_value(session, "/data/scan/text"), text);
    assert_string_equal(session_value(session, "/data/scan/symbology"), symbology);
}

static void start(struct fake_kiosk *kiosk, struct xform **out_form)
{
    const struct session_inputs inputs = {.now_ms = 1795320000000, .instance_id = "uuid:1"};
    fake_kiosk_start(kiosk);
    assert_ok(xform_load(form_xml, sizeof form_xml - 1, NULL, out_form));
    assert_ok(session_create(*out_form, &inputs, &kiosk->journey->visit->session));
    kiosk->journey->visit->service = &kiosk->journey->catalogue->services[0]; /* for its guide */
    ask_for_code(kiosk);
}

static void stop(struct fake_kiosk *kiosk, struct xform **form)
{
    session_destroy(&kiosk->journey->visit->session);
    xform_destroy(form);
    fake_kiosk_stop(kiosk);
}

/* A code that was read and not taken for the answer leaves nothing behind. */
static void the_kind_of_code_is_written_with_the_answer(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    struct xform *form = NULL;
    start(&kiosk, &form);
    scan(&kiosk, "YZ-0001");
    assert_record(&kiosk, "", "");
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_record(&kiosk, "YZ-0001", "qr");
    ask_for_code(&kiosk);
    fake_tap(&kiosk, ACTION_NEXT, 0); /* looked at again */
    assert_record(&kiosk, "YZ-0001", "qr");
    ask_for_code(&kiosk);
    fake_tap(&kiosk, ACTION_ERASE, 0);
    assert_record(&kiosk, "YZ-0001", "qr");
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_record(&kiosk, "", "");
    stop(&kiosk, &form);
}

/* Nobody feels a code being read. What it says is said as one says a code, unless it is somebody's number. */
static void a_code_that_was_read_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } rows[] = {{"鲁A12305", "扫到了：鲁A幺二三零五。"},
                {"YZ-0001", "扫到了：YZ-零零零幺。"},
                {"99012319420315004X43", "扫到了。"}, /* a certificate's: a person's with two digits behind */
                {"https://zwfw.example.gov.cn/cert/1", "扫到了。"},
                {"一二三四五六七八九十一二三四五六七八九十一二三四五", "扫到了。"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake_kiosk kiosk;
        struct xform *form = NULL;
        start(&kiosk, &form);
        fake_look(&kiosk);
        scan(&kiosk, rows[i].text);
        fake_look(&kiosk);
        assert_string_equal(kiosk.said, rows[i].said);
        fake_tap(&kiosk, UI_ACTION_REPEAT, 0);
        fake_look(&kiosk);
        assert_non_null(strstr(kiosk.said, rows[i].text)); /* asked for */
        stop(&kiosk, &form);
    }
}

static void what_one_pays_with_is_no_answer(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool pays;
    } rows[] = {{"wxp://f2f0abcdEFGH", true},
                {"HTTPS://QR.ALIPAY.COM/FKX01234", true},
                {"https://qr.95516.com/00010000/1", true},
                {"134612345678901234", true},  /* a payer's own, WeChat */
                {"281234567890123456", true},  /* the same, Alipay */
                {"11010519491231002X", false}, /* a number of a person of Beijing */
                {"110105194912310029", true},  /* and what only begins like one */
                {"https://zwfw.example.gov.cn/cert/1", false},
                {"04412345678901", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake_kiosk kiosk;
        struct xform *form = NULL;
        start(&kiosk, &form);
        scan(&kiosk, rows[i].text);
        assert_string_equal(kiosk.journey->visit->draft.message, rows[i].pays ? "question.payment_code" : "");
        fake_tap(&kiosk, ACTION_NEXT, 0);
        assert_record(&kiosk, rows[i].pays ? "" : rows[i].text, rows[i].pays ? "" : "qr");
        stop(&kiosk, &form);
    }
}

static void what_is_no_receipt_is_called_so(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    fake_tap(&kiosk, ACTION_PROGRESS, 0);
    scan(&kiosk, "wxp://f2f0abcdEFGH");
    fake_store(&kiosk, STORE_CASE, err_make(ERR_USER, "receipt_code", 0, "this is not a receipt's code"));
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "这不是小票上的码"));
    fake_kiosk_stop(&kiosk);
}

/* Both read codes: the one that is plugged in while somebody waits is listened to, and the other still is. */
static void check_listens(struct fake_kiosk *kiosk)
{
    static const enum device_class readers[] = {DEVICE_SCANNER, DEVICE_CAMERA};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        fake_device(kiosk, readers[i], false, 0);
        int looks = kiosk->code_looks;
        fake_device(kiosk, readers[i], true, 0);
        assert_int_equal(kiosk->code_looks, looks + 1);
    }
}

static void who_looks_for_a_case_may_plug_the_scanner_in_afterwards(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    fake_tap(&kiosk, ACTION_PROGRESS, 0);
    check_listens(&kiosk);
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kind_of_code_is_written_with_the_answer),
        cmocka_unit_test(a_code_that_was_read_is_said),
        cmocka_unit_test(what_one_pays_with_is_no_answer),
        cmocka_unit_test(what_is_no_receipt_is_called_so),
        cmocka_unit_test(who_looks_for_a_case_may_plug_the_scanner_in_afterwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
