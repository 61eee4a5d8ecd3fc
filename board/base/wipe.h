/* Memory for personal data and keys: kept out of core dumps and swap where the system allows, zeroed on free.
 */
#ifndef YIZHAN_BASE_WIPE_H
#define YIZHAN_BASE_WIPE_H

#include <stddef.h>

/* Zeroes memory so that the compiler cannot drop it. */
void wipe(void *memory, size_t size);

/* Pages of their own: MADV_DONTDUMP, mlock as far as RLIMIT_MEMLOCK goes. NULL when there is no memory.
 * Zeroed. */
void *private_alloc(size_t size);
/* Zeroes and returns the pages; size is what was asked for. Takes NULL. */
void private_free(void *memory, size_t size);

/* No core dump of this process, neither as a file nor to a handler: what it holds in the clear stays in
 * memory. Once, at the start of main. */
void forbid_core_dumps(void);

/* No other process of the same user may read this one's memory or attach to it (ptrace, /proc/PID/mem); for
 * that the kernel asks for CAP_SYS_PTRACE, which no user of a kiosk has. Once, at the start of main. */
void forbid_onlookers(void);

#endif
