/* Choices of selects: in place or from an itemset, filtered by earlier answers. */
#include "app/form/session_private.h"
#include <string.h>

#define XML_SPACE " \t\r\n"

static const struct control *control_of(const struct node *node)
{
    return state_of(node)->field->control;
}

/* ---- Reading the lists ---- */

static const struct node *child_of_item(const struct node *item, const char *local)
{
    for (const struct node *n = item->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT && n->name->local == local)
            return n;
    return NULL;
}

static struct err eval_at_item(struct xform_session *session, const struct node *item,
                               const struct xpath *expr, const char **out_text)
{
    struct xpath_context context = {
        .host = &session->host, .node = item, .current = item, .root = &session->tree->root, .position = 1};
    const char *text;
    TRY(xpath_eval_string(session->machine, expr, &context, &text));
    *out_text = session_keep(session, text);
    return *out_text ? err_ok() : err_no_memory(SESSION_MODULE);
}

static struct err item_value(struct xform_session *session, const struct itemset *itemset,
                             const struct node *item, const char **out_value)
{
    const struct node *child = itemset->value_child ? child_of_item(item, itemset->value_child) : NULL;
    if (!child)
        return eval_at_item(session, item, itemset->value, out_value);
    *out_value = child->text;
    return err_ok();
}

/* The nodes an itemset gives, copied out of the machine's memory before anything else is evaluated. */
static struct err itemset_nodes(struct xform_session *session, struct node *node,
                                const struct node ***out_nodes, size_t *out_count)
{
    struct xpath_context context = session_context(session, node);
    const struct node *const *found = NULL;
    size_t count = 0;
    const struct node *outer = session->context;
    session->context = node;
    struct err e =
        xpath_eval_nodes(session->machine, control_of(node)->itemset->nodes, &context, &found, &count);
    session->context = outer;
    if (err_is(&e))
        return e;
    const struct node **nodes = session_view_alloc(session, count + 1, sizeof(struct node *));
    if (!nodes)
        return err_no_memory(SESSION_MODULE);
    if (count > 0)
        memcpy(nodes, found, count * sizeof(struct node *));
    *out_nodes = nodes;
    *out_count = count;
    return err_ok();
}

static struct err choices_of_itemset(struct xform_session *session, struct node *node,
                                     const struct choice **out_choices, size_t *out_count)
{
    const struct node **nodes = NULL;
    size_t count = 0;
    TRY(itemset_nodes(session, node, &nodes, &count));
    struct choice *choices = session_view_alloc(session, count + 1, sizeof *choices);
    if (!choices)
        return err_no_memory(SESSION_MODULE);
    for (size_t i = 0; i < count; i++) {
        choices[i].source = nodes[i];
        TRY(item_value(session, control_of(node)->itemset, nodes[i], &choices[i].value));
    }
    *out_choices = choices;
    *out_count = count;
    return err_ok();
}

struct err session_choices(struct xform_session *session, struct node *node,
                           const struct choice **out_choices, size_t *out_count)
{
    const struct control *control = control_of(node);
    if (control->itemset)
        return choices_of_itemset(session, node, out_choices, out_count);
    struct choice *choices = session_view_alloc(session, control->item_count + 1, sizeof *choices);
    if (!choices)
        return err_no_memory(SESSION_MODULE);
    size_t count = 0;
    for (const struct item *item = control->items; item; item = item->next)
        choices[count++] = (struct choice){.value = item->value, .item = item};
    *out_choices = choices;
    *out_count = count;
    return err_ok();
}

/* ---- Labels ---- */

static void itext_label(struct xform_session *session, const char *id, struct session_text *out_label)
{
    const struct itext_entry *entry = itext_find(&session->form->itext, id, session->language);
    const char *text = session_itext(session, id);
    *out_label = (struct session_text){.given = true, .text = text ? text : ""};
    if (!entry)
        return;
    out_label->image = entry->image;
    out_label->big_image = entry->big_image;
    out_label->audio = entry->audio;
    out_label->video = entry->video;
}

struct err session_choice_label(struct xform_session *session, struct node *node, const struct choice *choice,
                                struct session_text *out_label)
{
    *out_label = (struct session_text){.given = true, .text = choice->value};
    if (choice->item)
        return !choice->item->label ? err_ok()
                                    : session_text(session, node, choice->item->label, out_label, NULL);
    const struct itemset *itemset = control_of(node)->itemset;
    if (!itemset->label)
        return err_ok();
    const struct node *child =
        itemset->label_child ? child_of_item(choice->source, itemset->label_child) : NULL;
    if (!child)
        return eval_at_item(session, choice->source, itemset->label, &out_label->text);
    if (itemset->label_is_itext)
        itext_label(session, child->text, out_label);
    else
        out_label->text = child->text;
    return err_ok();
}

