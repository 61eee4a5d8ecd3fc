/* Stop: going on, keeping it for the papers, throwing it away; and what was kept, once more from the
 * beginning. */
#include "app/journey/screens.h"

static void danger(struct ui_node *body, const char *id, const char *words_id)
{
    ui_button(body, UI_BUTTON_DANGER,
              &(struct ui_choice){
                  .id = id, .label = ui_node_say(body, words_id), .icon = "trash", .action = ACTION_YES});
}

/* What she may lose is asked about; going on is the large key. */
static struct ui_page ask(struct ui_tree *tree, struct ui_frame *frame, const char *go_on_id,
                          const char *title_id, const char *help_id)
{
    struct ui_node *root = ui_tree_root(tree);
    const struct ui_choice go_on = {
        .id = "go-on", .label = ui_node_say(root, go_on_id), .icon = "next", .action = ACTION_NO};
    frame->primary = &go_on;
    struct ui_page page = ui_frame_build(tree, frame);
    ui_heading(page.ask, ui_node_say(root, title_id));
    ui_help_text(page.ask, ui_node_say(root, help_id));
    return page;
}

void screen_stop(struct ui_tree *tree, struct ui_frame *frame, const struct view_stop *view)
{
    struct ui_page page =
        ask(tree, frame, "stop.go_on", "stop.title", view->can_keep ? "stop.help_keep" : "stop.help");
    if (view->can_keep)
        ui_button(page.body, UI_BUTTON_SECONDARY,
                  &(struct ui_choice){.id = "keep",
                                      .label = ui_node_say(page.body, "stop.keep"),
                                      .icon = "lock",
                                      .action = ACTION_KEEP});
    else
        ui_remark(page.body, UI_TONE_CAUTION,
                  ui_node_say(page.body, view->has_card ? "stop.cannot_keep" : "stop.cannot_keep_no_card"));
    danger(page.body, "throw-away", "stop.throw_away");
}

void screen_afresh(struct ui_tree *tree, struct ui_frame *frame)
{
    struct ui_page page = ask(tree, frame, "resume.go_on", "afresh.title", "afresh.help");
    danger(page.body, "afresh", "afresh.sure");
}
