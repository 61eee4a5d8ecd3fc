/*
 * Names of elements and attributes, each kept once, so that comparing names is comparing pointers.
 *
 * A table may stand on another one (a session's on its form's): what the lower table knows is shared, what is
 * new goes into the upper one. The lower table must not change any more while an upper one is used in another
 * thread. All memory is the arena's.
 */
#ifndef YIZHAN_FORM_NAME_H
#define YIZHAN_FORM_NAME_H

#include "board/base/arena.h"

/* Same local name, same string: `a->local == b->local` compares local names of one table and those below it.
 */
struct name {
    const char *local;
    const char *uri; /* namespace, "" for none; interned too */
    const char
        *prefix; /* as written in the source, "" for none; not part of what a name means; interned too */
};

struct name_table;

/* below is borrowed and may be NULL. NULL when there is no memory. */
struct name_table *name_table_create(struct arena *arena, const struct name_table *below);

/* uri and prefix may be NULL for none. NULL when there is no memory. */
const struct name *name_intern(struct name_table *table, const char *uri, const char *local,
                               const char *prefix);
/* The same from pieces of longer texts. */
struct name_part {
    const char *text;
    size_t length;
};
const struct name *name_intern_parts(struct name_table *table, struct name_part uri, struct name_part local,
                                     struct name_part prefix);
/* The one copy of a string. NULL when there is no memory. */
const char *name_intern_text(struct name_table *table, const char *text, size_t length);

/* Same local name and namespace, whatever the prefix. Names of one table and those below it. */
static inline bool name_same(const struct name *a, const struct name *b)
{
    return a->local == b->local && a->uri == b->uri;
}

#endif
