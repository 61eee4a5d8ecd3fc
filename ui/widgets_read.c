/* Things to read. */
#include "board/base/utf8.h"
#include "ui/widgets_parts.h"
#include <stdio.h>
#include <string.h>

/* Of the panel's shorter side: a picture explains, it does not fill the page. */
enum { PICTURE_WIDTH_PERCENT = 58, ICON_WIDTH_PERCENT = 24 };

static struct ui_node *text(struct ui_node *parent, enum ui_role role, enum ui_type type, enum ui_tone tone,
                            const char *words)
{
    struct ui_node *label = ui_part_label(parent, type, tone, words);
    label->role = role;
    return label;
}

struct ui_node *ui_heading(struct ui_node *parent, const char *words)
{
    struct ui_node *label = text(parent, UI_ROLE_HEADING, UI_TYPE_HEADING, UI_TONE_INK, words);
    label->keep_with_next = true;
    return label;
}

struct ui_node *ui_section(struct ui_node *parent, const char *words)
{
    struct ui_node *label = text(parent, UI_ROLE_TEXT, UI_TYPE_TITLE, UI_TONE_INK, words);
    label->keep_with_next = true;
    return label;
}

struct ui_node *ui_paragraph(struct ui_node *parent, const char *words)
{
    struct ui_node *label = text(parent, UI_ROLE_TEXT, UI_TYPE_BODY, UI_TONE_INK, words);
    label->flows = true;
    return label;
}

struct ui_node *ui_help_text(struct ui_node *parent, const char *words)
{
    return text(parent, UI_ROLE_TEXT, UI_TYPE_HELP, UI_TONE_QUIET, words);
}

struct ui_node *ui_hint(struct ui_node *parent, const char *words)
{
    struct ui_node *label = ui_help_text(parent, words);
    label->leaves_at = UI_THRIFT_HINTS;
    return label;
}

struct ui_node *ui_remark(struct ui_node *parent, enum ui_tone tone, const char *words)
{
    return text(parent, UI_ROLE_STATUS, UI_TYPE_HELP, tone, words);
}

struct ui_node *ui_notice(struct ui_node *parent, const char *icon, const char *words)
{
    struct ui_node *row = ui_part_boxed_row(parent, UI_BOX_CAUTION, ui_space(parent, UI_SPACE_BUTTON));
    row->role = UI_ROLE_STATUS;
    if (ui_tree_theme(row->tree)->short_page)
        row->padding_y /= 2;
    ui_part_icon(row, icon, ui_space(row, UI_SPACE_ICON), UI_TONE_CAUTION);
    bool is_large = ui_tree_theme(row->tree)->prefs.text_size > UI_TEXT_NORMAL;
    ui_part_label(row, is_large ? UI_TYPE_HELP : UI_TYPE_TITLE, UI_TONE_INK, words)->grow = 1;
    return row;
}

/* A card to read on one line: where there is least room it is as high as its words. */
static struct ui_node *read_row(struct ui_node *parent, enum ui_space height)
{
    bool is_compact = ui_tree_theme(parent->tree)->compact;
    struct ui_node *row = ui_part_boxed_row(parent, UI_BOX_CARD, is_compact ? 0 : ui_space(parent, height));
    row->padding_y = is_compact ? row->padding_y / 2 : row->padding_y;
    row->role = UI_ROLE_TEXT;
    return row;
}

/* Where a page holds three or four lines, each of them has words on it, and nothing stands around them. */
static bool is_dense(const struct ui_theme *theme)
{
    return theme->compact || (theme->short_page && theme->prefs.text_size > UI_TEXT_NORMAL);
}

static struct ui_node *dense_row(struct ui_node *parent)
{
    struct ui_node *row = ui_node_add(parent, UI_ROW);
    row->role = UI_ROLE_TEXT;
    row->gap = ui_space(row, UI_SPACE_PADDING);
    row->flows = true;
    return row;
}

