#include "ui/text_faces.h"
#include "ui/text_stream.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is on every screen first, then what a rare name needs, then the faces of other scripts; a missing
 * optional file is skipped. A face without a bold of its own serves both weights: thickened by its outline, a
 * dense character closes up. */
static const struct face_file {
    const char *file; /* in the fonts folder, or an absolute path */
    bool serves_regular, serves_bold, is_required;
    int size_percent, shift_percent; /* of an em: so that its ink stands in the middle of a line */
} face_files[] = {
    {"yizhan-regular.otf", true, false, true, 100, 0},
    {"yizhan-bold.otf", false, true, true, 100, 0},
    {"yizhan-rare.otf", true, false, false, 100, 0},
    {"yizhan-rare-bold.otf", false, true, false, 100, 0},
    {"yizhan-rarest.otf", true, true, false, 100, 0},
    {"/usr/share/fonts/truetype/fonts-ukij-uyghur/UKIJTuz.ttf", true, true, false, 100, 0},
    /* from its highest vowel to its lowest stack it is 1.46 em: 1.17 like this, on lines of 1.2 and more */
    {"/usr/share/fonts/truetype/tibetan-machine/TibetanMachineUni.ttf", true, true, false, 80, 8},
};
enum { FACE_COUNT = sizeof face_files / sizeof face_files[0], SIZES_PER_FACE = 12 };

struct sized_font {
    int size_px;
    unsigned last_use;
    TTF_Font *font;
};

struct ui_faces {
    char folder[400];
    bool is_absent[FACE_COUNT]; /* tried and not there */
    unsigned uses;
    struct sized_font fonts[FACE_COUNT][SIZES_PER_FACE];
};

static SDL_RWops *open_file(const struct ui_faces *faces, int face)
{
    const char *file = face_files[face].file;
    char path[512];
    if (file[0] == '/')
        return ui_text_stream_open(file);
    snprintf(path, sizeof path, "%s/%s", faces->folder, file);
    return ui_text_stream_open(path);
}

static TTF_Font *open_font(struct ui_faces *faces, int face, int size_px)
{
    SDL_RWops *file = open_file(faces, face);
    int own_px = size_px * face_files[face].size_percent / 100;
    TTF_Font *font = file ? TTF_OpenFontRW(file, 1, own_px) : NULL;
    if (font)
        TTF_SetFontHinting(font, TTF_HINTING_LIGHT);
    else
        faces->is_absent[face] = true;
    return font;
}

/* A face that cannot be done without is looked at before the first screen needs it, without the cost of
 * opening it at a size that no screen has. */
static bool looks_like_font(const struct ui_faces *faces, int face)
{
    static const char open_type[4] = {'O', 'T', 'T', 'O'};
    char tag[sizeof open_type];
    SDL_RWops *file = open_file(faces, face);
    bool looks = file && SDL_RWread(file, tag, sizeof tag, 1) == 1 && memcmp(tag, open_type, sizeof tag) == 0;
    if (file)
        SDL_RWclose(file);
    return looks;
}

/* The slot with this size, else a free one, else the least recently used one. */
static struct sized_font *slot_for(struct ui_faces *faces, int face, int size_px)
{
    struct sized_font *best = &faces->fonts[face][0];
    for (int i = 0; i < SIZES_PER_FACE; i++) {
        struct sized_font *slot = &faces->fonts[face][i];
        if (slot->font && slot->size_px == size_px)
            return slot;
        if (best->font && (!slot->font || slot->last_use < best->last_use))
            best = slot;
    }
    return best;
}

TTF_Font *ui_faces_font(struct ui_faces *faces, int face, int size_px)
{
    if (faces->is_absent[face])
        return NULL;
    struct sized_font *slot = slot_for(faces, face, size_px);
    if (!slot->font || slot->size_px != size_px) {
        TTF_Font *font = open_font(faces, face, size_px);
        if (!font)
            return NULL;
        if (slot->font)
            TTF_CloseFont(slot->font);
        *slot = (struct sized_font){.size_px = size_px, .font = font};
    }
    slot->last_use = ++faces->uses;
    return slot->font;
}

/* Any size of a face knows which characters it has; the one that is wanted now is opened when none is. */
static bool face_has(struct ui_faces *faces, int face, int size_px, uint32_t code_point)
{
    if (faces->is_absent[face])
        return false;
    TTF_Font *font = faces->fonts[face][0].font;
    if (!font)
        font = ui_faces_font(faces, face, size_px);
    return font && TTF_GlyphIsProvided32(font, code_point);
}

int ui_faces_shift_px(int face, int size_px)
{
    return size_px * face_files[face].shift_percent / 100;
}

int ui_faces_pick(struct ui_faces *faces, const struct ui_text_style *style, int prefer, uint32_t code_point)
{
    if (prefer >= 0 && face_has(faces, prefer, style->size_px, code_point))
        return prefer;
    for (int face = 0; face < FACE_COUNT; face++) {
        bool serves = style->is_bold ? face_files[face].serves_bold : face_files[face].serves_regular;
        if (serves && face_has(faces, face, style->size_px, code_point))
            return face;
    }
    return UI_FACE_MISSING;
}

struct err ui_faces_create(const char *folder, struct ui_faces **out_faces)
{
    struct ui_faces *faces = calloc(1, sizeof *faces);
    if (!faces)
        return err_no_memory("text");
    if (snprintf(faces->folder, sizeof faces->folder, "%s", folder) >= (int)sizeof faces->folder ||
        TTF_Init() != 0) {
        free(faces);
        return err_make(ERR_SYSTEM, "text", 0, "cannot start the font library");
    }
    for (int face = 0; face < FACE_COUNT; face++) {
        if (!face_files[face].is_required || looks_like_font(faces, face))
            continue;
        struct err failure = err_make(ERR_SYSTEM, "text", 0, "cannot open font %s", face_files[face].file);
        ui_faces_destroy(&faces);
        return failure;
    }
    *out_faces = faces;
    return err_ok();
}

void ui_faces_destroy(struct ui_faces **faces)
{
    if (!*faces)
        return;
    for (int face = 0; face < FACE_COUNT; face++)
        for (int i = 0; i < SIZES_PER_FACE; i++)
            if ((*faces)->fonts[face][i].font)
                TTF_CloseFont((*faces)->fonts[face][i].font);
    free(*faces);
    *faces = NULL;
    TTF_Quit();
}
