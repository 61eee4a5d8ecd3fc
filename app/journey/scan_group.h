/* A group of questions that one scanned code answers: "ex:yizhan.scan". */
#ifndef YIZHAN_JOURNEY_SCAN_GROUP_H
#define YIZHAN_JOURNEY_SCAN_GROUP_H

#include "app/form/session.h"

enum scan_part { SCAN_NONE, SCAN_TEXT, SCAN_SYMBOLOGY };
/* What a question is of a group "ex:yizhan.scan". */
enum scan_part scan_part_of(struct xform_session *session, const char *ref);
/* What the group around it says, borrowed from the session; NULL when it says nothing. */
const char *scan_label(struct xform_session *session, const char *ref);
/* The kind of code that a question of such a group was answered with; nothing for other questions. */
void scan_note_symbology(struct xform_session *session, const char *ref, const char *symbology);

#endif
