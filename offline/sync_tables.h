/* The two state tables of sync, apart from what they do, so that a test can read them. */
#ifndef YIZHAN_OFFLINE_SYNC_TABLES_H
#define YIZHAN_OFFLINE_SYNC_TABLES_H

#include <stdbool.h>

enum pull_state {
    PULL_LIST,     /* GET formList */
    PULL_TURN,     /* a form's turn begins */
    PULL_MANIFEST, /* GET its manifest, if it has one */
    PULL_MEDIUM,   /* GET its next medium that is not stored yet */
    PULL_FORM,     /* GET its XML, if it changed */
    PULL_INSTALL,  /* swap it in whole */
    PULL_NEXT,
    PULL_TIDY, /* unlisted forms are no longer offered, unused versions go */
    PULL_DONE,
    PULL_STATE_COUNT
};

enum pull_event {
    PULL_OK,
    PULL_CURRENT,     /* what is held is what is listed */
    PULL_NO_MEDIA,    /* the form has no manifest */
    PULL_NO_MORE,     /* the last one is done */
    PULL_SKIPPED,     /* something is wrong with this form */
    PULL_LINK_FAILED, /* or with the link */
    PULL_STOPPED,
    PULL_EVENT_COUNT
};

enum push_state {
    PUSH_PROBE,  /* HEAD, where credentials are configured: a challenge is met without a body in hand */
    PUSH_CLAIM,  /* what was delivered is settled, the next few that are due become "sending": one commit */
    PUSH_OPEN,   /* one's manifest and file list are read */
    PUSH_SEND,   /* one POST */
    PUSH_NOTE,   /* what was acknowledged is remembered */
    PUSH_NEXT,   /* the next one of those claimed; what was delivered a while ago is settled */
    PUSH_SHRINK, /* too large: less in one POST */
    PUSH_LATER,  /* back to the queue with a time before which it is left alone */
    PUSH_PARK,
    PUSH_RETREAT, /* the link failed: all that was claimed goes back to the queue */
    PUSH_DONE,
    PUSH_STATE_COUNT
};

enum push_event {
    PUSH_OK,
    PUSH_NOTHING, /* nothing is due, nothing is left */
    PUSH_UNSURE,  /* 409, 500, 401, 403: about this one or the link; ask again later */
    PUSH_TOO_LARGE,
    PUSH_REJECTED,
    PUSH_LINK_FAILED,
    PUSH_PART, /* taken, and more files to go */
    PUSH_STOPPED,
    PUSH_EVENT_COUNT
};

/* The next state. Asserts that the table knows the event in this state. */
enum pull_state pull_after(enum pull_state state, enum pull_event event);
enum push_state push_after(enum push_state state, enum push_event event);

/* Whether the table has an entry: for the test that looks for blanks and dead ends. */
bool pull_knows(enum pull_state state, enum pull_event event);
bool push_knows(enum push_state state, enum push_event event);

#endif
