/*
 * The screen as the program sees it: give it a tree, feed it input, take events, draw what changed.
 *
 *     while (running) {
 *         poll(descriptors incl. ui_fd(), timeout incl. ui_poll_ms());
 *         ui_pump(ui);                                  presenter's own input (window)
 *         while (ui_next_event(ui, &event)) handle(&event);
 *         ui_show(ui, &tree);                           only when the view model changed
 *         ui_draw(ui);                                  draws and presents dirty rectangles, else nothing
 *     }
 *
 * UI thread only. Nothing here blocks.
 */
#ifndef YIZHAN_UI_UI_H
#define YIZHAN_UI_UI_H

#include "board/base/clock.h"
#include "ui/presenter.h"
#include "ui/text.h"
#include "ui/tree.h"

struct ui;

struct ui_config {
    struct ui_presenter *presenter; /* borrowed, outlives the ui */
    const char *assets;             /* folder with fonts/ icons/; borrowed during creation */
    struct ui_panel panel;          /* ui_panel_from_diagonal() or the presenter's size */
    const struct clock *clock;      /* borrowed, outlives the ui */
};
MUST_USE struct err ui_create(const struct ui_config *config, struct ui **out_ui);
void ui_destroy(struct ui **ui);

/* Its fonts, for tests. Owned by the ui. */
struct ui_text *ui_text_engine(struct ui *ui);

/* A person's preferences; the next tree must be built with ui_theme(). */
void ui_set_prefs(struct ui *ui, const struct ui_prefs *prefs);
const struct ui_theme *ui_theme(const struct ui *ui);

/* Takes the tree (sets *tree to NULL), lays it out and marks what differs from the one before as dirty. The
 * focus stays on the node with the same id; a screen of another name starts without focus. A finger that is
 * down stays on its target when that is still there. */
void ui_show(struct ui *ui, struct ui_tree **tree);
/* The tree on the screen, laid out; NULL before the first. Borrowed until the next ui_show(). */
struct ui_tree *ui_tree(struct ui *ui);

/* A control that has just come takes no tap and no OK: a hand that trembles taps twice, and a finger on its
 * way down meant what stood there before. Keys that stay as they are can be typed on as fast as anybody can.
 */
enum { UI_SETTLE_MS = 400 };
/* How long until everything on the screen takes taps; 0 when it does: for tests, which never wait for time.
 */
int ui_unsettled_ms(const struct ui *ui);

/* One input from drivers/touch, a keypad or the control program. */
void ui_input(struct ui *ui, const struct ui_input *input);
/* Takes all input the presenter has. */
void ui_pump(struct ui *ui);
bool ui_next_event(struct ui *ui, struct ui_event *out_event);

/* Draws and presents what is dirty; out_pixels, when not NULL: how many pixels that was (0: nothing to do).
 */
MUST_USE struct err ui_draw(struct ui *ui, size_t *out_pixels);
/* Forces the next ui_draw() to draw everything: for tests and benches. */
void ui_invalidate(struct ui *ui);

/* Nobody has touched the screen for a while: a quarter of the light, so that what it says of a person is not
 * read from across the room. Drawn by the next ui_draw(). Input is taken as ever. */
void ui_set_dim(struct ui *ui, bool is_dim);

/* For poll(): ui_fd() may be -1; ui_poll_ms() -1 for no limit. */
int ui_fd(const struct ui *ui);
int ui_poll_ms(const struct ui *ui);

/* The next person must find nothing: drops the tree, focus, strokes, pending events and cached strings,
 * wiped, and paints the surface over. */
void ui_forget(struct ui *ui);

#endif
