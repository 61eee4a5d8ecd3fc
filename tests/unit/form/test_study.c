/* A form that is studied for its author: everything is said, and nothing is lost on the way. */
#include "app/form/xform.h"
#include "tests/unit/cmocka.h"
#include <string.h>

#define HEAD                                                                                                 \
    "<h:html xmlns='http://www.w3.org/2002/xforms' "                                                         \
    "xmlns:h='http://www.w3.org/1999/xhtml'>\n<h:head><model><instance>"

static void assert_found(const struct xform *form, enum xform_severity severity, int line, int column,
                         const char *words)
{
    const struct xform_finding *findings;
    size_t count = xform_findings(form, &findings);
    for (size_t i = 0; i < count; i++)
        if (findings[i].severity == severity && findings[i].line == line && findings[i].column == column &&
            strstr(findings[i].text, words) != NULL)
            return;
    for (size_t i = 0; i < count; i++)
        print_error("%d:%d: %s\n", findings[i].line, findings[i].column, findings[i].text);
    fail_msg("nothing at %d:%d says \"%s\"", line, column, words);
}

static struct xform *study(const char *text)
{
    struct xform *form = NULL;
    struct err e = xform_study(text, strlen(text), NULL, NULL, &form);
    if (err_is(&e))
        fail_msg("%s", e.text);
    return form;
}

/* Behind entities, line ends and a ">" in another value. */
static void the_place_within_an_attribute_is_found(void **state)
{
    (void)state;
    struct xform *form = study(HEAD "<data id='s'><a/><b/></data></instance>\n"
                                    "<bind nodeset='/data/a' calculate='1 &lt; 2\n and nope(3)'/>\n"
                                    "<bind nodeset='/data/b' relevant=\"/data/a > '>' and nope(4)\"/>\n"
                                    "</model></h:head><h:body/></h:html>");
    assert_found(form, XFORM_ERROR, 4, 6, "there is no function nope()");
    assert_found(form, XFORM_ERROR, 5, 53, "there is no function nope()");
    xform_destroy(&form);
}

static void one_fault_does_not_hide_the_next(void **state)
{
    (void)state;
    struct xform *form = study(
        HEAD "<data id='s'><a/><b/><c/></data></instance>\n"
             "<bind nodeset='/data/a' calculate='/data/b'/><bind nodeset='/data/b' calculate='/data/a'/>\n"
             "<instance src='x.csv'/>\n<bind/>\n</model></h:head><h:body>\n"
             "<range ref='/data/c'/>\n<select1 ref='/data/c'><label>C</label></select1>\n"
             "</h:body></h:html>");
    assert_found(form, XFORM_ERROR, 4, 1, "a secondary <instance> without an id");
    assert_found(form, XFORM_ERROR, 5, 1, "<bind> without a nodeset");
    assert_found(form, XFORM_ERROR, 7, 1, "cannot parse <range>");
    assert_found(form, XFORM_ERROR, 8, 1, "has no choices");
    assert_found(form, XFORM_ERROR, 3, 46, "/data/b -> /data/a -> /data/b");
    assert_false(xform_can_show(form));
    xform_destroy(&form);
}

static void what_is_no_form_is_one_finding(void **state)
{
    const struct xform_finding *findings;
    (void)state;
    struct xform *form = study("<a>\n<b></a>");
    assert_int_equal(xform_findings(form, &findings), 1);
    assert_found(form, XFORM_ERROR, 2, 6, "closing tag is not that of <b>");
    xform_destroy(&form);
    form = study("");
    assert_int_equal(xform_findings(form, &findings), 1);
    xform_destroy(&form);
}

static size_t with_a_guess(const struct xform *form, size_t *out_count)
{
    const struct xform_finding *findings;
    size_t guesses = 0;
    *out_count = xform_findings(form, &findings);
    for (size_t i = 0; i < *out_count; i++)
        guesses += strcmp(findings[i].hint, "did you mean text-a?") == 0;
    return guesses;
}

/* A form of thousands of texts is not compared with itself thousands of times. */
static void guesses_come_to_an_end(void **state)
{
    struct buf text = {0};
    size_t count;
    (void)state;
    buf_append_text(&text,
                    HEAD "<data id='s' version='1'><a/></data></instance><itext><translation lang='en'>"
                         "<text id='text-a'><value>A</value></text></translation></itext></model></h:head>"
                         "<h:body>");
    for (int i = 0; i < 1000; i++)
        buf_append_text(&text, "<group><label ref=\"jr:itext('text-b')\"/></group>");
    buf_append_text(&text, "</h:body></h:html>");
    struct xform *form = study(buf_text(&text));
    assert_int_equal(with_a_guess(form, &count), 200);
    assert_int_equal(count, 1000);
    xform_destroy(&form);
    buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_within_an_attribute_is_found),
        cmocka_unit_test(one_fault_does_not_hide_the_next),
        cmocka_unit_test(what_is_no_form_is_one_finding),
        cmocka_unit_test(guesses_come_to_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
