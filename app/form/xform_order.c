/* The controls in the order in which they are asked, each within the repeat of its node. */
#include "app/form/xform_private.h"

void xform_append_control(struct control *parent, struct control *control)
{
    control->parent = parent;
    control->next = NULL;
    if (!parent->last)
        parent->first = control;
    else
        parent->last->next = control;
    parent->last = control;
}

static void list_controls(struct xform *form, struct control *control, uint32_t *order)
{
    for (struct control *c = control->first; c; c = c->next) {
        c->order = (*order)++;
        form->control_list[c->order] = c;
        list_controls(form, c, order);
    }
}

/* Innermost repeats are known only now that all <repeat>s are. */
static void find_repeats_around(struct xform *form)
{
    for (size_t i = 0; i < form->field_count; i++) {
        struct field *field = form->fields[i];
        field->repeat = field->is_repeat ? field : field->parent ? field->parent->repeat : NULL;
    }
}

static bool is_within(const struct control *control, const struct control *outer)
{
    while (control && control != outer)
        control = control->parent;
    return control == outer;
}

static void take_out(struct control *control)
{
    struct control *before = NULL;
    for (struct control *c = control->parent->first; c != control; c = c->next)
        before = c;
    if (!before)
        control->parent->first = control->next;
    else
        before->next = control->next;
    if (control->parent->last == control)
        control->parent->last = before;
}

/* A question about what is repeated is asked of every instance, also where the form has it outside the
 * <repeat>. */
static void bring_home(struct xform *form, struct control *control)
{
    const struct field *field = control->field;
    if (field && control->kind == XFORM_REPEAT)
        field = field->parent;
    struct control *home = !field || !field->repeat ? NULL : field->repeat->control;
    if (!home || is_within(control, home) || is_within(home, control))
        return;
    struct node where = {.line = control->line, .column = control->column};
    xform_find(form, XFORM_WARNING, &where, "move it there",
               "the control of %s stands outside the <repeat> of %s", control->field->path,
               home->field->path);
    take_out(control);
    xform_append_control(home, control);
}

static void mark_asking(const struct control *control)
{
    if (!control->field || control->kind == XFORM_GROUP || control->kind == XFORM_REPEAT)
        return;
    for (struct field *f = control->field; f; f = f->parent)
        f->asks = true;
}

struct err xform_order_controls(struct xform *form)
{
    uint32_t order = 0;
    find_repeats_around(form);
    form->control_list = arena_array(form->arena, form->control_count, sizeof *form->control_list);
    if (!form->control_list)
        return err_no_memory(XFORM_MODULE);
    list_controls(form, form->controls, &order);
    for (size_t i = 0; i < form->control_count; i++) {
        bring_home(form, form->control_list[i]);
        mark_asking(form->control_list[i]);
    }
    order = 0;
    list_controls(form, form->controls, &order);
    return err_ok();
}
