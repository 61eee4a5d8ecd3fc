/*
 * The page every screen lives in: top bar; what is asked; what to do; action row; help bar.
 *
 * Portrait stacks them; landscape puts what is asked to the left of what to do. Back is always bottom left,
 * repeat between, the primary action bottom right, the help bar the last row. In low-reach mode the whole
 * page moves down.
 */
#ifndef YIZHAN_UI_FRAME_H
#define YIZHAN_UI_FRAME_H

#include "ui/widgets.h"

enum ui_link {
    UI_LINK_UNKNOWN, /* nothing is said */
    UI_LINK_UP,
    UI_LINK_DOWN
};

/* What the voice key says; each tap goes to the next. Slow is loud too: who needs the one has had the other.
 */
enum ui_voice { UI_VOICE_USUAL, UI_VOICE_LOUD, UI_VOICE_SLOW, UI_VOICE_OFF, UI_VOICES };

/* What every screen's page shows; fields left zero are left out. */
struct ui_frame {
    const char *screen; /* name of the screen: "home", "question" */
    const char *place;
    enum ui_link link;
    const char *status; /* replaces the link's words: "打印机没纸" */
    int part, whole;    /* progress, whole 0: none */
    bool has_stop;      /* UI_ACTION_STOP beside the progress */
    bool has_back, has_repeat;
    const char *back_label, *repeat_label; /* NULL: "上一步", "再听一遍" */
    const struct ui_choice *secondary;     /* instead of or beside back and repeat: "再办一件" */
    const struct ui_choice *primary;
    bool primary_waits; /* it leads from page to page until the last was shown: nobody agrees unseen */
    /* Where keys to write with leave room for nothing else: the question, in the top bar, and a choice in the
     * action row. NULL: none. */
    const char *title;
    const struct ui_choice *spare;
    bool is_wide;  /* landscape: the body needs the whole width, as home's tiles do */
    unsigned turn; /* ui_tree_set_turn() */
    int page;      /* page of the body; the pager's keys have UI_ACTION_PAGE with the page as arg */
    const char *
        other_language; /* what the language key says: lang_short() of the next language; NULL: no such key */
    enum ui_voice voice;
};

/* The two places a screen fills. */
struct ui_page {
    struct ui_node *ask;  /* heading, help text */
    struct ui_node *body; /* answers: pages down when they do not fit */
    struct ui_node *extra; /* fixed above the action row: "打印清单", "没带身份证"; use ui_button_row() */
};

/* Builds the page into an empty tree. */
struct ui_page ui_frame_build(struct ui_tree *tree, const struct ui_frame *frame);

#endif
