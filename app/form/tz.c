#include "app/form/tz.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Transitions of RFC 8536, and beyond the last of them the rule of the footer (a POSIX TZ string). */
struct rule_date {
    int month; /* 1..12 */
    int week;  /* 1..5, 5 is the last */
    int weekday;
    int time_s; /* after midnight, local */
};

struct tz {
    size_t count;
    int64_t *at;      /* UTC seconds */
    int *offset;      /* from at[i] on */
    int first_offset; /* before at[0] */
    bool has_rule;
    int standard_offset;
    bool has_summer;
    int summer_offset;
    struct rule_date summer_begin;
    struct rule_date summer_end;
};

/* ---- Reading ---- */

struct reader {
    const unsigned char *at;
    size_t left;
};

static bool take(struct reader *r, size_t count, const unsigned char **out)
{
    if (count > r->left)
        return false;
    *out = r->at;
    r->at += count;
    r->left -= count;
    return true;
}

static uint32_t big32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t big64(const unsigned char *at)
{
    return (int64_t)((uint64_t)big32(at) << 32 | big32(at + 4));
}

struct header {
    char version;
    uint32_t ut_count;
    uint32_t std_count;
    uint32_t leap_count;
    uint32_t time_count;
    uint32_t type_count;
    uint32_t char_count;
};

static bool read_header(struct reader *r, struct header *out)
{
    const unsigned char *at;
    if (!take(r, 44, &at) || memcmp(at, "TZif", 4) != 0)
        return false;
    out->version = (char)at[4];
    out->ut_count = big32(at + 20);
    out->std_count = big32(at + 24);
    out->leap_count = big32(at + 28);
    out->time_count = big32(at + 32);
    out->type_count = big32(at + 36);
    out->char_count = big32(at + 40);
    return out->time_count < 100000 && out->type_count > 0 && out->type_count < 256 &&
           out->leap_count < 10000 && out->char_count < 100000 && out->ut_count < 256 && out->std_count < 256;
}

static bool skip_block(struct reader *r, const struct header *h, size_t time_size)
{
    const unsigned char *ignored;
    return take(r,
                h->time_count * (time_size + 1) + h->type_count * 6 + h->char_count +
                    h->leap_count * (time_size + 4) + h->std_count + h->ut_count,
                &ignored);
}

static bool read_block(struct reader *r, const struct header *h, size_t time_size, struct tz *tz)
{
    const unsigned char *times;
    const unsigned char *indexes;
    const unsigned char *types;
    const unsigned char *ignored;
    if (!take(r, h->time_count * time_size, &times) || !take(r, h->time_count, &indexes) ||
        !take(r, h->type_count * 6, &types) ||
        !take(r, h->char_count + h->leap_count * (time_size + 4) + h->std_count + h->ut_count, &ignored))
        return false;
    tz->first_offset = (int)(int32_t)big32(types);
    tz->at = calloc(h->time_count + 1, sizeof *tz->at);
    tz->offset = calloc(h->time_count + 1, sizeof *tz->offset);
    if (!tz->at || !tz->offset)
        return false;
    for (uint32_t i = 0; i < h->time_count; i++) {
        if (indexes[i] >= h->type_count)
            return false;
        tz->at[i] = time_size == 8 ? big64(times + i * 8) : (int32_t)big32(times + i * 4);
        tz->offset[i] = (int)(int32_t)big32(types + indexes[i] * 6);
    }
    tz->count = h->time_count;
    return true;
}

/* ---- The footer's rule: "CST-8", "MST7MDT,M3.2.0,M11.1.0/2" ---- */

static bool read_int(const char **at, int *out)
{
    char *end;
    long value = strtol(*at, &end, 10);
    if (end == *at || value < -1000000 || value > 1000000)
        return false;
    *at = end;
    *out = (int)value;
    return true;
}

