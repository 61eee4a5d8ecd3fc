/* What the two shapes of the writing page share. Private to writing*.c. */
#ifndef YIZHAN_UI_WRITING_PARTS_H
#define YIZHAN_UI_WRITING_PARTS_H

#include "ui/widgets_parts.h"
#include "ui/writing.h"

/* longest: words of more characters are left out. */
void ui_writing_candidates(struct ui_node *grid, const struct ui_writing *writing, size_t places,
                           size_t longest);
void ui_writing_pad(struct ui_node *parent, const struct ui_writing *writing);
/* `count` of the keys, from `first` on, in a grid of their own. */
struct ui_node *ui_writing_keys(struct ui_node *parent, const struct ui_writing *writing, size_t first,
                                size_t count, int columns);
/* NULL where there is one way only. */
struct ui_node *ui_writing_ways(struct ui_node *body, const struct ui_writing *writing);

/* As little height as keys of 20 mm can do with. */
void ui_writing_least(struct ui_node *piece, const struct ui_writing *writing);
/* On the least panel. */
void ui_writing_compact(struct ui_node *body, const struct ui_writing *writing);

#endif
