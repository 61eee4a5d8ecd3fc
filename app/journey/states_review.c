/* The review: every answer, in parts where there are many; a tap on an answer changes it. */
#include "app/journey/states.h"

#include "app/journey/card_fill.h"
#include "app/journey/keep.h"
#include "app/journey/review_value.h"
#include "app/journey/walk.h"
#include "board/base/log.h"
#include "board/base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Of the card, the two lines by which a person recognises herself; the rest is in the record. */
static bool is_shown(const struct session_answer_line *line)
{
    if (line->kind == XFORM_NOTE || line->kind == XFORM_TRIGGER)
        return false;
    return !line->from_intent || utf8_ends_with(line->ref, "/name") ||
           utf8_ends_with(line->ref, "/id_number");
}

/* The card whose group the line stands in; NULL when no card filled it. */
static const struct idcard *card_of(struct journey *journey, const struct session_answer_line *line)
{
    struct session_node group;
    const char *slash = strrchr(line->ref, '/');
    char ref[XFORM_REF_SIZE];
    if (!line->from_intent || !slash)
        return NULL;
    snprintf(ref, sizeof ref, "%.*s", (int)(slash - line->ref), line->ref);
    struct err e = session_look(journey->visit->session, ref, &group);
    return err_is(&e) ? NULL : card_known(journey, &group);
}

/* Who looks at the review sees whose card was read. */
static const struct ui_image *portrait(struct journey *journey, struct arena *arena,
                                       const struct session_answer_line *line)
{
    const struct idcard *card = utf8_ends_with(line->ref, "/name") ? card_of(journey, line) : NULL;
    return card ? card_portrait(card, arena) : NULL;
}

static struct view_line review_line(struct journey *journey, struct ui_tree *tree,
                                    const struct session_answer_line *line)
{
    return (struct view_line){
        .name = line->label,
        .value = review_value(journey, tree, line),
        .badge = journey_text(journey, line->from_intent ? "review.from_card" : "review.change"),
        .badge_icon = line->from_intent ? NULL : "pencil",
        .can_change = !line->from_intent,
        .portrait = portrait(journey, ui_tree_arena(tree), line),
    };
}

