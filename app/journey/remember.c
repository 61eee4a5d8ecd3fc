/*
 * Asked once a visit: an answer given in one service serves the next one that asks for the same fact in the
 * same words, as long as person.c knows that it is the same person. Names, telephone, address, bank card;
 * never a signature, a photo or a list, which belong to their application alone.
 */
#include "app/journey/remember.h"

#include "app/journey/visit.h"
#include "board/base/hash.h"

#include <stdio.h>
#include <string.h>

static bool is_fact(enum xform_kind kind)
{
    return kind == XFORM_INPUT || kind == XFORM_SELECT1;
}

static struct remembered *slot_for(struct person *person, const char *name, uint64_t label)
{
    for (size_t i = 0; i < person->answer_count; i++)
        if (strcmp(person->answers[i].name, name) == 0 && person->answers[i].label == label)
            return &person->answers[i];
    if (person->answer_count == REMEMBERED_MAX)
        return NULL;
    struct remembered *slot = &person->answers[person->answer_count++];
    snprintf(slot->name, sizeof slot->name, "%s", name);
    slot->label = label;
    buf_init_private(&slot->value);
    return slot;
}

static void remember(struct person *person, const char *name, uint64_t label, const char *value)
{
    struct remembered *slot = slot_for(person, name, label);
    if (!slot)
        return;
    buf_clear(&slot->value);
    buf_append_text(&slot->value, value);
}

static void remember_question(struct visit *visit, const char *ref)
{
    struct session_node node;
    struct err e = session_look(visit->session, ref, &node);
    if (!err_is(&e) && is_fact(node.kind) && !node.from_intent && !node.readonly)
        remember(&visit->person, node.name, hash_text(HASH_START, node.label.text), node.value);
}

/* What she passed over is remembered too: blank. */
void remember_answers(struct visit *visit)
{
    struct xform_session *session = visit->session;
    if (!session)
        return;
    session_first(session);
    for (struct session_position at = session_next(session); at.step != SESSION_END;
         at = session_next(session))
        if (at.step == SESSION_QUESTION && !strchr(at.ref, '['))
            remember_question(visit, at.ref);
}

void remember_fact(struct visit *visit, const char *name, const char *value)
{
    if (visit->fact_count == FACTS_MAX)
        return;
    size_t i = visit->fact_count++;
    visit->facts[i].name = name;
    snprintf(visit->facts[i].value, sizeof visit->facts[i].value, "%s", value);
}

/* NULL when nobody said it yet; "" when she left it out. */
static const char *known_answer(const struct visit *visit, const struct session_node *node)
{
    const struct person *person = &visit->person;
    uint64_t label = hash_text(HASH_START, node->label.text);
    for (size_t i = 0; i < visit->fact_count; i++)
        if (strcmp(visit->facts[i].name, node->name) == 0)
            return visit->facts[i].value;
    for (size_t i = 0; i < person->answer_count; i++) {
        const struct remembered *known = &person->answers[i];
        if (strcmp(known->name, node->name) == 0 && known->label == label)
            return buf_text(&known->value);
    }
    return NULL;
}

bool remember_answer(struct visit *visit, const struct session_node *node)
{
    if (!is_fact(node->kind) || *node->value || strchr(node->ref, '['))
        return false;
    const char *known = known_answer(visit, node);
    if (!known)
        return false;
    if (!*known)
        return !node->required;
    struct err e = session_answer(visit->session, node->ref, known, NULL);
    return !err_is(&e);
}

void remember_fields(struct visit *visit)
{
    for (size_t i = 0; i < visit->fact_count; i++) {
        struct err e = session_set_field(visit->session, visit->facts[i].name, visit->facts[i].value);
        (void)e; /* a question, which remember_answer() answers, or nothing of this form */
    }
}

void remember_nothing(struct person *person)
{
    for (size_t i = 0; i < person->answer_count; i++)
        buf_finish(&person->answers[i].value);
    person->answer_count = 0;
}
