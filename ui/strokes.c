#include "ui/strokes.h"
#include "board/base/file.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_BYTES_MAX = 1 << 20 };

struct strokes {
    struct buf table;
};

/* One line of it. */
struct row {
    const char *order, *character;
    size_t order_length, character_length;
};

/* False at the end, or where the table is torn. */
static bool next_row(const char **at, struct row *out_row)
{
    const char *blank = strchr(*at, ' '), *end = blank ? strchr(blank, '\n') : NULL;
    if (!end)
        return false;
    *out_row = (struct row){*at, blank + 1, (size_t)(blank - *at), (size_t)(end - blank - 1)};
    *at = end + 1;
    return out_row->order_length > 0 && out_row->character_length > 0 &&
           out_row->character_length < PINYIN_WORD_BYTES_MAX;
}

struct err strokes_create(const char *path, struct strokes **out_strokes)
{
    struct strokes *strokes = calloc(1, sizeof *strokes);
    struct row row;
    if (!strokes)
        return err_no_memory("strokes");
    struct err e = file_read(path, TABLE_BYTES_MAX, &strokes->table);
    const char *at = buf_text(&strokes->table);
    while (!err_is(&e) && next_row(&at, &row))
        ;
    if (!err_is(&e) && (*at || at == buf_text(&strokes->table)))
        e = err_make(ERR_DATA, "strokes", 0, "%s is no table of strokes", path);
    if (err_is(&e))
        strokes_destroy(&strokes);
    else
        *out_strokes = strokes;
    return e;
}

void strokes_destroy(struct strokes **strokes)
{
    if (!*strokes)
        return;
    buf_finish(&(*strokes)->table);
    free(*strokes);
    *strokes = NULL;
}

static bool begins(const struct row *row, const char *typed)
{
    for (size_t i = 0; typed[i]; i++)
        if (i == row->order_length || (typed[i] != row->order[i] && typed[i] != STROKES_ANY))
            return false;
    return true;
}

/* A character that is written in two ways is offered once. */
static bool is_among(char (*words)[PINYIN_WORD_BYTES_MAX], size_t count, const struct row *row)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == row->character_length &&
            memcmp(words[i], row->character, row->character_length) == 0)
            return true;
    return false;
}

size_t strokes_find(const struct strokes *strokes, const char *typed,
                    char (*out_words)[PINYIN_WORD_BYTES_MAX], size_t max)
{
    size_t length = strlen(typed), count = 0;
    struct row row;
    for (int is_complete = 1; length > 0 && is_complete >= 0; is_complete--)
        for (const char *at = buf_text(&strokes->table); count < max && next_row(&at, &row);) {
            if ((row.order_length == length) != is_complete || !begins(&row, typed) ||
                is_among(out_words, count, &row))
                continue;
            memcpy(out_words[count], row.character, row.character_length);
            out_words[count++][row.character_length] = '\0';
        }
    return count;
}
