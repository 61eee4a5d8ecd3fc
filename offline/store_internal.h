/* What store.c and store_statement.c share. Not for others. */
#ifndef YIZHAN_OFFLINE_STORE_INTERNAL_H
#define YIZHAN_OFFLINE_STORE_INTERNAL_H

#include "offline/store.h"

struct prepared;
struct sqlite3;

struct store {
    struct store_setup setup;
    char dir[STORE_PATH_SIZE];
    char name[32];
    char vfs[64];
    struct sqlite3 *db;
    struct prepared *prepared;
};

/* The error SQLite has just reported. */
MUST_USE struct err store_failure(const struct store *store, const char *doing);
/* Before the connection is closed. */
void store_drop_statements(struct store *store);

#endif
