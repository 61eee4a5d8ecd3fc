/* What a form or an answer may ask of the machine: each bound is one clear error, and the session goes on
 * after it. */
#include "app/form/csv.h"
#include "app/form/session.h"
#include "app/form/xpath.h"
#include "app/form/xpath_text.h"
#include "tests/unit/cmocka.h"
#include <string.h>

#define HEAD                                                                                                 \
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'"                   \
    " xmlns:jr='http://openrosa.org/javarosa'><h:head><model><instance>"

static void open_session(const char *text, struct xform **out_form, struct xform_session **out_session)
{
    struct session_inputs inputs = {.instance_id = "uuid:1"};
    struct err e = xform_load(text, strlen(text), NULL, out_form);
    if (err_is(&e))
        fail_msg("%s", e.text);
    e = session_create(*out_form, &inputs, out_session);
    if (err_is(&e))
        fail_msg("%s", e.text);
}

static void assert_refusal(struct err e, const char *words)
{
    if (!err_is(&e) || e.class != ERR_REFUSED || strstr(e.text, words) == NULL)
        fail_msg("wanted a refusal that says \"%s\", not \"%s\"", words, e.text);
}

static void assert_done(struct err e)
{
    if (err_is(&e))
        fail_msg("%s", e.text);
}

static void a_repeat_has_a_largest_size(void **state)
{
    static const char text[] = HEAD "<data id='l'><n/><r jr:template=''><x/></r></data></instance><bind "
                                    "nodeset='/data/n' type='int'/></model></h:head>"
                                    "<h:body><input ref='/data/n'><label>N</label></input>"
                                    "<repeat nodeset='/data/r' jr:count='/data/n'><input "
                                    "ref='x'><label>X</label></input></repeat></h:body></h:html>";
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    struct session_node node;
    (void)state;
    open_session(text, &form, &session);
    assert_refusal(session_set(session, "/data/n", "5001"), "more than 5000 instances");
    assert_done(session_set(session, "/data/n", "3"));
    assert_done(session_look(session, "/data/r", &node));
    assert_int_equal(node.child_count, 3);
    session_destroy(&session);
    xform_destroy(&form);
}

static void a_record_has_a_largest_size(void **state)
{
    struct buf text = {0};
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    (void)state;
    buf_append_text(&text, HEAD "<data id='l'><n/><r jr:template=''>");
    for (int i = 0; i < 400; i++)
        buf_printf(&text, "<x%d/>", i);
    buf_append_text(
        &text, "</r></data></instance></model></h:head><h:body><input ref='/data/n'><label>N</label></input>"
               "<repeat nodeset='/data/r' jr:count='/data/n'/></h:body></h:html>");
    open_session(buf_text(&text), &form, &session);
    assert_refusal(session_set(session, "/data/n", "5000"), "the record would grow beyond");
    session_destroy(&session);
    xform_destroy(&form);
    buf_finish(&text);
}

/* Each rule is within its own budget; there are only too many of them, and each looks at all others. */
static void a_change_has_a_budget_of_steps(void **state)
{
    static const char text[] =
        HEAD "<data id='l'><n/><r jr:template=''><x>1</x><y/></r></data></instance>"
             "<bind nodeset='/data/n' type='int'/><bind nodeset='/data/r/y' calculate='sum(../../r/x)'/>"
             "</model></h:head><h:body><input ref='/data/n'><label>N</label></input>"
             "<repeat nodeset='/data/r' jr:count='/data/n'><input ref='x'><label>X</label></input></repeat>"
             "</h:body></h:html>";
    struct session_inputs inputs = {.instance_id = "uuid:1", .steps_max = 20000};
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    (void)state;
    assert_done(xform_load(text, strlen(text), NULL, &form));
    assert_done(session_create(form, &inputs, &session));
    assert_refusal(session_set(session, "/data/n", "300"), "take more than 20000 steps, at /data/r/y");
    assert_done(session_set(session, "/data/n", "3"));
    assert_done(session_set(session, "/data/r[2]/x", "5"));
    assert_string_equal(session_value(session, "/data/r[3]/y"), "7");
    session_destroy(&session);
    xform_destroy(&form);
}

