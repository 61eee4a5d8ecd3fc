/* Any bytes as XML: refused, or a tree that is written and read again to the same bytes. */
#include "app/form/xml.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The tree of bytes, written out; empty when they are refused. */
static void rewrite(const char *bytes, size_t size, const struct xml_options *options, struct buf *out)
{
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    struct name_table *names = arena == NULL ? NULL : name_table_create(arena, NULL);
    struct node_tree *tree;
    if (names == NULL)
        abort();
    struct err err = xml_parse(bytes, size, options, arena, names, &tree);
    if (!err_is(&err))
        xml_write(&tree->root, NULL, out);
    else if (err.text[0] == '\0')
        abort();
    arena_destroy(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct xml_options OPTIONS[] = {{.keep = XML_KEEP_DATA, .depth_max = 50, .nodes_max = 2000},
                                                 {.keep = XML_KEEP_ALL, .depth_max = 50, .nodes_max = 2000}};
    for (size_t i = 0; i < 2; i++) {
        struct buf once = {0};
        struct buf twice = {0};
        rewrite((const char *)data, size, &OPTIONS[i], &once);
        if (once.length > 0)
            rewrite(buf_text(&once), once.length, &OPTIONS[i], &twice);
        if (strcmp(buf_text(&once), buf_text(&twice)) != 0)
            abort();
        buf_finish(&once);
        buf_finish(&twice);
    }
    return 0;
}
