/* The card screen and the list of a repeat. */
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

/* Called like an answer: the voice names nobody unasked. */
static void card_owner(struct ui_node *body, const struct view_line *owner, size_t index)
{
    char id[32];
    snprintf(id, sizeof id, "answer:%zu", index);
    if (ui_tree_theme(body->tree)->short_page) { /* on the same page as the key that sets it right */
        struct ui_node *line = ui_fact(body, owner->name, owner->value);
        line->id = ui_node_copy(line, id);
        return;
    }
    ui_answer(body, &(struct ui_answer){
                        .id = id, .name = owner->name, .value = owner->value, .portrait = owner->portrait});
}

/* How to lay it down. Whose was read comes before it where there is little room. */
static void card_hint(struct ui_node *ask, const struct view_card *view)
{
    const char *words = view->is_reading ? ui_node_say(ask, "card.reading") : view->hint;
    if (view->read_count > 0)
        ui_hint(ask, words);
    else
        ui_help_text(ask, words);
}

static void card_keys(struct ui_node *extra, const struct view_card *view)
{
    if (!view->can_go_without && !view->can_help && !view->swap)
        return;
    struct ui_node *row = ui_button_row(extra);
    if (view->can_go_without)
        side_button(row, "no-card", "card.none", ACTION_NO_CARD, false);
    if (view->can_help)
        side_button(row, "helper", view->is_helping ? "card.helping" : "card.help", ACTION_HELPER,
                    view->is_helping);
    if (view->swap)
        ui_button(row, UI_BUTTON_SECONDARY,
                  &(struct ui_choice){.id = "swap", .label = view->swap, .action = ACTION_SWAP});
}

void screen_card(struct ui_tree *tree, struct ui_frame *frame, const struct view_card *view)
{
    const struct ui_choice same = {.id = "next",
                                   .label = ui_node_say(ui_tree_root(tree), "card.same"),
                                   .icon = "next",
                                   .action = ACTION_NEXT};
    if (view->is_known)
        frame->primary = &same;
    bool has_title = ui_tree_theme(tree)->short_page && (view->read_count > 0 || view->notice);
    frame->title = has_title ? view->heading : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, view->heading)->leaves_at = has_title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    if (view->notice) /* says what to do, and must be seen: where a page holds few lines, on the first */
        ui_notice(page.body, "warning", view->notice);
    else
        card_hint(page.ask, view);
    for (size_t i = 0; i < view->read_count; i++)
        card_owner(page.body, &view->read[i], i);
    if (!view->is_down)
        ui_picture(page.body, "picture-place-card", ui_node_say(page.body, "card.picture"));
    card_keys(page.extra, view);
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
    const struct ui_theme *theme = ui_tree_theme(tree);
    bool has_title = theme->landscape && theme->short_page;
    frame->primary = &done;
    frame->title = has_title ? view->heading : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, view->heading)->leaves_at = has_title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    ui_hint(page.ask, ui_node_say(root, view->count ? "repeat.help" : "repeat.help_first"));
    for (size_t i = 0; i < view->count; i++)
        repeat_entry(page.body, view->entries[i], i);
    ui_button(page.extra, UI_BUTTON_SECONDARY,
              &(struct ui_choice){.id = "add",
                                  .label = ui_node_say(root, view->count ? "repeat.add_more" : "repeat.add"),
                                  .icon = "plus",
                                  .action = ACTION_YES});
}
