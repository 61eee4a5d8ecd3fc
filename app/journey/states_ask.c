/* The questions and the lists. */
#include "app/journey/states.h"

#include "app/journey/keep.h"
#include "app/journey/payment_code.h"
#include "app/journey/walk.h"
#include "board/base/log.h"
#include "drivers/camera/camera.h"
#include "drivers/scanner/scanner.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- question ---- */

static const char *nothing_looks_words(const struct journey *journey);

/* On the question after a card was read: whose it was. Who laid down the wrong one sees it here. */
static const char *whose_card(const struct journey *journey, struct arena *arena)
{
    const struct person *person = &journey->visit->person;
    if (journey->left != STATE_CARD || !person->has_card)
        return NULL;
    bool is_acted_for = person->is_helping && person->has_helper;
    const char *names[] = {person->card.name, person->helper.name};
    return lang_format(journey_lang(journey), arena, is_acted_for ? "question.acted_for" : "question.card_of",
                       is_acted_for ? 2 : 1, names);
}

void question_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct session_node node;
    bool is_typed_card =
        journey->visit->types_card && walk_is_of_card(journey->visit->session, journey->visit->draft.ref);
    struct err e = session_look(journey->visit->session, journey->visit->draft.ref, &node);
    if (err_is(&e))
        return;
    if (!journey->visit->signs) {
        struct session_progress progress = session_progress(journey->visit->session);
        frame->part = progress.here;
        frame->whole = progress.total;
    }
    frame->has_stop = true;
    struct view_question view;
    draft_view(journey, &node, ui_tree_arena(tree), &view);
    /* A tap that changes the screen is announced, where there is room for it. */
    if (view.input == VIEW_ONE && view.choice_count > 0 && !*view.hint && !ui_tree_theme(tree)->compact)
        view.hint = journey_text(journey, "question.one_tap");
    if (is_typed_card && !*view.hint) /* its questions are the names of what stands on a card */
        view.hint = journey_text(journey, "question.as_on_card");
    view.whose_card = whose_card(journey, ui_tree_arena(tree));
    if (view.is_camera_down && !view.message)
        view.message = journey_text(journey, nothing_looks_words(journey));
    screen_question(tree, frame, &view);
}

/* Whether this question looks through the camera, and for what. */
static enum camera_use camera_use_of(struct visit *visit)
{
    struct session_node node;
    if (visit->draft.input == VIEW_CODE)
        return CAMERA_CODES;
    if (visit->draft.input != VIEW_PHOTO || draft_shows_photo(&visit->draft))
        return CAMERA_OFF;
    struct err e = session_look(visit->session, visit->draft.ref, &node);
    return !err_is(&e) && session_has_appearance(&node, "new-front") ? CAMERA_PORTRAIT : CAMERA_DOCUMENT;
}

/* What to do when nothing takes the photo, or nothing reads the code: leave out what may be left out, else
 * come back, else ask. */
static const char *nothing_looks_words(const struct journey *journey)
{
    const struct visit *visit = journey->visit;
    bool is_code = visit->draft.input == VIEW_CODE;
    struct session_node node;
    struct err e = session_look(visit->session, visit->draft.ref, &node);
    bool may_leave_out = !err_is(&e) && !node.required;
    if (!may_leave_out && keep_is_possible(journey))
        return is_code ? "question.no_scanner_keep" : "question.no_camera_keep";
    if (!may_leave_out)
        return is_code ? "question.no_scanner_ask" : "question.no_camera_ask";
    if (is_code)
        return "question.no_scanner";
    const char *supplement = guide_text(visit->service->guide, "supplement_form", "");
    return catalogue_find(journey->catalogue, supplement) ? "question.no_camera_later" : "question.no_camera";
}

#define TAKING   "question.taking"
#define NO_PHOTO "question.no_photo"

/* Through the camera, for codes through the hand scanner too. Says so when there is none, and no longer when
 * one is back. */
static void look(struct journey *journey)
{
    struct draft *draft = &journey->visit->draft;
    const char *words = nothing_looks_words(journey);
    enum camera_use use = camera_use_of(journey->visit);
    struct err e = use == CAMERA_OFF ? err_ok() : journey->ports->camera(journey->ports->context, use);
    bool has_old_photo = err_is(&e) && draft->has_photo;
    draft->is_camera_down = err_is(&e) && !has_old_photo;
    draft->is_taking_photo = false;
    draft->wants_another = draft->wants_another && !has_old_photo;
    if (has_old_photo)
        snprintf(draft->message, sizeof draft->message, NO_PHOTO);
    else if (draft->is_camera_down)
        snprintf(draft->message, sizeof draft->message, "%s", words);
    else if (strcmp(draft->message, words) == 0 || strcmp(draft->message, TAKING) == 0)
        draft->message[0] = '\0';
}

void question_enter(struct journey *journey)
{
    keep_note(journey);
    look(journey);
}

