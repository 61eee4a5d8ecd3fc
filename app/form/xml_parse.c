#include "app/form/xml.h"
#include "app/form/xml_names.h"
#include "board/base/utf8.h"
#include <expat.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define BYTES_MAX      ((size_t)64 << 20)
#define DEPTH_MAX      200
#define NODES_MAX      4000000
#define MIXED_NAMES    16
#define ATTRIBUTES_MAX 1000 /* of one element: they are kept in a list */

struct place {
    uint32_t line;
    uint32_t column;
};

struct parse {
    XML_Parser expat;
    struct node_tree *tree;
    struct node *at;       /* the open element */
    struct buf text;       /* characters since the last tag */
    XML_Index text_offset; /* where they begin */
    const char
        *bytes; /* the source, and how far its lines are counted: asking expat costs as much as parsing */
    const char *counted;
    struct place place;
    enum xml_keep keep;
    uint32_t depth;
    uint32_t depth_max;
    const char *mixed[MIXED_NAMES + 1]; /* interned */
    struct xml_names names;
    struct err err;
};

static struct err located(enum err_class class, unsigned long line, unsigned long column, const char *text)
{
    return err_make(class, "xml", (int)line, "line %lu, column %lu: %s", line, column, text);
}

/* Remembers the first error and stops the parser. */
static void fail(struct parse *p, enum err_class class, const char *text)
{
    if (err_is(&p->err))
        return;
    p->err =
        located(class, XML_GetCurrentLineNumber(p->expat), XML_GetCurrentColumnNumber(p->expat) + 1, text);
    XML_StopParser(p->expat, XML_FALSE);
}

/* Sets p->place to line and column of a byte of the source, never one before the last. Columns count bytes.
 */
static void locate(struct parse *p, XML_Index offset)
{
    const char *here = p->bytes + offset;
    while (p->counted < here) {
        const char *end = memchr(p->counted, '\n', (size_t)(here - p->counted));
        p->place.column += (uint32_t)((end ? end : here) - p->counted);
        p->counted = end ? end + 1 : here;
        if (end)
            p->place = (struct place){p->place.line + 1, 1};
    }
}

/* Attributes stand where their element does, everything else where p->place was last set to. */
static struct node *add(struct parse *p, struct node *parent, enum node_kind kind, const struct name *name,
                        const char *text, size_t length)
{
    struct node *node = node_append(p->tree, parent, kind, name, text, length);
    if (!node) {
        bool full = p->tree->count >= p->tree->node_limit;
        fail(p, full ? ERR_REFUSED : ERR_SPACE,
             full ? "more elements than a form may have" : "out of memory");
        return NULL;
    }
    node->line = p->place.line;
    node->column = p->place.column;
    return node;
}

/* Moves p->place to what the parser reports now. */
static void arrive(struct parse *p)
{
    locate(p, XML_GetCurrentByteIndex(p->expat));
}

static bool is_mixed(const struct parse *p, const struct node *element)
{
    if (element->kind != NODE_ELEMENT)
        return false;
    for (size_t i = 0; p->mixed[i]; i++)
        if (p->mixed[i] == element->name->local)
            return true;
    return false;
}

/* ---- Text ---- */

/* White space that only lays out the source. */
static bool is_layout(const struct buf *text)
{
    return strspn(text->data, " \t\r\n") == text->length && memchr(text->data, '\n', text->length);
}

/* Text between tags becomes a node; text that is all an element has becomes the element's own. */
static void flush_text(struct parse *p, bool closing)
{
    if (p->text.length == 0)
        return;
    if (p->at->kind == NODE_ROOT) {
        buf_clear(&p->text); /* the parser lets only white space through here */
        return;
    }
    if (p->keep == XML_KEEP_DATA && closing && !p->at->first) {
        p->at->text = arena_strndup(p->tree->arena, p->text.data, p->text.length);
        p->at->text_capacity = (uint32_t)p->text.length + 1;
        if (!p->at->text)
            fail(p, ERR_SPACE, "out of memory");
    } else if (p->keep == XML_KEEP_ALL || is_mixed(p, p->at) || !is_layout(&p->text)) {
        locate(p, p->text_offset);
        add(p, p->at, NODE_TEXT, NULL, p->text.data, p->text.length);
    }
    buf_clear(&p->text);
}

static void on_text(void *context, const XML_Char *text, int length)
{
    struct parse *p = context;
    if (p->text.length == 0)
        p->text_offset = XML_GetCurrentByteIndex(p->expat);
    buf_append(&p->text, text, (size_t)length);
    if (p->text.failed)
        fail(p, ERR_SPACE, "out of memory");
}

/* ---- Elements ---- */

static bool names_are_fine(struct parse *p, const char *refusal)
{
    if (refusal)
        fail(p, *refusal == '\0' ? ERR_SPACE : ERR_DATA, *refusal == '\0' ? "out of memory" : refusal);
    return !refusal;
}

