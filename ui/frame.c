#include "ui/frame.h"
#include "ui/layout_parts.h"
#include "ui/widgets_parts.h"
#include <string.h>

/* Shares of the action row. */
enum { SHARE_SIDE = 13, SHARE_PRIMARY = 20, SHARE_EMPTY = 14 };

/* ---- top bar ---- */

/* From this width of the panel there is room for a sentence about the link. */
enum { WIDE_BAR_MM = 240 };

static void add_status(struct ui_node *bar, const struct ui_frame *frame)
{
    bool is_down = frame->link == UI_LINK_DOWN;
    bool is_narrow = ui_tree_theme(bar->tree)->panel.width_mm < WIDE_BAR_MM;
    const char *down = is_narrow ? "frame.link_down_short" : "frame.link_down";
    const char *words = frame->status ? frame->status : ui_node_say(bar, is_down ? down : "frame.link_up");
    if (!frame->status && frame->link == UI_LINK_UNKNOWN)
        return;
    enum ui_tone tone = is_down || frame->status ? UI_TONE_CAUTION : UI_TONE_QUIET;
    const char *icon = frame->status ? "warning" : is_down ? "link-off" : "link";
    struct ui_node *status = ui_node_add(bar, UI_ROW);
    status->role = UI_ROLE_STATUS;
    status->id = ui_node_copy(status, "status");
    status->align = UI_ALIGN_CENTER;
    status->gap = ui_space(status, UI_SPACE_SMALL);
    ui_part_icon(status, icon, ui_tree_theme(bar->tree)->type_px[UI_TYPE_BAR], tone);
    ui_part_label(status, UI_TYPE_BAR, tone, words);
}

/* For the state of the link. */
static bool has_room_beside(const struct ui_node *bar, const char *title)
{
    const struct ui_theme *theme = ui_tree_theme(bar->tree);
    return ui_words_width(theme, UI_TYPE_ACTION, title) < ui_page_width(theme) * 3 / 5;
}

/* The question instead of name and place: the last thing that thrift takes from a page. */
static void add_title(struct ui_node *bar, const char *words)
{
    for (struct ui_node *part = bar->first; part; part = part->next)
        part->leaves_at = UI_THRIFT_KEYS;
    struct ui_node *title = ui_part_label(bar, UI_TYPE_ACTION, UI_TONE_INK, words);
    title->role = UI_ROLE_HEADING;
    title->comes_at = UI_THRIFT_KEYS;
    title->max_lines = 1;
    title->grow = 1;
}

/* Little height: progress and "stop" stand in the bars, words without icons. */
static bool has_tight_page(const struct ui_theme *theme)
{
    return theme->compact || (theme->landscape && theme->short_page);
}

static void add_top_bar(struct ui_node *root, const struct ui_frame *frame)
{
    struct ui_node *bar = ui_node_add(root, UI_ROW);
    bar->box = UI_BOX_TOP_BAR;
    bar->align = UI_ALIGN_CENTER;
    bar->height = ui_space(bar, UI_SPACE_TOP_BAR);
    bar->padding_x = ui_space(bar, UI_SPACE_MARGIN);
    bar->gap = ui_item_gap(ui_tree_theme(bar->tree));
    if (has_tight_page(ui_tree_theme(bar->tree)) && frame->whole > 0) {
        ui_progress_label(bar, frame->part, frame->whole);
    } else {
        ui_part_label(bar, UI_TYPE_BRAND, UI_TONE_ACCENT, ui_node_say(bar, "frame.brand"));
        if (frame->place)
            ui_part_label(bar, UI_TYPE_BAR, UI_TONE_QUIET, frame->place);
    }
    if (frame->title)
        add_title(bar, frame->title);
    ui_part_spacer(bar)->leaves_at = frame->title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    add_status(bar, frame);
    if (frame->title && !has_room_beside(bar, frame->title))
        bar->last->leaves_at = UI_THRIFT_KEYS;
}

/* ---- help bar ---- */

/* "Stop" has the longest word. */
enum { SHARE_HELP_KEY = 3, SHARE_STOP_KEY = 4 };

