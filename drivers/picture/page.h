/* The sheet of paper in a picture: found, straightened, evenly lit. Pure. */
#ifndef YIZHAN_PICTURE_PAGE_H
#define YIZHAN_PICTURE_PAGE_H

#include "drivers/picture/homography.h"
#include "drivers/picture/picture.h"

struct page {
    struct vec2 corners[4]; /* pixels of the picture, clockwise from the page's top left */
    bool is_cut;            /* an edge lies at or beyond the picture's border */
};

/* What a document covers at least of the picture. */
#define PAGE_SHARE_LEAST (1.0 / 12)

/* A light sheet on a darker desk: the largest bright region whose outline is four straight sides and that
 * covers at least that share of the picture. *out_found says whether there is one. luma only. */
MUST_USE struct err page_find(const struct picture *luma, double share_least, bool *out_found,
                              struct page *out_page);

/* The page as seen from right above, in its own proportions, its longer side as long as it was in the
 * picture. out_to_picture (NULL: not wanted) takes its pixels to the picture's. */
MUST_USE struct err page_straighten(const struct picture *in, const struct page *page, struct picture *out,
                                    struct homography *out_to_picture);

/* Brings the paper's white to one level over the whole page, in place: shade goes, print stays. */
MUST_USE struct err page_even_light(struct picture *page);

#endif
