/* Line breaking of ui/text.h: UAX 14 says where a line may end, the width says where it must. */
#include "board/base/utf8.h"
#include "ui/text.h"
#include <ctype.h>
#include <linebreak.h>
#include <stdlib.h>
#include <string.h>

struct wrap {
    struct ui_text *text;
    const struct ui_text_style *style;
    const char *string;
    const char *breaks; /* one LINEBREAK_* for each byte */
    size_t length;
    int width_px;
    bool breaks_words; /* had to break a word of letters: it does not fit */
};

static size_t without_trailing_space(const char *string, size_t start, size_t end)
{
    while (end > start && (string[end - 1] == ' ' || string[end - 1] == '\n'))
        end--;
    return end;
}

/* The end of the piece that begins at `at`: up to and with the next place where a line may end. */
static size_t next_break(const struct wrap *w, size_t at)
{
    while (at < w->length && w->breaks[at] != LINEBREAK_MUSTBREAK && w->breaks[at] != LINEBREAK_ALLOWBREAK)
        at++;
    return at < w->length ? at + 1 : w->length;
}

static bool is_forced(const struct wrap *w, size_t end)
{
    return end > 0 && end < w->length && w->breaks[end - 1] == LINEBREAK_MUSTBREAK;
}

static int width_between(const struct wrap *w, size_t start, size_t end)
{
    size_t ink_end = without_trailing_space(w->string, start, end);
    return ui_text_width(w->text, w->style, w->string + start, ink_end - start);
}

/* A word wider than the line breaks between characters; at least one character goes on each line. */
static size_t break_inside(const struct wrap *w, size_t start, size_t end)
{
    size_t fits = start;
    for (const char *p = w->string + start; p < w->string + end;) {
        utf8_next(&p, w->string + end);
        size_t here = (size_t)(p - w->string);
        if (fits > start && width_between(w, start, here) > w->width_px)
            break;
        fits = here;
    }
    return fits;
}

/* Where the line that starts at `start` ends. Measured whole each time: pieces do not add up to the pixel. */
static size_t line_end(struct wrap *w, size_t start)
{
    size_t end = start;
    while (end < w->length) {
        size_t piece_end = next_break(w, end);
        if (width_between(w, start, piece_end) > w->width_px)
            break;
        end = piece_end;
        if (is_forced(w, end))
            return end;
    }
    if (end > start)
        return end;
    end = break_inside(w, start, next_break(w, start));
    w->breaks_words |= end < w->length && isalpha((unsigned char)w->string[end - 1]) &&
                       isalpha((unsigned char)w->string[end]);
    return end;
}

static void put_line(const struct wrap *w, size_t start, size_t end, struct ui_text_line *out_line)
{
    size_t ink_end = without_trailing_space(w->string, start, end);
    *out_line = (struct ui_text_line){
        .start = start, .length = ink_end - start, .width_px = width_between(w, start, ink_end)};
}

static size_t wrap_lines(struct wrap *w, struct ui_text_line *out_lines, bool *out_is_cut)
{
    size_t count = 0, start = 0;
    while (start < w->length) {
        bool is_last = count + 1 == UI_TEXT_LINES_MAX;
        size_t end = is_last ? w->length : line_end(w, start);
        put_line(w, start, end, &out_lines[count++]);
        if (is_last && out_lines[count - 1].width_px > w->width_px && out_is_cut)
            *out_is_cut = true;
        start = end;
    }
    if (w->breaks_words && out_is_cut)
        *out_is_cut = true;
    return count;
}

size_t ui_text_wrap(struct ui_text *text, const struct ui_text_style *style, const char *string, int width_px,
                    struct ui_text_line *out_lines, bool *out_is_cut)
{
    size_t length = strlen(string);
    if (out_is_cut)
        *out_is_cut = false;
    int width = memchr(string, '\n', length) ? width_px + 1 : ui_text_width(text, style, string, length);
    char *breaks = width > width_px ? malloc(length + 1) : NULL;
    if (!breaks) { /* it fits, or there is no memory to do better */
        out_lines[0] = (struct ui_text_line){.length = length, .width_px = width};
        return 1;
    }
    set_linebreaks_utf8((const utf8_t *)string, length, NULL, breaks);
    struct wrap w = {text, style, string, breaks, length, width_px, false};
    size_t count = wrap_lines(&w, out_lines, out_is_cut);
    free(breaks);
    return count;
}

int ui_text_widest_piece(struct ui_text *text, const struct ui_text_style *style, const char *string)
{
    size_t length = strlen(string);
    char *breaks = malloc(length + 1);
    int widest = 0;
    if (!breaks)
        return 0;
    set_linebreaks_utf8((const utf8_t *)string, length, NULL, breaks);
    const struct wrap w = {text, style, string, breaks, length, 0, false};
    for (size_t start = 0, end; start < length; start = end) {
        end = next_break(&w, start);
        int width = width_between(&w, start, end);
        widest = width > widest ? width : widest;
    }
    free(breaks);
    return widest;
}

