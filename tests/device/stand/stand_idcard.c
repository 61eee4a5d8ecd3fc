/* The reader on the stand: {"do":"card","person":ID or null}, {"do":"fault","device":"idcard","script":TEXT}.
 */
#include "tests/deck/deck.h"
#include "tests/device/stand/stand.h"
#include <stdlib.h>
#include <string.h>

struct reader {
    const struct stand_bus *bus;
    const struct deck *deck;
    struct sam_model *model;
    void *port;      /* of the bus */
    char person[32]; /* whose card lies there; "" for none */
};

static struct err plug(void *self)
{
    struct reader *reader = self;
    return reader->bus->plug(reader->bus->self, "idcard", sam_model_device(reader->model), &reader->port);
}

static void unplug(void *self)
{
    struct reader *reader = self;
    if (reader->port)
        reader->bus->unplug(reader->port);
}

static struct err place(struct reader *reader, const char *id)
{
    if (!id) {
        sam_model_place(reader->model, NULL);
        reader->person[0] = '\0';
        return err_ok();
    }
    const struct deck_person *person = deck_find(reader->deck, id);
    if (!person)
        return err_make(ERR_DATA, "stand", 0, "nobody is called %s in the deck", id);
    struct sam_card card;
    deck_card(person, &card);
    sam_model_place(reader->model, &card);
    strcpy(reader->person, person->id);
    return err_ok();
}

static struct err act(void *self, const char *verb, json_t *command, json_t *answer)
{
    struct reader *reader = self;
    (void)answer;
    struct err e;
    reader->bus->lock(reader->bus->self);
    if (strcmp(verb, "fault") == 0) {
        const char *script = json_string_value(json_object_get(command, "script"));
        e = sam_model_script(reader->model, script ? script : "");
    } else {
        e = place(reader, json_string_value(json_object_get(command, "person")));
    }
    reader->bus->stir(reader->bus->self);
    reader->bus->unlock(reader->bus->self);
    return e;
}

static json_t *state(void *self)
{
    struct reader *reader = self;
    reader->bus->lock(reader->bus->self);
    json_t *state =
        json_pack("{s:b, s:s?, s:i, s:i}", "plugged", reader->port && reader->bus->is_plugged(reader->port),
                  "person", reader->person[0] ? reader->person : NULL, "reads",
                  sam_model_reads(reader->model), "commands", sam_model_commands(reader->model));
    reader->bus->unlock(reader->bus->self);
    return state;
}

static void destroy(void *self)
{
    struct reader *reader = self;
    sam_model_destroy(&reader->model);
    free(reader);
}

struct err stand_idcard_create(const struct stand_bus *bus, const struct deck *deck,
                               struct stand_device *out_device)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return err_no_memory("stand");
    struct err e = sam_model_create(SAM_WIRED_FOUR_PIPES, &reader->model);
    if (err_is(&e)) {
        free(reader);
        return e;
    }
    reader->bus = bus;
    reader->deck = deck;
    *out_device = (struct stand_device){.name = "idcard",
                                        .self = reader,
                                        .plug = plug,
                                        .unplug = unplug,
                                        .act = act,
                                        .verbs = "card",
                                        .state = state,
                                        .destroy = destroy};
    return err_ok();
}
