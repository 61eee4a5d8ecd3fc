/* The journey as a table of states. Only files of this folder include it. */
#ifndef YIZHAN_JOURNEY_STATE_TABLE_H
#define YIZHAN_JOURNEY_STATE_TABLE_H

#include "drivers/device.h"
#include "ui/event.h"
#include "ui/frame.h"
#include "ui/tree.h"

struct journey;
struct store_answer;

enum journey_state_id {
    STATE_UNSET,   /* what a blank in the table is: the test of it rejects that */
    STATE_ATTRACT, /* nobody is here: entering it wipes all that was known of the person before */
    STATE_HOME,
    STATE_SEARCH,
    STATE_BOARD,
    STATE_GUIDE,
    STATE_DETAILS,
    STATE_CONSENT,
    STATE_CARD,
    STATE_NO_CARD,
    STATE_RESUME,
    STATE_AFRESH,
    STATE_QUESTION,
    STATE_REPEAT,
    STATE_REVIEW,
    STATE_SAVING,
    STATE_SAVE_FAILED,
    STATE_SAVED,
    STATE_TAKE_CARD,
    STATE_RATING,
    STATE_FIND,
    STATE_CASES,
    STATE_CASE,
    STATE_KEPT,
    STATE_TECHNICIAN, /* a stick is in: what is to be said of it */
    STATE_TECHNICIAN_PIN,
    STATE_TECHNICIAN_PLAN,
    STATE_TECHNICIAN_STATUS,
    STATE_TECHNICIAN_TEST,
    STATE_TECHNICIAN_TAKE,
    STATE_HELP,
    STATE_STOP,
    STATE_STILL_THERE,
    STATE_COUNT,
    STATE_UNDER,  /* the state under an overlay */
    STATE_HERE,   /* the state's own ui() decides */
    STATE_NOWHERE /* there is no such key on its screen */
};

/* One row of the state table. A NULL function means that such an event changes nothing there. */
struct state_row {
    const char *name;
    void (*enter)(struct journey *journey);
    void (*leave)(struct journey *journey);
    void (*build)(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame);
    void (*ui)(struct journey *journey, const struct ui_event *event);
    void (*device)(struct journey *journey, const struct device_message *message);
    void (*store)(struct journey *journey, struct store_answer *answer);
    int timeout_ms; /* without any touch; 0: waits for ever */
    enum journey_state_id on_timeout;
    enum journey_state_id on_back;
    enum journey_state_id on_stop;
    bool is_personal; /* says something of a person: dim when nobody touches it for a minute */
    bool is_overlay;  /* lies over another state, which is neither left nor entered */
};
extern const struct state_row journey_states[STATE_COUNT];

#endif
