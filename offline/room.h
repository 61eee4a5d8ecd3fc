/*
 * Room on the disk. Sending, settling and purging an application need some (a journal as large as what they
 * change), so what only adds to the disk must leave it: a kiosk that filled its disk while the road was cut
 * could otherwise never send, and never make room, again.
 */
#ifndef YIZHAN_OFFLINE_ROOM_H
#define YIZHAN_OFFLINE_ROOM_H

#include <stdint.h>

/* Bytes that may still be added under dir: what is free without the reserve of 1/32 of the disk, at most
 * 64 MiB. May be negative; INT64_MAX where nobody knows. */
int64_t room_left(const char *dir);

#endif
