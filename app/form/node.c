#include "app/form/node.h"
#include <stdio.h>
#include <string.h>

static const char NO_TEXT[] = "";

struct node_tree *node_tree_create(struct arena *arena, struct name_table *names)
{
    struct node_tree *tree = arena_alloc(arena, sizeof *tree);
    if (!tree)
        return NULL;
    tree->arena = arena;
    tree->names = names;
    tree->root.kind = NODE_ROOT;
    tree->root.text = NO_TEXT;
    tree->newest = &tree->root;
    tree->count = 1;
    return tree;
}

struct node_tree *node_tree_of(const struct node *node)
{
    while (node->parent)
        node = node->parent;
    return node->kind == NODE_ROOT ? (struct node_tree *)node : NULL;
}

static bool is_attribute(enum node_kind kind)
{
    return kind == NODE_ATTRIBUTE || kind == NODE_NAMESPACE;
}

/* ---- Numbering in document order ---- */

/* Numbers top, its attributes and all below it, each a stride after the one before. Gives the last node. */
static struct node *number_subtree(struct node *top, uint32_t before, uint32_t stride, uint32_t *out_last)
{
    uint32_t order = before;
    struct node *last = top;
    for (struct node *n = top; n; n = node_walk(top, n)) {
        last = n;
        n->order = order += stride;
        for (struct node *a = n->attributes; a; a = a->next)
            a->order = order += stride;
    }
    *out_last = order;
    return last;
}

/* Half of all numbers are spread over what is there; the rest is left for what is appended. */
void node_renumber(struct node_tree *tree)
{
    if (!tree->order_stale)
        return;
    tree->newest = number_subtree(&tree->root, 0, (1u << 31) / tree->count, &tree->last_order);
    tree->order_stale = false;
}

/* The number of what stands just before a node in document order. */
static uint32_t order_before(const struct node *node)
{
    const struct node *n = node->prev ? node->prev : node->parent;
    if (n == node->prev)
        while (n->last)
            n = n->last;
    uint32_t order = n->order;
    for (const struct node *a = n->attributes; a; a = a->next)
        order = a->order;
    return order;
}

/* The first behind a node and all below it; NULL when it stands at the end. */
static const struct node *following(const struct node *node)
{
    while (node && !node->next)
        node = node->parent;
    return node ? node->next : NULL;
}

static uint32_t subtree_size(const struct node *top)
{
    uint32_t size = 0;
    for (const struct node *n = top; n; n = node_walk(top, n)) {
        size++;
        for (const struct node *a = n->attributes; a; a = a->next)
            size++;
    }
    return size;
}

/* Numbers a node that has just been linked, with all below it, in the gap it stands in: a repeat that grows
 * to thousands of instances does not have the whole tree numbered for each. False: the gap is too small. */
static bool number_in_gap(struct node_tree *tree, struct node *node)
{
    const struct node *next = following(node);
    uint32_t low = order_before(node), high = next ? next->order : UINT32_MAX;
    if (high - low <= subtree_size(node))
        return false;
    uint32_t order;
    struct node *last = number_subtree(node, low, 1, &order);
    if (!next) {
        tree->newest = last;
        tree->last_order = order;
    }
    return true;
}

void node_freeze(struct node_tree *tree)
{
    node_renumber(tree);
    tree->frozen = true;
}

int node_compare(const struct node *a, const struct node *b)
{
    struct node_tree *tree = node_tree_of(a);
    if (tree)
        node_renumber(tree);
    return a->order < b->order ? -1 : a->order > b->order;
}

/* ---- Building and changing ---- */

/* A node that is not linked anywhere yet. */
static struct node *make(struct node_tree *tree, enum node_kind kind, const struct name *name)
{
    if (tree->node_limit != 0 && tree->count >= tree->node_limit)
        return NULL;
    struct node *node = arena_alloc(tree->arena, sizeof *node);
    if (!node)
        return NULL;
    node->kind = (uint8_t)kind;
    node->name = name;
    node->text = NO_TEXT;
    tree->count++;
    return node;
}

static void link_last(struct node *parent, struct node *node)
{
    node->parent = parent;
    node->prev = parent->last;
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
}

static void link_before(struct node *parent, struct node *before, struct node *node)
{
    node->parent = parent;
    node->next = before;
    node->prev = before->prev;
    if (before->prev)
        before->prev->next = node;
    else
        parent->first = node;
    before->prev = node;
}

