/* Finds what in a text is written in digits, and what kind of thing each is. */
#include "drivers/voice/voice_words.h"

#include "board/base/utf8.h"
#include "drivers/voice/voice_marks.h"
#include "drivers/voice/voice_scan.h"
#include <ctype.h>
#include <string.h>

#define NUMBER_DIGITS_MAX 9

/* Where the scan stands; the text is ASCII in its digits and signs already. */
struct scan {
    enum voice_tongue tongue;
    const char *at;
    struct buf *out;
};

/* Says what begins at scan->at and returns its bytes, or 0 when it is something else. */
typedef size_t matcher(const struct scan *scan);

/* Length of the first of the words that text begins with, 0 for none. */
static size_t begins_any(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (begins(text, *words))
            return strlen(*words);
    return 0;
}

/* What is said of this sentence so far. */
static const char *last_sentence(const struct scan *scan)
{
    static const char *const ends[] = {"。", ". "};
    const char *sentence = buf_text(scan->out);

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        for (const char *at = sentence; (at = strstr(at, ends[i])) != NULL;)
            sentence = at += strlen(ends[i]);
    return sentence;
}

static int read_int(const char *text, size_t digits)
{
    int value = 0;

    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

/* Digits split in groups of these sizes, a pause between them. */
static void say_grouped(const struct scan *scan, const char *digits, const size_t groups[3])
{
    for (int i = 0; i < 3; i++) {
        if (i)
            buf_append_text(scan->out, scan->tongue == VOICE_ZH ? "，" : ", ");
        voice_words_digits(scan->tongue, digits, groups[i], scan->out);
        digits += groups[i];
    }
}

static size_t citizen_number(const struct scan *scan)
{
    static const size_t groups[3] = {6, 8, 4};
    size_t digits = digit_run(scan->at);
    bool ends_in_x = digits == 17 && (scan->at[17] == 'X' || scan->at[17] == 'x');

    if (digits != 18 && !ends_in_x)
        return 0;
    if (isalnum((unsigned char)scan->at[18]))
        return 0;
    say_grouped(scan, scan->at, groups);
    return 18;
}

static size_t mobile_number(const struct scan *scan)
{
    static const size_t groups[3] = {3, 4, 4};

    if (digit_run(scan->at) != 11 || scan->at[0] != '1' || scan->at[1] < '3')
        return 0;
    say_grouped(scan, scan->at, groups);
    return 11;
}

static size_t blank(const char *text)
{
    static const char *const blanks[] = {" ", "\u00a0", NULL};

    return begins_any(text, blanks);
}

/* A group of digits, or of the stars that hide some; an X may end it. */
static size_t group_run(const char *text)
{
    size_t length = strspn(text, "0123456789*");

    return length + (length && (text[length] == 'X' || text[length] == 'x'));
}

#define NUMBER_GROUPED_LEAST 8

/* What the screen shows in groups: 4827 00001 0, 138 0000 1234, 1101 **** **** 002X. Each group is said digit
 * by digit; hidden ones are a pause. */
static size_t grouped_number(const struct scan *scan)
{
    size_t length = 0, digits = 0, first = group_run(scan->at);

    for (size_t group = first, between = 0; group;
         group = between ? group_run(scan->at + length + between) : 0) {
        length += between + group;
        digits += group;
        between = blank(scan->at + length);
    }
    if (length == first || digits < NUMBER_GROUPED_LEAST || isalnum((unsigned char)scan->at[length]))
        return 0;
    voice_words_digits(scan->tongue, scan->at, length, scan->out);
    return length;
}

/* 0571-88886666, 010-12345678, 0571-12345 */
static size_t landline_number(const struct scan *scan)
{
    size_t area = digit_run(scan->at), line;

    if (scan->at[0] != '0' || area < 3 || area > 4 || scan->at[area] != '-')
        return 0;
    line = digit_run(scan->at + area + 1);
    if (line != 5 && line != 7 && line != 8)
        return 0;
    voice_words_digits(scan->tongue, scan->at, area + 1 + line, scan->out);
    return area + 1 + line;
}

/* A short number that the sentence says to call, 110 or 119, and that of a hotline: 12345. */
static size_t short_number(const struct scan *scan)
{
    static const char *const calls[] = {"请打", "就打", "拨打", " call ", " dial "}, *const hotlines[] = {
                                                                                         "热线", " hotline",
                                                                                         NULL};
    size_t digits = digit_run(scan->at);
    bool is_called = begins_any(scan->at + digits, hotlines) > 0;

    if (digits != 3 && digits != 5)
        return 0;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        is_called = is_called || strstr(last_sentence(scan), calls[i]);
    if (!is_called)
        return 0;
    voice_words_digits(scan->tongue, scan->at, digits, scan->out);
    return digits;
}

enum { LEAP_YEAR = 2000 };

static bool is_date(int year, int month, int day)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    return month != 2 || day != 29 || leap;
}

