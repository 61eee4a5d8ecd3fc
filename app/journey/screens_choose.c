/* Home, guide and consent: choosing a service and knowing what it means. */
#include "app/journey/screens.h"

#include <stdio.h>

static void home_tile(struct ui_node *tiles, const struct view_tile *tile)
{
    char id[32];
    snprintf(id, sizeof id, "service:%d", tile->service);
    ui_tile(tiles, &(struct ui_choice){
                       .id = id,
                       .label = tile->title,
                       .detail = tile->note,
                       .icon = tile->icon,
                       .action = ACTION_SERVICE,
                       .arg = tile->service,
                   });
}

struct home_words {
    const char *title, *help;
};

static const struct home_words *home_words(const struct view_home *view)
{
    static const struct home_words full = {"home.title", "home.help"};
    static const struct home_words empty = {"home.empty_title", "home.empty_help"};
    static const struct home_words out_of_order = {"home.broken_title", "home.no_store"};
    static const struct home_words starting = {"home.starting_title", "home.starting_help"};
    if (view->is_out_of_order)
        return &out_of_order;
    if (view->is_starting)
        return &starting;
    return view->count ? &full : &empty;
}

static void home_tiles(struct ui_node *body, const struct view_home *view)
{
    struct ui_node *tiles = ui_tiles(body);
    for (size_t i = 0; i < view->count; i++)
        home_tile(tiles, &view->tiles[i]);
    if (view->has_board)
        ui_tile(tiles, &(struct ui_choice){.id = "board",
                                           .label = ui_node_say(body, "home.board"),
                                           .icon = "notice-board",
                                           .action = ACTION_BOARD});
    if (view->has_rating) /* offered, not asked for: after all that one comes for */
        ui_tile(tiles, &(struct ui_choice){.id = "rate",
                                           .label = ui_node_say(body, "home.rate"),
                                           .icon = "face-4",
                                           .action = ACTION_RATE});
}

void screen_home(struct ui_tree *tree, struct ui_frame *frame, const struct view_home *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_theme *theme = ui_tree_theme(tree);
    const struct ui_choice progress = {
        .id = "progress",
        .label = ui_node_say(root, theme->compact ? "home.progress_short" : "home.progress"),
        .icon = "search",
        .action = ACTION_PROGRESS,
    };
    const struct ui_choice search = {.id = "search",
                                     .label = ui_node_say(root, "home.search"),
                                     .icon = "keyboard",
                                     .action = ACTION_SEARCH};
    frame->primary = view->has_progress ? &progress : NULL;
    frame->secondary = view->has_search ? &search : NULL;
    frame->is_wide = true;
    const struct home_words *words = home_words(view);
    bool has_title = theme->short_page;
    frame->title = has_title ? ui_node_say(root, words->title) : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, ui_node_say(root, words->title))->leaves_at =
        has_title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    if (!has_title || view->count == 0) /* else the room is for services */
        ui_help_text(page.ask, ui_node_say(root, words->help))->leaves_at =
            view->count > 0 ? UI_THRIFT_HINTS : UI_THRIFT_NONE;
    if (view->is_out_of_order && *view->phone)
        ui_number(page.body, ui_node_say(root, "help.call"), view->phone, NULL);
    home_tiles(page.body, view);
    /* One thing that does not work stands below the services; more of them, or large ones, page with them. */
    bool is_large = theme->prefs.text_size > UI_TEXT_NORMAL;
    struct ui_node *notices = view->notice_count > 1 || is_large ? page.body : page.extra;
    for (size_t i = 0; i < view->notice_count; i++)
        ui_remark(notices, UI_TONE_CAUTION, view->notices[i]);
}

void screen_found(struct ui_tree *tree, struct ui_frame *frame, const char *heading,
                  const struct view_tile *tiles, size_t count)
{
    frame->is_wide = true;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, heading);
    struct ui_node *grid = ui_tiles(page.body);
    for (size_t i = 0; i < count; i++)
        home_tile(grid, &tiles[i]);
}

