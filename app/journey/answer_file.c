/* Answers that are files: a signature and its stand-in, photos. */
#include "app/journey/answer_parts.h"

#include "board/base/log.h"
#include "board/base/wipe.h"

#include <stdio.h>
#include <string.h>

static void add_stroke(struct draft *draft, const struct ui_event *event)
{
    size_t room = STROKE_POINTS_MAX - draft->point_count;
    if (draft->stroke_count == STROKES_MAX || room < event->point_count)
        return;
    memcpy(draft->points + draft->point_count, event->points, event->point_count * sizeof *event->points);
    draft->stroke_points[draft->stroke_count++] = event->point_count;
    draft->point_count += event->point_count;
}

static void clear_strokes(struct draft *draft)
{
    wipe(draft->points, sizeof draft->points);
    draft->stroke_count = draft->point_count = 0;
}

static void sign(struct journey *journey, const struct ui_event *event)
{
    if (event->kind == UI_EVENT_STROKE)
        add_stroke(draft_of(journey), event);
    else if (event->action == ACTION_CLEAR)
        clear_strokes(draft_of(journey));
}

static bool is_attached(const struct visit *visit, const char *name)
{
    for (size_t i = 0; i < visit->attachment_count; i++)
        if (strcmp(visit->attachments[i].name, name) == 0)
            return true;
    return false;
}

enum { MEDIA_NAME_SIZE = 64 };

/* A picture taken anew replaces the old one; the same question of another instance has a file of its own. */
static void media_name(const struct visit *visit, const char *extension, char out_name[MEDIA_NAME_SIZE])
{
    const struct draft *draft = &visit->draft;
    const char *known = draft->has_photo ? buf_text(&draft->text) : session_value(visit->session, draft->ref);
    const char *slash = strrchr(draft->ref, '/'), *leaf = slash ? slash + 1 : "file";
    if (known && *known) {
        snprintf(out_name, MEDIA_NAME_SIZE, "%s", known);
        return;
    }
    snprintf(out_name, MEDIA_NAME_SIZE, "%.40s%s", leaf, extension);
    for (unsigned n = 2; is_attached(visit, out_name); n++)
        snprintf(out_name, MEDIA_NAME_SIZE, "%.40s-%u%s", leaf, n, extension);
}

enum {
    SIGNATURE_SPAN_MIN = 500
}; /* of the pad's shorter side's 10000: less in both directions is the mark of a touch */

static bool is_only_a_dot(const struct draft *draft)
{
    const struct ui_pad_point first = draft->points[0];
    int left = first.x, right = first.x, top = first.y, bottom = first.y;
    for (size_t i = 1; i < draft->point_count; i++) {
        const struct ui_pad_point at = draft->points[i];
        left = at.x < left ? at.x : left;
        right = at.x > right ? at.x : right;
        top = at.y < top ? at.y : top;
        bottom = at.y > bottom ? at.y : bottom;
    }
    return right - left < SIGNATURE_SPAN_MIN && bottom - top < SIGNATURE_SPAN_MIN;
}

static bool commit_signature(struct journey *journey)
{
    struct visit *visit = journey->visit;
    struct draft *draft = &visit->draft;
    if (draft->stroke_count == 0 && !draft->cannot_sign)
        return answer_give(journey, "");
    if (!draft->cannot_sign && is_only_a_dot(draft)) {
        answer_complain(journey, "question.only_a_dot");
        return false;
    }
    struct buf png;
    buf_init_private(&png);
    const struct ui_strokes strokes = {draft->stroke_count, draft->stroke_points, draft->points};
    const struct journey_ports *ports = journey->ports;
    struct err e =
        draft->cannot_sign
            ? ports->words_png(ports->context, journey_text(journey, "question.cannot_sign_record"), &png)
            : ports->strokes_png(ports->context, &strokes, &png);
    char name[MEDIA_NAME_SIZE];
    media_name(visit, ".png", name);
    if (!err_is(&e))
        e = visit_attach(visit, name, &png);
    buf_finish(&png);
    if (err_is(&e)) {
        log_err("journey", &e);
        answer_complain(journey, "question.again");
        return false;
    }
    return answer_give(journey, name);
}

/* The photo was attached when it was taken; the answer is its name. */
static bool commit_photo(struct journey *journey)
{
    struct draft *draft = draft_of(journey);
    return answer_give(journey, draft->has_photo ? buf_text(&draft->text) : "");
}

bool draft_take_photo(struct journey *journey)
{
    struct draft *draft = draft_of(journey);
    struct buf jpeg;
    char name[MEDIA_NAME_SIZE];
    media_name(journey->visit, ".jpg", name);
    buf_init_private(&jpeg);
    if (!journey->ports->camera_photo(journey->ports->context, &jpeg))
        return false;
    struct err e = visit_attach(journey->visit, name, &jpeg);
    buf_finish(&jpeg);
    if (err_is(&e))
        return false;
    buf_clear(&draft->text);
    buf_append_text(&draft->text, name);
    draft->has_photo = true;
    return true;
}

static void view_camera(struct journey *journey, const struct session_node *node, struct arena *arena,
                        struct view_question *out_view)
{
    (void)arena;
    out_view->is_portrait = session_has_appearance(node, "new-front");
    if (!draft_of(journey)->is_camera_down) /* no frozen picture of what was */
        out_view->image = journey->ports->camera_preview(journey->ports->context);
}

const struct answer_kind answer_signature = {NULL, sign, commit_signature, NULL};
const struct answer_kind answer_photo = {NULL, NULL, commit_photo, view_camera};