void question_leave(struct journey *journey)
{
    journey_stop_camera(journey);
}

/* The form's orx:max-pixels; 0 when it has none, or none that is a size. */
static int longer_side_px(struct visit *visit)
{
    struct session_node node;
    struct err e = session_look(visit->session, visit->draft.ref, &node);
    const char *wish = err_is(&e) ? NULL : session_attribute(&node, "orx:max-pixels");
    char *end;
    long side = wish ? strtol(wish, &end, 10) : 0;
    return wish && *end == '\0' && side > 0 && side <= INT_MAX ? (int)side : 0;
}

/* Taking it ended the live picture: it comes back, or the screen says that nothing looks. */
static void photo_failed(struct journey *journey)
{
    struct draft *draft = &journey->visit->draft;
    look(journey);
    if (!draft->is_camera_down)
        snprintf(draft->message, sizeof draft->message, NO_PHOTO);
}

/* The camera looks again, so that she sees what the next photo will show. */
static void aim_again(struct journey *journey)
{
    struct draft *draft = &journey->visit->draft;
    draft->wants_another = true;
    draft->message[0] = '\0';
    look(journey);
    journey_turn(journey, journey->page); /* a second tap of the same finger takes none */
}

static void take_photo(struct journey *journey)
{
    struct draft *draft = &journey->visit->draft;
    if (draft_shows_photo(draft)) {
        aim_again(journey);
        return;
    }
    struct err e = journey->ports->camera_take(journey->ports->context, longer_side_px(journey->visit));
    draft->is_taking_photo = !err_is(&e);
    if (draft->is_taking_photo) {
        snprintf(draft->message, sizeof draft->message, TAKING);
        return;
    }
    log_err("journey", &e);
    photo_failed(journey);
}

static const char *photo_doubt(uint32_t warnings)
{
    if (warnings & CAMERA_NO_PAGE)
        return warnings & CAMERA_DARK ? "question.dark" : "question.no_page";
    if (warnings & CAMERA_CUT_CORNER)
        return "question.cut_corner";
    if (warnings & CAMERA_GLARE)
        return "question.glare";
    if (warnings & CAMERA_DARK)
        return "question.dark";
    return warnings & CAMERA_BLURRED ? "question.blurred" : NULL;
}

static void photo_taken(struct journey *journey, const struct camera_event *event)
{
    struct draft *draft = &journey->visit->draft;
    const char *doubt = photo_doubt(event->warnings);
    if (!draft->is_taking_photo)
        return;
    if (!draft_take_photo(journey)) {
        photo_failed(journey);
        return;
    }
    look(journey);
    snprintf(draft->message, sizeof draft->message, "%s", doubt ? doubt : "");
    speech_tell(journey, doubt ? doubt : "question.photo", "", 0); /* of each photo, not only of the first */
}

static void tell_code(struct journey *journey, const char *code)
{
    struct buf words;
    buf_init_private(&words);
    bool is_said = discretion_code(journey_lang(journey), journey->visit->draft.ref, code, &words);
    speech_tell(journey, is_said ? "speech.code" : "speech.code_read", buf_text(&words), 0);
    buf_finish(&words);
}

/* What cannot be an answer is said, and looked for again. */
static void code_read(struct journey *journey, const struct code *code)
{
    struct draft *draft = &journey->visit->draft;
    bool is_payment = payment_code_is(code);
    bool fits = draft_take_code(journey, is_payment ? "" : code->text);
    const char *words = is_payment ? "question.payment_code" : "question.code_unread";
    snprintf(draft->message, sizeof draft->message, "%s", fits ? "" : words);
    draft->symbology = fits ? code_symbology_name(code->symbology) : "";
    if (fits)
        tell_code(journey, code->text);
    else
        look(journey);
}

void question_device(struct journey *journey, const struct device_message *message)
{
    enum view_input input = journey->visit->draft.input;
    bool is_camera = message->class == DEVICE_CAMERA, is_scanner = message->class == DEVICE_SCANNER;
    bool has_failed = err_is(&message->err);
    if (!(is_camera && (input == VIEW_PHOTO || input == VIEW_CODE)) && !(is_scanner && input == VIEW_CODE))
        return;
    journey_touch(journey);
    if (message->kind == DEVICE_STATUS)
        look(journey); /* pulled out, or plugged in again */
    else if (has_failed && journey->visit->draft.is_taking_photo && !device_was_cancelled(&message->err))
        photo_failed(journey); /* the live picture that it cancelled is no failure */
    else if (has_failed)
        return;
    else if (is_scanner && message->kind == DEVICE_RESULT)
        code_read(journey, &scanner_event(message)->code);
    else if (is_camera && camera_event(message)->stage == CAMERA_CODE)
        code_read(journey, &camera_event(message)->code);
    else if (is_camera && camera_event(message)->stage == CAMERA_PHOTO)
        photo_taken(journey, camera_event(message));
}

