/* The answer being given on the question screen, before the form has it. */
#include "app/journey/internal.h"

#include "board/base/log.h"
#include "board/base/utf8.h"
#include "board/base/wipe.h"

#include "ui/text_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 32 };

static enum view_input input_of(const struct session_node *node)
{
    switch (node->kind) {
    case XFORM_SELECT1:
        return VIEW_ONE;
    case XFORM_SELECT:
    case XFORM_RANK:
        return VIEW_SEVERAL;
    case XFORM_UPLOAD:
        return session_has_appearance(node, "signature") ? VIEW_SIGNATURE : VIEW_PHOTO;
    case XFORM_NOTE:
    case XFORM_TRIGGER:
        return VIEW_NOTE;
    default:
        break;
    }
    if (node->readonly)
        return VIEW_NOTE;
    if (node->type == XFORM_BARCODE)
        return VIEW_CODE;
    if (node->type == XFORM_DATE)
        return VIEW_YEAR;
    bool is_number = node->type == XFORM_INT || node->type == XFORM_DECIMAL;
    return is_number || session_has_appearance(node, "numbers") ? VIEW_DIGITS : VIEW_TEXT;
}

void draft_clear(struct draft *draft)
{
    buf_finish(&draft->text);
    wipe(draft, sizeof *draft);
    buf_init_private(&draft->text);
}

static void open_choices(struct draft *draft, const struct session_node *node)
{
    for (size_t i = 0; i < node->choice_count; i++)
        buf_append_byte(&draft->text, node->choices[i].selected);
}

static void open_date(struct draft *draft, const char *value)
{
    if (sscanf(value, "%4d-%2d-%2d", &draft->year, &draft->month, &draft->day) != 3)
        draft->year = draft->month = draft->day = 0;
    if (draft->year > 0)
        buf_printf(&draft->text, "%d", draft->year);
}

void draft_open(struct journey *journey, const struct session_node *node)
{
    struct draft *draft = &journey->visit->draft;
    draft_clear(draft);
    snprintf(draft->ref, sizeof draft->ref, "%s", node->ref);
    draft->input = input_of(node);
    draft->is_trigger = node->kind == XFORM_TRIGGER;
    if (draft->input == VIEW_ONE || draft->input == VIEW_SEVERAL)
        open_choices(draft, node);
    else if (draft->input == VIEW_YEAR)
        open_date(draft, node->value);
    else if (draft->input == VIEW_DIGITS || draft->input == VIEW_TEXT || draft->input == VIEW_CODE)
        buf_append_text(&draft->text, node->value);
    if (draft->input == VIEW_TEXT)
        text_input_start(journey->typing, lang_tag(journey_lang(journey)));
}

/* ---- what a finger does ---- */

static void choose(struct draft *draft, int index)
{
    if (index < 0 || (size_t)index >= draft->text.length)
        return;
    if (draft->input == VIEW_ONE)
        memset(draft->text.data, 0, draft->text.length);
    draft->text.data[index] = !draft->text.data[index];
}

static void type_digit(struct draft *draft, int character)
{
    if (draft->text.length < (draft->input == VIEW_YEAR ? 4 : DIGITS_MAX) && character > 0 && character < 128)
        buf_append_byte(&draft->text, (uint8_t)character);
}

/* Takes back the last character, all its bytes. */
static void erase(struct draft *draft)
{
    struct buf *text = &draft->text;
    while (text->length > 0 && ((unsigned char)text->data[text->length - 1] & 0xC0) == 0x80)
        text->data[--text->length] = '\0';
    if (text->length > 0)
        text->data[--text->length] = '\0';
}

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

/* True when the text input took the event. */
static bool type_text(struct journey *journey, const struct ui_event *event)
{
    struct text_input *typing = journey->typing;
    struct draft *draft = &journey->visit->draft;
    char text[TEXT_INPUT_BYTES_MAX] = "";
    if (event->action == ACTION_ERASE)
        return text_input_erase(typing);
    if (event->kind == UI_EVENT_STROKE)
        text_input_stroke(typing, event->points, event->point_count);
    else if (event->action == ACTION_CLEAR)
        text_input_clear_strokes(typing);
    else if (event->action == ACTION_WAY)
        text_input_set_way(typing, (size_t)event->arg);
    else if (event->action == ACTION_TEXT_KEY)
        text_input_key(typing, event->arg, text);
    else if (event->action == ACTION_CANDIDATE)
        text_input_candidate(typing, event->arg, text);
    else
        return false;
    if (draft->text.length + strlen(text) <= TEXT_BYTES_MAX)
        buf_append_text(&draft->text, text);
    wipe(text, sizeof text);
    return true;
}

