/* What the subcommands that look at the stores share: their options, the open stores, JSON values. */
#ifndef YIZHAN_CTL_STORES_H
#define YIZHAN_CTL_STORES_H

#include "board/base/config.h"
#include "offline/formstore.h"
#include "offline/outbox.h"
#include <jansson.h>

enum { STORES_EXIT_FAILED = 1 };

struct stores {
    const char *config_path;
    const char *state; /* --state NAME, NULL for all */
    const char *word;  /* the one positional word, NULL when there is none */
    int limit;         /* --limit N */
    bool json;
    struct config config;
    struct outbox *outbox;
    struct formstore *forms;
};

/* Parses and opens. Says what is wrong on stderr (with --json as {"ok":false,"error":...} on stdout);
 * *out_exit is the status to leave with when it returns false. */
bool stores_open(struct stores *stores, int argc, char **argv, int *out_exit);
void stores_close(struct stores *stores);

/* Says why and closes; the exit status. */
int stores_fail(struct stores *stores, const struct err *e);
/* Prints the object as one line, closes; 0. Takes the object. */
int stores_print(struct stores *stores, json_t *object);

/* The application that the positional word names: by number as a person types it, else by instanceID. */
MUST_USE struct err stores_find_case(struct stores *stores, struct outbox_case *out_case);

/* "2026-08-23T16:00:00Z", null for 0. */
json_t *stores_time(int64_t wall_ms);

#endif
