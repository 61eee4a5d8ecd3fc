#include "tests/deck/deck.h"
#include "board/base/ini.h"
#include "board/base/utf8.h"
#include "drivers/idcard/text.h"
#include <stdio.h>
#include <string.h>

#define LETTER_AT 248

static struct err complain(const struct ini_entry *entry, const char *what)
{
    return err_make(ERR_DATA, "deck", 0, "%s:%d: %s", entry->file, entry->line, what);
}

static struct err add_person(struct deck *deck, const struct ini_entry *entry)
{
    if (deck->count == DECK_PEOPLE_MAX || strlen(entry->section) >= sizeof deck->people[0].id)
        return complain(entry, "too many people, or too long a name");
    strcpy(deck->people[deck->count++].id, entry->section);
    return err_ok();
}

static bool set_type(struct deck_person *person, const char *name)
{
    for (int type = IDCARD_RESIDENT; type <= IDCARD_FOREIGNER_2017; type++) {
        if (strcmp(name, idcard_type_name((enum idcard_type)type)) != 0)
            continue;
        person->card.type = (enum idcard_type)type;
        return true;
    }
    return false;
}

static struct err set_field(struct deck_person *person, const struct ini_entry *entry)
{
    const char *field = idcard_field(&person->card, entry->key);
    if (!field || strcmp(entry->key, "card_type") == 0)
        return complain(entry, "no such field of a card");
    size_t room = sizeof person->card - (size_t)(field - (const char *)&person->card);
    if (strlen(entry->value) >= room)
        return complain(entry, "too long");
    strcpy((char *)&person->card + (field - (const char *)&person->card), entry->value);
    return err_ok();
}

static struct err visit(void *context, const struct ini_entry *entry)
{
    struct deck *deck = context;
    if (!entry->key)
        return add_person(deck, entry);
    struct deck_person *person = &deck->people[deck->count - 1];
    if (strcmp(entry->key, "note") == 0)
        snprintf(person->note, sizeof person->note, "%s", entry->value);
    else if (strcmp(entry->key, "letter") == 0)
        person->letter = entry->value[0];
    else if (strcmp(entry->key, "new_address") == 0)
        snprintf(person->new_address, sizeof person->new_address, "%s", entry->value);
    else if (strcmp(entry->key, "type") == 0)
        return set_type(person, entry->value) ? err_ok() : complain(entry, "no such type of card");
    else
        return set_field(person, entry);
    return err_ok();
}

struct err deck_load(const char *path, struct deck *out_deck)
{
    memset(out_deck, 0, sizeof *out_deck);
    return ini_read(path, visit, out_deck);
}

const struct deck_person *deck_find(const struct deck *deck, const char *id)
{
    for (int i = 0; i < deck->count; i++)
        if (strcmp(deck->people[i].id, id) == 0)
            return &deck->people[i];
    return NULL;
}

/* Addresses have no characters beyond the basic plane: one UTF-16 unit each. */
static size_t encode_address(const char *text, uint8_t *out)
{
    const char *end = text + strlen(text);
    size_t used = 0;
    while (text < end && used + 2 <= IDCARD_ADDRESS_SIZE) {
        uint32_t c = utf8_next(&text, end);
        out[used++] = (uint8_t)c;
        out[used++] = (uint8_t)(c >> 8);
    }
    return used;
}

void deck_card(const struct deck_person *person, struct sam_card *out_card)
{
    static const uint8_t photo_head[] = {0x57, 0x4C, 0x66, 0x00, 0x7E, 0x00, 0x32};
    memset(out_card, 0, sizeof *out_card);
    idcard_text_encode(&person->card, out_card->text);
    if (person->letter)
        out_card->text[LETTER_AT] = (uint8_t)person->letter;
    memcpy(out_card->photo, photo_head, sizeof photo_head);
    out_card->new_address_size = encode_address(person->new_address, out_card->new_address);
}
