#include "app/journey/fillers.h"

#include "drivers/idcard/idcard.h"

#include <string.h>

static bool is_in(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool card_fills(const char *name)
{
    return strcmp(name, "photo") == 0 || is_in(name, idcard_fields, IDCARD_FIELDS);
}

static bool kiosk_fills(const char *name)
{
    static const char *const names[] = {"case_number", "consent_time",    "consent_text",
                                        "acting",      "card_unverified", "parent_number",
                                        "parent_id",   "rated_form",      "kiosk"};
    return is_in(name, names, sizeof names / sizeof *names);
}

const struct xform_filler journey_fillers[] = {
    {XFORM_INTENT_CARD, card_fills, "a card cannot fill it",
     "name it as the card's fields are named, or move it out"},
    {"", kiosk_fills, "", ""},
    {.intent = NULL},
};
