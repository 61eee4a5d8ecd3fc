/* A list of work with how far each has come. */
#include "ui/widgets_parts.h"

enum { SEGMENTS = 20 };

struct ui_node *ui_work(struct ui_node *parent, enum ui_state state, const char *title, const char *note,
                        int percent)
{
    static const char *const icons[] = {"check", "clock", "minus", "cross"};
    struct ui_node *row = ui_node_add(parent, UI_ROW);
    row->role = UI_ROLE_STATUS;
    row->align = UI_ALIGN_CENTER;
    row->gap = ui_space(row, UI_SPACE_PADDING) / 2;
    ui_part_badge(row, state, icons[state], ui_space(row, UI_SPACE_ICON));
    struct ui_node *column = ui_node_add(row, UI_COLUMN);
    column->grow = 1;
    column->gap = ui_space(column, UI_SPACE_SMALL) / 4;
    bool is_large = ui_tree_theme(row->tree)->prefs.text_size > UI_TEXT_NORMAL;
    struct ui_node *words = ui_node_add(column, is_large ? UI_COLUMN : UI_ROW);
    words->align = is_large ? UI_ALIGN_START : UI_ALIGN_END;
    words->gap = ui_space(words, UI_SPACE_SMALL);
    ui_part_label(words, UI_TYPE_TITLE, UI_TONE_INK, title)->grow = 1;
    if (note) {
        struct ui_node *label = ui_part_label(words, UI_TYPE_CAPTION, UI_TONE_QUIET, note);
        label->grow = 1;
        label->align = is_large ? UI_ALIGN_START : UI_ALIGN_END;
    }
    struct ui_node *bar = ui_node_add(column, UI_SEGMENTS);
    bar->whole = SEGMENTS;
    bar->part = percent < 0 ? 1 : percent * SEGMENTS / 100;
    bar->height = ui_space(bar, UI_SPACE_SMALL) * 2 / 3;
    return row;
}
