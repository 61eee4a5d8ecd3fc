#include "ui/tree.h"
#include <stdlib.h>
#include <string.h>

/* A screen is some hundred nodes; a form that makes more is broken. */
enum { TREE_BYTES_MAX = 4 << 20 };

struct ui_tree {
    struct arena *arena;
    struct ui_theme theme;
    const struct lang *lang;
    const char *name;
    unsigned turn;
    struct ui_node *root;
    struct ui_node scratch; /* stands in when memory is out */
    bool has_failed;
};

struct ui_tree *ui_tree_create(const struct ui_theme *theme, const struct lang *lang)
{
    struct ui_tree *tree = calloc(1, sizeof *tree);
    if (!tree)
        return NULL;
    tree->arena = arena_create(ARENA_PRIVATE, TREE_BYTES_MAX);
    if (!tree->arena) {
        free(tree);
        return NULL;
    }
    tree->theme = *theme;
    tree->lang = lang;
    tree->name = "";
    tree->scratch.tree = tree;
    tree->root = arena_alloc(tree->arena, sizeof *tree->root);
    if (!tree->root) {
        tree->has_failed = true;
        tree->root = &tree->scratch;
    }
    tree->root->tree = tree;
    tree->root->focus = -1;
    return tree;
}

void ui_tree_destroy(struct ui_tree **tree)
{
    if (!*tree)
        return;
    arena_destroy(&(*tree)->arena);
    free(*tree);
    *tree = NULL;
}

void ui_tree_set_turn(struct ui_tree *tree, unsigned turn)
{
    tree->turn = turn;
}

unsigned ui_tree_turn(const struct ui_tree *tree)
{
    return tree->turn;
}

struct ui_node *ui_tree_root(struct ui_tree *tree)
{
    return tree->root;
}

const struct ui_theme *ui_tree_theme(const struct ui_tree *tree)
{
    return &tree->theme;
}

const struct lang *ui_tree_lang(const struct ui_tree *tree)
{
    return tree->lang;
}

struct arena *ui_tree_arena(struct ui_tree *tree)
{
    return tree->arena;
}

bool ui_tree_has_failed(const struct ui_tree *tree)
{
    return tree->has_failed;
}

void ui_tree_set_name(struct ui_tree *tree, const char *name)
{
    const char *copy = ui_node_copy(tree->root, name);
    tree->name = copy ? copy : "";
}

bool ui_tree_is_last_page(struct ui_tree *tree)
{
    struct ui_node *n = tree->root;
    while (n && n->kind != UI_PAGES)
        n = ui_node_walk(n);
    return !n || n->part + 1 >= n->whole;
}

const char *ui_tree_name(const struct ui_tree *tree)
{
    return tree->name;
}

static void link_child(struct ui_node *parent, struct ui_node *node)
{
    struct ui_node **link = &parent->first;
    while (*link && !(*link)->stays_last)
        link = &(*link)->next;
    node->next = *link;
    *link = node;
    if (!node->next)
        parent->last = node;
}

struct ui_node *ui_node_add(struct ui_node *parent, enum ui_kind kind)
{
    struct ui_tree *tree = parent->tree;
    struct ui_node *node = arena_alloc(tree->arena, sizeof *node);
    if (!node) {
        tree->has_failed = true;
        tree->scratch = (struct ui_node){.tree = tree, .focus = -1, .kind = kind};
        return &tree->scratch;
    }
    node->tree = tree;
    node->kind = kind;
    node->focus = -1;
    node->parent = parent;
    link_child(parent, node);
    return node;
}

const char *ui_node_copy(struct ui_node *node, const char *text)
{
    if (!text)
        return NULL;
    const char *copy = arena_strdup(node->tree->arena, text);
    if (!copy)
        node->tree->has_failed = true;
    return copy ? copy : "";
}

const char *ui_node_say(const struct ui_node *node, const char *text_id)
{
    return lang_text(node->tree->lang, text_id);
}

struct ui_node *ui_node_walk(const struct ui_node *node)
{
    if (node->first)
        return node->first;
    while (node && !node->next)
        node = node->parent;
    return node ? node->next : NULL;
}

bool ui_node_can_activate(const struct ui_node *node)
{
    return node->action != UI_ACTION_NONE && !node->is_disabled && !node->is_hidden;
}

static void append_texts(const struct ui_node *node, struct buf *out_label)
{
    if (node->kind == UI_LABEL && node->text && *node->text) {
        if (out_label->length > 0)
            buf_append_byte(out_label, ' ');
        buf_append_text(out_label, node->text);
    }
    for (const struct ui_node *child = node->first; child; child = child->next)
        append_texts(child, out_label);
}

const char *ui_node_icon(const struct ui_node *node, const char *icon)
{
    static const char *const pairs[][2] = {
        {"next", "back"}, {"back", "next"}, {"erase", "erase-right"}, {"undo", "redo"}};
    bool is_rtl = lang_direction(ui_tree_lang(node->tree)) == LANG_RTL;
    for (size_t i = 0; is_rtl && i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(icon, pairs[i][0]) == 0)
            return pairs[i][1];
    return icon;
}