static void an_expression_has_a_budget_of_steps(void **state)
{
    struct buf text = {0};
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    struct xpath_value value;
    (void)state;
    buf_append_text(&text, HEAD "<data id='l'>");
    for (int i = 0; i < 300; i++)
        buf_append_text(&text, "<x/>");
    buf_append_text(&text, "</data></instance></model></h:head><h:body/></h:html>");
    open_session(buf_text(&text), &form, &session);
    assert_refusal(session_eval(session, "count(//x[count(//x[count(//x) > 1]) > 1])", NULL, &value),
                   "steps");
    assert_done(session_eval(session, "count(//x)", NULL, &value));
    assert_true(value.number == 300);
    session_destroy(&session);
    xform_destroy(&form);
    buf_finish(&text);
}

/* 80 texts of 64 KiB, each put behind those before it: some 200 MB on the way to an answer of five. */
static void an_expression_has_a_largest_working_memory(void **state)
{
    enum { LONG = 65536, COUNT = 80 };
    struct buf text = {0}, expr = {0};
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    struct xpath_value value;
    (void)state;
    open_session(HEAD "<data id='l'><x/></data></instance></model></h:head><h:body/></h:html>", &form,
                 &session);
    for (int i = 0; i < LONG; i++)
        buf_append_byte(&text, 'x');
    assert_done(session_set(session, "/data/x", buf_text(&text)));
    buf_append_text(&expr, "concat(/data/x");
    for (int i = 1; i < COUNT; i++)
        buf_append_text(&expr, ", /data/x");
    buf_append_byte(&expr, ')');
    assert_refusal(session_eval(session, buf_text(&expr), NULL, &value), "more working memory than it may");
    assert_done(session_eval(session, "string-length(concat(/data/x, /data/x))", NULL, &value));
    assert_true(value.number == 2 * LONG);
    session_destroy(&session);
    xform_destroy(&form);
    buf_finish(&text);
    buf_finish(&expr);
}

static void assert_xpath_refused(const char *expr, const char *words)
{
    struct xpath_answer *answer = NULL;
    struct xpath_request request = {.expr = expr, .xml = "<a/>", .xml_length = 4};
    assert_refusal(xpath_answer_create(&request, &answer), words);
    assert_null(answer);
}

static void an_expression_has_a_largest_length_and_depth(void **state)
{
    struct buf expr = {0};
    (void)state;
    for (int i = 0; i < 300; i++)
        buf_append_text(&expr, "(");
    buf_append_text(&expr, "1");
    for (int i = 0; i < 300; i++)
        buf_append_text(&expr, ")");
    assert_xpath_refused(buf_text(&expr), "more than 250 levels deep; split it up");
    buf_clear(&expr);
    for (int i = 0; i < 100000; i++)
        buf_append_text(&expr, "1 + ");
    buf_append_text(&expr, "1");
    assert_xpath_refused(buf_text(&expr), "longer than 262144 bytes");
    buf_finish(&expr);
}

static void a_pattern_may_not_take_for_ever(void **state)
{
    (void)state;
    assert_xpath_refused("regex('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '(a+)+$')",
                         "the pattern takes too long on this text; make it simpler");
}

static void a_form_has_a_largest_number_of_nodes(void **state)
{
    struct buf text = {0};
    struct xform *form = NULL;
    (void)state;
    buf_append_text(&text, HEAD "<data id='l'>");
    for (int i = 0; i < 200001; i++)
        buf_printf(&text, "<x%d/>", i);
    buf_append_text(&text, "</data></instance></model></h:head><h:body/></h:html>");
    assert_refusal(xform_load(buf_text(&text), text.length, NULL, &form),
                   "more than 200000 nodes in the instance");
    assert_null(form);
    buf_finish(&text);
}

static void a_form_has_a_largest_number_of_controls(void **state)
{
    struct buf text = {0};
    struct xform *form = NULL;
    (void)state;
    buf_append_text(&text, HEAD "<data id='l'><a/></data></instance></model></h:head><h:body>");
    for (int i = 0; i < 100001; i++)
        buf_append_text(&text, "<input ref='/data/a'/>");
    buf_append_text(&text, "</h:body></h:html>");
    assert_refusal(xform_load(buf_text(&text), text.length, NULL, &form), "more than 100000 controls");
    assert_null(form);
    buf_finish(&text);
}

/* A question under three groups with names of this length: 4 slashes, "data", the groups, "x". */
static struct err load_with_names(int length, struct xform **out_form)
{
    struct buf text = {0}, path = {0};
    for (char letter = 'a'; letter <= 'c'; letter++) {
        buf_append_byte(&path, '/');
        for (int i = 0; i < length; i++)
            buf_append(&path, &letter, 1);
    }
    const char *a = buf_text(&path) + 1, *b = a + length + 1, *c = b + length + 1;
    buf_printf(&text,
               HEAD "<data id='l'>\n<%.*s><%.*s><%.*s><x/></%.*s></%.*s></%.*s></data></instance></model>",
               length, a, length, b, length, c, length, c, length, b, length, a);
    buf_printf(&text, "</h:head><h:body><input ref='/data%s/x'><label>X</label></input></h:body></h:html>",
               buf_text(&path));
    struct err e = xform_load(buf_text(&text), text.length, NULL, out_form);
    buf_finish(&text);
    buf_finish(&path);
    return e;
}

