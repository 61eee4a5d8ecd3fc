/* The answer being given on the question screen, before the form has it: each kind of input is one row. */
#include "app/journey/answer_parts.h"

#include "app/journey/keep.h"
#include "app/journey/scan_group.h"
#include "board/base/log.h"
#include "board/base/wipe.h"

#include <stdio.h>
#include <string.h>

enum { DIGITS_MAX = 32, RESIDENT_NUMBER_LENGTH = 18 };

static enum view_input input_of_type(const struct session_node *node)
{
    switch (node->type) {
    case XFORM_BARCODE:
        return VIEW_CODE;
    case XFORM_DATE:
    case XFORM_DATETIME:
        return VIEW_YEAR;
    case XFORM_TIME:
        return VIEW_HOUR;
    case XFORM_GEOPOINT:
        return VIEW_PLACE;
    case XFORM_INT:
    case XFORM_DECIMAL:
        return VIEW_DIGITS;
    default:
        return session_has_appearance(node, "numbers") ? VIEW_DIGITS : VIEW_TEXT;
    }
}

static enum view_input input_of(const struct session_node *node)
{
    switch (node->kind) {
    case XFORM_NOTE:
    case XFORM_TRIGGER:
        return VIEW_NOTE;
    case XFORM_SELECT1:
        return VIEW_ONE;
    case XFORM_SELECT:
        return VIEW_SEVERAL;
    case XFORM_RANK:
        return VIEW_RANK;
    case XFORM_RANGE:
        return session_has_appearance(node, "rating") ? VIEW_STARS : VIEW_RANGE;
    case XFORM_UPLOAD:
        return session_has_appearance(node, "signature") ? VIEW_SIGNATURE : VIEW_PHOTO;
    default:
        return node->readonly ? VIEW_NOTE : input_of_type(node);
    }
}

/* Who goes by the keypad hears each key before she presses it, and now that it was taken. A finger's keys are
 * not said: they may be a number of hers, and the hall listens. what: "" for nothing. */
static void echo(struct journey *journey, const struct ui_event *event, const char *id, const char *what)
{
    if (event->key == UI_KEY_OK)
        speech_tell(journey, id, speech_of_key(journey_lang(journey), what), 0);
}

void answer_erase(struct journey *journey, const struct ui_event *event, char *text, size_t *length)
{
    size_t start = *length;
    while (start > 0 && ((unsigned char)text[--start] & 0xC0) == 0x80)
        continue;
    if (start < *length)
        echo(journey, event, "speech.erased", text + start);
    wipe(text + start, *length - start);
    *length = start;
}

static void erase(struct journey *journey, const struct ui_event *event)
{
    struct buf *text = &draft_of(journey)->text;
    if (text->length > 0)
        answer_erase(journey, event, text->data, &text->length);
}

void answer_set_text(struct draft *draft, const char *text)
{
    buf_clear(&draft->text);
    buf_append_text(&draft->text, text);
}

/* ---- digits ---- */

void answer_type_digits(struct journey *journey, const struct ui_event *event, size_t max)
{
    struct draft *draft = draft_of(journey);
    const char digit[2] = {(char)event->arg, '\0'};
    if (event->action == ACTION_ERASE) {
        erase(journey, event);
    } else if (event->action == ACTION_KEY && draft->text.length < max && event->arg > 0 &&
               event->arg < 128) {
        buf_append_byte(&draft->text, (uint8_t)event->arg);
        echo(journey, event, "speech.typed", digit);
    }
}

static void type_digits(struct journey *journey, const struct ui_event *event)
{
    answer_type_digits(journey, event, DIGITS_MAX);
}

/* Without a card nobody but the check digit tells a slip of the finger from her number. */
static bool give_digits(struct journey *journey)
{
    const struct draft *draft = draft_of(journey);
    const char *leaf = strrchr(draft->ref, '/'), *number = buf_text(&draft->text);
    bool is_of_card = journey->visit->types_card && leaf && strcmp(leaf, "/id_number") == 0;
    if (!is_of_card || strlen(number) != RESIDENT_NUMBER_LENGTH || idcard_number_valid(number))
        return answer_give_text(journey);
    answer_complain(journey, "question.number_wrong");
    return false;
}

static void open_text(struct journey *journey, const struct session_node *node)
{
    answer_set_text(draft_of(journey), node->value);
}

/* As it was typed: a record spells the decimal 1200 "1200.0". */
static void open_digits(struct journey *journey, const struct session_node *node)
{
    answer_set_text(draft_of(journey), session_display_value(journey->visit->session, node->ref));
}

bool answer_give_text(struct journey *journey)
{
    return answer_give(journey, buf_text(&draft_of(journey)->text));
}

/* ---- words ---- */

static void open_words(struct journey *journey, const struct session_node *node)
{
    open_text(journey, node);
    text_input_start(journey->typing, lang_tag(journey_lang(journey)));
}