static bool skip_zone_name(const char **at)
{
    const char *begin = *at;
    if (**at == '<') {
        const char *end = strchr(*at, '>');
        *at = end ? end + 1 : *at;
    } else {
        while ((**at >= 'a' && **at <= 'z') || (**at >= 'A' && **at <= 'Z'))
            (*at)++;
    }
    return *at != begin;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool read_span(const char **at, int *out_s)
{
    int sign = **at == '-' ? -1 : 1;
    int parts[3] = {0};
    if (**at == '-' || **at == '+')
        (*at)++;
    for (int i = 0; i < 3; i++) {
        if (i > 0 && *(*at)++ != ':')
            return false;
        if (!read_int(at, &parts[i]))
            return false;
        if (**at != ':')
            break;
    }
    *out_s = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    return true;
}

/* ",Mm.w.d[/time]"; the other forms of POSIX are not used by the zones of today. */
static bool read_rule_date(const char **at, struct rule_date *out)
{
    if (strncmp(*at, ",M", 2) != 0)
        return false;
    *at += 2;
    if (!read_int(at, &out->month) || *(*at)++ != '.' || !read_int(at, &out->week) || *(*at)++ != '.' ||
        !read_int(at, &out->weekday))
        return false;
    out->time_s = 7200;
    if (**at == '/') {
        (*at)++;
        if (!read_span(at, &out->time_s))
            return false;
    }
    return out->month >= 1 && out->month <= 12 && out->week >= 1 && out->week <= 5 && out->weekday >= 0 &&
           out->weekday <= 6;
}

static void read_footer(struct reader *r, struct tz *tz)
{
    char text[128];
    size_t length = 0;
    for (size_t i = 1; i < r->left && r->at[i] != '\n' && length < sizeof text - 1; i++)
        text[length++] = (char)r->at[i];
    text[length] = '\0';
    const char *at = text;
    int west;
    if (!skip_zone_name(&at) || !read_span(&at, &west))
        return;
    tz->has_rule = true;
    tz->standard_offset = -west;
    if (!skip_zone_name(&at))
        return;
    tz->summer_offset = tz->standard_offset + 3600;
    if (*at != ',' && read_span(&at, &west))
        tz->summer_offset = -west;
    tz->has_summer = read_rule_date(&at, &tz->summer_begin) && read_rule_date(&at, &tz->summer_end);
}

static bool read_all(struct reader *r, struct tz *tz)
{
    struct header h;
    if (!read_header(r, &h))
        return false;
    if (h.version < '2')
        return read_block(r, &h, 4, tz);
    if (!skip_block(r, &h, 4) || !read_header(r, &h) || !read_block(r, &h, 8, tz))
        return false;
    read_footer(r, tz);
    return true;
}

struct err tz_create(const void *bytes, size_t length, struct tz **out_tz)
{
    struct tz *tz = calloc(1, sizeof *tz);
    if (!tz)
        return err_no_memory("tz");
    struct reader reader = {bytes, length};
    if (!read_all(&reader, tz)) {
        tz_destroy(&tz);
        return err_make(ERR_DATA, "tz", 0, "this is no time zone file (TZif)");
    }
    *out_tz = tz;
    return err_ok();
}

struct err tz_create_fixed(int offset_s, struct tz **out_tz)
{
    struct tz *tz = calloc(1, sizeof *tz);
    if (!tz)
        return err_no_memory("tz");
    tz->first_offset = offset_s;
    *out_tz = tz;
    return err_ok();
}

void tz_destroy(struct tz **tz)
{
    if (!*tz)
        return;
    free((*tz)->at);
    free((*tz)->offset);
    free(*tz);
    *tz = NULL;
}

/* ---- Asking ---- */

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int64_t days_before_year(int64_t year)
{
    int64_t y = year - 1;
    return y * 365 + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) - 719162;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t year_of(int64_t days)
{
    int64_t year = 1970 + floor_div(days, 366);
    while (days_before_year(year + 1) <= days)
        year++;
    return year;
}

/* Local seconds since 1970 at which a rule strikes in a year. */
static int64_t rule_local(const struct rule_date *rule, int64_t year)
{
    static const int BEFORE[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    bool leap = is_leap(year);
    int64_t first = days_before_year(year) + BEFORE[rule->month - 1] + (leap && rule->month > 2);
    int length = BEFORE[rule->month] - BEFORE[rule->month - 1] + (leap && rule->month == 2);
    int first_weekday = (int)(((first + 4) % 7 + 7) % 7);
    int day = (rule->weekday - first_weekday + 7) % 7 + (rule->week - 1) * 7;
    while (day >= length)
        day -= 7;
    return (first + day) * 86400 + rule->time_s;
}

static int rule_offset(const struct tz *tz, int64_t utc_s)
{
    if (!tz->has_summer)
        return tz->standard_offset;
    int64_t year = year_of(floor_div(utc_s + tz->standard_offset, 86400));
    int64_t begin = rule_local(&tz->summer_begin, year) - tz->standard_offset;
    int64_t end = rule_local(&tz->summer_end, year) - tz->summer_offset;
    bool summer = begin < end ? utc_s >= begin && utc_s < end : utc_s >= begin || utc_s < end;
    return summer ? tz->summer_offset : tz->standard_offset;
}

int tz_offset_at(const struct tz *tz, int64_t utc_s)
{
    if (!tz)
        return 0;
    if (tz->count == 0 || utc_s >= tz->at[tz->count - 1]) {
        if (tz->has_rule)
            return rule_offset(tz, utc_s);
        return tz->count == 0 ? tz->first_offset : tz->offset[tz->count - 1];
    }
    size_t low = 0; /* transitions before low have happened, those from high on have not */
    size_t high = tz->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (tz->at[middle] <= utc_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? tz->first_offset : tz->offset[low - 1];
}

int tz_offset_local(const struct tz *tz, int64_t local_s)
{
    /* No zone changes twice within two days, so one of these two is in force. */
    int before = tz_offset_at(tz, local_s - 86400);
    int after = tz_offset_at(tz, local_s + 86400);
    bool is_after =
        tz_offset_at(tz, local_s - before) != before && tz_offset_at(tz, local_s - after) == after;
    return is_after ? after : before;
}
