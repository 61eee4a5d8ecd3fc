/* What the store*.c share. Not for others. */
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

/* ---- quarantine ---- */

/* One process at a time: makes DIR/quarantine and waits for the lock on it. */
MUST_USE struct err store_quarantine_lock(const char *dir, int *out_lock);
void store_quarantine_unlock(int lock);
/* Moves the file (and its journal) to DIR/quarantine, under the lock. Another process that has it open
 * notices at its next transaction. */
MUST_USE struct err store_quarantine_file(const char *dir, const char *name, const struct clock *clock,
                                          char out_path[STORE_PATH_SIZE]);

#endif
