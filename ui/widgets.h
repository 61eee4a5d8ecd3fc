/*
 * The building blocks of a page. Each adds nodes to a parent and returns the one that carries id and action.
 *
 * All strings are copied; they come from ui_node_say() or from the form. An id names a node for tests and the
 * control program; a list uses "choice:0", "choice:1".
 */
#ifndef YIZHAN_UI_WIDGETS_H
#define YIZHAN_UI_WIDGETS_H

#include "ui/tree.h"

/* About how wide: tenths of an em; letters are narrower than characters. */
int ui_tenths(const char *text);

/* ---- things to read ---- */

struct ui_node *ui_heading(struct ui_node *parent, const char *text);
struct ui_node *ui_section(struct ui_node *parent,
                           const char *text); /* small heading, stays with what follows */
struct ui_node *ui_paragraph(struct ui_node *parent, const char *text); /* its lines may flow over pages */
/* One for each sentence; one for all where a page holds few lines. */
void ui_paragraphs(struct ui_node *parent, const char *text);
struct ui_node *ui_help_text(struct ui_node *parent, const char *text);
/* Help that one can do without: it leaves where that saves a page, and is only heard. */
struct ui_node *ui_hint(struct ui_node *parent, const char *text);
/* "look here": caution colours, an icon and words. */
struct ui_node *ui_notice(struct ui_node *parent, const char *icon, const char *text);
/* The same without a box, for a remark under something. */
struct ui_node *ui_remark(struct ui_node *parent, enum ui_tone tone, const char *text);
/* A paper or thing to have ready: icon, name, detail ("" for none). */
struct ui_node *ui_paper(struct ui_node *parent, const char *icon, const char *name, const char *detail);
/* "name: value" on one line; a long value below its name, or in lines that flow over pages. */
struct ui_node *ui_fact(struct ui_node *parent, const char *name, const char *value);
/* A number to remember, shown large in groups ("4827 1936 5"). note may be NULL. */
struct ui_node *ui_number(struct ui_node *parent, const char *caption, const char *number, const char *note);
/* Illustration from assets/icons, taking the room that is left; it never makes a page more. */
struct ui_node *ui_picture(struct ui_node *parent, const char *name, const char *label);
/* The head of an outcome page: a large badge beside heading and detail. */
struct ui_node *ui_verdict(struct ui_node *parent, enum ui_state state, const char *title,
                           const char *detail);
/* One of the steps with their truths; each says only what is known. */
struct ui_node *ui_step(struct ui_node *parent, enum ui_state state, const char *icon, const char *title,
                        const char *detail);
/* A piece of work on a list: what it is, what is to be said of it (NULL: nothing), how far it has come in
 * percent
 * (-1: nobody knows). */
struct ui_node *ui_work(struct ui_node *parent, enum ui_state state, const char *title, const char *note,
                        int percent);
/* "Question 4 of 8" with segments; part counts from 1. stop_action 0: no stop key. */
struct ui_node *ui_progress(struct ui_node *parent, int part, int whole, int stop_action);
/* Its words alone. */
struct ui_node *ui_progress_label(struct ui_node *parent, int part, int whole);

/* ---- things to tap ---- */

struct ui_choice {
    const char *id;
    const char *label;
    const char *detail; /* second line, or NULL */
    const char *icon;   /* or NULL */
    int action, arg;
    bool is_selected, is_disabled;
    enum ui_key key;
    int place;                    /* ui_ranked(): 1 for the first, 0 for not yet */
    const struct ui_image *image; /* ui_pictured(): borrowed like ui_node.image; NULL for none */
};

/* Holds the options of a question, one below the other; side by side where there is little height and none is
 * longer than half a line. longest: of their words, in characters. */
struct ui_node *ui_options(struct ui_node *parent, int longest);
/* A two-column (landscape: three) grid for tiles; fewer for large text, and on the least panel. */
struct ui_node *ui_tiles(struct ui_node *parent);
struct ui_node *ui_tile(struct ui_node *tiles, const struct ui_choice *choice);
struct ui_node *ui_option(struct ui_node *parent, const struct ui_choice *choice); /* one of several */
struct ui_node *ui_tick(struct ui_node *parent, const struct ui_choice *choice);   /* any of several */

/* Options side by side: `wanted` columns, or below each other where their words would not fit; 0: as many as
 * stand well. longest: of their words, in characters. Fill it with ui_pictured(). */
struct ui_node *ui_option_columns(struct ui_node *parent, size_t count, int wanted, int longest);
/* An option of such a grid: picture, mark and words below each other. */
struct ui_node *ui_pictured(struct ui_node *parent, enum ui_role role, const struct ui_choice *choice);
/* One of several to be put into an order by tapping: shows its place. */
struct ui_node *ui_ranked(struct ui_node *parent, const struct ui_choice *choice);

