#include "ui/text.h"
#include "board/base/hash.h"
#include "board/base/utf8.h"
#include "board/base/wipe.h"
#include "ui/text_cache.h"
#include "ui/text_runs.h"
#include <linebreak.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_CACHE_BYTES = 6 << 20 };
/* SDL_ttf wants NUL-terminated strings; a line is shorter than this (the wrap sees to that). */
enum { RUN_BYTES_MAX = UI_LINE_CHARS_MAX * 4 };

/* What was measured lately. The layout asks for the same widths many times over; shaping is what costs. */
enum { MEASURED_MAX = 1024 }; /* power of two; a screen's words and the pieces of its lines */
struct measured {
    uint64_t key; /* of style and string: as private as the string */
    int width_px;
};

struct ui_text {
    struct ui_faces *faces;
    struct ui_text_cache *cache;
    struct measured measured[MEASURED_MAX];
};

struct err ui_text_create(const char *folder, size_t cache_bytes, struct ui_text **out_text)
{
    struct ui_text *text = calloc(1, sizeof *text);
    if (!text)
        return err_no_memory("text");
    init_linebreak();
    text->cache = ui_text_cache_create(cache_bytes ? cache_bytes : DEFAULT_CACHE_BYTES);
    struct err failure = text->cache ? ui_faces_create(folder, &text->faces) : err_no_memory("text");
    if (err_is(&failure)) {
        ui_text_destroy(&text);
        return failure;
    }
    *out_text = text;
    return err_ok();
}

void ui_text_destroy(struct ui_text **text)
{
    if (!*text)
        return;
    ui_text_cache_destroy(&(*text)->cache);
    ui_faces_destroy(&(*text)->faces);
    free(*text);
    *text = NULL;
}

/* ---- one run ---- */

static TTF_Font *font_for_run(struct ui_text *text, const struct ui_run *run, int size_px)
{
    TTF_Font *font = ui_faces_font(text->faces, run->face, size_px);
    if (font) {
        TTF_SetFontScriptName(font, run->script ? run->script : "Hani");
        TTF_SetFontDirection(font, run->is_rtl ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
    }
    return font;
}

/* Copies a run for SDL_ttf; the copy must be wiped, it may be a name. */
static size_t copy_run(const char *line, const struct ui_run *run, char out_copy[RUN_BYTES_MAX + 1])
{
    size_t length = run->length < RUN_BYTES_MAX ? run->length : RUN_BYTES_MAX;
    memcpy(out_copy, line + run->start, length);
    out_copy[length] = 0;
    return length;
}

static size_t count_characters(const char *bytes, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += (bytes[i] & 0xC0) != 0x80;
    return count;
}

static int run_width(struct ui_text *text, const struct ui_run *run, int size_px, const char *line)
{
    if (run->face == UI_FACE_MISSING)
        return size_px * (int)count_characters(line + run->start, run->length);
    char copy[RUN_BYTES_MAX + 1];
    size_t length = copy_run(line, run, copy);
    int width = 0;
    TTF_Font *font = font_for_run(text, run, size_px);
    if (font && TTF_SizeUTF8(font, copy, &width, NULL) != 0)
        width = 0;
    wipe(copy, length);
    return width;
}

/* Every character of a Chinese font is one em wide: most strings need no shaping to be measured. */
static bool is_one_em_wide(uint32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3001 && c <= 0x3002) || c == 0xFF0C || c == 0xFF1F;
}

static bool is_plain_han(const char *line, size_t length)
{
    for (const char *p = line, *end = line + length; p < end;)
        if (!is_one_em_wide(utf8_next(&p, end)))
            return false;
    return true;
}

static int shaped_width(struct ui_text *text, const struct ui_text_style *style, const char *string,
                        size_t length)
{
    struct ui_run runs[UI_RUNS_MAX];
    size_t count = ui_runs_split(text->faces, style, string, length, runs);
    int width = 0;
    for (size_t i = 0; i < count; i++)
        width += run_width(text, &runs[i], style->size_px, string);
    return width;
}

int ui_text_width(struct ui_text *text, const struct ui_text_style *style, const char *string, size_t length)
{
    if (is_plain_han(string, length))
        return style->size_px * (int)count_characters(string, length);
    uint32_t looks[2] = {(uint32_t)style->size_px, (uint32_t)style->is_bold << 1 | style->is_rtl};
    uint64_t key = hash_bytes(hash_bytes(HASH_START, looks, sizeof looks), string, length);
    struct measured *measured = &text->measured[key % MEASURED_MAX];
    if (measured->key != key)
        *measured = (struct measured){key, shaped_width(text, style, string, length)};
    return measured->width_px;
}

/* ---- drawing ---- */

