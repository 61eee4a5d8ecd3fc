/* The thread of yizhan-sync that keeps [store] mirror: apart from the network, and from whoever waits for
 * either. */
#ifndef YIZHAN_SYNC_MIRROR_THREAD_H
#define YIZHAN_SYNC_MIRROR_THREAD_H

#include "board/base/config.h"

struct mirror_thread;

/* *out_thread is NULL when no mirror is configured. config is borrowed for life. */
MUST_USE struct err mirror_thread_create(const struct config *config, struct mirror_thread **out_thread);
/* Waits for the application that is being copied; takes NULL. */
void mirror_thread_destroy(struct mirror_thread **thread);

/* One pass in the caller's thread, for --once. */
MUST_USE struct err mirror_once(const struct config *config);

#endif
