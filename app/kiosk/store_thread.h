/*
 * The thread that owns this process's SQLite connections. Requests never wait, answers come in order.
 *
 * It also watches for what sync changed (poke, or half a minute) and then sends the new catalogue or link
 * state unasked. A store that cannot be opened answers every request with its error and is tried again, so
 * the kiosk stays up with what still works.
 */
#ifndef YIZHAN_KIOSK_STORE_THREAD_H
#define YIZHAN_KIOSK_STORE_THREAD_H

#include "app/journey/store_port.h"
#include "board/base/config.h"
#include "drivers/device.h"

struct store_thread;

/* config and clock are borrowed for life. */
MUST_USE struct err store_thread_create(const struct config *config, const struct clock *clock,
                                        struct store_thread **out_thread);
/* Finishes what was taken, joins, closes; takes NULL. */
void store_thread_destroy(struct store_thread **thread);

/* Readable while an answer waits. */
int store_thread_fd(const struct store_thread *thread);
/* False when there is none. What the answer owns is the caller's: store_answer_finish(). */
bool store_thread_take(struct store_thread *thread, struct store_answer *out_answer);

/* From the UI thread. Takes what the request owns and wipes it; one that has no room is answered with
 * ERR_RETRY. */
void store_thread_ask(struct store_thread *thread, struct store_request *request);

#endif
