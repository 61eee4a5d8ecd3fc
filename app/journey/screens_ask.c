/* The card screen and the question screens. */
#include "app/journey/screens.h"

#include <stdio.h>
#include <string.h>

static void side_button(struct ui_node *row, const char *id, const char *text_id, int action,
                        bool is_selected)
{
    ui_button(
        row, UI_BUTTON_SECONDARY,
        &(struct ui_choice){
            .id = id, .label = ui_node_say(row, text_id), .action = action, .is_selected = is_selected});
}

void screen_card(struct ui_tree *tree, struct ui_frame *frame, const struct view_card *view)
{
    const struct ui_choice same = {.id = "next",
                                   .label = ui_node_say(ui_tree_root(tree), "card.same"),
                                   .icon = "next",
                                   .action = ACTION_NEXT};
    if (view->is_known)
        frame->primary = &same;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, view->heading);
    ui_help_text(page.ask, view->is_reading ? ui_node_say(page.ask, "card.reading") : view->hint);
    if (view->notice)
        ui_notice(page.body, "warning", view->notice);
    if (!view->is_down)
        ui_picture(page.body, "picture-place-card", ui_node_say(page.body, "card.picture"));
    if (!view->can_go_without && !view->can_help)
        return;
    struct ui_node *row = ui_button_row(page.extra);
    if (view->can_go_without)
        side_button(row, "no-card", "card.none", ACTION_NO_CARD, false);
    if (view->can_help)
        side_button(row, "helper", view->is_helping ? "card.helping" : "card.help", ACTION_HELPER,
                    view->is_helping);
}

static void choices(struct ui_node *body, const struct view_question *view)
{
    for (size_t i = 0; i < view->choice_count; i++) {
        char id[32];
        snprintf(id, sizeof id, "choice:%zu", i);
        const struct ui_choice choice = {
            .id = id,
            .label = view->choices[i].label,
            .action = ACTION_CHOICE,
            .arg = (int)i,
            .is_selected = view->choices[i].is_selected,
        };
        if (view->input == VIEW_ONE)
            ui_option(body, &choice);
        else
            ui_tick(body, &choice);
    }
}

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

static void text_input(struct ui_page *page, const struct view_question *view)
{
    const struct view_text_input *typing = &view->typing;
    ui_writing(page->body, &(struct ui_writing){.field = field_of(page->body, view),
                                                .has_candidates = typing->has_candidates,
                                                .candidates = typing->candidates,
                                                .candidate_count = typing->candidate_count,
                                                .candidate_action = ACTION_CANDIDATE,
                                                .has_pad = typing->has_pad,
                                                .strokes = typing->strokes,
                                                .clear_action = ACTION_CLEAR,
                                                .keys = typing->keys,
                                                .key_count = typing->key_count,
                                                .key_action = ACTION_TEXT_KEY,
                                                .ways = typing->ways,
                                                .way_count = typing->way_count,
                                                .way = typing->way,
                                                .way_action = ACTION_WAY});
}

static void date_so_far(struct ui_page *page, const struct view_question *view)
{
    char text[32] = "";
    if (view->input == VIEW_MONTH)
        snprintf(text, sizeof text, "%d", view->year);
    else
        snprintf(text, sizeof text, "%d-%02d", view->year, view->month);
    ui_help_text(page->ask, text);
}

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
    side_button(page->extra, "cannot-sign", "question.cannot_sign", ACTION_CANNOT_SIGN, false);
}

static void photo(struct ui_page *page, const struct view_question *view)
{
    struct ui_node *body = page->body;
    if (view->image.pixels)
        ui_image_view(body, "preview", ui_node_say(body, "question.preview"), &view->image);
    else
        ui_picture(body, "picture-camera", ui_node_say(body, "question.no_picture"));
    ui_button(
        page->extra, UI_BUTTON_SECONDARY,
        &(struct ui_choice){.id = "take-photo",
                            .label = ui_node_say(body, view->has_photo ? "question.retake" : "question.take"),
                            .icon = "camera",
                            .action = ACTION_TAKE_PHOTO});
}

static void code(struct ui_page *page, const struct view_question *view)
{
    struct ui_node *body = page->body;
    field(body, view);
    if (view->image.pixels)
        ui_image_view(body, "preview", ui_node_say(body, "question.preview"), &view->image);
    else
        ui_picture(body, "picture-camera", ui_node_say(body, "question.no_picture"));
}

static void answer(struct ui_page *page, const struct view_question *view)
{
    switch (view->input) {
    case VIEW_NOTE:
        break;
    case VIEW_ONE:
    case VIEW_SEVERAL:
        choices(page->body, view);
        break;
    case VIEW_DIGITS:
        field(page->body, view);
        ui_keypad(page->body, ACTION_KEY, view->extra_keys);
        break;
    case VIEW_TEXT:
        text_input(page, view);
        break;
    case VIEW_YEAR:
        field(page->body, view);
        ui_keypad(page->body, ACTION_KEY, "");
        break;
    case VIEW_MONTH:
        date_so_far(page, view);
        ui_month_keys(page->body, ACTION_MONTH, view->month);
        break;
    case VIEW_DAY:
        date_so_far(page, view);
        ui_day_keys(page->body, ACTION_DAY, view->year, view->month, view->day);
        break;
    case VIEW_SIGNATURE:
        signature(page, view);
        break;
    case VIEW_PHOTO:
        photo(page, view);
        break;
    case VIEW_CODE:
        code(page, view);
        break;
    }
}

void screen_question(struct ui_tree *tree, struct ui_frame *frame, const struct view_question *view)
{
    const struct ui_choice next = {
        .id = "next",
        .label = view->next_label
                     ? view->next_label
                     : ui_node_say(ui_tree_root(tree),
                                   view->input == VIEW_NOTE ? "question.understood" : "question.next"),
        .icon = "next",
        .action = ACTION_NEXT,
    };
    frame->primary = &next;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, view->heading);
    if (view->message) /* in the place of the hint: the answers stay where they were */
        ui_notice(page.ask, "warning", view->message);
    else if (*view->hint)
        ui_help_text(page.ask, view->hint);
    answer(&page, view);
}

static void repeat_entry(struct ui_node *body, const char *name, size_t index)
{
    char id[32], number[16];
    snprintf(id, sizeof id, "entry:%zu", index);
    snprintf(number, sizeof number, "%zu", index + 1);
    ui_answer(body, &(struct ui_answer){
                        .id = id,
                        .name = number,
                        .value = name,
                        .badge = ui_node_say(body, "repeat.remove"),
                        .badge_icon = "trash",
                        .action = ACTION_REMOVE,
                        .arg = (int)index,
                    });
}

void screen_repeat(struct ui_tree *tree, struct ui_frame *frame, const struct view_repeat *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice done = {
        .id = "next",
        .label = ui_node_say(root, view->count ? "repeat.no_more" : "repeat.none"),
        .icon = "next",
        .action = ACTION_NO,
    };
    frame->primary = &done;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, view->heading);
    ui_help_text(page.ask, ui_node_say(root, view->count ? "repeat.help" : "repeat.help_first"));
    for (size_t i = 0; i < view->count; i++)
        repeat_entry(page.body, view->entries[i], i);
    ui_button(page.extra, UI_BUTTON_SECONDARY,
              &(struct ui_choice){.id = "add",
                                  .label = ui_node_say(root, view->count ? "repeat.add_more" : "repeat.add"),
                                  .icon = "plus",
                                  .action = ACTION_YES});
}
