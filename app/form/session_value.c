/* What a value of each data type looks like (spec "Data Types"), and bringing an answer into that form. */
#include "app/form/datetime.h"
#include "app/form/session_private.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define XML_SPACE " \t\r\n"

/* A decimal number, nothing else on the line but white space: strtod's "inf", "nan" and hexadecimals are
 * none. */
static bool read_number(const char *text, const char **out_end, double *out_number)
{
    text += strspn(text, XML_SPACE);
    size_t length = strspn(text, "+-.0123456789eE");
    char *end;
    *out_number = strtod(text, &end);
    *out_end = end + strspn(end, XML_SPACE);
    return length > 0 && end == text + length && isfinite(*out_number);
}

static bool whole_number(const char *text, double *out_number)
{
    const char *end;
    return read_number(text, &end, out_number) && *end == '\0';
}

/* As ODK Collect does, a fraction is cut off. */
static bool cast_int(const char *text, struct buf *out_text)
{
    double number;
    if (!whole_number(text, &number) || trunc(number) < INT32_MIN || trunc(number) > INT32_MAX)
        return false;
    buf_printf(out_text, "%.0f", trunc(number) + 0.0);
    return true;
}

/* Decimals always show that they are: "23.0". */
static void append_decimal(double number, struct buf *out_text)
{
    char text[XPATH_NUMBER_TEXT];
    xpath_number_text(number, text);
    buf_append_text(out_text, text);
    if (!strchr(text, '.'))
        buf_append_text(out_text, ".0");
}

static bool cast_decimal(const char *text, struct buf *out_text)
{
    double number;
    if (!whole_number(text, &number))
        return false;
    append_decimal(number, out_text);
    return true;
}

static bool has_offset(const char *text)
{
    const char *time = strchr(text, 'T');
    return time && strpbrk(time, "+-Zz");
}

/* A dateTime without offset is its date; one with an offset could be two dates and is none. */
static bool cast_date(const char *text, struct buf *out_text)
{
    int64_t ms;
    if (strlen(text) < 10 || has_offset(text) || !datetime_parse(text, NULL, &ms))
        return false;
    buf_append(out_text, text, strcspn(text, "T"));
    return true;
}

/* Hours, minutes and seconds must be there; offsets reach from -14:00 to +14:00. */
static bool is_full_time(const char *text)
{
    static const char shape[] = "00:00:00";
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == ':' ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return false;
    const char *rest = text + sizeof shape - 1;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    if (*rest == '\0' || strcmp(rest, "Z") == 0)
        return true;
    return (*rest == '+' || *rest == '-') && strlen(rest) == 6 && rest[3] == ':' &&
           strtol(rest + 1, NULL, 10) <= 14 && strtol(rest + 4, NULL, 10) <= 59;
}

static bool cast_time(const char *text, struct buf *out_text)
{
    int64_t ms;
    if (!is_full_time(text) || !time_parse(text, NULL, &ms))
        return false;
    buf_append_text(out_text, text);
    return true;
}

static bool cast_datetime(const char *text, struct buf *out_text)
{
    int64_t ms;
    const char *time = strchr(text, 'T');
    if (!time || !is_full_time(time + 1) || !datetime_parse(text, NULL, &ms))
        return false;
    buf_append_text(out_text, text);
    return true;
}

/* ---- Places ---- */

struct point {
    double numbers[4]; /* latitude, longitude, altitude, accuracy */
    size_t count;
};

static bool read_point(const char *text, struct point *out_point)
{
    struct point point = {.count = 0};
    const char *at = text + strspn(text, XML_SPACE);
    while (*at != '\0' && *at != ';') {
        char *end;
        if (point.count == 4)
            return false;
        point.numbers[point.count] = strtod(at, &end);
        if (end == at || !isfinite(point.numbers[point.count]) || !strchr(XML_SPACE ";", *end))
            return false;
        point.count++;
        at = end + strspn(end, XML_SPACE);
    }
    *out_point = point;
    bool nowhere = point.numbers[0] == 0 && point.numbers[1] == 0;
    return point.count >= 2 && fabs(point.numbers[0]) <= 90 && fabs(point.numbers[1]) <= 180 && !nowhere;
}

static void append_point(const struct point *point, struct buf *out_text)
{
    for (size_t i = 0; i < point->count; i++) {
        if (i > 0)
            buf_append_byte(out_text, ' ');
        append_decimal(point->numbers[i], out_text);
    }
}

