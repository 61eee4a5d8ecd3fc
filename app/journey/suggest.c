/*
 * "You may also claim this": the guide's suggest_when, asked of the card that was read. Offered as a note on
 * the home screen of the same visit, never by itself and never twice.
 */
#include "app/journey/suggest.h"

#include "app/form/xpath.h"
#include "app/journey/card_fill.h"
#include "app/journey/internal.h"
#include "board/base/log.h"

#include <stdio.h>
#include <string.h>

static bool find_card_group(struct xform_session *session, struct session_node *out_group)
{
    session_first(session);
    for (struct session_position at = session_next(session); at.step != SESSION_END;
         at = session_next(session)) {
        if (at.step != SESSION_GROUP)
            continue;
        struct err e = session_look(session, at.ref, out_group);
        if (!err_is(&e) && card_is_group(out_group) && !card_is_for_helper(out_group))
            return true;
    }
    return false;
}

/* The expression speaks of the card's fields, so it is asked where they stand: in the form's own card group.
 */
static struct err ask(struct xform_session *session, const struct idcard *card, const char *when,
                      bool *out_fits)
{
    const char *values[IDCARD_FIELDS];
    struct session_node group;
    struct xpath_value value;
    if (!find_card_group(session, &group))
        return err_ok();
    for (size_t i = 0; i < IDCARD_FIELDS; i++)
        values[i] = idcard_field(card, idcard_fields[i]);
    TRY(session_fill_group(session, group.ref, idcard_fields, values, IDCARD_FIELDS, NULL));
    char expression[512];
    snprintf(expression, sizeof expression, "boolean(%s)", when);
    TRY(session_eval(session, expression, group.ref, &value));
    *out_fits = value.boolean;
    return err_ok();
}

static bool fits(const struct journey *journey, const struct service *service)
{
    const char *when = guide_text(service->guide, "suggest_when", "");
    const struct session_inputs inputs = {.now_ms = journey->clock->wall_ms(journey->clock),
                                          .tz = journey->tz,
                                          .seed = 1,
                                          .language = lang_tag(journey_lang(journey))};
    struct xform_session *session = NULL;
    bool does_fit = false;
    if (!*when)
        return false;
    struct err e = session_create(service->form, &inputs, &session);
    if (!err_is(&e))
        e = ask(session, &journey->visit->person.card, when, &does_fit);
    session_destroy(&session);
    if (err_is(&e))
        log_err("suggest", &e);
    return does_fit;
}

static bool was_done(const struct person *person, const struct service *service)
{
    for (size_t i = 0; i < person->done_count; i++)
        if (strcmp(person->done[i], service->id) == 0)
            return true;
    return false;
}

void suggest_done(struct visit *visit)
{
    struct person *person = &visit->person;
    if (person->done_count < DONE_MAX)
        snprintf(person->done[person->done_count++], sizeof person->done[0], "%s", visit->service->id);
}

void suggest_find(struct journey *journey)
{
    struct person *person = &journey->visit->person;
    const struct catalogue *catalogue = journey->catalogue;
    person->suggested = 0;
    for (size_t i = 0; person->has_card && catalogue && i < catalogue->count && i < SUGGESTED_MAX; i++)
        if (!was_done(person, &catalogue->services[i]) && fits(journey, &catalogue->services[i]))
            person->suggested |= UINT64_C(1) << i;
}

bool suggest_has(const struct person *person, size_t index)
{
    return index < SUGGESTED_MAX && (person->suggested >> index & 1);
}
