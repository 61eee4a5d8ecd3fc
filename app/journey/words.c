#include "app/journey/words.h"

#include "app/form/tz.h"
#include "app/journey/internal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const struct lang *journey_lang(const struct journey *journey)
{
    return journey->langs[journey->lang_index];
}

const char *journey_text(const struct journey *journey, const char *id)
{
    return lang_text(journey_lang(journey), id);
}

const char *journey_notice(const struct journey *journey, const char *id_or_words)
{
    return *id_or_words ? journey_text(journey, id_or_words) : NULL;
}

const char *journey_phone(const struct journey *journey)
{
    const struct service *service = journey->visit->service;
    const char *phone = service ? guide_text(service->guide, "phone", lang_tag(journey_lang(journey))) : "";
    return *phone ? phone : journey->config->kiosk.phone;
}

const char *words_with(const struct lang *lang, struct arena *arena, const char *id, const char *value)
{
    const char *text = lang_format(lang, arena, id, 1, &value);
    return text ? text : "";
}

const char *journey_text_with(const struct journey *journey, struct arena *arena, const char *id,
                              const char *value)
{
    return words_with(journey_lang(journey), arena, id, value);
}

/* ---- days and times ---- */

static struct tm local_time(const struct journey *journey, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm local;
    seconds += tz_offset_at(journey->tz, seconds);
    gmtime_r(&seconds, &local);
    return local;
}

static struct tm local_now(const struct journey *journey)
{
    return local_time(journey, journey->clock->wall_ms(journey->clock));
}

void journey_today(const struct journey *journey, char out_date[DATE_SIZE])
{
    struct tm now = local_now(journey);
    strftime(out_date, DATE_SIZE, "%Y-%m-%d", &now);
}

struct day {
    int year, month, day;
};

/* The month by its name too: some languages write it so. */
static const char *format_day(const struct lang *lang, struct arena *arena, const char *id, struct day day,
                              const char *clock_time)
{
    char years[8], months[4], days[4], name[16];
    snprintf(years, sizeof years, "%d", day.year);
    snprintf(months, sizeof months, "%d", day.month);
    snprintf(days, sizeof days, "%d", day.day);
    snprintf(name, sizeof name, "when.month.%d", day.month);
    const char *values[] = {years, months, days, lang_text(lang, name), clock_time};
    const char *text = lang_format(lang, arena, id, 5, values);
    return text ? text : "";
}

static bool read_day(const char *date, struct day *out_day)
{
    return sscanf(date, "%4d-%2d-%2d", &out_day->year, &out_day->month, &out_day->day) == 3 &&
           out_day->month >= 1 && out_day->month <= 12 && out_day->day >= 1;
}

const char *words_of_day(const struct lang *lang, struct arena *arena, const char *date)
{
    struct day day;
    return read_day(date, &day) ? format_day(lang, arena, "when.date_of_year", day, "")
                                : arena_strdup(arena, date);
}

const char *journey_near_day(const struct journey *journey, struct arena *arena, const char *date)
{
    struct day day;
    if (!read_day(date, &day) || day.year != local_now(journey).tm_year + 1900)
        return words_of_day(journey_lang(journey), arena, date);
    return format_day(journey_lang(journey), arena, "when.date", day, "");
}

const char *journey_when(const struct journey *journey, struct arena *arena, int64_t wall_ms)
{
    struct tm then = local_time(journey, wall_ms), now = local_now(journey);
    struct day day = {then.tm_year + 1900, then.tm_mon + 1, then.tm_mday};
    char clock_time[8];
    strftime(clock_time, sizeof clock_time, "%H:%M", &then);
    if (then.tm_year == now.tm_year && then.tm_yday == now.tm_yday)
        return journey_text_with(journey, arena, "when.today", clock_time);
    return format_day(journey_lang(journey), arena, "when.day", day, clock_time);
}

const char *journey_date_time(const struct journey *journey, struct arena *arena, int64_t wall_ms)
{
    struct tm then = local_time(journey, wall_ms);
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%d %H:%M", &then);
    return arena_strdup(arena, text);
}