static void choose_way(struct journey *journey, size_t way)
{
    text_input_set_way(journey->typing, way);
    speech_tell(journey, "speech.chosen", journey_text(journey, text_input_way_id(journey->typing, way)), 1);
}

static void press_key(struct journey *journey, const struct ui_event *event,
                      char out_text[TEXT_INPUT_BYTES_MAX])
{
    struct text_input_keys keys = text_input_keys(journey->typing);
    if (event->arg >= 0 && (size_t)event->arg < keys.count)
        echo(journey, event, "speech.typed", keys.labels[event->arg]);
    text_input_key(journey->typing, event->arg, out_text);
}

static void pick_word(struct journey *journey, const struct ui_event *event,
                      char out_text[TEXT_INPUT_BYTES_MAX])
{
    text_input_candidate(journey->typing, event->arg, out_text);
    echo(journey, event, "speech.typed", out_text);
}

/* What is still being composed goes first. */
static bool erase_composed(struct journey *journey, const struct ui_event *event)
{
    bool was_composing = text_input_erase(journey->typing);
    if (was_composing)
        echo(journey, event, "speech.erased", "");
    return was_composing;
}

bool answer_type(struct journey *journey, const struct ui_event *event, char out_text[TEXT_INPUT_BYTES_MAX])
{
    struct text_input *typing = journey->typing;
    out_text[0] = '\0';
    if (event->action == ACTION_ERASE)
        return erase_composed(journey, event);
    if (event->kind == UI_EVENT_STROKE)
        text_input_stroke(typing, event->points, event->point_count);
    else if (event->action == ACTION_CLEAR)
        text_input_clear_strokes(typing);
    else if (event->action == ACTION_WAY)
        choose_way(journey, (size_t)event->arg);
    else if (event->action == ACTION_MORE_CANDIDATES && event->arg >= 0)
        text_input_show_from(typing, (size_t)event->arg);
    else if (event->action == ACTION_KEY_GROUP)
        text_input_set_group(typing, event->arg);
    else if (event->action == ACTION_TEXT_KEY)
        press_key(journey, event, out_text);
    else if (event->action == ACTION_CANDIDATE)
        pick_word(journey, event, out_text);
    else
        return false;
    return true;
}

static void type_words(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = draft_of(journey);
    char text[TEXT_INPUT_BYTES_MAX] = "";
    bool is_typed = answer_type(journey, event, text);
    if (is_typed && draft->text.length + strlen(text) <= TEXT_BYTES_MAX)
        buf_append_text(&draft->text, text);
    else if (!is_typed && event->action == ACTION_ERASE)
        erase(journey, event);
    wipe(text, sizeof text);
}

/* What is drawn or spelt and not yet picked would go without a word: a name would lose its last character. */
static bool give_words(struct journey *journey)
{
    const struct text_input *typing = journey->typing;
    if (text_input_strokes(typing).stroke_count == 0 && !*text_input_composing(typing))
        return answer_give_text(journey);
    answer_complain(journey, "question.pick_word");
    return false;
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
        .first_candidate = text_input_first_candidate(typing),
        .open_group = text_input_open_group(typing),
        .keys = keys.labels,
        .key_count = keys.count,
    };
    for (size_t i = 0; i < view.way_count && i < UI_WAYS_MAX; i++)
        view.ways[i] = journey_text(journey, text_input_way_id(typing, i));
    return view;
}

void answer_view_typing(struct journey *journey, struct arena *arena, const char *text,
                        struct view_question *out_view)
{
    const char *composing = text_input_composing(journey->typing);
    size_t length = strlen(text) + strlen(composing) + 1;
    char *both = arena_alloc(arena, length);
    if (both)
        snprintf(both, length, "%s%s", text, composing);
    out_view->text = both ? both : text;
    out_view->typing = typing_view(journey);
}

static void view_words(struct journey *journey, const struct session_node *node, struct arena *arena,
                       struct view_question *out_view)
{
    (void)node;
    answer_view_typing(journey, arena, buf_text(&draft_of(journey)->text), out_view);
}

static void view_digits(struct journey *journey, const struct session_node *node, struct arena *arena,
                        struct view_question *out_view)
{
    (void)journey;
    (void)arena;
    bool may_end_in_x = node->type != XFORM_DECIMAL && strstr(node->name, "id_number");
    out_view->extra_keys = node->type == XFORM_DECIMAL ? "." : may_end_in_x ? "X" : "";
}

/* ---- codes and notes ---- */

static void erase_code(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_ERASE)
        buf_clear(&draft_of(journey)->text);
}

static void view_camera(struct journey *journey, const struct session_node *node, struct arena *arena,
                        struct view_question *out_view)
{
    (void)node;
    (void)arena;
    out_view->image = journey->ports->camera_preview(journey->ports->context);
}

static bool commit_note(struct journey *journey)
{
    /* What a trigger holds, as in ODK Collect. */
    return !draft_of(journey)->is_trigger || answer_give(journey, "OK");
}

