/* The card, going without it, and the questions. */
#include "app/journey/states.h"

#include "board/base/log.h"
#include "drivers/camera/camera.h"
#include "drivers/scanner/scanner.h"

#include <stdio.h>
#include <string.h>

/* ---- card ---- */

enum { AGE_OF_LARGE_TEXT = 60 };

static bool here(struct journey *journey, struct session_node *out_node)
{
    struct session_position position = session_here(journey->visit->session);
    struct err e = session_look(journey->visit->session, position.ref, out_node);
    if (err_is(&e))
        log_err("journey", &e);
    return !err_is(&e);
}

static bool is_for_helper(const struct session_node *group)
{
    return strstr(group->intent_arguments, "helper") != NULL;
}

static void start_reading(struct journey *journey)
{
    journey->visit->is_card_found = false;
    struct err e = journey->ports->card_read(journey->ports->context);
    if (err_is(&e) && e.class != ERR_DEVICE)
        log_err("journey", &e);
}

void card_enter(struct journey *journey)
{
    journey->visit->card_notice[0] = '\0';
    start_reading(journey);
}

void card_leave(struct journey *journey)
{
    journey->ports->card_stop(journey->ports->context);
    journey->visit->is_card_found = false;
}

static void card_notice(struct journey *journey, const char *text)
{
    snprintf(journey->visit->card_notice, sizeof journey->visit->card_notice, "%s", text);
    journey_touch(journey);
}

static const char *notice_of(const struct err *e)
{
    switch (e->code) {
    case IDCARD_NOT_OURS:
        return "card.not_ours";
    case IDCARD_UNREADABLE:
        return "card.unreadable";
    case IDCARD_UNSUPPORTED:
        return "card.unsupported";
    case IDCARD_NOT_GENUINE:
        return "card.not_genuine";
    default:
        return "card.moved";
    }
}

void card_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct session_node group;
    if (!here(journey, &group))
        return;
    const struct visit *visit = journey->visit;
    const struct guide *guide = visit->service->guide;
    struct session_progress progress = session_progress(visit->session);
    frame->part = progress.here;
    frame->whole = progress.total;
    frame->has_stop = true;
    bool is_down = !journey_device_ready(journey, DEVICE_IDCARD);
    const char *no_card = guide_text(guide, "no_card", "");
    const char *notice = is_down               ? journey_text(journey, "card.down")
                         : *visit->card_notice ? visit->card_notice
                                               : NULL;
    screen_card(tree, frame,
                &(struct view_card){
                    .heading = *group.label.text ? group.label.text : journey_text(journey, "card.title"),
                    .hint = *group.hint.text ? group.hint.text : journey_text(journey, "card.hint"),
                    .notice = notice,
                    .is_reading = visit->is_card_found && !notice,
                    .is_down = is_down,
                    .can_go_without = *no_card && !is_for_helper(&group),
                    .can_help = guide_item(guide, "helper_allowed", "", 0) && !is_for_helper(&group),
                    .is_helping = visit->is_helping,
                });
}

static void help_someone(struct journey *journey)
{
    struct visit *visit = journey->visit;
    visit->is_helping = !visit->is_helping;
    struct err e = session_set_field(visit->session, "acting", visit->is_helping ? "yes" : "no");
    if (err_is(&e))
        log_err("journey", &e);
    journey_touch(journey);
}

void card_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == UI_ACTION_BACK)
        walk_back(journey);
    else if (event->action == ACTION_HELPER)
        help_someone(journey);
    else if (event->action == ACTION_NO_CARD)
        journey_goto(journey, STATE_NO_CARD, "no card");
}

static void prefer_by_age(struct journey *journey)
{
    char today[11];
    journey_today(journey, today);
    if (journey->did_prefs_by_age || idcard_age(&journey->visit->card, today) < AGE_OF_LARGE_TEXT)
        return;
    journey->did_prefs_by_age = true;
    if (journey->prefs.text_size == UI_TEXT_NORMAL)
        journey->prefs.text_size = UI_TEXT_LARGE;
}

enum { CARD_PHOTO_PART = 24, GROUP_FIELDS_MAX = 32 };

/* The reader's photo stays as the reader gave it: nobody here can decode it, and the county can. */
static struct err attach_photo(struct visit *visit, const struct idcard *card, const char **out_value)
{
    *out_value = "";
    if (card->photo_size == 0)
        return err_ok();
    struct buf bytes;
    buf_init_private(&bytes);
    buf_append(&bytes, card->photo, card->photo_size);
    struct err e = buf_check(&bytes, "journey");
    if (!err_is(&e))
        e = visit_attach(visit, "card-photo.wlt", &bytes);
    buf_finish(&bytes);
    if (!err_is(&e))
        *out_value = "card-photo.wlt";
    return e;
}

