#include "ui/text_runs.h"
#include "board/base/utf8.h"
#include <fribidi.h>
#include <string.h>

struct character {
    uint32_t code_point;
    size_t start, length;
};

/* Only the scripts HarfBuzz must be told apart here; everything else shapes like Han. */
static const struct script_range {
    uint32_t first, last;
    const char *script;
} script_ranges[] = {
    {0x0041, 0x024F, "Latn"}, {0x0400, 0x052F, "Cyrl"}, {0x0600, 0x06FF, "Arab"}, {0x0750, 0x077F, "Arab"},
    {0x08A0, 0x08FF, "Arab"}, {0x0F00, 0x0FFF, "Tibt"}, {0x1800, 0x18AF, "Mong"}, {0xA000, 0xA4CF, "Yiii"},
    {0xFB50, 0xFDFF, "Arab"}, {0xFE70, 0xFEFF, "Arab"},
};

static const char *script_of(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof script_ranges / sizeof script_ranges[0]; i++)
        if (code_point >= script_ranges[i].first && code_point <= script_ranges[i].last)
            return script_ranges[i].script;
    return code_point >= 0x2E80 ? "Hani" : NULL; /* NULL: common, goes with its neighbour */
}

static bool is_rtl_character(uint32_t c)
{
    return (c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFF);
}

static size_t decode(const char *line, size_t length, struct character *out)
{
    size_t count = 0;
    const char *p = line, *end = line + length;
    while (p < end && count < UI_LINE_CHARS_MAX) {
        out[count].start = (size_t)(p - line);
        out[count].code_point = utf8_next(&p, end);
        out[count].length = (size_t)(p - line) - out[count].start;
        count++;
    }
    return count;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* "138 0000 1234" and "0000-1234567" are numbers that are read out and called: their groups never change
 * places, as they would after Arabic letters by UAX 9 (its rule W2). */
static void keep_numbers(const struct character *chars, size_t count, FriBidiCharType *types)
{
    for (size_t i = 0; i < count; i++) {
        bool is_between = i > 0 && i + 1 < count && is_digit(chars[i - 1].code_point) &&
                          is_digit(chars[i + 1].code_point) && chars[i].code_point < 0x80;
        if (is_digit(chars[i].code_point) || is_between)
            types[i] = FRIBIDI_TYPE_LTR;
    }
}

/* Embedding levels by UAX 9; all zero without a look when nothing runs to the left: what holds no such
 * letter, a name or a number, keeps its own order in any paragraph. */
static void find_levels(const struct character *chars, size_t count, bool is_rtl, FriBidiLevel *out_levels)
{
    bool needs_order = false;
    for (size_t i = 0; i < count && !needs_order; i++)
        needs_order = is_rtl_character(chars[i].code_point);
    memset(out_levels, 0, count * sizeof *out_levels);
    if (!needs_order || count == 0)
        return;
    FriBidiChar text[UI_LINE_CHARS_MAX] = {0};
    FriBidiCharType types[UI_LINE_CHARS_MAX];
    FriBidiBracketType brackets[UI_LINE_CHARS_MAX];
    for (size_t i = 0; i < count; i++)
        text[i] = chars[i].code_point;
    FriBidiStrIndex n = (FriBidiStrIndex)count;
    FriBidiParType base = is_rtl ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR;
    fribidi_get_bidi_types(text, n, types);
    keep_numbers(chars, count, types);
    fribidi_get_bracket_types(text, n, types, brackets);
    if (fribidi_get_par_embedding_levels_ex(types, brackets, n, &base, out_levels) == 0)
        memset(out_levels, 0, count * sizeof *out_levels);
}

/* Runs in logical order, with the level of each. */
static size_t split_logical(struct ui_faces *faces, const struct ui_text_style *style,
                            const struct character *chars, size_t count, const FriBidiLevel *levels,
                            struct ui_run *runs, FriBidiLevel *run_levels)
{
    size_t run_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct ui_run *last = run_count > 0 ? &runs[run_count - 1] : NULL;
        const char *script = script_of(chars[i].code_point);
        bool is_common = script == NULL;
        bool is_figure = is_digit(chars[i].code_point); /* the same in all scripts */
        int prefer = last && is_common && !is_figure ? last->face : UI_FACE_MISSING;
        int face = ui_faces_pick(faces, style, prefer, chars[i].code_point);
        bool goes_on = last && last->face == face && run_levels[run_count - 1] == levels[i] &&
                       (is_common || !last->script || strcmp(last->script, script) == 0);
        if (!goes_on) {
            if (run_count == UI_RUNS_MAX)
                return run_count;
            run_levels[run_count] = levels[i];
            runs[run_count++] =
                (struct ui_run){.start = chars[i].start, .face = face, .is_rtl = levels[i] & 1};
            last = &runs[run_count - 1];
        }
        last->length = chars[i].start + chars[i].length - last->start;
        if (!last->script)
            last->script = script;
    }
    return run_count;
}

/* UAX 9 rule L2: from the highest level down, reverse what is at that level or above. */
static void reorder(struct ui_run *runs, FriBidiLevel *levels, size_t count)
{
    FriBidiLevel highest = 0;
    for (size_t i = 0; i < count; i++)
        highest = levels[i] > highest ? levels[i] : highest;
    for (FriBidiLevel level = highest; level > 0; level--) {
        for (size_t i = 0; i < count; i++) {
            size_t end = i;
            while (end < count && levels[end] >= level)
                end++;
            for (size_t a = i, b = end; a + 1 < b; a++, b--) {
                struct ui_run run = runs[a];
                FriBidiLevel run_level = levels[a];
                runs[a] = runs[b - 1];
                levels[a] = levels[b - 1];
                runs[b - 1] = run;
                levels[b - 1] = run_level;
            }
            i = end > i ? end - 1 : i;
        }
    }
}

size_t ui_runs_split(struct ui_faces *faces, const struct ui_text_style *style, const char *line,
                     size_t length, struct ui_run *out_runs)
{
    struct character chars[UI_LINE_CHARS_MAX];
    FriBidiLevel levels[UI_LINE_CHARS_MAX], run_levels[UI_RUNS_MAX];
    size_t count = decode(line, length, chars);
    find_levels(chars, count, style->is_rtl, levels);
    size_t runs = split_logical(faces, style, chars, count, levels, out_runs, run_levels);
    reorder(out_runs, run_levels, runs);
    return runs;
}
