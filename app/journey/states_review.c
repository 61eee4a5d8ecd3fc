/* The review: every answer, in parts where there are many; a tap on an answer changes it. See
 * docs/decisions/008. */
#include "app/journey/states.h"

#include "app/journey/card_fill.h"
#include "app/journey/keep.h"
#include "app/journey/review_parts.h"
#include "app/journey/review_value.h"
#include "app/journey/walk.h"
#include "board/base/log.h"
#include "board/base/utf8.h"
#include "ui/widgets.h"

#include <stdio.h>
#include <string.h>

/* The card whose group the line stands in; NULL when no card filled it. */
static const struct idcard *card_of(struct visit *visit, const struct session_answer_line *line)
{
    struct session_node group;
    const char *slash = strrchr(line->ref, '/');
    char ref[XFORM_REF_SIZE];
    if (!line->from_intent || !slash)
        return NULL;
    snprintf(ref, sizeof ref, "%.*s", (int)(slash - line->ref), line->ref);
    struct err e = session_look(visit->session, ref, &group);
    return err_is(&e) ? NULL : card_known(&visit->person, &group);
}

/* Who looks at the review sees whose card was read. */
static const struct ui_image *portrait(struct visit *visit, struct arena *arena,
                                       const struct session_answer_line *line)
{
    const struct idcard *card = utf8_ends_with(line->ref, "/name") ? card_of(visit, line) : NULL;
    return card ? card_portrait(card, arena) : NULL;
}

static struct view_line review_line(struct visit *visit, struct ui_tree *tree,
                                    const struct session_answer_line *line)
{
    return (struct view_line){
        .name = line->label,
        .value = review_value(tree, line),
        .badge = lang_text(ui_tree_lang(tree), line->from_intent ? "review.from_card" : "review.change"),
        .badge_icon = line->from_intent ? NULL : "pencil",
        .can_change = !line->from_intent,
        .portrait = portrait(visit, ui_tree_arena(tree), line),
    };
}

#define BETWEEN "\u00a0· "

static int width_of(const char *const *values, size_t count)
{
    int tenths = -ui_tenths(BETWEEN);
    for (size_t i = 0; i < count; i++)
        tenths += ui_tenths(BETWEEN) + ui_tenths(values[i]);
    return tenths;
}

static const char *join(struct arena *arena, const char *const *values, size_t count)
{
    struct buf words;
    buf_init_private(&words);
    for (size_t i = 0; i < count; i++) {
        buf_append_text(&words, i > 0 ? BETWEEN : "");
        buf_append_text(&words, values[i]);
    }
    const char *joined = arena_strdup(arena, buf_text(&words));
    buf_finish(&words);
    return joined;
}

/* An entry of a list is known by its first answer: a person by her name. */
static const char *name_of_part(struct visit *visit, struct ui_tree *tree, const struct review_part *part)
{
    const char *name = review_part_name(visit->session, ui_tree_lang(tree), part);
    const char *words[] = {name, review_value(tree, part->answers[0])};
    return review_part_is_entry(part) ? join(ui_tree_arena(tree), words, 2) : name;
}

/* The answers that its name does not say; where they have no room, the first of them and how many all are. */
static const char *digest(struct ui_tree *tree, const struct review_part *part, int room)
{
    struct arena *arena = ui_tree_arena(tree);
    const char **values = arena_array(arena, part->count, sizeof *values);
    size_t count = 0;
    char number[24];
    for (size_t i = review_part_is_entry(part); values && i < part->count; i++)
        values[count++] = review_value(tree, part->answers[i]);
    snprintf(number, sizeof number, "%zu", part->count);
    const char *how_many = words_with(ui_tree_lang(tree), arena, "review.count", number);
    if (width_of(values, count) > room)
        values[count - 1] = how_many;
    for (; count > 1 && width_of(values, count) > room; count--)
        values[count - 2] = how_many;
    return join(arena, values, count);
}

/* Tenths of an em. Where a page holds few lines a part is one of them, if that tells anything. */
enum { TWO_LINES = 160, LEAST_BESIDE = 60 };