static struct ui_node *add_help_key(struct ui_node *bar, const struct ui_choice *choice)
{
    struct ui_node *key = ui_node_add(bar, UI_COLUMN);
    ui_part_identify(key, UI_ROLE_BUTTON, choice);
    key->box = UI_BOX_HELP_KEY;
    key->grow = choice->action == UI_ACTION_STOP ? SHARE_STOP_KEY : SHARE_HELP_KEY;
    key->align = key->main_align = UI_ALIGN_CENTER;
    enum ui_tone tone = choice->action == UI_ACTION_STOP ? UI_TONE_DANGER : UI_TONE_INK;
    ui_part_icon(key, choice->icon, ui_space(key, UI_SPACE_HELP_BAR) / 3, tone);
    ui_part_label(key, UI_TYPE_BAR, tone, choice->label)->align = UI_ALIGN_CENTER;
    return key;
}

static void add_voice_key(struct ui_node *bar, enum ui_voice voice)
{
    static const struct {
        const char *icon, *words;
    } voices[UI_VOICES] = {[UI_VOICE_USUAL] = {"sound", "frame.voice"},
                           [UI_VOICE_LOUD] = {"sound-loud", "frame.voice_loud"},
                           [UI_VOICE_SLOW] = {"sound-slow", "frame.voice_slow"},
                           [UI_VOICE_OFF] = {"sound-off", "frame.voice_off"}};
    add_help_key(bar, &(struct ui_choice){.id = "voice",
                                          .label = ui_node_say(bar, voices[voice].words),
                                          .icon = voices[voice].icon,
                                          .action = UI_ACTION_VOICE});
}

static void add_settings(struct ui_node *bar, const struct ui_frame *frame)
{
    add_help_key(bar, &(struct ui_choice){.id = "text-size",
                                          .label = ui_node_say(bar, "frame.text_size"),
                                          .icon = "text-size",
                                          .action = UI_ACTION_TEXT_SIZE});
    add_help_key(bar, &(struct ui_choice){.id = "contrast",
                                          .label = ui_node_say(bar, "frame.contrast"),
                                          .icon = "contrast",
                                          .action = UI_ACTION_CONTRAST});
    add_voice_key(bar, frame->voice);
    if (frame->other_language) /* whose name is in it, which this one's voice cannot say */
        add_help_key(bar, &(struct ui_choice){.id = "language",
                                              .label = frame->other_language,
                                              .icon = "globe",
                                              .action = UI_ACTION_LANGUAGE})
            ->label = ui_node_say(bar, "frame.language_said");
}

static void add_help_bar(struct ui_node *root, const struct ui_frame *frame)
{
    const struct ui_theme *theme = ui_tree_theme(root->tree);
    struct ui_node *bar = ui_node_add(root, UI_ROW);
    bar->box = UI_BOX_BAR;
    bar->height = ui_space(bar, UI_SPACE_HELP_BAR);
    bar->gap = ui_space(bar, UI_SPACE_GAP);
    bar->padding_x = ui_space(bar, UI_SPACE_GAP);
    bar->padding_y = ui_space(bar, UI_SPACE_HELP_BAR) / 18;
    add_settings(bar, frame);
    if (frame->has_stop && has_tight_page(theme))
        add_help_key(bar, &(struct ui_choice){.id = "stop",
                                              .label = ui_node_say(bar, "frame.stop"),
                                              .icon = "cross",
                                              .action = UI_ACTION_STOP});
    const char *reach = theme->prefs.low_reach ? "frame.normal_reach" : "frame.low_reach";
    if (!theme->compact) /* which has no low part to move to */
        add_help_key(bar, &(struct ui_choice){.id = "low-reach",
                                              .label = ui_node_say(bar, reach),
                                              .icon = "wheelchair",
                                              .action = UI_ACTION_LOW_REACH});
    add_help_key(bar, &(struct ui_choice){.id = "help",
                                          .label = ui_node_say(bar, "frame.help"),
                                          .icon = "help",
                                          .action = UI_ACTION_HELP,
                                          .key = UI_KEY_HELP});
}

/* ---- action row ---- */

static struct ui_node *add_action(struct ui_node *row, enum ui_button_kind kind,
                                  const struct ui_choice *choice, int share)
{
    struct ui_choice shown = *choice;
    if (has_tight_page(ui_tree_theme(row->tree)))
        shown.icon = NULL;
    struct ui_node *button = ui_part_button(row, kind, UI_TYPE_ACTION, &shown);
    button->grow = share;
    return button;
}