static void link_attribute(struct node *element, struct node *node)
{
    struct node **end = &element->attributes;
    while (*end) {
        node->prev = *end;
        end = &(*end)->next;
    }
    *end = node;
    node->parent = element;
}

/* Whether what is appended to parent now stands behind all other nodes, as its number says. */
static bool comes_last(const struct node_tree *tree, const struct node *parent, enum node_kind kind)
{
    const struct node *n = tree->newest;
    if (is_attribute(kind))
        return n == parent;
    while (n && n != parent)
        n = n->parent;
    return n != NULL;
}

struct node *node_append(struct node_tree *tree, struct node *parent, enum node_kind kind,
                         const struct name *name, const char *text, size_t length)
{
    struct node *node = make(tree, kind, name);
    if (!node)
        return NULL;
    if (length > 0) {
        node->text = arena_strndup(tree->arena, text, length);
        if (!node->text)
            return NULL;
        node->text_capacity = (uint32_t)length + 1;
    }
    if (tree->last_order == UINT32_MAX || !comes_last(tree, parent, kind))
        tree->order_stale = true;
    else
        node->order = ++tree->last_order;
    if (is_attribute(kind)) {
        link_attribute(parent, node);
    } else {
        link_last(parent, node);
        tree->newest = node;
    }
    return node;
}

bool node_set_text(struct node_tree *tree, struct node *node, const char *text)
{
    size_t size = strlen(text) + 1;
    if (size > UINT32_MAX / 2)
        return false;
    if (size == 1 && node->text_capacity == 0) {
        node->text = NO_TEXT;
        return true;
    }
    if (size > node->text_capacity) {
        uint32_t capacity = 16;
        while (capacity < size)
            capacity *= 2;
        char *grown = arena_alloc(tree->arena, capacity);
        if (!grown)
            return false;
        node->text = grown;
        node->text_capacity = capacity;
    }
    memmove((char *)node->text, text, size); /* own memory, see text_capacity; text may be part of it */
    return true;
}

/* One node with its attributes, without children. */
static struct node *clone_one(struct node_tree *tree, const struct node *node)
{
    struct node *copy = make(tree, node->kind, node->name);
    if (!copy)
        return NULL;
    copy->slot = node->slot;
    copy->line = node->line;
    copy->column = node->column;
    copy->type = node->type;
    copy->flags = node->flags;
    if (!node_set_text(tree, copy, node->text))
        return NULL;
    for (const struct node *a = node->attributes; a; a = a->next) {
        struct node *attribute = clone_one(tree, a);
        if (!attribute)
            return NULL;
        link_attribute(copy, attribute);
    }
    return copy;
}

struct node *node_clone(struct node_tree *tree, const struct node *node)
{
    struct node *top = clone_one(tree, node);
    struct node *copy = top;
    for (const struct node *from = node; copy;) {
        if (from->first) {
            from = from->first;
        } else {
            while (from != node && !from->next) {
                from = from->parent;
                copy = copy->parent;
            }
            if (from == node)
                return top;
            from = from->next;
            copy = copy->parent;
        }
        struct node *child = clone_one(tree, from);
        if (child)
            link_last(copy, child);
        copy = child;
    }
    return NULL;
}

void node_insert(struct node_tree *tree, struct node *parent, struct node *before, struct node *node)
{
    if (!before)
        link_last(parent, node);
    else
        link_before(parent, before, node);
    tree->order_stale = tree->order_stale || !number_in_gap(tree, node);
}

void node_detach(struct node_tree *tree, struct node *node)
{
    struct node *parent = node->parent;
    if (node_is_ancestor(node, tree->newest)) /* who is last now is found when it is asked for */
        tree->order_stale = true;
    if (node->prev)
        node->prev->next = node->next;
    else if (is_attribute(node->kind))
        parent->attributes = node->next;
    else
        parent->first = node->next;
    if (node->next)
        node->next->prev = node->prev;
    else if (!is_attribute(node->kind))
        parent->last = node->prev;
    node->parent = node->prev = node->next = NULL;
}

/* ---- Looking ---- */

static bool is_named(const struct node *node, const struct name *name)
{
    return node->kind == NODE_ELEMENT && name_same(node->name, name);
}

struct node *node_child_local(const struct node *parent, const char *local)
{
    struct node *child = parent->first;
    while (child && (child->kind != NODE_ELEMENT || strcmp(child->name->local, local) != 0))
        child = child->next;
    return child;
}

