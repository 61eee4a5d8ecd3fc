/* The question screen: what each kind of input looks like. */
#include "app/journey/screens.h"

#include <stdio.h>
#include <string.h>

/* ---- choices ---- */

static void add_choice(struct ui_node *grid, const struct view_question *view, const struct view_choice *seen)
{
    char id[32];
    snprintf(id, sizeof id, "choice:%d", seen->index);
    const struct ui_choice choice = {
        .id = id,
        .label = seen->label,
        .detail = seen->detail,
        .action = ACTION_CHOICE,
        .arg = seen->index,
        .place = seen->place,
        .image = seen->image.pixels ? &seen->image : NULL,
        .is_selected = seen->is_selected,
    };
    bool is_one = view->input == VIEW_ONE;
    if (view->input == VIEW_RANK)
        ui_ranked(grid, &choice);
    else if (view->columns != VIEW_ONE_COLUMN)
        ui_pictured(grid, is_one ? UI_ROLE_OPTION : UI_ROLE_TICK, &choice);
    else if (is_one)
        ui_option(grid, &choice);
    else
        ui_tick(grid, &choice);
}

/* In characters; a letter is half of one. */
static int longest_label(const struct view_question *view)
{
    size_t longest = 0;
    for (size_t i = 0; i < view->choice_count; i++) {
        const char *label = view->choices[i].label;
        size_t halves = 0;
        for (const char *p = label; *p; p++)
            halves += (unsigned char)*p < 0x80 ? 1 : ((unsigned char)*p & 0xC0) == 0xC0 ? 2 : 0;
        longest = halves > longest ? halves : longest;
    }
    return (int)(longest + 1) / 2;
}

/* Options of a list keep each its own row: only what is wanted in columns, or is many, stands side by side.
 */
static void choices(struct ui_page *page, const struct view_question *view)
{
    if (view->find_note)
        ui_help_text(page->ask, view->find_note);
    bool is_list = view->columns == VIEW_ONE_COLUMN || view->input == VIEW_RANK;
    struct ui_node *grid =
        is_list ? page->body
                : ui_option_columns(page->body, view->choice_count, view->columns, longest_label(view));
    for (size_t i = 0; i < view->choice_count; i++)
        add_choice(grid, view, &view->choices[i]);
    if (view->can_find)
        ui_button(page->extra, UI_BUTTON_SECONDARY,
                  &(struct ui_choice){.id = "find",
                                      .label = ui_node_say(page->extra, "question.find"),
                                      .icon = "search",
                                      .action = ACTION_FIND});
}

/* ---- fields ---- */

static struct ui_field field_of(struct ui_node *parent, const struct view_question *view)
{
    return (struct ui_field){
        .id = "field",
        .text = view->input == VIEW_DIGITS ? ui_grouped_digits(parent, view->text) : view->text,
        .placeholder = ui_node_say(parent, "question.nothing_yet"),
        .erase_action = ACTION_ERASE,
        .has_caret = true,
    };
}

static void field(struct ui_node *parent, const struct view_question *view)
{
    struct ui_field line = field_of(parent, view);
    ui_field(parent, &line);
}

static void digits(struct ui_node *parent, const struct view_question *view)
{
    struct ui_field line = field_of(parent, view);
    ui_number_field(parent, &line, ACTION_KEY, view->extra_keys);
}

static void text_input(struct ui_page *page, const struct view_question *view)
{
    const struct view_text_input *typing = &view->typing;
    ui_writing(page->body, &(struct ui_writing){.field = field_of(page->body, view),
                                                .has_candidates = typing->has_candidates,
                                                .candidates = typing->candidates,
                                                .candidate_count = typing->candidate_count,
                                                .first_candidate = typing->first_candidate,
                                                .candidate_action = ACTION_CANDIDATE,
                                                .more_action = ACTION_MORE_CANDIDATES,
                                                .has_pad = typing->has_pad,
                                                .strokes = typing->strokes,
                                                .clear_action = ACTION_CLEAR,
                                                .keys = typing->keys,
                                                .key_count = typing->key_count,
                                                .key_action = ACTION_TEXT_KEY,
                                                .group = typing->open_group,
                                                .group_action = ACTION_KEY_GROUP,
                                                .ways = typing->ways,
                                                .way_count = typing->way_count,
                                                .way = typing->way,
                                                .way_action = ACTION_WAY});
}

