/*
 * What models have in common that speak by themselves: touch panel, keypad, hand scanner. What hands make
 * them say waits here until a back end fetches it, in pieces as the kernel's own driver would hand them out.
 *
 * That driver stands between them and the program, so they have no descriptors: usb and control of their
 * struct device_model are NULL, out takes what comes and forgets it, in knows no endpoints.
 *
 * Fault events are the words hands use (scan, touch, press). Kinds: lose=N (the N-th piece and all after it
 * of this are lost), garbage (every byte is another one), repeat=N (said N times more), unplug=N (it falls
 * off the bus after N pieces). A number left out is 0.
 */
#ifndef YIZHAN_MODEL_TALKER_H
#define YIZHAN_MODEL_TALKER_H

#include "board/base/buf.h"
#include "drivers/model/device_model.h"
#include "drivers/model/fault.h"

#define TALKER_FAULTS "lose garbage repeat unplug"

struct talker {
    struct device_model device; /* its ops, self and all */
    size_t piece;               /* bytes: of one event, one report; 1: any number at a time */
    struct buf said;            /* not fetched yet */
    struct fault_script script;
    bool falls_off; /* once what it said is fetched */
};

/* In place; talker must not move afterwards. Both tolerate zeroed memory. */
void talker_init(struct talker *talker, size_t piece);
void talker_finish(struct talker *talker);

/* Its op, for models that have more to forget. */
void talker_unplug(void *self);

/* events: "scan", "touch press". ERR_DATA names what it does not know. */
MUST_USE struct err talker_script(struct talker *talker, const char *script, const char *events);
/* Bytes of whole pieces; event: what a script calls this. */
MUST_USE struct err talker_say(struct talker *talker, const char *event, const void *bytes, size_t size);

#endif
