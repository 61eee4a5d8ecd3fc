#include "app/form/datetime.h"
#include <stdio.h>
#include <string.h>

/* ---- Calendar ---- */

/* Years begin in March here, so that the leap day comes last. */
int64_t civil_days(int year, int month, int day)
{
    int64_t y = month <= 2 ? (int64_t)year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void date_of_days(int64_t days, struct civil *out)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    out->day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    out->month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    out->year = (int)(year_of_era + era * 400 + (out->month <= 2));
}

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

struct civil civil_at(int64_t ms, const struct tz *tz)
{
    struct civil c = {.offset_s = tz_offset_at(tz, floor_div(ms, 1000))};
    int64_t local = ms + (int64_t)c.offset_s * 1000;
    int64_t days = floor_div(local, DAY_MS);
    int rest = (int)(local - days * DAY_MS);
    date_of_days(days, &c);
    c.weekday = (int)(((days + 4) % 7 + 7) % 7);
    c.hour = rest / 3600000;
    c.minute = rest / 60000 % 60;
    c.second = rest / 1000 % 60;
    c.ms = rest % 1000;
    return c;
}

static int days_in_month(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : DAYS[month - 1];
}

/* ---- Reading ---- */

/* Exactly count digits. */
static bool read_digits(const char **at, int count, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *at += count;
    *out = value;
    return true;
}

static bool read_mark(const char **at, char mark)
{
    if (**at != mark)
        return false;
    (*at)++;
    return true;
}

static bool read_date(const char **at, struct civil *c)
{
    return read_digits(at, 4, &c->year) && read_mark(at, '-') && read_digits(at, 2, &c->month) &&
           read_mark(at, '-') && read_digits(at, 2, &c->day) && c->month >= 1 && c->month <= 12 &&
           c->day >= 1 && c->day <= days_in_month(c->year, c->month);
}

/* Digits after the point; what is finer than a millisecond is cut off. */
static bool read_fraction(const char **at, int *out_ms)
{
    int scale = 100;
    *out_ms = 0;
    if (**at < '0' || **at > '9')
        return false;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        *out_ms += (**at - '0') * scale;
        scale /= 10;
    }
    return true;
}

/* hh[:mm[:ss[.fraction]]] */
static bool read_time(const char **at, struct civil *c)
{
    if (!read_digits(at, 2, &c->hour))
        return false;
    if (**at == ':' && !(read_mark(at, ':') && read_digits(at, 2, &c->minute)))
        return false;
    if (**at == ':' && !(read_mark(at, ':') && read_digits(at, 2, &c->second)))
        return false;
    if (**at == '.' && !(read_mark(at, '.') && read_fraction(at, &c->ms)))
        return false;
    return c->hour < 24 && c->minute < 60 && c->second < 60;
}

/* Z or +hh:mm; nothing leaves *out_given false. Offsets on Earth go to 14 hours. */
static bool read_offset(const char **at, bool *out_given, int *out_offset_s)
{
    char sign = **at;
    int hours;
    int minutes;
    *out_given = sign == 'Z' || sign == '+' || sign == '-';
    *out_offset_s = 0;
    if (!*out_given)
        return true;
    (*at)++;
    if (sign == 'Z')
        return true;
    if (!read_digits(at, 2, &hours) || !read_mark(at, ':') || !read_digits(at, 2, &minutes))
        return false;
    *out_offset_s = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return hours <= 14 && minutes < 60;
}

static int64_t local_ms(const struct civil *c)
{
    return civil_days(c->year, c->month, c->day) * DAY_MS + c->hour * 3600000LL + c->minute * 60000LL +
           c->second * 1000LL + c->ms;
}

bool datetime_parse(const char *text, const struct tz *tz, int64_t *out_ms)
{
    struct civil c = {0};
    bool given = false;
    if (!read_date(&text, &c))
        return false;
    if (*text == 'T') {
        text++;
        if (!read_time(&text, &c) || !read_offset(&text, &given, &c.offset_s))
            return false;
    }
    if (*text != '\0')
        return false;
    int64_t local = local_ms(&c);
    if (!given)
        c.offset_s = tz_offset_local(tz, floor_div(local, 1000));
    *out_ms = local - (int64_t)c.offset_s * 1000;
    return true;
}

