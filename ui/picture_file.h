/* Pictures that come with a form (PNG, JPEG) as pixels for ui_image. UI thread only. */
#ifndef YIZHAN_UI_PICTURE_FILE_H
#define YIZHAN_UI_PICTURE_FILE_H

#include "ui/tree.h"

enum { PICTURE_SIDE_MAX = 4096 };

/* Decodes onto white paper. out_image->pixels is owned by the caller: picture_file_free(). ERR_DATA when the
 * bytes are no such picture or a side is longer than PICTURE_SIDE_MAX, ERR_SPACE. */
MUST_USE struct err picture_file_decode(const void *bytes, size_t size, struct ui_image *out_image);
/* Frees the pixels; takes an empty image. */
void picture_file_free(struct ui_image *image);

#endif
