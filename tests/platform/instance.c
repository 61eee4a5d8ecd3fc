#include "tests/platform/instance.h"

#include "board/base/buf.h"

#include <expat.h>
#include <string.h>

static const char MODULE[] = "platform";

enum { MAX_DEPTH = 32 };

struct reader {
    struct arena *arena;
    struct instance instance;
    struct instance_leaf **end;
    struct buf path, text;
    size_t path_length[MAX_DEPTH];
    int depth;
    bool has_child; /* the element that ends next is no leaf */
};

static const char *local(const char *name)
{
    const char *bar = strrchr(name, '|');
    return bar ? bar + 1 : name;
}

static void take_root(struct reader *reader, const char **attributes)
{
    for (; attributes[0]; attributes += 2) {
        if (strcmp(attributes[0], "id") == 0)
            reader->instance.form_id = arena_strdup(reader->arena, attributes[1]);
        else if (strcmp(attributes[0], "version") == 0)
            reader->instance.version = arena_strdup(reader->arena, attributes[1]);
        else if (strcmp(attributes[0], "encrypted") == 0)
            reader->instance.is_encrypted = strcmp(attributes[1], "yes") == 0;
    }
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct reader *reader = context;
    if (reader->depth < MAX_DEPTH)
        reader->path_length[reader->depth] = reader->path.length;
    if (reader->depth++ == 0) {
        take_root(reader, attributes);
    } else {
        if (reader->path.length > 0)
            buf_append_byte(&reader->path, '/');
        buf_append_text(&reader->path, local(name));
    }
    reader->has_child = false;
    buf_clear(&reader->text);
}

static void add_leaf(struct reader *reader)
{
    struct instance_leaf *leaf = arena_alloc(reader->arena, sizeof *leaf);
    if (!leaf)
        return;
    leaf->path = arena_strdup(reader->arena, buf_text(&reader->path));
    leaf->value = arena_strdup(reader->arena, buf_text(&reader->text));
    *reader->end = leaf;
    reader->end = &leaf->next;
    if (strcmp(leaf->path, "meta/instanceID") == 0)
        reader->instance.instance_id = leaf->value;
}

static void on_end(void *context, const char *name)
{
    struct reader *reader = context;
    (void)name;
    reader->depth--;
    if (!reader->has_child && reader->depth > 0)
        add_leaf(reader);
    reader->has_child = true;
    if (reader->depth < MAX_DEPTH && reader->path.data) {
        reader->path.length = reader->path_length[reader->depth];
        reader->path.data[reader->path.length] = '\0';
    }
}

static void on_text(void *context, const char *text, int length)
{
    buf_append(&((struct reader *)context)->text, text, (size_t)length);
}

struct err instance_read(const char *xml, size_t length, struct arena *arena, struct instance *out_instance)
{
    struct reader reader = {.arena = arena, .instance = {.version = ""}};
    XML_Parser parser = XML_ParserCreateNS(NULL, '|');

    if (!parser)
        return err_no_memory(MODULE);
    reader.end = &reader.instance.leaves;
    XML_SetUserData(parser, &reader);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    enum XML_Status status = XML_Parse(parser, xml, (int)length, XML_TRUE);
    XML_ParserFree(parser);
    buf_finish(&reader.path);
    buf_finish(&reader.text);
    if (status != XML_STATUS_OK)
        return err_make(ERR_DATA, MODULE, 0, "submission is not well-formed XML");
    *out_instance = reader.instance;
    return err_ok();
}

const char *instance_value(const struct instance *instance, const char *name)
{
    size_t length = strlen(name);
    for (const struct instance_leaf *leaf = instance->leaves; leaf; leaf = leaf->next) {
        size_t path = strlen(leaf->path);
        if (path >= length && strcmp(leaf->path + path - length, name) == 0 &&
            (path == length || leaf->path[path - length - 1] == '/'))
            return leaf->value;
    }
    return NULL;
}

bool instance_names(const struct instance *instance, const char *text)
{
    for (const struct instance_leaf *leaf = instance->leaves; leaf; leaf = leaf->next) {
        if (strcmp(leaf->value, text) == 0)
            return true;
    }
    return false;
}
