/* What all pieces of loading need: errors with lines, findings, compiled expressions, texts with outputs. */
#include "app/form/xform_private.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XML_SPACE " \t\r\n"

struct err xform_error(uint32_t line, const char *format, ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_make(ERR_DATA, XFORM_MODULE, (int)line, "line %u: %s", line, text);
}

static bool finding_room(struct xform *form)
{
    struct finding_list *list = &form->findings;
    if (list->count < list->capacity)
        return true;
    size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
    struct xform_finding *items = arena_array(form->arena, capacity, sizeof *items);
    if (!items)
        return false;
    if (list->count > 0)
        memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    list->capacity = capacity;
    return true;
}

void xform_find(struct xform *form, enum xform_severity severity, const struct node *where, const char *hint,
                const char *format, ...)
{
    char text[400];
    if (severity == XFORM_WARNING && !form->is_studied)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    char *copy = arena_strdup(form->arena, text);
    if (!copy || !finding_room(form)) /* a warning lost to full memory: loading is about to fail anyway */
        return;
    form->findings.items[form->findings.count++] = (struct xform_finding){
        .severity = severity,
        .line = where ? (int)where->line : 0,
        .column = where ? (int)where->column : 0,
        .text = copy,
        .hint = hint,
    };
}

/* The place of the very character, the hint apart; in the expression's stead one that is always blank. */
static struct err report_expression(struct xform *form, const char *text, const struct node *where,
                                    const char *what, const struct err *e, struct xpath **out_expr)
{
    int position = 0, used = 0;
    struct node place = xform_place(where->line, where->column);
    if (sscanf(e->text, "character %d: %n", &position, &used) < 1)
        used = 0;
    xform_narrow(form, text, position, &place);
    xform_say(form, &place, what, e->text + used);
    return xpath_compile(form->arena, form->names, "''", &form->namespaces, out_expr);
}

struct err xform_compile(struct xform *form, const char *text, const struct node *where, const char *what,
                         struct xpath **out_expr)
{
    struct err e = xpath_compile(form->arena, form->names, text, &form->namespaces, out_expr);
    if (!err_is(&e) || !form->is_studied || e.class == ERR_SPACE)
        return err_is(&e) ? err_context(e, "line %u: %s", where->line, what) : e;
    return report_expression(form, text, where, what, &e, out_expr);
}

/* "jr:itext('id')" gives id in the form's arena, anything else NULL. */
static const char *read_itext_id(struct xform *form, const char *expr)
{
    static const char call[] = "jr:itext(";
    expr += strspn(expr, XML_SPACE);
    if (strncmp(expr, call, sizeof call - 1) != 0)
        return NULL;
    expr += sizeof call - 1;
    expr += strspn(expr, XML_SPACE);
    char quote = *expr;
    if (quote != '\'' && quote != '"')
        return NULL;
    const char *end = strchr(++expr, quote);
    if (!end)
        return NULL;
    const char *rest = end + 1 + strspn(end + 1, XML_SPACE);
    if (*rest != ')' || rest[1 + strspn(rest + 1, XML_SPACE)] != '\0')
        return NULL;
    return arena_strndup(form->arena, expr, (size_t)(end - expr));
}

const char *xform_plain_name(const struct xform *form, const char *text)
{
    text += strspn(text, XML_SPACE);
    size_t length = strcspn(text, "/.[]()@*:'\"| \t\r\n");
    if (length == 0 || text[length + strspn(text + length, XML_SPACE)] != '\0' ||
        strchr("-0123456789", *text))
        return NULL;
    return name_intern_text(form->names, text, length);
}

const char *xform_reference(const struct xform *form, const struct node *element)
{
    const char *ref = node_attribute(element, NULL, "ref");
    if (!ref)
        ref = node_attribute(element, NULL, "nodeset");
    const char *bind_id = node_attribute(element, NULL, "bind");
    if (ref || !bind_id)
        return ref;
    for (const struct node *n = form->model->first; n; n = n->next) {
        const char *id = n->kind == NODE_ELEMENT ? node_attribute(n, NULL, "id") : NULL;
        if (id && strcmp(id, bind_id) == 0)
            return node_attribute(n, NULL, "nodeset");
    }
    return NULL;
}

static bool remember_media(struct xform *form, const char *name)
{
    if (text_map_get(&form->media_seen, name))
        return true;
    if (form->media_count == form->media_capacity) {
        size_t capacity = form->media_capacity == 0 ? 16 : form->media_capacity * 2;
        const char **names = arena_array(form->arena, capacity, sizeof *names);
        if (!names)
            return false;
        if (form->media_count > 0)
            memcpy(names, form->media_names, form->media_count * sizeof *names);
        form->media_names = names;
        form->media_capacity = capacity;
    }
    form->media_names[form->media_count++] = name;
    return text_map_put(&form->media_seen, name, form);
}

