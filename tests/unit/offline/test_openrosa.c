/* What the platform says and what it means: lists, manifests, answers, addresses. */
#include "board/base/utf8.h"
#include "offline/openrosa.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- lists and manifests ---- */

static struct err read_forms(const char *xml, struct arena *arena, struct openrosa_form **forms,
                             size_t *count)
{
    return openrosa_read_forms(xml, strlen(xml), arena, forms, count);
}

static void a_form_list_is_read(void **state)
{
    static const char xml[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><xforms xmlns=\"http://openrosa.org/xforms/xformsList\">"
        "<xform><formID>养老</formID><name>a &amp; "
        "b</name><version>1[encrypted:AZ+/]</version><hash>md5:1</hash>"
        "<descriptionText>ignored <b>as it is</b></descriptionText><downloadUrl>\n https://c/x.xml "
        "\n</downloadUrl>"
        "<manifestUrl>https://c/m</manifestUrl></xform>"
        "<xform><formID>b</formID><hash>md5:2</hash><downloadUrl>https://c/b.xml</downloadUrl></xform></"
        "xforms>";
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    struct openrosa_form *forms = NULL;
    size_t count = 0;
    (void)state;

    assert_ok(read_forms(xml, arena, &forms, &count));
    assert_int_equal(count, 2);
    assert_string_equal(forms[0].id, "养老");
    assert_string_equal(forms[0].name, "a & b");
    assert_string_equal(forms[0].version, "1[encrypted:AZ+/]");
    assert_string_equal(forms[0].download_url, "https://c/x.xml");
    assert_string_equal(forms[1].manifest_url, "");
    assert_string_equal(forms[1].version, "");
    arena_destroy(&arena);
}

static void an_empty_list_is_a_list(void **state)
{
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    struct openrosa_form *forms = NULL;
    size_t count = 9;
    (void)state;
    assert_ok(read_forms("<xforms/>", arena, &forms, &count));
    assert_int_equal(count, 0);
    arena_destroy(&arena);
}

#define FORM(inside) "<xforms><xform>" inside "</xform></xforms>"
#define WHOLE(id)    "<formID>" id "</formID><hash>md5:1</hash><downloadUrl>u</downloadUrl>"

static void hostile_lists_are_refused_with_a_reason(void **state)
{
    static const struct {
        const char *xml, *reason;
    } cases[] = {
        {"", "no element found"},
        {"<html><body>log in</body></html>", "another root element"},
        {"<xforms><xform>", "no element found"},
        {FORM(WHOLE("a")) "<xforms/>", "junk"},
        {FORM("<hash>md5:1</hash><downloadUrl>u</downloadUrl>"), "formID"},
        {FORM("<formID> </formID><hash>md5:1</hash><downloadUrl>u</downloadUrl>"), "formID"},
        {FORM("<formID>a</formID><downloadUrl>u</downloadUrl>"), "hash"},
        {FORM("<formID>a</formID><hash>md5:1</hash>"), "downloadUrl"},
        {FORM(WHOLE("a") "<formID>b</formID>"), "twice"},
        {"<xforms><xform>" WHOLE("a") "</xform><xform>" WHOLE("a") "</xform></xforms>", "twice"},
        {"<!DOCTYPE x [<!ENTITY a \"b\">]><xforms/>", "document type"},
        {"<!DOCTYPE xforms SYSTEM \"file:///etc/passwd\"><xforms/>", "document type"},
        {FORM("<formID>&undefined;</formID>"), "undefined entity"},
        {"<xforms><a><b><c><d><e><f><g><h/></g></f></e></d></c></b></a></xforms>", "nested too deep"},
        {"<xforms>\xff\xfe</xforms>", "not well-formed"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_create(ARENA_PLAIN, 0);
        struct openrosa_form *forms = NULL;
        size_t count = 0;
        struct err e = read_forms(cases[i].xml, arena, &forms, &count);
        assert_int_equal(e.class, ERR_DATA);
        if (!strstr(e.text, cases[i].reason))
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].xml, e.text, cases[i].reason);
        assert_null(forms);
        arena_destroy(&arena);
    }
}

