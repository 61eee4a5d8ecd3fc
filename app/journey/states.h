/* The functions of the state table, one group a state. Only states.c and the states' own files include it. */
#ifndef YIZHAN_JOURNEY_STATES_H
#define YIZHAN_JOURNEY_STATES_H

#include "app/journey/internal.h"

#define STATE_BUILD(name)                                                                                    \
    void name##_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
#define STATE_UI(name)     void name##_ui(struct journey *journey, const struct ui_event *event)
#define STATE_ENTER(name)  void name##_enter(struct journey *journey)
#define STATE_LEAVE(name)  void name##_leave(struct journey *journey)
#define STATE_DEVICE(name) void name##_device(struct journey *journey, const struct device_message *message)
#define STATE_STORE(name)  void name##_store(struct journey *journey, struct store_answer *answer)

STATE_ENTER(attract);
STATE_BUILD(attract);
STATE_UI(attract);
STATE_ENTER(home);
STATE_BUILD(home);
STATE_UI(home);
STATE_ENTER(search);
STATE_LEAVE(search);
STATE_BUILD(search);
STATE_UI(search);
STATE_BUILD(board);
STATE_BUILD(details);
/* The guide says more than its own screen does. */
bool details_exist(const struct guide *guide);
STATE_BUILD(guide);
STATE_UI(guide);
STATE_BUILD(consent);
STATE_UI(consent);
STATE_ENTER(card);
STATE_LEAVE(card);
STATE_BUILD(card);
STATE_UI(card);
STATE_DEVICE(card);
STATE_STORE(card);
STATE_BUILD(no_card);
STATE_UI(no_card);
STATE_ENTER(question);
STATE_LEAVE(question);
STATE_DEVICE(question);
STATE_BUILD(question);
STATE_UI(question);
STATE_BUILD(repeat);
STATE_UI(repeat);
STATE_ENTER(review);
STATE_LEAVE(review);
STATE_BUILD(review);
STATE_UI(review);
STATE_ENTER(saving);
STATE_BUILD(saving);
STATE_STORE(saving);
STATE_BUILD(save_failed);
STATE_UI(save_failed);
STATE_ENTER(saved);
STATE_BUILD(saved);
STATE_UI(saved);
STATE_DEVICE(saved);
STATE_ENTER(take_card);
STATE_BUILD(take_card);
STATE_UI(take_card);
STATE_DEVICE(take_card);
STATE_BUILD(rating);
STATE_UI(rating);
STATE_LEAVE(rating);
STATE_ENTER(find);
STATE_LEAVE(find);
STATE_BUILD(find);
STATE_UI(find);
STATE_DEVICE(find);
STATE_STORE(find);
STATE_BUILD(cases);
STATE_UI(cases);
STATE_BUILD(case);
STATE_UI(case);
STATE_STORE(case);
STATE_BUILD(resume);
STATE_UI(resume);
STATE_BUILD(afresh);
STATE_UI(afresh);
STATE_BUILD(kept);
STATE_UI(kept);
STATE_STORE(kept);
STATE_BUILD(technician);
STATE_BUILD(technician_pin);
STATE_UI(technician_pin);
STATE_LEAVE(technician_pin);
STATE_BUILD(technician_plan);
STATE_UI(technician_plan);
STATE_DEVICE(technician_plan);
STATE_BUILD(technician_status);
STATE_UI(technician_status);
STATE_ENTER(technician_test);
STATE_LEAVE(technician_test);
STATE_BUILD(technician_test);
STATE_UI(technician_test);
STATE_DEVICE(technician_test);
STATE_BUILD(technician_take);
STATE_BUILD(help);
STATE_UI(help);
STATE_BUILD(stop);
STATE_UI(stop);
STATE_BUILD(still_there);
STATE_UI(still_there);

/* What one state's file asks of another's. */

/* The tile of the index-th service of the catalogue, with what is to be said of it now. */
struct view_tile home_tile_of(const struct journey *journey, size_t index);
/* To the guide of that service. */
void home_open(struct journey *journey, int index);

/* How many notices of the county there are to read today. */
size_t board_count(const struct journey *journey);

/* The number of what was saved, grouped, as long as no receipt that says it was proved; else NULL. */
const char *number_to_note(const struct visit *visit, struct arena *arena);
/* A form takes the answer, and this visitor has not given hers. */
bool rating_is_open(const struct journey *journey);

#endif