static size_t say_date(const struct scan *scan, int year, int month, int day, size_t length)
{
    if (!is_date(year, month, day))
        return 0;
    voice_words_date(scan->tongue, year, month, day, scan->out);
    if (scan->at[length] == ' ' && is_digit(scan->at[length + 1])) /* the time of day */
        buf_append_text(scan->out, scan->tongue == VOICE_ZH ? "，" : ",");
    return length;
}

/* One or two digits and the sign that must follow them; returns their length, 0 when they are not there. */
static size_t date_part(const char *text, const char *sign, int *out_value)
{
    size_t digits = digit_run(text);

    if (digits < 1 || digits > 2 || !begins(text + digits, sign))
        return 0;
    *out_value = read_int(text, digits);
    return digits + strlen(sign);
}

static size_t date_with(const struct scan *scan, const char *after_year, const char *after_month,
                        const char *after_day)
{
    const char *p = scan->at + 4;
    int month, day;
    size_t month_size, day_size;

    if (digit_run(scan->at) != 4 || !begins(p, after_year))
        return 0;
    p += strlen(after_year);
    month_size = date_part(p, after_month, &month);
    if (!month_size)
        return 0;
    p += month_size;
    day_size = date_part(p, after_day, &day);
    if (!day_size || is_digit(p[day_size]))
        return 0;
    return say_date(scan, read_int(scan->at, 4), month, day, (size_t)(p - scan->at) + day_size);
}

static size_t date(const struct scan *scan)
{
    size_t length = date_with(scan, "-", "-", "");

    length = length ? length : date_with(scan, "/", "/", "");
    length = length ? length : date_with(scan, ".", ".", "");
    length = length ? length : date_with(scan, "年", "月", "日");
    if (length || digit_run(scan->at) != 8)
        return length;
    return say_date(scan, read_int(scan->at, 4), read_int(scan->at + 4, 2), read_int(scan->at + 6, 2), 8);
}

/* "15 March 1942", "6 December" */
static size_t date_in_english(const struct scan *scan)
{
    static const char *const months[] = {" January",   " February", " March",    " April",
                                         " May",       " June",     " July",     " August",
                                         " September", " October",  " November", " December"};
    size_t days = digit_run(scan->at), length;
    int day = read_int(scan->at, days < 3 ? days : 0), month = 0;

    if (scan->tongue != VOICE_EN || days < 1 || days > 2)
        return 0;
    while (month < 12 && !begins(scan->at + days, months[month]))
        month++;
    if (month == 12)
        return 0;
    length = days + strlen(months[month]);
    if (isalpha((unsigned char)scan->at[length]) || !is_date(LEAP_YEAR, month + 1, day))
        return 0;
    if (scan->at[length] == ' ' && digit_run(scan->at + length + 1) == 4)
        return say_date(scan, read_int(scan->at + length + 1, 4), month + 1, day, length + 5);
    voice_words_date(scan->tongue, 0, month + 1, day, scan->out);
    return length;
}

/* "11/2027" */
static size_t month_in_english(const struct scan *scan)
{
    size_t month = digit_run(scan->at);

    if (scan->tongue != VOICE_EN || month < 1 || month > 2 || scan->at[month] != '/' ||
        digit_run(scan->at + month + 1) != 4 ||
        !is_date(read_int(scan->at + month + 1, 4), read_int(scan->at, month), 1))
        return 0;
    voice_words_date(scan->tongue, read_int(scan->at + month + 1, 4), read_int(scan->at, month), 0,
                     scan->out);
    return month + 5;
}

/* "2026年" without a day, and the year of a law's number, 〔2026〕; in English four digits of these
 * centuries are a year, whatever stands behind them: "nineteen fifty" says an amount, too. */
static size_t year(const struct scan *scan)
{
    static const char *const after[] = {"年", "〕", NULL};
    bool is_four = digit_run(scan->at) == 4 && scan->at[4] != '.';

    if (scan->tongue == VOICE_EN && is_four && is_date(read_int(scan->at, 4), 1, 1))
        voice_words_date(scan->tongue, read_int(scan->at, 4), 0, 0, scan->out);
    else if (is_four && begins_any(scan->at + 4, after))
        voice_words_plain_digits(scan->tongue, scan->at, 4, scan->out);
    else
        return 0;
    return 4;
}

