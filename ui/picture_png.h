/* PNG pictures that belong into a record: a signature, and the words that stand in for one. UI thread only.
 */
#ifndef YIZHAN_UI_PICTURE_PNG_H
#define YIZHAN_UI_PICTURE_PNG_H

#include "board/base/buf.h"
#include "ui/text.h"
#include "ui/tree.h"

/* The strokes scaled to fit, black on white. Appends to out_png, which should be private. ERR_SPACE. */
MUST_USE struct err picture_png_strokes(const struct ui_strokes *strokes, int width_px, int height_px,
                                        struct buf *out_png);
/* The words wrapped and centred, black on white. */
MUST_USE struct err picture_png_words(struct ui_text *text, const char *words, int width_px, int height_px,
                                      struct buf *out_png);

#endif
