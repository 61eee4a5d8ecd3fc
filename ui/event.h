/* What comes in from fingers and keys, and what the screen makes of it for the journey. */
#ifndef YIZHAN_UI_EVENT_H
#define YIZHAN_UI_EVENT_H

#include "ui/geometry.h"
#include <stddef.h>

/* The eight keys of the keypad (EN 301 549 keypads carry the same), and typing on a development keyboard. */
enum ui_key {
    UI_KEY_NONE,
    UI_KEY_UP,
    UI_KEY_DOWN,
    UI_KEY_LEFT,
    UI_KEY_RIGHT,
    UI_KEY_OK,
    UI_KEY_BACK,
    UI_KEY_REPEAT,
    UI_KEY_HELP,
    UI_KEYS
};

enum ui_input_kind {
    UI_INPUT_DOWN,
    UI_INPUT_MOVE,
    UI_INPUT_UP,
    UI_INPUT_CANCEL,
    UI_INPUT_KEY,
    UI_INPUT_QUIT
};

/* One finger only: a driver reports the first contact and ignores others. */
struct ui_input {
    enum ui_input_kind kind;
    struct ui_point at; /* DOWN MOVE UP: pixels of the panel as the person sees it */
    enum ui_key key;    /* KEY */
};

enum ui_event_kind {
    UI_EVENT_ACTIVATE, /* a control was tapped, or OK pressed on it */
    UI_EVENT_KEY,      /* a key no control of this screen is bound to */
    UI_EVENT_STROKE,   /* a finger drew one stroke on a pad */
    UI_EVENT_FOCUS,    /* the keypad moved the focus: say the label */
    UI_EVENT_TOUCH,    /* a finger came down where there is nothing to tap: somebody is here */
    UI_EVENT_QUIT      /* the development window was closed */
};

enum { UI_STROKE_POINTS_MAX = 512, UI_ID_MAX = 64 };

/* A place on a pad in 1/10000 of its shorter side, from its top left corner: keeps the aspect. */
struct ui_pad_point {
    short x, y;
};

struct ui_event {
    enum ui_event_kind kind;
    char id[UI_ID_MAX]; /* the node's; empty for KEY and QUIT */
    int action, arg;    /* as given to the node */
    enum ui_key key;    /* KEY; for ACTIVATE UI_KEY_OK tells a keypad from a finger */
    size_t point_count; /* STROKE */
    struct ui_pad_point points[UI_STROKE_POINTS_MAX];
};

#endif
