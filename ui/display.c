/* The display list and what is dirty. */
#include "board/base/hash.h"
#include "ui/paint.h"
#include <string.h>

static uint64_t mix_text(uint64_t print, const char *text)
{
    return text ? hash_bytes(print, text, strlen(text) + 1) : hash_bytes(print, "", 1);
}

static uint64_t mix_content(uint64_t print, const struct ui_node *node)
{
    const struct ui_node *parent = node->parent;
    int numbers[] = {(int)node->kind,
                     (int)node->type,
                     (int)node->align,
                     node->part,
                     node->whole,
                     (int)node->state,
                     (int)node->box,
                     node->rect.x,
                     node->rect.y,
                     node->rect.w,
                     node->rect.h,
                     node->kind == UI_MARK && parent && parent->is_selected,
                     node->kind == UI_MARK && parent ? (int)parent->role : 0};
    print = hash_bytes(print, numbers, sizeof numbers);
    print = mix_text(print, node->text);
    print = mix_text(print, node->icon);
    if (node->kind == UI_IMAGE) {
        print = hash_bytes(print, &node->image.pixels, sizeof node->image.pixels);
        print = hash_bytes(print, &node->image.generation, sizeof node->image.generation);
    }
    size_t points = 0;
    for (size_t i = 0; i < node->strokes.stroke_count; i++)
        points += node->strokes.counts[i];
    if (points > 0) {
        print = hash_bytes(print, node->strokes.counts,
                           node->strokes.stroke_count * sizeof *node->strokes.counts);
        print = hash_bytes(print, node->strokes.points, points * sizeof *node->strokes.points);
    }
    return print;
}

static uint64_t print_of(const struct ui_node *node, const struct ui_look *look)
{
    uint32_t colours[] = {look->ink, look->surface, look->box.fill_colour, look->box.border_colour};
    int sizes[] = {look->has_box, look->box.radius, look->box.border, look->ring_px,
                   ui_tree_theme(node->tree)->type_px[node->type]};
    uint64_t print = hash_bytes(HASH_START, colours, sizeof colours);
    return mix_content(hash_bytes(print, sizes, sizeof sizes), node);
}

static bool is_drawn(const struct ui_node *node, const struct ui_look *look)
{
    if (node->is_hidden || ui_rect_is_empty(node->rect))
        return false;
    bool is_container =
        node->kind == UI_COLUMN || node->kind == UI_ROW || node->kind == UI_GRID || node->kind == UI_PAGES;
    return !is_container || look->has_box || look->ring_px > 0;
}

void ui_display_build(struct ui_tree *tree, const struct ui_attention *attention,
                      struct ui_display *out_display)
{
    out_display->count = 0;
    out_display->paper = ui_tree_theme(tree)->colour[UI_COLOUR_PAPER];
    for (const struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n)) {
        struct ui_look look = ui_look_of(n, attention);
        if (!is_drawn(n, &look) || out_display->count == UI_ITEMS_MAX)
            continue;
        struct ui_rect rect = ui_rect_inset(n->rect, -2 * look.ring_px);
        if (n->kind == UI_LABEL) { /* glyphs reach a little out of their line */
            rect = ui_rect_inset(rect, -ui_tree_theme(tree)->type_px[n->type] / 8);
        }
        out_display->items[out_display->count++] = (struct ui_item){rect, print_of(n, &look), n};
    }
}

/* ---- dirty rectangles ---- */

static int64_t area(struct ui_rect r)
{
    return (int64_t)r.w * r.h;
}

/* Joining is worth it when little is drawn that would not have been. */
static bool is_worth_joining(struct ui_rect a, struct ui_rect b)
{
    return area(ui_rect_union(a, b)) * 4 <= (area(a) + area(b)) * 5;
}

void ui_dirty_add(struct ui_dirty *dirty, struct ui_rect rect)
{
    if (ui_rect_is_empty(rect))
        return;
    for (int i = 0; i < dirty->count; i++) {
        struct ui_rect other = dirty->rects[i];
        if (!is_worth_joining(other, rect) && ui_rect_is_empty(ui_rect_intersect(other, rect)))
            continue;
        dirty->rects[i] = dirty->rects[--dirty->count];
        ui_dirty_add(dirty, ui_rect_union(other, rect));
        return;
    }
    if (dirty->count == UI_DIRTY_MAX) {
        dirty->rects[0] = ui_rect_union(dirty->rects[0], rect);
        return;
    }
    dirty->rects[dirty->count++] = rect;
}

static bool same(const struct ui_item *a, const struct ui_item *b)
{
    return a->print == b->print && ui_rect_equal(a->rect, b->rect);
}

/* Screens that follow each other mostly have the same things at the same place in the list: look there first.
 */
static bool is_in(const struct ui_item *item, const struct ui_display *display, int likely)
{
    for (int near = likely - 2; near <= likely + 2; near++)
        if (near >= 0 && near < display->count && same(item, &display->items[near]))
            return true;
    for (int i = 0; i < display->count; i++)
        if (same(item, &display->items[i]))
            return true;
    return false;
}

static void add_missing(const struct ui_display *of, const struct ui_display *in, struct ui_dirty *dirty)
{
    for (int i = 0; i < of->count; i++)
        if (!is_in(&of->items[i], in, i))
            ui_dirty_add(dirty, of->items[i].rect);
}

void ui_display_compare(const struct ui_display *before, const struct ui_display *after,
                        struct ui_dirty *dirty)
{
    add_missing(before, after, dirty);
    add_missing(after, before, dirty);
}
