/* Choices: one, several, in an order; long lists are looked through by handwriting or first letters. */
#include "app/journey/answer_parts.h"

#include "board/base/wipe.h"
#include "ui/initials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From LONG_LIST on a list can be looked through; from UNREADABLE_LIST on that comes first. FOUND_MAX are
 * shown: who must page further had better look for it. */
enum { LONG_LIST = 13, UNREADABLE_LIST = 25, FOUND_MAX = 36 };

static bool is_long(const struct session_node *node)
{
    return node->kind != XFORM_RANK &&
           (node->choice_count >= LONG_LIST || session_has_appearance(node, "autocomplete"));
}

static bool is_chosen(const struct draft *draft, size_t index)
{
    return index < draft->text.length && draft->text.data[index];
}

static size_t chosen_count(const struct draft *draft)
{
    size_t count = 0;
    for (size_t i = 0; i < draft->text.length; i++)
        count += draft->text.data[i] != 0;
    return count;
}

/* ---- opening ---- */

static void open_choices(struct journey *journey, const struct session_node *node)
{
    struct draft *draft = draft_of(journey);
    for (size_t i = 0; i < node->choice_count; i++)
        buf_append_byte(&draft->text, node->choices[i].selected);
    draft->is_finding = is_long(node) && node->choice_count >= UNREADABLE_LIST && chosen_count(draft) == 0;
    if (is_long(node))
        text_input_start(journey->typing, lang_tag(journey_lang(journey)));
}

/* The value holds the choices in their order. */
static char place_in(const char *value, const char *choice)
{
    size_t length = strlen(choice);
    char place = 1;
    for (const char *word = value; *word; place++) {
        size_t word_length = strcspn(word, " ");
        if (word_length == length && memcmp(word, choice, length) == 0)
            return place;
        word += word_length + (word[word_length] == ' ');
    }
    return 0;
}

static void open_rank(struct journey *journey, const struct session_node *node)
{
    for (size_t i = 0; i < node->choice_count; i++)
        buf_append_byte(&draft_of(journey)->text, (uint8_t)place_in(node->value, node->choices[i].value));
}

/* ---- what a finger does ---- */

/* True when the event was about looking for a choice. */
static bool find(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = draft_of(journey);
    char text[TEXT_INPUT_BYTES_MAX] = "";
    if (event->action == ACTION_FIND) {
        text_input_start(journey->typing, lang_tag(journey_lang(journey)));
        wipe(draft->find, sizeof draft->find);
        draft->is_finding = true;
        journey_turn(journey, 0);
        return true;
    }
    if (!draft->is_finding)
        return false;
    size_t length = strlen(draft->find);
    bool is_typed = answer_type(journey, event, text);
    if (is_typed && length + strlen(text) < sizeof draft->find)
        memcpy(draft->find + length, text, strlen(text) + 1);
    else if (!is_typed && event->action == ACTION_ERASE)
        answer_erase(journey, event, draft->find, &length);
    wipe(text, sizeof text);
    return true;
}

static bool is_a_choice(const struct draft *draft, const struct ui_event *event)
{
    return event->action == ACTION_CHOICE && event->arg >= 0 && (size_t)event->arg < draft->text.length;
}

/* A tick says nothing by itself: which, and how many there are now. */
static void tell_choice(struct journey *journey, size_t index)
{
    struct draft *draft = draft_of(journey);
    struct session_node node;
    struct err e = session_look(journey->visit->session, draft->ref, &node);
    size_t count = chosen_count(draft);
    bool is_in = is_chosen(draft, index), has_others = is_in ? count > 1 : count > 0;
    if (err_is(&e) || index >= node.choice_count)
        return;
    const char *id = is_in ? (has_others ? "speech.chosen_of" : "speech.chosen")
                           : (has_others ? "speech.dropped_of" : "speech.dropped");
    speech_tell(journey, id, node.choices[index].label.text, count);
}

static void choose_one(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = draft_of(journey);
    if (find(journey, event) || !is_a_choice(draft, event))
        return;
    bool was = draft->text.data[event->arg];
    memset(draft->text.data, 0, draft->text.length);
    draft->text.data[event->arg] = !was;
    if (was)
        tell_choice(journey, (size_t)event->arg);
}

static void choose_several(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = draft_of(journey);
    if (find(journey, event) || !is_a_choice(draft, event))
        return;
    draft->text.data[event->arg] = !draft->text.data[event->arg];
    tell_choice(journey, (size_t)event->arg);
}

/* The next place; tapped again, the choice gives its place up and those behind move up. */
static void choose_place(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = draft_of(journey);
    if (!is_a_choice(draft, event))
        return;
    char *places = draft->text.data, was = places[event->arg];
    if (!was) {
        places[event->arg] = (char)(chosen_count(draft) + 1);
        return;
    }
    for (size_t i = 0; i < draft->text.length; i++)
        places[i] = (char)(places[i] - (places[i] > was));
    places[event->arg] = 0;
    tell_choice(journey, (size_t)event->arg);
}

