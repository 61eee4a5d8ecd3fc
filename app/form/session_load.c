/* Going on with an instance that was filled before: a draft, or a submission to be corrected. */
#include "app/form/session_private.h"
#include "app/form/xml.h"
#include <stdio.h>
#include <string.h>

static struct node *child_called(const struct node *parent, const char *local)
{
    for (struct node *n = parent->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT && strcmp(n->name->local, local) == 0)
            return n;
    return NULL;
}

static struct node *next_called(const struct node *node)
{
    for (struct node *n = node->next; n; n = n->next)
        if (n->kind == NODE_ELEMENT && strcmp(n->name->local, node->name->local) == 0)
            return n;
    return NULL;
}

static struct err lay_over(struct xform_session *session, struct node *node, const struct node *source);

static void drop_instances(struct xform_session *session, struct node *parent, const struct field *repeat)
{
    struct node *next;
    for (struct node *n = session_child(parent, repeat); n; n = next) {
        next = session_next_instance(n);
        node_detach(session->tree, n);
    }
    session_clear_series(parent, repeat);
}

static bool is_template(const struct node *node)
{
    return node_attribute(node, NS_JAVAROSA, "template") != NULL;
}

void session_remark_excess(struct xform_session *session, const struct field *repeat, size_t count)
{
    char text[200];
    snprintf(text, sizeof text,
             "%.120s: %zu instances of the record are left out, the form decides how many there are",
             repeat->path, count);
    const char **remarks = arena_array(session->arena, session->remark_count + 1, sizeof *remarks);
    const char *remark = arena_strdup(session->arena, text);
    if (!remarks || !remark)
        return;
    if (session->remark_count > 0)
        memcpy(remarks, session->remarks, session->remark_count * sizeof *remarks);
    remarks[session->remark_count++] = remark;
    session->remarks = remarks;
}

static size_t count_called(const struct node *node)
{
    size_t count = 0;
    for (; node; node = next_called(node))
        count += !is_template(node);
    return count;
}

/* jr:noAddRemove: there are as many instances as the form says, whatever the source has; what it does not
 * have is as in the template. */
static struct err lay_over_fixed(struct xform_session *session, struct node *parent,
                                 const struct field *repeat, const struct node *source)
{
    const struct node *from = child_called(source, repeat->name->local);
    size_t count = session_instance_count(parent, repeat);
    drop_instances(session, parent, repeat);
    for (size_t i = 0; i < count; i++) {
        struct node *instance;
        TRY(session_place_instance(session, parent, repeat, NULL, &instance));
        while (from && is_template(from))
            from = next_called(from);
        if (!from)
            continue;
        TRY(lay_over(session, instance, from));
        from = next_called(from);
    }
    if (count_called(from) > 0)
        session_remark_excess(session, repeat, count_called(from));
    return err_ok();
}

static struct err lay_over_repeat(struct xform_session *session, struct node *parent,
                                  const struct field *repeat, const struct node *source)
{
    if (repeat->no_add_remove && !repeat->rules[RULE_COUNT])
        return lay_over_fixed(session, parent, repeat, source);
    drop_instances(session, parent, repeat);
    for (const struct node *n = child_called(source, repeat->name->local); n; n = next_called(n)) {
        if (is_template(n))
            continue;
        struct node *instance;
        TRY(session_place_instance(session, parent, repeat, NULL, &instance));
        TRY(lay_over(session, instance, n));
    }
    return err_ok();
}

static struct err lay_over_attributes(struct xform_session *session, struct node *node,
                                      const struct node *source)
{
    for (struct node *a = node->attributes; a; a = a->next) {
        const char *value =
            a->kind == NODE_ATTRIBUTE ? node_attribute(source, a->name->uri, a->name->local) : NULL;
        if (!value && a->kind == NODE_ATTRIBUTE && *a->name->uri == '\0')
            value = node_attribute(source, NULL, a->name->local);
        if (value && !node_set_text(session->tree, a, value))
            return err_no_memory(SESSION_MODULE);
    }
    return err_ok();
}

/* What the source does not have keeps the form's own value: it was not relevant when the source was written.
 */
static struct err lay_over(struct xform_session *session, struct node *node, const struct node *source)
{
    const struct field *field = state_of(node)->field;
    if (node != session->root)
        TRY(lay_over_attributes(session, node, source));
    if (field->is_leaf)
        return node_set_text(session->tree, node, source->text) ? err_ok() : err_no_memory(SESSION_MODULE);
    for (const struct field *f = field->first; f; f = f->next) {
        struct node *child = f->is_attribute ? NULL : session_child(node, f);
        const struct node *from = f->is_attribute ? NULL : child_called(source, f->name->local);
        if (f->is_repeat)
            TRY(lay_over_repeat(session, node, f, source));
        else if (child && from)
            TRY(lay_over(session, child, from));
        else if (child)
            state_of(child)->unsent = true;
    }
    return err_ok();
}

struct err session_restore(struct xform_session *session, const char *xml, size_t length)
{
    struct node_tree *source;
    TRY(xml_parse(xml, length, NULL, session->arena, session->names, &source));
    const struct node *root = source->root.first;
    while (root && root->kind != NODE_ELEMENT)
        root = root->next;
    if (!root || strcmp(root->name->local, session->root->name->local) != 0)
        return err_make(ERR_DATA, SESSION_MODULE, 0,
                        "the instance is not one of this form: its root is not <%s>",
                        session->root->name->local);
    const char *id = node_attribute(root, NULL, "id");
    if (!id)
        id = "";
    if (session->form->has_id && strcmp(id, session->form->id) != 0)
        return err_make(ERR_DATA, SESSION_MODULE, 0, "the instance is one of form %.80s, not of %.80s", id,
                        session->form->id);
    return lay_over(session, session->root, root);
}