bool time_parse(const char *text, const struct tz *tz, int64_t *out_ms)
{
    struct civil c = {.year = 1970, .month = 1, .day = 1};
    bool given;
    const char *at = text;
    if (!read_time(&at, &c) || at < text + 5 || !read_offset(&at, &given, &c.offset_s) || *at != '\0')
        return false;
    int64_t local = local_ms(&c);
    if (given) {
        int64_t utc = local - (int64_t)c.offset_s * 1000;
        local = utc + (int64_t)tz_offset_at(tz, floor_div(utc, 1000)) * 1000;
    }
    *out_ms = local - floor_div(local, DAY_MS) * DAY_MS;
    return true;
}

/* ---- Writing ---- */

void date_write(int64_t ms, const struct tz *tz, char out_text[DATETIME_TEXT])
{
    struct civil c = civil_at(ms, tz);
    snprintf(out_text, DATETIME_TEXT, "%04d-%02d-%02d", c.year, c.month, c.day);
}

void datetime_write(int64_t ms, const struct tz *tz, char out_text[DATETIME_TEXT])
{
    struct civil c = civil_at(ms, tz);
    int minutes = (c.offset_s < 0 ? -c.offset_s : c.offset_s) / 60;
    snprintf(out_text, DATETIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02d:%02d", c.year, c.month, c.day,
             c.hour, c.minute, c.second, c.ms, c.offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void datetime_write_short(int64_t ms, const struct tz *tz, char out_text[DATETIME_TEXT])
{
    struct civil c = civil_at(ms, tz);
    if (c.hour == 0 && c.minute == 0 && c.second == 0 && c.ms == 0)
        date_write(ms, tz, out_text);
    else
        datetime_write(ms, tz, out_text);
}

/* ---- format-date() ---- */

struct date_names {
    const char *language; /* primary subtag */
    const char *months[12];
    const char *days[7]; /* from Sunday */
};

static const struct date_names NAMES[] = {
    {"en",
     {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
     {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}},
    {"zh",
     {"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"},
     {"周日", "周一", "周二", "周三", "周四", "周五", "周六"}},
    {"fr",
     {"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
     {"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."}},
    {"es",
     {"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
     {"dom", "lun", "mar", "mié", "jue", "vie", "sáb"}},
    {"pt",
     {"jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."},
     {"dom.", "seg.", "ter.", "qua.", "qui.", "sex.", "sáb."}},
};

/* The primary subtag decides: "zh-CN" and "zh" are one. */
static const struct date_names *names_for(const char *language)
{
    for (size_t i = 0; language && i < sizeof NAMES / sizeof *NAMES; i++) {
        size_t length = strlen(NAMES[i].language);
        if (strncmp(language, NAMES[i].language, length) == 0 &&
            (language[length] == '\0' || language[length] == '-'))
            return &NAMES[i];
    }
    return &NAMES[0];
}

/* False for a letter that means nothing after %. */
static bool format_field(char field, const struct civil *c, const struct date_names *names,
                         struct buf *out_text)
{
    const struct {
        char field;
        const char *format;
        int value;
    } NUMBERS[] = {
        {'Y', "%04d", c->year},   {'y', "%02d", ((c->year % 100) + 100) % 100},
        {'m', "%02d", c->month},  {'n', "%d", c->month},
        {'d', "%02d", c->day},    {'e', "%d", c->day},
        {'H', "%02d", c->hour},   {'h', "%d", c->hour},
        {'M', "%02d", c->minute}, {'S', "%02d", c->second},
        {'3', "%03d", c->ms},
    };
    if (field == 'b' || field == 'a') {
        buf_append_text(out_text, field == 'b' ? names->months[c->month - 1] : names->days[c->weekday]);
        return true;
    }
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
        if (NUMBERS[i].field == field) {
            char text[16];
            snprintf(text, sizeof text, NUMBERS[i].format, NUMBERS[i].value);
            buf_append_text(out_text, text);
            return true;
        }
    return false;
}

void datetime_format(int64_t ms, const struct tz *tz, const char *format, const char *language,
                     struct buf *out_text)
{
    struct civil c = civil_at(ms, tz);
    const struct date_names *names = names_for(language);
    for (; *format != '\0'; format++)
        if (*format == '%' && format_field(format[1], &c, names, out_text))
            format++;
        else
            buf_append_byte(out_text, (uint8_t)*format);
}