static struct ui_node *dense_paper(struct ui_node *parent, const char *icon, const char *name,
                                   const char *detail)
{
    struct ui_node *row = dense_row(parent);
    const char *words = lang_format(ui_tree_lang(row->tree), ui_tree_arena(row->tree), "paper.line", 2,
                                    (const char *const[]){name, detail});
    ui_part_icon(row, icon, ui_space(row, UI_SPACE_ICON), UI_TONE_ACCENT)->height =
        ui_tree_theme(row->tree)->line_height_px[UI_TYPE_CAPTION]; /* beside the first line */
    ui_part_label(row, UI_TYPE_CAPTION, UI_TONE_INK, *detail && words ? words : name)->grow = 1;
    return row;
}

struct ui_node *ui_paper(struct ui_node *parent, const char *icon, const char *name, const char *detail)
{
    if (is_dense(ui_tree_theme(parent->tree)))
        return dense_paper(parent, icon, name, detail);
    struct ui_node *row = read_row(parent, UI_SPACE_OPTION);
    ui_part_icon(row, icon, ui_space(row, UI_SPACE_ICON) * 5 / 4, UI_TONE_ACCENT);
    ui_part_two_lines(row, UI_TYPE_TITLE, name, detail);
    return row;
}

/* A full stop, not the one of "No. 5". */
static bool is_latin_end(uint32_t c, const char *p, const char *end)
{
    bool is_mark = c == '.' || c == '?' || c == ';';
    return is_mark && (p == end || (*p == ' ' && p + 1 < end && (p[1] < '0' || p[1] > '9')));
}

void ui_paragraphs(struct ui_node *parent, const char *words)
{
    if (is_dense(ui_tree_theme(parent->tree)) && *words) {
        ui_paragraph(parent, words);
        return;
    }
    for (const char *p = words, *start = words, *end = words + strlen(words); p < end;) {
        uint32_t c = utf8_next(&p, end);
        bool is_end =
            c == 0x3002 || c == 0xFF1F || c == 0xFF1B || c == '\n' || is_latin_end(c, p, end) || p == end;
        if (!is_end)
            continue;
        char *sentence = arena_alloc(ui_tree_arena(parent->tree), (size_t)(p - start) + 1);
        if (!sentence)
            return;
        memcpy(sentence, start, (size_t)(p - start));
        sentence[p - start] = '\0';
        ui_paragraph(parent, sentence);
        while (p < end && *p == ' ')
            p++;
        start = p;
    }
}

/* About how many characters wide: letters are half of one. */
static int width_of(const char *words)
{
    int halves = 0;
    for (const char *p = words, *end = words + strlen(words); p < end;)
        halves += utf8_next(&p, end) >= 0x2E80 ? 2 : 1;
    return halves / 2;
}

static void fill_wide_fact(struct ui_node *row, const char *name, const char *value)
{
    ui_part_label(row, UI_TYPE_CAPTION, UI_TONE_QUIET, name)->grow = 2;
    struct ui_node *label = ui_part_label(row, UI_TYPE_BODY, UI_TONE_INK, value);
    label->grow = 3;
    label->align = UI_ALIGN_END;
}

static void fill_tall_fact(struct ui_node *row, const char *name, const char *value)
{
    row->kind = UI_COLUMN;
    row->align = UI_ALIGN_START;
    row->gap = 0;
    ui_part_label(row, UI_TYPE_CAPTION, UI_TONE_QUIET, name);
    ui_part_label(row, UI_TYPE_BODY, UI_TONE_INK, value);
}

/* The name in a column of its own; above, where it is longer than that. */
static struct ui_node *dense_fact(struct ui_node *parent, const char *name, const char *value)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    int width = ui_page_width(theme) * 2 / 7;
    if (ui_words_width(theme, UI_TYPE_CAPTION, name) > width) {
        struct ui_node *label = ui_help_text(parent, name);
        label->keep_with_next = true;
        ui_paragraph(parent, value);
        return label;
    }
    struct ui_node *row = dense_row(parent);
    ui_part_label(row, UI_TYPE_CAPTION, UI_TONE_QUIET, name)->width = width;
    ui_part_label(row, UI_TYPE_CAPTION, UI_TONE_INK, value)->grow = 1;
    return row;
}

