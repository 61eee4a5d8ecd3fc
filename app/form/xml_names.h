/*
 * The names in a document: "h:title" becomes what its prefix stands for where it is written.
 *
 * The XML parser could do this too, but it would put a URI of forty letters before every tag only for it to
 * be looked up again. Here a name that was met before in the same declarations costs one comparison.
 */
#ifndef YIZHAN_FORM_XML_NAMES_H
#define YIZHAN_FORM_XML_NAMES_H

#include "app/form/node.h"

enum { XML_NAMES_KNOWN = 256 };

struct xml_binding;

struct xml_known {
    const char *written; /* "h:title"; NULL: a free place */
    const struct xml_binding *scope;
    bool is_attribute; /* the default namespace is not for attributes */
    const struct name *name;
};

struct xml_names {
    struct arena *arena;
    struct name_table *table;
    const struct xml_binding *scope; /* the declarations in effect, innermost first; NULL: none */
    struct xml_known known[XML_NAMES_KNOWN];
};

/* Whether an attribute, as written, declares a namespace; if so out_prefix is its prefix, "" for the default.
 */
bool xml_is_declaration(const char *written, const char **out_prefix);

/* A declaration on an element is in effect until xml_names_leave() of that element. Both return NULL when all
 * is well, else what is wrong in words, "" when there is no memory. */
const char *xml_names_declare(struct xml_names *names, const struct node *element, const char *prefix,
                              const char *uri);
const char *xml_names_read(struct xml_names *names, const char *written, bool is_attribute,
                           const struct name **out_name);
void xml_names_leave(struct xml_names *names, const struct node *element);

#endif
