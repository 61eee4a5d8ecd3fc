#include "drivers/idcard/idcard.h"
#include "drivers/idcard/check.h"
#include "drivers/idcard/verbs.h"
#include <assert.h>
#include <string.h>

static const char *const type_names[] = {
    [IDCARD_RESIDENT] = "resident",
    [IDCARD_HMT_PERMIT] = "hmt-permit",
    [IDCARD_FOREIGNER_2017] = "foreigner-2017",
};

const char *idcard_type_name(enum idcard_type type)
{
    return type_names[type];
}

#define TEXT_FIELD(name_)                                                                                    \
    {                                                                                                        \
#name_, offsetof(struct idcard, name_)                                                               \
    }

static const struct {
    const char *name;
    size_t at;
} text_fields[] = {
    TEXT_FIELD(name),       TEXT_FIELD(name_zh),  TEXT_FIELD(sex),         TEXT_FIELD(nation),
    TEXT_FIELD(birth),      TEXT_FIELD(address),  TEXT_FIELD(id_number),   TEXT_FIELD(issuer),
    TEXT_FIELD(valid_from), TEXT_FIELD(valid_to), TEXT_FIELD(pass_number), TEXT_FIELD(issue_count),
};

const char *const idcard_fields[IDCARD_FIELDS] = {
    "card_type", "name",       "name_zh",  "sex",         "nation",      "birth",    "address",
    "issuer",    "valid_from", "valid_to", "pass_number", "issue_count", "id_number"};

const char *idcard_field(const struct idcard *card, const char *field)
{
    if (strcmp(field, "card_type") == 0)
        return idcard_type_name(card->type);
    for (size_t i = 0; i < sizeof text_fields / sizeof text_fields[0]; i++)
        if (strcmp(field, text_fields[i].name) == 0)
            return (const char *)card + text_fields[i].at;
    return NULL;
}

int idcard_age(const struct idcard *card, const char *today)
{
    int year, month, day, now_year, now_month, now_day;
    if (!idcard_date_parse(card->birth, &year, &month, &day) ||
        !idcard_date_parse(today, &now_year, &now_month, &now_day))
        return -1;
    bool before_birthday = now_month < month || (now_month == month && now_day < day);
    return now_year - year - before_birthday;
}

static struct err send(struct device *reader, enum idcard_verb verb, int timeout_ms, uint32_t *out_ticket)
{
    struct device_command command = {.verb = (int)verb, .timeout_ms = timeout_ms};
    return device_send(reader, &command, out_ticket);
}

struct err idcard_read(struct device *reader, int timeout_ms, uint32_t *out_ticket)
{
    return send(reader, IDCARD_DO_READ, timeout_ms, out_ticket);
}

struct err idcard_await_removal(struct device *reader, int timeout_ms, uint32_t *out_ticket)
{
    return send(reader, IDCARD_DO_AWAIT_REMOVAL, timeout_ms, out_ticket);
}

const struct idcard_event *idcard_event(const struct device_message *message)
{
    assert(message->class == DEVICE_IDCARD);
    return (const struct idcard_event *)(const void *)message->payload.bytes;
}