/* "1948 年 2 月，几号？": what is known, and what this step wants. */
static void step_hint(struct ui_page *page, const struct view_question *view)
{
    static const char *const ids[] = {[VIEW_YEAR] = "question.year_hint",
                                      [VIEW_MONTH] = "question.month_hint",
                                      [VIEW_DAY] = "question.day_hint",
                                      [VIEW_HOUR] = "question.hour_hint",
                                      [VIEW_MINUTE] = "question.minute_hint"};
    struct ui_tree *tree = page->ask->tree;
    char year[12], month[12], day[12];
    snprintf(year, sizeof year, "%d", view->year);
    snprintf(month, sizeof month, "%d", view->month);
    snprintf(day, sizeof day, "%d", view->day);
    const char *values[] = {year, month, day};
    bool is_time_only = view->input == VIEW_HOUR && view->year == 0;
    if (!is_time_only)
        ui_help_text(page->ask,
                     lang_format(ui_tree_lang(tree), ui_tree_arena(tree), ids[view->input], 3, values));
}

static void minutes(struct ui_page *page, const struct view_question *view)
{
    char text[16];
    snprintf(text, sizeof text, "%d:%s", view->hour, *view->text ? view->text : "00");
    struct ui_field line = field_of(page->body, view);
    line.text = text;
    ui_number_field(page->body, &line, ACTION_KEY, "");
}

/* ---- amounts and the place ---- */

static void range(struct ui_page *page, const struct view_question *view)
{
    ui_stepper(page->body, &(struct ui_stepper){.value = view->text,
                                                .bounds = view->bounds,
                                                .action = ACTION_STEP,
                                                .leap = view->leap,
                                                .is_least = view->is_least,
                                                .is_most = view->is_most});
}

static void place(struct ui_page *page, const struct view_question *view)
{
    if (view->choice_count == 0)
        return;
    ui_tick(page->body, &(struct ui_choice){.id = "choice:0",
                                            .label = view->choices[0].label,
                                            .detail = view->choices[0].detail,
                                            .action = ACTION_CHOICE,
                                            .is_selected = view->choices[0].is_selected});
}

/* ---- pad and camera ---- */

static void signature(struct ui_page *page, const struct view_question *view)
{
    struct ui_node *body = page->body;
    const struct ui_choice clear = {
        .id = "clear", .label = ui_node_say(body, "question.clear"), .icon = "trash", .action = ACTION_CLEAR};
    ui_pad(body, &(struct ui_pad){
                     .id = "pad",
                     .label = ui_node_say(body, "question.pad"),
                     .hint = ui_node_say(body, "question.pad_hint"),
                     .strokes = view->strokes,
                     .clear = &clear,
                 });
    ui_button(page->extra, UI_BUTTON_SECONDARY,
              &(struct ui_choice){.id = "cannot-sign",
                                  .label = ui_node_say(body, "question.cannot_sign"),
                                  .action = ACTION_CANNOT_SIGN});
}

/* Until the camera shows something, the paper that is wanted stands there; then below it. */
static void camera_view(struct ui_node *body, const struct view_question *view)
{
    const char *sample = ui_node_say(body, "question.sample");
    if (!view->image.pixels && view->picture.pixels) {
        ui_image_view(body, "sample", sample, &view->picture);
        return;
    }
    if (!view->image.pixels) {
        ui_picture(body, view->is_portrait ? "picture-portrait" : "picture-camera",
                   ui_node_say(body, "question.no_picture"));
        return;
    }
    ui_image_view(body, "preview", ui_node_say(body, "question.preview"), &view->image);
    if (view->picture.pixels && !view->has_photo)
        ui_sample(body, sample, &view->picture);
}

/* What is needed cannot be shown here now: a way on, for who has given other answers already. */
static void keep_button(struct ui_page *page)
{
    ui_button(page->extra, UI_BUTTON_SECONDARY,
              &(struct ui_choice){.id = "keep",
                                  .label = ui_node_say(page->body, "question.keep"),
                                  .icon = "lock",
                                  .action = ACTION_KEEP});
}

static void photo(struct ui_page *page, const struct view_question *view)
{
    const struct ui_choice take = {
        .id = "take-photo",
        .label = ui_node_say(page->body, view->has_photo ? "question.retake" : "question.take"),
        .icon = "camera",
        .action = ACTION_TAKE_PHOTO};
    camera_view(page->body, view);
    if (!view->is_camera_down)
        ui_button(page->extra, UI_BUTTON_SECONDARY, &take);
    else if (view->can_keep)
        keep_button(page);
}

/* ---- the page ---- */

static void picture(struct ui_page *page, const struct view_question *view)
{
    if (view->picture.pixels)
        ui_image_view(page->body, "picture", view->heading, &view->picture);
}

/* A longer sentence is running text, not a heading. */
static size_t longest_heading(const struct ui_node *node)
{
    return ui_tree_theme(node->tree)->short_page ? 42 : 60; /* bytes: 14 and 20 characters */
}

