/*
 * Dates and times as ODK writes them (spec "Data Types": date, time, dateTime), in milliseconds since 1970
 * UTC.
 *
 * A date is midnight in the session's time zone. No clock here. tz NULL is UTC.
 */
#ifndef YIZHAN_FORM_DATETIME_H
#define YIZHAN_FORM_DATETIME_H

#include "app/form/tz.h"
#include "board/base/buf.h"
#include <stdint.h>

#define DAY_MS 86400000

struct civil {
    int year;  /* astronomical: 0 is 1 BC */
    int month; /* 1..12 */
    int day;
    int hour;
    int minute;
    int second;
    int ms;
    int weekday; /* 0 Sunday */
    int offset_s;
};

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back. */
int64_t civil_days(int year, int month, int day);
/* The wall clock of a moment. */
struct civil civil_at(int64_t ms, const struct tz *tz);

/* "2026-11-22", "2026-11-22T10:00", "...T10:00:00.123+08:00", "...Z"; without offset in tz. False for
 * anything else, days and hours that do not exist among it. */
bool datetime_parse(const char *text, const struct tz *tz, int64_t *out_ms);
/* "10:00:00.000+08:00", offset as above: milliseconds since midnight on tz's wall clock of 1970-01-01. */
bool time_parse(const char *text, const struct tz *tz, int64_t *out_ms);

#define DATETIME_TEXT 48
/* "2026-11-22T10:00:00.000+08:00". */
void datetime_write(int64_t ms, const struct tz *tz, char out_text[DATETIME_TEXT]);
/* "2026-11-22". */
void date_write(int64_t ms, const struct tz *tz, char out_text[DATETIME_TEXT]);
/* The date alone at midnight, else both. */
void datetime_write_short(int64_t ms, const struct tz *tz, char out_text[DATETIME_TEXT]);

/* Spec "format-date()": %Y %y %m %n %b %d %e %a and of time %H %h %M %S %3; other characters stand for
 * themselves. language: BCP 47 tag for names of months and days, NULL is English. */
void datetime_format(int64_t ms, const struct tz *tz, const char *format, const char *language,
                     struct buf *out_text);

#endif
