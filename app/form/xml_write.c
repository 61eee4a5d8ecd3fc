#include "app/form/compose.h"
#include "app/form/xml.h"
#include <string.h>

/* What must be escaped in text; in attribute values line breaks too, or a parser would read them as spaces.
 */
static const char *escape_of(char c, bool attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#13;";
    case '\n':
        return attribute ? "&#10;" : NULL;
    case '\t':
        return attribute ? "&#9;" : NULL;
    default:
        return NULL;
    }
}

static void escape(const char *text, bool attribute, struct buf *out_xml)
{
    const char *plain = text;
    for (; *text != '\0'; text++) {
        const char *escaped = escape_of(*text, attribute);
        if (!escaped)
            continue;
        buf_append(out_xml, plain, (size_t)(text - plain));
        buf_append_text(out_xml, escaped);
        plain = text + 1;
    }
    buf_append(out_xml, plain, (size_t)(text - plain));
}

void xml_escape(const char *text, struct buf *out_xml)
{
    escape(text, false, out_xml);
}

static void write_name(const struct name *name, struct buf *out_xml)
{
    if (name->prefix[0] != '\0')
        buf_printf(out_xml, "%s:", name->prefix);
    buf_append_text(out_xml, name->local);
}

/* Declarations in effect, innermost last: what the tags written so far have promised. */
struct promise {
    const char *prefix;
    const char *uri;
};
struct writer {
    const struct xml_filter *filter;
    struct buf promises; /* struct promise[] */
    struct buf composed; /* one text; kept from text to text, for private pages are dear */
    struct buf *out;
};

static void promise(struct writer *w, const char *prefix, const char *uri)
{
    struct promise made = {prefix, uri};
    buf_append(&w->promises, &made, sizeof made);
    buf_append_text(w->out, prefix[0] == '\0' ? " xmlns" : " xmlns:");
    buf_append_text(w->out, prefix);
    buf_append_text(w->out, "=\"");
    escape(uri, true, w->out);
    buf_append_byte(w->out, '"');
}

static const char *promised(const struct writer *w, const char *prefix)
{
    for (size_t i = w->promises.length / sizeof(struct promise); i-- > 0;) {
        struct promise made;
        memcpy(&made, w->promises.data + i * sizeof made, sizeof made);
        if (strcmp(made.prefix, prefix) == 0)
            return made.uri;
    }
    return prefix[0] == '\0' ? "" : NULL;
}

/* Declares what a name needs and no tag around it has declared. */
static void need(struct writer *w, const struct name *name)
{
    if (strcmp(name->prefix, "xml") == 0)
        return;
    const char *uri = promised(w, name->prefix);
    if (!uri || strcmp(uri, name->uri) != 0)
        promise(w, name->prefix, name->uri);
}

static void write_text(struct writer *w, const char *text, bool is_attribute)
{
    if (w->filter && w->filter->is_composed) {
        buf_clear(&w->composed);
        compose_text(text, &w->composed);
        text = buf_text(&w->composed);
    }
    escape(text, is_attribute, w->out);
}

static void write_attributes(struct writer *w, const struct node *element)
{
    for (const struct node *a = element->attributes; a; a = a->next)
        if (a->kind == NODE_NAMESPACE)
            promise(w, a->name->local, a->text);
    need(w, element->name);
    for (const struct node *a = element->attributes; a; a = a->next) {
        if (a->kind != NODE_ATTRIBUTE)
            continue;
        if (a->name->prefix[0] != '\0')
            need(w, a->name);
        buf_append_byte(w->out, ' ');
        write_name(a->name, w->out);
        buf_append_text(w->out, "=\"");
        write_text(w, a->text, true);
        buf_append_byte(w->out, '"');
    }
}

static void write_node(struct writer *w, const struct node *node);

/* The first of these siblings that is written; NULL when none is. */
static const struct node *kept_from(const struct writer *w, const struct node *node)
{
    const struct xml_filter *f = w->filter;
    while (node && f && f->keep && !f->keep(f->context, node))
        node = node->next;
    return node;
}

static void write_children(struct writer *w, const struct node *node)
{
    for (const struct node *n = kept_from(w, node->first); n; n = kept_from(w, n->next))
        write_node(w, n);
}

static void write_element(struct writer *w, const struct node *element)
{
    size_t mark = w->promises.length;
    buf_append_byte(w->out, '<');
    write_name(element->name, w->out);
    write_attributes(w, element);
    if (!kept_from(w, element->first) && element->text[0] == '\0') {
        buf_append_text(w->out, "/>");
    } else {
        buf_append_byte(w->out, '>');
        write_text(w, element->text, false);
        write_children(w, element);
        buf_append_text(w->out, "</");
        write_name(element->name, w->out);
        buf_append_byte(w->out, '>');
    }
    w->promises.length = mark;
}

static void write_node(struct writer *w, const struct node *node)
{
    switch (node->kind) {
    case NODE_ROOT:
        write_children(w, node);
        break;
    case NODE_ELEMENT:
        write_element(w, node);
        break;
    case NODE_COMMENT:
        buf_printf(w->out, "<!--%s-->", node->text);
        break;
    case NODE_INSTRUCTION:
        buf_printf(w->out, "<?%s %s?>", node->name->local, node->text);
        break;
    case NODE_DOCTYPE:
        break;
    default:
        write_text(w, node->text, false);
    }
}

void xml_write(const struct node *node, const struct xml_filter *filter, struct buf *out_xml)
{
    struct writer w = {.filter = filter, .out = out_xml};
    buf_init(&w.promises);
    buf_init_private(&w.composed);
    write_node(&w, node);
    out_xml->failed |= w.promises.failed || w.composed.failed;
    buf_finish(&w.promises);
    buf_finish(&w.composed);
}
