/* The answer under way on the question screen (answer.c). */
#ifndef YIZHAN_JOURNEY_DRAFT_H
#define YIZHAN_JOURNEY_DRAFT_H

#include "app/form/session.h"
#include "app/journey/screens.h"
#include "drivers/picture/picture.h"

struct journey;

enum { STROKES_MAX = 64, STROKE_POINTS_MAX = 4096, TEXT_BYTES_MAX = 1024, FIND_BYTES_MAX = 96 };

/* The answer being given on the question screen, before the form has it. */
struct draft {
    char ref[XFORM_REF_SIZE];
    enum view_input input;
    struct buf text; /* what stands in the field; of choices: one byte each, 1 is chosen; of RANK its place */
    int year, month, day, hour; /* dates and times so far; 0 unknown, hour -1 */
    enum view_input last_step;  /* of a date or time: the one that answers */
    bool is_finding;            /* looks for a choice in a long list instead of seeing it */
    char find[FIND_BYTES_MAX];  /* only choices that this stands in are shown */
    size_t stroke_count, point_count;
    size_t stroke_points[STROKES_MAX];
    struct ui_pad_point points[STROKE_POINTS_MAX];
    bool cannot_sign;
    bool is_trigger;       /* a note that is answered by being understood */
    bool has_photo;        /* text is its name */
    bool wants_another;    /* the camera looks again; until it has taken one, the photo that is there holds */
    struct picture photo;  /* as it goes to the office */
    const char *symbology; /* of the code in text; "" for none, NULL as the form has it */
    bool is_taking_photo;  /* asked for, not there yet */
    bool is_camera_down;
    char message[256]; /* what must be mended first: a text id, or the form's own words */
};

void draft_open(struct journey *journey, const struct session_node *node);
void draft_clear(struct draft *draft);
void draft_ui(struct journey *journey, const struct ui_event *event);
/* Gives the answer to the form. False: draft.message says what must be mended. */
bool draft_commit(struct journey *journey);
/* One step back within the question: from the month to the year, from finding to the list. False: there is
 * none. */
bool draft_step_back(struct draft *draft);
/* A code was read for the question on screen; false when it holds nothing that could be an answer. */
bool draft_take_code(struct journey *journey, const char *text);
/* A photo lies in the camera's feed: attaches it. False when there is none. */
bool draft_take_photo(struct journey *journey);
/* The photo that was taken stands on the screen, not what the camera sees. */
bool draft_shows_photo(const struct draft *draft);
void draft_view(struct journey *journey, const struct session_node *node, struct arena *arena,
                struct view_question *out_view);

#endif
