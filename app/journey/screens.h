/*
 * The screens, each a pure function of its view model: the same view gives the same tree.
 *
 * A view's strings are borrowed while the tree is built. Every builder fills an empty tree inside the page
 * that `frame` describes. Actions of the controls are enum journey_action. UI thread only.
 */
#ifndef YIZHAN_JOURNEY_SCREENS_H
#define YIZHAN_JOURNEY_SCREENS_H

#include "app/fleet/technician.h"
#include "ui/frame.h"
#include "ui/writing.h"

/* What a control of a screen means to the journey; arg says which one. */
enum journey_action {
    ACTION_SERVICE = UI_ACTION_APP, /* arg: index in the catalogue */
    ACTION_PROGRESS,
    ACTION_NEXT,
    ACTION_PRINT_LIST,
    ACTION_NO_CARD,
    ACTION_HELPER,
    ACTION_SWAP,   /* applicant and helper */
    ACTION_CHOICE, /* arg: index of the choice */
    ACTION_FIND,   /* look for a choice of a long list */
    ACTION_STEP,   /* arg: how many steps up, negative down */
    ACTION_STAR,   /* arg: 1 and on */
    ACTION_HOUR,
    ACTION_KEY, /* arg: character of a keypad */
    ACTION_ERASE,
    ACTION_CLEAR,
    ACTION_CANNOT_SIGN,
    ACTION_EDIT, /* arg: line of the review */
    ACTION_PART, /* arg: line of the review that is a part */
    ACTION_SUBMIT,
    ACTION_DONE,
    ACTION_ANOTHER,
    ACTION_YES,
    ACTION_NO,
    ACTION_RATE, /* arg: 1..5 */
    ACTION_MONTH,
    ACTION_DAY,
    ACTION_TAKE_PHOTO,
    ACTION_REMOVE,          /* arg: entry of a repeat */
    ACTION_TEXT_KEY,        /* arg: key of the text input */
    ACTION_CANDIDATE,       /* arg: candidate of the text input */
    ACTION_WAY,             /* arg: way of writing */
    ACTION_MORE_CANDIDATES, /* arg: the one to be shown first */
    ACTION_KEY_GROUP,       /* arg: group of keys to open */
    ACTION_KEEP,
    ACTION_SEARCH,
    ACTION_BOARD,
    ACTION_DETAILS,
    ACTION_CASE, /* arg: line of the list of cases */
    ACTION_RESUME,
    ACTION_SUPPLEMENT,
    ACTION_WITHDRAW,
    ACTION_STATUS,
    ACTION_TEST_FIELD /* arg: which */
};

/* ---- choosing a service ---- */

struct view_tile {
    const char *title;
    const char *icon;
    const char *note; /* why it cannot be done here now; NULL */
    int service;      /* index in the catalogue */
};
struct view_home {
    const struct view_tile *tiles;
    size_t count;
    bool is_starting;           /* the services are not known yet */
    bool is_out_of_order;       /* nothing can be saved: no service is offered */
    const char *phone;          /* whom to call then; "" for nobody */
    const char *const *notices; /* "打印机快没纸了..." */
    size_t notice_count;
    bool has_progress; /* saved cases can be looked up */
    bool has_board;    /* there are notices of the county to read */
    bool has_rating;   /* a face given here is received by somebody */
    bool has_search;   /* more services than one sees at once */
};
/* What a search found. */
void screen_found(struct ui_tree *tree, struct ui_frame *frame, const char *heading,
                  const struct view_tile *tiles, size_t count);
void screen_home(struct ui_tree *tree, struct ui_frame *frame, const struct view_home *view);

struct view_paper {
    const char *icon;
    const char *name;
    const char *detail;
};
/* All rows of one key of a guide. */
struct view_rows {
    const char *const *rows;
    size_t count;
};

struct view_guide {
    const char *title;
    const char *note, *audience; /* "" leaves the line out, as below */
    const struct view_paper *papers;
    size_t paper_count;
    const char *fee, *time_limit, *result, *phone; /* "" leaves the line out */
    struct view_rows conditions;
    const char *notice; /* what is broken and what that means; NULL */
    bool can_start;
    bool has_details; /* questions and answers, laws */
    bool can_print;
    bool is_printing;
};
void screen_guide(struct ui_tree *tree, struct ui_frame *frame, const struct view_guide *view);

/* Things to read one under the other: notices of the county, details of a service. */
struct view_article {
    const char *title, *text;
};
struct view_reading {
    const char *heading, *help;
    const struct view_article *articles;
    size_t count;
};
void screen_reading(struct ui_tree *tree, struct ui_frame *frame, const struct view_reading *view);

