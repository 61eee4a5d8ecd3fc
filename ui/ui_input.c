/* Fingers and keys. A control is activated when a finger goes down and comes up inside it: sliding off
 * cancels. What has only just come is not meant. */
#include "ui/ui_parts.h"
#include <stdio.h>
#include <string.h>

static struct ui_node *node_called(struct ui *ui, const char *id)
{
    if (!ui->tree || !*id)
        return NULL;
    for (struct ui_node *n = ui_tree_root(ui->tree); n; n = ui_node_walk(n))
        if (n->id && !n->is_hidden && strcmp(n->id, id) == 0)
            return n;
    return NULL;
}

struct ui_attention ui_attention(struct ui *ui)
{
    struct ui_attention attention = {.focused = node_called(ui, ui->focus)};
    if (ui->finger.is_down && !ui->finger.is_drawing)
        attention.pressed = node_called(ui, ui->finger.target);
    return attention;
}

/* ---- events out ---- */

static void push_event(struct ui *ui, const struct ui_event *event)
{
    if (ui->event_count == UI_EVENTS_MAX) /* nobody takes them: a finger cannot be faster than the journey */
        return;
    ui->events[(ui->event_first + ui->event_count++) % UI_EVENTS_MAX] = *event;
}

bool ui_next_event(struct ui *ui, struct ui_event *out_event)
{
    if (ui->event_count == 0)
        return false;
    *out_event = ui->events[ui->event_first];
    memset(&ui->events[ui->event_first], 0, sizeof ui->events[0]);
    ui->event_first = (ui->event_first + 1) % UI_EVENTS_MAX;
    ui->event_count--;
    return true;
}

static void push_for_node(struct ui *ui, enum ui_event_kind kind, const struct ui_node *node, enum ui_key key)
{
    struct ui_event event = {.kind = kind, .action = node->action, .arg = node->arg, .key = key};
    snprintf(event.id, sizeof event.id, "%s", node->id ? node->id : "");
    push_event(ui, &event);
}

/* ---- a finger on a pad ---- */

static struct ui_pad_point to_pad(const struct ui_node *pad, struct ui_point at)
{
    int side = pad->rect.w < pad->rect.h ? pad->rect.w : pad->rect.h;
    int x = (at.x - pad->rect.x) * 10000 / (side > 0 ? side : 1);
    int y = (at.y - pad->rect.y) * 10000 / (side > 0 ? side : 1);
    int limit = 32000;
    x = x < 0 ? 0 : x > limit ? limit : x;
    y = y < 0 ? 0 : y > limit ? limit : y;
    return (struct ui_pad_point){(short)x, (short)y};
}

static struct ui_point kept_inside(const struct ui_node *pad, struct ui_point at)
{
    struct ui_rect r = ui_rect_inset(pad->rect, ui_ink_width_px(pad));
    at.x = at.x < r.x ? r.x : at.x > r.x + r.w ? r.x + r.w : at.x;
    at.y = at.y < r.y ? r.y : at.y > r.y + r.h ? r.y + r.h : at.y;
    return at;
}

static void ink(struct ui *ui, const struct ui_node *pad, struct ui_point from, struct ui_point to)
{
    struct SDL_Surface *surface = ui_presenter_surface(ui->presenter);
    if (!surface)
        return;
    int reach = ui_ink_width_px(pad);
    struct ui_rect box = ui_rect_union((struct ui_rect){from.x - reach, from.y - reach, 2 * reach, 2 * reach},
                                       (struct ui_rect){to.x - reach, to.y - reach, 2 * reach, 2 * reach});
    box = ui_rect_intersect(box, pad->rect);
    ui_canvas_begin(ui->canvas, surface, box);
    ui_paint_ink(ui->canvas, pad, from, to);
    ui_dirty_add(&ui->inked, box);
}

static void add_point(struct ui *ui, const struct ui_node *pad, struct ui_point at)
{
    struct ui_finger *finger = &ui->finger;
    if (finger->point_count == UI_STROKE_POINTS_MAX)
        return;
    at = kept_inside(pad, at);
    if (finger->point_count > 0 && at.x == finger->last.x && at.y == finger->last.y)
        return;
    struct ui_point from = finger->point_count > 0 ? finger->last : at;
    finger->points[finger->point_count++] = to_pad(pad, at);
    finger->last = at;
    ink(ui, pad, from, at);
}

void ui_redraw_ink(struct ui *ui)
{
    const struct ui_finger *finger = &ui->finger;
    const struct ui_node *pad = finger->is_drawing ? node_called(ui, finger->target) : NULL;
    if (!pad)
        return;
    int side = pad->rect.w < pad->rect.h ? pad->rect.w : pad->rect.h;
    for (size_t i = 0; i < finger->point_count; i++) {
        const struct ui_pad_point *a = &finger->points[i > 0 ? i - 1 : 0], *b = &finger->points[i];
        ink(ui, pad, (struct ui_point){pad->rect.x + a->x * side / 10000, pad->rect.y + a->y * side / 10000},
            (struct ui_point){pad->rect.x + b->x * side / 10000, pad->rect.y + b->y * side / 10000});
    }
}

