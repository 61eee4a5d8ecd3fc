/* The known name that looks most like a misspelt one: what "did you mean" offers. */
#ifndef YIZHAN_FORM_NEAREST_H
#define YIZHAN_FORM_NEAREST_H

#include <stddef.h>

struct nearest {
    const char *wrong; /* borrowed */
    size_t length;
    const char *best; /* NULL: nothing is near enough to be more than a guess */
    unsigned distance;
};

struct nearest nearest_begin(const char *wrong, size_t length);
void nearest_offer(struct nearest *nearest, const char *known);

#endif
