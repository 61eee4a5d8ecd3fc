#include "app/form/datetime.h"
#include "app/form/tz.h"
#include "app/form/xpath_fn.h"
#include <math.h>
#include <string.h>

/* A date is a text to those who want a text and days since 1970 to those who want a number. */
static bool give_date(struct call *c, int64_t ms, struct value *out)
{
    char text[DATETIME_TEXT];
    datetime_write_short(ms, c->run->host->tz, text);
    *out = (struct value){.kind = XPATH_STRING, .is_date = true, .number = (double)ms / DAY_MS};
    return text_copy(c->run, text, strlen(text), &out->text);
}

static bool give_invalid(struct value *out)
{
    *out =
        (struct value){.kind = XPATH_STRING, .is_date = true, .number = NAN, .text = text_of("Invalid Date")};
    return true;
}

static bool fn_now(struct call *c, struct value *out)
{
    char text[DATETIME_TEXT];
    int64_t ms = c->run->host->now_ms;
    datetime_write(ms, c->run->host->tz, text);
    *out = (struct value){.kind = XPATH_STRING, .is_date = true, .number = (double)ms / DAY_MS};
    return text_copy(c->run, text, strlen(text), &out->text);
}

static bool fn_today(struct call *c, struct value *out)
{
    const struct tz *tz = c->run->host->tz;
    struct civil now = civil_at(c->run->host->now_ms, tz);
    int64_t local_s = civil_days(now.year, now.month, now.day) * 86400;
    return give_date(c, (local_s - tz_offset_local(tz, local_s)) * 1000, out);
}

/* ---- Reading a value as a moment ---- */

#define DAYS_MAX 3.0e6 /* the year 9999 and a little */

static bool ms_of_days(double days, int64_t *out_ms)
{
    if (!(fabs(days) <= DAYS_MAX))
        return false;
    *out_ms = (int64_t)llround(days * DAY_MS);
    return true;
}

/* "1970-1-2": digits that spreadsheets leave out are put back. */
static bool padded_parse(const char *text, const struct tz *tz, int64_t *out_ms)
{
    char padded[64];
    size_t length = 0;
    int parts = 0;
    for (const char *at = text; *at != '\0' && *at != 'T'; at++) {
        bool begins = at > text && at[-1] == '-';
        parts += *at == '-';
        bool single = begins && (at[1] == '\0' || at[1] == '-' || at[1] == 'T');
        if (length + 2 >= sizeof padded - 1 || parts > 2)
            return false;
        if (single)
            padded[length++] = '0';
        padded[length++] = *at;
    }
    const char *time = strchr(text, 'T');
    if (time && strlen(time) + length >= sizeof padded)
        return false;
    strcpy(padded + length, time ? time : "");
    return datetime_parse(padded, tz, out_ms);
}

/* False in *out_known: no moment. */
static bool moment_of(struct call *c, struct value *value, int64_t *out_ms, bool *out_known)
{
    const struct tz *tz = c->run->host->tz;
    struct text text;
    *out_known = false;
    if (value->is_date || value->kind == XPATH_NUMBER) {
        *out_known = ms_of_days(value->number, out_ms);
        return true;
    }
    if (value->kind == XPATH_BOOLEAN)
        return true;
    if (!to_text(c->run, value, &text))
        return false;
    *out_known = datetime_parse(text.bytes, tz, out_ms) || padded_parse(text.bytes, tz, out_ms);
    return true;
}

/* ---- Functions ---- */

static bool is_blank(struct call *c, struct value *value, bool *out)
{
    struct text text = {0};
    *out = value->kind == XPATH_BOOLEAN;
    if (*out || value->is_date || value->kind == XPATH_NUMBER)
        return true;
    if (!to_text(c->run, value, &text))
        return false;
    *out = text.length == 0;
    return true;
}

static bool fn_date(struct call *c, struct value *out)
{
    struct value value;
    int64_t ms;
    bool blank;
    bool known;
    if (!arg_single(c, 0, &value) || !is_blank(c, &value, &blank) || !moment_of(c, &value, &ms, &known))
        return false;
    if (blank) {
        *out = value_text(text_of(""));
        return true;
    }
    return known ? give_date(c, ms, out) : give_invalid(out);
}

static bool fn_decimal_date_time(struct call *c, struct value *out)
{
    struct value value;
    int64_t ms;
    bool known;
    if (!arg_single(c, 0, &value) || !moment_of(c, &value, &ms, &known))
        return false;
    *out = value_number(known ? (double)ms / DAY_MS : NAN);
    return true;
}

/* A moment's time of day, as the clock on the wall shows it. */
static bool time_of_moment(const char *text, const struct tz *tz, int64_t *out_ms)
{
    int64_t ms;
    if (!strchr(text, 'T') || !datetime_parse(text, tz, &ms))
        return false;
    int64_t local = ms + (int64_t)tz_offset_at(tz, ms / 1000) * 1000;
    *out_ms = (local % DAY_MS + DAY_MS) % DAY_MS;
    return true;
}

static bool fn_decimal_time(struct call *c, struct value *out)
{
    struct text text;
    int64_t ms;
    const struct tz *tz = c->run->host->tz;
    if (!arg_text(c, 0, &text))
        return false;
    bool known = time_parse(text.bytes, tz, &ms) || time_of_moment(text.bytes, tz, &ms);
    *out = value_number(known ? (double)ms / DAY_MS : NAN);
    return true;
}

static bool give_formatted(struct call *c, int64_t ms, const char *format, struct value *out)
{
    struct buf text;
    buf_init_private(&text);
    datetime_format(ms, c->run->host->tz, format, c->run->host->language, &text);
    struct text copy;
    bool ok = !text.failed && text_copy(c->run, buf_text(&text), text.length, &copy);
    buf_finish(&text);
    if (!ok)
        return run_no_memory(c->run);
    *out = value_text(copy);
    return true;
}

static bool fn_format_date(struct call *c, struct value *out)
{
    struct value value;
    struct text format;
    int64_t ms;
    bool known;
    if (!arg_single(c, 0, &value) || !arg_text(c, 1, &format) || !moment_of(c, &value, &ms, &known))
        return false;
    *out = value_text(text_of(""));
    return !known || give_formatted(c, ms, format.bytes, out);
}

const struct function xpath_fn_dates[] = {
    {"now", NULL, 0, 0, FN_STRING, TRAIT_VOLATILE, 0, fn_now},
    {"today", NULL, 0, 0, FN_STRING, TRAIT_VOLATILE, 0, fn_today},
    {"date", NULL, 1, 1, FN_STRING, 0, 0, fn_date},
    {"date-time", NULL, 1, 1, FN_STRING, 0, 0, fn_date},
    {"date-time", FN_URI_ENKETO, 1, 1, FN_STRING, 0, 0, fn_date},
    {"decimal-date-time", NULL, 1, 1, FN_NUMBER, 0, 0, fn_decimal_date_time},
    {"decimal-time", NULL, 1, 1, FN_NUMBER, 0, 0, fn_decimal_time},
    {"format-date", NULL, 2, 2, FN_STRING, TRAIT_LANGUAGE, 0, fn_format_date},
    {"format-date", FN_URI_ENKETO, 2, 2, FN_STRING, TRAIT_LANGUAGE, 0, fn_format_date},
    {"format-date-time", NULL, 2, 2, FN_STRING, TRAIT_LANGUAGE, 0, fn_format_date},
    {0},
};
