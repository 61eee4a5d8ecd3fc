/*
 * One XPath expression on one piece of XML: what `yizhanctl form session` does for {"do":"xpath"}.
 *
 * When the XML is an XForm (html/head/model), "/" is its primary instance, instance() and jr:itext() find the
 * form's own instances and texts; otherwise "/" is the document.
 */
#ifndef YIZHAN_FORM_XPATH_TEXT_H
#define YIZHAN_FORM_XPATH_TEXT_H

#include "app/form/xpath.h"

struct xpath_request {
    const char *expr;
    const char *xml; /* XML_KEEP_ALL: comments, white space and all */
    size_t xml_length;
    const char *context; /* XPath to the context node, absolute from the document; NULL: "/" */
    const struct xpath_namespace
        *namespaces; /* given: these and no others; NULL with count 0: those of the XML's root */
    size_t namespace_count;
    int64_t now_ms;
    const struct tz *tz;
    const char *language; /* itext's lang and locale of dates; NULL: the default */
    uint64_t seed;
    uint64_t steps; /* as in struct xpath_limits */
};

/* Holds all memory of the answer. */
struct xpath_answer;

MUST_USE struct err xpath_answer_create(const struct xpath_request *request,
                                        struct xpath_answer **out_answer);
void xpath_answer_destroy(struct xpath_answer **answer);
/* Borrowed from the answer. Paths of nodes: node_path(node, true, ...), their values: node_string(). */
const struct xpath_value *xpath_answer_value(const struct xpath_answer *answer);

#endif
