/*
 * The ways a SAM_V reader is wired, behind one link that moves bytes: four USB pipes (header and body apart),
 * one bulk pair, HID reports, a serial line. Which one it is shows in the descriptors, or a model's row says
 * it.
 */
#ifndef YIZHAN_IDCARD_LINK_H
#define YIZHAN_IDCARD_LINK_H

#include "drivers/driver.h"

struct sam_link;

enum sam_transport { SAM_AUTO, SAM_FOUR_PIPES, SAM_BULK_PAIR, SAM_HID };
#define SAM_TRANSPORT_WORDS "auto four-pipes bulk-pair hid"

/* A USB reader, or a serial one when the arrival's subsystem is tty. */
MUST_USE struct err sam_link_open(struct worker *worker, const struct arrival *arrival,
                                  enum sam_transport transport, int baud, struct sam_link **out_link);
void sam_link_close(struct sam_link **link);

/* One command frame out. Forgets whatever is still to be read of an older answer. */
MUST_USE struct err sam_link_write(struct sam_link *link, const uint8_t *frame, size_t size, int left_ms);
/* Some bytes in; at most SAM_LINK_CHUNK. */
#define SAM_LINK_CHUNK 4096
MUST_USE struct err sam_link_read(struct sam_link *link, uint8_t out_bytes[SAM_LINK_CHUNK], int left_ms,
                                  size_t *out_size);
/* Throws away late bytes until the line is quiet. */
void sam_link_flush(struct sam_link *link);
/* Any thread: lets a blocked call look at worker_stopped(). */
void sam_link_wake(struct sam_link *link);

#endif
