#include "tests/unit/cmocka.h"
#include "tests/unit/form/xpath_fixture.h"
#include <math.h>
#include <string.h>

/* Spec "XPath Functions": instances, texts, repeats, dates, places on Earth. What a form supplies is supplied
 * here. */

static struct fixture f;

static const struct node *find_instance(void *user, const char *id)
{
    struct fixture *fixture = user;
    for (const struct node *n = fixture->tree->root.first->first; n != NULL; n = n->next) {
        const char *own = node_attribute(n, NULL, "id");
        if (own != NULL && strcmp(own, id) == 0)
            return n;
    }
    return NULL;
}

static const char *find_itext(void *user, const char *id)
{
    (void)user;
    return strcmp(id, "greeting") == 0 ? "您好" : NULL;
}

static const char *find_choice(void *user, const struct node *question, const char *value)
{
    (void)user;
    if (strcmp(question->name->local, "sex") != 0)
        return NULL;
    return strcmp(value, "f") == 0 ? "女" : "男";
}

static int setup(void **state)
{
    (void)state;
    fixture_init(&f, "<form><data><sex>f</sex><once/><d>2020-02-29</d><t>10:30:00.000+08:00</t>"
                     "<r><k>a</k><s><v>1</v></s><s><v>2</v></s></r><r><k>b</k><s><v>3</v></s></r>"
                     "<p>0 0</p><p>0 1</p></data>"
                     "<instance id='towns'><root><item><code>1</code><name>青溪</name></item>"
                     "<item kind=\"a "
                     "'town'\"><code>2</code><name>云岭</name><near><by>青溪以北</by></near></item></root></"
                     "instance></form>");
    f.host.instance = find_instance;
    f.host.itext = find_itext;
    f.host.choice_label = find_choice;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_finish(&f);
    return 0;
}

static void instances_are_found_by_id(void **state)
{
    (void)state;
    assert_text(&f, "instance('towns')/root/item[code = 2]/name", "云岭");
    assert_text(&f, "pulldata('towns', 'name', 'code', '1')", "青溪");
    assert_text(&f, "pulldata('towns', 'name', 'code', '9')", "");
    assert_text(&f, "pulldata('towns', 'none', 'code', '1')", "");
    assert_text(&f, "pulldata('towns', 'near/by', '@kind', \"a 'town'\")", "青溪以北");
    assert_refused(&f, "instance('villages')/root", "there is no instance \"villages\"");
    assert_refused(&f, "pulldata('villages', 'a', 'b', 'c')", "there is no instance \"villages\"");
}

static void texts_and_labels_come_from_the_form(void **state)
{
    (void)state;
    assert_text(&f, "jr:itext('greeting')", "您好");
    assert_refused(&f, "jr:itext('nothing')", "there is no text \"nothing\"");
    assert_refused(&f, "itext('greeting')", "there is no function itext()");
    assert_text(&f, "jr:choice-name(/form/data/sex, '/form/data/sex')", "女");
    assert_text(&f, "jr:choice-name('m', '/form/data/sex')", "男");
    assert_text(&f, "jr:choice-name('m', '/form/data/none')", "");
    f.host.choice_label = NULL;
    assert_refused(&f, "jr:choice-name('m', '/form/data/sex')", "needs a form with choices");
}

/* A label whose text is calculated, as <output> makes them, on the same machine. */
static const char *calculated_text(void *user, const char *id)
{
    struct fixture *fixture = user;
    struct xpath *expr = NULL;
    struct xpath_context context = {.host = &fixture->host, .node = &fixture->tree->root};
    const char *text = NULL;
    struct err err = xpath_compile(fixture->arena, fixture->names, id, NULL, &expr);
    if (!err_is(&err))
        err = xpath_eval_string(fixture->machine, expr, &context, &text);
    return err_is(&err) ? NULL : text;
}