struct ui_node *ui_fact(struct ui_node *parent, const char *name, const char *value)
{
    enum { LONG_VALUE = 14, LONG_LARGEST_VALUE = 8, LONGEST_VALUE = 60 };
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    bool is_largest = theme->prefs.text_size == UI_TEXT_LARGEST;
    bool is_long = width_of(value) > (is_largest ? LONG_LARGEST_VALUE : LONG_VALUE);
    bool is_list = width_of(value) > LONGEST_VALUE;
    if (is_dense(theme))
        return dense_fact(parent, name, value);
    if (is_list || (is_long && (theme->short_page || is_largest))) { /* too high for a card */
        struct ui_node *label = ui_help_text(parent, name);
        label->keep_with_next = true;
        ui_paragraphs(parent, value);
        return label;
    }
    struct ui_node *row = read_row(parent, UI_SPACE_BUTTON);
    if (is_long)
        fill_tall_fact(row, name, value);
    else
        fill_wide_fact(row, name, value);
    return row;
}

/* The number beside what it is. */
static struct ui_node *flat_number(struct ui_node *parent, const char *caption, const char *number)
{
    struct ui_node *row = read_row(parent, UI_SPACE_BUTTON);
    row->role = UI_ROLE_STATUS;
    ui_part_label(row, UI_TYPE_CAPTION, UI_TONE_QUIET, caption)->grow = 1;
    ui_part_label(row, UI_TYPE_NUMBER, UI_TONE_INK, ui_grouped_digits(row, number));
    return row;
}

struct ui_node *ui_number(struct ui_node *parent, const char *caption, const char *number, const char *note)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    if (theme->compact && theme->prefs.text_size == UI_TEXT_NORMAL) {
        struct ui_node *row = flat_number(parent, caption, number);
        if (note)
            ui_hint(parent, note);
        return row;
    }
    struct ui_node *card = ui_node_add(parent, UI_COLUMN);
    card->role = UI_ROLE_STATUS;
    card->box = UI_BOX_CARD;
    card->padding_x = ui_space(card, UI_SPACE_PADDING);
    card->padding_y =
        theme->compact ? ui_space(card, UI_SPACE_SMALL) / 2 : ui_space(card, UI_SPACE_PADDING) * 3 / 4;
    ui_part_label(card, UI_TYPE_CAPTION, UI_TONE_QUIET, caption);
    ui_part_label(card, UI_TYPE_NUMBER, UI_TONE_INK, ui_grouped_digits(card, number));
    if (note && theme->short_page)
        ui_hint(parent, note);
    else if (note)
        ui_part_label(card, UI_TYPE_CAPTION, UI_TONE_QUIET, note);
    return card;
}

struct ui_node *ui_picture(struct ui_node *parent, const char *name, const char *label)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    struct ui_node *column = ui_node_add(parent, UI_COLUMN);
    column->grow = 1;
    column->align = UI_ALIGN_CENTER;
    column->leaves_at = UI_THRIFT_DECORATION;
    struct ui_node *picture = ui_node_add(column, UI_PICTURE);
    int shorter = theme->landscape ? theme->panel.height_px : theme->panel.width_px;
    bool is_icon =
        strncmp(name, "picture-", 8) != 0; /* drawn for beside words: large, its line would shout */
    picture->width = shorter * (is_icon ? ICON_WIDTH_PERCENT : PICTURE_WIDTH_PERCENT) / 100;
    picture->role = UI_ROLE_IMAGE;
    picture->icon = ui_node_copy(picture, name);
    picture->label = ui_node_copy(picture, label);
    picture->min_height = theme->space_px[theme->compact ? UI_SPACE_TARGET : UI_SPACE_TILE];
    picture->grow = 1;
    return picture;
}