/* ---- giving it to the form ---- */

static void append_value(struct buf *value, const char *choice)
{
    buf_printf(value, "%s%s", value->length ? " " : "", choice);
}

static void append_ranked(struct buf *value, const struct session_node *node, const struct draft *draft)
{
    for (size_t place = 1; place <= node->choice_count; place++)
        for (size_t i = 0; i < node->choice_count && i < draft->text.length; i++)
            if ((size_t)draft->text.data[i] == place)
                append_value(value, node->choices[i].value);
}

static bool commit_choices(struct journey *journey)
{
    struct draft *draft = draft_of(journey);
    struct session_node node;
    struct buf value;
    if (draft->is_finding) {
        draft->is_finding = false;
        journey_turn(journey, 0);
        return false;
    }
    buf_init_private(&value);
    struct err e = session_look(journey->visit->session, draft->ref, &node);
    if (!err_is(&e) && draft->input == VIEW_RANK)
        append_ranked(&value, &node, draft);
    else
        for (size_t i = 0; !err_is(&e) && i < node.choice_count; i++)
            if (is_chosen(draft, i))
                append_value(&value, node.choices[i].value);
    bool taken = answer_give(journey, buf_text(&value));
    buf_finish(&value);
    return taken;
}

/* An order holds all of its things or none. */
static bool commit_rank(struct journey *journey)
{
    struct draft *draft = draft_of(journey);
    size_t placed = chosen_count(draft);
    if (placed > 0 && placed < draft->text.length) {
        answer_complain(journey, "question.rank_all");
        return false;
    }
    return commit_choices(journey);
}

/* ---- showing it ---- */

static int columns_of(const struct session_node *node)
{
    bool has_pictures = false;
    for (size_t i = 0; i < node->choice_count; i++)
        has_pictures |= node->choices[i].label.image != NULL;
    for (size_t i = 0; i < node->appearance_count; i++) {
        const char *word = node->appearance[i];
        if (strcmp(word, "likert") == 0)
            return (int)node->choice_count;
        if (strncmp(word, "columns-", 8) == 0 && word[8] >= '1' && word[8] <= '9')
            return (int)strtol(word + 8, NULL, 10);
        if (strcmp(word, "columns") == 0 || strcmp(word, "columns-pack") == 0 ||
            strcmp(word, "image-map") == 0)
            return VIEW_FREE_COLUMNS;
    }
    return has_pictures ? VIEW_FREE_COLUMNS : VIEW_ONE_COLUMN;
}

static size_t found_choices(struct journey *journey, const struct session_node *node, struct arena *arena,
                            struct view_question *out_view)
{
    const struct draft *draft = draft_of(journey);
    struct view_choice *choices = arena_array(arena, node->choice_count, sizeof *choices);
    size_t found = 0;
    for (size_t i = 0; choices && i < node->choice_count; i++) {
        const struct session_text *label = &node->choices[i].label;
        if (!initials_match(label->text, draft->find))
            continue;
        bool is_ranked = draft->input == VIEW_RANK;
        choices[found++] = (struct view_choice){
            .label = label->text,
            .index = (int)i,
            .is_selected = is_chosen(draft, i),
            .place = is_ranked && i < draft->text.length ? draft->text.data[i] : 0,
            .image = label->image ? journey_picture(journey, label->image) : (struct ui_image){0},
        };
    }
    out_view->choices = choices;
    out_view->choice_count = out_view->can_find && found > FOUND_MAX ? FOUND_MAX : found;
    return found;
}

static const char *note_of(struct journey *journey, struct arena *arena, size_t found, size_t shown)
{
    const char *find = draft_of(journey)->find;
    char count[24];
    snprintf(count, sizeof count, "%zu", found);
    const char *values[] = {find, count};
    if (*find)
        return lang_format(journey_lang(journey), arena, found > 0 ? "question.found" : "question.not_found",
                           2, values);
    return found > shown ? journey_text_with(journey, arena, "question.many", count) : NULL;
}

static void view_choices(struct journey *journey, const struct session_node *node, struct arena *arena,
                         struct view_question *out_view)
{
    struct draft *draft = draft_of(journey);
    if (draft->is_finding) {
        out_view->input = VIEW_FIND;
        answer_view_typing(journey, arena, draft->find, out_view);
        return;
    }
    out_view->text = "";
    out_view->can_find = is_long(node);
    out_view->columns = columns_of(node);
    size_t found = found_choices(journey, node, arena, out_view);
    if (out_view->can_find)
        out_view->find_note = note_of(journey, arena, found, out_view->choice_count);
}

const struct answer_kind answer_one = {open_choices, choose_one, commit_choices, view_choices};
const struct answer_kind answer_several = {open_choices, choose_several, commit_choices, view_choices};
const struct answer_kind answer_rank = {open_rank, choose_place, commit_rank, view_choices};