static void add_pager(struct ui_node *parent)
{
    bool is_in_row = parent->kind == UI_ROW;
    struct ui_choice more = {.id = UI_PAGER_ID,
                             .label = ui_node_say(parent, "frame.more_short"), /* layout knows the pages */
                             .icon = is_in_row ? NULL : "down",
                             .action = UI_ACTION_PAGE};
    add_action(parent, UI_BUTTON_SECONDARY, &more, is_in_row ? SHARE_SIDE : 0);
}

static struct ui_choice frame_choice(const struct ui_node *node, const char *id, const char *words,
                                     const char *words_id, const char *icon, int action, enum ui_key key)
{
    return (struct ui_choice){.id = id,
                              .label = words ? words : ui_node_say(node, words_id),
                              .icon = icon,
                              .action = action,
                              .key = key};
}

static void add_actions(struct ui_node *root, const struct ui_frame *frame)
{
    const struct ui_theme *theme = ui_tree_theme(root->tree);
    struct ui_node *row = ui_node_add(root, UI_ROW);
    row->id = ui_node_copy(row, "actions");
    row->gap = ui_space(row, UI_SPACE_GAP);
    row->padding_x = ui_space(row, UI_SPACE_MARGIN);
    int keys = frame->has_back + frame->has_repeat + (frame->secondary != NULL) + (frame->primary != NULL);
    bool is_tight = has_tight_page(theme), has_room = keys < 3 && !is_tight;
    struct ui_choice back = frame_choice(row, "back", frame->back_label, "frame.back",
                                         is_tight ? NULL : "back", UI_ACTION_BACK, UI_KEY_BACK);
    struct ui_choice repeat = frame_choice(row, "repeat", frame->repeat_label, "frame.repeat",
                                           has_room ? "repeat" : NULL, UI_ACTION_REPEAT, UI_KEY_REPEAT);
    if (frame->has_back)
        add_action(row, UI_BUTTON_SECONDARY, &back, SHARE_SIDE);
    if (frame->has_repeat)
        add_action(row, UI_BUTTON_SECONDARY, &repeat, SHARE_SIDE);
    if (theme->landscape)
        add_pager(row);
    if (frame->spare)
        add_action(row, UI_BUTTON_SECONDARY, frame->spare, SHARE_SIDE)->comes_at = UI_THRIFT_KEYS;
    if (frame->secondary)
        add_action(row, UI_BUTTON_SECONDARY, frame->secondary, frame->has_back ? SHARE_SIDE : SHARE_PRIMARY);
    if (theme->landscape && !is_tight)
        ui_part_spacer(row)->grow = SHARE_EMPTY;
    if (frame->primary)
        add_action(row, UI_BUTTON_PRIMARY, frame->primary, SHARE_PRIMARY)->waits_for_last =
            frame->primary_waits;
}

/* ---- the page ---- */

static struct ui_node *add_column(struct ui_node *parent, enum ui_kind kind, int gap)
{
    struct ui_node *column = ui_node_add(parent, kind);
    column->gap = gap;
    return column;
}

static struct ui_node *add_pages(struct ui_node *parent, const struct ui_frame *frame)
{
    struct ui_node *pages = add_column(parent, UI_PAGES, ui_space(parent, UI_SPACE_GAP));
    pages->grow = 1;
    pages->part = frame->page;
    return pages;
}

static struct ui_node *add_ask(struct ui_node *parent)
{
    struct ui_node *ask = add_column(parent, UI_COLUMN, ui_space(parent, UI_SPACE_SMALL));
    ask->keep_with_next = true;
    return ask;
}

/* What is asked, unless it already stands above the reach of the hand. */
static void put_ask(struct ui_node *parent, struct ui_page *out_page)
{
    if (!out_page->ask)
        out_page->ask = add_ask(parent);
}

static struct ui_node *add_extra(struct ui_node *parent)
{
    return add_column(parent, UI_COLUMN, ui_space(parent, UI_SPACE_GAP));
}

static void add_page_progress(struct ui_node *parent, const struct ui_frame *frame)
{
    if (frame->whole > 0 || frame->has_stop)
        ui_progress(parent, frame->part, frame->whole, frame->has_stop ? UI_ACTION_STOP : UI_ACTION_NONE);
}

