/* The session as the journey uses it: judged answers, cards, progress, review. */
#include "app/form/session.h"
#include "tests/unit/cmocka.h"
#include <string.h>

static const char form_text[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'"
    " xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>t</h:title><model><instance>"
    "<data id='s'><case_number/><card><name/><id_number/></card><age/><old/><photo/><note/></data></instance>"
    "<bind nodeset='/data/card/id_number' constraint=\"regex(., '^[0-9]{17}[0-9X]$')\""
    " jr:constraintMsg='18 characters, please'/>"
    "<bind nodeset='/data/age' type='int' required='true()' jr:requiredMsg='say it' constraint='. &lt; 130'/>"
    "<bind nodeset='/data/old' relevant='/data/age &gt; 60'/><bind nodeset='/data/photo' type='binary'/>"
    "<bind nodeset='/data/note' readonly='true()'/>"
    "</model></h:head><h:body>"
    "<group ref='/data/card' intent=\"ex:yizhan.idcard(role='helper')\"><label>Card</label>"
    "<input ref='/data/card/name'><label>Name</label></input>"
    "<input ref='/data/card/id_number'><label>Number</label></input></group>"
    "<input ref='/data/age'><label>Age</label></input>"
    "<select1 ref='/data/old'><label>Old</label><item><label>Yes</label><value>y</value></item></select1>"
    "<upload ref='/data/photo' mediatype='image/*'><label>Photo</label></upload>"
    "<input ref='/data/note'><label>The end</label></input>"
    "</h:body></h:html>";

struct fixture {
    struct xform *form;
    struct xform_session *session;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct session_inputs inputs = {.instance_id = "uuid:1"};
    struct err e = xform_load(form_text, sizeof(form_text) - 1, NULL, &fixture.form);
    assert_false(err_is(&e));
    e = session_create(fixture.form, &inputs, &fixture.session);
    assert_false(err_is(&e));
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    session_destroy(&fixture->session);
    xform_destroy(&fixture->form);
    return 0;
}

static struct xform_session *session_of(void **state)
{
    return ((struct fixture *)*state)->session;
}

static void a_refused_answer_leaves_the_old_one(void **state)
{
    struct xform_session *s = session_of(state);
    const char *message = NULL;
    struct err e = session_answer(s, "/data/age", "70", &message);
    assert_false(err_is(&e));
    e = session_answer(s, "/data/age", "200", &message);
    assert_int_equal(e.class, ERR_USER);
    assert_string_equal(session_value(s, "/data/age"), "70");
    e = session_answer(s, "/data/age", "", &message);
    assert_int_equal(e.class, ERR_USER);
    assert_string_equal(message, "say it");
    e = session_answer(s, "/data/age", "seventy", &message);
    assert_int_equal(e.class, ERR_USER);
    assert_string_equal(session_value(s, "/data/age"), "70");
}

static void a_card_fills_all_or_nothing(void **state)
{
    struct xform_session *s = session_of(state);
    const char *names[] = {"name", "id_number", "unknown"};
    const char *good[] = {"王秀兰", "110101195001010000", "x"};
    const char *bad[] = {"李四", "12", "x"};
    const char *message = NULL;
    struct session_node node;
    struct err e = session_look(s, "/data/card", &node);
    assert_false(err_is(&e));
    assert_string_equal(node.intent, "yizhan.idcard");
    assert_string_equal(node.intent_arguments, "role='helper'");
    assert_int_equal(node.child_count, 2);
    e = session_fill_group(s, node.ref, names, good, 3, &message);
    assert_false(err_is(&e));
    e = session_fill_group(s, "/data/card", names, bad, 3, &message);
    assert_int_equal(e.class, ERR_USER);
    assert_string_equal(message, "18 characters, please");
    assert_string_equal(session_value(s, "/data/card/name"), "王秀兰");
}

static void where_an_answer_came_from_is_known_until_it_is_changed(void **state)
{
    struct xform_session *s = session_of(state);
    const char *names[] = {"name"};
    const char *values[] = {"王秀兰"};
    const struct session_answer_line *lines = NULL;
    struct err e = session_fill_group(s, "/data/card", names, values, 1, NULL);
    assert_false(err_is(&e));
    assert_int_equal(session_answers(s, &lines), 1);
    assert_true(lines[0].from_intent);
    e = session_answer(s, lines[0].ref, "王秀", NULL); /* a ref from a view may be handed in again */
    assert_false(err_is(&e));
    assert_int_equal(session_answers(s, &lines), 1);
    assert_false(lines[0].from_intent);
}

static void progress_counts_what_is_asked(void **state)
{
    struct xform_session *s = session_of(state);
    session_first(s);
    assert_int_equal(session_progress(s).total, 4); /* card, age, photo, the end */
    struct session_position at = session_next(s);
    assert_int_equal(at.step, SESSION_GROUP);
    at = session_next_after(s); /* the card has answered for its group */
    assert_string_equal(at.ref, "/data/age");
    assert_int_equal(session_progress(s).here, 2);
    struct err e = session_answer(s, "/data/age", "70", NULL);
    assert_false(err_is(&e));
    assert_int_equal(session_progress(s).total, 5);
    at = session_next(s);
    assert_string_equal(at.ref, "/data/old");
}

static void a_choice_is_shown_by_its_label(void **state)
{
    struct xform_session *s = session_of(state);
    struct err e = session_answer(s, "/data/age", "70", NULL);
    assert_false(err_is(&e));
    e = session_answer(s, "/data/old", "n", NULL);
    assert_int_equal(e.class, ERR_USER);
    e = session_answer(s, "/data/old", "y", NULL);
    assert_false(err_is(&e));
    assert_string_equal(session_display_value(s, "/data/old"), "Yes");
}

static void a_finished_record_names_its_media_and_the_kiosks_own_fields(void **state)
{
    struct xform_session *s = session_of(state);
    const char *const *media = NULL;
    struct buf xml = {0};
    struct err e = session_submission(s, true, &xml);
    assert_int_equal(e.class, ERR_USER); /* age is required */
    e = session_answer(s, "/data/age", "70", NULL);
    assert_false(err_is(&e));
    e = session_answer(s, "/data/photo", "p.jpg", NULL);
    assert_false(err_is(&e));
    e = session_set_field(s, "case_number", "20261122-0001");
    assert_false(err_is(&e));
    e = session_set_field(s, "age", "1"); /* a question is no field of the kiosk's */
    assert_int_equal(e.class, ERR_DATA);
    e = session_submission(s, true, &xml);
    assert_false(err_is(&e));
    assert_non_null(strstr(xml.data, "<case_number>20261122-0001</case_number>"));
    assert_non_null(strstr(xml.data, "<orx:instanceID>uuid:1</orx:instanceID>"));
    assert_int_equal(session_media_names(s, &media), 1);
    assert_string_equal(media[0], "p.jpg");
    buf_finish(&xml);
}

/* spec: submission action, submission method, orx:auto-send, orx:auto-delete, base64RsaPublicKey */
static void what_the_form_says_of_sending_is_known(void **state)
{
    static const char text[] =
        "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'"
        " xmlns:orx='http://openrosa.org/xforms'><h:head><model><instance><data id='s'/></instance>"
        "<submission action='https://centre.example/s' method='post' base64RsaPublicKey='MIIB' "
        "orx:auto-send='true'"
        " orx:auto-delete='false'/></model></h:head><h:body/></h:html>";
    struct xform *form = NULL;
    (void)state;
    struct err e = xform_load(text, sizeof(text) - 1, NULL, &form);
    assert_false(err_is(&e));
    const struct xform_submission *submission = xform_submission(form);
    assert_string_equal(submission->action, "https://centre.example/s");
    assert_string_equal(submission->method, "post");
    assert_string_equal(submission->base64_rsa_public_key, "MIIB");
    assert_string_equal(submission->auto_send, "true");
    assert_string_equal(submission->auto_delete, "false");
    xform_destroy(&form);
}

#define AUDITED(wishes)                                                                                      \
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'"                   \
    " xmlns:odk='http://www.opendatakit.org/xforms'><h:head><model><instance><data id='s'><a/>"              \
    "<meta><instanceID/><audit/></meta></data></instance><bind nodeset='/data/meta/audit' "                  \
    "type='binary'" wishes                                                                                   \
    "/></model></h:head><h:body><input ref='/data/a'><label>A</label></input></h:body></h:html>"

/* What the log holds after a form was opened, at now_ms, to go on with a record and its log. */
static struct buf log_of(const char *xml, const char *earlier_log, int64_t now_ms)
{
    static const char record[] = "<data id='s'><a>1</a><meta><instanceID>uuid:1</instanceID></meta></data>";
    struct session_inputs inputs = {.now_ms = now_ms, .audit_csv = earlier_log};
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    struct buf log;
    buf_init_private(&log);
    if (earlier_log != NULL) {
        inputs.instance_xml = record;
        inputs.instance_length = sizeof record - 1;
    }
    assert_ok(xform_load(xml, strlen(xml), NULL, &form));
    assert_ok(session_create(form, &inputs, &session));
    session_first(session);
    session_next(session);
    assert_ok(session_audit(session, &log));
    session_destroy(&session);
    xform_destroy(&form);
    return log;
}

/* One record has one log, however often it was put down and taken up. */
static void the_log_of_a_draft_goes_on_with_it(void **state)
{
    (void)state;
    struct buf before = log_of(AUDITED(""), NULL, 1000);
    struct buf after = log_of(AUDITED(""), buf_text(&before), 9000);
    assert_string_equal(buf_text(&after), "event,node,start,end\nform start,,1000,\n"
                                          "beginning of form,,1000,1000\nform resume,,9000,\n"
                                          "beginning of form,,9000,9000\n");
    buf_finish(&before);
    buf_finish(&after);
}

static void rows_of_other_columns_are_not_mixed_in(void **state)
{
    (void)state;
    struct buf before = log_of(AUDITED(""), NULL, 1000);
    struct buf after = log_of(AUDITED(" odk:track-changes='true'"), buf_text(&before), 9000);
    assert_string_equal(buf_text(&after), "event,node,start,end,old-value,new-value\nform resume,,9000,,,\n"
                                          "beginning of form,,9000,9000,,\n");
    buf_finish(&before);
    buf_finish(&after);
}

/* A desk reads on another day what the kiosk sent; what it cannot work out itself is shown all the same. */
static void a_record_is_read_as_it_was_sent(void **state)
{
    static const char text[] =
        "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head>"
        "<h:title>t</h:title><model><instance><data id='s'><born/><age/><work/><school>none</school></data>"
        "</instance><bind nodeset='/data/born' type='date'/>"
        "<bind nodeset='/data/age' calculate='int((today() - /data/born) div 365.25)'/>"
        "<bind nodeset='/data/work' type='decimal' relevant='/data/age &gt;= 16'/>"
        "<bind nodeset='/data/school' relevant='/data/age &lt; 16'/></model></h:head><h:body>"
        "<input ref='/data/born'><label>Born</label></input>"
        "<input ref='/data/work'><label>Work</label></input>"
        "<input ref='/data/school'><label>School</label></input></h:body></h:html>";
    static const char record[] =
        "<data id='s'><born>1981-01-23</born><age>45</age><work>1200.0</work></data>";
    struct session_inputs inputs = {.instance_xml = record, .instance_length = sizeof record - 1};
    (void)state;
    for (int as_sent = 0; as_sent < 2; as_sent++) { /* in 1970 she is not born yet */
        const struct session_answer_line *lines;
        struct xform *form = NULL;
        struct xform_session *session = NULL;
        inputs.as_sent = as_sent;
        assert_ok(xform_load(text, sizeof text - 1, NULL, &form));
        assert_ok(session_create(form, &inputs, &session));
        size_t count = session_answers(session, &lines);
        assert_int_equal(count, 2);
        assert_string_equal(lines[1].label, as_sent ? "Work" : "School");
        assert_string_equal(lines[1].display, as_sent ? "1200" : "none");
        assert_string_equal(session_value(session, "/data/age"), as_sent ? "45" : "-11");
        session_destroy(&session);
        xform_destroy(&form);
    }
}

static const char sum_text[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'>"
    "<h:head><h:title>t</h:title><model><instance><data id='s'><one/><sum/></data></instance>"
    "<bind nodeset='/data/one' type='int'/><bind nodeset='/data/sum' type='int' calculate='/data/one + 1'/>"
    "</model></h:head><h:body><input ref='/data/one'><label>One</label></input>"
    "<input ref='/data/sum'><label>Sum</label></input></h:body></h:html>";

/* A calculation has the last word in the record, so it has it in the review too. */
static void what_is_read_before_signing_is_what_is_sent(void **state)
{
    (void)state;
    const struct session_inputs inputs = {.instance_id = "uuid:1"};
    const struct session_answer_line *lines;
    struct xform *form;
    struct xform_session *s;
    struct buf xml = {0};
    assert_ok(xform_load(sum_text, sizeof sum_text - 1, NULL, &form));
    assert_ok(session_create(form, &inputs, &s));
    assert_ok(session_answer(s, "/data/one", "1", NULL));
    assert_ok(session_answer(s, "/data/sum", "7", NULL));
    assert_string_equal(session_value(s, "/data/sum"), "7");
    assert_ok(session_recalculate(s));
    assert_int_equal(session_answers(s, &lines), 2);
    assert_string_equal(lines[1].display, "2");
    assert_ok(session_submission(s, true, &xml));
    assert_non_null(strstr(xml.data, "<sum>2</sum>"));
    buf_finish(&xml);
    session_destroy(&s);
    xform_destroy(&form);
}

/* The review holds its lines while it looks at groups and goes along paths; a walk holds its ref. */
static void what_was_handed_out_outlives_looking_and_one_change(void **state)
{
    struct xform_session *s = session_of(state);
    const struct session_answer_line *lines;
    const struct session_violation *violations;
    const char *const *groups;
    struct session_node choice, group;
    size_t count;
    assert_ok(session_answer(s, "/data/age", "70", NULL));
    assert_ok(session_answer(s, "/data/old", "y", NULL));
    assert_ok(session_jump(s, "/data/old"));
    const char *ref = session_here(s).ref;
    assert_ok(session_look(s, ref, &choice));
    assert_int_equal(session_answers(s, &lines), 2);
    for (int i = 0; i < 100; i++) {
        assert_ok(session_look(s, "/data/card", &group));
        assert_ok(session_path(s, "/data/card/name", &groups, &count));
        session_first(s);
        while (session_next(s).step != SESSION_END)
            session_validate(s, &violations);
    }
    assert_ok(session_answer(s, ref, choice.choices[0].value, NULL));
    assert_string_equal(ref, "/data/old");
    assert_string_equal(choice.label.text, "Old");
    assert_string_equal(choice.choices[0].label.text, "Yes");
    assert_string_equal(lines[0].label, "Age");
    assert_string_equal(lines[0].display, "70");
    assert_string_equal(lines[1].display, "Yes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_refused_answer_leaves_the_old_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_card_fills_all_or_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(where_an_answer_came_from_is_known_until_it_is_changed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(progress_counts_what_is_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_choice_is_shown_by_its_label, setup, teardown),
        cmocka_unit_test_setup_teardown(a_finished_record_names_its_media_and_the_kiosks_own_fields, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_was_handed_out_outlives_looking_and_one_change, setup, teardown),
        cmocka_unit_test(what_the_form_says_of_sending_is_known),
        cmocka_unit_test(the_log_of_a_draft_goes_on_with_it),
        cmocka_unit_test(rows_of_other_columns_are_not_mixed_in),
        cmocka_unit_test(a_record_is_read_as_it_was_sent),
        cmocka_unit_test(what_is_read_before_signing_is_what_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
