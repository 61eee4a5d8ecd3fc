#include "offline/sync_tables.h"

#include <assert.h>

/* Each table: for every state the events it can meet and where they lead; TO marks an entry as meant. */
#define TO(state)                                                                                            \
    {                                                                                                        \
        true, state                                                                                          \
    }

struct pull_entry {
    bool known;
    enum pull_state to;
};

static const struct pull_entry pull_table[PULL_STATE_COUNT][PULL_EVENT_COUNT] = {
    [PULL_LIST] =
        {
            [PULL_OK] = TO(PULL_TURN),
            [PULL_NO_MORE] = TO(PULL_TIDY),
            [PULL_LINK_FAILED] = TO(PULL_DONE),
        },
    [PULL_TURN] =
        {
            [PULL_OK] = TO(PULL_MANIFEST),
            [PULL_NO_MEDIA] = TO(PULL_FORM),
            [PULL_CURRENT] = TO(PULL_NEXT),
            [PULL_SKIPPED] = TO(PULL_NEXT),
        },
    [PULL_MANIFEST] =
        {
            [PULL_OK] = TO(PULL_MEDIUM),
            [PULL_CURRENT] = TO(PULL_NEXT),
            [PULL_SKIPPED] = TO(PULL_NEXT),
            [PULL_LINK_FAILED] = TO(PULL_DONE),
        },
    [PULL_MEDIUM] =
        {
            [PULL_OK] = TO(PULL_MEDIUM),
            [PULL_NO_MORE] = TO(PULL_FORM),
            [PULL_SKIPPED] = TO(PULL_NEXT),
            [PULL_STOPPED] = TO(PULL_DONE),
            [PULL_LINK_FAILED] = TO(PULL_DONE),
        },
    [PULL_FORM] =
        {
            [PULL_OK] = TO(PULL_INSTALL),
            [PULL_SKIPPED] = TO(PULL_NEXT),
            [PULL_LINK_FAILED] = TO(PULL_DONE),
        },
    [PULL_INSTALL] = {[PULL_OK] = TO(PULL_NEXT)},
    [PULL_NEXT] =
        {
            [PULL_OK] = TO(PULL_TURN),
            [PULL_NO_MORE] = TO(PULL_TIDY),
            [PULL_STOPPED] = TO(PULL_DONE),
        },
    [PULL_TIDY] = {[PULL_OK] = TO(PULL_DONE)},
};

struct push_entry {
    bool known;
    enum push_state to;
};

static const struct push_entry push_table[PUSH_STATE_COUNT][PUSH_EVENT_COUNT] = {
    [PUSH_PROBE] =
        {
            [PUSH_OK] = TO(PUSH_CLAIM),
            [PUSH_LINK_FAILED] = TO(PUSH_DONE),
        },
    [PUSH_CLAIM] =
        {
            [PUSH_OK] = TO(PUSH_OPEN),
            [PUSH_NOTHING] = TO(PUSH_DONE),
            [PUSH_STOPPED] = TO(PUSH_RETREAT),
        },
    [PUSH_OPEN] =
        {
            [PUSH_OK] = TO(PUSH_SEND),
            [PUSH_REJECTED] = TO(PUSH_PARK),
        },
    [PUSH_SEND] =
        {
            [PUSH_OK] = TO(PUSH_NOTE),
            [PUSH_UNSURE] = TO(PUSH_LATER),
            [PUSH_TOO_LARGE] = TO(PUSH_SHRINK),
            [PUSH_REJECTED] = TO(PUSH_PARK),
            [PUSH_LINK_FAILED] = TO(PUSH_RETREAT),
        },
    [PUSH_NOTE] =
        {
            [PUSH_OK] = TO(PUSH_NEXT),
            [PUSH_PART] = TO(PUSH_SEND),
        },
    [PUSH_NEXT] =
        {
            [PUSH_OK] = TO(PUSH_OPEN),
            [PUSH_NOTHING] = TO(PUSH_CLAIM),
            [PUSH_STOPPED] = TO(PUSH_RETREAT),
        },
    [PUSH_SHRINK] =
        {
            [PUSH_OK] = TO(PUSH_SEND),
            [PUSH_REJECTED] = TO(PUSH_PARK),
        },
    [PUSH_LATER] =
        {
            [PUSH_OK] = TO(PUSH_NEXT),
            [PUSH_REJECTED] = TO(PUSH_PARK),
            [PUSH_LINK_FAILED] = TO(PUSH_RETREAT),
        },
    [PUSH_PARK] = {[PUSH_OK] = TO(PUSH_NEXT)},
    [PUSH_RETREAT] = {[PUSH_OK] = TO(PUSH_DONE)},
};

#undef TO

bool pull_knows(enum pull_state state, enum pull_event event)
{
    return pull_table[state][event].known;
}

bool push_knows(enum push_state state, enum push_event event)
{
    return push_table[state][event].known;
}

enum pull_state pull_after(enum pull_state state, enum pull_event event)
{
    assert(pull_knows(state, event));
    return pull_table[state][event].to;
}

enum push_state push_after(enum push_state state, enum push_event event)
{
    assert(push_knows(state, event));
    return push_table[state][event].to;
}