static SDL_Surface *drawn_run(struct ui_text *text, const struct ui_run *run,
                              const struct ui_text_style *style, uint32_t colour, const char *line)
{
    struct ui_text_key key = {.face = run->face,
                              .size_px = style->size_px,
                              .colour = colour,
                              .script = run->script,
                              .is_rtl = run->is_rtl,
                              .text = line + run->start,
                              .length = run->length};
    SDL_Surface *surface = ui_text_cache_get(text->cache, &key);
    TTF_Font *font = surface ? NULL : font_for_run(text, run, style->size_px);
    if (surface || !font)
        return surface;
    char copy[RUN_BYTES_MAX + 1];
    size_t length = copy_run(line, run, copy);
    SDL_Color ink = {(Uint8)(colour >> 16), (Uint8)(colour >> 8), (Uint8)colour, 255};
    surface = TTF_RenderUTF8_Blended(font, copy, ink);
    wipe(copy, length);
    if (surface && !ui_text_cache_put(text->cache, &key, surface)) {
        SDL_FreeSurface(surface);
        surface = NULL;
    }
    return surface;
}

static void frame_rect(SDL_Surface *surface, SDL_Rect r, int line_px, uint32_t colour)
{
    uint32_t pixel = SDL_MapRGB(surface->format, (Uint8)(colour >> 16), (Uint8)(colour >> 8), (Uint8)colour);
    SDL_Rect sides[4] = {{r.x, r.y, r.w, line_px},
                         {r.x, r.y + r.h - line_px, r.w, line_px},
                         {r.x, r.y, line_px, r.h},
                         {r.x + r.w - line_px, r.y, line_px, r.h}};
    SDL_FillRects(surface, sides, 4, pixel);
}

/* A character nobody has: a frame with its code point in two rows, so that it can be told to somebody. */
static void draw_tile(struct ui_text *text, SDL_Surface *surface, const struct ui_text_style *style,
                      uint32_t colour, uint32_t code_point, int x, int y, int line_height_px)
{
    int em = style->size_px;
    SDL_Rect frame = {x + em / 16, y + (line_height_px - em * 7 / 8) / 2, em * 7 / 8, em * 7 / 8};
    frame_rect(surface, frame, em / 24 + 1, colour);
    char digits[12];
    int count = snprintf(digits, sizeof digits, code_point > 0xFFFF ? "%06X" : "%04X", (unsigned)code_point);
    struct ui_text_style small = {.size_px = em * 2 / 5, .is_bold = style->is_bold};
    for (int row = 0; row < 2; row++) {
        const char *half = digits + row * count / 2;
        int width = ui_text_width(text, &small, half, (size_t)count / 2);
        ui_text_draw(text, surface, &small, colour, half, (size_t)count / 2, frame.x + (frame.w - width) / 2,
                     frame.y + frame.h / 12 + row * frame.h * 5 / 12, frame.h * 5 / 12);
    }
}

static int draw_tiles(struct ui_text *text, SDL_Surface *surface, const struct ui_text_style *style,
                      uint32_t colour, const char *bytes, size_t length, struct ui_rect at)
{
    int x = at.x;
    for (const char *p = bytes, *end = bytes + length; p < end; x += style->size_px)
        draw_tile(text, surface, style, colour, utf8_next(&p, end), x, at.y, at.h);
    return x - at.x;
}

static bool is_in_clip(SDL_Surface *surface, SDL_Rect rect)
{
    SDL_Rect clip;
    SDL_GetClipRect(surface, &clip);
    return SDL_HasIntersection(&clip, &rect);
}

void ui_text_draw(struct ui_text *text, struct SDL_Surface *surface, const struct ui_text_style *style,
                  uint32_t colour, const char *string, size_t length, int x, int y, int line_height_px)
{
    struct ui_run runs[UI_RUNS_MAX];
    size_t count = ui_runs_split(text->faces, style, string, length, runs);
    for (size_t i = 0; i < count; i++) {
        const struct ui_run *run = &runs[i];
        if (run->face == UI_FACE_MISSING) {
            x += draw_tiles(text, surface, style, colour, string + run->start, run->length,
                            (struct ui_rect){.x = x, .y = y, .h = line_height_px});
            continue;
        }
        SDL_Surface *drawn = drawn_run(text, run, style, colour, string);
        if (!drawn)
            continue;
        SDL_Rect to = {x, y + (line_height_px - drawn->h) / 2, drawn->w, drawn->h};
        to.y += ui_faces_shift_px(run->face, style->size_px);
        x += drawn->w;
        if (is_in_clip(surface, to))
            SDL_BlitSurface(drawn, NULL, surface, &to);
    }
}

void ui_text_forget(struct ui_text *text)
{
    ui_text_cache_forget(text->cache);
    wipe(text->measured, sizeof text->measured);
}

struct ui_text_stats ui_text_stats(const struct ui_text *text)
{
    struct ui_text_stats stats = ui_text_cache_stats(text->cache);
    for (size_t i = 0; i < MEASURED_MAX; i++)
        stats.measured_strings += text->measured[i].key != 0;
    return stats;
}