/* One tap answers a question of one choice. What is chosen already stays so; an answer that need not be given
 * is taken back by a second tap. */
static void choose_one(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = &journey->visit->draft;
    struct session_node node;
    struct err e = session_look(journey->visit->session, draft->ref, &node);
    bool is_chosen =
        event->arg >= 0 && (size_t)event->arg < draft->text.length && draft->text.data[event->arg];
    bool takes_back = is_chosen && !err_is(&e) && !node.required;
    if (!is_chosen || takes_back)
        draft_ui(journey, event);
    if (!takes_back && draft_commit(journey))
        walk_next(journey);
}

static void keep_until_camera(struct journey *journey)
{
    if (!journey->visit->draft.is_camera_down || !keep_is_possible(journey))
        return;
    keep_for_later(journey);
    journey_goto(journey, STATE_KEPT, "kept until the camera works");
}

/* What she gives in more than one tap, and would have to give once more. */
static bool takes_long(enum view_input input)
{
    return input == VIEW_TEXT || input == VIEW_DIGITS || input == VIEW_SEVERAL || input == VIEW_PHOTO ||
           input == VIEW_CODE;
}

/* Who looks back at the question before finds here what she had begun, as far as the form takes it. Back to
 * the review takes nothing over. */
static void go_back(struct journey *journey)
{
    struct visit *visit = journey->visit;
    if (draft_step_back(&visit->draft)) {
        journey_turn(journey, 0);
        return;
    }
    if (takes_long(visit->draft.input) && !visit->changes_answer && draft_commit(journey))
        visit->has_news = true;
    walk_back(journey);
}

void question_ui(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = &journey->visit->draft;
    if (event->action == UI_ACTION_BACK) {
        go_back(journey);
        return;
    }
    if (event->action == ACTION_CANNOT_SIGN)
        draft->cannot_sign = true;
    if (event->action == ACTION_KEEP) {
        keep_until_camera(journey);
        return;
    }
    if (event->action == ACTION_TAKE_PHOTO) {
        take_photo(journey);
        return;
    }
    if (event->action == ACTION_CHOICE && draft->input == VIEW_ONE) {
        choose_one(journey, event);
        return;
    }
    if (event->action != ACTION_NEXT && event->action != ACTION_CANNOT_SIGN) {
        draft_ui(journey, event);
        if (draft->input == VIEW_CODE && event->action == ACTION_ERASE)
            look(journey); /* for another one */
        return;
    }
    if (draft->is_taking_photo)
        return; /* it is hers, and will be there in a moment */
    if (draft_commit(journey))
        walk_next(journey);
    else /* "this answer is needed" helps nobody whose camera is dead */
        look(journey);
}

/* ---- one more of a repeat ---- */

enum { ENTRIES_MAX = 32 };

/* What a person calls an instance: its first answer. */
static const char *entry_name(struct journey *journey, const char *instance)
{
    const struct session_answer_line *answers;
    size_t count = session_answers(journey->visit->session, &answers), length = strlen(instance);
    for (size_t i = 0; i < count; i++)
        if (strncmp(answers[i].ref, instance, length) == 0 && *answers[i].display)
            return answers[i].display;
    return journey_text(journey, "repeat.unnamed");
}

void repeat_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct session_node series;
    const char *entries[ENTRIES_MAX];
    struct err e = session_look(journey->visit->session, journey->visit->repeat_ref, &series);
    if (err_is(&e))
        return;
    const char *heading = *series.label.text ? series.label.text : journey_text(journey, "repeat.title");
    size_t count = series.child_count < ENTRIES_MAX ? series.child_count : ENTRIES_MAX;
    for (size_t i = 0; i < count; i++) {
        char instance[XFORM_REF_SIZE];
        snprintf(instance, sizeof instance, "%s[%zu]/", journey->visit->repeat_ref, i + 1);
        entries[i] = entry_name(journey, instance);
    }
    struct session_progress progress = session_progress(journey->visit->session);
    frame->part = progress.here;
    frame->whole = progress.total;
    frame->has_stop = true;
    screen_repeat(tree, frame, &(struct view_repeat){heading, entries, count});
}

static void remove_entry(struct journey *journey, int index)
{
    char instance[XFORM_REF_SIZE];
    snprintf(instance, sizeof instance, "%s[%d]", journey->visit->repeat_ref, index + 1);
    struct err e = session_remove_repeat(journey->visit->session, instance);
    if (err_is(&e))
        log_err("journey", &e);
}

void repeat_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == UI_ACTION_BACK)
        walk_back(journey);
    else if (event->action == ACTION_YES)
        walk_into_new_instance(journey);
    else if (event->action == ACTION_NO)
        walk_past_list(journey);
    else if (event->action == ACTION_REMOVE)
        remove_entry(journey, event->arg);
}