static void a_host_may_evaluate_on_the_same_machine(void **state)
{
    (void)state;
    f.host.itext = calculated_text;
    assert_text(&f, "concat('<', jr:itext('concat(1, 2)'), jr:itext('3'), '>')", "<123>");
    assert_refused(&f, "jr:itext('nonsense(')", "there is no text");
}

static void evaluations_inside_draw_on_the_same_budget(void **state)
{
    (void)state;
    struct xpath_limits limits = {.steps = 300};
    f.host.itext = calculated_text;
    xpath_machine_destroy(&f.machine);
    assert_ok(xpath_machine_create(&limits, &f.machine));
    assert_text(&f, "jr:itext('count(//*)')", "28");
    assert_refused(&f, "count(//*[jr:itext('count(//*)') = '28'])", "more steps");
}

static void once_keeps_what_is_there(void **state)
{
    (void)state;
    fixture_stand(&f, "/form/data/once");
    assert_text(&f, "once('new')", "new");
    fixture_stand(&f, "/form/data/sex");
    assert_text(&f, "once('new')", "f");
    assert_text(&f, "property('deviceid')", "");
    f.host.device_id = "yizhan:1";
    assert_text(&f, "property('deviceid')", "yizhan:1");
    assert_text(&f, "property('phonenumber')", "");
}

static void indexed_repeat_picks_by_level(void **state)
{
    (void)state;
    assert_text(&f, "indexed-repeat(/form/data/r/k, /form/data/r, 2)", "b");
    assert_text(&f, "indexed-repeat(//v, /form/data/r, 1, /form/data/r/s, 2)", "2");
    assert_text(&f, "indexed-repeat(//v, /form/data/r/s, 1, /form/data/r, 2)", "3"); /* any order of levels */
    assert_text(&f, "indexed-repeat(/form/data/r/k, /form/data/r, 3)", "");
    assert_text(&f, "indexed-repeat(/form/data/r/k, /form/data/r, 0)", "");
    assert_text(&f, "indexed-repeat(/form/data/r/k, /form/data/r, 'x')", "");
    assert_refused(&f, "indexed-repeat(//v, //r, 1, //s)", "index after every repeat");
    assert_refused(&f, "indexed-repeat(/form/data/d, /form/data/r, 1)", "nothing inside the repeat");
}

static void dates_are_days_and_texts(void **state)
{
    (void)state;
    assert_text(&f, "today()", "2026-11-22");
    assert_text(&f, "now()", "2026-11-22T10:00:00.000+08:00");
    assert_number(&f, "date('2026-11-22') - date('2026-11-01')", 21);
    assert_number(&f, "today() - '2026-01-01'", 325);
    assert_text(&f, "date(today() + 40)", "2027-01-01");
    assert_text(&f, "date('2020-02-28' + 1)", "2020-02-29");
    assert_boolean(&f, "/form/data/d < today()", true);
    assert_boolean(&f, "today() >= '2026-11-22'", true);
    assert_boolean(&f, "today() = date('2026-11-22')", true);
    assert_boolean(&f, "now() > today()", true);
    assert_boolean(&f, "'2026-11-22' = '2026-11-22T00:00:00.000+08:00'", false); /* texts */
    assert_boolean(&f, "date('2026-11-22') = date('2026-11-22T00:00:00.000+08:00')", true);
    assert_number(&f, "int((today() - date('1940-05-01')) div 365.25)", 86);
    assert_text(&f, "date('2020-2-9')", "2020-02-09");
    assert_text(&f, "date('')", "");
    assert_text(&f, "date('2021-02-29')", "Invalid Date");
    assert_boolean(&f, "date('tomorrow')", false);
    assert_text(&f, "number('1970-01-02')", "0"); /* midnight in China is still the day before in UTC */
    assert_near(&f, "number('1970-01-02')", 1 - 8.0 / 24, 1e-12);
    assert_text(&f, "date-time('2026-11-22T10:00:00Z')", "2026-11-22T18:00:00.000+08:00");
}