static struct err fill_from_card(struct journey *journey, const struct session_node *group,
                                 const struct idcard *card, const char **out_message)
{
    static const char *const fields[] = {"name",   "sex",        "nation",   "birth",     "address",
                                         "issuer", "valid_from", "valid_to", "card_type", "id_number"};
    const char *names[GROUP_FIELDS_MAX], *values[GROUP_FIELDS_MAX];
    size_t count = 0;
    for (; count < sizeof fields / sizeof *fields; count++) {
        names[count] = fields[count];
        values[count] = idcard_field(card, fields[count]);
    }
    if (!is_for_helper(group)) {
        names[count] = "photo";
        TRY(attach_photo(journey->visit, card, &values[count]));
        count++;
    }
    return session_fill_group(journey->visit->session, group->ref, names, values, count, out_message);
}

/* Somebody who acts for the applicant shows her own card, not the applicant's twice. */
static bool is_same_person(const struct journey *journey, const struct idcard *card)
{
    return journey->visit->has_card && strcmp(journey->visit->card.id_number, card->id_number) == 0;
}

static void use_card(struct journey *journey, const struct idcard *card)
{
    struct session_node group;
    const char *message = "";
    if (!here(journey, &group))
        return;
    bool helper = is_for_helper(&group);
    if (helper && is_same_person(journey, card)) {
        card_notice(journey, journey_text(journey, "card.same_person"));
        start_reading(journey);
        return;
    }
    struct err e = fill_from_card(journey, &group, card, &message);
    if (err_is(&e)) {
        card_notice(journey, *message ? message : journey_text(journey, "card.does_not_fit"));
        log_err("journey", &e);
        start_reading(journey);
        return;
    }
    if (!helper) {
        journey->visit->card = *card;
        journey->visit->has_card = true;
        prefer_by_age(journey);
    }
    walk_after_group(journey);
    journey_watch_card(journey);
}

void card_device(struct journey *journey, const struct device_message *message)
{
    if (message->class != DEVICE_IDCARD)
        return;
    if (message->kind == DEVICE_STATUS) {
        if (message->status.in_service)
            start_reading(journey); /* plugged in again: no restart, no question lost */
        return;
    }
    const struct idcard_event *event = idcard_event(message);
    if (event->stage == IDCARD_NOTICE) {
        card_notice(journey, journey_text(journey, notice_of(&message->err)));
    } else if (event->stage == IDCARD_FOUND) {
        journey->visit->is_card_found = true;
        card_notice(journey, "");
    } else if (event->stage == IDCARD_READ && message->kind == DEVICE_RESULT && !err_is(&message->err)) {
        use_card(journey, &event->card);
    }
}

/* ---- no card ---- */

static bool may_type_number(const struct journey *journey)
{
    return strncmp(guide_text(journey->visit->service->guide, "no_card", ""), "typed", 5) == 0;
}

void no_card_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    bool may_type = may_type_number(journey);
    const struct ui_choice type_it = {
        .id = "type-number",
        .label = journey_text(journey, "no_card.type"),
        .icon = "keyboard",
        .action = ACTION_YES,
    };
    frame->primary = may_type ? &type_it : NULL;
    frame->has_stop = true;
    screen_say(
        tree, frame,
        &(struct view_say){
            .heading = journey_text(journey, "no_card.title"),
            .help = journey_text(journey, may_type ? "no_card.may_type" : "no_card.refused"),
            .phone = guide_text(journey->visit->service->guide, "phone", lang_tag(journey_lang(journey))),
        });
}

void no_card_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action != ACTION_YES)
        return;
    journey->visit->types_card = true;
    struct err e = session_set_field(journey->visit->session, "card_unverified", "yes");
    (void)e; /* a form without that node takes the empty card fields as the sign */
    walk_next(journey);
}

/* ---- question ---- */

void question_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct session_node node;
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
    screen_question(tree, frame, &view);
}

/* Whether this question looks through the camera, and for what. */
static enum camera_use camera_use_of(struct journey *journey)
{
    struct session_node node;
    if (journey->visit->draft.input == VIEW_CODE)
        return CAMERA_CODES;
    if (journey->visit->draft.input != VIEW_PHOTO)
        return CAMERA_OFF;
    struct err e = session_look(journey->visit->session, journey->visit->draft.ref, &node);
    return !err_is(&e) && session_has_appearance(&node, "new-front") ? CAMERA_PORTRAIT : CAMERA_DOCUMENT;
}

