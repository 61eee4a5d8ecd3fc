/* The font files behind ui/text.h, opened lazily, one TTF_Font for each face and size (changing a size
 * empties SDL_ttf's glyph cache). Private to the text files. */
#ifndef YIZHAN_UI_TEXT_FACES_H
#define YIZHAN_UI_TEXT_FACES_H

#include "ui/text.h"
#include <SDL2/SDL_ttf.h>

struct ui_faces;

/* Index into the table of faces, or none. */
enum { UI_FACE_MISSING = -1 };

MUST_USE struct err ui_faces_create(const char *folder, struct ui_faces **out_faces);
void ui_faces_destroy(struct ui_faces **faces);

/* The first face that has the character; prefer: a face to try before the others, or UI_FACE_MISSING. */
int ui_faces_pick(struct ui_faces *faces, const struct ui_text_style *style, int prefer, uint32_t code_point);
/* NULL without memory. Owned by the faces. */
TTF_Font *ui_faces_font(struct ui_faces *faces, int face, int size_px);
/* How far below the middle of a line a face's own middle belongs. */
int ui_faces_shift_px(int face, int size_px);

#endif
