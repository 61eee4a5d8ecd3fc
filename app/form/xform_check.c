/* What an author should look at, and what a kiosk cannot show. Findings only: nothing here changes the form.
 */
#include "app/form/nearest.h"
#include "app/form/xform_private.h"
#include <stdlib.h>
#include <string.h>

static bool is_select(const struct control *control)
{
    return control->kind == XFORM_SELECT1 || control->kind == XFORM_SELECT || control->kind == XFORM_RANK;
}

/* ---- What a kiosk cannot show ---- */

static void unsupported(struct xform *form, const struct control *control, const char *hint, const char *what)
{
    struct node where = xform_place(control->line, control->column);
    xform_find(form, XFORM_UNSUPPORTED, &where, hint, "%s: a kiosk cannot show %s",
               control->field ? control->field->path : "a group", what);
}

static const char *attribute_of(const struct control *control, const char *name)
{
    for (const struct attribute *a = control->attributes; a; a = a->next)
        if (strcmp(a->name, name) == 0)
            return a->value;
    return NULL;
}

static bool takes_images(const struct control *control)
{
    const char *accept = attribute_of(control, "accept");
    const char *mediatype = accept ? accept : attribute_of(control, "mediatype");
    return !mediatype || strncmp(mediatype, "image/", 6) == 0;
}

static const struct xform_filler *filler_of(const struct xform *form, const char *intent)
{
    for (const struct xform_filler *filler = form->fillers; filler && filler->intent; filler++)
        if (strcmp(filler->intent, intent) == 0)
            return filler;
    return NULL;
}

static void check_filler(struct xform *form, const struct control *control)
{
    const struct xform_filler *filler = filler_of(form, control->intent);
    if (!filler || !control->field)
        return;
    for (const struct field *f = control->field->first; f; f = f->next) {
        struct node where = xform_place(f->line, f->column);
        if (f->is_leaf && !f->is_attribute && !filler->fills(f->name->local))
            xform_find(form, XFORM_WARNING, &where, filler->misfit_hint, "%s: %s", f->path, filler->misfit);
    }
}

static void check_intent(struct xform *form, const struct control *control)
{
    bool known =
        strcmp(control->intent, XFORM_INTENT_CARD) == 0 || strcmp(control->intent, XFORM_INTENT_SCAN) == 0;
    if (!known)
        unsupported(form, control, "use ex:" XFORM_INTENT_CARD " or ex:" XFORM_INTENT_SCAN,
                    "a question of another app (intent)");
}

static void check_input(struct xform *form, const struct control *control)
{
    if (control->field->type == XFORM_GEOTRACE || control->field->type == XFORM_GEOSHAPE)
        unsupported(form, control, "ask for a geopoint", "a line or an area on a map");
    for (size_t i = 0; i < control->appearance_count; i++)
        if (strncmp(control->appearance[i], "ex:", 3) == 0)
            unsupported(form, control, "leave the ex: appearance out", "a question of another app");
}

static void check_control(struct xform *form, const struct control *control)
{
    if (control->intent) {
        check_intent(form, control);
        check_filler(form, control);
    }
    if (control->kind == XFORM_UPLOAD && !takes_images(control))
        unsupported(form, control, "ask for image/*", "an upload of anything but pictures");
    if (control->kind == XFORM_INPUT)
        check_input(form, control);
    if (is_select(control) && !control->items && !control->itemset)
        unsupported(form, control, "add choices", "a select without choices");
    if (control->kind == XFORM_SELECT1 && attribute_of(control, "query"))
        unsupported(form, control, "use an itemset with instance()", "an external select (query)");
}

/* ---- What an author should look at ---- */

static const char *nearest_text(const struct xform *form, const char *id)
{
    struct nearest nearest = nearest_begin(id, strlen(id));
    size_t at = 0;
    if (!xform_may_guess(form))
        return NULL;
    for (const char *known; (known = text_map_next(&form->itext.texts, &at));)
        nearest_offer(&nearest, known);
    return nearest.best;
}

/* A text id must be there in every language. */
static void check_text(struct xform *form, const struct text *text)
{
    if (!text || !text->itext_id)
        return;
    struct node where = xform_place(text->line, text->column);
    struct itext_entry *const *entries = text_map_get(&form->itext.texts, text->itext_id);
    if (!entries && form->itext.language_count > 0)
        xform_find(
            form, XFORM_WARNING, &where,
            xform_did_you_mean(form, nearest_text(form, text->itext_id), "add it to every translation"),
            "text \"%s\" is there in no language", text->itext_id);
    for (size_t i = 0; i < form->itext.language_count && entries; i++)
        if (!entries[i])
            xform_find(form, XFORM_WARNING, &where, "add the translation", "text \"%s\" is missing in %s",
                       text->itext_id, form->itext.languages[i].name);
    if (form->itext.language_count == 0)
        xform_find(form, XFORM_WARNING, &where, "add itext or write the label in place",
                   "text \"%s\" is asked for, but the form has no itext", text->itext_id);
}

static bool is_question(const struct control *control)
{
    return control->kind != XFORM_GROUP && control->kind != XFORM_REPEAT;
}

/* Whoever answers wrongly is told no more than that. */
static void check_messages(struct xform *form, const struct field *field)
{
    const struct rule *rule = field->rules[RULE_CONSTRAINT];
    if (!rule || field->constraint_message || !field->control || !is_question(field->control))
        return;
    struct node where = xform_place(rule->line, rule->column);
    xform_find(form, XFORM_WARNING, &where, "add jr:constraintMsg",
               "%s has a constraint, but no words for whoever does not meet it", field->path);
}

