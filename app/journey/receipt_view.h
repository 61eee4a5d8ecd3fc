/* What is said of a case on paper and on the screen, and its printing. */
#ifndef YIZHAN_JOURNEY_RECEIPT_VIEW_H
#define YIZHAN_JOURNEY_RECEIPT_VIEW_H

#include "app/journey/screens.h"
#include "app/service/case_progress.h"
#include "drivers/device.h"
#include "offline/outbox.h"

struct journey;

/* The receipt of what this visit saved. Begins: what becomes of it comes as a printer event of journey->job.
 */
MUST_USE struct err receipt_print(struct journey *journey);
/* The same for what became of a case, for the drawer at home; message: the county's own words, NULL for none.
 */
MUST_USE struct err result_print(struct journey *journey, const char *verdict, const char *message);
bool printer_can_print(const struct journey *journey);
bool slip_can_be_printed(const struct journey *journey);
/* Prints the list of papers of the chosen service. */
void slip_start(struct journey *journey);
/* The receipt of what was saved was given to the printer, or e says why not: visit->print, and the outbox,
 * are told what becomes of it. */
void receipt_started(struct journey *journey, struct err e);
/* Until it has taken too long to let her wait for it; -1 when none is under way. The tick says so then. */
int receipt_wait_ms(const struct journey *journey);
void receipt_tick(struct journey *journey);
/* A slip, or the result of a case, was given to the printer: visit->print says what became of it. */
void paper_started(struct journey *journey, struct err e);
/* What became of it, on whatever screen she is by then. */
void paper_device(struct journey *journey, const struct device_message *message);
/* A new screen tells nothing of what was printed from an earlier one. */
void paper_enter(struct journey *journey);
/* It waits for nothing but its turn: the network is there. */
bool case_is_being_sent(const struct journey *journey, const struct outbox_case *line);
/* How a text tells when something was: for the screen, for paper. */
typedef const char *case_when(const struct journey *journey, struct arena *arena, int64_t wall_ms);
/* The steps with their truths for a case, as known now. */
size_t case_steps(struct journey *journey, struct arena *arena, const struct outbox_case *line,
                  const struct case_progress *progress, case_when *when, struct view_step out_steps[3]);

#endif
