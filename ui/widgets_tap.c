/* Things to tap. */
#include "ui/widgets_parts.h"
#include <stdio.h>
#include <string.h>

enum { WORDS_WIDTH_MM = 220 };

/* Columns of tiles: wide enough that a service's name takes at most two lines; letters need more than
 * characters, and "registration" is not broken. What is said of a service below its name does not count: a
 * tile keeps its column when a device comes or goes. */
static int tile_columns(const struct ui_node *parent)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    enum ui_text_size size = theme->prefs.text_size;
    bool is_large = size > UI_TEXT_NORMAL;
    bool is_chinese = strncmp(lang_tag(ui_tree_lang(parent->tree)), "zh", 2) == 0;
    if (theme->compact)
        return is_large || !is_chinese ? 1 : 2;
    if (theme->landscape)
        return size == UI_TEXT_LARGEST && !is_chinese ? 1 : is_large ? 2 : 3;
    bool is_wordy = !is_chinese && (is_large || theme->panel.width_mm < WORDS_WIDTH_MM);
    return size == UI_TEXT_LARGEST || (is_large && theme->short_page) || is_wordy ? 1 : 2;
}

static struct ui_node *grid(struct ui_node *parent, int columns)
{
    struct ui_node *node = ui_node_add(parent, UI_GRID);
    node->columns = columns;
    node->gap = ui_space(node, UI_SPACE_GAP);
    return node;
}

struct ui_node *ui_tiles(struct ui_node *parent)
{
    int columns = tile_columns(parent);
    return columns > 1 ? grid(parent, columns) : parent; /* each as high as its own words */
}

struct ui_node *ui_options(struct ui_node *parent, int longest)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    int width = ui_page_width(theme) / 2;
    int around = 3 * theme->space_px[UI_SPACE_PADDING] + theme->space_px[UI_SPACE_ICON] * 6 / 5 +
                 theme->space_px[UI_SPACE_GAP] / 2;
    bool has_little_height = theme->landscape && theme->short_page;
    bool is_short = longest * theme->type_px[UI_TYPE_TITLE] + around <= width;
    return has_little_height && is_short ? grid(parent, 2) : parent;
}

static int answer_columns(const struct ui_theme *theme)
{
    return theme->landscape && theme->prefs.text_size == UI_TEXT_NORMAL && !theme->compact ? 2 : 1;
}

struct ui_node *ui_answers(struct ui_node *parent)
{
    int columns = answer_columns(ui_tree_theme(parent->tree));
    return columns > 1 ? grid(parent, columns) : parent; /* each as high as its own words */
}

static void fill_flat_tile(struct ui_node *tile, const struct ui_choice *choice)
{
    tile->kind = UI_ROW;
    tile->align = UI_ALIGN_CENTER;
    tile->gap = tile->padding_x * 3 / 4;
    if (choice->icon)
        ui_part_icon(tile, choice->icon, ui_space(tile, UI_SPACE_BIG_ICON), UI_TONE_ACCENT);
    /* two rows of two lines each are what a 10.1" panel holds */
    const struct ui_theme *theme = ui_tree_theme(tile->tree);
    bool is_least = theme->compact && (tile->parent->columns > 1 || theme->prefs.text_size == UI_TEXT_NORMAL);
    struct ui_node *words =
        ui_part_two_lines(tile, is_least ? UI_TYPE_ACTION : UI_TYPE_TITLE, choice->label, NULL);
    if (choice->detail)
        ui_part_label(words, is_least ? UI_TYPE_BAR : UI_TYPE_CAPTION, UI_TONE_CAUTION, choice->detail);
}

struct ui_node *ui_tile(struct ui_node *tiles, const struct ui_choice *choice)
{
    struct ui_node *tile = ui_node_add(tiles, UI_COLUMN);
    ui_part_identify(tile, UI_ROLE_BUTTON, choice);
    tile->box = UI_BOX_OPTION;
    const struct ui_theme *theme = ui_tree_theme(tile->tree);
    bool is_flat = theme->flat || theme->short_page || tiles->columns <= 1;
    tile->min_height = ui_space(tile, theme->short_page ? UI_SPACE_BUTTON
                                      : is_flat         ? UI_SPACE_OPTION
                                                        : UI_SPACE_TILE);
    tile->padding_x = ui_space(tile, UI_SPACE_PADDING);
    tile->padding_y =
        theme->short_page ? 2 * ui_space(tile, UI_SPACE_LINE) : ui_space(tile, UI_SPACE_PADDING) * 3 / 4;
    if (is_flat) {
        fill_flat_tile(tile, choice);
        return tile;
    }
    if (choice->icon)
        ui_part_icon(tile, choice->icon, ui_space(tile, UI_SPACE_BIG_ICON), UI_TONE_ACCENT);
    ui_part_spacer(tile);
    ui_part_label(tile, UI_TYPE_TITLE, UI_TONE_INK, choice->label);
    if (choice->detail)
        ui_part_label(tile, UI_TYPE_CAPTION, UI_TONE_CAUTION, choice->detail);
    return tile;
}

