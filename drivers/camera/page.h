/* The sheet of paper in a picture: found, straightened, evenly lit. Pure. */
#ifndef YIZHAN_CAMERA_PAGE_H
#define YIZHAN_CAMERA_PAGE_H

#include "drivers/camera/homography.h"
#include "drivers/camera/picture.h"

struct page {
    struct vec2 corners[4]; /* pixels of the picture, clockwise from the page's top left */
    bool is_cut;            /* an edge lies at or beyond the picture's border */
};

/* A light sheet on a darker desk: the largest bright region whose outline is four straight sides and that
 * covers at least a twelfth of the picture. *out_found says whether there is one. luma only. */
MUST_USE struct err page_find(const struct picture *luma, bool *out_found, struct page *out_page);

/* The page as seen from right above, in its own proportions, its longer side as long as it was in the
 * picture. */
MUST_USE struct err page_straighten(const struct picture *in, const struct page *page, struct picture *out);

/* Brings the paper's white to one level over the whole page, in place: shade goes, print stays. */
MUST_USE struct err page_even_light(struct picture *page);

#endif