static void look_through_camera(struct journey *journey)
{
    enum camera_use use = camera_use_of(journey);
    struct err e = use == CAMERA_OFF ? err_ok() : journey->ports->camera(journey->ports->context, use);
    if (err_is(&e))
        snprintf(journey->visit->draft.message, sizeof journey->visit->draft.message, "%s",
                 journey_text(journey, "question.no_camera"));
}

void question_enter(struct journey *journey)
{
    look_through_camera(journey);
}

void question_leave(struct journey *journey)
{
    struct err e = journey->ports->camera(journey->ports->context, CAMERA_OFF);
    if (err_is(&e))
        log_err("journey", &e);
}

static const char *photo_doubt(uint32_t warnings)
{
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
    if (draft_take_photo(journey))
        snprintf(draft->message, sizeof draft->message, "%s", doubt ? journey_text(journey, doubt) : "");
}

void question_device(struct journey *journey, const struct device_message *message)
{
    enum view_input input = journey->visit->draft.input;
    bool is_camera = message->class == DEVICE_CAMERA;
    if ((input != VIEW_PHOTO && input != VIEW_CODE) || (!is_camera && message->class != DEVICE_SCANNER))
        return;
    journey_touch(journey);
    if (message->kind == DEVICE_STATUS && message->status.in_service)
        look_through_camera(journey); /* plugged in again */
    if (message->kind == DEVICE_STATUS || err_is(&message->err))
        return;
    if (!is_camera && message->kind == DEVICE_RESULT)
        draft_take_code(journey, scanner_event(message)->code.text);
    else if (is_camera && camera_event(message)->stage == CAMERA_CODE)
        draft_take_code(journey, camera_event(message)->code.text);
    else if (is_camera && camera_event(message)->stage == CAMERA_PHOTO)
        photo_taken(journey, camera_event(message));
}

/* Year, month, day: one step back at a time. */
static bool is_step_back_in_date(struct draft *draft)
{
    if (draft->input != VIEW_MONTH && draft->input != VIEW_DAY)
        return false;
    draft->input--;
    return true;
}

void question_ui(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = &journey->visit->draft;
    if (event->action == UI_ACTION_BACK) {
        if (!is_step_back_in_date(draft))
            walk_back(journey);
        return;
    }
    if (event->action == ACTION_CANNOT_SIGN)
        draft->cannot_sign = true;
    if (event->action == ACTION_TAKE_PHOTO) {
        struct err e = journey->ports->camera_take(journey->ports->context);
        if (err_is(&e))
            log_err("journey", &e);
        return;
    }
    if (event->action != ACTION_NEXT && event->action != ACTION_CANNOT_SIGN) {
        draft_ui(journey, event);
        return;
    }
    if (draft_commit(journey))
        walk_next(journey);
}

/* ---- one more of a repeat ---- */

enum { ENTRIES_MAX = 32 };

/* What a person calls an instance: its first answer. */
static const char *entry_name(struct journey *journey, struct arena *arena, const char *instance)
{
    const struct session_answer_line *answers;
    size_t count = session_answers(journey->visit->session, &answers), length = strlen(instance);
    for (size_t i = 0; i < count; i++)
        if (strncmp(answers[i].ref, instance, length) == 0 && *answers[i].display)
            return arena_strdup(arena, answers[i].display);
    return journey_text(journey, "repeat.unnamed");
}

void repeat_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct session_node series;
    const char *entries[ENTRIES_MAX];
    struct arena *arena = ui_tree_arena(tree);
    struct err e = session_look(journey->visit->session, journey->visit->repeat_ref, &series);
    if (err_is(&e))
        return;
    const char *heading =
        arena_strdup(arena, *series.label.text ? series.label.text : journey_text(journey, "repeat.title"));
    size_t count = series.child_count < ENTRIES_MAX ? series.child_count : ENTRIES_MAX;
    for (size_t i = 0; i < count; i++) {
        char instance[300];
        snprintf(instance, sizeof instance, "%s[%zu]/", journey->visit->repeat_ref, i + 1);
        entries[i] = entry_name(journey, arena, instance);
    }
    struct session_progress progress = session_progress(journey->visit->session);
    frame->part = progress.here;
    frame->whole = progress.total;
    frame->has_stop = true;
    screen_repeat(tree, frame, &(struct view_repeat){heading, entries, count});
}

static void remove_entry(struct journey *journey, int index)
{
    char instance[300];
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
        walk_next(journey);
    else if (event->action == ACTION_REMOVE)
        remove_entry(journey, event->arg);
}
