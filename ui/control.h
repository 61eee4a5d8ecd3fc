/* Driving the screen without a hand: for tests, the control program and the demo. Never part of the image. */
#ifndef YIZHAN_UI_CONTROL_H
#define YIZHAN_UI_CONTROL_H

#include "ui/ui.h"

/* A finger goes down and up in the middle of the node with this id or spoken label. ERR_USER when there is
 * none or it is disabled, ERR_REFUSED when another node lies on top of it. */
MUST_USE struct err ui_test_tap(struct ui *ui, const char *id_or_label);
void ui_test_tap_at(struct ui *ui, int x, int y);
void ui_test_key(struct ui *ui, enum ui_key key);
/* Draws strokes on a pad; points as in ui_event. ERR_USER when there is no such pad. */
MUST_USE struct err ui_test_stroke(struct ui *ui, const char *id, const struct ui_pad_point *points,
                                   size_t count);
/* "up" "down" "left" "right" "ok" "back" "repeat" "help"; UI_KEY_NONE for anything else. */
enum ui_key ui_key_from_name(const char *name);

#endif
