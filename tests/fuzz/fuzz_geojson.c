/* Any bytes as a GeoJSON list: one tree of items or one error. */
#include "app/form/geojson.h"
#include "board/base/arena.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create(ARENA_PLAIN, 64 << 20);
    struct name_table *names = arena == NULL ? NULL : name_table_create(arena, NULL);
    struct node_tree *tree = NULL;
    if (names != NULL) {
        struct err err = geojson_parse((const char *)data, size, arena, names, &tree);
        if (err_is(&err) ? err.text[0] == '\0' || tree != NULL : tree == NULL)
            abort();
    }
    arena_destroy(&arena);
    return 0;
}
