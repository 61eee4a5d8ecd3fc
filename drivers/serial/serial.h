/*
 * Serial ports for drivers: raw bytes, 8N1, against a deadline. All calls are for the worker.
 *
 * Errors as in drivers/usb/usb.h: ERR_DEVICE ENODEV gone, ERR_RETRY ETIMEDOUT, worker_stop_error() when
 * stopped.
 */
#ifndef YIZHAN_DRIVERS_SERIAL_H
#define YIZHAN_DRIVERS_SERIAL_H

#include "drivers/driver.h"

struct serial;

/* baud: 9600 19200 38400 57600 115200. Takes the port for itself (TIOCEXCL) and empties its buffers. */
MUST_USE struct err serial_open(struct worker *worker, const char *node, int baud,
                                struct serial **out_serial);
void serial_close(struct serial **serial);

/* Sends all bytes. */
MUST_USE struct err serial_write(struct serial *serial, const void *data, size_t size, int left_ms);
/* Waits for at least one byte, returns what there is. */
MUST_USE struct err serial_read(struct serial *serial, void *out_data, size_t size, int left_ms,
                                size_t *out_size);

#endif
