/*
 * XML in and out: bytes to a tree of node.h and back. The only door to the XML parser.
 *
 * No DTD (a bare <!DOCTYPE name> is let pass), no entities but the five of XML, nothing external. Every
 * refusal is one clear error that begins with "line N, column N: ".
 */
#ifndef YIZHAN_FORM_XML_H
#define YIZHAN_FORM_XML_H

#include "app/form/node.h"
#include "board/base/err.h"

enum xml_keep {
    XML_KEEP_DATA, /* elements, attributes and text; no comments, no white space between elements */
    XML_KEEP_ALL,  /* everything, as a DOM would: each text its own node */
};

struct xml_options {
    enum xml_keep keep;
    size_t bytes_max;   /* 0: 64 MB */
    uint32_t depth_max; /* 0: 200 */
    uint32_t nodes_max; /* 0: 4 million */
    /* NULL-terminated local names of elements whose white space counts between child elements too ("label");
     * may be NULL. XML_KEEP_DATA only: white space with no line break in it is always kept beside text or
     * elements. */
    const char *const *mixed;
};

/* Parses length bytes into a new tree, memory from arena, names in names. options may be NULL.
 * ERR_DATA: not well-formed, a DTD, an entity. ERR_REFUSED: a limit. ERR_SPACE: the arena is full. */
MUST_USE struct err xml_parse(const char *bytes, size_t length, const struct xml_options *options,
                              struct arena *arena, struct name_table *names, struct node_tree **out_tree);

/* Appends a node and all below it as XML. Namespace declarations that the node needs and does not carry are
 * added to its tag. keep decides, node by node, what is written (NULL: everything). */
struct xml_filter {
    bool (*keep)(void *context, const struct node *node);
    void *context;
    bool is_composed; /* texts in Unicode's composed form, see compose.h */
};
void xml_write(const struct node *node, const struct xml_filter *filter, struct buf *out_xml);
/* Appends text with & < > " escaped. */
void xml_escape(const char *text, struct buf *out_xml);

#endif
