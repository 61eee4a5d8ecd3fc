/*
 * Sizes in millimetres turned into pixels, and the colours of the three contrasts.
 *
 * A theme is a plain value computed from a panel and a person's preferences; nothing in it changes later.
 * Text sizes are set by what an elderly eye needs and so never shrink with the panel below 10 mm of em; bars,
 * buttons and space shrink from roomy (21.5" portrait) to compact (10.1" landscape), never below a 20 mm
 * target. The numbers come from the design's tables (MIIT elder rules 2021, EN 301 549, WCAG AAA).
 */
#ifndef YIZHAN_UI_THEME_H
#define YIZHAN_UI_THEME_H

#include "board/base/err.h"
#include <stdint.h>

/* The panel as the person sees it, after rotation. */
struct ui_panel {
    int width_px, height_px;
    double width_mm, height_mm;
    double mount_bottom_mm; /* lowest pixel above the floor; 0 when nobody measured it */
};

/* Fills a panel from its resolution and diagonal. ERR_DATA when either is out of 320..8192 px, 5..100 inch.
 */
MUST_USE struct err ui_panel_from_diagonal(int width_px, int height_px, double diagonal_inch,
                                           struct ui_panel *out_panel);

enum ui_text_size { UI_TEXT_NORMAL, UI_TEXT_LARGE, UI_TEXT_LARGEST, UI_TEXT_SIZES };
enum ui_contrast { UI_LIGHT, UI_DARK, UI_YELLOW_ON_BLACK, UI_CONTRASTS };

/* What a person chose; all zero for the next person. */
struct ui_prefs {
    enum ui_text_size text_size;
    enum ui_contrast contrast;
    bool low_reach; /* every control below 1,000 mm, for a wheelchair or a child */
};

/* Colours by purpose. */
enum ui_colour {
    UI_COLOUR_PAPER,     /* background of the page */
    UI_COLOUR_BAR,       /* background of the top and help bars */
    UI_COLOUR_RULE,      /* hairlines and unfilled progress; never the only boundary of a control */
    UI_COLOUR_CARD,      /* surface of what can be tapped or read as one thing */
    UI_COLOUR_BORDER,    /* boundary of a control, 3:1 against paper and card */
    UI_COLOUR_INK,       /* text, 7:1 on all surfaces */
    UI_COLOUR_QUIET,     /* help text, 7:1 */
    UI_COLOUR_ACCENT,    /* the one accent: icons, progress, primary button */
    UI_COLOUR_ON_ACCENT, /* text on the accent */
    UI_COLOUR_SELECTED,  /* surface of a chosen answer */
    UI_COLOUR_ON_SELECTED,
    UI_COLOUR_CAUTION,      /* text and border of "look here" */
    UI_COLOUR_CAUTION_CARD, /* its surface */
    UI_COLOUR_DANGER,       /* stop, throw away */
    UI_COLOUR_DISABLED,     /* text of what cannot be used now */
    UI_COLOURS
};

/* What text is for. Sizes in em millimetres are in theme.c. */
enum ui_type {
    UI_TYPE_HEADING, /* the question, bold */
    UI_TYPE_TITLE,   /* options, buttons, names of things: bold */
    UI_TYPE_BODY,    /* running text and values */
    UI_TYPE_HELP,    /* explanations; the smallest, em >= 10 mm */
    UI_TYPE_CAPTION, /* help text inside a card, one or two lines: set closer */
    UI_TYPE_NUMBER,  /* numbers people must remember, bold */
    UI_TYPE_BAR,     /* top and help bars; never scaled */
    UI_TYPE_BRAND,   /* the name in the top bar, bold; never scaled */
    UI_TYPE_ACTION,  /* the action row, bold; never scaled */
    UI_TYPE_KEY,     /* keys to type with and candidates, bold; large already, never scaled */
    UI_TYPES
};

enum ui_space {
    UI_SPACE_MARGIN,  /* page side margin */
    UI_SPACE_GAP,     /* between controls, >= 6 mm */
    UI_SPACE_SMALL,   /* between things that belong together and are not controls */
    UI_SPACE_PADDING, /* inside cards */
    UI_SPACE_TARGET,  /* smallest side of a target, 20 mm */
    UI_SPACE_TOP_BAR,
    UI_SPACE_HELP_BAR,
    UI_SPACE_BUTTON,   /* height of buttons */
    UI_SPACE_OPTION,   /* height of options and cards */
    UI_SPACE_TILE,     /* height of home tiles */
    UI_SPACE_ICON,     /* icon beside words */
    UI_SPACE_BIG_ICON, /* icon on a tile */
    UI_SPACE_RADIUS,   /* cards */
    UI_SPACE_BUTTON_RADIUS,
    UI_SPACE_LINE,       /* border of a plain control */
    UI_SPACE_THICK_LINE, /* border of what is selected or focused */
    UI_SPACES
};

struct ui_theme {
    struct ui_panel panel;
    struct ui_prefs prefs;
    double px_per_mm;
    bool landscape;
    bool flat;        /* little height: things stand beside each other rather than below */
    bool short_page;  /* less still: nothing stands still but the bars, all else pages */
    bool compact;     /* a 10.1" panel: the least there is */
    int reach_top_px; /* nothing to touch above this line */
    int space_px[UI_SPACES];
    int type_px[UI_TYPES]; /* em, scaled by the person's text size where that applies */
    int line_height_px[UI_TYPES];
    uint32_t colour[UI_COLOURS]; /* 0xRRGGBB */
};

/* Computes everything. UI_TEXT_LARGEST becomes UI_TEXT_LARGE on panels of less than 12 inch. */
void ui_theme_init(const struct ui_panel *panel, const struct ui_prefs *prefs, struct ui_theme *out_theme);

/* Millimetres to pixels, rounded up so that a minimum stays one. */
int ui_theme_px(const struct ui_theme *theme, double mm);
bool ui_type_is_bold(enum ui_type type);

/* WCAG 2.2 contrast ratio of two 0xRRGGBB colours, 1..21. */
double ui_contrast_ratio(uint32_t a, uint32_t b);

#endif
