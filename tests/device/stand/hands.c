#include "tests/device/stand/hands.h"
#include <assert.h>
#include <string.h>

static struct stand_device *find_device(struct hands *hands, const char *name)
{
    for (int i = 0; name && i < hands->device_count; i++)
        if (strcmp(hands->devices[i].name, name) == 0)
            return &hands->devices[i];
    return NULL;
}

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(words, word); at; at = strstr(at + 1, word))
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static struct stand_device *device_of_verb(struct hands *hands, const char *verb)
{
    for (int i = 0; i < hands->device_count; i++)
        if (has_word(hands->devices[i].verbs, verb))
            return &hands->devices[i];
    return NULL;
}

static void put_state(struct hands *hands, json_t *answer)
{
    for (int i = 0; i < hands->device_count; i++)
        json_object_set_new(answer, hands->devices[i].name, hands->devices[i].state(hands->devices[i].self));
}

static void put_people(struct hands *hands, json_t *answer)
{
    json_t *people = json_array();
    for (int i = 0; i < hands->deck.count; i++)
        json_array_append_new(people,
                              json_pack("{s:s, s:s, s:s}", "id", hands->deck.people[i].id, "name",
                                        hands->deck.people[i].card.name, "note", hands->deck.people[i].note));
    json_object_set_new(answer, "people", people);
}

static struct err handle_device(struct hands *hands, const char *verb, json_t *command, json_t *answer)
{
    const char *name = json_string_value(json_object_get(command, "device"));
    struct stand_device *device = find_device(hands, name);
    if (!device)
        return err_make(ERR_DATA, "stand", 0, "no device \"%s\" on this stand", name ? name : "");
    if (strcmp(verb, "fault") == 0)
        return device->act(device->self, verb, command, answer);
    if (strcmp(verb, "plug") == 0)
        return device->plug(device->self);
    device->unplug(device->self);
    return err_ok();
}

static struct err handle(struct hands *hands, json_t *command, json_t *answer)
{
    const char *verb = json_string_value(json_object_get(command, "do"));
    if (!verb)
        return err_make(ERR_DATA, "stand", 0, "not a JSON object with \"do\"");
    if (has_word("plug unplug fault", verb))
        return handle_device(hands, verb, command, answer);
    if (strcmp(verb, "state") == 0) {
        put_state(hands, answer);
        return err_ok();
    }
    if (strcmp(verb, "people") == 0) {
        put_people(hands, answer);
        return err_ok();
    }
    struct stand_device *device = device_of_verb(hands, verb);
    if (!device)
        return err_make(ERR_DATA, "stand", 0, "nothing here can \"%s\"", verb);
    return device->act(device->self, verb, command, answer);
}

json_t *hands_answer(void *context, json_t *command)
{
    json_t *answer = json_object();
    struct err e = handle(context, command, answer);
    json_object_set_new(answer, "ok", json_boolean(!err_is(&e)));
    if (err_is(&e))
        json_object_set_new(answer, "error", json_string(e.text));
    return answer;
}

struct err hands_do(struct hands *hands, const char *text)
{
    json_t *command = json_loads(text, 0, NULL);
    json_t *answer = json_object();
    struct err e = handle(hands, command, answer);
    json_decref(command);
    json_decref(answer);
    return err_is(&e) ? err_context(e, "%s", text) : err_ok();
}

struct stand_device *hands_new_device(struct hands *hands)
{
    assert(hands->device_count < HANDS_DEVICES_MAX);
    return &hands->devices[hands->device_count++];
}

struct err hands_plug_all(struct hands *hands)
{
    for (int i = 0; i < hands->device_count; i++)
        if (!hands->devices[i].is_a_visitors)
            TRY(hands->devices[i].plug(hands->devices[i].self));
    return err_ok();
}

void hands_finish(struct hands *hands)
{
    for (int i = 0; i < hands->device_count; i++)
        if (hands->devices[i].destroy)
            hands->devices[i].destroy(hands->devices[i].self);
    hands->device_count = 0;
}
