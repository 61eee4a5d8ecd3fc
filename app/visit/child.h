/* Another program, its words line by line. Blocks until it has ended. */
#ifndef YIZHAN_VISIT_CHILD_H
#define YIZHAN_VISIT_CHILD_H

#include "board/base/err.h"

/* Runs argv[0] found on PATH, stdout and stderr together, stdin empty; take_line gets each line without its
 * end. ERR_SYSTEM: it could not be started; ERR_REFUSED: it left with another status than 0, its last line
 * says why. take_line may be NULL. */
MUST_USE struct err child_run(const char *const *argv, void (*take_line)(void *context, const char *line),
                              void *context);

#endif