static void fact(struct ui_node *parent, const char *name_id, const char *value)
{
    if (value && *value)
        ui_fact(parent, ui_node_say(parent, name_id), value);
}

/* Named once; a line each, for together they may be longer than a page. */
static void lines(struct ui_node *body, const char *label_id, const char *first, const struct view_rows *list)
{
    if (!*first && list->count == 0)
        return;
    ui_section(body, ui_node_say(body, label_id));
    if (*first)
        ui_paragraphs(body, first);
    for (size_t i = 0; i < list->count; i++)
        ui_paragraphs(body, list->rows[i]);
}

static void guide_papers(struct ui_node *body, const struct view_guide *view)
{
    if (view->paper_count == 0)
        return;
    ui_section(body, ui_node_say(body, "guide.papers"));
    for (size_t i = 0; i < view->paper_count; i++)
        ui_paper(body, view->papers[i].icon, view->papers[i].name, view->papers[i].detail);
}

static void guide_ways(struct ui_node *extra, const struct view_guide *view)
{
    if (!view->can_print && !view->has_details)
        return;
    struct ui_node *row = ui_button_row(extra);
    if (view->has_details)
        ui_button(row, UI_BUTTON_SECONDARY,
                  &(struct ui_choice){.id = "details",
                                      .label = ui_node_say(row, "guide.details"),
                                      .icon = "info",
                                      .action = ACTION_DETAILS});
    if (view->can_print)
        ui_button(row, UI_BUTTON_SECONDARY,
                  &(struct ui_choice){
                      .id = "print-list",
                      .label = ui_node_say(row, view->is_printing ? "guide.printing" : "guide.print"),
                      .icon = "printer",
                      .action = ACTION_PRINT_LIST,
                      .is_disabled = view->is_printing,
                  });
}

void screen_guide(struct ui_tree *tree, struct ui_frame *frame, const struct view_guide *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice start = {
        .id = "next",
        .label = ui_node_say(root, "guide.start"),
        .icon = "next",
        .action = ACTION_NEXT,
    };
    frame->primary = view->can_start ? &start : NULL;
    frame->title = ui_tree_theme(tree)->short_page ? view->title : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, view->title)->leaves_at = frame->title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    if (*view->note)
        ui_help_text(page.ask, view->note);
    if (view->can_start)
        ui_hint(page.ask, ui_node_say(root, "guide.help"));
    if (view->notice)
        ui_notice(page.body, "warning", view->notice);
    fact(page.body, "guide.fee", view->fee);
    guide_papers(page.body, view);
    fact(page.body, "guide.time_limit", view->time_limit);
    fact(page.body, "guide.result", view->result);
    fact(page.body, "guide.phone", view->phone);
    lines(page.body, "guide.condition", view->audience, &view->conditions);
    guide_ways(page.extra, view);
}

void screen_reading(struct ui_tree *tree, struct ui_frame *frame, const struct view_reading *view)
{
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, view->heading);
    if (*view->help)
        ui_help_text(page.ask, view->help);
    for (size_t i = 0; i < view->count; i++) {
        ui_section(page.body, view->articles[i].title);
        ui_paragraph(page.body, view->articles[i].text);
    }
}

void screen_consent(struct ui_tree *tree, struct ui_frame *frame, const struct view_consent *view)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice agree = {
        .id = "agree",
        .label = ui_node_say(root, "consent.agree"),
        .icon = "check",
        .action = ACTION_YES,
    };
    frame->primary = &agree;
    frame->primary_waits = !view->was_seen;
    frame->title = ui_tree_theme(tree)->short_page ? ui_node_say(root, "consent.title") : NULL;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, ui_node_say(root, "consent.title"))->leaves_at =
        frame->title ? UI_THRIFT_KEYS : UI_THRIFT_NONE;
    ui_hint(page.ask, ui_node_say(root, "consent.help"));
    fact(page.body, "consent.read", view->read);
    fact(page.body, "consent.purpose", view->purpose);
    fact(page.body, "consent.recipient", view->recipient);
    fact(page.body, "consent.retention", view->retention);
    fact(page.body, "guide.phone", view->phone);
}