static void check_words(struct xform *form, const struct control *control)
{
    struct node where = xform_place(control->line, control->column);
    check_text(form, control->label);
    check_text(form, control->hint);
    for (const struct item *i = control->items; i; i = i->next)
        check_text(form, i->label);
    for (const struct item *i = control->items; i && control->item_count < 500; i = i->next)
        for (const struct item *j = i->next; j; j = j->next)
            if (strcmp(i->value, j->value) == 0)
                xform_find(form, XFORM_WARNING, &where, "give each choice its own value",
                           "%s: two choices have the value \"%s\"", control->field->path, i->value);
    if (is_question(control) && !control->label && !control->hint)
        xform_find(form, XFORM_WARNING, &where, "give it a label", "%s has no label", control->field->path);
    if (control->itemset && !control->itemset->label)
        xform_find(form, XFORM_WARNING, &where, "add <label ref=\"..\"/>", "%s: its choices have no labels",
                   control->field->path);
}

/* A question under relevant="false()" is never asked. */
static void check_reach(struct xform *form, const struct control *control)
{
    for (const struct field *f = control->field; f; f = f->parent) {
        const struct rule *rule = f->rules[RULE_RELEVANT];
        if (!rule || !xpath_is_constant(rule->expr) || !strstr(xpath_source(rule->expr), "false()"))
            continue;
        struct node where = xform_place(control->line, control->column);
        xform_find(form, XFORM_WARNING, &where, "remove it or correct relevant",
                   "%s is never asked: relevant of %s is %s", control->field->path, f->path,
                   xpath_source(rule->expr));
        return;
    }
}

static bool has_default(const struct xform *form, const struct field *field)
{
    for (const struct node *n = form->primary; n; n = node_walk(form->primary, n))
        if (n->kind == NODE_ELEMENT && n->name == field->name && *n->text != '\0')
            return true;
    return false;
}

/* Something must put a value there: a person, a rule, an action, a device, the form itself. */
static bool is_filled(const struct xform *form, const struct field *field)
{
    const struct xform_filler *filler = filler_of(form, "");
    if (field->control || field->rules[RULE_CALCULATE] || field->preload != PRELOAD_NONE ||
        (filler && filler->fills(field->name->local)))
        return true;
    for (const struct field *f = field->parent; f; f = f->parent)
        if (strcmp(f->name->local, "meta") == 0 || (f->control && f->control->intent))
            return true;
    for (const struct action *a = form->actions; a; a = a->next)
        if (a->target == field)
            return true;
    return has_default(form, field);
}

static void check_filled(struct xform *form, const struct field *field)
{
    if (!field->is_leaf || field->is_attribute || !field->bind || is_filled(form, field))
        return;
    struct node where = xform_place(field->bind->line, field->bind->column);
    xform_find(form, XFORM_WARNING, &where, "add its question to the body, or leave it out",
               "%s is never asked and never calculated", field->path);
}

static void check_name(struct xform *form, const struct field *field)
{
    struct node where = xform_place(field->line, field->column);
    bool is_group = !field->is_leaf;
    if (field->is_multiple && !field->is_repeat && !field->is_attribute)
        xform_find(form, XFORM_WARNING, &where, "leave one out, or put a <repeat> around its questions",
                   "%s stands in the instance more than once, but nothing repeats it", field->path);
    for (const struct field *f = field->next; f && is_group && field->parent; f = f->next)
        if (!f->is_leaf && strcmp(f->name->local, field->name->local) == 0)
            xform_find(form, XFORM_WARNING, &where, "rename one of them", "two groups are called %s",
                       field->path);
}

static int by_line(const void *a, const void *b)
{
    const struct xform_finding *x = a, *y = b;
    int by_column = (x->column > y->column) - (x->column < y->column);
    return x->line == y->line ? by_column : x->line < y->line ? -1 : 1;
}

/* ---- What no session could be right with ---- */

static const char *words_of(const struct control *control)
{
    const struct text *label = control->label;
    bool is_plain = label && label->parts && *label->parts->literal != '\0';
    return is_plain ? label->parts->literal : control->field->path;
}

static struct err check_choices(struct xform *form, const struct control *control)
{
    bool external = attribute_of(control, "query") != NULL;
    if (!control->field || !is_select(control) || external)
        return err_ok();
    if (!control->items && !control->itemset && control->label)
        return xform_error(control->line, "Select question '%s' has no choices", words_of(control));
    return control->itemset ? xform_check_itemset(form, control) : err_ok();
}

static struct err check_controls(struct xform *form)
{
    for (size_t i = 0; i < form->control_count; i++) {
        const struct control *control = form->control_list[i];
        struct node where = xform_place(control->line, control->column);
        if (control->is_broken)
            continue;
        struct err e = check_choices(form, control);
        TRY(xform_forgive(form, &where, e));
        if (!err_is(&e))
            check_control(form, control);
    }
    return err_ok();
}

/* What only the author wants to know. */
static void check_for_author(struct xform *form)
{
    for (size_t i = 0; i < form->control_count; i++) {
        const struct control *control = form->control_list[i];
        if (control->is_broken)
            continue;
        check_words(form, control);
        if (control->field && is_question(control))
            check_reach(form, control);
    }
    for (size_t i = 0; i < form->field_count; i++) {
        check_name(form, form->fields[i]);
        check_filled(form, form->fields[i]);
        check_messages(form, form->fields[i]);
        xform_check_rules(form, form->fields[i]);
        check_text(form, form->fields[i]->constraint_message);
        check_text(form, form->fields[i]->required_message);
    }
    xform_check_author(form);
}

struct err xform_check(struct xform *form)
{
    TRY(check_controls(form));
    if (form->is_studied)
        check_for_author(form);
    if (form->findings.count > 1)
        qsort(form->findings.items, form->findings.count, sizeof *form->findings.items, by_line);
    return err_ok();
}