static bool declare_namespaces(struct parse *p, struct node *element, const XML_Char **attributes)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        const char *prefix;
        if (xml_is_declaration(attributes[i], &prefix) &&
            !names_are_fine(p, xml_names_declare(&p->names, element, prefix, attributes[i + 1])))
            return false;
    }
    return true;
}

/* The parser sees to it that none is written twice alike; two prefixes may still mean the same namespace. */
static bool has_attribute(const struct node *element, const struct name *name)
{
    if (*name->uri == '\0')
        return false;
    for (const struct node *a = element->attributes; a; a = a->next)
        if (a->kind == NODE_ATTRIBUTE && name_same(a->name, name))
            return true;
    return false;
}

static bool add_declaration(struct parse *p, struct node *element, const char *prefix, const char *uri)
{
    const struct name *name = name_intern(p->tree->names, NULL, prefix, NULL);
    if (!name)
        fail(p, ERR_SPACE, "out of memory");
    return name && add(p, element, NODE_NAMESPACE, name, uri, strlen(uri));
}

static bool add_attribute(struct parse *p, struct node *element, const char *written, const char *value)
{
    const char *prefix;
    const struct name *name;
    if (xml_is_declaration(written, &prefix))
        return add_declaration(p, element, prefix, value);
    if (!names_are_fine(p, xml_names_read(&p->names, written, true, &name)))
        return false;
    if (has_attribute(element, name)) {
        fail(p, ERR_DATA, "duplicate attribute");
        return false;
    }
    return add(p, element, NODE_ATTRIBUTE, name, value, strlen(value)) != NULL;
}

static void on_start(void *context, const XML_Char *written, const XML_Char **attributes)
{
    struct parse *p = context;
    if (++p->depth > p->depth_max) {
        fail(p, ERR_REFUSED, "elements are nested deeper than a form may nest them");
        return;
    }
    if (XML_GetSpecifiedAttributeCount(p->expat) / 2 > ATTRIBUTES_MAX) {
        fail(p, ERR_REFUSED, "more attributes on one element than a form may have");
        return;
    }
    flush_text(p, false);
    arrive(p);
    struct node *element = add(p, p->at, NODE_ELEMENT, NULL, NULL, 0);
    if (!element || !declare_namespaces(p, element, attributes) ||
        !names_are_fine(p, xml_names_read(&p->names, written, false, &element->name)))
        return;
    p->at = element;
    for (size_t i = 0; attributes[i]; i += 2)
        if (!add_attribute(p, element, attributes[i], attributes[i + 1]))
            return;
}

static void on_end(void *context, const XML_Char *name)
{
    struct parse *p = context;
    (void)name;
    flush_text(p, true);
    xml_names_leave(&p->names, p->at);
    p->at = p->at->parent;
    p->depth--;
}

/* ---- The rest of a document ---- */

static void on_comment(void *context, const XML_Char *text)
{
    struct parse *p = context;
    if (p->keep != XML_KEEP_ALL)
        return;
    flush_text(p, false);
    arrive(p);
    add(p, p->at, NODE_COMMENT, NULL, text, strlen(text));
}

static void on_instruction(void *context, const XML_Char *target, const XML_Char *data)
{
    struct parse *p = context;
    if (p->keep != XML_KEEP_ALL)
        return;
    flush_text(p, false);
    arrive(p);
    const struct name *name = name_intern(p->tree->names, NULL, target, NULL);
    if (name)
        add(p, p->at, NODE_INSTRUCTION, name, data, strlen(data));
}

/* A CDATA section is a text node of its own to a DOM. */
static void on_cdata(void *context)
{
    struct parse *p = context;
    if (p->keep == XML_KEEP_ALL)
        flush_text(p, false);
}

static void on_doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                       const XML_Char *public_id, int has_internal_subset)
{
    struct parse *p = context;
    (void)name;
    if (system_id || public_id || has_internal_subset)
        fail(p, ERR_DATA, "a DTD is not allowed; remove the <!DOCTYPE ...>");
    else if (p->keep == XML_KEEP_ALL)
        add(p, p->at, NODE_DOCTYPE, NULL, NULL, 0);
}

/* ---- The whole ---- */

static bool intern_mixed(struct parse *p, const char *const *mixed)
{
    for (size_t i = 0; mixed && mixed[i] && i < MIXED_NAMES; i++) {
        p->mixed[i] = name_intern_text(p->tree->names, mixed[i], strlen(mixed[i]));
        if (!p->mixed[i])
            return false;
    }
    return true;
}

