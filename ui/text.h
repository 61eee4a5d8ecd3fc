/*
 * Text: fonts, shaping, line breaking, order, and a bounded cache of drawn strings.
 *
 * SDL2_ttf with HarfBuzz draws; libunibreak breaks lines (UAX 14); FriBidi orders (UAX 9). A string is split
 * into runs of one face, script and direction; the everyday face comes first, the rare ones next, then the
 * faces of other scripts; a character nobody has becomes a framed tile with its code point, never "?". Whole
 * strings are cached (face, size, colour, text) because SDL_ttf's own glyph cache collides for Chinese; the
 * cache is bounded in bytes and the least recently used goes first.
 *
 * UI thread only.
 */
#ifndef YIZHAN_UI_TEXT_H
#define YIZHAN_UI_TEXT_H

#include "board/base/err.h"
#include "ui/geometry.h"
#include <stddef.h>
#include <stdint.h>

struct SDL_Surface;
struct ui_text;

/* folder: where the built fonts lie (assets/fonts/subset.py); cache_bytes: bound of the cache, 0
 * for 6 MiB: two full screens of large words. ERR_SYSTEM when a face cannot be opened. */
MUST_USE struct err ui_text_create(const char *folder, size_t cache_bytes, struct ui_text **out_text);
void ui_text_destroy(struct ui_text **text);

/* How a string is to look. */
struct ui_text_style {
    int size_px; /* em */
    bool is_bold;
    bool is_rtl; /* base direction of the paragraph */
};

/* Width in pixels of one line. */
int ui_text_width(struct ui_text *text, const struct ui_text_style *style, const char *string, size_t length);

/* One line of a wrapped paragraph: bytes [start, start + length) without the white space at its end. */
struct ui_text_line {
    size_t start, length;
    int width_px;
};
enum { UI_TEXT_LINES_MAX = 64 };

/* Breaks into lines of at most width_px; out_lines has room for UI_TEXT_LINES_MAX. A word wider than the line
 * is broken between characters. Newlines break. Returns the number of lines (the last one holds the rest when
 * there are more); out_is_cut, when not NULL, tells whether that happened, or a word of letters was broken.
 */
size_t ui_text_wrap(struct ui_text *text, const struct ui_text_style *style, const char *string, int width_px,
                    struct ui_text_line *out_lines, bool *out_is_cut);

/* The same number of lines, about as even as they get, for headings: none ends in a lone character, and where
 * a mark or a space is near, the line ends there rather than within what may be a word. */
size_t ui_text_wrap_even(struct ui_text *text, const struct ui_text_style *style, const char *string,
                         int width_px, struct ui_text_line *out_lines, bool *out_is_cut);
/* The widest piece between places where a line may end: of words of letters, the longest. */
int ui_text_widest_piece(struct ui_text *text, const struct ui_text_style *style, const char *string);

/* Draws one line, its box's top left at (x, y) and line_height_px high, clipped to the surface's clip
 * rectangle. */
void ui_text_draw(struct ui_text *text, struct SDL_Surface *surface, const struct ui_text_style *style,
                  uint32_t colour, const char *string, size_t length, int x, int y, int line_height_px);

/* Wipes and drops every cached string and width: what a person typed does not stay. */
void ui_text_forget(struct ui_text *text);

struct ui_text_stats {
    size_t cached_bytes, cached_strings, hits, misses;
    size_t measured_strings; /* whose width is remembered */
};
struct ui_text_stats ui_text_stats(const struct ui_text *text);

#endif