static struct ui_node *marked(struct ui_node *parent, enum ui_role role, const struct ui_choice *choice)
{
    struct ui_node *row = ui_part_boxed_row(parent, UI_BOX_OPTION, ui_space(parent, UI_SPACE_OPTION));
    ui_part_identify(row, role, choice);
    struct ui_node *mark = ui_node_add(row, UI_MARK);
    mark->width = mark->height = ui_space(row, UI_SPACE_ICON) * 6 / 5;
    mark->tone = UI_TONE_QUIET;
    if (choice->icon)
        ui_part_icon(row, choice->icon, ui_space(row, UI_SPACE_ICON), UI_TONE_ACCENT);
    ui_part_two_lines(row, UI_TYPE_TITLE, choice->label, choice->detail);
    return row;
}

struct ui_node *ui_option(struct ui_node *parent, const struct ui_choice *choice)
{
    return marked(parent, UI_ROLE_OPTION, choice);
}

struct ui_node *ui_tick(struct ui_node *parent, const struct ui_choice *choice)
{
    return marked(parent, UI_ROLE_TICK, choice);
}

struct ui_node *ui_button(struct ui_node *parent, enum ui_button_kind kind, const struct ui_choice *choice)
{
    struct ui_node *button = ui_part_button(parent, kind, UI_TYPE_ACTION, choice);
    if (parent->kind == UI_ROW)
        button->grow = 1;
    return button;
}

struct ui_node *ui_button_row(struct ui_node *parent)
{
    struct ui_node *row = ui_node_add(parent, UI_ROW);
    row->gap = ui_space(row, UI_SPACE_GAP);
    return row;
}

enum { PORTRAIT_WIDTH = 102, PORTRAIT_HEIGHT = 126 };

/* As high as the row's two lines, in the proportions of the photo on an ID card. */
static void add_portrait(struct ui_node *row, const struct ui_image *image)
{
    bool is_neutral = !image->pixels;
    struct ui_node *node = ui_node_add(row, is_neutral ? UI_PICTURE : UI_IMAGE);
    char id[48];
    snprintf(id, sizeof id, "portrait:%s", row->id);
    node->id = ui_node_copy(node, id); /* without a role: who listens hears the name */
    node->icon = is_neutral ? "picture-neutral-portrait" : NULL;
    node->image = *image;
    node->height = row->min_height - 2 * row->padding_y;
    node->width = node->height * PORTRAIT_WIDTH / PORTRAIT_HEIGHT;
}

int ui_answer_room(const struct ui_tree *tree, const char *name)
{
    const struct ui_theme *theme = ui_tree_theme(tree);
    int columns = answer_columns(theme);
    int row = ui_column_width(ui_page_width(theme), columns, theme->space_px[UI_SPACE_GAP]);
    int around =
        2 * (theme->space_px[UI_SPACE_PADDING] + theme->space_px[UI_SPACE_ICON] + ui_item_gap(theme));
    int name_px = columns > 1 ? 0 : ui_words_width(theme, UI_TYPE_CAPTION, name);
    return (row - around - name_px) * 10 / theme->type_px[UI_TYPE_TITLE];
}

/* Where a page holds few lines. Rows that stand beside each other themselves would come out uneven. */
static bool shares_line(const struct ui_node *row, const struct ui_answer *answer)
{
    bool has_few_lines = ui_tree_theme(row->tree)->short_page && row->parent->columns <= 1;
    return answer->is_sign_enough && has_few_lines && !answer->portrait &&
           ui_tenths(answer->value) <= ui_answer_room(row->tree, answer->name);
}

/* Where the badge's words stand. */
enum badge { BADGE_BESIDE, BADGE_ABOVE, BADGE_NONE };
enum { WORDY_BADGE = 60 }; /* tenths of an em */

static enum badge badge_of(const struct ui_node *row, const struct ui_answer *answer)
{
    const struct ui_theme *theme = ui_tree_theme(row->tree);
    enum ui_text_size size = theme->prefs.text_size;
    bool is_sign_enough = answer->is_sign_enough && theme->short_page && answer->badge_icon;
    if (!answer->badge || is_sign_enough)
        return BADGE_NONE;
    bool is_tight = size > (theme->short_page ? UI_TEXT_NORMAL : UI_TEXT_LARGE);
    bool is_narrow = /* the answer needs the width */
        row->parent->columns > 1 || theme->compact || size > UI_TEXT_NORMAL ||
        ui_tenths(answer->badge) > WORDY_BADGE;
    bool is_source = answer->action == UI_ACTION_NONE && is_narrow;
    return is_tight || is_source ? BADGE_ABOVE : BADGE_BESIDE;
}

