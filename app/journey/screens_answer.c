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
        is_list ? ui_options(page->body, longest_label(view))
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
    char year[12], month[12], day[12], month_name[24];
    snprintf(year, sizeof year, "%d", view->year);
    snprintf(month, sizeof month, "%d", view->month);
    snprintf(day, sizeof day, "%d", view->day);
    snprintf(month_name, sizeof month_name, "when.month.%d", view->month);
    const char *values[] = {year, month, day, ui_node_say(page->ask, month_name)};
    bool is_time_only = view->input == VIEW_HOUR && view->year == 0;
    if (!is_time_only)
        ui_hint(page->ask, lang_format(ui_tree_lang(tree), ui_tree_arena(tree), ids[view->input], 4, values));
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

/* ---- where there is little height ---- */

/* All but lists of choices, which may go over to another page. */
static bool needs_height(enum view_input input)
{
    return input != VIEW_NOTE && input != VIEW_ONE && input != VIEW_SEVERAL && input != VIEW_RANK &&
           input != VIEW_PLACE;
}

/* Where there is little height the question goes up into the bar before it is torn from its answer. */
static bool has_title(const struct ui_theme *theme, enum view_input input)
{
    return theme->landscape && theme->short_page && input != VIEW_NOTE;
}

/* The button below the answer stands in the action row when there is no other room. */
static void spared_button(struct ui_page *page, const struct view_question *view,
                          const struct ui_choice *choice)
{
    struct ui_node *button = ui_button(page->extra, UI_BUTTON_SECONDARY, choice);
    if (has_title(ui_tree_theme(button->tree), view->input))
        button->leaves_at = UI_THRIFT_KEYS;
}

static struct ui_choice cannot_sign(const struct ui_node *node)
{
    return (struct ui_choice){.id = "cannot-sign",
                              .label = ui_node_say(node, "question.cannot_sign"),
                              .action = ACTION_CANNOT_SIGN};
}

static struct ui_choice take_photo(const struct ui_node *node, const struct view_question *view)
{
    return (struct ui_choice){.id = "take-photo",
                              .label =
                                  ui_node_say(node, view->has_photo ? "question.retake" : "question.take"),
                              .icon = "camera",
                              .action = ACTION_TAKE_PHOTO};
}

/* What is needed cannot be shown here now: a way on, for who has given other answers already. */
static struct ui_choice keep_it(const struct ui_node *node, const char *words)
{
    return (struct ui_choice){
        .id = "keep", .label = ui_node_say(node, words), .icon = "lock", .action = ACTION_KEEP};
}

static struct ui_choice other_way(const struct ui_node *node, const struct view_text_input *typing)
{
    return (struct ui_choice){.id = "other-way",
                              .label = ui_node_say(node, "question.other_way"),
                              .action = ACTION_WAY,
                              .arg = (int)((typing->way + 1) % typing->way_count)};
}

/* What the action row takes in then; false: nothing. */
static bool spare_of(const struct ui_node *root, const struct view_question *view,
                     struct ui_choice *out_spare)
{
    const struct ui_theme *theme = ui_tree_theme(root->tree);
    if (!has_title(theme, view->input))
        return false;
    if (view->input == VIEW_SIGNATURE)
        *out_spare = cannot_sign(root);
    else if (view->input == VIEW_PHOTO && !view->is_camera_down)
        *out_spare = take_photo(root, view);
    else if (view->is_camera_down && view->can_keep)
        *out_spare = keep_it(root, "question.keep_short");
    else if (theme->compact && view->typing.way_count > 1)
        *out_spare = other_way(root, &view->typing);
    return out_spare->id != NULL;
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
    const struct ui_choice cannot = cannot_sign(body);
    spared_button(page, view, &cannot);
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
    const char *label = ui_node_say(body, view->has_photo ? "question.photo" : "question.preview");
    struct ui_node *image = ui_image_view(body, view->has_photo ? "photo" : "preview", label, &view->image);
    if (view->input == VIEW_PHOTO) /* is judged by her: not too small */
        image->min_height = ui_tree_theme(body->tree)->space_px[UI_SPACE_TARGET] * 2;
    if (view->picture.pixels && !view->has_photo)
        ui_sample(body, sample, &view->picture)->leaves_at = UI_THRIFT_DECORATION;
}

static void keep_button(struct ui_page *page, const struct view_question *view)
{
    const struct ui_choice keep = keep_it(page->body, "question.keep");
    spared_button(page, view, &keep);
}

