/* Expressions from outside: the protocol's `eval`, a guide's suggest_when. */
#include "app/form/session_private.h"

struct err session_eval(struct xform_session *session, const char *expr, const char *context_ref,
                        struct xpath_value *out_value)
{
    struct place place = {.node = session->root};
    struct xpath *compiled;
    if (context_ref)
        TRY(session_find(session, context_ref, &place));
    struct node *node = place.node ? place.node : place.parent;
    if (!session_view_alloc(session, 1, 1))
        return err_no_memory(SESSION_MODULE);
    TRY(xpath_compile(session->views, session->names, expr, &session->form->namespaces, &compiled));
    struct xpath_context context = session_context(session, node);
    session->context = node;
    struct err e = xpath_eval(session->machine, compiled, &context, out_value);
    session->context = NULL;
    return e;
}

const char *session_node_ref(struct xform_session *session, const struct node *node)
{
    return session_ref(session, node);
}

const char *session_root_ref(struct xform_session *session)
{
    return session->form->root->path;
}
