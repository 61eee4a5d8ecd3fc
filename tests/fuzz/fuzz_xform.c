/* Any bytes as a form: studied as for its author, loaded, walked from end to end, each question looked at and
 * answered, sent. */
#include "app/form/session.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 200 };

static void ignore(struct err e)
{
    (void)e;
}

static void visit(struct xform_session *session, struct session_position at, int step)
{
    static const char *const answers[] = {"1", "y", "2020-02-29", "", "1 2", "99999999999999999999"};
    struct session_node node;
    if (at.step == SESSION_PROMPT_REPEAT && step < STEPS_MAX / 2)
        ignore(session_add_repeat(session, at.ref, 0));
    if (at.step != SESSION_QUESTION)
        return;
    struct err e = session_look(session, at.ref, &node);
    if (err_is(&e))
        return;
    ignore(session_set(session, node.ref, node.choice_count > 0 ? node.choices[0].value : answers[step % 6]));
}

static void fill(struct xform_session *session)
{
    struct buf xml = {0};
    const char *const *refs;
    const struct session_answer_line *lines;
    struct session_position at = session_first(session);
    for (int step = 0; at.step != SESSION_END && step < STEPS_MAX; step++) {
        visit(session, at, step);
        (void)session_changed(session, &refs);
        at = session_next(session);
    }
    (void)session_answers(session, &lines);
    (void)session_progress(session);
    ignore(session_set_language(session, "en"));
    ignore(session_submission(session, true, &xml));
    buf_finish(&xml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    struct session_inputs inputs = {.now_ms = 1795312800000, .seed = 1};
    const struct xform_finding *findings;
    struct err e = xform_study((const char *)data, size, NULL, NULL, &form);
    if (!err_is(&e))
        (void)xform_findings(form, &findings);
    xform_destroy(&form);
    e = xform_load((const char *)data, size, NULL, &form);
    if (err_is(&e))
        return 0;
    e = session_create(form, &inputs, &session);
    if (!err_is(&e))
        fill(session);
    session_destroy(&session);
    xform_destroy(&form);
    return 0;
}
