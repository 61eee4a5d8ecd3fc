/* Form lists, manifests and answers: the one XML reader of offline/. */
#include "board/base/utf8.h"
#include "offline/openrosa.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

static const char MODULE[] = "openrosa";

enum { MAX_DEPTH = 8, MAX_FIELD = 2048, MAX_FIELDS = 6 };

/* What a kind of document looks like: root/item/field. Field 0 must be unique and, with the first `required`
 * ones, present. */
struct shape {
    const char *root;
    const char *item;
    const char *fields[MAX_FIELDS]; /* NULL after the last */
    int required;
    const char *attribute; /* of the item, kept as one more field; NULL for none */
    int attribute_field;
};

static const struct shape FORM_LIST = {
    .root = "xforms",
    .item = "xform",
    .fields = {"formID", "hash", "downloadUrl", "name", "version", "manifestUrl"},
    .required = 3,
};

static const struct shape MANIFEST = {
    .root = "manifest",
    .item = "mediaFile",
    .fields = {"filename", "hash", "downloadUrl"},
    .required = 3,
    .attribute = "type",
    .attribute_field = 3,
};

struct row {
    const char *field[MAX_FIELDS];
    struct row *next;
};

struct reader {
    XML_Parser parser;
    const struct shape *shape;
    struct arena *arena;
    struct row *first, **end;
    struct row *open; /* the item being read */
    size_t count;
    int depth;
    int field; /* being collected, -1 for none */
    char text[MAX_FIELD];
    size_t text_length;
    struct err err;
};

/* ---- events ---- */

static void refuse(struct reader *reader, const char *why)
{
    if (err_is(&reader->err))
        return;
    reader->err = err_make(ERR_DATA, MODULE, 0, "line %lu of the %s: %s",
                           (unsigned long)XML_GetCurrentLineNumber(reader->parser), reader->shape->root, why);
    XML_StopParser(reader->parser, XML_FALSE);
}

/* The name without its namespace: lists in the wild carry the specified one, another, or none. */
static const char *local(const char *name)
{
    const char *colon = strrchr(name, '|');
    return colon ? colon + 1 : name;
}

static const char *keep(struct reader *reader, const char *text, size_t length)
{
    const char *kept = arena_strndup(reader->arena, text, length);
    if (!kept) {
        reader->err = err_no_memory(MODULE);
        XML_StopParser(reader->parser, XML_FALSE);
    }
    return kept;
}

static void open_item(struct reader *reader, const char **attributes)
{
    if (++reader->count > OPENROSA_LIST_MAX_ITEMS) {
        refuse(reader, "too many items");
        return;
    }
    struct row *row = arena_alloc(reader->arena, sizeof *row);
    if (!row) {
        reader->err = err_no_memory(MODULE);
        XML_StopParser(reader->parser, XML_FALSE);
        return;
    }
    reader->open = row;
    for (; reader->shape->attribute && attributes[0]; attributes += 2) {
        if (strcmp(attributes[0], reader->shape->attribute) == 0)
            row->field[reader->shape->attribute_field] = keep(reader, attributes[1], strlen(attributes[1]));
    }
}

static int field_named(const struct shape *shape, const char *name)
{
    for (int i = 0; i < MAX_FIELDS && shape->fields[i]; i++) {
        if (strcmp(shape->fields[i], name) == 0)
            return i;
    }
    return -1;
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct reader *reader = context;

    switch (++reader->depth) {
    case 1:
        if (strcmp(local(name), reader->shape->root) != 0)
            refuse(reader, "another root element");
        break;
    case 2:
        if (strcmp(local(name), reader->shape->item) == 0)
            open_item(reader, attributes);
        break;
    case 3:
        reader->field = reader->open ? field_named(reader->shape, local(name)) : -1;
        reader->text_length = 0;
        break;
    default:
        if (reader->depth > MAX_DEPTH)
            refuse(reader, "nested too deep");
    }
}