/* Digits, and up to two decimals; returns their length, 0 when it is no amount. */
static size_t amount(const char *text, int64_t *out_fen)
{
    size_t whole = digit_run(text), decimals = 0;
    int64_t fen;

    if (!whole || whole > NUMBER_DIGITS_MAX)
        return 0;
    fen = (int64_t)read_int(text, whole) * 100;
    if (text[whole] == '.')
        decimals = digit_run(text + whole + 1);
    if (decimals > 2)
        return 0;
    if (decimals)
        fen += read_int(text + whole + 1, decimals) * (decimals == 1 ? 10 : 1);
    *out_fen = fen;
    return whole + (decimals ? 1 + decimals : 0);
}

static size_t money(const struct scan *scan)
{
    static const char *const before[] = {"¥", "￥", NULL};
    static const char *const after[] = {"元", " 元", "圆", " yuan", " RMB", " CNY", NULL};
    size_t sign = begins_any(scan->at, before);
    int64_t fen;
    size_t length = amount(scan->at + sign, &fen), unit;

    if (!length)
        return 0;
    unit = begins_any(scan->at + sign + length, after);
    if (!sign && !unit)
        return 0;
    voice_words_money(scan->tongue, fen, scan->out);
    return sign + length + unit;
}

/* "12:30" and "12 点": whether the text says itself which half of the day is meant. */
static bool has_part_of_day(const struct scan *scan, size_t length)
{
    static const char *const before[] = {"凌晨", "早上", "上午", "中午", "下午", "晚上", "夜里"},
                             *const after[] = {" in the", " at night", " a.m.", " p.m.", " am", " pm", NULL};

    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (utf8_ends_with(buf_text(scan->out), before[i]))
            return true;
    return begins_any(scan->at + length, after) > 0;
}

static void say_hour(const struct scan *scan, int hour)
{
    if (scan->tongue == VOICE_ZH && hour == 2)
        buf_append_text(scan->out, "两");
    else
        voice_words_number(scan->tongue, hour, scan->out);
}

static void say_time_in_chinese(const struct scan *scan, int hour, int minute, bool has_part)
{
    static const struct {
        int before;
        const char *words;
    } parts[] = {{6, "凌晨"}, {12, "上午"}, {13, "中午"}, {18, "下午"}, {24, "晚上"}, {25, "夜里"}};
    size_t part = 0;

    while (hour >= parts[part].before)
        part++;
    buf_append_text(scan->out, has_part ? "" : parts[part].words);
    say_hour(scan, hour > 12 ? hour - 12 : hour);
    buf_append_text(scan->out, minute == 30 ? "点半" : minute > 0 && minute < 10 ? "点零" : "点");
    if (minute && minute != 30) {
        voice_words_number(scan->tongue, minute, scan->out);
        buf_append_text(scan->out, "分");
    }
}

static void say_time_in_english(const struct scan *scan, int hour, int minute, bool has_part)
{
    const char *part = hour % 24 == 0          ? " at night"
                       : hour == 12 && !minute ? " at noon"
                       : hour < 12             ? " in the morning"
                       : hour < 18             ? " in the afternoon"
                                               : " in the evening";

    say_hour(scan, hour % 12 == 0 ? 12 : hour % 12);
    buf_append_text(scan->out, !minute ? " o'clock" : minute < 10 ? " oh " : " ");
    if (minute)
        voice_words_number(scan->tongue, minute, scan->out);
    buf_append_text(scan->out, has_part ? "" : part);
}

static size_t time_of_day(const struct scan *scan)
{
    size_t hour = digit_run(scan->at), length = hour + 3;
    int minute;

    if (hour < 1 || hour > 2 || scan->at[hour] != ':' || digit_run(scan->at + hour + 1) != 2)
        return 0;
    minute = read_int(scan->at + hour + 1, 2);
    if (read_int(scan->at, hour) > 24 || minute > 59)
        return 0;
    if (scan->tongue == VOICE_ZH)
        say_time_in_chinese(scan, read_int(scan->at, hour), minute, has_part_of_day(scan, length));
    else
        say_time_in_english(scan, read_int(scan->at, hour), minute, has_part_of_day(scan, length));
    return length;
}

