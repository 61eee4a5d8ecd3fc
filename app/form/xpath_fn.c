#include "app/form/xpath_fn.h"
#include "app/form/nearest.h"
#include <string.h>

static const struct function *const LISTS[] = {xpath_fn_strings, xpath_fn_booleans, xpath_fn_numbers,
                                               xpath_fn_nodes,   xpath_fn_dates,    xpath_fn_form};
#define LIST_COUNT (sizeof LISTS / sizeof *LISTS)

static bool same_uri(const char *a, const char *b)
{
    return !a || !b ? a == b : strcmp(a, b) == 0;
}

const struct function *xpath_fn_find(const char *uri, const char *name, size_t length)
{
    for (size_t l = 0; l < LIST_COUNT; l++)
        for (const struct function *f = LISTS[l]; f->name; f++)
            if (f->name[0] == name[0] && strncmp(f->name, name, length) == 0 && f->name[length] == '\0' &&
                same_uri(f->uri, uri))
                return f;
    return NULL;
}

const char *xpath_fn_suggest(const char *name, size_t length)
{
    struct nearest nearest = nearest_begin(name, length);
    for (size_t l = 0; l < LIST_COUNT; l++)
        for (const struct function *f = LISTS[l]; f->name; f++)
            if (!f->uri)
                nearest_offer(&nearest, f->name);
    return nearest.best;
}
