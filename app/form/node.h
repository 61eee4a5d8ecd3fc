/*
 * Trees: instances of a form, lists of choices, the form itself.
 *
 * Nodes live in an arena and are linked both ways, so walking any XPath axis costs what it visits. An element
 * that holds text only carries it itself (`text`), without a node of its own for it; where text and elements
 * are mixed, text has nodes. Fields are read directly; links and text are changed through the functions below
 * only.
 *
 * One thread per tree while it changes; a tree that no longer changes may be shared (node_freeze()).
 */
#ifndef YIZHAN_FORM_NODE_H
#define YIZHAN_FORM_NODE_H

#include "app/form/name.h"
#include "board/base/buf.h"
#include <stdint.h>

enum node_kind {
    NODE_ROOT, /* of a tree: XPath's "/" */
    NODE_ELEMENT,
    NODE_ATTRIBUTE,
    NODE_NAMESPACE, /* a declaration: name->local is the prefix ("" for the default), text the URI */
    NODE_TEXT,
    NODE_COMMENT,
    NODE_INSTRUCTION,
    NODE_DOCTYPE
};

/* How a node's text is read by XPath; the form's binds say. The numbers fit xform_type's. */
enum node_type {
    NODE_STRING,
    NODE_INT,
    NODE_BOOLEAN,
    NODE_DECIMAL,
    NODE_DATE,
    NODE_TIME,
    NODE_DATETIME,
    NODE_OTHER
};

enum node_flag {
    NODE_REPEAT = 1, /* an instance of a repeat: absolute paths are narrowed to it, node_path() numbers it */
    NODE_IRRELEVANT = 2, /* itself or something around it is not relevant: XPath passes it over */
};

struct node {
    struct node *parent; /* NULL for a root and for what is detached */
    struct node *first;  /* children */
    struct node *last;
    struct node *next; /* siblings; attributes are linked among themselves */
    struct node *prev;
    struct node *attributes; /* attributes and namespace declarations in the order written */
    const struct name *name; /* elements, attributes, namespaces, instructions (target); NULL for others */
    const char *text;        /* own text, never NULL */
    void *slot;              /* the owner's: its bind, its state */
    uint32_t order;          /* document order within the tree, with gaps; see node_compare() */
    uint32_t place;          /* repeat instances: 1-based, kept by the owner; 0: to be counted */
    uint32_t line;           /* in the source, 1-based; 0 when made here */
    uint32_t column;
    uint32_t text_capacity; /* bytes behind text that are this node's own, 0 when it is shared */
    uint8_t kind;           /* enum node_kind */
    uint8_t type;           /* enum node_type */
    uint8_t flags;          /* enum node_flag */
};

struct node_tree {
    struct node root; /* must be first */
    struct arena *arena;
    struct name_table *names;
    struct node *newest; /* the last in document order, see node_append() */
    uint32_t last_order; /* its number, or its last attribute's */
    uint32_t count;      /* nodes ever made in it */
    uint32_t node_limit; /* 0: none */
    bool order_stale;
    bool frozen;
};

/* An empty tree: a root. arena and names are borrowed. NULL when there is no memory. */
struct node_tree *node_tree_create(struct arena *arena, struct name_table *names);
struct node_tree *node_tree_of(const struct node *node); /* NULL for what is detached */
/* From here on the tree does not change: XPath may keep indexes over it, threads may share it. */
void node_freeze(struct node_tree *tree);

/* Adds a node as parent's last child, or to its attributes, by kind. text (length bytes) is copied. NULL when
 * there is no memory or the tree's node_limit is reached. */
struct node *node_append(struct node_tree *tree, struct node *parent, enum node_kind kind,
                         const struct name *name, const char *text, size_t length);
/* False when there is no memory; the old text then stays. Memory is reused, so setting again and again does
 * not grow the arena. */
MUST_USE bool node_set_text(struct node_tree *tree, struct node *node, const char *text);

/* A detached deep copy in tree (same or other); slots, types and flags are copied. NULL as node_append(). */
struct node *node_clone(struct node_tree *tree, const struct node *node);
/* Puts a detached node under parent, before `before` or last when that is NULL. */
void node_insert(struct node_tree *tree, struct node *parent, struct node *before, struct node *node);
/* Takes a node out of its tree, with all below it. */
void node_detach(struct node_tree *tree, struct node *node);

/* First child element of that local name in any namespace; NULL when there is none. */
struct node *node_child_local(const struct node *parent, const char *local);
/* Next sibling element of the same name. */
struct node *node_next_same(const struct node *node);
/* 1-based place among sibling elements of the same name: as kept, else counted. */
uint32_t node_position(const struct node *node);
/* Value of an attribute, NULL when there is none. uri NULL: an attribute without namespace. */
const char *node_attribute(const struct node *element, const char *uri, const char *local);
/* The namespace a prefix ("" for the default) stands for at a node; NULL when it stands for none. */
const char *node_namespace(const struct node *node, const char *prefix);
/* The next node in document order below top, elements and other children; NULL after the last. */
struct node *node_walk(const struct node *top, const struct node *node);

/* Makes node->order right where a change found no gap to number itself in; cheap otherwise. */
void node_renumber(struct node_tree *tree);
/* <0, 0, >0 by document order; both in one tree. Renumbers it when it must. */
int node_compare(const struct node *a, const struct node *b);
bool node_is_ancestor(const struct node *ancestor, const struct node *node);

/* XPath's string value: own text, or all text below. Appends. */
void node_string(const struct node *node, struct buf *out_text);
/* Appends the node's path: "/data/child[2]/name", "/data/@id". Instances of repeats carry their position;
 * with number_all every step that has siblings written alike does. */
void node_path(const struct node *node, bool number_all, struct buf *out_path);

#endif