/* ---- Values ---- */

static bool list_holds(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list + strspn(list, XML_SPACE); *at != '\0'; at += strspn(at, XML_SPACE)) {
        size_t found = strcspn(at, XML_SPACE);
        if (found == length && strncmp(at, word, length) == 0)
            return true;
        at += found;
    }
    return false;
}

static bool choices_hold(const struct choice *choices, size_t count, const char *value, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(choices[i].value, value, length) == 0 && choices[i].value[length] == '\0')
            return true;
    return false;
}

static void append_word(struct buf *list, const char *word, size_t length)
{
    if (list->length > 0)
        buf_append_byte(list, ' ');
    buf_append(list, word, length);
}

static void keep_in_order_of_value(const struct choice *choices, size_t count, const char *value,
                                   struct buf *out_value)
{
    for (const char *at = value + strspn(value, XML_SPACE); *at != '\0'; at += strspn(at, XML_SPACE)) {
        size_t length = strcspn(at, XML_SPACE);
        if (choices_hold(choices, count, at, length))
            append_word(out_value, at, length);
        at += length;
    }
}

/* A rank holds all choices, always: those the person has not placed come last, in their own order. */
static void add_missing(const struct choice *choices, size_t count, struct buf *value)
{
    for (size_t i = 0; i < count; i++)
        if (!list_holds(buf_text(value), choices[i].value))
            append_word(value, choices[i].value, strlen(choices[i].value));
}

static void keep_in_order_of_choices(const struct choice *choices, size_t count, const char *value,
                                     struct buf *out_value)
{
    for (size_t i = 0; i < count; i++)
        if (list_holds(value, choices[i].value) && !list_holds(buf_text(out_value), choices[i].value))
            append_word(out_value, choices[i].value, strlen(choices[i].value));
}

struct err session_allowed_choices(struct xform_session *session, struct node *node, const char *value,
                                   struct buf *out_value)
{
    const struct choice *choices;
    size_t count;
    TRY(session_choices(session, node, &choices, &count));
    switch (control_of(node)->kind) {
    case XFORM_SELECT1:
        if (choices_hold(choices, count, value, strlen(value)))
            buf_append_text(out_value, value);
        break;
    case XFORM_RANK:
        keep_in_order_of_value(choices, count, value, out_value);
        add_missing(choices, count, out_value);
        break;
    default:
        keep_in_order_of_choices(choices, count, value, out_value);
    }
    return buf_check(out_value, SESSION_MODULE);
}

bool session_ranks_all(const struct choice *choices, size_t count, const char *value)
{
    for (size_t i = 0; i < count; i++)
        if (!list_holds(value, choices[i].value))
            return false;
    return true;
}

struct err session_filter_choices(struct xform_session *session, struct node *node)
{
    /* What a filter took away comes back with it, as long as nobody has chosen anything else. */
    const char *wanted = state_of(node)->wanted ? state_of(node)->wanted : node->text;
    if (*wanted == '\0')
        return err_ok();
    if (!state_of(node)->wanted)
        TRY(session_write(session, node, node->text)); /* remembers it */
    wanted = state_of(node)->wanted;
    buf_clear(&session->allowed);
    TRY(session_allowed_choices(session, node, wanted, &session->allowed));
    return session_write_allowed(session, node, buf_text(&session->allowed));
}

const char *session_choice_name(void *user, const struct node *question, const char *value)
{
    struct xform_session *session = user;
    struct node *node = (struct node *)question;
    if (!node->slot || !control_of(node))
        return NULL;
    const struct choice *choices;
    size_t count;
    struct err e = session_choices(session, node, &choices, &count);
    for (size_t i = 0; i < count && !err_is(&e); i++) {
        struct session_text label;
        if (strcmp(choices[i].value, value) != 0)
            continue;
        e = session_choice_label(session, node, &choices[i], &label);
        return err_is(&e) ? NULL : label.text;
    }
    return NULL;
}

bool session_is_selected(const struct control *control, const char *value, const char *choice)
{
    return control->kind == XFORM_SELECT1 ? strcmp(value, choice) == 0 : list_holds(value, choice);
}