static void on_text(void *context, const char *text, int length)
{
    struct reader *reader = context;
    if (reader->field < 0 || reader->depth != 3)
        return;
    if (reader->text_length + (size_t)length > sizeof reader->text) {
        refuse(reader, "a value is too long");
        return;
    }
    memcpy(reader->text + reader->text_length, text, (size_t)length);
    reader->text_length += (size_t)length;
}

static void close_field(struct reader *reader)
{
    const char *start = reader->text;
    const char *end = start + reader->text_length;

    while (start < end && (unsigned char)*start <= ' ')
        start++;
    while (end > start && (unsigned char)end[-1] <= ' ')
        end--;
    if (reader->open->field[reader->field])
        refuse(reader, "a value is given twice");
    else
        reader->open->field[reader->field] = keep(reader, start, (size_t)(end - start));
    reader->field = -1;
}

static void close_item(struct reader *reader)
{
    struct row *row = reader->open;

    for (int i = 0; i < reader->shape->required; i++) {
        if (!row->field[i] || !*row->field[i]) {
            refuse(reader, reader->shape->fields[i]);
            return;
        }
    }
    for (int i = 0; i < MAX_FIELDS; i++) {
        if (!row->field[i])
            row->field[i] = "";
    }
    *reader->end = row;
    reader->end = &row->next;
    reader->open = NULL;
}

static void on_end(void *context, const char *name)
{
    struct reader *reader = context;
    (void)name;
    if (err_is(&reader->err))
        return;
    if (reader->depth == 3 && reader->field >= 0)
        close_field(reader);
    else if (reader->depth == 2 && reader->open)
        close_item(reader);
    reader->depth--;
}

static void on_doctype(void *context, const char *name, const char *system, const char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    refuse(context, "a document type is not allowed");
}

/* ---- reading ---- */

static struct err parse(struct reader *reader, const char *xml, size_t length)
{
    if (length > OPENROSA_LIST_MAX_BYTES)
        return err_make(ERR_REFUSED, MODULE, 0, "the %s is larger than %zu bytes", reader->shape->root,
                        OPENROSA_LIST_MAX_BYTES);
    reader->parser = XML_ParserCreateNS(NULL, '|');
    if (!reader->parser)
        return err_no_memory(MODULE);
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
    if (XML_Parse(reader->parser, xml, (int)length, XML_TRUE) != XML_STATUS_OK && !err_is(&reader->err))
        refuse(reader, XML_ErrorString(XML_GetErrorCode(reader->parser)));
    XML_ParserFree(reader->parser);
    return reader->err;
}

static struct err read_rows(const struct shape *shape, const char *xml, size_t length, struct arena *arena,
                            struct row **out_first, size_t *out_count)
{
    struct reader reader = {.shape = shape, .arena = arena, .field = -1};
    reader.end = &reader.first;
    TRY(parse(&reader, xml, length));
    *out_first = reader.first;
    *out_count = reader.count;
    return err_ok();
}

/* A few thousand names at most, once every ten minutes: the plain way. */
static bool is_twice(const struct row *first, const struct row *row)
{
    for (const struct row *other = first; other != row; other = other->next) {
        if (strcmp(other->field[0], row->field[0]) == 0)
            return true;
    }
    return false;
}

struct err openrosa_read_forms(const char *xml, size_t length, struct arena *arena,
                               struct openrosa_form **out_forms, size_t *out_count)
{
    struct row *first = NULL;
    size_t count = 0, i = 0;

    TRY(read_rows(&FORM_LIST, xml, length, arena, &first, &count));
    struct openrosa_form *forms = arena_array(arena, count, sizeof *forms);
    if (!forms)
        return err_no_memory(MODULE);
    for (const struct row *row = first; row; row = row->next, i++) {
        if (is_twice(first, row))
            return err_make(ERR_DATA, MODULE, 0, "form list: form %.80s is listed twice", row->field[0]);
        forms[i] = (struct openrosa_form){.id = row->field[0],
                                          .hash = row->field[1],
                                          .download_url = row->field[2],
                                          .name = row->field[3],
                                          .version = row->field[4],
                                          .manifest_url = row->field[5]};
    }
    *out_forms = forms;
    *out_count = count;
    return err_ok();
}

