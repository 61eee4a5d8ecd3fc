#include "ui/control.h"
#include <string.h>

void ui_test_tap_at(struct ui *ui, int x, int y)
{
    ui_input(ui, &(struct ui_input){.kind = UI_INPUT_DOWN, .at = {x, y}});
    ui_input(ui, &(struct ui_input){.kind = UI_INPUT_UP, .at = {x, y}});
}

static bool is_inside(const struct ui_node *node, const struct ui_node *ancestor)
{
    while (node && node != ancestor)
        node = node->parent;
    return node != NULL;
}

struct err ui_test_tap(struct ui *ui, const char *id_or_label)
{
    struct ui_tree *tree = ui_tree(ui);
    struct ui_node *node = tree ? ui_tree_find(tree, id_or_label) : NULL;
    if (!node)
        return err_make(ERR_USER, "control", 0, "nothing on this screen is called %s", id_or_label);
    int x = node->rect.x + node->rect.w / 2, y = node->rect.y + node->rect.h / 2;
    struct ui_node *hit = ui_tree_hit(tree, x, y);
    if (node->is_disabled || !hit)
        return err_make(ERR_USER, "control", 0, "%s cannot be tapped now", id_or_label);
    if (hit != node && !is_inside(node, hit))
        return err_make(ERR_REFUSED, "control", 0, "%s is covered by %s", id_or_label,
                        hit->id ? hit->id : "a part");
    ui_test_tap_at(ui, x, y);
    return err_ok();
}

void ui_test_key(struct ui *ui, enum ui_key key)
{
    ui_input(ui, &(struct ui_input){.kind = UI_INPUT_KEY, .key = key});
}

static struct ui_point on_panel(const struct ui_node *pad, struct ui_pad_point point)
{
    int side = pad->rect.w < pad->rect.h ? pad->rect.w : pad->rect.h;
    return (struct ui_point){pad->rect.x + point.x * side / 10000, pad->rect.y + point.y * side / 10000};
}

struct err ui_test_stroke(struct ui *ui, const char *id, const struct ui_pad_point *points, size_t count)
{
    struct ui_tree *tree = ui_tree(ui);
    struct ui_node *pad = tree ? ui_tree_find(tree, id) : NULL;
    if (!pad || pad->kind != UI_PAD || count == 0)
        return err_make(ERR_USER, "control", 0, "no pad on this screen is called %s", id);
    ui_input(ui, &(struct ui_input){.kind = UI_INPUT_DOWN, .at = on_panel(pad, points[0])});
    for (size_t i = 1; i < count; i++)
        ui_input(ui, &(struct ui_input){.kind = UI_INPUT_MOVE, .at = on_panel(pad, points[i])});
    ui_input(ui, &(struct ui_input){.kind = UI_INPUT_UP, .at = on_panel(pad, points[count - 1])});
    return err_ok();
}

enum ui_key ui_key_from_name(const char *name)
{
    static const char *const names[UI_KEYS] = {
        [UI_KEY_UP] = "up", [UI_KEY_DOWN] = "down", [UI_KEY_LEFT] = "left",     [UI_KEY_RIGHT] = "right",
        [UI_KEY_OK] = "ok", [UI_KEY_BACK] = "back", [UI_KEY_REPEAT] = "repeat", [UI_KEY_HELP] = "help",
    };
    for (int key = UI_KEY_UP; key < UI_KEYS; key++)
        if (strcmp(names[key], name) == 0)
            return (enum ui_key)key;
    return UI_KEY_NONE;
}