void draft_ui(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = &journey->visit->draft;
    draft->message[0] = '\0';
    journey_touch(journey);
    if (draft->input == VIEW_TEXT && type_text(journey, event))
        return;
    if (event->kind == UI_EVENT_STROKE)
        add_stroke(draft, event);
    else if (event->action == ACTION_CHOICE)
        choose(draft, event->arg);
    else if (event->action == ACTION_KEY)
        type_digit(draft, event->arg);
    else if (event->action == ACTION_ERASE)
        erase(draft);
    else if (event->action == ACTION_CLEAR)
        clear_strokes(draft);
    else if (event->action == ACTION_MONTH)
        draft->month = event->arg;
    else if (event->action == ACTION_DAY)
        draft->day = event->arg;
}

/* ---- giving it to the form ---- */

static void complain(struct journey *journey, const char *text)
{
    snprintf(journey->visit->draft.message, sizeof journey->visit->draft.message, "%s", text);
    journey_touch(journey);
}

static bool answer(struct journey *journey, const char *value)
{
    struct draft *draft = &journey->visit->draft;
    const char *message = "";
    struct err e = session_answer(journey->visit->session, draft->ref, value, &message);
    if (!err_is(&e))
        return true;
    if (e.class == ERR_USER)
        complain(journey, *message
                              ? message
                              : journey_text(journey, *value ? "question.not_valid" : "question.required"));
    else
        log_err("journey", &e);
    return e.class != ERR_USER;
}

static bool commit_choices(struct journey *journey)
{
    struct draft *draft = &journey->visit->draft;
    struct session_node node;
    struct buf value;
    buf_init_private(&value);
    struct err e = session_look(journey->visit->session, draft->ref, &node);
    for (size_t i = 0; !err_is(&e) && i < node.choice_count && i < draft->text.length; i++)
        if (draft->text.data[i])
            buf_printf(&value, "%s%s", value.length ? " " : "", node.choices[i].value);
    bool taken = answer(journey, buf_text(&value));
    buf_finish(&value);
    return taken;
}

/* Three steps on three screens; only the last one answers. */
static bool commit_date(struct journey *journey)
{
    struct draft *draft = &journey->visit->draft;
    if (draft->input == VIEW_YEAR) {
        draft->year = (int)strtol(buf_text(&draft->text), NULL, 10);
        if (draft->text.length == 0)
            return answer(journey, "");
        if (draft->year < 1900 || draft->year > 2200) {
            complain(journey, journey_text(journey, "question.year_wrong"));
            return false;
        }
    }
    int *missing = draft->input == VIEW_MONTH ? &draft->month : &draft->day;
    if (draft->input != VIEW_YEAR && *missing == 0) {
        complain(journey, journey_text(journey, "question.choose_one"));
        return false;
    }
    if (draft->input != VIEW_DAY) {
        draft->input++;
        journey_touch(journey);
        return false;
    }
    char value[16];
    snprintf(value, sizeof value, "%04d-%02d-%02d", draft->year % 10000, draft->month % 100,
             draft->day % 100);
    return answer(journey, value);
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

static bool commit_signature(struct journey *journey)
{
    struct visit *visit = journey->visit;
    struct draft *draft = &visit->draft;
    if (draft->stroke_count == 0 && !draft->cannot_sign)
        return answer(journey, "");
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
        complain(journey, journey_text(journey, "question.again"));
        return false;
    }
    return answer(journey, name);
}

/* The photo was attached when it was taken; the answer is its name. */
static bool commit_photo(struct journey *journey)
{
    struct draft *draft = &journey->visit->draft;
    return answer(journey, draft->has_photo ? buf_text(&draft->text) : "");
}

