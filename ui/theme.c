#include "ui/theme.h"
#include <math.h>
#include <string.h>

/* The panels between which sizes are interpolated: 10.1" landscape and 21.5" portrait, and the height below
 * which a page has no room for big tiles and a heading beside the answers. */
enum { COMPACT_SIDE_MM = 136, ROOMY_SIDE_MM = 267, COMPACT_HEIGHT_MM = 136, ROOMY_HEIGHT_MM = 476 };
enum { COMPACT_BELOW_MM = 180, SHORT_LANDSCAPE_MM = 220, SHORT_PORTRAIT_MM = 280, FLAT_BELOW_MM = 300 };
/* EN 301 549 8.3.3: nothing to touch above 1,220 mm; low mode keeps to the middle of 900-1,100 mm. */
enum { REACH_MM = 1220, LOW_REACH_MM = 1000, DEFAULT_MOUNT_BOTTOM_MM = 740 };
/* A page squeezed below this height would serve nobody. */
enum { SHORTEST_PAGE_MM = 240 };

struct size {
    double compact_mm, roomy_mm;
};

/* Em sizes; help text is the smallest and never below 10 mm. */
static const struct size type_sizes[UI_TYPES] = {
    [UI_TYPE_HEADING] = {12.0, 15.9}, [UI_TYPE_TITLE] = {11.6, 12.9},   [UI_TYPE_BODY] = {10.2, 11.9},
    [UI_TYPE_HELP] = {10.6, 10.4},    [UI_TYPE_CAPTION] = {10.3, 10.4}, [UI_TYPE_NUMBER] = {14.0, 20.8},
    [UI_TYPE_BAR] = {10.1, 10.1},     [UI_TYPE_BRAND] = {11.6, 12.6},   [UI_TYPE_ACTION] = {10.4, 12.9},
    [UI_TYPE_KEY] = {12.0, 14.9},
};

static const struct size space_sizes[UI_SPACES] = {
    [UI_SPACE_MARGIN] = {6.0, 13.9},    [UI_SPACE_GAP] = {6.0, 6.6},
    [UI_SPACE_SMALL] = {2.0, 3.0},      [UI_SPACE_PADDING] = {4.0, 10.4},
    [UI_SPACE_TARGET] = {20.1, 20.1},   [UI_SPACE_TOP_BAR] = {14.8, 27.5},
    [UI_SPACE_HELP_BAR] = {23.0, 37.2}, [UI_SPACE_BUTTON] = {20.2, 32.8},
    [UI_SPACE_OPTION] = {20.2, 41.7},   [UI_SPACE_TILE] = {24.0, 77.4},
    [UI_SPACE_ICON] = {9.0, 13.0},      [UI_SPACE_BIG_ICON] = {12.0, 22.0},
    [UI_SPACE_RADIUS] = {4.0, 6.9},     [UI_SPACE_BUTTON_RADIUS] = {3.5, 6.0},
    [UI_SPACE_LINE] = {0.35, 0.5},      [UI_SPACE_THICK_LINE] = {1.1, 1.5},
};