/* Of a note the first sentence is the heading, the others are read below it. */
static void note(struct ui_page *page, const char *text)
{
    static const char *const ends[] = {"。", "？", "；", "\n", ". ", "? "};
    size_t first = strlen(text);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *end = strstr(text, ends[i]);
        size_t length = end ? (size_t)(end - text) + strlen(ends[i]) : first;
        first = length < first ? length : first;
    }
    char *sentence = arena_strdup(ui_tree_arena(page->ask->tree), text);
    bool is_heading = sentence && first <= longest_heading(page->ask);
    if (is_heading) {
        sentence[first] = '\0';
        ui_heading(page->ask, sentence);
    }
    ui_paragraphs(page->body, is_heading ? text + first : text);
}

static bool needs_height(enum view_input input)
{
    return input == VIEW_DIGITS || input == VIEW_YEAR || input == VIEW_MINUTE || input == VIEW_TEXT ||
           input == VIEW_FIND || input == VIEW_SIGNATURE || input == VIEW_PHOTO;
}

static void heading(struct ui_page *page, const struct view_question *view)
{
    if (view->input == VIEW_NOTE) {
        note(page, view->heading);
        return;
    }
    struct ui_node *label = ui_heading(page->ask, view->heading);
    if (ui_tree_theme(label->tree)->compact && needs_height(view->input))
        label->type = UI_TYPE_TITLE; /* leaves room for the hand */
    if (ui_tree_theme(label->tree)->short_page && strlen(view->heading) > longest_heading(label))
        label->type = UI_TYPE_BODY;
}

static void answer(struct ui_page *page, const struct view_question *view)
{
    switch (view->input) {
    case VIEW_ONE:
    case VIEW_SEVERAL:
    case VIEW_RANK:
        choices(page, view);
        break;
    case VIEW_DIGITS:
    case VIEW_YEAR:
        digits(page->body, view);
        break;
    case VIEW_FIND:
    case VIEW_TEXT:
        text_input(page, view);
        break;
    case VIEW_RANGE:
        range(page, view);
        break;
    case VIEW_STARS:
        ui_stars(page->body, ACTION_STAR, view->stars, view->stars_selected);
        break;
    case VIEW_MONTH:
        ui_month_keys(page->body, ACTION_MONTH, view->month);
        break;
    case VIEW_DAY:
        ui_day_keys(page->body, ACTION_DAY, view->year, view->month, view->day);
        break;
    case VIEW_HOUR:
        ui_hour_keys(page->body, ACTION_HOUR, view->hour);
        break;
    case VIEW_MINUTE:
        minutes(page, view);
        break;
    case VIEW_PLACE:
        place(page, view);
        break;
    case VIEW_SIGNATURE:
        signature(page, view);
        break;
    case VIEW_PHOTO:
        photo(page, view);
        break;
    case VIEW_CODE:
        field(page->body, view);
        camera_view(page->body, view);
        if (view->can_keep)
            keep_button(page);
        break;
    case VIEW_NOTE:
    case VIEW_INPUTS:
        break;
    }
}

/* Where the room is for what the hand does, the question's picture stays away. */
static bool shows_picture(enum view_input input)
{
    return input == VIEW_NOTE || input == VIEW_ONE || input == VIEW_SEVERAL || input == VIEW_RANK ||
           input == VIEW_RANGE || input == VIEW_STARS;
}

static const char *next_words(enum view_input input)
{
    return input == VIEW_NOTE   ? "question.understood"
           : input == VIEW_FIND ? "question.show_found"
                                : "question.next";
}

void screen_question(struct ui_tree *tree, struct ui_frame *frame, const struct view_question *view)
{
    const struct ui_choice next = {
        .id = "next",
        .label =
            view->next_label ? view->next_label : ui_node_say(ui_tree_root(tree), next_words(view->input)),
        .icon = view->input == VIEW_FIND ? "search" : "next",
        .action = ACTION_NEXT,
    };
    frame->primary = &next;
    frame->is_wide = view->input == VIEW_NOTE; /* nothing stands beside it */
    struct ui_page page = ui_frame_build(tree, frame);
    heading(&page, view);
    bool is_low =
        ui_tree_theme(tree)->prefs.low_reach; /* there is room for the question only, above the reach */
    if (view->message)                        /* in the place of the hint: the answers stay where they were */
        ui_notice(is_low ? page.body : page.ask, "warning", view->message);
    else if (view->input == VIEW_FIND)
        ui_help_text(page.ask, ui_node_say(page.ask, "question.find_hint"));
    else if (*view->hint)
        ui_help_text(page.ask, view->hint);
    if (shows_picture(view->input))
        picture(&page, view);
    if (view->input >= VIEW_YEAR && view->input <= VIEW_MINUTE)
        step_hint(&page, view);
    answer(&page, view);
}