static void times_are_parts_of_a_day(void **state)
{
    (void)state;
    assert_number(&f, "decimal-time('12:00:00.000+08:00')", 0.5);
    assert_number(&f, "decimal-time(/form/data/t) * 24", 10.5);
    assert_number(&f, "decimal-time('12:00')", 0.5);
    assert_number(&f, "decimal-time('2026-11-22T04:00:00.000Z')",
                  0.5); /* of a moment, the time of day here */
    assert_number(&f, "decimal-time('1969-12-31T18:00:00.000+08:00')", 0.75);
    assert_number(&f, "decimal-time('24:00')", NAN);
    assert_number(&f, "decimal-date-time('1970-01-01T00:00:00Z')", 0);
    assert_number(&f, "decimal-date-time('1970-01-03T12:00:00.000Z')", 2.5);
    assert_number(&f, "decimal-date-time(2.5)", 2.5);
    assert_number(&f, "decimal-date-time('x')", NAN);
    assert_number(&f, "decimal-date-time(true())", NAN);
}

static void dates_are_written_in_the_sessions_language(void **state)
{
    (void)state;
    assert_text(&f, "format-date(/form/data/d, '%Y-%m-%d %y %n %e')", "2020-02-29 20 2 29");
    assert_text(&f, "format-date(/form/data/d, '%a %b')", "Sat Feb");
    assert_text(&f, "format-date-time('2026-11-22T09:05:07.089+08:00', '%H %h %M %S %3')", "09 9 05 07 089");
    assert_text(&f, "format-date('x', '%Y')", "");
    assert_text(&f, "format-date('', '%Y')", "");
    assert_text(&f, "format-date(today(), '%q%')", "%q%");
    f.host.language = "zh-CN";
    assert_text(&f, "format-date(/form/data/d, '%Y年%b%e日 %a')", "2020年2月29日 周六");
    f.host.language = "zhx";
    assert_text(&f, "format-date(/form/data/d, '%b')", "Feb");
}

static void places_on_earth_are_measured(void **state)
{
    (void)state;
    assert_near(&f, "distance('0 0; 0 1')", 111318.845, 0.01);
    assert_near(&f, "distance(/form/data/p)", 111318.845, 0.01);
    assert_near(&f, "distance('0 0', '0 1', '0 0')", 222637.69, 0.02);
    assert_number(&f, "distance('30 120; 30 120')", 0);
    assert_number(&f, "distance('0 0')", 0);
    assert_refused(&f, "distance('')", "does not represent GPS coordinates");
    assert_refused(&f, "distance('91 0; 0 0')", "does not represent GPS coordinates");
    assert_near(&f, "area('0 0 0 0; 0 0.001 0 0; 0.001 0.001 0 0; 0.001 0 0 0; 0 0 0 0')", 12391.0, 2);
    assert_number(&f, "area('')", 0);
    assert_boolean(&f, "geofence('0.5 0.5', '0 0;0 1;1 1;1 0;0 0')", true);
    assert_boolean(&f, "geofence('1.5 0.5', '0 0;0 1;1 1;1 0;0 0')", false);
    assert_boolean(&f, "geofence('0.5 0.5', '0 0;0 1;1 1;1 0')", false); /* not closed */
    assert_boolean(&f, "geofence('', '0 0;0 1;1 1;0 0')", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(instances_are_found_by_id, setup, teardown),
        cmocka_unit_test_setup_teardown(texts_and_labels_come_from_the_form, setup, teardown),
        cmocka_unit_test_setup_teardown(a_host_may_evaluate_on_the_same_machine, setup, teardown),
        cmocka_unit_test_setup_teardown(evaluations_inside_draw_on_the_same_budget, setup, teardown),
        cmocka_unit_test_setup_teardown(once_keeps_what_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(indexed_repeat_picks_by_level, setup, teardown),
        cmocka_unit_test_setup_teardown(dates_are_days_and_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(times_are_parts_of_a_day, setup, teardown),
        cmocka_unit_test_setup_teardown(dates_are_written_in_the_sessions_language, setup, teardown),
        cmocka_unit_test_setup_teardown(places_on_earth_are_measured, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
