/* What device_command.verb means to a driver of class DEVICE_SCANNER, and how each waits for its node. */
#ifndef YIZHAN_SCANNER_VERBS_H
#define YIZHAN_SCANNER_VERBS_H

#include "drivers/driver.h"
#include "drivers/scanner/scanner.h"

enum scanner_verb { SCANNER_DO_READ };

/* Opens the node for reading without blocking. ERR_DEVICE. */
MUST_USE struct err scanner_open_node(const struct arrival *arrival, int *out_fd);
/* Waits until the node has something, the worker is stopped (its error) or the node is gone (ERR_DEVICE). */
MUST_USE struct err scanner_wait(struct worker *worker, int fd);
/* read(2) that has something: ERR_DEVICE when the node is gone, *out_size 0 when there was nothing after all.
 */
MUST_USE struct err scanner_take(int fd, void *out_bytes, size_t room, size_t *out_size);
/* Throws away what came before anybody asked. */
void scanner_drain(int fd);
/* A node that is there needs no asking: ERR_DEVICE when poll() says it is gone. */
MUST_USE struct err scanner_alive(int fd);

#endif