/* ---- all kinds ---- */

static const struct answer_kind answer_note = {NULL, NULL, commit_note, NULL};
static const struct answer_kind answer_digits = {open_digits, type_digits, give_digits, view_digits};
static const struct answer_kind answer_words = {open_words, type_words, give_words, view_words};
static const struct answer_kind answer_code = {open_text, erase_code, answer_give_text, view_camera};

static const struct answer_kind *const kinds[VIEW_INPUTS] = {
    [VIEW_NOTE] = &answer_note,
    [VIEW_ONE] = &answer_one,
    [VIEW_SEVERAL] = &answer_several,
    [VIEW_RANK] = &answer_rank,
    [VIEW_FIND] = &answer_one, /* only ever shown: the draft stays a list */
    [VIEW_DIGITS] = &answer_digits,
    [VIEW_TEXT] = &answer_words,
    [VIEW_RANGE] = &answer_range,
    [VIEW_STARS] = &answer_stars,
    [VIEW_YEAR] = &answer_date,
    [VIEW_MONTH] = &answer_month,
    [VIEW_DAY] = &answer_day,
    [VIEW_HOUR] = &answer_hour,
    [VIEW_MINUTE] = &answer_minute,
    [VIEW_PLACE] = &answer_place,
    [VIEW_SIGNATURE] = &answer_signature,
    [VIEW_PHOTO] = &answer_photo,
    [VIEW_CODE] = &answer_code,
};

void draft_clear(struct draft *draft)
{
    buf_finish(&draft->text);
    picture_finish(&draft->photo);
    wipe(draft, sizeof *draft);
    buf_init_private(&draft->text);
}

void draft_open(struct journey *journey, const struct session_node *node)
{
    struct draft *draft = draft_of(journey);
    draft_clear(draft);
    picture_shelf_clear(&journey->pictures);
    snprintf(draft->ref, sizeof draft->ref, "%s", node->ref);
    draft->input = input_of(node);
    draft->is_trigger = node->kind == XFORM_TRIGGER;
    if (scan_part_of(journey->visit->session, node->ref) == SCAN_TEXT)
        draft->input = VIEW_CODE;
    if (kinds[draft->input]->open)
        kinds[draft->input]->open(journey, node);
}

void draft_ui(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = draft_of(journey);
    draft->message[0] = '\0';
    journey_touch(journey);
    if (kinds[draft->input]->ui)
        kinds[draft->input]->ui(journey, event);
    if (draft->input == VIEW_CODE && draft->text.length == 0)
        draft->symbology = "";
}

bool draft_commit(struct journey *journey)
{
    struct draft *draft = draft_of(journey);
    if (!kinds[draft->input]->commit(journey))
        return false;
    if (draft->symbology) /* not before the answer is the form's */
        scan_note_symbology(journey->visit->session, draft->ref, draft->symbology);
    return true;
}

void answer_complain(struct journey *journey, const char *notice)
{
    snprintf(journey->visit->draft.message, sizeof journey->visit->draft.message, "%s", notice);
    journey_touch(journey);
}

bool answer_give(struct journey *journey, const char *value)
{
    struct draft *draft = draft_of(journey);
    const char *message = "";
    struct err e = session_answer(journey->visit->session, draft->ref, value, &message);
    if (!err_is(&e))
        return true;
    if (e.class == ERR_USER)
        answer_complain(journey, *message ? message : *value ? "question.not_valid" : "question.required");
    else
        log_err("journey", &e);
    return e.class != ERR_USER;
}

bool draft_take_code(struct journey *journey, const char *text)
{
    struct draft *draft = draft_of(journey);
    bool fits = *text && strlen(text) <= TEXT_BYTES_MAX;
    buf_clear(&draft->text);
    buf_append_text(&draft->text, fits ? text : "");
    journey_touch(journey);
    return fits;
}

void draft_view(struct journey *journey, const struct session_node *node, struct arena *arena,
                struct view_question *out_view)
{
    const struct draft *draft = draft_of(journey);
    *out_view = (struct view_question){
        .heading = node->label.text,
        .hint = node->hint.text,
        .message = journey_notice(journey, draft->message),
        .input = draft->input,
        .text = buf_text(&draft->text),
        .extra_keys = "",
        .year = draft->year,
        .month = draft->month,
        .day = draft->day,
        .hour = draft->hour,
        .strokes = {draft->stroke_count, draft->stroke_points, draft->points},
        .is_camera_down = draft->is_camera_down,
        .can_keep = draft->is_camera_down && node->required && keep_is_possible(journey),
    };
    if (node->label.image)
        out_view->picture = journey_picture(journey, node->label.image);
    if (kinds[draft->input]->view)
        kinds[draft->input]->view(journey, node, arena, out_view);
    const char *label = draft->input == VIEW_CODE ? scan_label(journey->visit->session, draft->ref) : NULL;
    if (label)
        out_view->heading = label;
}