static void end_stroke(struct ui *ui, const struct ui_node *pad)
{
    struct ui_event event = {.kind = UI_EVENT_STROKE,
                             .action = pad->action,
                             .arg = pad->arg,
                             .point_count = ui->finger.point_count};
    snprintf(event.id, sizeof event.id, "%s", pad->id ? pad->id : "");
    memcpy(event.points, ui->finger.points, ui->finger.point_count * sizeof event.points[0]);
    push_event(ui, &event);
    ui_dirty_add(&ui->dirty, pad->rect); /* what stays is what the next tree says */
}

/* ---- fingers ---- */

static void lift(struct ui *ui)
{
    memset(&ui->finger, 0, sizeof ui->finger);
    ui->needs_compare = true;
}

static void finger_down(struct ui *ui, struct ui_point at)
{
    if (ui->finger.is_down || !ui->tree)
        return;
    struct ui_node *node = ui_tree_hit(ui->tree, at.x, at.y);
    ui->finger.is_down = true;
    ui->finger.down_ms = ui->clock->monotonic_ms(ui->clock);
    ui->focus[0] = 0; /* a finger ends keypad use until the next key */
    ui->needs_compare = true;
    if (!node)
        push_event(ui, &(struct ui_event){.kind = UI_EVENT_TOUCH});
    if (!node || !node->id || !ui_is_settled(node, ui->finger.down_ms))
        return;
    snprintf(ui->finger.target, sizeof ui->finger.target, "%s", node->id);
    ui->finger.is_drawing = node->kind == UI_PAD;
    if (ui->finger.is_drawing)
        add_point(ui, node, at);
}

static void finger_move(struct ui *ui, struct ui_point at)
{
    struct ui_node *pad = ui->finger.is_drawing ? node_called(ui, ui->finger.target) : NULL;
    if (pad)
        add_point(ui, pad, at);
}

static void finger_up(struct ui *ui, struct ui_point at)
{
    struct ui_node *node = ui->finger.is_down ? node_called(ui, ui->finger.target) : NULL;
    if (node && ui->finger.is_drawing) {
        add_point(ui, node, at);
        end_stroke(ui, node);
    } else if (node && ui_tree_hit(ui->tree, at.x, at.y) == node && ui_is_settled(node, ui->finger.down_ms)) {
        push_for_node(ui, UI_EVENT_ACTIVATE, node, UI_KEY_NONE);
    }
    lift(ui);
}

/* ---- keys ---- */

static int focus_after_heading(struct ui_tree *tree)
{
    bool seen_heading = false;
    for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n)) {
        seen_heading |= n->role == UI_ROLE_HEADING;
        if (seen_heading && n->focus >= 0)
            return n->focus;
    }
    return 0;
}

static void move_focus(struct ui *ui, int step)
{
    int count = ui_tree_focus_count(ui->tree);
    if (count == 0)
        return;
    struct ui_node *now = node_called(ui, ui->focus);
    int next = now && now->focus >= 0 ? (now->focus + step + count) % count : focus_after_heading(ui->tree);
    struct ui_node *node = ui_tree_focus_at(ui->tree, next);
    if (!node || !node->id)
        return;
    snprintf(ui->focus, sizeof ui->focus, "%s", node->id);
    ui->needs_compare = true;
    push_for_node(ui, UI_EVENT_FOCUS, node, UI_KEY_NONE);
}

static struct ui_node *bound_to(struct ui *ui, enum ui_key key)
{
    for (struct ui_node *n = ui_tree_root(ui->tree); n; n = ui_node_walk(n))
        if (n->key == key && ui_node_can_activate(n))
            return n;
    return NULL;
}

static void press_ok(struct ui *ui)
{
    struct ui_node *node = node_called(ui, ui->focus);
    bool can = node && ui_node_can_activate(node);
    if (can && !ui_is_settled(node, ui->clock->monotonic_ms(ui->clock)))
        return; /* the key that brought it here bounced */
    if (can)
        push_for_node(ui, UI_EVENT_ACTIVATE, node, UI_KEY_OK);
    else
        move_focus(ui, 0);
}

static void key(struct ui *ui, enum ui_key key)
{
    if (!ui->tree)
        return;
    struct ui_node *bound = bound_to(ui, key);
    if (bound)
        push_for_node(ui, UI_EVENT_ACTIVATE, bound, key);
    else if (key == UI_KEY_DOWN || key == UI_KEY_RIGHT)
        move_focus(ui, 1);
    else if (key == UI_KEY_UP || key == UI_KEY_LEFT)
        move_focus(ui, -1);
    else if (key == UI_KEY_OK)
        press_ok(ui);
    else
        push_event(ui, &(struct ui_event){.kind = UI_EVENT_KEY, .key = key});
}

void ui_input(struct ui *ui, const struct ui_input *input)
{
    switch (input->kind) {
    case UI_INPUT_DOWN:
        finger_down(ui, input->at);
        break;
    case UI_INPUT_MOVE:
        finger_move(ui, input->at);
        break;
    case UI_INPUT_UP:
        finger_up(ui, input->at);
        break;
    case UI_INPUT_CANCEL:
        lift(ui);
        break;
    case UI_INPUT_KEY:
        key(ui, input->key);
        break;
    case UI_INPUT_QUIT:
        push_event(ui, &(struct ui_event){.kind = UI_EVENT_QUIT});
        break;
    }
}

void ui_pump(struct ui *ui)
{
    struct ui_input input;
    while (ui_presenter_next(ui->presenter, &input))
        ui_input(ui, &input);
}
