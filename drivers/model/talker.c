#include "drivers/model/talker.h"
#include <stdio.h>
#include <string.h>

static int take(void *self, uint8_t endpoint, const uint8_t *data, size_t size)
{
    (void)self;
    (void)endpoint;
    (void)data;
    return (int)size;
}

static int give(void *self, uint8_t endpoint, uint8_t *out_data, size_t size)
{
    struct talker *talker = self;
    struct buf *said = &talker->said;
    (void)endpoint;
    size_t room = talker->piece > 1 ? (size >= talker->piece ? talker->piece : 0) : size;
    size_t count = said->length < room ? said->length : room;
    if (count == 0)
        return said->length == 0 && talker->falls_off ? MODEL_GONE : MODEL_NAK;
    memcpy(out_data, said->data, count);
    memmove(said->data, said->data + count, said->length - count);
    said->length -= count;
    return (int)count;
}

void talker_unplug(void *self)
{
    struct talker *talker = self;
    buf_clear(&talker->said);
    talker->falls_off = false;
}

void talker_init(struct talker *talker, size_t piece)
{
    *talker = (struct talker){.device = {.self = talker, .out = take, .in = give, .unplug = talker_unplug},
                              .piece = piece};
}

void talker_finish(struct talker *talker)
{
    buf_finish(&talker->said);
}

struct err talker_script(struct talker *talker, const char *script, const char *events)
{
    char words[128];
    snprintf(words, sizeof words, "%s:" TALKER_FAULTS, events);
    return fault_script_parse(script, words, &talker->script);
}

static void spoil(struct buf *said, size_t from)
{
    for (size_t i = from; i < said->length; i++)
        said->data[i] = (char)~said->data[i];
}

struct err talker_say(struct talker *talker, const char *event, const void *bytes, size_t size)
{
    const struct fault *fault = fault_strike(&talker->script, event, 0);
    const char *kind = fault ? fault->kind : "";
    size_t from = talker->said.length, most = fault ? (size_t)fault->arg * talker->piece : 0;
    bool is_short = strcmp(kind, "lose") == 0 || strcmp(kind, "unplug") == 0;
    long times = strcmp(kind, "repeat") == 0 ? fault->arg : 0;
    for (long i = 0; i <= times; i++)
        buf_append(&talker->said, bytes, is_short && most < size ? most : size);
    talker->falls_off = talker->falls_off || strcmp(kind, "unplug") == 0;
    if (strcmp(kind, "garbage") == 0)
        spoil(&talker->said, from);
    return buf_check(&talker->said, "model");
}