const char *xform_media_name(struct xform *form, const char *uri)
{
    const char *name = uri;
    if (strncmp(uri, "jr://", 5) == 0) {
        const char *slash = strchr(uri + 5, '/');
        name = slash ? slash + 1 : uri + 5;
    }
    return remember_media(form, name) ? name : NULL;
}

bool xform_split(struct arena *arena, const char *text, const char *const **out_words, size_t *out_count)
{
    const char **words = arena_array(arena, strlen(text) / 2 + 1, sizeof *words);
    size_t count = 0;
    for (text += strspn(text, XML_SPACE); words && *text != '\0'; text += strspn(text, XML_SPACE)) {
        size_t length = strcspn(text, XML_SPACE);
        if (!(words[count++] = arena_strndup(arena, text, length)))
            return false;
        text += length;
    }
    *out_words = words;
    *out_count = count;
    return words != NULL;
}

/* ---- Texts ---- */

/* Text being put together: a chain of parts, the last one still open for literal text. */
struct text_builder {
    struct xform *form;
    struct text_part *first;
    struct text_part *last;
    struct buf literal;
};

static struct err builder_close_part(struct text_builder *builder, struct xpath *output)
{
    struct text_part *part = arena_alloc(builder->form->arena, sizeof *part);
    char *literal = arena_strdup(builder->form->arena, buf_text(&builder->literal));
    if (!part || !literal || builder->literal.failed)
        return err_no_memory(XFORM_MODULE);
    *part = (struct text_part){.literal = literal, .output = output};
    buf_clear(&builder->literal);
    if (!builder->last)
        builder->first = part;
    else
        builder->last->next = part;
    builder->last = part;
    return err_ok();
}

static struct err builder_add(struct text_builder *builder, const struct node *element)
{
    if (!element->first)
        buf_append_text(&builder->literal, element->text);
    for (const struct node *n = element->first; n; n = n->next) {
        if (n->kind == NODE_TEXT) {
            buf_append_text(&builder->literal, n->text);
        } else if (n->kind == NODE_ELEMENT && strcmp(n->name->local, "output") == 0) {
            const char *value = node_attribute(n, NULL, "value");
            if (!value)
                value = node_attribute(n, NULL, "ref");
            if (!value)
                return xform_error(n->line, "<output> without value");
            struct xpath *output;
            TRY(xform_compile(builder->form, value, n, "<output>", &output));
            TRY(builder_close_part(builder, output));
        } else if (n->kind == NODE_ELEMENT) {
            TRY(builder_add(builder, n)); /* <b> and the like: its text counts */
        }
    }
    return err_ok();
}

/* Most texts are one literal that can be borrowed from the source. */
static struct err read_parts(struct xform *form, const struct node *element,
                             const struct text_part **out_parts)
{
    if (!element->first) {
        struct text_part *part = arena_alloc(form->arena, sizeof *part);
        if (!part)
            return err_no_memory(XFORM_MODULE);
        part->literal = element->text;
        *out_parts = part;
        return err_ok();
    }
    struct text_builder builder = {.form = form};
    struct err e = builder_add(&builder, element);
    if (!err_is(&e) && (builder.literal.length > 0 || !builder.first))
        e = builder_close_part(&builder, NULL);
    buf_finish(&builder.literal);
    *out_parts = builder.first;
    return e;
}

struct err xform_read_parts(struct xform *form, const struct node *element,
                            const struct text_part **out_parts)
{
    const struct text_part *parts = NULL;
    TRY(read_parts(form, element, &parts));
    *out_parts = parts;
    return err_ok();
}

struct err xform_read_text(struct xform *form, const struct node *element, const struct text **out_text)
{
    struct text *text = arena_alloc(form->arena, sizeof *text);
    if (!text)
        return err_no_memory(XFORM_MODULE);
    text->line = element->line;
    text->column = element->column;
    const char *ref = node_attribute(element, NULL, "ref");
    if (ref) {
        text->itext_id = read_itext_id(form, ref);
        if (!text->itext_id)
            TRY(xform_compile(form, ref, element, "ref of a label or hint", &text->ref));
    }
    if (!ref || element->first || *element->text != '\0')
        TRY(xform_read_parts(form, element, &text->parts));
    *out_text = text;
    return err_ok();
}

struct err xform_read_message(struct xform *form, const struct node *where, const char *value,
                              const struct text **out_text)
{
    struct text *text = arena_alloc(form->arena, sizeof *text);
    struct text_part *part = arena_alloc(form->arena, sizeof *part);
    if (!text || !part)
        return err_no_memory(XFORM_MODULE);
    text->line = where->line;
    text->column = where->column;
    text->itext_id = read_itext_id(form, value);
    part->literal = value;
    bool is_call = strncmp(value + strspn(value, XML_SPACE), "jr:itext(", 9) == 0;
    if (!text->itext_id && is_call)
        TRY(xform_compile(form, value, where, "message", &text->ref));
    else if (!text->itext_id)
        text->parts = part;
    *out_text = text;
    return err_ok();
}