void draft_take_code(struct journey *journey, const char *text)
{
    struct draft *draft = &journey->visit->draft;
    buf_clear(&draft->text);
    if (strlen(text) <= TEXT_BYTES_MAX)
        buf_append_text(&draft->text, text);
    journey_touch(journey);
}

bool draft_take_photo(struct journey *journey)
{
    struct draft *draft = &journey->visit->draft;
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

bool draft_commit(struct journey *journey)
{
    struct draft *draft = &journey->visit->draft;
    switch (draft->input) {
    case VIEW_NOTE:
        return !draft->is_trigger || answer(journey, "OK"); /* what a trigger holds, as in ODK Collect */
    case VIEW_ONE:
    case VIEW_SEVERAL:
        return commit_choices(journey);
    case VIEW_YEAR:
    case VIEW_MONTH:
    case VIEW_DAY:
        return commit_date(journey);
    case VIEW_SIGNATURE:
        return commit_signature(journey);
    case VIEW_DIGITS:
    case VIEW_TEXT:
    case VIEW_CODE:
        return answer(journey, buf_text(&draft->text));
    case VIEW_PHOTO:
        return commit_photo(journey);
    }
    return true;
}

/* ---- showing it ---- */

static const struct view_choice *view_choices(const struct draft *draft, const struct session_node *node,
                                              struct arena *arena)
{
    struct view_choice *choices = arena_array(arena, node->choice_count, sizeof *choices);
    for (size_t i = 0; choices && i < node->choice_count; i++)
        choices[i] = (struct view_choice){
            .label = node->choices[i].label.text,
            .is_selected = i < draft->text.length && draft->text.data[i],
        };
    return choices;
}

static const char *extra_keys(const struct session_node *node)
{
    if (node->type == XFORM_DECIMAL)
        return ".";
    return strstr(node->name, "id_number") ? "X" : ""; /* a citizen number may end in X */
}

/* What is text already, and behind it what is still being composed. */
static const char *text_so_far(struct journey *journey, struct arena *arena)
{
    const char *text = buf_text(&journey->visit->draft.text),
               *composing = text_input_composing(journey->typing);
    size_t length = strlen(text) + strlen(composing) + 1;
    char *both = arena_alloc(arena, length);
    if (both)
        snprintf(both, length, "%s%s", text, composing);
    return both ? both : text;
}

static struct view_text_input typing_view(struct journey *journey)
{
    const struct text_input *typing = journey->typing;
    struct text_input_keys keys = text_input_keys(typing), candidates = text_input_candidates(typing);
    struct view_text_input view = {
        .way_count = text_input_way_count(typing),
        .way = text_input_way(typing),
        .has_pad = text_input_has_pad(typing),
        .has_candidates = text_input_has_candidates(typing),
        .strokes = text_input_strokes(typing),
        .candidates = candidates.labels,
        .candidate_count = candidates.count,
        .keys = keys.labels,
        .key_count = keys.count,
    };
    for (size_t i = 0; i < view.way_count && i < UI_WAYS_MAX; i++)
        view.ways[i] = journey_text(journey, text_input_way_id(typing, i));
    return view;
}

void draft_view(struct journey *journey, const struct session_node *node, struct arena *arena,
                struct view_question *out_view)
{
    const struct draft *draft = &journey->visit->draft;
    *out_view = (struct view_question){
        .heading = node->label.text,
        .hint = node->hint.text,
        .message = draft->message[0] ? draft->message : NULL,
        .input = draft->input,
        .text = buf_text(&draft->text),
        .extra_keys = extra_keys(node),
        .year = draft->year,
        .month = draft->month,
        .day = draft->day,
        .strokes = {draft->stroke_count, draft->stroke_points, draft->points},
        .has_photo = draft->has_photo,
    };
    if (draft->input == VIEW_TEXT) {
        out_view->typing = typing_view(journey);
        out_view->text = text_so_far(journey, arena);
    }
    if (draft->input == VIEW_PHOTO || draft->input == VIEW_CODE)
        out_view->image = journey->ports->camera_preview(journey->ports->context);
    if (draft->input == VIEW_ONE || draft->input == VIEW_SEVERAL) {
        out_view->choices = view_choices(draft, node, arena);
        out_view->choice_count = out_view->choices ? node->choice_count : 0;
        out_view->text = "";
    }
}
