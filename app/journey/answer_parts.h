/* What the files about answers share: each kind of input is a row of functions. Private to them. */
#ifndef YIZHAN_JOURNEY_ANSWER_PARTS_H
#define YIZHAN_JOURNEY_ANSWER_PARTS_H

#include "app/journey/internal.h"
#include "ui/text_input.h"

/* NULL: nothing to do for this kind. */
struct answer_kind {
    void (*open)(struct journey *journey, const struct session_node *node);
    void (*ui)(struct journey *journey, const struct ui_event *event);
    bool (*commit)(struct journey *journey); /* gives the answer to the form; false: see draft_commit() */
    void (*view)(struct journey *journey, const struct session_node *node, struct arena *arena,
                 struct view_question *out_view);
};

extern const struct answer_kind answer_one, answer_several, answer_rank;
extern const struct answer_kind answer_date, answer_month, answer_day, answer_hour, answer_minute;
extern const struct answer_kind answer_range, answer_stars, answer_place;
extern const struct answer_kind answer_signature, answer_photo;

/* The answer under way. */
static inline struct draft *draft_of(struct journey *journey)
{
    return &journey->visit->draft;
}

/* Says what must be mended first. */
void answer_complain(struct journey *journey, const char *notice);
/* Gives a value to the form; false: the form, and now the screen, says what is wrong. */
bool answer_give(struct journey *journey, const char *value);
/* The draft's text is the value. */
bool answer_give_text(struct journey *journey);
void answer_set_text(struct draft *draft, const char *text);
/* Takes back the last character, all its bytes. */
void answer_erase(struct journey *journey, const struct ui_event *event, char *text, size_t *length);
/* One character of a keypad, or erase. */
void answer_type_digits(struct journey *journey, const struct ui_event *event, size_t max);

/* Gives the event to the text input. True when it was meant for it; out_text is what became text, "" for
 * nothing. */
bool answer_type(struct journey *journey, const struct ui_event *event, char out_text[TEXT_INPUT_BYTES_MAX]);
/* What the text input shows, and the text so far with what is being composed. */
void answer_view_typing(struct journey *journey, struct arena *arena, const char *text,
                        struct view_question *out_view);

#endif