static void endless_lists_end(void **state)
{
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    struct openrosa_form *forms = NULL;
    struct buf xml = {0};
    size_t count = 0;
    (void)state;

    buf_append_text(&xml, "<xforms>");
    for (int i = 0; i <= OPENROSA_LIST_MAX_ITEMS; i++)
        buf_printf(&xml, "<xform><formID>f%d</formID><hash>h</hash><downloadUrl>u</downloadUrl></xform>", i);
    buf_append_text(&xml, "</xforms>");
    assert_err_class(openrosa_read_forms(xml.data, xml.length, arena, &forms, &count), ERR_DATA);
    buf_clear(&xml);
    buf_append_text(&xml, "<xforms><xform><formID>");
    for (int i = 0; i < 5000; i++)
        buf_append_byte(&xml, 'a');
    buf_append_text(&xml, "</formID></xform></xforms>");
    assert_err_class(openrosa_read_forms(xml.data, xml.length, arena, &forms, &count), ERR_DATA);
    buf_finish(&xml);
    arena_destroy(&arena);
}

static void a_manifest_names_files_not_paths(void **state)
{
    static const char *const names[] = {"../outbox.db", "a/b", "..", ".", "a\\b", "a&#10;b"};
    static const char good[] =
        "<manifest xmlns=\"http://openrosa.org/xforms/xformsManifest\">"
        "<mediaFile type=\"entityList\"><filename>cases.csv</filename><hash>md5:1</hash>"
        "<downloadUrl>u</downloadUrl><integrityUrl>i</integrityUrl></mediaFile></manifest>";
    struct openrosa_media *media = NULL;
    size_t count = 0;
    char xml[300];
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct arena *arena = arena_create(ARENA_PLAIN, 0);
        int length = snprintf(xml, sizeof xml,
                              "<manifest><mediaFile><filename>%s</filename><hash>h</hash>"
                              "<downloadUrl>u</downloadUrl></mediaFile></manifest>",
                              names[i]);
        assert_err_class(openrosa_read_manifest(xml, (size_t)length, arena, &media, &count), ERR_DATA);
        arena_destroy(&arena);
    }
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    assert_ok(openrosa_read_manifest(good, strlen(good), arena, &media, &count));
    assert_string_equal(media[0].type, "entityList");
    arena_destroy(&arena);
}

/* ---- answers ---- */

#define MARKED   true
#define UNMARKED false
static const char BODY[] =
    "<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\"><message nature=\"\">"
    "full submission upload was successful!</message></OpenRosaResponse>";

/* Half a character in a health report would be a submission that no platform takes. */
static void a_long_message_ends_with_a_whole_character(void **state)
{
    char xml[512], message[128];
    (void)state;

    for (int shift = 0; shift < 3; shift++) {
        snprintf(xml, sizeof xml,
                 "<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\"><message>%.*s"
                 "县里的平台正在维护，请您明天上午九点以后再来办理；县里的平台正在维护，请您明天上午九点以后"
                 "再来办理"
                 "</message></OpenRosaResponse>",
                 shift, "..");
        assert_true(openrosa_read_response(xml, strlen(xml), message, sizeof message));
        assert_true(strlen(message) > 120);
        assert_true(utf8_valid(message, strlen(message)));
    }
}

