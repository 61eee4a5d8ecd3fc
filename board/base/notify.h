/*
 * What this program tells systemd (sd_notify(3)'s protocol, in one datagram each): that it is ready, and that
 * it still turns. Without systemd, or without WatchdogSec=, all of it is silent. One thread, the one whose
 * turning is the point: a watchdog that another thread strokes proves nothing.
 */
#ifndef YIZHAN_BASE_NOTIFY_H
#define YIZHAN_BASE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

struct notifier {
    int fd;            /* -1: nobody listens */
    int64_t period_ms; /* between two signs of life: a third of WatchdogSec=; 0 without a watchdog */
    int64_t next_ms;   /* monotonic */
};

/* From $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID, which it takes out of the environment: children must
 * not speak for this program. */
void notifier_init(struct notifier *notifier);
void notifier_finish(struct notifier *notifier);

void notifier_ready(struct notifier *notifier);
/* Once per turn of the loop; says something when it is time. */
void notifier_turn(struct notifier *notifier, int64_t now_ms);
/* How long the loop may sleep, in milliseconds; -1 for ever. */
int notifier_wait_ms(const struct notifier *notifier, int64_t now_ms);

#endif
