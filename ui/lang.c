#include "ui/lang.h"
#include "board/base/file.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GNU MO: magic, revision, count, offset of the table of ids, offset of the table of texts; each table entry
 * is length and offset; ids are sorted; every string is followed by NUL. Numbers are in the byte order of the
 * machine that made the file, which the magic tells. */
enum { MO_HEADER_SIZE = 28, MO_SIZE_MAX = 4 << 20 };
static const uint32_t MO_MAGIC = 0x950412de, MO_MAGIC_SWAPPED = 0xde120495;

enum { HEADER_VALUE_MAX = 32 };

struct lang {
    struct buf mo;
    bool is_swapped;
    uint32_t count, ids_at, texts_at;
    const struct lang *base;
    enum lang_direction direction;
    char tag[HEADER_VALUE_MAX], script[HEADER_VALUE_MAX], short_name[HEADER_VALUE_MAX];
};

static uint32_t read_u32(const struct lang *lang, size_t at)
{
    uint32_t value;
    memcpy(&value, lang->mo.data + at, sizeof value);
    return lang->is_swapped ? __builtin_bswap32(value) : value;
}

/* Entry of a table; its bounds were checked when the catalogue was read. */
static const char *entry(const struct lang *lang, uint32_t table_at, size_t index)
{
    return lang->mo.data + read_u32(lang, table_at + 8 * index + 4);
}

static bool table_is_sound(const struct lang *lang, uint32_t table_at)
{
    if (table_at > lang->mo.length || lang->count > (lang->mo.length - table_at) / 8)
        return false;
    for (size_t i = 0; i < lang->count; i++) {
        size_t length = read_u32(lang, table_at + 8 * i), at = read_u32(lang, table_at + 8 * i + 4);
        if (at >= lang->mo.length || length >= lang->mo.length - at || lang->mo.data[at + length] != 0)
            return false;
        if (memchr(lang->mo.data + at, 0, length)) /* plural forms: not used here */
            return false;
    }
    return true;
}

static struct err read_tables(struct lang *lang)
{
    if (lang->mo.length < MO_HEADER_SIZE)
        return err_make(ERR_DATA, "lang", 0, "catalogue %s is too short", lang->tag);
    uint32_t magic;
    memcpy(&magic, lang->mo.data, sizeof magic);
    if (magic != MO_MAGIC && magic != MO_MAGIC_SWAPPED)
        return err_make(ERR_DATA, "lang", 0, "catalogue %s is not a .mo file", lang->tag);
    lang->is_swapped = magic == MO_MAGIC_SWAPPED;
    lang->count = read_u32(lang, 8);
    lang->ids_at = read_u32(lang, 12);
    lang->texts_at = read_u32(lang, 16);
    if (!table_is_sound(lang, lang->ids_at) || !table_is_sound(lang, lang->texts_at))
        return err_make(ERR_DATA, "lang", 0, "catalogue %s has a broken table", lang->tag);
    return err_ok();
}

static const char *find(const struct lang *lang, const char *id)
{
    size_t low = 0, high = lang->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(id, entry(lang, lang->ids_at, middle));
        if (order == 0)
            return entry(lang, lang->texts_at, middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* The header is the text of the empty id: "Key: value" lines. */
static void read_header(const struct lang *lang, const char *key, const char *otherwise,
                        char out_value[HEADER_VALUE_MAX])
{
    const char *header = find(lang, "");
    const char *line = header ? strstr(header, key) : NULL;
    if (!line || (line != header && line[-1] != '\n')) {
        strcpy(out_value, otherwise);
        return;
    }
    line += strlen(key);
    size_t length = strcspn(line, "\n");
    if (length >= HEADER_VALUE_MAX)
        length = HEADER_VALUE_MAX - 1;
    memcpy(out_value, line, length);
    out_value[length] = 0;
}

static struct err adopt(struct lang *lang)
{
    TRY(read_tables(lang));
    char direction[HEADER_VALUE_MAX];
    read_header(lang, "X-Direction: ", "ltr", direction);
    read_header(lang, "X-Script: ", "Hans", lang->script);
    read_header(lang, "X-Short: ", lang->tag, lang->short_name);
    lang->direction = strcmp(direction, "rtl") == 0 ? LANG_RTL : LANG_LTR;
    return err_ok();
}

static struct err begin(const char *tag, const struct lang *base, struct lang **out_lang)
{
    if (strlen(tag) >= HEADER_VALUE_MAX || strchr(tag, '/'))
        return err_make(ERR_DATA, "lang", 0, "not a language tag");
    struct lang *lang = calloc(1, sizeof *lang);
    if (!lang)
        return err_no_memory("lang");
    strcpy(lang->tag, tag);
    lang->base = base;
    *out_lang = lang;
    return err_ok();
}

static struct err finish(struct lang *lang, struct err failure, struct lang **out_lang)
{
    if (!err_is(&failure))
        failure = adopt(lang);
    if (err_is(&failure))
        lang_destroy(&lang);
    else
        *out_lang = lang;
    return failure;
}

struct err lang_create(const char *folder, const char *tag, const struct lang *base, struct lang **out_lang)
{
    struct lang *lang;
    TRY(begin(tag, base, &lang));
    char path[512];
    int length = snprintf(path, sizeof path, "%s/%s.mo", folder, tag);
    struct err failure = length < (int)sizeof path ? file_read(path, MO_SIZE_MAX, &lang->mo)
                                                   : err_make(ERR_DATA, "lang", 0, "path is too long");
    return finish(lang, failure, out_lang);
}

struct err lang_create_from(const void *data, size_t size, const char *tag, const struct lang *base,
                            struct lang **out_lang)
{
    struct lang *lang;
    TRY(begin(tag, base, &lang));
    buf_append(&lang->mo, data, size);
    return finish(lang, buf_check(&lang->mo, "lang"), out_lang);
}

void lang_destroy(struct lang **lang)
{
    if (!*lang)
        return;
    buf_finish(&(*lang)->mo);
    free(*lang);
    *lang = NULL;
}

bool lang_has(const struct lang *lang, const char *id)
{
    const char *text = find(lang, id);
    return text && *text;
}

const char *lang_text(const struct lang *lang, const char *id)
{
    for (; lang; lang = lang->base) {
        const char *text = find(lang, id);
        if (text && *text)
            return text;
    }
    return id;
}

const char *lang_format(const struct lang *lang, struct arena *arena, const char *id, size_t count,
                        const char *const values[])
{
    struct buf out;
    buf_init_private(&out);
    for (const char *p = lang_text(lang, id); *p; p++) {
        size_t index = (size_t)(p[1] - '0');
        if (p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}' && index < count) {
            buf_append_text(&out, values[index]);
            p += 2;
        } else {
            buf_append_byte(&out, (uint8_t)*p);
        }
    }
    char *copy = out.failed ? NULL : arena_strdup(arena, buf_text(&out));
    buf_finish(&out);
    return copy;
}

const char *lang_tag(const struct lang *lang)
{
    return lang->tag;
}

const char *lang_script(const struct lang *lang)
{
    return lang->script;
}

const char *lang_short(const struct lang *lang)
{
    return lang->short_name;
}

enum lang_direction lang_direction(const struct lang *lang)
{
    return lang->direction;
}

size_t lang_count(const struct lang *lang)
{
    return lang->count;
}

const char *lang_id_at(const struct lang *lang, size_t index)
{
    return entry(lang, lang->ids_at, index);
}
