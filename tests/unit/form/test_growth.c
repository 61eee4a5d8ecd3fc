/* What answering costs as a record grows, in steps and not in time: session*.c and node.c are compiled once
 * more into this test so that each of their basic blocks counts itself. */
#include "app/form/session.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <string.h>

void __sanitizer_cov_trace_pc(void);

static uint64_t steps;

void __sanitizer_cov_trace_pc(void)
{
    steps++;
}

/* Each instance asks for its position, one answer decides over another, and there is more behind the repeat.
 */
static const char HOUSEHOLD[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'"
    " xmlns:jr='http://openrosa.org/javarosa'><h:head><model><instance><data id='household'><count/>"
    "<person jr:template=''><no/><age/><school/></person><given jr:template=''><x/></given><end/>"
    "<meta><instanceID/></meta></data></instance>"
    "<bind nodeset='/data/count' type='int'/><bind nodeset='/data/person/no' calculate='position(..)'/>"
    "<bind nodeset='/data/person/age' type='int' required='true()' constraint='. &lt; 130'/>"
    "<bind nodeset='/data/person/school' relevant='../age &lt; 16'/></model></h:head><h:body>"
    "<group ref='/data/person'><label>P</label><repeat nodeset='/data/person'>"
    "<input ref='age'><label>A</label></input><input ref='school'><label>S</label></input></repeat></group>"
    "<group ref='/data/given'><label>G</label><repeat nodeset='/data/given' jr:count='/data/count'>"
    "<input ref='x'><label>X</label></input></repeat></group>"
    "<input ref='/data/end'><label>E</label></input></h:body></h:html>";

static struct xform *form;

static int load(void **state)
{
    (void)state;
    assert_ok(xform_load(HOUSEHOLD, strlen(HOUSEHOLD), NULL, &form));
    return 0;
}

static int unload(void **state)
{
    (void)state;
    xform_destroy(&form);
    return 0;
}

static struct xform_session *open_session(const struct buf *instance)
{
    struct session_inputs inputs = {.instance_id = "uuid:1"};
    struct xform_session *session = NULL;
    if (instance != NULL) {
        inputs.instance_xml = instance->data;
        inputs.instance_length = instance->length;
    }
    assert_ok(session_create(form, &inputs, &session));
    return session;
}

static void add_person(struct xform_session *session, int number)
{
    const char *const *refs;
    struct session_node node;
    char ref[60];
    assert_ok(session_add_repeat(session, "/data/person", 0));
    assert_true(session_changed(session, &refs) >= 4);
    snprintf(ref, sizeof ref, "/data/person[%d]/age", number);
    assert_ok(session_set(session, ref, "7"));
    assert_ok(session_look(session, ref, &node));
    assert_string_equal(node.ref, ref);
}

static void add_persons(struct xform_session *session, int count)
{
    for (int i = 1; i <= count; i++)
        add_person(session, i);
}

static void fill(int count)
{
    struct xform_session *session = open_session(NULL);
    add_persons(session, count);
    session_destroy(&session);
}

static void count_up(int count)
{
    struct xform_session *session = open_session(NULL);
    char text[20];
    snprintf(text, sizeof text, "%d", count);
    assert_ok(session_set(session, "/data/count", text));
    assert_ok(session_set(session, "/data/count", "0"));
    session_destroy(&session);
}

static void take_away_from_the_end(int count)
{
    struct xform_session *session = open_session(NULL);
    add_persons(session, count);
    for (int i = count; i > 0; i--) {
        char ref[60];
        snprintf(ref, sizeof ref, "/data/person[%d]", i);
        assert_ok(session_remove_repeat(session, ref));
    }
    session_destroy(&session);
}

static void walk_send_and_go_on(int count)
{
    struct buf xml = {0};
    struct xform_session *session = open_session(NULL);
    add_persons(session, count);
    for (struct session_position at = session_first(session); at.step != SESSION_END;)
        at = session_next(session);
    assert_ok(session_submission(session, true, &xml));
    session_destroy(&session);
    session = open_session(&xml);
    session_destroy(&session);
    buf_finish(&xml);
}

static uint64_t steps_of(void (*story)(int count), int count)
{
    steps = 0;
    story(count);
    return steps;
}

/* Twice as many may cost twice as much, and a little for logarithms; a square would cost four times. */
static void assert_grows_with_its_size(void (*story)(int count))
{
    uint64_t once = steps_of(story, 800), twice = steps_of(story, 1600);
    assert_true(once > 800);
    if (twice * 10 > once * 23)
        fail_msg("800 instances: %llu steps, 1600 instances: %llu", (unsigned long long)once,
                 (unsigned long long)twice);
}

static void filling_a_repeat_costs_what_is_filled_in(void **state)
{
    (void)state;
    assert_grows_with_its_size(fill);
}

static void a_count_costs_what_it_makes(void **state)
{
    (void)state;
    assert_grows_with_its_size(count_up);
}

static void taking_the_last_away_moves_nobody(void **state)
{
    (void)state;
    assert_grows_with_its_size(take_away_from_the_end);
}

static void walking_and_sending_pass_each_instance_once(void **state)
{
    (void)state;
    assert_grows_with_its_size(walk_send_and_go_on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filling_a_repeat_costs_what_is_filled_in),
        cmocka_unit_test(a_count_costs_what_it_makes),
        cmocka_unit_test(taking_the_last_away_moves_nobody),
        cmocka_unit_test(walking_and_sending_pass_each_instance_once),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
