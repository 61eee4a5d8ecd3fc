/* What the form store's own files share. Not for others. */
#ifndef YIZHAN_OFFLINE_FORMSTORE_INTERNAL_H
#define YIZHAN_OFFLINE_FORMSTORE_INTERNAL_H

#include "offline/formstore.h"
#include "offline/store.h"

struct formstore {
    struct store *store;
    const struct clock *clock;
};

/* The columns of a struct formstore_form, in the order formstore_collect reads them. */
#define FORMSTORE_COLUMNS                                                                                    \
    "f.id, f.endpoint, f.form_id, f.version, f.title, f.hash, f.manifest_hash, f.state, f.listed, "          \
    "length(f.xml), "                                                                                        \
    "f.installed_ms, f.reason"

/* Runs one SELECT of FORMSTORE_COLUMNS in a transaction of its own. */
MUST_USE struct err formstore_select(struct formstore *store, const char *sql,
                                     const struct store_value *values, size_t count,
                                     struct formstore_list *out_list);

#endif