/* The table of offline.md, and what may look like it. */
static const struct answer_case {
    enum openrosa_verb verb;
    int status;
    bool marked;
    const char *body;
    enum openrosa_meaning meaning;
    enum openrosa_trouble trouble;
} answer_cases[] = {
    {OPENROSA_SUBMIT, 201, MARKED, BODY, OPENROSA_ACCEPTED, OPENROSA_FINE},
    {OPENROSA_SUBMIT, 202, MARKED, BODY, OPENROSA_ACCEPTED, OPENROSA_FINE},
    {OPENROSA_SUBMIT, 200, MARKED, BODY, OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
    {OPENROSA_SUBMIT, 204, MARKED, "", OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
    {OPENROSA_SUBMIT, 201, UNMARKED, BODY, OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
    {OPENROSA_SUBMIT, 201, MARKED, "", OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
    {OPENROSA_SUBMIT, 201, MARKED, "<html>Created</html>", OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
    {OPENROSA_SUBMIT, 201, MARKED, "<OpenRosaResponse><mess", OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
    {OPENROSA_SUBMIT, 302, UNMARKED, "", OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
    {OPENROSA_SUBMIT, 304, MARKED, "", OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
    {OPENROSA_SUBMIT, 400, MARKED, BODY, OPENROSA_REJECTED, OPENROSA_FINE},
    {OPENROSA_SUBMIT, 400, UNMARKED, "<html/>", OPENROSA_LINK_DOWN, OPENROSA_NOT_THE_PLATFORM},
    {OPENROSA_SUBMIT, 401, MARKED, BODY, OPENROSA_CREDENTIALS, OPENROSA_REFUSED},
    {OPENROSA_SUBMIT, 401, UNMARKED, "", OPENROSA_CREDENTIALS, OPENROSA_REFUSED},
    {OPENROSA_SUBMIT, 403, UNMARKED, BODY, OPENROSA_CREDENTIALS, OPENROSA_REFUSED},
    {OPENROSA_SUBMIT, 403, UNMARKED, "<html>blocked</html>", OPENROSA_LINK_DOWN, OPENROSA_NOT_THE_PLATFORM},
    {OPENROSA_SUBMIT, 404, MARKED, BODY, OPENROSA_REJECTED, OPENROSA_FINE},
    {OPENROSA_SUBMIT, 404, UNMARKED, "<html/>", OPENROSA_LINK_DOWN, OPENROSA_NOT_THE_PLATFORM},
    {OPENROSA_SUBMIT, 408, MARKED, BODY, OPENROSA_LINK_DOWN, OPENROSA_BUSY},
    {OPENROSA_SUBMIT, 409, MARKED, BODY, OPENROSA_CONFLICT, OPENROSA_FINE},
    {OPENROSA_SUBMIT, 413, MARKED, BODY, OPENROSA_TOO_LARGE, OPENROSA_FINE},
    {OPENROSA_SUBMIT, 413, UNMARKED, "<html/>", OPENROSA_TOO_LARGE, OPENROSA_FINE},
    {OPENROSA_SUBMIT, 415, MARKED, BODY, OPENROSA_REJECTED, OPENROSA_FINE},
    {OPENROSA_SUBMIT, 429, UNMARKED, "", OPENROSA_LINK_DOWN, OPENROSA_BUSY},
    {OPENROSA_SUBMIT, 500, MARKED, "{}", OPENROSA_SERVER_ERROR, OPENROSA_BUSY},
    {OPENROSA_SUBMIT, 502, UNMARKED, "<html/>", OPENROSA_LINK_DOWN, OPENROSA_BUSY},
    {OPENROSA_SUBMIT, 503, MARKED, BODY, OPENROSA_LINK_DOWN, OPENROSA_BUSY},
    {OPENROSA_LIST, 200, MARKED, "<xforms/>", OPENROSA_FETCHED, OPENROSA_FINE},
    {OPENROSA_LIST, 200, UNMARKED, "<xforms/>", OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
    {OPENROSA_LIST, 304, UNMARKED, "", OPENROSA_UNCHANGED, OPENROSA_FINE},
    {OPENROSA_LIST, 500, MARKED, "{}", OPENROSA_LINK_DOWN, OPENROSA_BUSY},
    {OPENROSA_PLAIN, 200, UNMARKED, "bytes", OPENROSA_FETCHED, OPENROSA_FINE},
    {OPENROSA_PLAIN, 404, MARKED, BODY, OPENROSA_REJECTED, OPENROSA_FINE},
    {OPENROSA_PROBE, 204, MARKED, "", OPENROSA_FETCHED, OPENROSA_FINE},
    {OPENROSA_PROBE, 204, UNMARKED, "", OPENROSA_LINK_DOWN, OPENROSA_CAPTIVE_PORTAL},
};

static void every_answer_has_its_meaning(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answer_cases / sizeof answer_cases[0]; i++) {
        const struct answer_case *given = &answer_cases[i];
        struct http_response response;
        http_response_init(&response);
        response.status = given->status;
        response.has_openrosa_version = given->marked;
        buf_append_text(&response.body, given->body);
        struct openrosa_answer answer = openrosa_classify(given->verb, &response);
        if (answer.meaning != given->meaning || answer.trouble != given->trouble)
            fail_msg("row %zu, status %d: %s, %s", i, given->status, openrosa_meaning_name(answer.meaning),
                     openrosa_trouble_name(answer.trouble));
        http_response_finish(&response);
    }
}

static void a_page_is_no_form(void **state)
{
    struct http_response response;
    (void)state;
    http_response_init(&response);
    response.status = 200;
    snprintf(response.content_type, sizeof response.content_type, "text/html; charset=utf-8");
    assert_int_equal(openrosa_classify(OPENROSA_PLAIN, &response).trouble, OPENROSA_CAPTIVE_PORTAL);
    snprintf(response.content_type, sizeof response.content_type, "Text/HTML");
    assert_int_equal(openrosa_classify(OPENROSA_PLAIN, &response).trouble, OPENROSA_CAPTIVE_PORTAL);
}

static void no_answer_says_why(void **state)
{
    static const enum openrosa_trouble why[] = {
        [HTTP_CLIENT_OFFLINE] = OPENROSA_CLIENT_OFFLINE,
        [HTTP_SERVER_OFFLINE] = OPENROSA_SERVER_OFFLINE,
        [HTTP_TLS_FAILED] = OPENROSA_TLS,
        [HTTP_CUT] = OPENROSA_CUT,
    };
    (void)state;
    for (int failure = HTTP_CLIENT_OFFLINE; failure <= HTTP_CUT; failure++) {
        struct http_response response;
        http_response_init(&response);
        response.failure = (enum http_failure)failure;
        struct openrosa_answer answer = openrosa_classify(OPENROSA_SUBMIT, &response);
        assert_int_equal(answer.meaning, OPENROSA_LINK_DOWN);
        assert_int_equal(answer.trouble, why[failure]);
    }
}

/* ---- addresses ---- */

static void addresses_come_under_our_own_origin(void **state)
{
    static const struct {
        const char *url, *own; /* own NULL: refused */
    } cases[] = {
        {"formList", "https://us:8443/v1/key/a!b$c/projects/3/formList"},
        {"https://central.example.org/v1/key/a!b$c/projects/3/forms/x.xml",
         "https://us:8443/v1/key/a!b$c/projects/3/forms/x.xml"},
        {"http://other:1/x?st=1", "https://us:8443/x?st=1"},
        {"/forms/%E5%85%BB.xml", "https://us:8443/forms/%E5%85%BB.xml"},
        {"https://other", "https://us:8443/"},
        {"https://other?x", "https://us:8443/?x"},
        {"file:///etc/passwd", NULL},
        {"ftp://a/b", NULL},
        {"https://a/b c", NULL},
        {"https://a/b\r\nX: y", NULL},
        {"https://a/b#c", NULL},
    };
    struct openrosa client;
    char own[HTTP_URL_MAX];
    (void)state;

    assert_ok(openrosa_init(&client, NULL, NULL, "https://us:8443/v1/key/a!b$c/projects/3/"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err e = openrosa_own_url(&client, cases[i].url, own);
        assert_int_equal(err_is(&e), cases[i].own == NULL);
        if (cases[i].own)
            assert_string_equal(own, cases[i].own);
    }
}

static void a_base_must_be_an_http_address(void **state)
{
    static const char *const bad[] = {"",           "central",        "ftp://a/",    "https://",
                                      "https:///x", "https://a/?x=1", "https://a/#x"};
    struct openrosa client;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_err_class(openrosa_init(&client, NULL, NULL, bad[i]), ERR_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_message_ends_with_a_whole_character),
        cmocka_unit_test(a_form_list_is_read),
        cmocka_unit_test(an_empty_list_is_a_list),
        cmocka_unit_test(hostile_lists_are_refused_with_a_reason),
        cmocka_unit_test(endless_lists_end),
        cmocka_unit_test(a_manifest_names_files_not_paths),
        cmocka_unit_test(every_answer_has_its_meaning),
        cmocka_unit_test(a_page_is_no_form),
        cmocka_unit_test(no_answer_says_why),
        cmocka_unit_test(addresses_come_under_our_own_origin),
        cmocka_unit_test(a_base_must_be_an_http_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
