/*
 * What yizhan-visit shows on the kiosk's screen, and what comes back from it.
 *
 * The kiosk owns screen and devices, yizhan-visit owns the stick. They talk by lines of JSON over a stream
 * socket that the kiosk opens as DIR/visit.socket under [store] dir and on which it hears only root and
 * itself. yizhan-visit sends views, each whole: the newest one is all that counts, so a kiosk that started
 * again, or a connection that broke, costs nothing but sending it once more. The kiosk sends events. A view
 * waits while somebody is being served (docs/decisions/090-visit-and-kiosk.md).
 *
 *     {"screen":"pin","who":"Wang Li","tries_left":5,"wait_s":0}
 *     {"event":"pin","pin":"123456"}
 *
 * Nothing in it says anything of a citizen. No thread, no state.
 */
#ifndef YIZHAN_FLEET_TECHNICIAN_H
#define YIZHAN_FLEET_TECHNICIAN_H

#include "board/base/buf.h"

#define TECHNICIAN_SOCKET "visit.socket"
enum {
    TECHNICIAN_STEPS_MAX = 16,
    TECHNICIAN_FACTS_MAX = 40,
    TECHNICIAN_PIN_SIZE = 12,
    TECHNICIAN_PIN_TRIES = 5, /* before the first wait */
    TECHNICIAN_LINE_MAX = 64 * 1024
};

enum technician_screen {
    TECHNICIAN_CHECKING, /* percent */
    TECHNICIAN_REFUSED,  /* fault */
    TECHNICIAN_PIN,      /* who, tries_left, wait_s */
    TECHNICIAN_PLAN,     /* who, steps, facts; ask */
    TECHNICIAN_TAKE,     /* steps, facts: the stick may be taken */
    TECHNICIAN_PULLED,   /* steps: it was taken too early; nothing is lost */
    TECHNICIAN_SCREENS
};

/* What a plan wants of whoever stands there; the kiosk answers with the event of the same name. */
enum technician_ask {
    TECHNICIAN_ASKS_NOTHING,
    TECHNICIAN_ASKS_START,
    TECHNICIAN_ASKS_SELF_TEST, /* TECHNICIAN_TESTED */
    TECHNICIAN_ASKS_SLIP,      /* TECHNICIAN_PRINTED: the service slip, of steps and facts */
    TECHNICIAN_ASKS
};

enum technician_state {
    TECHNICIAN_WAITING,
    TECHNICIAN_RUNNING,
    TECHNICIAN_DONE,
    TECHNICIAN_SKIPPED, /* there was nothing to do, or it was done before */
    TECHNICIAN_FAILED,
    TECHNICIAN_STATES
};

struct technician_step {
    char name[16]; /* "update": its words are the text ids "technician.step.update" */
    enum technician_state state;
    int percent;   /* RUNNING: -1 when nobody knows */
    char note[32]; /* text id "technician.note.NOTE" with {0} for value; "" for none */
    char value[64];
};

/* As in app/service/health.h: "queue_waiting", "3". */
struct technician_fact {
    char name[32], value[400];
};

struct technician_view {
    enum technician_screen screen;
    enum technician_ask ask;
    int percent;
    char fault[32]; /* text id "visit.fault.FAULT" */
    char who[128];
    int tries_left, wait_s; /* until the next try is heard */
    struct technician_step steps[TECHNICIAN_STEPS_MAX];
    size_t step_count;
    struct technician_fact facts[TECHNICIAN_FACTS_MAX];
    size_t fact_count;
};

enum technician_event_kind {
    TECHNICIAN_BUSY,  /* somebody is being served: the view waits */
    TECHNICIAN_SHOWN, /* the screen shows what was sent */
    TECHNICIAN_PIN_TYPED,
    TECHNICIAN_START,
    TECHNICIAN_CANCEL,
    TECHNICIAN_TESTED,
    TECHNICIAN_PRINTED,
    TECHNICIAN_EVENTS
};

/* The self-test's parts, and how each ended. */
enum technician_test { TEST_PRINTER, TEST_CARD, TEST_SCAN, TEST_TOUCH, TEST_SOUND, TEST_COUNT };
enum technician_verdict {
    VERDICT_NONE, /* not tried */
    VERDICT_GOOD,
    VERDICT_BAD,
    VERDICT_MISSING, /* no such device is in service */
    VERDICTS
};

struct technician_event {
    enum technician_event_kind kind;
    char pin[TECHNICIAN_PIN_SIZE];             /* PIN_TYPED: wipe it */
    enum technician_verdict tests[TEST_COUNT]; /* TESTED */
    enum technician_verdict print;             /* PRINTED; GOOD only when the printer has proved it */
};

/* "printer" "card" "scan" "touch" "sound"; "none" "good" "bad" "missing". */
const char *technician_test_name(enum technician_test test);
const char *technician_verdict_name(enum technician_verdict verdict);

/* Appends one line, newline included. An event may hold a PIN: into a private buffer; ERR_REFUSED when it is
 * not of digits. */
MUST_USE struct err technician_view_write(const struct technician_view *view, struct buf *out_line);
MUST_USE struct err technician_event_write(const struct technician_event *event, struct buf *out_line);
/* ERR_DATA for anything else than a whole view or event; a PIN only as technician_event_write() spells it, so
 * that it lies nowhere but in out_event. */
MUST_USE struct err technician_view_read(const char *line, struct technician_view *out_view);
MUST_USE struct err technician_event_read(const char *line, struct technician_event *out_event);

#endif
