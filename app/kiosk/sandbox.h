/* The promise that who sees the citizen has no network, kept by the kernel. */
#ifndef YIZHAN_KIOSK_SANDBOX_H
#define YIZHAN_KIOSK_SANDBOX_H

#include "board/base/err.h"

/* From here on socket() gives AF_UNIX and AF_NETLINK only (udev needs the latter); everything else is EACCES,
 * in all threads and children, for ever. io_uring, which could open sockets past the filter, is gone too.
 * Call before any thread starts. */
MUST_USE struct err sandbox_enter(void);

#endif
