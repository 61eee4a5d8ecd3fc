/* A group of questions that one scanned code answers: "ex:yizhan.scan". */
#ifndef YIZHAN_JOURNEY_SCAN_GROUP_H
#define YIZHAN_JOURNEY_SCAN_GROUP_H

#include "app/form/session.h"

struct arena;
struct journey;

enum scan_part { SCAN_NONE, SCAN_TEXT, SCAN_SYMBOLOGY };
/* What a question is of a group "ex:yizhan.scan". Looks at the session: nodes looked at before are stale. */
enum scan_part scan_part_of(struct journey *journey, const char *ref);
/* What the group around it says; NULL when it says nothing. */
const char *scan_label(struct journey *journey, const char *ref, struct arena *arena);
/* The kind of code that a question of such a group was answered with; nothing for other questions. */
void scan_note_symbology(struct journey *journey, const char *ref, const char *symbology);

#endif