/* ---- even lines ---- */

enum { EVEN_LINES_MAX = 3, BREAKS_MAX = 96 };

/* Where a few lines may end, and the best choice of ends found so far. */
struct even {
    const struct wrap *w;
    size_t ends[BREAKS_MAX];
    int end_count, average_px;
};

static bool collect_ends(struct even *even)
{
    for (size_t at = 0; at < even->w->length; at = even->ends[even->end_count - 1]) {
        if (even->end_count == BREAKS_MAX)
            return false;
        even->ends[even->end_count++] = next_break(even->w, at);
    }
    return even->end_count > 0;
}

/* The character that ends at `end`, spaces before it left out; *out_is_spaced tells whether there were some.
 */
static uint32_t character_before(const struct wrap *w, size_t end, bool *out_is_spaced)
{
    size_t ink_end = without_trailing_space(w->string, 0, end), start = ink_end;
    *out_is_spaced = ink_end < end;
    while (start > 0 && ((unsigned char)w->string[--start] & 0xC0) == 0x80)
        ;
    const char *p = w->string + start;
    return ink_end > 0 ? utf8_next(&p, w->string + ink_end) : 0;
}

/* Nobody knows where a Chinese word ends, but after a mark or a space none goes on, and after a mark the
 * sentence pauses by itself; a number does not like to leave what it counts. In pixels of unevenness that are
 * rather put up with. */
static int price_of_break(const struct wrap *w, size_t end)
{
    bool is_spaced;
    uint32_t before = character_before(w, end, &is_spaced);
    bool is_mark = (before >= 0x3001 && before <= 0x3002) || (before >= 0x3009 && before <= 0x3011) ||
                   before == 0x201D || before == 0xFF01 || before == 0xFF09 || before == 0xFF0C ||
                   before == 0xFF1A || before == 0xFF1B || before == 0xFF1F ||
                   (is_spaced && before > 0 && before < 0x80 && strchr(".,:;?", (int)before));
    const char *next = w->string + end;
    uint32_t after = utf8_next(&next, w->string + w->length);
    bool is_opening = after == 0xFF08 || after == 0x201C || after == 0x300A;
    if (before < 0x80 && isdigit((int)before))
        return w->width_px;
    if (is_mark || is_opening)
        return 0;
    return is_spaced ? w->width_px / 6 : w->width_px / 2;
}

/* The least price of setting everything from `start` on in this many lines; where its first line ends. -1: it
 * cannot be done. */
static int price_of_rest(const struct even *even, size_t start, int first_end, int lines, int *out_end)
{
    int best = -1;
    for (int i = first_end; i < even->end_count; i++) {
        bool is_last = even->ends[i] == even->w->length;
        int width = width_between(even->w, start, even->ends[i]);
        if (width > even->w->width_px)
            break;
        if (is_last != (lines == 1))
            continue;
        int price = abs(width - even->average_px), next, rest = 0;
        if (!is_last) {
            price += price_of_break(even->w, even->ends[i]);
            rest = price_of_rest(even, even->ends[i], i + 1, lines - 1, &next);
        }
        if (rest >= 0 && (best < 0 || price + rest <= best)) { /* of equals the longer first line */
            best = price + rest;
            *out_end = i;
        }
    }
    return best;
}

static size_t set_evenly(const struct wrap *w, size_t lines, struct ui_text_line *out_lines)
{
    struct even even = {.w = w, .average_px = width_between(w, 0, w->length) / (int)lines};
    if (!collect_ends(&even))
        return 0;
    size_t count = 0, start = 0;
    for (int first = 0, end; count < lines; count++, first = end + 1, start = even.ends[end]) {
        if (price_of_rest(&even, start, first, (int)(lines - count), &end) < 0)
            return 0;
        put_line(w, start, even.ends[end], &out_lines[count]);
    }
    return count;
}

size_t ui_text_wrap_even(struct ui_text *text, const struct ui_text_style *style, const char *string,
                         int width_px, struct ui_text_line *out_lines, bool *out_is_cut)
{
    size_t count = ui_text_wrap(text, style, string, width_px, out_lines, out_is_cut);
    size_t length = strlen(string);
    char *breaks = count >= 2 && count <= EVEN_LINES_MAX && !strchr(string, '\n') ? malloc(length + 1) : NULL;
    if (!breaks)
        return count;
    set_linebreaks_utf8((const utf8_t *)string, length, NULL, breaks);
    const struct wrap w = {text, style, string, breaks, length, width_px, false};
    struct ui_text_line even[EVEN_LINES_MAX];
    if (set_evenly(&w, count, even) == count) /* not where a piece is longer than a line */
        memcpy(out_lines, even, count * sizeof *even);
    free(breaks);
    return count;
}
