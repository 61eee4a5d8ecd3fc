#include "app/journey/review_parts.h"

#include "app/journey/visit.h"
#include "app/journey/walk.h"
#include "board/base/utf8.h"

#include <stdio.h>
#include <string.h>

/* More answers than this stand in parts. */
enum { ANSWERS_MOST = 16 };

/* Of the card, the two lines by which a person recognises herself; the rest is in the record. */
static bool is_shown(const struct session_answer_line *line)
{
    if (line->kind == XFORM_NOTE || line->kind == XFORM_TRIGGER)
        return false;
    return !line->from_intent || utf8_ends_with(line->ref, "/name") ||
           utf8_ends_with(line->ref, "/id_number");
}

static struct review_part list_shown(struct xform_session *session, struct arena *arena)
{
    const struct session_answer_line *answers;
    size_t count = session_answers(session, &answers), shown = 0;
    const struct session_answer_line **list = arena_array(arena, count + 1, sizeof *list);
    for (size_t i = 0; list && i < count; i++)
        if (is_shown(&answers[i]))
            list[shown++] = &answers[i];
    return (struct review_part){.answers = list, .count = shown};
}

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

/* How many answers from here on stand in one group; what a card gave is a line of its own. */
static size_t length_of_part(struct xform_session *session, const struct session_answer_line *const *answers,
                             size_t count)
{
    size_t length = 1;
    if (walk_is_of_card(session, answers[0]->ref))
        return 1;
    while (length < count && is_in_same_group(answers[0], answers[length]))
        length++;
    return length;
}

static struct review_list split(struct xform_session *session, struct arena *arena,
                                const struct review_part *whole, bool is_long)
{
    struct review_part *parts = arena_array(arena, whole->count + 1, sizeof *parts);
    struct review_list list = {.parts = parts};
    for (size_t i = 0, length; parts && i < whole->count; i += length) {
        length = is_long ? length_of_part(session, whole->answers + i, whole->count - i) : 1;
        parts[list.count++] = (struct review_part){whole->answers + i, length, i + length == whole->count};
    }
    return list;
}

static const struct review_part *find_part(const struct review_list *list, const char *first_ref)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->parts[i].count > 1 && strcmp(list->parts[i].answers[0]->ref, first_ref) == 0)
            return &list->parts[i];
    return NULL;
}

struct review_list review_list(struct visit *visit, struct arena *arena)
{
    struct review_part whole = list_shown(visit->session, arena);
    struct review_list list = split(visit->session, arena, &whole, whole.count > ANSWERS_MOST);
    const struct review_part *open = find_part(&list, visit->review_part);
    if (open) {
        list = split(visit->session, arena, open, false);
        list.open = open;
    } else {
        visit->review_part[0] = '\0';
    }
    return list;
}

bool review_part_is_entry(const struct review_part *part)
{
    size_t length = length_of_group(part->answers[0]->ref);
    return length > 0 && part->answers[0]->ref[length - 1] == ']';
}

/* What stands beside all groups and comes last is "the rest"; before that, and in a group without words of
 * its own, the first question is the name. */
const char *review_part_name(struct xform_session *session, const struct lang *lang,
                             const struct review_part *part)
{
    const struct session_answer_line *first = part->answers[0];
    char ref[XFORM_REF_SIZE];
    struct session_node group;
    snprintf(ref, sizeof ref, "%.*s", (int)length_of_group(first->ref), first->ref);
    if (strcmp(ref, session_root_ref(session)) == 0)
        return part->is_last ? lang_text(lang, "review.others") : first->label;
    struct err e = session_look(session, ref, &group);
    char *instance = strrchr(ref, '[');
    if (!err_is(&e) && !*group.label.text && instance && group.kind == XFORM_INSTANCE) {
        *instance = '\0';
        e = session_look(session, ref, &group);
    }
    return !err_is(&e) && *group.label.text ? group.label.text : first->label;
}