/* Points separated by semicolons; a last semicolon is usual and means nothing. */
static bool cast_points(const char *text, size_t least, bool closed, struct buf *out_text)
{
    size_t start = out_text->length, count = 0;
    struct point first = {.count = 0}, point = {.count = 0};
    for (const char *at = text; at[strspn(at, XML_SPACE)] != '\0';) {
        if (!read_point(at, &point))
            return false;
        if (count++ == 0)
            first = point;
        if (out_text->length > start)
            buf_append_byte(out_text, ';');
        append_point(&point, out_text);
        at += strcspn(at, ";");
        at += *at == ';';
    }
    bool is_closed = first.numbers[0] == point.numbers[0] && first.numbers[1] == point.numbers[1];
    return count >= least && is_closed == closed;
}

static bool cast_geopoint(const char *text, struct buf *out_text)
{
    struct point point;
    if (strchr(text, ';') || !read_point(text, &point))
        return false;
    append_point(&point, out_text);
    return true;
}

/* ---- By type ---- */

static bool cast_type(enum xform_type type, const char *text, struct buf *out_text)
{
    switch (type) {
    case XFORM_INT:
        return cast_int(text, out_text);
    case XFORM_DECIMAL:
        return cast_decimal(text, out_text);
    case XFORM_DATE:
        return cast_date(text, out_text);
    case XFORM_TIME:
        return cast_time(text, out_text);
    case XFORM_DATETIME:
        return cast_datetime(text, out_text);
    case XFORM_GEOPOINT:
        return cast_geopoint(text, out_text);
    case XFORM_GEOTRACE:
        return cast_points(text, 2, false, out_text);
    case XFORM_GEOSHAPE:
        return cast_points(text, 3, true, out_text);
    default:
        buf_append_text(out_text, text);
        return true;
    }
}

static bool in_range(const struct control *control, const char *text)
{
    double number, low = control->range_start, high = control->range_end;
    if (low > high) {
        low = control->range_end;
        high = control->range_start;
    }
    return whole_number(text, &number) && number >= low && number <= high;
}

static bool undo(struct buf *out_text, size_t length)
{
    if (out_text->data) {
        out_text->length = length;
        out_text->data[length] = '\0';
    }
    return false;
}

bool session_cast(const struct field *field, const char *text, struct buf *out_text)
{
    size_t length = out_text->length;
    if (*text == '\0')
        return true;
    if (field->control && field->control->kind == XFORM_RANGE && !in_range(field->control, text))
        return false;
    return cast_type(field->type, text, out_text) || undo(out_text, length);
}

/* A date that a calculation made of a moment is the day it had in the session's zone: the text begins with
 * it. */
static bool cast_calculated_date(const char *text, struct buf *out_text)
{
    int64_t ms;
    if (strlen(text) < 10 || !datetime_parse(text, NULL, &ms))
        return false;
    buf_append(out_text, text, strcspn(text, "T"));
    return true;
}

/* number(true()) is 1. */
static const char *truth_as_number(const char *text)
{
    return strcmp(text, "true") == 0 ? "1" : strcmp(text, "false") == 0 ? "0" : text;
}

bool session_cast_calculated(const struct field *field, const char *text, struct buf *out_text)
{
    size_t length = out_text->length;
    if (*text == '\0')
        return true;
    switch (field->type) {
    case XFORM_BOOLEAN: /* kept as ODK Collect keeps it, so that reading it back gives the same */
        buf_append_text(out_text, truth_as_number(text));
        return true;
    case XFORM_INT:
    case XFORM_DECIMAL:
        return session_cast(field, truth_as_number(text), out_text);
    case XFORM_DATE:
        return cast_calculated_date(text, out_text) || undo(out_text, length);
    default:
        return session_cast(field, text, out_text);
    }
}

/* 0001-01-01 and 9999-12-31 in days since 1970: between them a date can be written. */
#define FIRST_DAY (-719162)
#define LAST_DAY  2932896

bool session_cast_days(const struct field *field, double days, const struct tz *tz, struct buf *out_text)
{
    char written[DATETIME_TEXT];
    if (!(days >= FIRST_DAY && days <= LAST_DAY)) /* NaN neither */
        return false;
    int64_t ms = llround(days * DAY_MS);
    if (field->type == XFORM_DATE)
        date_write(ms, tz, written);
    else if (field->type == XFORM_DATETIME)
        datetime_write(ms, tz, written);
    else
        return false;
    buf_append_text(out_text, written);
    return true;
}