static int digest_room(const struct ui_tree *tree, const char *name)
{
    int beside = ui_answer_room(tree, name);
    if (!ui_tree_theme(tree)->short_page)
        return TWO_LINES;
    return beside >= LEAST_BESIDE ? beside : ui_answer_room(tree, "");
}

static struct view_line part_line(struct visit *visit, struct ui_tree *tree, const struct review_part *part)
{
    const char *name = name_of_part(visit, tree, part);
    bool was_looked_at = refs_have(&visit->looked_at, part->answers[0]->ref);
    return (struct view_line){
        .name = name,
        .value = digest(tree, part, digest_room(tree, name)),
        .badge = lang_text(ui_tree_lang(tree), was_looked_at ? "review.looked_at" : "review.open"),
        .badge_icon = was_looked_at ? "check" : "next",
        .is_part = true,
    };
}

static struct view_line *view_lines(struct visit *visit, struct ui_tree *tree, const struct review_list *list)
{
    struct view_line *lines = arena_array(ui_tree_arena(tree), list->count, sizeof *lines);
    for (size_t i = 0; lines && i < list->count; i++) {
        const struct review_part *part = &list->parts[i];
        lines[i] =
            part->count > 1 ? part_line(visit, tree, part) : review_line(visit, tree, part->answers[0]);
    }
    return lines;
}

static const char *closing_note(struct visit *visit)
{
    struct session_node note;
    const char *ref = visit->closing_ref;
    struct err e = *ref ? session_look(visit->session, ref, &note) : err_ok();
    return *ref && !err_is(&e) && note.relevant ? note.label.text : NULL;
}

void review_enter(struct journey *journey)
{
    struct err e = session_recalculate(journey->visit->session); /* what she reads is what is sent */
    if (err_is(&e))
        log_err("journey", &e);
    journey->page = journey->visit->review_page;
    journey->visit->signs = false;
    keep_note(journey);
}

void review_leave(struct journey *journey)
{
    journey->visit->review_page = journey->page;
}

void review_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct visit *visit = journey->visit;
    const struct review_list list = review_list(visit, ui_tree_arena(tree));
    const struct view_line *lines = view_lines(visit, tree, &list);
    frame->has_stop = true;
    screen_review(
        tree, frame,
        &(struct view_review){
            .part = list.open ? name_of_part(visit, tree, list.open) : NULL,
            .lines = lines,
            .count = lines ? list.count : 0,
            .note = closing_note(visit),
            .recipient = guide_text(visit->service->guide, "recipient", lang_tag(journey_lang(journey))),
        });
}

/* The first answer of that line of the screen; "" for none. */
static void ref_of_line(struct visit *visit, int index, char out_ref[XFORM_REF_SIZE])
{
    struct arena *arena = arena_create(ARENA_PRIVATE, 0);
    const struct review_list list = arena ? review_list(visit, arena) : (struct review_list){0};
    bool is_there = index >= 0 && (size_t)index < list.count;
    snprintf(out_ref, XFORM_REF_SIZE, "%s", is_there ? list.parts[index].answers[0]->ref : "");
    arena_destroy(&arena);
}

static void edit_line(struct journey *journey, int index)
{
    char ref[XFORM_REF_SIZE];
    ref_of_line(journey->visit, index, ref);
    if (*ref)
        walk_to(journey, ref);
}

static void open_part(struct journey *journey, int index)
{
    struct visit *visit = journey->visit;
    ref_of_line(visit, index, visit->review_part);
    refs_add(&visit->looked_at, visit->review_part);
    visit->overview_page = journey->page;
    journey_turn(journey, 0);
}

static void close_part(struct journey *journey)
{
    journey->visit->review_part[0] = '\0';
    journey_turn(journey, journey->visit->overview_page);
}

void review_ui(struct journey *journey, const struct ui_event *event)
{
    bool is_part = *journey->visit->review_part;
    if (is_part && (event->action == UI_ACTION_BACK || event->action == ACTION_DONE))
        close_part(journey);
    else if (event->action == UI_ACTION_BACK)
        walk_back(journey);
    else if (event->action == ACTION_PART && !is_part)
        open_part(journey, event->arg);
    else if (event->action == ACTION_EDIT)
        edit_line(journey, event->arg);
    else if (event->action == ACTION_SUBMIT && !is_part)
        walk_sign(journey);
}
