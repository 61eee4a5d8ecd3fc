/* The record as it is sent: relevant nodes only (spec "Bind Attributes", relevant; "Submission"). */
#include "app/form/session_private.h"
#include "app/form/xml.h"
#include <string.h>

static bool is_kept(void *context, const struct node *node)
{
    (void)context;
    return is_relevant(node);
}

static struct err queue_overwritten(struct xform_session *session, struct node *node)
{
    struct state *state = state_of(node);
    if (state->overwritten)
        TRY(session_queue(session, state->field->rules[RULE_CALCULATE], node));
    state->overwritten = false;
    for (struct node *a = node->attributes; a; a = a->next)
        if (a->slot)
            TRY(queue_overwritten(session, a));
    for (struct node *n = node->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            TRY(queue_overwritten(session, n));
    return err_ok();
}

struct err session_recalculate(struct xform_session *session)
{
    session_begin_change(session);
    TRY(queue_overwritten(session, session->root));
    return session_settle(session);
}

struct err session_submission(struct xform_session *session, bool final, struct buf *out_xml)
{
    const struct session_violation *violations;
    TRY(session_recalculate(session));
    if (final) {
        if (session_validate(session, &violations) > 0)
            return err_make(ERR_USER, SESSION_MODULE, 0, "%.120s: %s", violations[0].ref,
                            violations[0].kind == SESSION_REQUIRED ? "an answer is required"
                                                                   : "the constraint does not hold");
        TRY(session_preload_end(session));
        TRY(session_audit_end(session));
        TRY(session_settle(session));
    }
    struct xml_filter filter = {.keep = is_kept, .is_composed = true};
    xml_write(session->root, &filter, out_xml);
    return buf_check(out_xml, SESSION_MODULE);
}

/* ---- Media ---- */

static bool is_media(const struct node *node)
{
    const struct field *field = state_of(node)->field;
    bool is_upload = field->control && field->control->kind == XFORM_UPLOAD;
    bool is_of_form =
        strncmp(node->text, "jr://", 5) == 0; /* a default: the form's own file, not the person's */
    return field->is_leaf && (is_upload || field->type == XFORM_BINARY) && *node->text != '\0' &&
           !is_of_form && is_relevant(node);
}

struct media_list {
    const char **names;
    size_t count;
};

static bool listed(const struct media_list *list, const char *name)
{
    for (size_t i = 0; i < list->count && list->names; i++)
        if (strcmp(list->names[i], name) == 0)
            return true;
    return false;
}

static void collect(const struct xform_session *session, struct node *node, struct media_list *list)
{
    if (is_media(node) && state_of(node)->field != session->form->audit.field && !listed(list, node->text)) {
        if (list->names)
            list->names[list->count] = node->text;
        list->count++;
    }
    for (struct node *n = node->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            collect(session, n, list);
}

size_t session_media_names(struct xform_session *session, const char *const **out_names)
{
    struct media_list list = {.count = 0};
    collect(session, session->root, &list); /* first to count: too many rather than too few */
    list.names = session_view_alloc(session, list.count + 1, sizeof *list.names);
    if (!list.names)
        return 0;
    list.count = 0;
    collect(session, session->root, &list);
    *out_names = list.names;
    return list.count;
}
