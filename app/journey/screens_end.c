/* Review, the saved screen and its later reading, and the screens that say one thing. */
#include "app/journey/screens.h"

#include <stdio.h>

static void review_line(struct ui_node *body, const struct view_line *line, int index)
{
    char id[32];
    snprintf(id, sizeof id, "%s:%d", line->is_part ? "part" : "answer", index);
    ui_answer(body, &(struct ui_answer){
                        .id = id,
                        .name = line->name,
                        .value = line->value,
                        .badge = line->badge,
                        .badge_icon = line->badge_icon,
                        .action = line->is_part      ? ACTION_PART
                                  : line->can_change ? ACTION_EDIT
                                                     : UI_ACTION_NONE,
                        .arg = index,
                        .portrait = line->portrait,
                        .is_sign_enough = true,
                    });
}

/* Who alone can open it, after all that one looks at. */
static void review_promise(struct ui_node *body, const struct view_review *view)
{
    struct ui_tree *tree = body->tree;
    const char *values[] = {view->recipient};
    const char *promise =
        *view->recipient ? lang_format(ui_tree_lang(tree), ui_tree_arena(tree), "review.promise", 1, values)
                         : ui_node_say(body, "review.promise_plain");
    if (view->note)
        ui_help_text(body, view->note);
    ui_paragraphs(body, promise ? promise : "");
}

void screen_review(struct ui_tree *tree, struct ui_frame *frame, const struct view_review *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice submit = {
        .id = "submit",
        .label = ui_node_say(root, "review.submit"),
        .icon = "check",
        .action = ACTION_SUBMIT,
    };
    const struct ui_choice seen = {
        .id = "seen", .label = ui_node_say(root, "review.seen"), .icon = "check", .action = ACTION_DONE};
    const char *title = view->part ? view->part : ui_node_say(root, "review.title");
    frame->primary = view->part ? &seen : &submit;
    frame->repeat_label = ui_node_say(root, "review.read_out");
    frame->is_wide = true;
    frame->title = ui_tree_theme(tree)->short_page ? title : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, title)->leaves_at = frame->title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    ui_hint(page.ask, ui_node_say(root, "review.help"));
    struct ui_node *lines = ui_answers(page.body);
    for (size_t i = 0; i < view->count; i++)
        review_line(lines, &view->lines[i], (int)i);
    if (!view->part)
        review_promise(page.body, view);
}

static void case_ways(struct ui_node *extra, const struct view_case *view)
{
    if (!view->can_supplement && !view->can_withdraw && !view->can_print && !view->can_leave)
        return;
    struct ui_node *row = ui_button_row(extra);
    if (view->can_withdraw)
        ui_button(row, UI_BUTTON_SECONDARY,
                  &(struct ui_choice){.id = "withdraw",
                                      .label = ui_node_say(row, "case.withdraw"),
                                      .icon = "undo",
                                      .action = ACTION_WITHDRAW});
    if (view->can_supplement)
        ui_button(row, UI_BUTTON_SECONDARY,
                  &(struct ui_choice){.id = "supplement",
                                      .label = ui_node_say(row, "case.supplement"),
                                      .icon = "plus",
                                      .action = ACTION_SUPPLEMENT});
    if (view->can_print)
        ui_button(row, UI_BUTTON_SECONDARY,
                  &(struct ui_choice){.id = "print",
                                      .label = ui_node_say(row, "case.print"),
                                      .icon = "printer",
                                      .action = ACTION_PRINT_LIST});
    if (view->can_leave)
        ui_button(row, UI_BUTTON_SECONDARY,
                  &(struct ui_choice){.id = "done",
                                      .label = ui_node_say(row, "case.done"),
                                      .icon = "check",
                                      .action = ACTION_DONE});
}

static void case_number(struct ui_node *parent, const struct view_case *view)
{
    ui_number(parent, view->service ? view->service : ui_node_say(parent, "case.number"), view->number,
              ui_node_say(parent, "case.keep"));
}

/* What is true of it now is seen at once. */
static void case_steps(struct ui_node *body, const struct view_case *view)
{
    for (size_t i = 0; i < view->step_count; i++)
        ui_step(body, view->steps[i].state, view->steps[i].icon, view->steps[i].title, view->steps[i].detail)
            ->keep_with_next = i + 1 < view->step_count;
}

void screen_case(struct ui_tree *tree, struct ui_frame *frame, const struct view_case *view)
{
    const struct ui_theme *theme = ui_tree_theme(tree);
    bool has_title = theme->landscape && theme->short_page;
    frame->title = has_title ? view->title : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_verdict(page.ask, view->verdict, view->title, view->detail)->leaves_at =
        has_title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    bool is_beside = theme->landscape && !theme->short_page && !theme->prefs.low_reach;
    case_number(is_beside ? page.ask : page.body, view);
    if (view->message)
        ui_notice(page.body, "chat", view->message);
    bool is_tight = theme->short_page || theme->prefs.text_size > UI_TEXT_NORMAL;
    if (view->notice && is_tight) /* leaves the steps a page of their own */
        ui_notice(page.body, view->notice_icon, view->notice);
    case_steps(page.body, view);
    if (view->notice && !is_tight)
        ui_notice(page.extra, view->notice_icon, view->notice);
    case_ways(page.extra, view);
}