static const char *closing_note(struct journey *journey, struct arena *arena)
{
    struct session_node note;
    const char *ref = journey->visit->closing_ref;
    struct err e = *ref ? session_look(journey->visit->session, ref, &note) : err_ok();
    return *ref && !err_is(&e) && note.relevant ? arena_strdup(arena, note.label.text) : NULL;
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

/* ---- parts of a long review ---- */

/* More answers than this stand in parts: groups of the form, and each person of a list. */
enum { ANSWERS_MOST = 16 };

/* Where the last step of a ref begins. */
static size_t length_of_group(const char *ref)
{
    const char *slash = strrchr(ref, '/');
    return slash ? (size_t)(slash - ref) : 0;
}

static bool is_in_same_group(const struct session_answer_line *one, const struct session_answer_line *other)
{
    size_t length = length_of_group(one->ref);
    return length == length_of_group(other->ref) && strncmp(one->ref, other->ref, length) == 0;
}

/* How many of the shown answers from here on stand in one group; what a card gave is a line of its own. */
static size_t length_of_part(struct journey *journey, const struct session_answer_line *const *shown,
                             size_t count)
{
    size_t length = 1;
    if (walk_is_of_card(journey, shown[0]->ref))
        return 1;
    while (length < count && is_in_same_group(shown[0], shown[length]))
        length++;
    return length;
}

/* What stands beside all groups; else as the form calls the group, or the list in which it is one person;
 * else by its first question. */
static const char *name_of_part(struct journey *journey, struct arena *arena,
                                const struct session_answer_line *first)
{
    char ref[XFORM_REF_SIZE];
    struct session_node group;
    snprintf(ref, sizeof ref, "%.*s", (int)length_of_group(first->ref), first->ref);
    if (strcmp(ref, session_root_ref(journey->visit->session)) == 0)
        return journey_text(journey, "review.others");
    const char *label = arena_strdup(arena, first->label);
    struct err e = session_look(journey->visit->session, ref, &group);
    char *instance = strrchr(ref, '[');
    if (!err_is(&e) && !*group.label.text && instance && group.kind == XFORM_INSTANCE) {
        *instance = '\0';
        e = session_look(journey->visit->session, ref, &group);
    }
    return !err_is(&e) && *group.label.text ? arena_strdup(arena, group.label.text) : label;
}

/* In halves of a character: two lines at most, one where a page holds few. */
enum { DIGEST_SIZE = 160, DIGEST_WIDTH = 32, DIGEST_SHORT_WIDTH = 20 };

static size_t width_of(const char *words)
{
    size_t halves = 0;
    for (const char *p = words, *end = words + strlen(words); p < end;)
        halves += utf8_next(&p, end) >= 0x2E80 ? 2 : 1;
    return halves;
}

#define NO_BREAK "\u00a0"

/* The first of its answers, as far as a line goes. */
static const char *digest(struct journey *journey, struct ui_tree *tree,
                          const struct session_answer_line *const *lines, size_t count)
{
    char words[DIGEST_SIZE] = "";
    size_t width = 0, length = 0;
    size_t most = ui_tree_theme(tree)->short_page ? DIGEST_SHORT_WIDTH : DIGEST_WIDTH;
    for (size_t i = 0; i < count; i++) {
        const char *value = review_value(journey, tree, lines[i]);
        size_t own = width_of(value);
        if (i > 0 && (width + own > most || length + strlen(value) + 8 > sizeof words))
            break;
        length += (size_t)snprintf(words + length, sizeof words - length, "%s%.120s",
                                   i > 0 ? NO_BREAK "· " : "", value);
        width += own + 3;
    }
    utf8_clean(words);
    return arena_strdup(ui_tree_arena(tree), words);
}

/* Where a page holds few lines a part is one: its answers, if they are short, the first of a person on a
 * list, or how many there are. */
static struct view_line part_line(struct journey *journey, struct ui_tree *tree,
                                  const struct session_answer_line *const *lines, size_t count)
{
    struct arena *arena = ui_tree_arena(tree);
    const char *name = name_of_part(journey, arena, lines[0]), *value = digest(journey, tree, lines, count);
    size_t group = length_of_group(lines[0]->ref);
    bool is_person = group > 0 && lines[0]->ref[group - 1] == ']';
    bool is_long = ui_tree_theme(tree)->short_page && width_of(name) + width_of(value) > DIGEST_SHORT_WIDTH;
    char number[24];
    snprintf(number, sizeof number, "%zu", count);
    if (is_long)
        value = is_person ? review_value(journey, tree, lines[0])
                          : journey_text_with(journey, arena, "review.count", number);
    return (struct view_line){.name = name,
                              .value = value,
                              .badge = journey_text(journey, "review.open"),
                              .badge_icon = "next",
                              .is_part = true};
}

/* The answers that a person looks at, borrowed from the session; with a part open only its own. */
static size_t list_shown(struct journey *journey, struct arena *arena,
                         const struct session_answer_line *const **out_shown)
{
    const struct session_answer_line *answers;
    const char *part = journey->visit->review_part;
    size_t count = session_answers(journey->visit->session, &answers), shown = 0, length = strlen(part);
    const struct session_answer_line **list = arena_array(arena, count + 1, sizeof *list);
    for (size_t i = 0; list && i < count; i++)
        if (is_shown(&answers[i]) && (!*part || (length_of_group(answers[i].ref) == length &&
                                                 strncmp(answers[i].ref, part, length) == 0)))
            list[shown++] = &answers[i];
    *out_shown = list;
    return shown;
}

struct review_lines {
    struct view_line *views;
    size_t count;
    const char *part; /* the open one's name */
};

static struct review_lines list_lines(struct journey *journey, struct ui_tree *tree)
{
    struct arena *arena = ui_tree_arena(tree);
    const struct session_answer_line *const *shown;
    size_t count = list_shown(journey, arena, &shown);
    if (count == 0 && *journey->visit->review_part) { /* a changed answer has taken all of it away */
        journey->visit->review_part[0] = '\0';
        count = list_shown(journey, arena, &shown);
    }
    bool is_open = *journey->visit->review_part;
    struct review_lines lines = {.views = arena_array(arena, count + 1, sizeof *lines.views)};
    for (size_t i = 0, length; lines.views && i < count; i += length) {
        length = is_open || count <= ANSWERS_MOST ? 1 : length_of_part(journey, shown + i, count - i);
        lines.views[lines.count++] =
            length > 1 ? part_line(journey, tree, shown + i, length) : review_line(journey, tree, shown[i]);
    }
    if (is_open && count > 0)
        lines.part = name_of_part(journey, arena, shown[0]);
    return lines;
}

void review_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct review_lines lines = list_lines(journey, tree);
    frame->has_stop = true;
    screen_review(tree, frame,
                  &(struct view_review){
                      .part = lines.part,
                      .lines = lines.views,
                      .count = lines.count,
                      .note = closing_note(journey, ui_tree_arena(tree)),
                      .recipient = guide_text(journey->visit->service->guide, "recipient",
                                              lang_tag(journey_lang(journey))),
                  });
}

/* The ref with which that line of the screen begins; "" for none. */
static void ref_of_line(struct journey *journey, int index, char out_ref[XFORM_REF_SIZE])
{
    struct arena *arena = arena_create(ARENA_PRIVATE, 0);
    const struct session_answer_line *const *shown;
    size_t count = arena ? list_shown(journey, arena, &shown) : 0;
    bool is_whole = *journey->visit->review_part || count <= ANSWERS_MOST;
    out_ref[0] = '\0';
    for (size_t i = 0; i < count; i += is_whole ? 1 : length_of_part(journey, shown + i, count - i))
        if (index-- == 0) {
            snprintf(out_ref, XFORM_REF_SIZE, "%s", shown[i]->ref);
            break;
        }
    arena_destroy(&arena);
}

static void edit_line(struct journey *journey, int index)
{
    char ref[XFORM_REF_SIZE];
    ref_of_line(journey, index, ref);
    if (*ref)
        walk_to(journey, ref);
}

static void open_part(struct journey *journey, int index)
{
    struct visit *visit = journey->visit;
    char ref[XFORM_REF_SIZE];
    ref_of_line(journey, index, ref);
    ref[length_of_group(ref)] = '\0';
    visit->overview_page = journey->page;
    memcpy(visit->review_part, ref, sizeof visit->review_part);
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
