/* The technician's screens. */
#include "app/journey/screens.h"

#include <stdio.h>

static struct ui_choice choice(struct ui_node *root, const char *id, const char *words, const char *icon,
                               int action)
{
    return (struct ui_choice){.id = id, .label = ui_node_say(root, words), .icon = icon, .action = action};
}

void screen_checking(struct ui_tree *tree, struct ui_frame *frame, int percent)
{
    struct ui_node *root = ui_tree_root(tree);
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, ui_node_say(root, "technician.checking"));
    ui_help_text(page.ask, ui_node_say(root, "technician.checking_help"));
    ui_work(page.body, UI_STATE_WAITING, ui_node_say(root, "technician.checking_files"), NULL, percent);
}

void screen_pin(struct ui_tree *tree, struct ui_frame *frame, const struct view_pin *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice next = choice(root, "next", "technician.pin_ok", "check", ACTION_NEXT);
    const struct ui_choice no = choice(root, "cancel", "technician.cancel", NULL, ACTION_NO);
    char dots[3 * 12 + 1] = "";
    for (size_t i = 0; i < view->digits && i < 12; i++)
        snprintf(dots + 3 * i, 4, "●");
    frame->primary = view->can_type ? &next : NULL;
    frame->secondary = &no;
    frame->title = !view->can_type ? NULL
                   : view->message ? view->message
                                   : ui_node_say(root, "technician.pin");
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, ui_node_say(root, "technician.pin"))->leaves_at =
        frame->title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    ui_hint(page.ask, view->who);
    if (view->message)
        ui_notice(view->can_type ? page.ask : page.body, "warning", view->message)->leaves_at =
            frame->title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    if (!view->can_type)
        return;
    const struct ui_field field = {.id = "field",
                                   .text = dots,
                                   .placeholder = ui_node_say(root, "technician.pin_placeholder"),
                                   .spoken = ui_node_say(root, "technician.pin"),
                                   .erase_action = ACTION_ERASE,
                                   .has_caret = true};
    ui_number_field(page.body, &field, ACTION_KEY, "");
}

static void add_works(struct ui_node *body, const struct view_plan *view)
{
    static const enum ui_state states[TECHNICIAN_STATES] = {
        [TECHNICIAN_WAITING] = UI_STATE_LATER, [TECHNICIAN_RUNNING] = UI_STATE_WAITING,
        [TECHNICIAN_DONE] = UI_STATE_DONE,     [TECHNICIAN_SKIPPED] = UI_STATE_DONE,
        [TECHNICIAN_FAILED] = UI_STATE_FAILED,
    };
    for (size_t i = 0; i < view->count; i++) {
        const struct view_work *work = &view->works[i];
        int percent = work->state == TECHNICIAN_RUNNING ? work->percent
                      : work->state >= TECHNICIAN_DONE  ? 100
                                                        : 0;
        ui_work(body, states[work->state], work->title, work->note, percent);
    }
}

void screen_plan(struct ui_tree *tree, struct ui_frame *frame, const struct view_plan *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice start = choice(root, "start", "technician.start", "next", ACTION_NEXT);
    const struct ui_choice no = choice(root, "cancel", "technician.cancel", NULL, ACTION_NO);
    const struct ui_choice status = choice(root, "facts", "technician.status", "info", ACTION_STATUS);
    frame->primary = view->can_start ? &start : NULL;
    frame->secondary = view->can_start ? &no : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, ui_node_say(root, view->can_start ? "technician.plan" : "technician.working"));
    ui_help_text(page.ask, view->can_start ? view->who : ui_node_say(root, "technician.leave_it_in"));
    add_works(page.body, view);
    ui_button(ui_button_row(page.extra), UI_BUTTON_SECONDARY, &status);
}

void screen_take(struct ui_tree *tree, struct ui_frame *frame, const struct view_plan *view)
{
    struct ui_node *root = ui_tree_root(tree);
    struct ui_page page = ui_frame_build(tree, frame);
    ui_verdict(page.ask, view->is_good ? UI_STATE_DONE : UI_STATE_FAILED,
               ui_node_say(root, "technician.take"),
               ui_node_say(root, view->is_good ? "technician.take_help" : "technician.take_failed"));
    add_works(page.body, view);
}

/* The largest words have no room beside each other. */
static void add_fact(struct ui_node *body, const struct view_fact *fact)
{
    if (ui_tree_theme(body->tree)->prefs.text_size < UI_TEXT_LARGEST) {
        ui_fact(body, fact->name, fact->value);
        return;
    }
    ui_help_text(body, fact->name)->keep_with_next = true;
    ui_paragraph(body, fact->value);
}

void screen_status(struct ui_tree *tree, struct ui_frame *frame, const struct view_status *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice print = choice(root, "print", "technician.print", "printer", ACTION_PRINT_LIST);
    frame->primary = view->can_print ? &print : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, ui_node_say(root, "technician.status"));
    for (size_t i = 0; i < view->count; i++)
        add_fact(page.body, &view->facts[i]);
}

static void add_fields(struct ui_node *body, const struct view_test *view)
{
    static const char *const numbers[TEST_FIELDS] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
    const struct ui_theme *theme = ui_tree_theme(body->tree);
    const char *labels[TEST_FIELDS];
    for (int i = 0; i < TEST_FIELDS; i++)
        labels[i] = view->fields & 1u << i ? NULL : numbers[i];
    struct ui_node *grid = ui_keys(body, &(struct ui_keys){.id_prefix = "field",
                                                           .labels = labels,
                                                           .count = TEST_FIELDS,
                                                           .columns = theme->short_page ? 5 : 3,
                                                           .action = ACTION_TEST_FIELD,
                                                           .selected = -1,
                                                           .is_large = true});
    for (struct ui_node *key = grid->first; key && !theme->short_page; key = key->next)
        key->min_height = theme->space_px[UI_SPACE_TILE]; /* over the whole panel: that is what is tried */
}

void screen_test(struct ui_tree *tree, struct ui_frame *frame, const struct view_test *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice yes = choice(root, "yes", "technician.test_yes", "check", ACTION_YES);
    const struct ui_choice no = choice(root, "no", "technician.test_no", NULL, ACTION_NO);
    const struct ui_choice next = choice(root, "next", "technician.test_next", "next", ACTION_NEXT);
    frame->primary = !view->is_open ? &next : view->is_judged ? &yes : NULL;
    frame->secondary = view->is_open ? &no : NULL;
    frame->title = view->has_fields ? view->heading : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, view->heading)->leaves_at = view->has_fields ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    ui_help_text(page.ask, view->help)->leaves_at = view->has_fields ? UI_THRIFT_HINTS : UI_THRIFT_NONE;
    if (view->has_fields)
        add_fields(page.body, view);
    else if (view->image.pixels)
        ui_image_view(page.body, "preview", view->heading, &view->image);
    else if (view->picture)
        ui_picture(page.body, view->picture, view->heading);
}
