#include "app/form/xpath_fn.h"
#include <string.h>

static const struct function *const LISTS[] = {xpath_fn_strings, xpath_fn_booleans, xpath_fn_numbers,
                                               xpath_fn_nodes,   xpath_fn_dates,    xpath_fn_form};
#define LIST_COUNT (sizeof LISTS / sizeof *LISTS)

static bool same_uri(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const struct function *xpath_fn_find(const char *uri, const char *name, size_t length)
{
    for (size_t l = 0; l < LIST_COUNT; l++)
        for (const struct function *f = LISTS[l]; f->name != NULL; f++)
            if (f->name[0] == name[0] && strncmp(f->name, name, length) == 0 && f->name[length] == '\0' &&
                same_uri(f->uri, uri))
                return f;
    return NULL;
}

/* ---- Suggestions ---- */

#define NAME_MAX_LENGTH 40

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Letters to insert, delete or replace (Levenshtein), row by row. */
static unsigned distance(const char *a, size_t a_length, const char *b)
{
    unsigned row[NAME_MAX_LENGTH + 1];
    size_t b_length = strlen(b);
    for (size_t j = 0; j <= b_length; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[b_length];
}

const char *xpath_fn_suggest(const char *name, size_t length)
{
    const char *best = NULL;
    unsigned best_distance = length < 5 ? 2 : 3; /* further away is no suggestion but a guess */
    for (size_t l = 0; l < LIST_COUNT && length <= NAME_MAX_LENGTH; l++)
        for (const struct function *f = LISTS[l]; f->name != NULL; f++) {
            unsigned d = distance(name, length, f->name);
            if (d < best_distance && f->uri == NULL) {
                best = f->name;
                best_distance = d;
            }
        }
    return best;
}