static void add_badge_icon(struct ui_node *row, const struct ui_answer *answer, enum badge badge)
{
    int side = ui_space(row, UI_SPACE_ICON);
    if (answer->badge_icon)
        ui_part_icon(row, answer->badge_icon, badge == BADGE_NONE ? side : side * 3 / 4, UI_TONE_ACCENT);
}

static void fill_one_line(struct ui_node *row, const struct ui_answer *answer)
{
    int least = ui_space(row, UI_SPACE_TARGET);
    row->min_height = row->min_height > least ? row->min_height : least;
    ui_part_label(row, UI_TYPE_CAPTION, UI_TONE_QUIET, answer->name)->grow = 1;
    ui_part_label(row, UI_TYPE_TITLE, UI_TONE_INK, answer->value);
    add_badge_icon(row, answer, BADGE_NONE);
}

static void fill_two_lines(struct ui_node *row, const struct ui_answer *answer)
{
    enum badge badge = badge_of(row, answer);
    char both[512];
    snprintf(both, sizeof both, "%s · %s", answer->name, answer->badge ? answer->badge : "");
    if (answer->portrait)
        add_portrait(row, answer->portrait);
    struct ui_node *column = ui_node_add(row, UI_COLUMN);
    column->grow = 1;
    ui_part_label(column, UI_TYPE_CAPTION, UI_TONE_QUIET, badge == BADGE_ABOVE ? both : answer->name);
    ui_part_label(column, UI_TYPE_TITLE, UI_TONE_INK, answer->value);
    add_badge_icon(row, answer, badge);
    if (badge == BADGE_BESIDE)
        ui_part_label(row, UI_TYPE_ACTION, UI_TONE_ACCENT, answer->badge);
}

struct ui_node *ui_answer(struct ui_node *parent, const struct ui_answer *answer)
{
    bool can_change = answer->action != UI_ACTION_NONE;
    struct ui_node *row = ui_part_boxed_row(parent, can_change ? UI_BOX_OPTION : UI_BOX_CARD,
                                            ui_space(parent, UI_SPACE_OPTION));
    row->min_height = row->min_height * 3 / 4;
    row->padding_y = row->padding_y / 2;
    row->role = can_change ? UI_ROLE_BUTTON : UI_ROLE_TEXT;
    row->id = ui_node_copy(row, answer->id);
    row->action = answer->action;
    row->arg = answer->arg;
    if (shares_line(row, answer))
        fill_one_line(row, answer);
    else
        fill_two_lines(row, answer);
    return row;
}

enum { FACES = 5 };

/* The word under a face grows with the text where the longest still stands on one line. */
static enum ui_type face_type(const struct ui_node *faces)
{
    const struct ui_theme *theme = ui_tree_theme(faces->tree);
    int width = ui_page_width(theme), longest = 0;
    if (theme->landscape && !theme->short_page) /* what is asked stands beside */
        width = width / 2;
    for (int i = 1; i <= FACES; i++) {
        char word[16];
        snprintf(word, sizeof word, "face.%d", i);
        int own = ui_words_width(theme, UI_TYPE_HELP, ui_node_say(faces, word));
        longest = own > longest ? own : longest;
    }
    int room = ui_column_width(width, FACES, faces->gap) - 2 * theme->space_px[UI_SPACE_SMALL];
    return longest <= room ? UI_TYPE_HELP : UI_TYPE_BAR;
}

struct ui_node *ui_faces(struct ui_node *parent, int action, int selected)
{
    struct ui_node *faces = grid(parent, FACES);
    enum ui_type type = face_type(faces);
    for (int i = 1; i <= FACES; i++) {
        char id[16], word[16], icon[16];
        snprintf(id, sizeof id, "face:%d", i);
        snprintf(word, sizeof word, "face.%d", i);
        snprintf(icon, sizeof icon, "face-%d", i);
        struct ui_node *face = ui_node_add(faces, UI_COLUMN);
        ui_part_identify(
            face, UI_ROLE_OPTION,
            &(struct ui_choice){.id = id, .action = action, .arg = i, .is_selected = i == selected});
        face->box = UI_BOX_OPTION;
        face->align = face->main_align = UI_ALIGN_CENTER;
        face->min_height = ui_space(face, UI_SPACE_TILE);
        face->padding_x = ui_space(face, UI_SPACE_SMALL) / 2;
        face->padding_y = ui_space(face, UI_SPACE_SMALL);
        face->gap = ui_space(face, UI_SPACE_SMALL);
        ui_part_icon(face, icon, ui_space(face, UI_SPACE_BIG_ICON), UI_TONE_ACCENT);
        ui_part_label(face, type, UI_TONE_INK, ui_node_say(face, word))->align = UI_ALIGN_CENTER;
    }
    return faces;
}