static void case_line(struct ui_node *body, const struct view_case_line *line, int index)
{
    char id[32];
    snprintf(id, sizeof id, "case:%d", index);
    ui_answer(body, &(struct ui_answer){.id = id,
                                        .name = line->detail,
                                        .value = line->title,
                                        .badge = ui_node_say(body, "cases.look"),
                                        .badge_icon = "search",
                                        .action = ACTION_CASE,
                                        .arg = index});
}

void screen_cases(struct ui_tree *tree, struct ui_frame *frame, const struct view_cases *view)
{
    struct ui_node *root = ui_tree_root(tree);
    frame->title = ui_tree_theme(tree)->short_page ? ui_node_say(root, "cases.title") : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, ui_node_say(root, "cases.title"))->leaves_at =
        frame->title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    ui_hint(page.ask, ui_node_say(root, "cases.help"));
    if (view->kept)
        ui_answer(page.body, &(struct ui_answer){.id = "resume",
                                                 .name = view->kept_detail,
                                                 .value = view->kept,
                                                 .badge = ui_node_say(root, "resume.go_on"),
                                                 .badge_icon = "next",
                                                 .action = ACTION_RESUME});
    for (size_t i = 0; i < view->count; i++)
        case_line(page.body, &view->lines[i], (int)i);
}

/* The keypad must stay whole beside it. */
static bool has_room_for_picture(struct ui_tree *tree)
{
    const struct ui_theme *theme = ui_tree_theme(tree);
    return !theme->landscape && !theme->short_page && theme->prefs.text_size == UI_TEXT_NORMAL;
}

static const char *find_help(struct ui_node *root, const struct view_find *view)
{
    static const char *const ids[2][2] = {{"find.help_no_camera", "find.help_card"},
                                          {"find.help", "find.help_camera_card"}};
    return ui_node_say(root, ids[view->has_camera][view->has_card]);
}

void screen_find(struct ui_tree *tree, struct ui_frame *frame, const struct view_find *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice look = {
        .id = "next", .label = ui_node_say(root, "find.look"), .icon = "search", .action = ACTION_NEXT};
    frame->primary = &look;
    const char *title = ui_node_say(root, "find.title");
    frame->title = view->message ? view->message : title;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, title)->leaves_at = UI_THRIFT_KEYS;
    ui_hint(page.ask, find_help(root, view));
    if (view->message)
        ui_notice(page.ask, "warning", view->message)->leaves_at = UI_THRIFT_KEYS;
    if (view->image.pixels && has_room_for_picture(tree))
        ui_image_view(page.body, "preview", ui_node_say(root, "find.preview"), &view->image);
    const struct ui_field field = {.id = "field",
                                   .text = view->typed,
                                   .placeholder = ui_node_say(root, "find.placeholder"),
                                   .erase_action = ACTION_ERASE,
                                   .has_caret = true};
    ui_number_field(page.body, &field, ACTION_KEY, "");
}

void screen_say(struct ui_tree *tree, struct ui_frame *frame, const struct view_say *view)
{
    frame->title = ui_tree_theme(tree)->short_page ? view->heading : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, view->heading)->leaves_at = frame->title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    if (view->help && *view->help && view->notice) /* which must be seen first */
        ui_hint(page.ask, view->help);
    else if (view->help && *view->help)
        ui_help_text(page.ask, view->help);
    if (view->notice)
        ui_notice(page.body, "warning", view->notice);
    bool has_phone = view->phone && *view->phone;
    if (has_phone)
        ui_number(page.body, ui_node_say(page.body, "help.call"), view->phone, NULL);
    if (view->number)
        ui_number(page.body, ui_node_say(page.body, "case.number"), view->number, NULL);
    if (view->picture &&
        !((has_phone || view->number) && ui_tree_theme(tree)->compact)) /* not on a page of its own */
        ui_picture(page.body, view->picture, view->heading);
    if (view->offer)
        ui_button(ui_button_row(page.extra), UI_BUTTON_SECONDARY, view->offer);
}

void screen_rating(struct ui_tree *tree, struct ui_frame *frame, int selected)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice done = {
        .id = "next", .label = ui_node_say(root, "rating.skip"), .icon = "next", .action = ACTION_DONE};
    frame->primary = &done;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, ui_node_say(root, "rating.title"));
    ui_hint(page.ask, ui_node_say(root, "rating.help"));
    ui_faces(page.body, ACTION_RATE, selected);
}
