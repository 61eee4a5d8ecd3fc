/*
 * Ink on PDF pages: lines of text, rules and pictures. The only user of cairo; positions in points from the
 * top left.
 */
#ifndef YIZHAN_CTL_DESK_INK_H
#define YIZHAN_CTL_DESK_INK_H

#include "board/base/buf.h"
#include "board/base/err.h"

struct ink;
enum ink_tone { INK_BLACK, INK_BOLD, INK_QUIET };

/* assets: folder with fonts/. The PDF is appended to out_pdf, which is borrowed until ink_close(). ERR_SYSTEM
 * when a font cannot be opened. */
MUST_USE struct err ink_create(const char *assets, double width, double height, struct buf *out_pdf,
                               struct ink **out_ink);
/* Finishes the document; frees in any case. */
MUST_USE struct err ink_close(struct ink **ink);

double ink_width(struct ink *ink, enum ink_tone tone, double size, const char *text);
/* How many bytes of the text fit into a line of this width: all, or up to a break; at least one character. */
size_t ink_fit(struct ink *ink, enum ink_tone tone, double size, double width, const char *text);
/* y: the base line. */
void ink_bytes(struct ink *ink, enum ink_tone tone, double size, double x, double y, const char *text,
               size_t length);
void ink_line(struct ink *ink, enum ink_tone tone, double size, double x, double y, const char *text);
void ink_rule(struct ink *ink, double x, double y, double to_x);
/* A PNG or JPEG scaled down into the box; the height it took, 0 when it is neither. */
double ink_picture(struct ink *ink, const struct buf *bytes, double x, double y, double width, double height);
void ink_next_page(struct ink *ink);

#endif