static const uint32_t colours[UI_CONTRASTS][UI_COLOURS] = {
    [UI_LIGHT] = {[UI_COLOUR_PAPER] = 0xFAF6EC,
                  [UI_COLOUR_BAR] = 0xF1EBDB,
                  [UI_COLOUR_RULE] = 0xDBD2BB,
                  [UI_COLOUR_CARD] = 0xFFFFFF,
                  [UI_COLOUR_BORDER] = 0x8A7F63,
                  [UI_COLOUR_INK] = 0x1B2426,
                  [UI_COLOUR_QUIET] = 0x4A5557,
                  [UI_COLOUR_ACCENT] = 0x0E5A50,
                  [UI_COLOUR_ON_ACCENT] = 0xFFFFFF,
                  [UI_COLOUR_SELECTED] = 0xDDEBE4,
                  [UI_COLOUR_ON_SELECTED] = 0x1B2426,
                  [UI_COLOUR_CAUTION] = 0x6B4A00,
                  [UI_COLOUR_CAUTION_CARD] = 0xFFF7E0,
                  [UI_COLOUR_DANGER] = 0x8F2318,
                  [UI_COLOUR_DISABLED] = 0x4A5557},
    [UI_DARK] = {[UI_COLOUR_PAPER] = 0x14191A,
                 [UI_COLOUR_BAR] = 0x0D1112,
                 [UI_COLOUR_RULE] = 0x39474A,
                 [UI_COLOUR_CARD] = 0x1F2728,
                 [UI_COLOUR_BORDER] = 0x7C898B,
                 [UI_COLOUR_INK] = 0xF3EFE4,
                 [UI_COLOUR_QUIET] = 0xC4C9C6,
                 [UI_COLOUR_ACCENT] = 0x7FD6C2,
                 [UI_COLOUR_ON_ACCENT] = 0x14191A,
                 [UI_COLOUR_SELECTED] = 0x24433D,
                 [UI_COLOUR_ON_SELECTED] = 0xF3EFE4,
                 [UI_COLOUR_CAUTION] = 0xF0C060,
                 [UI_COLOUR_CAUTION_CARD] = 0x2A2618,
                 [UI_COLOUR_DANGER] = 0xFF9C8C,
                 [UI_COLOUR_DISABLED] = 0xB4BAB8},
    [UI_YELLOW_ON_BLACK] = {[UI_COLOUR_PAPER] = 0x000000,
                            [UI_COLOUR_BAR] = 0x000000,
                            [UI_COLOUR_RULE] = 0x5C5220,
                            [UI_COLOUR_CARD] = 0x000000,
                            [UI_COLOUR_BORDER] = 0xFFE14D,
                            [UI_COLOUR_INK] = 0xFFE14D,
                            [UI_COLOUR_QUIET] = 0xFFFFFF,
                            [UI_COLOUR_ACCENT] = 0xFFE14D,
                            [UI_COLOUR_ON_ACCENT] = 0x000000,
                            [UI_COLOUR_SELECTED] = 0xFFE14D,
                            [UI_COLOUR_ON_SELECTED] = 0x000000,
                            [UI_COLOUR_CAUTION] = 0xFFFFFF,
                            [UI_COLOUR_CAUTION_CARD] = 0x000000,
                            [UI_COLOUR_DANGER] = 0xFFFFFF,
                            [UI_COLOUR_DISABLED] = 0xD8D8D8},
};

static const double text_scales[UI_TEXT_SIZES] = {1.0, 1.25, 1.6};

struct err ui_panel_from_diagonal(int width_px, int height_px, double diagonal_inch,
                                  struct ui_panel *out_panel)
{
    if (width_px < 320 || height_px < 320 || width_px > 8192 || height_px > 8192)
        return err_make(ERR_DATA, "ui", 0, "panel of %d x %d pixels is out of range", width_px, height_px);
    if (!(diagonal_inch >= 5.0 && diagonal_inch <= 100.0))
        return err_make(ERR_DATA, "ui", 0, "panel diagonal must be 5 to 100 inch");
    double mm_per_px = diagonal_inch * 25.4 / hypot(width_px, height_px);
    *out_panel = (struct ui_panel){.width_px = width_px,
                                   .height_px = height_px,
                                   .width_mm = width_px * mm_per_px,
                                   .height_mm = height_px * mm_per_px};
    return err_ok();
}