enum ui_button_kind { UI_BUTTON_PRIMARY, UI_BUTTON_SECONDARY, UI_BUTTON_DANGER };
struct ui_node *ui_button(struct ui_node *parent, enum ui_button_kind kind, const struct ui_choice *choice);
/* Buttons side by side, sharing the width. */
struct ui_node *ui_button_row(struct ui_node *parent);

/* A row of the review: name above, value below; badge says where it comes from or what a tap does. */
struct ui_answer {
    const char *id;
    const char *name, *value;
    const char *badge;      /* "来自身份证", "改" */
    const char *badge_icon; /* "pencil", or NULL */
    int action, arg;        /* action 0: not to be changed */
    /* Of a person, beside her name; NULL: nothing stands there. Without pixels: a neutral one. */
    const struct ui_image *portrait;
    /* Where a page holds few lines, all rows have only the sign and not the badge's words, and an answer that
     * is short stands beside its name: a word beside it would be read as part of it. */
    bool is_sign_enough;
};
struct ui_node *ui_answer(struct ui_node *parent, const struct ui_answer *answer);
/* How wide a value may be (ui_tenths) to stand on one line: beside its name where is_sign_enough. */
int ui_answer_room(const struct ui_tree *tree, const char *name);

/* Holds the answers of the review: two columns where the page is wide (ui_frame.is_wide). */
struct ui_node *ui_answers(struct ui_node *parent);

/* Five faces, worst to best; arg of face i is i (1..5); selected: 0 for none. Each has its word under it. */
struct ui_node *ui_faces(struct ui_node *parent, int action, int selected);

/* ---- entering things ---- */

/* The line with what was entered, a caret and an erase key (arg 0 of erase_action). */
struct ui_field {
    const char *id;
    const char *text;        /* already grouped for reading */
    const char *placeholder; /* quiet, while text is empty */
    const char *spoken;      /* label; NULL: the text, or the placeholder while there is none */
    int erase_action;
    bool has_caret;
};
struct ui_node *ui_field(struct ui_node *parent, const struct ui_field *field);

/* A field and the keys 1-9, 0 and the extra ones, below it or, where there is little height, beside it; a
 * key's arg is its character; ids "key:1". extra: "", "X", ".", "-.". */
void ui_number_field(struct ui_node *parent, const struct ui_field *field, int action, const char *extra);

/* A grid of keys with one UTF-8 string each; a key's arg is its index; ids "<id_prefix>:0". */
struct ui_keys {
    const char *id_prefix;
    const char *const *labels; /* NULL or "" leaves a hole */
    size_t count;
    size_t first; /* number of the first key: ids and args count from it */
    int columns;
    int action;
    int selected;  /* number of a chosen key, -1 for none */
    bool is_large; /* candidates: heading size */
};
struct ui_node *ui_keys(struct ui_node *parent, const struct ui_keys *keys);

/* A date in three steps; each step is one of these pages. A key's arg is the year, month or day.
 * Years are entered on the keypad; months and days are keys. */
struct ui_node *ui_month_keys(struct ui_node *parent, int action, int selected);
struct ui_node *ui_day_keys(struct ui_node *parent, int action, int year, int month, int selected);

/* The hours of a day, 0 to 23; a key's arg is the hour. */
struct ui_node *ui_hour_keys(struct ui_node *parent, int action, int selected);

/* An amount between two bounds: it stands large between minus and plus (arg -1 and 1); a second row of keys
 * takes `leap` at a time (arg -leap and leap) where there are many steps. */
struct ui_stepper {
    const char *value;  /* "" while nothing was chosen */
    const char *bounds; /* "0 – 100" */
    int action;
    int leap; /* 0: no second row */
    bool is_least, is_most;
};
void ui_stepper(struct ui_node *parent, const struct ui_stepper *stepper);

/* Stars from 1 to count; arg of a star is its number. */
struct ui_node *ui_stars(struct ui_node *parent, int action, int count, int selected);

/* Where a finger draws: signature (UI_EVENT_STROKE with this id). hint is shown while it is empty. clear:
 * choice for the key in its corner, or NULL. */
struct ui_pad {
    const char *id;
    const char *label;
    const char *hint;
    struct ui_strokes strokes;
    const struct ui_choice *clear;
};
struct ui_node *ui_pad(struct ui_node *parent, const struct ui_pad *pad);

/* Pixels with a frame, taking the room that is left. */
struct ui_node *ui_image_view(struct ui_node *parent, const char *id, const char *label,
                              const struct ui_image *image);

/* What is to be shown to the camera: a small picture and words beside it. */
struct ui_node *ui_sample(struct ui_node *parent, const char *words, const struct ui_image *image);

/* ---- text helpers ---- */

/* Groups digits for reading, as they are known elsewhere: a citizen number 6-8-4, a mobile number 3-4-4, the
 * number of a case 4-5-1 as on its receipt, all others by four. Copies anything else. The result lives in the
 * node's tree. */
const char *ui_grouped_digits(struct ui_node *node, const char *digits);

#endif