struct view_consent {
    const char *read, *purpose, *recipient, *retention, *phone; /* "" leaves the line out */
    bool was_seen; /* to its last page: before that nobody can agree */
};
void screen_consent(struct ui_tree *tree, struct ui_frame *frame, const struct view_consent *view);

/* ---- card and questions ---- */

struct view_line {
    const char *name, *value;
    const char *badge, *badge_icon;
    bool can_change;
    bool is_part;                    /* a group of answers, which opens */
    const struct ui_image *portrait; /* beside the name of a card; NULL: beside anything else */
};
struct view_card {
    const char *heading, *hint;
    const char *notice;  /* what went wrong and what to do; NULL */
    bool is_reading;     /* the card was found: leave it there */
    bool is_down;        /* the reader is out of service: notice says so */
    bool can_go_without; /* "没带身份证" */
    bool can_help;       /* "我给别人办" */
    bool is_helping;
    bool is_known;                /* this person's card was read before: one may go on with it */
    const struct view_line *read; /* whose cards were read */
    size_t read_count;
    const char *swap; /* "刚才那张是我的": they were read in the wrong order; NULL */
};
void screen_card(struct ui_tree *tree, struct ui_frame *frame, const struct view_card *view);

enum view_input {
    VIEW_NOTE,
    VIEW_ONE,     /* choices, one */
    VIEW_SEVERAL, /* choices, any */
    VIEW_RANK,    /* choices, put into an order */
    VIEW_FIND,    /* text input for looking through a long list of choices */
    VIEW_DIGITS,  /* keypad */
    VIEW_TEXT,    /* text input */
    VIEW_RANGE,   /* minus and plus */
    VIEW_STARS,
    VIEW_YEAR, /* from here on one step after the other */
    VIEW_MONTH,
    VIEW_DAY,
    VIEW_HOUR,
    VIEW_MINUTE,
    VIEW_PLACE, /* the kiosk's own; its one choice is whether to give it */
    VIEW_SIGNATURE,
    VIEW_PHOTO,
    VIEW_CODE, /* camera or hand scanner; text is what was read */
    VIEW_INPUTS
};
struct view_choice {
    const char *label;
    const char *detail; /* or NULL */
    int index;          /* among all choices of the question */
    int place;          /* RANK: 1 for the first, 0 for not yet */
    bool is_selected;
    struct ui_image image;
};
enum { VIEW_ONE_COLUMN = -1, VIEW_FREE_COLUMNS = 0 };
/* What the text input shows under its field. */
struct view_text_input {
    const char *ways[UI_WAYS_MAX]; /* what the keys of the ways of writing say */
    size_t way_count, way;
    bool has_pad, has_candidates;
    struct ui_strokes strokes;
    const char *const *candidates;
    size_t candidate_count, first_candidate;
    const char *const *keys;
    size_t key_count;
    int open_group;
};

struct view_question {
    const char *heading, *hint;
    const char *whose_card; /* was read just now; NULL */
    const char *next_label; /* NULL: "下一步" */
    const char *message;    /* what must be mended first; NULL */
    enum view_input input;
    struct ui_image picture; /* beside the question */
    const struct view_choice *choices;
    size_t choice_count;
    int columns;               /* of choices: VIEW_ONE_COLUMN, VIEW_FREE_COLUMNS or a number */
    bool can_find;             /* the list is long: it can be looked through */
    const char *find_note;     /* what was looked for and how much was found; NULL */
    const char *text;          /* DIGITS, TEXT, FIND, RANGE: so far */
    const char *extra_keys;    /* DIGITS */
    int year, month, day;      /* dates: so far, 0 unknown */
    int hour;                  /* times: so far, -1 unknown */
    const char *bounds;        /* RANGE */
    int leap;                  /* RANGE: 0, or how many steps the second row of keys takes */
    bool is_least, is_most;    /* RANGE */
    int stars, stars_selected; /* STARS */
    struct ui_strokes strokes;
    struct ui_image image;         /* PHOTO: preview or the photo taken */
    bool is_camera_down, can_keep; /* PHOTO CODE: nothing looks; what was given can wait */
    bool has_photo;
    bool is_portrait;              /* PHOTO: of the person, not of a paper */
    struct view_text_input typing; /* TEXT */
};
void screen_question(struct ui_tree *tree, struct ui_frame *frame, const struct view_question *view);

