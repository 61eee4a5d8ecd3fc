/* Finds what in a text is written in digits, and what kind of thing each is. */
#include "drivers/voice/voice_words.h"

#include "board/base/utf8.h"
#include <ctype.h>
#include <string.h>

#define NUMBER_DIGITS_MAX 9
/* U+FF10 is the full-width 0x30, and so on. */
#define FULL_WIDTH 0xFEE0u

/* Where the scan stands; the text is ASCII in its digits and signs already. */
struct scan {
    enum voice_tongue tongue;
    const char *at;
    struct buf *out;
};

/* Says what begins at scan->at and returns its bytes, or 0 when it is something else. */
typedef size_t matcher(const struct scan *scan);

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digit_run(const char *text)
{
    return strspn(text, "0123456789");
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Length of the first of the words that text begins with, 0 for none. */
static size_t begins_any(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (begins(text, *words))
            return strlen(*words);
    return 0;
}

static int read_int(const char *text, size_t digits)
{
    int value = 0;

    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

/* Digits split in groups of these sizes, a pause between them. */
static void say_grouped(const struct scan *scan, const char *digits, const size_t groups[3], bool telephone)
{
    for (int i = 0; i < 3; i++) {
        if (i)
            buf_append_text(scan->out, scan->tongue == VOICE_ZH ? "，" : ", ");
        voice_words_digits(scan->tongue, digits, groups[i], telephone, scan->out);
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
    say_grouped(scan, scan->at, groups, false);
    return 18;
}

static size_t mobile_number(const struct scan *scan)
{
    static const size_t groups[3] = {3, 4, 4};

    if (digit_run(scan->at) != 11 || scan->at[0] != '1' || scan->at[1] < '3')
        return 0;
    say_grouped(scan, scan->at, groups, true);
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
    voice_words_digits(scan->tongue, scan->at, length, digits == 11 && scan->at[0] == '1', scan->out);
    return length;
}

/* 0571-88886666, 010-12345678 */
static size_t landline_number(const struct scan *scan)
{
    size_t area = digit_run(scan->at), line;

    if (scan->at[0] != '0' || area < 3 || area > 4 || scan->at[area] != '-')
        return 0;
    line = digit_run(scan->at + area + 1);
    if (line < 7 || line > 8)
        return 0;
    voice_words_digits(scan->tongue, scan->at, area + 1 + line, true, scan->out);
    return area + 1 + line;
}

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

/* "15 March 1942" */
static size_t date_in_english(const struct scan *scan)
{
    static const char *const months[] = {" January ",   " February ", " March ",    " April ",
                                         " May ",       " June ",     " July ",     " August ",
                                         " September ", " October ",  " November ", " December "};
    size_t days = digit_run(scan->at);
    int month = 0;

    if (scan->tongue != VOICE_EN || days < 1 || days > 2)
        return 0;
    while (month < 12 && !begins(scan->at + days, months[month]))
        month++;
    if (month == 12)
        return 0;
    const char *year = scan->at + days + strlen(months[month]);
    if (digit_run(year) != 4)
        return 0;
    return say_date(scan, read_int(year, 4), month + 1, read_int(scan->at, days),
                    (size_t)(year + 4 - scan->at));
}

/* "2026年" and "2026 年" without a day, and the year of a law's number, 〔2026〕: the year is said digit by
 * digit. */
static size_t year(const struct scan *scan)
{
    static const char *const after[] = {"年", " 年", "〕", NULL};

    if (digit_run(scan->at) != 4 || !begins_any(scan->at + 4, after))
        return 0;
    voice_words_digits(scan->tongue, scan->at, 4, false, scan->out);
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

static void say_time(const struct scan *scan, int hour, int minute)
{
    bool zh = scan->tongue == VOICE_ZH;

    if (zh && hour == 2)
        buf_append_text(scan->out, "两");
    else
        voice_words_number(scan->tongue, hour, scan->out);
    if (zh)
        buf_append_text(scan->out, "点");
    if (!minute) {
        buf_append_text(scan->out, zh ? "" : " o'clock");
        return;
    }
    if (minute < 10)
        buf_append_text(scan->out, zh ? "零" : " oh");
    buf_append_text(scan->out, zh ? "" : " ");
    voice_words_number(scan->tongue, minute, scan->out);
    buf_append_text(scan->out, zh ? "分" : "");
}

static size_t time_of_day(const struct scan *scan)
{
    size_t hour = digit_run(scan->at);

    if (hour < 1 || hour > 2 || scan->at[hour] != ':' || digit_run(scan->at + hour + 1) != 2)
        return 0;
    if (read_int(scan->at, hour) > 24 || read_int(scan->at + hour + 1, 2) > 59)
        return 0;
    say_time(scan, read_int(scan->at, hour), read_int(scan->at + hour + 1, 2));
    return hour + 3;
}

/* Up to NUMBER_DIGITS_MAX digits with decimals; returns the length, 0 when it is rather a code. */
static size_t say_number(const struct scan *scan)
{
    size_t whole = digit_run(scan->at), decimals = 0;

    if (!whole || whole > NUMBER_DIGITS_MAX || (whole > 1 && scan->at[0] == '0'))
        return 0;
    voice_words_number(scan->tongue, read_int(scan->at, whole), scan->out);
    if (scan->at[whole] == '.')
        decimals = digit_run(scan->at + whole + 1);
    if (!decimals)
        return whole;
    buf_append_text(scan->out, scan->tongue == VOICE_ZH ? "点" : " point ");
    voice_words_digits(scan->tongue, scan->at + whole + 1, decimals, false, scan->out);
    return whole + 1 + decimals;
}

/* Of what is counted there are 两, and the second of them is 第二. */
static size_t two_of_something(const struct scan *scan)
{
    static const char *const counted[] = {"个", "张", "份", "位", "天", "项", "次", "题",   "页", "条", "种",
                                          "岁", "年", "件", "家", "户", "口", "间", "分钟", "周", NULL};
    static const char *const before[] = {"第", "第 "};
    const char *what = scan->at + 1 + (scan->at[1] == ' ');

    if (scan->tongue != VOICE_ZH || digit_run(scan->at) != 1 || *scan->at != '2' ||
        !begins_any(what, counted))
        return 0;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (utf8_ends_with(buf_text(scan->out), before[i]))
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
        voice_words_digits(scan->tongue, scan->at, whole, false, scan->out);
    buf_append_text(scan->out, scan->tongue == VOICE_ZH ? "" : " percent");
    return length + 1;
}

/* Whatever else is made of digits: an application's number, a door number with zeros in front. */
static size_t code(const struct scan *scan)
{
    size_t digits = digit_run(scan->at);

    voice_words_digits(scan->tongue, scan->at, digits, false, scan->out);
    return digits;
}

/* The first that fits wins. */
static matcher *const matchers[] = {
    citizen_number, grouped_number, mobile_number,    landline_number, date, date_in_english, year, money,
    time_of_day,    percentage,     two_of_something, say_number,      code,
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

/* The comma of 1,000: between a digit and a group of exactly three. */
static bool is_thousands_comma(const char *text, const char *p)
{
    return *p == ',' && p > text && is_digit(p[-1]) && digit_run(p + 1) == 3;
}

/* The blank that Chinese typesetting puts between a number and what is counted: nobody pauses there. */
static bool is_set_blank(const char *text, const char *p)
{
    return *p == ' ' && p > text && is_digit(p[-1]) && (unsigned char)p[1] >= 0x80;
}

/* Full-width digits and signs (U+FF01..U+FF5E) that belong to numbers, as ASCII; thousands commas go, and a
 * dot between two things is a pause. */
static void to_ascii_digits(enum voice_tongue tongue, const char *text, struct buf *out)
{
    static const char dot[] = " · ";
    const char *p = text, *end = text + strlen(text);

    while (p < end) {
        const char *next = p;
        uint32_t ascii = utf8_next(&next, end) - FULL_WIDTH;

        if (begins(p, dot)) {
            buf_append_text(out, tongue == VOICE_ZH ? "，" : ", ");
            p += strlen(dot);
            continue;
        }
        if (tongue == VOICE_ZH && is_set_blank(text, p)) {
            p = next;
            continue;
        }

        if (ascii > 0 && ascii < 128 && strchr("0123456789%:.", (int)ascii))
            buf_append_byte(out, (uint8_t)ascii);
        else if (!is_thousands_comma(text, p))
            buf_append(out, p, (size_t)(next - p));
        p = next;
    }
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
    to_ascii_digits(tongue, text, &ascii);
    scan.at = buf_text(&ascii);
    expand(&scan);
    out_words->failed = out_words->failed || ascii.failed;
    buf_finish(&ascii);
}
