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

/* Requests, from the UI thread. */
void store_thread_take_number(struct store_thread *thread);
/* Takes the request. */
void store_thread_save(struct store_thread *thread, struct save_request *request);
void store_thread_find_number(struct store_thread *thread, const char number[CASE_NUMBER_SIZE]);
/* scanned: what a camera or scanner read; answers ERR_USER when it is no receipt, ERR_REFUSED when not ours.
 */
void store_thread_find_code(struct store_thread *thread, const char *scanned);
void store_thread_print_intent(struct store_thread *thread, const char number[CASE_NUMBER_SIZE]);
void store_thread_print_outcome(struct store_thread *thread, const char number[CASE_NUMBER_SIZE],
                                bool printed);
/* Cases and drafts tied to a card, as in journey/ports.h. */
void store_thread_find_card(struct store_thread *thread, const char *id_number);
void store_thread_keep(struct store_thread *thread, const char *card, struct buf *draft, bool answers);
void store_thread_find_kept(struct store_thread *thread, const char *card);
void store_thread_drop_kept(struct store_thread *thread, const char *card);
void store_thread_rate(struct store_thread *thread, const char *form_id, int score);
/* How one device is now: for the daily report and for yizhanctl, which cannot ask it. */
void store_thread_note_device(struct store_thread *thread, enum device_class class,
                              const struct device_status *status);
void store_thread_use_form(struct store_thread *thread, int64_t row, bool in_use);

#endif
