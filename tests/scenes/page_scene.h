/* A made-up A4 form for the document camera's tests. */
#ifndef YIZHAN_TESTS_PAGE_SCENE_H
#define YIZHAN_TESTS_PAGE_SCENE_H

#include "drivers/picture/picture.h"

/* 620 x 877 RGB: white, lines of print as rows of dark strokes, and a red stamp whose middle is at
 * PAGE_STAMP. */
MUST_USE struct err page_paper(struct picture *out_paper);
#define PAGE_STAMP_X 0.75 /* share of the width */
#define PAGE_STAMP_Y 0.85 /* share of the height */

#endif
