/*
 * Bounded mailbox between a worker and the UI (or the UI and a worker): fixed-size plain structs, one
 * eventfd.
 *
 * Two classes of message share it. Progress may be dropped when the box is full. A result may not: its slot
 * is reserved before the command that will produce it is taken, so posting it cannot fail. Thread-safe;
 * neither side ever waits for the other. Items are wiped from the box as they are taken.
 */
#ifndef YIZHAN_BASE_MAILBOX_H
#define YIZHAN_BASE_MAILBOX_H

#include "board/base/err.h"
#include <stddef.h>

struct mailbox;

/* capacity: items of item_size bytes it holds. */
MUST_USE struct err mailbox_create(size_t item_size, size_t capacity, struct mailbox **out_mailbox);
/* Wipes and frees; both sides must have stopped. */
void mailbox_destroy(struct mailbox **mailbox);

/* Claims one slot for a later result; false when the box cannot promise one (refuse the command then). */
bool mailbox_reserve(struct mailbox *mailbox);
/* Copies a result into a reserved slot. */
void mailbox_put_result(struct mailbox *mailbox, const void *item);
/* Copies a progress message; false when it was dropped. */
bool mailbox_put_progress(struct mailbox *mailbox, const void *item);

/* Copies the oldest item out; false when empty. */
bool mailbox_take(struct mailbox *mailbox, void *out_item);
/* Readable while something waits; for poll(). Owned by the mailbox. */
int mailbox_fd(const struct mailbox *mailbox);

#endif