/* After the last instance of a repeat: one more? */
struct view_repeat {
    const char *heading;
    const char *const *entries; /* one line for each that was added */
    size_t count;
};
void screen_repeat(struct ui_tree *tree, struct ui_frame *frame, const struct view_repeat *view);

/* ---- review, saved, progress ---- */

struct view_review {
    const char *part; /* its name: only its lines are looked at; NULL: all */
    const struct view_line *lines;
    size_t count;
    const char *note;      /* what the form says in the end; NULL */
    const char *recipient; /* who alone can open it */
};
void screen_review(struct ui_tree *tree, struct ui_frame *frame, const struct view_review *view);

struct view_step {
    enum ui_state state;
    const char *icon, *title, *detail;
};
struct view_case {
    enum ui_state verdict;
    const char *title, *detail;
    const char *service; /* name of the service; NULL */
    const char *number;  /* grouped */
    const struct view_step *steps;
    size_t step_count;
    const char *notice, *notice_icon; /* "请拿好身份证和小票" */
    const char *message;              /* the county's own words; NULL */
    bool can_supplement, can_withdraw, can_print;
    bool can_leave; /* besides the primary: "看好了" */
};
void screen_case(struct ui_tree *tree, struct ui_frame *frame, const struct view_case *view);

/* What this card has done here. */
struct view_case_line {
    const char *title, *detail; /* service; when, and how far it is */
};
struct view_cases {
    const struct view_case_line *lines;
    size_t count;
    const char *kept, *kept_detail; /* the one half done, kept for her; NULL for none */
};
void screen_cases(struct ui_tree *tree, struct ui_frame *frame, const struct view_cases *view);

struct view_find {
    const char *typed; /* grouped */
    const char *message;
    bool has_camera, has_card; /* what can be held to it besides typing */
    struct ui_image image;     /* what the camera sees */
};
void screen_find(struct ui_tree *tree, struct ui_frame *frame, const struct view_find *view);

/* ---- leaving before the end ---- */

struct view_stop {
    bool can_keep; /* "留着，我回家拿材料" */
    bool has_card; /* why it cannot be kept */
};
void screen_stop(struct ui_tree *tree, struct ui_frame *frame, const struct view_stop *view);

/* "The old one goes: really from the beginning?" */
void screen_afresh(struct ui_tree *tree, struct ui_frame *frame);

/* ---- one thing said, one or two answers ---- */

struct view_say {
    const char *picture; /* illustration; NULL */
    const char *heading, *help;
    const char *notice;            /* caution; NULL */
    const char *phone;             /* number to call; NULL */
    const char *number;            /* of her case, to be noted; NULL */
    const struct ui_choice *offer; /* what may be chosen besides going on; NULL */
};
void screen_say(struct ui_tree *tree, struct ui_frame *frame, const struct view_say *view);

/* ---- the technician ---- */

enum { TEST_FIELDS = 9 };

/* A stick is being read. */
void screen_checking(struct ui_tree *tree, struct ui_frame *frame, int percent);

struct view_pin {
    const char *who;
    size_t digits;       /* typed so far */
    const char *message; /* wrong, or wait; NULL */
    bool can_type;
};
void screen_pin(struct ui_tree *tree, struct ui_frame *frame, const struct view_pin *view);

struct view_work {
    const char *title, *note; /* note: NULL */
    enum technician_state state;
    int percent;
};
struct view_plan {
    const char *who;
    const struct view_work *works;
    size_t count;
    bool can_start;
    bool is_good; /* screen_take: nothing failed */
};
void screen_plan(struct ui_tree *tree, struct ui_frame *frame, const struct view_plan *view);
/* "You may take the stick." */
void screen_take(struct ui_tree *tree, struct ui_frame *frame, const struct view_plan *view);

struct view_fact {
    const char *name, *value;
};
struct view_status {
    const struct view_fact *facts;
    size_t count;
    bool can_print;
};
void screen_status(struct ui_tree *tree, struct ui_frame *frame, const struct view_status *view);

/* One part of the self-test. */
struct view_test {
    const char *heading, *help;
    const char *picture;   /* NULL */
    struct ui_image image; /* what the camera sees */
    bool has_fields;       /* touch: those to be touched still */
    unsigned fields;       /* bits of those touched */
    bool is_judged;        /* by who stands there */
    bool is_open;          /* no verdict yet */
};
void screen_test(struct ui_tree *tree, struct ui_frame *frame, const struct view_test *view);

/* ---- */

void screen_rating(struct ui_tree *tree, struct ui_frame *frame, int selected);

#endif
