/*
 * A technician's visit, from the stick in the socket to "you may take the stick".
 *
 * Copies what the pass names to the data partition, judges the copies (a stick that changes under us cannot
 * cheat), asks for the PIN on the kiosk's screen, shows the plan, and goes through a table of steps. Each
 * step says in the visit log that it begins and how it ended, each may be done again without harm, so a stick
 * that is pulled at any moment harms nothing, and inserted again the visit goes on where it stood. Nothing of
 * the stick is ever run, and nothing in here sees a citizen's data other than sealed.
 *
 * Blocks; one thread. Everything outside is in struct visit_ports.
 */
#ifndef YIZHAN_VISIT_VISIT_H
#define YIZHAN_VISIT_VISIT_H

#include "app/fleet/pass.h"
#include "app/fleet/reset.h"
#include "app/fleet/technician.h"
#include "app/visit/mount.h"
#include "board/base/clock.h"
#include "board/base/config.h"

/* What a visit does to the world beside its files. */
struct visit_ports {
    void *context;
    /* The kiosk's screen. Showing never fails: a kiosk that is not there now is shown the newest view when it
     * comes back. */
    void (*show)(void *context, const struct technician_view *view);
    /* The next event; false when none came in time. */
    bool (*await)(void *context, int timeout_ms, struct technician_event *out_event);
    /* Writes the bundle to the other slot, which the next start takes; progress is called with percent. */
    struct err (*install)(void *context, const char *bundle, void (*progress)(void *context, int percent),
                          void *progress_context);
    /* Whether this version has not yet shown that it works. */
    bool (*is_on_trial)(void *context);
    /* Appends the programs' own log lines; nothing where there is no journal. */
    struct err (*journal)(void *context, struct buf *out_text);
};

struct visit_setup {
    const struct config *config; /* all borrowed during the call */
    const char *config_path;     /* where a restored configuration goes */
    const char *version;         /* what runs here */
    const struct clock *clock;
    const struct visit_ports *ports;
};

enum visit_end {
    VISIT_DONE,
    VISIT_REFUSED,   /* the stick, or the PIN was not given */
    VISIT_PULLED,    /* too early: some steps wait for the stick */
    VISIT_UNFINISHED /* something failed; the screen and the log say what */
};
struct visit_result {
    enum visit_end end;
    bool wants_reboot;           /* an update lies in the other slot */
    bool wants_restart;          /* the configuration is another one */
    bool wants_reset;            /* everything that has not arrived is on the stick: reset_mark() */
    struct reset_unsent carried; /* which those were */
};

/* Until the screen says that the stick may be taken, or why nothing was done. */
MUST_USE struct err visit_run(const struct visit_setup *setup, struct mount *stick,
                              struct visit_result *out_result);
/* Nothing of it was read: on the log and the screen, no more. ERR_RETRY while a visit is under way, which has
 * the screen. */
MUST_USE struct err visit_refuse(const struct visit_setup *setup, enum pass_fault fault);

#endif
