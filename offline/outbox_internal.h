/* What the outbox's own files share. Not for others. */
#ifndef YIZHAN_OFFLINE_OUTBOX_INTERNAL_H
#define YIZHAN_OFFLINE_OUTBOX_INTERNAL_H

#include "offline/outbox.h"
#include "offline/store.h"

struct outbox {
    struct store *store;
    const struct clock *clock;
    int kiosk_number;
    char dir[STORE_PATH_SIZE];
    char quarantine[STORE_PATH_SIZE];
};

extern const char *const outbox_migrations[];
extern const int outbox_migration_count;

/* The columns of a struct outbox_case, in the order outbox_cases.c reads them. */
#define OUTBOX_CASE_COLUMNS                                                                                  \
    "s.id, s.number, s.instance_id, s.endpoint, s.form_id, s.form_version, s.state, s.saved_ms, "            \
    "s.trust, "                                                                                              \
    "s.delivered_ms, s.not_before_ms, s.attempts, s.bytes, s.xml_acknowledged, s.print, s.reason, "          \
    "s.withdrawn"

/* Lower-case and without "uuid:", because platforms keep it so. */
void outbox_bare_instance(const char *instance_id, char out_bare[OUTBOX_ID_SIZE]);

/* A visit that appends the row's case to a struct outbox_list. */
MUST_USE struct err outbox_collect_case(void *list, const struct store_row *row);

enum outbox_event {
    OUTBOX_EVENT_RECOVER,
    OUTBOX_EVENT_SEND,
    OUTBOX_EVENT_DELIVER,
    OUTBOX_EVENT_COURIER,
    OUTBOX_EVENT_RETRY,
    OUTBOX_EVENT_PARK,
    OUTBOX_EVENT_RELEASE,
    OUTBOX_EVENT_EXPORT,
    OUTBOX_EVENT_PURGE,
    OUTBOX_EVENT_COUNT
};

/* Inside a transaction: the only writer of an application's state. ERR_REFUSED for what the table does not
 * allow. cause NULL: the event's own name is enough. */
MUST_USE struct err outbox_move(struct outbox *outbox, struct store *store, int64_t row,
                                enum outbox_event event, const char *cause);
MUST_USE struct err outbox_send_row(struct outbox *outbox, struct store *store, int64_t row);
/* All of them, inside a transaction. */
MUST_USE struct err outbox_settle_rows(struct outbox *outbox, struct store *store,
                                       const struct outbox_settlement *items, size_t count);
MUST_USE struct err outbox_purge_row(struct outbox *outbox, struct store *store, int64_t row);

/* Deletes manifest, files and attempts; the case line stays. */
MUST_USE struct err outbox_drop_bytes(struct store *store, int64_t row);

/* Makes number.high of `to` at least that of `from`: a box that goes on from the copy gives no number twice.
 */
MUST_USE struct err outbox_promise_numbers(struct outbox *to, const struct outbox *from);

/* For mirror.c. */
struct outbox_mirroring {
    int64_t missing; /* applications that wait and are not in the copy (yet) */
    bool (*stopped)(void *context);
    void *stopped_context;
};
/* Brings `to` in line with `from`: what waits is copied, what was purged is purged, states follow. What only
 * `to` has stays. No transaction on `from` is open while `to` is written. */
MUST_USE struct err outbox_mirror(struct outbox *from, struct outbox *to, struct outbox_mirroring *mirroring);

#endif
