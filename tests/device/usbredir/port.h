/* One model on a usb-redir connection: what the peer asks, the model answers. No sockets here. */
#ifndef YIZHAN_TESTS_USBREDIR_PORT_H
#define YIZHAN_TESTS_USBREDIR_PORT_H

#include "board/base/err.h"
#include "drivers/model/device_model.h"

struct port;

/* fd: of the peer, non-blocking, borrowed. model: borrowed. */
MUST_USE struct err port_create(const struct device_model *model, int fd, struct port **out_port);
void port_destroy(struct port **port);

/* Says that the device is there, or gone. Before the peer's hello it is kept until then. */
void port_set_plugged(struct port *port, bool plugged);
/* Bytes wait to be read. False: the peer hung up, or talks nonsense. */
bool port_read(struct port *port);
/* Lets what waits look at the model again. True: the model fell off the bus. */
bool port_pump(struct port *port);
/* Writes what it can. False: the peer hung up. */
bool port_write(struct port *port);
/* More is to be written as soon as the peer takes it. */
bool port_wants_to_write(const struct port *port);

#endif
