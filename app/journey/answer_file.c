/* Answers that are files: a signature and its stand-in, photos. */
#include "app/journey/answer_parts.h"

#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/picture/jpeg.h"

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

static const struct attachment *attached(const struct visit *visit, const char *name)
{
    for (size_t i = 0; i < visit->attachment_count; i++)
        if (strcmp(visit->attachments[i].name, name) == 0)
            return &visit->attachments[i];
    return NULL;
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
    for (unsigned n = 2; attached(visit, out_name); n++)
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

enum { SHOWN_SIDE_PX = 1920, SHRINK_MOST = 8 };

/* No larger than a screen: a form may ask for far more pixels. */
static struct err decode(const struct buf *jpeg, struct picture *out_picture)
{
    int width, height, shrink = 1;
    TRY(jpeg_measure(jpeg->data, jpeg->length, &width, &height));
    while (shrink < SHRINK_MOST && (width > shrink * SHOWN_SIDE_PX || height > shrink * SHOWN_SIDE_PX))
        shrink *= 2;
    return jpeg_decode(jpeg->data, jpeg->length, shrink, PICTURE_RGB, out_picture);
}

/* Holds the photo of this name as the answer under way, where it is attached. */
static void hold_photo(struct journey *journey, const char *name)
{
    struct draft *draft = draft_of(journey);
    const struct attachment *file = *name ? attached(journey->visit, name) : NULL;
    if (!file)
        return;
    answer_set_text(draft, name);
    draft->has_photo = true;
    draft->wants_another = false;
    journey->pictures.generation++;
    struct err e = decode(&file->bytes, &draft->photo);
    if (err_is(&e))
        log_err("journey", &e);
}

static void open_photo(struct journey *journey, const struct session_node *node)
{
    hold_photo(journey, node->value);
}

/* The photo was attached when it was taken; the answer is its name. */
static bool commit_photo(struct journey *journey)
{
    struct draft *draft = draft_of(journey);
    return answer_give(journey, draft->has_photo ? buf_text(&draft->text) : "");
}

bool draft_take_photo(struct journey *journey)
{
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
    hold_photo(journey, name);
    return true;
}

bool draft_shows_photo(const struct draft *draft)
{
    return draft->has_photo && !draft->wants_another;
}

static struct ui_image image_of(const struct journey *journey, const struct picture *picture)
{
    return (struct ui_image){.format = UI_IMAGE_RGB24,
                             .width = picture->width,
                             .height = picture->height,
                             .stride = picture->width * PICTURE_RGB,
                             .pixels = picture->pixels,
                             .generation = journey->pictures.generation};
}

static void view_camera(struct journey *journey, const struct session_node *node, struct arena *arena,
                        struct view_question *out_view)
{
    (void)arena;
    const struct draft *draft = draft_of(journey);
    out_view->is_portrait = session_has_appearance(node, "new-front");
    out_view->has_photo = draft_shows_photo(draft);
    if (out_view->has_photo)
        out_view->image = image_of(journey, &draft->photo);
    else if (!draft->is_camera_down) /* no frozen picture of what was */
        out_view->image = journey->ports->camera_preview(journey->ports->context);
}

const struct answer_kind answer_signature = {NULL, sign, commit_signature, NULL};
const struct answer_kind answer_photo = {open_photo, NULL, commit_photo, view_camera};