static void a_path_has_a_largest_length(void **state)
{
    enum { LONGEST = (XFORM_REF_SIZE - 1 - 4 - 5 - 1) / 3 };
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    const struct session_inputs inputs = {.instance_id = "uuid:1"};
    (void)state;
    assert_done(load_with_names(LONGEST, &form));
    assert_done(session_create(form, &inputs, &session));
    session_first(session);
    struct session_position at = session_next(session);
    while (at.step == SESSION_GROUP)
        at = session_next(session);
    assert_int_equal(at.step, SESSION_QUESTION);
    assert_in_range(strlen(at.ref), XFORM_REF_SIZE - 3, XFORM_REF_SIZE - 1);
    session_destroy(&session);
    xform_destroy(&form);
    assert_refusal(load_with_names(LONGEST + 1, &form), "line 2: the path of <x> has more than 1024 letters");
}

static void assert_list_refused(const struct buf *text, const char *words)
{
    struct csv *csv = NULL;
    assert_refusal(csv_parse(text->data, text->length, &csv), words);
    assert_null(csv);
}

static void a_list_has_a_largest_size(void **state)
{
    struct buf csv = {0};
    (void)state;
    for (int i = 0; i < CSV_COLUMNS_MAX; i++)
        buf_printf(&csv, "c%d,", i);
    buf_append_text(&csv, "one_more\n1\n");
    assert_list_refused(&csv, "more than 4096 columns");
    buf_clear(&csv);
    for (int i = 0; i < CSV_ROWS_MAX + 2; i++)
        buf_append_text(&csv, "a\n");
    assert_list_refused(&csv, "more than 2000000 rows");
    buf_finish(&csv);
}

static void labels_that_ask_for_each_other_end(void **state)
{
    static const char text[] = HEAD
        "<data id='l'><a/></data></instance><itext><translation lang='x'><text id='t'><value>again <output "
        "value=\"jr:itext('t')\"/></value></text></translation></itext></model></h:head><h:body><input "
        "ref='/data/a'><label ref=\"jr:itext('t')\"/></input></h:body></h:html>";
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    struct session_node node;
    (void)state;
    open_session(text, &form, &session);
    assert_refusal(session_look(session, "/data/a", &node), "labels refer to each other more than 16 deep");
    assert_done(session_set(session, "/data/a", "1"));
    session_destroy(&session);
    xform_destroy(&form);
}

/* Each is there as long as the other is blank, and what is not there is blank. */
static void rules_that_never_settle_are_given_up(void **state)
{
    static const char text[] =
        HEAD "<data id='l'><go/><a>1</a><b>1</b></data></instance>"
             "<bind nodeset='/data/a' relevant=\"/data/go = '' or /data/b != ''\"/>"
             "<bind nodeset='/data/b' relevant=\"/data/go = '' or /data/a = ''\"/></model></h:head>"
             "<h:body><input ref='/data/go'><label>G</label></input></h:body></h:html>";
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    (void)state;
    open_session(text, &form, &session);
    assert_refusal(session_set(session, "/data/go", "1"),
                   "the rules of the form never settle, an infinite loop");
    assert_done(session_set(session, "/data/go", ""));
    session_destroy(&session);
    xform_destroy(&form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeat_has_a_largest_size),
        cmocka_unit_test(a_record_has_a_largest_size),
        cmocka_unit_test(a_change_has_a_budget_of_steps),
        cmocka_unit_test(an_expression_has_a_budget_of_steps),
        cmocka_unit_test(an_expression_has_a_largest_working_memory),
        cmocka_unit_test(an_expression_has_a_largest_length_and_depth),
        cmocka_unit_test(a_pattern_may_not_take_for_ever),
        cmocka_unit_test(a_form_has_a_largest_number_of_nodes),
        cmocka_unit_test(a_form_has_a_largest_number_of_controls),
        cmocka_unit_test(a_path_has_a_largest_length),
        cmocka_unit_test(a_list_has_a_largest_size),
        cmocka_unit_test(labels_that_ask_for_each_other_end),
        cmocka_unit_test(rules_that_never_settle_are_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