struct node *node_next_same(const struct node *node)
{
    struct node *next = node->next;
    while (next && !is_named(next, node->name))
        next = next->next;
    return next;
}

uint32_t node_position(const struct node *node)
{
    uint32_t position = 1;
    if (node->place != 0)
        return node->place;
    for (const struct node *n = node->prev; n; n = n->prev)
        position += is_named(n, node->name);
    return position;
}

const char *node_attribute(const struct node *element, const char *uri, const char *local)
{
    for (const struct node *a = element->attributes; a; a = a->next)
        if (a->kind == NODE_ATTRIBUTE && strcmp(a->name->local, local) == 0 &&
            strcmp(a->name->uri, uri ? uri : "") == 0)
            return a->text;
    return NULL;
}

const char *node_namespace(const struct node *node, const char *prefix)
{
    for (; node; node = node->parent)
        for (const struct node *a = node->attributes; a; a = a->next)
            if (a->kind == NODE_NAMESPACE && strcmp(a->name->local, prefix) == 0)
                return a->text[0] == '\0' ? NULL : a->text;
    return strcmp(prefix, "xml") == 0 ? "http://www.w3.org/XML/1998/namespace" : NULL;
}

struct node *node_walk(const struct node *top, const struct node *node)
{
    if (node->first)
        return node->first;
    while (node != top && !node->next)
        node = node->parent;
    return node == top ? NULL : node->next;
}

bool node_is_ancestor(const struct node *ancestor, const struct node *node)
{
    while (node && node != ancestor)
        node = node->parent;
    return node != NULL;
}

void node_string(const struct node *node, struct buf *out_text)
{
    buf_append_text(out_text, node->text);
    if (!node->first)
        return;
    for (const struct node *n = node->first; n; n = node_walk(node, n))
        if (n->kind == NODE_TEXT || n->kind == NODE_ELEMENT)
            buf_append_text(out_text, n->text);
}

/* ---- Paths ---- */

static void append_name(const struct name *name, struct buf *out_path)
{
    if (name->prefix[0] != '\0')
        buf_printf(out_path, "%s:", name->prefix);
    buf_append_text(out_path, name->local);
}

/* Place among siblings of the same kind, for nodes without a name. */
static void append_kind(const struct node *node, struct buf *out_path)
{
    static const char *const TESTS[] = {[NODE_TEXT] = "text()",
                                        [NODE_COMMENT] = "comment()",
                                        [NODE_INSTRUCTION] = "processing-instruction()"};
    uint32_t position = 1;
    for (const struct node *n = node->prev; n; n = n->prev)
        position += n->kind == node->kind;
    buf_printf(out_path, "%s[%u]", node->kind == NODE_DOCTYPE ? "doctype()" : TESTS[node->kind], position);
}

static bool is_written_alike(const struct node *a, const struct node *b)
{
    return a->kind == b->kind && a->name->local == b->name->local && a->name->prefix == b->name->prefix;
}

/* Place among siblings written alike, whatever their namespaces; nothing for the only one. */
static void append_place(const struct node *node, struct buf *out_path)
{
    uint32_t place = 1;
    bool only = true;
    for (const struct node *n = node->prev; n; n = n->prev)
        place += is_written_alike(n, node);
    for (const struct node *n = node->next; n && only; n = n->next)
        only = !is_written_alike(n, node);
    if (place > 1 || !only)
        buf_printf(out_path, "[%u]", place);
}

void node_path(const struct node *node, bool number_all, struct buf *out_path)
{
    if (!node->parent) {
        if (node->kind == NODE_ROOT)
            buf_append_byte(out_path, '/');
        return;
    }
    if (node->parent->parent)
        node_path(node->parent, number_all, out_path);
    buf_append_byte(out_path, '/');
    switch (node->kind) {
    case NODE_ATTRIBUTE:
        buf_append_byte(out_path, '@');
        append_name(node->name, out_path);
        return;
    case NODE_NAMESPACE:
        buf_printf(out_path, "namespace::%s", node->name->local);
        return;
    case NODE_ELEMENT:
        append_name(node->name, out_path);
        if (number_all)
            append_place(node, out_path);
        else if ((node->flags & NODE_REPEAT) != 0)
            buf_printf(out_path, "[%u]", node_position(node));
        return;
    default:
        append_kind(node, out_path);
    }
}