static void photo(struct ui_page *page, const struct view_question *view)
{
    const struct ui_choice take = take_photo(page->body, view);
    camera_view(page->body, view);
    if (!view->is_camera_down)
        spared_button(page, view, &take);
    else if (view->can_keep)
        keep_button(page, view);
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

/* The same in small where it must not take the room of the keys. */
static void small_heading(struct ui_page *page, struct ui_node *large, const char *words)
{
    struct ui_node *small = ui_heading(page->ask, words);
    large->leaves_at = small->comes_at = UI_THRIFT_KEYS;
    small->type = UI_TYPE_ACTION;
}

static void heading(struct ui_page *page, const struct view_question *view)
{
    if (view->input == VIEW_NOTE) {
        note(page, view->heading);
        return;
    }
    struct ui_node *label = ui_heading(page->ask, view->heading);
    const struct ui_theme *theme = ui_tree_theme(label->tree);
    if (needs_height(view->input) && !has_title(theme, view->input))
        small_heading(page, label, view->heading);
    if (has_title(ui_tree_theme(label->tree), view->input)) {
        label->leaves_at =
            view->is_camera_down ? UI_THRIFT_HINTS : UI_THRIFT_KEYS; /* it cannot be done now */
        if (theme->compact && needs_height(view->input))
            label->type = UI_TYPE_TITLE; /* leaves room for the hand */
    }
    if (theme->short_page && strlen(view->heading) > longest_heading(label))
        label->type = UI_TYPE_BODY;
    if (theme->short_page && view->message) /* which is what matters now, and needs the room */
        label->type = UI_TYPE_ACTION;
}

static void number_keys(struct ui_page *page, const struct view_question *view)
{
    digits(page->body, view);
}

static void stars(struct ui_page *page, const struct view_question *view)
{
    ui_stars(page->body, ACTION_STAR, view->stars, view->stars_selected);
}

static void months(struct ui_page *page, const struct view_question *view)
{
    ui_month_keys(page->body, ACTION_MONTH, view->month);
}

static void days(struct ui_page *page, const struct view_question *view)
{
    ui_day_keys(page->body, ACTION_DAY, view->year, view->month, view->day);
}

static void hours(struct ui_page *page, const struct view_question *view)
{
    ui_hour_keys(page->body, ACTION_HOUR, view->hour);
}

static void code(struct ui_page *page, const struct view_question *view)
{
    field(page->body, view);
    camera_view(page->body, view);
    if (view->can_keep)
        keep_button(page, view);
}

/* What stands under the question; a note is all question. */
static void (*const answers[VIEW_INPUTS])(struct ui_page *page, const struct view_question *view) = {
    [VIEW_ONE] = choices,        [VIEW_SEVERAL] = choices,  [VIEW_RANK] = choices,
    [VIEW_DIGITS] = number_keys, [VIEW_YEAR] = number_keys, [VIEW_FIND] = text_input,
    [VIEW_TEXT] = text_input,    [VIEW_RANGE] = range,      [VIEW_STARS] = stars,
    [VIEW_MONTH] = months,       [VIEW_DAY] = days,         [VIEW_HOUR] = hours,
    [VIEW_MINUTE] = minutes,     [VIEW_PLACE] = place,      [VIEW_SIGNATURE] = signature,
    [VIEW_PHOTO] = photo,        [VIEW_CODE] = code,
};

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

static const char *title_of(struct ui_tree *tree, const struct view_question *view)
{
    if (!has_title(ui_tree_theme(tree), view->input))
        return NULL;
    return view->message && !view->is_camera_down ? view->message : view->heading;
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
    struct ui_choice spare = {0};
    frame->primary = &next;
    frame->is_wide = view->input == VIEW_NOTE; /* nothing stands beside it */
    frame->title = title_of(tree, view);
    frame->spare = spare_of(ui_tree_root(tree), view, &spare) ? &spare : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    heading(&page, view);
    bool is_low =
        ui_tree_theme(tree)->prefs.low_reach; /* there is room for the question only, above the reach */
    if (view->whose_card)
        ui_hint(page.ask, view->whose_card)->id = "whose-card"; /* by name: the ear is told otherwise */
    if (view->message) /* in the place of the hint: the answers stay where they were */
        ui_notice(is_low ? page.body : page.ask, "warning", view->message)->leaves_at =
            frame->title == view->message ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    else if (view->input == VIEW_FIND)
        ui_hint(page.ask, ui_node_say(page.ask, "question.find_hint"));
    else if (*view->hint) /* what to press comes after all that one agrees to */
        ui_hint(view->input == VIEW_NOTE ? page.body : page.ask, view->hint);
    if (shows_picture(view->input))
        picture(&page, view);
    if (view->input >= VIEW_YEAR && view->input <= VIEW_MINUTE)
        step_hint(&page, view);
    if (answers[view->input])
        answers[view->input](&page, view);
}
