/*
 * Handwriting: which characters a finger's strokes may be.
 *
 * Free of stroke order, direction and joins (ui/hand_shape.h): the ink's spread picks candidates among all
 * templates, point clouds put them in order. The templates are mapped read-only; nothing is learnt, nothing
 * is kept. Some milliseconds a query on one core; UI thread.
 */
#ifndef YIZHAN_UI_INPUT_HAND_H
#define YIZHAN_UI_INPUT_HAND_H

#include "board/base/err.h"
#include "ui/tree.h"

struct input_hand;

/* path: assets/hand/templates.bin as built. ERR_SYSTEM when it cannot be mapped, ERR_DATA when it is not such
 * a file. */
MUST_USE struct err input_hand_create(const char *path, struct input_hand **out_hand);
void input_hand_destroy(struct input_hand **hand);

/* The likeliest characters, best first; returns how many (at most `most`, fewer only without ink). */
size_t input_hand_recognise(const struct input_hand *hand, const struct ui_strokes *strokes,
                            uint32_t *out_characters, size_t most);
/* How many characters it knows: for the test. */
size_t input_hand_known(const struct input_hand *hand);

#endif
