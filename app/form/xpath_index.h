/*
 * Indexes over children of a node: the items of a list by the value of one of their fields, so that
 * instance('x')/root/item[field = value] costs what it finds. Built at the first question, over frozen trees
 * only.
 */
#ifndef YIZHAN_FORM_XPATH_INDEX_H
#define YIZHAN_FORM_XPATH_INDEX_H

#include "app/form/xpath_run.h"

struct index;

struct index_set {
    struct index *first;
};

struct index_query {
    const struct node *parent;
    const struct xpath_step *step;       /* the child step the items are found by */
    const struct xpath_step *field_step; /* the one step of the path compared with value */
    const struct value *value;           /* a text, a number or a date */
};

void index_set_finish(struct index_set *set);
/* Appends the items for which `field = value` holds, in document order. out_known false: there is no index
 * for this, walk the list. False: run->err says why. */
bool index_find(struct run *run, const struct index_query *query, struct nodes *out_items, bool *out_known);

#endif