/* In landscape it is in the action row. */
static void add_portrait_pager(struct ui_node *main)
{
    if (!ui_tree_theme(main->tree)->landscape)
        add_pager(main);
}

static void fill_stacked(struct ui_node *main, const struct ui_frame *frame, struct ui_page *out_page)
{
    add_page_progress(main, frame);
    put_ask(main, out_page);
    out_page->body = add_pages(main, frame);
    add_portrait_pager(main);
    out_page->extra = add_extra(main);
}

static void fill_side_by_side(struct ui_node *main, const struct ui_frame *frame, struct ui_page *out_page)
{
    main->kind = UI_ROW;
    main->gap = ui_space(main, UI_SPACE_MARGIN) * 3 / 2;
    struct ui_node *left = add_column(main, UI_COLUMN, ui_space(main, UI_SPACE_GAP));
    left->grow = 2;
    add_page_progress(left, frame);
    put_ask(left, out_page);
    struct ui_node *right = add_column(main, UI_COLUMN, ui_space(main, UI_SPACE_GAP));
    right->grow = 3;
    out_page->body = add_pages(right, frame);
    out_page->extra = add_extra(right);
}

/* Everything pages down together: where there is little height, nothing may stand still but the bars. */
static void fill_short(struct ui_node *main, const struct ui_frame *frame, struct ui_page *out_page)
{
    if (!has_tight_page(ui_tree_theme(main->tree))) /* else it is in the bars */
        add_page_progress(main, frame);
    out_page->body = add_pages(main, frame);
    put_ask(out_page->body, out_page);
    out_page->extra = add_extra(out_page->body);
    out_page->extra->stays_last = true;
    add_portrait_pager(main);
}

static void add_main(struct ui_node *root, const struct ui_frame *frame, struct ui_page *out_page)
{
    const struct ui_theme *theme = ui_tree_theme(root->tree);
    struct ui_node *main = add_column(root, UI_COLUMN, ui_space(root, UI_SPACE_GAP));
    main->grow = 1;
    main->padding_x = ui_space(main, UI_SPACE_MARGIN);
    if (theme->short_page)
        fill_short(main, frame, out_page);
    else if (theme->landscape && !frame->is_wide)
        fill_side_by_side(main, frame, out_page);
    else
        fill_stacked(main, frame, out_page);
}

static void add_gap(struct ui_node *root, int height_px)
{
    ui_node_add(root, UI_COLUMN)->height = height_px;
}

/* Low reach: what is only read stays above, right over the controls, which all move down. */
static void add_upper(struct ui_node *root, int height_px, struct ui_page *out_page)
{
    struct ui_node *upper = ui_node_add(root, UI_COLUMN);
    upper->height = height_px;
    upper->padding_x = ui_space(upper, UI_SPACE_MARGIN);
    upper->main_align = UI_ALIGN_END;
    out_page->ask = add_ask(upper);
}

static void add_top(struct ui_node *root, const struct ui_frame *frame, struct ui_page *out_page)
{
    int reach_top = ui_tree_theme(root->tree)->reach_top_px, bar = ui_space(root, UI_SPACE_TOP_BAR);
    bool has_upper = reach_top > 4 * bar; /* a heading of three lines fits */
    if (reach_top > 0 && !has_upper)
        add_gap(root, reach_top);
    add_top_bar(root, frame);
    if (has_upper)
        add_upper(root, reach_top - bar, out_page);
}

struct ui_page ui_frame_build(struct ui_tree *tree, const struct ui_frame *frame)
{
    struct ui_node *root = ui_tree_root(tree);
    struct ui_page page = {0};
    if (frame->screen)
        ui_tree_set_name(tree, frame->screen);
    ui_tree_set_turn(tree, frame->turn);
    add_top(root, frame, &page);
    bool is_compact = ui_tree_theme(tree)->compact;
    add_gap(root, is_compact ? ui_space(root, UI_SPACE_SMALL) / 2 : ui_space(root, UI_SPACE_PADDING));
    add_main(root, frame, &page);
    add_gap(root, ui_space(root, UI_SPACE_GAP));
    add_actions(root, frame);
    int below = ui_space(root, UI_SPACE_PADDING), least = ui_space(root, UI_SPACE_GAP);
    add_gap(root, below > least ? below : least);
    add_help_bar(root, frame);
    return page;
}