static bool open_parser(struct parse *p)
{
    p->expat = XML_ParserCreate(NULL);
    if (!p->expat)
        return false;
    XML_SetUserData(p->expat, p);
    XML_SetElementHandler(p->expat, on_start, on_end);
    XML_SetCharacterDataHandler(p->expat, on_text);
    XML_SetCommentHandler(p->expat, on_comment);
    XML_SetProcessingInstructionHandler(p->expat, on_instruction);
    XML_SetCdataSectionHandler(p->expat, on_cdata, on_cdata);
    XML_SetStartDoctypeDeclHandler(p->expat, on_doctype);
    return true;
}

/* The element that a wrong closing tag, or none, leaves open. */
static const char *open_element(const struct parse *p, char out_text[120])
{
    if (!p->at || p->at->kind != NODE_ELEMENT)
        return "this closing tag closes nothing";
    snprintf(out_text, 120, "this closing tag is not that of <%.60s>, which line %u opened",
             p->at->name->local, p->at->line);
    return out_text;
}

/* A character that cannot stand where it does: what it most likely is. */
static const char *unreadable(const struct parse *p, size_t length)
{
    const char *end = p->bytes + length, *at = p->bytes + XML_GetErrorByteIndex(p->expat);
    const char *line = at;
    while (line > p->bytes && line[-1] != '\n')
        line--;
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (length > 2 && memcmp(p->bytes, "PK", 2) == 0)
        return "this is a spreadsheet or an archive, no XML; convert it to an XForm first";
    if (!utf8_valid(line, (size_t)((line_end ? line_end : end) - line)))
        return "this line is no UTF-8; save the file as UTF-8";
    for (const char *c = at; c > line; c--)
        if (c[-1] == '&')
            return "a & that is text is written &amp;";
        else if (c[-1] == '<')
            return "a < that is text is written &lt;, and a name has no spaces and begins with a letter";
        else if (c[-1] == '>')
            break;
    return "this character cannot stand here";
}

/* What is wrong, in words that say what to do. */
static const char *reason_of(const struct parse *p, enum XML_Error code, size_t length, char out_text[120])
{
    switch (code) {
    case XML_ERROR_UNDEFINED_ENTITY:
        return "unknown entity; write the character itself, or a number such as &#160;";
    case XML_ERROR_TAG_MISMATCH:
        return open_element(p, out_text);
    case XML_ERROR_INVALID_TOKEN:
        return unreadable(p, length);
    case XML_ERROR_UNKNOWN_ENCODING:
        return "its first line names an encoding that is not read here; save the file as UTF-8";
    case XML_ERROR_INCORRECT_ENCODING:
        return "its first line names another encoding than the file's; save the file as UTF-8";
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
        if (p->at->kind != NODE_ELEMENT)
            return length == 0 ? "the file is empty" : "there is nothing in the file but blanks";
        snprintf(out_text, 120, "the file ends in the middle: <%.60s> of line %u is still open",
                 p->at->name->local, p->at->line);
        return out_text;
    default:
        return XML_ErrorString(code);
    }
}

static struct err run(struct parse *p, const char *bytes, size_t length)
{
    if (XML_Parse(p->expat, bytes, (int)length, 1) == XML_STATUS_OK && !err_is(&p->err))
        return err_ok();
    if (err_is(&p->err))
        return p->err;
    enum XML_Error code = XML_GetErrorCode(p->expat);
    if (code == XML_ERROR_NO_MEMORY)
        return err_no_memory("xml");
    char name[120];
    return located(ERR_DATA, XML_GetErrorLineNumber(p->expat), XML_GetErrorColumnNumber(p->expat) + 1,
                   reason_of(p, code, length, name));
}

struct err xml_parse(const char *bytes, size_t length, const struct xml_options *options, struct arena *arena,
                     struct name_table *names, struct node_tree **out_tree)
{
    static const struct xml_options DEFAULTS = {.keep = XML_KEEP_DATA};
    const struct xml_options *o = options ? options : &DEFAULTS;
    size_t bytes_max = o->bytes_max == 0 ? BYTES_MAX : o->bytes_max;
    if (length > bytes_max || length > INT_MAX)
        return err_make(ERR_REFUSED, "xml", 0, "the document has %zu bytes, at most %zu are read", length,
                        bytes_max);
    struct parse p = {.keep = o->keep,
                      .depth_max = o->depth_max == 0 ? DEPTH_MAX : o->depth_max,
                      .place = {1, 1},
                      .names = {.arena = arena, .table = names}};
    p.tree = node_tree_create(arena, names);
    if (!p.tree || !intern_mixed(&p, o->mixed) || !open_parser(&p))
        return err_no_memory("xml");
    p.tree->node_limit = o->nodes_max == 0 ? NODES_MAX : o->nodes_max;
    p.at = &p.tree->root;
    p.bytes = p.counted = bytes;
    p.text.is_private = arena_is_private(arena);
    struct err err = run(&p, bytes, length);
    buf_finish(&p.text);
    XML_ParserFree(p.expat);
    if (err_is(&err))
        return err;
    p.tree->node_limit = 0;
    *out_tree = p.tree;
    return err_ok();
}
