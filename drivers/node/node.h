/*
 * Device nodes that are read like a file: evdev, hidraw. All calls are for the worker, except node_wake().
 *
 * A node that is listened to for hours costs nothing: the worker sleeps until bytes come or a cancel wakes
 * it.
 */
#ifndef YIZHAN_DRIVERS_NODE_H
#define YIZHAN_DRIVERS_NODE_H

#include "drivers/driver.h"

struct node;

MUST_USE struct err node_open(struct worker *worker, const char *path, struct node **out_node);
/* Takes NULL, clears *node; ends a grab too. */
void node_close(struct node **node);
/* For ioctls. */
int node_fd(const struct node *node);
/* EVIOCGRAB: what it says reaches nobody else. ERR_DEVICE EBUSY when another program has it. */
MUST_USE struct err node_grab(struct node *node);

/* Waits for at least one byte until the command's deadline, returns what there is. worker_stop_error(), or
 * ERR_DEVICE ENODEV when the node is gone. */
MUST_USE struct err node_read(struct node *node, void *out_bytes, size_t room, size_t *out_size);
/* What came before anybody asked; false, at once, when that was all. Not recorded. */
bool node_take(struct node *node, void *out_bytes, size_t room, size_t *out_size);
/* Throws it away, wiped. */
void node_drain(struct node *node);
/* A node that is there needs no asking: ERR_DEVICE when poll() says it is gone. */
MUST_USE struct err node_alive(const struct node *node);
/* Any thread: node_read() looks at worker_stopped() now. */
void node_wake(struct node *node);

#endif