/* 0 at the compact end, 1 at the roomy end. */
static double share(double value, double compact, double roomy)
{
    double t = (value - compact) / (roomy - compact);
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

static double between(struct size size, double t)
{
    return size.compact_mm + (size.roomy_mm - size.compact_mm) * t;
}

int ui_theme_px(const struct ui_theme *theme, double mm)
{
    return (int)ceil(mm * theme->px_per_mm - 0.01);
}

bool ui_type_is_bold(enum ui_type type)
{
    return type != UI_TYPE_BODY && type != UI_TYPE_HELP && type != UI_TYPE_CAPTION && type != UI_TYPE_BAR;
}

static bool is_scaled(enum ui_type type)
{
    return type != UI_TYPE_BAR && type != UI_TYPE_BRAND && type != UI_TYPE_ACTION && type != UI_TYPE_KEY;
}

/* A number to remember is large already, and must stay on one line: 12 digits and signs on a narrow panel. */
static double scale_of(enum ui_type type, enum ui_text_size size)
{
    if (type == UI_TYPE_NUMBER)
        return fmin(text_scales[size], text_scales[UI_TEXT_LARGE]);
    return is_scaled(type) ? text_scales[size] : 1.0;
}

static double line_factor(enum ui_type type)
{
    if (type == UI_TYPE_BODY || type == UI_TYPE_HELP)
        return 1.5;
    bool is_one_line = type == UI_TYPE_BAR || type == UI_TYPE_BRAND || type == UI_TYPE_ACTION;
    return is_one_line ? 1.2 : 1.35;
}

static void init_types(struct ui_theme *theme, double short_side_mm)
{
    double t = share(short_side_mm, COMPACT_SIDE_MM, ROOMY_SIDE_MM);
    for (int type = 0; type < UI_TYPES; type++) {
        double mm = between(type_sizes[type], t) * scale_of((enum ui_type)type, theme->prefs.text_size);
        theme->type_px[type] = ui_theme_px(theme, mm);
        theme->line_height_px[type] = (int)ceil(theme->type_px[type] * line_factor((enum ui_type)type));
    }
}

/* What lies across the page follows the short side; what takes height follows the height. */
static bool follows_short_side(enum ui_space space)
{
    return space == UI_SPACE_MARGIN || space == UI_SPACE_PADDING || space == UI_SPACE_ICON ||
           space == UI_SPACE_RADIUS || space == UI_SPACE_BUTTON_RADIUS || space == UI_SPACE_LINE ||
           space == UI_SPACE_THICK_LINE;
}

static void init_spaces(struct ui_theme *theme, double short_side_mm, double usable_mm)
{
    double across = share(short_side_mm, COMPACT_SIDE_MM, ROOMY_SIDE_MM);
    double down = share(usable_mm, COMPACT_HEIGHT_MM, ROOMY_HEIGHT_MM);
    for (int space = 0; space < UI_SPACES; space++) {
        double t = follows_short_side((enum ui_space)space) ? across : down;
        theme->space_px[space] = ui_theme_px(theme, between(space_sizes[space], t));
    }
}

static int reach_top_px(const struct ui_theme *theme)
{
    double bottom = theme->panel.mount_bottom_mm > 0 ? theme->panel.mount_bottom_mm : DEFAULT_MOUNT_BOTTOM_MM;
    double limit = theme->prefs.low_reach ? LOW_REACH_MM : REACH_MM;
    double above_mm = bottom + theme->panel.height_mm - limit;
    double spare_mm = theme->panel.height_mm - SHORTEST_PAGE_MM;
    if (above_mm > spare_mm)
        above_mm = spare_mm;
    return above_mm > 0 ? ui_theme_px(theme, above_mm) : 0;
}

/* Landscape sets the question beside the answers, which larger text does not leave room for. */
static bool is_short_page(const struct ui_theme *theme, double usable_mm)
{
    if (theme->landscape)
        return usable_mm < SHORT_LANDSCAPE_MM || theme->prefs.text_size > UI_TEXT_NORMAL;
    return usable_mm / text_scales[theme->prefs.text_size] < SHORT_PORTRAIT_MM;
}

void ui_theme_init(const struct ui_panel *panel, const struct ui_prefs *prefs, struct ui_theme *out_theme)
{
    struct ui_theme theme = {.panel = *panel, .prefs = *prefs};
    theme.px_per_mm = panel->width_px / panel->width_mm;
    theme.landscape = panel->width_px > panel->height_px;
    theme.compact = panel->height_mm < COMPACT_BELOW_MM;
    if (theme.compact && theme.prefs.text_size == UI_TEXT_LARGEST)
        theme.prefs.text_size = UI_TEXT_LARGE;
    theme.reach_top_px = reach_top_px(&theme);
    double short_side_mm = fmin(panel->width_mm, panel->height_mm);
    double usable_mm = panel->height_mm - theme.reach_top_px / theme.px_per_mm;
    theme.flat = usable_mm < FLAT_BELOW_MM;
    theme.short_page = is_short_page(&theme, usable_mm);
    init_types(&theme, short_side_mm);
    init_spaces(&theme, short_side_mm, usable_mm);
    memcpy(theme.colour, colours[theme.prefs.contrast], sizeof theme.colour);
    *out_theme = theme;
}

static double channel_luminance(uint32_t value)
{
    double c = value / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t colour)
{
    return 0.2126 * channel_luminance(colour >> 16 & 0xFF) + 0.7152 * channel_luminance(colour >> 8 & 0xFF) +
           0.0722 * channel_luminance(colour & 0xFF);
}

double ui_contrast_ratio(uint32_t a, uint32_t b)
{
    double la = luminance(a), lb = luminance(b);
    return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}