struct ui_node *ui_verdict(struct ui_node *parent, enum ui_state state, const char *title, const char *detail)
{
    static const char *const icons[] = {"check", "clock", "clock", "cross"};
    struct ui_node *row = ui_node_add(parent, UI_ROW);
    row->role = UI_ROLE_HEADING;
    row->align = UI_ALIGN_CENTER;
    row->gap = ui_item_gap(ui_tree_theme(row->tree));
    row->keep_with_next = true;
    ui_part_badge(row, state, icons[state], ui_space(row, UI_SPACE_BIG_ICON) * 5 / 3);
    ui_part_two_lines(row, UI_TYPE_HEADING, title, detail);
    return row;
}

/* What is known beside what it is of: three of them on a 10.1" panel. */
static void fill_flat_step(struct ui_node *row, enum ui_state state, const char *icon, const char *title,
                           const char *detail)
{
    const struct ui_theme *theme = ui_tree_theme(row->tree);
    bool is_large = theme->prefs.text_size > UI_TEXT_NORMAL;
    enum ui_type type = is_large ? UI_TYPE_TITLE : UI_TYPE_ACTION;
    row->align = UI_ALIGN_CENTER;
    row->gap = ui_space(row, UI_SPACE_SMALL);
    ui_part_badge(row, state, icon, theme->line_height_px[type]);
    ui_part_label(row, type, UI_TONE_INK, title)->grow = is_large ? 4 : 3; /* the same for all steps */
    if (detail && *detail)
        ui_part_label(row, UI_TYPE_CAPTION, UI_TONE_QUIET, detail)->grow = 6;
}

struct ui_node *ui_step(struct ui_node *parent, enum ui_state state, const char *icon, const char *title,
                        const char *detail)
{
    struct ui_node *row = ui_node_add(parent, UI_ROW);
    row->role = UI_ROLE_STATUS;
    row->align = UI_ALIGN_START;
    row->gap = ui_item_gap(ui_tree_theme(row->tree));
    const char *shown = state == UI_STATE_DONE ? "check" : state == UI_STATE_FAILED ? "cross" : icon;
    if (ui_tree_theme(row->tree)->compact)
        fill_flat_step(row, state, shown, title, detail);
    else {
        ui_part_badge(row, state, shown, ui_space(row, UI_SPACE_BIG_ICON) * 5 / 4);
        ui_part_two_lines(row, UI_TYPE_TITLE, title, detail);
    }
    return row;
}

static const char *progress_words(struct ui_node *node, int part, int whole)
{
    char now[16], all[16];
    snprintf(now, sizeof now, "%d", part);
    snprintf(all, sizeof all, "%d", whole);
    const char *words = lang_format(ui_tree_lang(node->tree), ui_tree_arena(node->tree), "frame.progress", 2,
                                    (const char *const[]){now, all});
    return words ? words : "";
}

struct ui_node *ui_progress_label(struct ui_node *parent, int part, int whole)
{
    return text(parent, UI_ROLE_PROGRESS, UI_TYPE_BRAND, UI_TONE_ACCENT, progress_words(parent, part, whole));
}

struct ui_node *ui_progress(struct ui_node *parent, int part, int whole, int stop_action)
{
    struct ui_node *column = ui_node_add(parent, UI_COLUMN);
    column->gap = ui_space(column, UI_SPACE_SMALL);
    struct ui_node *row = ui_node_add(column, UI_ROW);
    row->align = UI_ALIGN_CENTER;
    if (whole > 0)
        ui_progress_label(row, part, whole)->grow = 1;
    else
        ui_part_spacer(row);
    if (stop_action != UI_ACTION_NONE) {
        struct ui_choice stop = {
            .id = "stop", .label = ui_node_say(row, "frame.stop"), .icon = "cross", .action = stop_action};
        struct ui_node *button = ui_part_button(row, UI_BUTTON_DANGER, UI_TYPE_ACTION, &stop);
        int height = ui_space(row, UI_SPACE_BUTTON) * 3 / 4, least = ui_space(row, UI_SPACE_TARGET);
        button->min_height = height > least ? height : least;
    }
    if (whole == 0)
        return column;
    struct ui_node *bar = ui_node_add(column, UI_SEGMENTS);
    bar->part = part;
    bar->whole = whole;
    bar->height = ui_space(bar, UI_SPACE_SMALL) * 4 / 3;
    return column;
}