static bool is_file_name(const char *name)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strlen(name) > 255)
        return false;
    for (const char *at = name; *at; at++) {
        if (*at == '/' || *at == '\\' || (unsigned char)*at < ' ' || *at == 0x7f)
            return false;
    }
    return true;
}

struct err openrosa_read_manifest(const char *xml, size_t length, struct arena *arena,
                                  struct openrosa_media **out_media, size_t *out_count)
{
    struct row *first = NULL;
    size_t count = 0, i = 0;

    TRY(read_rows(&MANIFEST, xml, length, arena, &first, &count));
    struct openrosa_media *media = arena_array(arena, count, sizeof *media);
    if (!media)
        return err_no_memory(MODULE);
    for (const struct row *row = first; row; row = row->next, i++) {
        if (!is_file_name(row->field[0]))
            return err_make(ERR_DATA, MODULE, 0, "manifest: %.80s is not a file name", row->field[0]);
        if (is_twice(first, row))
            return err_make(ERR_DATA, MODULE, 0, "manifest: %.80s is listed twice", row->field[0]);
        media[i] = (struct openrosa_media){.filename = row->field[0],
                                           .hash = row->field[1],
                                           .download_url = row->field[2],
                                           .type = row->field[3]};
    }
    *out_media = media;
    *out_count = count;
    return err_ok();
}

/* ---- answers to a submission ---- */

struct response_reader {
    XML_Parser parser;
    int depth;
    bool is_response;
    bool in_message;
    bool has_doctype;
    char *message;
    size_t length, size;
};

static void on_response_start(void *context, const char *name, const char **attributes)
{
    struct response_reader *reader = context;
    (void)attributes;
    reader->depth++;
    if (reader->depth == 1)
        reader->is_response = strcmp(local(name), "OpenRosaResponse") == 0;
    reader->in_message = reader->depth == 2 && strcmp(local(name), "message") == 0 && reader->length == 0;
}

static void on_response_end(void *context, const char *name)
{
    struct response_reader *reader = context;
    (void)name;
    reader->depth--;
    reader->in_message = false;
}

static void on_response_text(void *context, const char *text, int length)
{
    struct response_reader *reader = context;
    for (int i = 0; reader->in_message && i < length && reader->length + 1 < reader->size; i++)
        reader->message[reader->length++] = (unsigned char)text[i] < ' ' ? ' ' : text[i];
}

static void on_response_doctype(void *context, const char *name, const char *system, const char *public,
                                int internal)
{
    struct response_reader *reader = context;
    (void)name, (void)system, (void)public, (void)internal;
    reader->has_doctype = true;
    XML_StopParser(reader->parser, XML_FALSE);
}

bool openrosa_read_response(const char *xml, size_t length, char *out_message, size_t message_size)
{
    struct response_reader reader = {.message = out_message, .size = message_size};

    if (message_size > 0)
        out_message[0] = '\0';
    if (length == 0 || length > OPENROSA_LIST_MAX_BYTES)
        return false;
    reader.parser = XML_ParserCreateNS(NULL, '|');
    if (!reader.parser)
        return false;
    XML_SetUserData(reader.parser, &reader);
    XML_SetElementHandler(reader.parser, on_response_start, on_response_end);
    XML_SetCharacterDataHandler(reader.parser, on_response_text);
    XML_SetStartDoctypeDeclHandler(reader.parser, on_response_doctype);
    bool whole = XML_Parse(reader.parser, xml, (int)length, XML_TRUE) == XML_STATUS_OK;
    XML_ParserFree(reader.parser);
    if (message_size > 0) {
        out_message[reader.length] = '\0';
        utf8_clean(out_message);
    }
    return whole && reader.is_response && !reader.has_doctype;
}