void ui_node_spoken(const struct ui_node *node, struct buf *out_label)
{
    if (node->label)
        buf_append_text(out_label, node->label);
    else
        append_texts(node, out_label);
}

static bool spoken_equals(const struct ui_node *node, const char *label)
{
    struct buf spoken;
    buf_init_private(&spoken);
    ui_node_spoken(node, &spoken);
    bool is_equal = strcmp(buf_text(&spoken), label) == 0;
    buf_finish(&spoken);
    return is_equal;
}

static struct ui_node *find_where(struct ui_tree *tree, const char *wanted,
                                  bool (*matches)(const struct ui_node *, const char *))
{
    for (struct ui_node *n = tree->root; n; n = ui_node_walk(n))
        if (!n->is_hidden && matches(n, wanted))
            return n;
    return NULL;
}

static bool has_id(const struct ui_node *node, const char *id)
{
    return node->id && strcmp(node->id, id) == 0;
}

static bool is_tappable_called(const struct ui_node *node, const char *label)
{
    return ui_node_can_activate(node) && spoken_equals(node, label);
}

static bool is_called(const struct ui_node *node, const char *label)
{
    return node->role != UI_ROLE_NONE && spoken_equals(node, label);
}

struct ui_node *ui_tree_find(struct ui_tree *tree, const char *id_or_label)
{
    struct ui_node *found = find_where(tree, id_or_label, has_id);
    if (!found)
        found = find_where(tree, id_or_label, is_tappable_called);
    return found ? found : find_where(tree, id_or_label, is_called);
}

struct ui_node *ui_tree_hit(struct ui_tree *tree, int x, int y)
{
    struct ui_node *topmost = NULL;
    for (struct ui_node *n = tree->root; n; n = ui_node_walk(n)) {
        bool can_be_hit = ui_node_can_activate(n) || (n->kind == UI_PAD && !n->is_hidden);
        if (can_be_hit && ui_rect_contains(n->rect, x, y))
            topmost = n;
    }
    return topmost;
}

struct ui_node *ui_tree_focus_at(struct ui_tree *tree, int focus)
{
    for (struct ui_node *n = tree->root; focus >= 0 && n; n = ui_node_walk(n))
        if (n->focus == focus)
            return n;
    return NULL;
}

int ui_tree_focus_count(const struct ui_tree *tree)
{
    int count = 0;
    for (const struct ui_node *n = tree->root; n; n = ui_node_walk(n))
        count += n->focus >= 0;
    return count;
}

static const char *role_name(enum ui_role role)
{
    static const char *const names[] = {
        [UI_ROLE_NONE] = "none",     [UI_ROLE_HEADING] = "heading",   [UI_ROLE_TEXT] = "text",
        [UI_ROLE_BUTTON] = "button", [UI_ROLE_OPTION] = "option",     [UI_ROLE_TICK] = "tick",
        [UI_ROLE_FIELD] = "field",   [UI_ROLE_PAD] = "pad",           [UI_ROLE_IMAGE] = "image",
        [UI_ROLE_STATUS] = "status", [UI_ROLE_PROGRESS] = "progress",
    };
    return names[role];
}

static void append_json_string(struct buf *out, const char *text)
{
    buf_append_byte(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            buf_printf(out, "\\%c", *p);
        else if ((unsigned char)*p < 0x20)
            buf_printf(out, "\\u%04x", (unsigned)*p);
        else
            buf_append_byte(out, (uint8_t)*p);
    }
    buf_append_byte(out, '"');
}

static void dump_node(const struct ui_node *node, struct buf *out)
{
    struct buf spoken;
    buf_init_private(&spoken);
    ui_node_spoken(node, &spoken);
    buf_append_text(out, "{\"id\":");
    append_json_string(out, node->id ? node->id : "");
    buf_printf(out, ",\"role\":\"%s\",\"label\":", role_name(node->role));
    append_json_string(out, buf_text(&spoken));
    buf_printf(out, ",\"rect\":[%d,%d,%d,%d],\"focus\":%d,\"enabled\":%s,\"selected\":%s}", node->rect.x,
               node->rect.y, node->rect.w, node->rect.h, node->focus, node->is_disabled ? "false" : "true",
               node->is_selected ? "true" : "false");
    buf_finish(&spoken);
}

void ui_tree_dump(struct ui_tree *tree, struct buf *out_json)
{
    buf_append_text(out_json, "{\"screen\":");
    append_json_string(out_json, tree->name);
    buf_printf(out_json, ",\"lang\":\"%s\",\"nodes\":[", lang_tag(tree->lang));
    bool is_first = true;
    for (const struct ui_node *n = tree->root; n; n = ui_node_walk(n)) {
        if (n->role == UI_ROLE_NONE || n->is_hidden)
            continue;
        if (!is_first)
            buf_append_byte(out_json, ',');
        is_first = false;
        dump_node(n, out_json);
    }
    buf_append_text(out_json, "]}");
}