/* "下午2点半" and "14点": up to noon nobody says which part of the day it is. */
static size_t full_hour(const struct scan *scan)
{
    static const char o_clock[] = "点";
    size_t digits = digit_run(scan->at);
    int hour = read_int(scan->at, digits < 3 ? digits : 0);

    if (scan->tongue != VOICE_ZH || digits < 1 || digits > 2 || hour > 24 ||
        !begins(scan->at + digits, o_clock))
        return 0;
    say_time_in_chinese(scan, hour, 0, hour <= 12 || has_part_of_day(scan, digits));
    return digits + strlen(o_clock);
}

/* Up to NUMBER_DIGITS_MAX digits with decimals, or the parts of a version: "0.3.1"; returns the length, 0
 * when it is rather a code. */
static size_t say_number(const struct scan *scan)
{
    size_t length = digit_run(scan->at);

    if (!length || length > NUMBER_DIGITS_MAX || (length > 1 && scan->at[0] == '0'))
        return 0;
    voice_words_number(scan->tongue, read_int(scan->at, length), scan->out);
    for (size_t part; scan->at[length] == '.' && (part = digit_run(scan->at + length + 1)) > 0;
         length += 1 + part) {
        buf_append_text(scan->out, scan->tongue == VOICE_ZH ? "点" : " point ");
        voice_words_plain_digits(scan->tongue, scan->at + length + 1, part, scan->out);
    }
    return length;
}

/* Of what is counted there are 两, and the second of them is 第二. */
static size_t two_of_something(const struct scan *scan)
{
    static const char *const counted[] = {"个", "张", "份", "位", "天", "项", "次", "题", "页",   "条", "种",
                                          "岁", "年", "件", "家", "户", "口", "人", "间", "分钟", "周", NULL};

    if (scan->tongue != VOICE_ZH || digit_run(scan->at) != 1 || *scan->at != '2' ||
        !begins_any(scan->at + 1, counted) || utf8_ends_with(buf_text(scan->out), "第"))
        return 0;
    buf_append_text(scan->out, "两");
    return 1;
}

static size_t percentage(const struct scan *scan)
{
    size_t whole = digit_run(scan->at);
    size_t decimals = scan->at[whole] == '.' ? digit_run(scan->at + whole + 1) : 0;
    size_t length = whole + (decimals ? 1 + decimals : 0);

    if (!whole || whole > NUMBER_DIGITS_MAX || scan->at[length] != '%')
        return 0;
    buf_append_text(scan->out, scan->tongue == VOICE_ZH ? "百分之" : "");
    if (!say_number(scan))
        voice_words_digits(scan->tongue, scan->at, whole, scan->out);
    buf_append_text(scan->out, scan->tongue == VOICE_ZH ? "" : " percent");
    return length + 1;
}

/* Whatever else is made of digits: an application's number, a door number with zeros in front. */
static size_t code(const struct scan *scan)
{
    size_t digits = digit_run(scan->at);

    voice_words_digits(scan->tongue, scan->at, digits, scan->out);
    return digits;
}

/* The first that fits wins. */
static matcher *const matchers[] = {
    citizen_number,  grouped_number,
    mobile_number,   landline_number,
    short_number,    date,
    date_in_english, month_in_english,
    money,           year,
    time_of_day,     full_hour,
    percentage,      two_of_something,
    say_number,      code,
};

static size_t say_next(const struct scan *scan)
{
    for (size_t i = 0; i < sizeof matchers / sizeof matchers[0]; i++) {
        size_t length = matchers[i](scan);

        if (length)
            return length;
    }
    return 0;
}

static void expand(struct scan *scan)
{
    bool in_word = false; /* letters before: "COVID19" is no number */

    while (*scan->at) {
        bool starts = is_digit(*scan->at) || begins(scan->at, "¥") || begins(scan->at, "￥");
        size_t length = starts && !in_word ? say_next(scan) : 0;

        if (!length) {
            in_word = isalnum((unsigned char)*scan->at);
            buf_append_byte(scan->out, (uint8_t)*scan->at++);
        }
        scan->at += length;
    }
}

void voice_words_expand(enum voice_tongue tongue, const char *text, struct buf *out_words)
{
    struct buf ascii;
    struct scan scan = {.tongue = tongue, .out = out_words};

    if (tongue == VOICE_OTHER) {
        buf_append_text(out_words, text);
        return;
    }
    buf_init_private(&ascii);
    voice_marks_expand(tongue, text, &ascii);
    scan.at = buf_text(&ascii);
    expand(&scan);
    out_words->failed = out_words->failed || ascii.failed;
    buf_finish(&ascii);
}
