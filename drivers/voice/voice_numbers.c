/* Numbers, digits, dates and money in words, once somebody has said which of them it is. */
#include "drivers/voice/voice_words.h"

#include <string.h>

static const char *const zh_digits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
static const char *const en_digits[] = {"zero", "one", "two",   "three", "four",
                                        "five", "six", "seven", "eight", "nine"};

enum voice_tongue voice_tongue(const char *lang)
{
    if (!strncmp(lang, "zh", 2) && (lang[2] == '\0' || lang[2] == '-'))
        return VOICE_ZH;
    if (!strncmp(lang, "en", 2) && (lang[2] == '\0' || lang[2] == '-'))
        return VOICE_EN;
    return VOICE_OTHER;
}

/* 1..9999 with its places; a zero between is said once, trailing ones not at all. leads: nothing stands
 * before it, so that 12 is 十二 and not 一十二. Two thousand and above are 两. */
static void zh_group(int number, bool leads, struct buf *out)
{
    static const char *const places[] = {"千", "百", "十", ""};
    static const int units[] = {1000, 100, 10, 1};
    bool said = false, gap = false;

    for (int i = 0; i < 4; i++) {
        int digit = number / units[i] % 10;

        if (!digit) {
            gap = said;
            continue;
        }
        if (gap)
            buf_append_text(out, zh_digits[0]);
        gap = false;
        if (digit == 2 && i == 0)
            buf_append_text(out, "两");
        else if (digit != 1 || i != 2 || said || !leads)
            buf_append_text(out, zh_digits[digit]);
        buf_append_text(out, places[i]);
        said = true;
    }
}

static void zh_number(int64_t number, struct buf *out)
{
    static const char *const groups[] = {"亿", "万", ""};
    static const int64_t units[] = {100000000, 10000, 1};
    bool said = false;

    if (!number)
        buf_append_text(out, zh_digits[0]);
    for (int i = 0; i < 3; i++) {
        int group = (int)(number / units[i] % 10000);

        if (!group)
            continue;
        if (said && group < 1000)
            buf_append_text(out, zh_digits[0]);
        if (group == 2 && i < 2 && !said)
            buf_append_text(out, "两");
        else
            zh_group(group, !said, out);
        buf_append_text(out, groups[i]);
        said = true;
    }
}

static void en_below_hundred(int number, struct buf *out)
{
    static const char *const teens[] = {"ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
    static const char *const tens[] = {"",      "",      "twenty",  "thirty", "forty",
                                       "fifty", "sixty", "seventy", "eighty", "ninety"};

    if (number < 10)
        buf_append_text(out, en_digits[number]);
    else if (number < 20)
        buf_append_text(out, teens[number - 10]);
    else
        buf_printf(out, "%s%s%s", tens[number / 10], number % 10 ? "-" : "",
                   number % 10 ? en_digits[number % 10] : "");
}

static void en_group(int number, struct buf *out)
{
    if (number >= 100)
        buf_printf(out, "%s hundred%s", en_digits[number / 100], number % 100 ? " and " : "");
    if (number % 100)
        en_below_hundred(number % 100, out);
}

static void en_number(int64_t number, struct buf *out)
{
    static const char *const groups[] = {" billion", " million", " thousand", ""};
    static const int64_t units[] = {1000000000, 1000000, 1000, 1};
    bool said = false;

    if (!number)
        buf_append_text(out, en_digits[0]);
    for (int i = 0; i < 4; i++) {
        int group = (int)(number / units[i] % 1000);

        if (!group)
            continue;
        if (said)
            buf_append_text(out, i == 3 && group < 100 ? " and " : " ");
        en_group(group, out);
        buf_append_text(out, groups[i]);
        said = true;
    }
}

void voice_words_number(enum voice_tongue tongue, int64_t number, struct buf *out_words)
{
    if (tongue == VOICE_ZH)
        zh_number(number, out_words);
    else if (tongue == VOICE_EN)
        en_number(number, out_words);
    else
        buf_printf(out_words, "%lld", (long long)number);
}

/* 一 and 七 differ by what old ears lose first. */
static const char *digit_word(enum voice_tongue tongue, char digit)
{
    if (digit == 'X' || digit == 'x')
        return tongue == VOICE_ZH ? "叉" : "X";
    if (tongue == VOICE_ZH)
        return digit == '1' ? "幺" : zh_digits[digit - '0'];
    return en_digits[digit - '0'];
}

static bool is_digit_or_x(char c)
{
    return (c >= '0' && c <= '9') || c == 'X' || c == 'x';
}

void voice_words_digits(enum voice_tongue tongue, const char *digits, size_t length, struct buf *out_words)
{
    const char *pause = tongue == VOICE_ZH ? "，" : ", ";
    bool speaks = false;

    for (size_t i = 0; i < length; i++) {
        if (!is_digit_or_x(digits[i])) {
            buf_append_text(out_words, speaks ? pause : "");
            speaks = false;
            continue;
        }
        buf_append_text(out_words, speaks && tongue != VOICE_ZH ? " " : "");
        buf_append_text(out_words, digit_word(tongue, digits[i]));
        speaks = true;
    }
}

void voice_words_plain_digits(enum voice_tongue tongue, const char *digits, size_t length,
                              struct buf *out_words)
{
    for (size_t i = 0; i < length; i++) {
        const char *const *words = tongue == VOICE_ZH ? zh_digits : en_digits;
        buf_append_text(out_words, i > 0 && tongue != VOICE_ZH ? " " : "");
        buf_append_text(out_words, words[digits[i] - '0']);
    }
}

/* "nineteen forty-two", "two thousand and five", "twenty twenty-six". */
static void en_year(int year, struct buf *out)
{
    int century = year / 100, rest = year % 100;

    if (year / 10 % 100 == 0) { /* 2000..2009 */
        en_number(year, out);
        return;
    }
    en_below_hundred(century, out);
    buf_append_text(out, rest == 0 ? " hundred" : rest < 10 ? " oh " : " ");
    if (rest)
        en_below_hundred(rest, out);
}

static void en_date(int year, int month, int day, struct buf *out)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    static const char *const ordinals[] = {
        "first",        "second",       "third",          "fourth",        "fifth",        "sixth",
        "seventh",      "eighth",       "ninth",          "tenth",         "eleventh",     "twelfth",
        "thirteenth",   "fourteenth",   "fifteenth",      "sixteenth",     "seventeenth",  "eighteenth",
        "nineteenth",   "twentieth",    "twenty-first",   "twenty-second", "twenty-third", "twenty-fourth",
        "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth",
        "thirty-first"};

    buf_printf(out, "%s%s%s%s", month ? months[month - 1] : "", day ? " " : "", day ? ordinals[day - 1] : "",
               day && year     ? ", "
               : month && year ? " "
                               : "");
    if (year)
        en_year(year, out);
}

static void zh_date(int year, int month, int day, struct buf *out)
{
    for (int unit = 1000; unit; unit /= 10)
        buf_append_text(out, zh_digits[year / unit % 10]);
    buf_append_text(out, "年");
    zh_number(month, out);
    buf_append_text(out, "月");
    zh_number(day, out);
    buf_append_text(out, "日");
}

void voice_words_date(enum voice_tongue tongue, int year, int month, int day, struct buf *out_words)
{
    if (tongue == VOICE_ZH)
        zh_date(year, month, day, out_words);
    else if (tongue == VOICE_EN)
        en_date(year, month, day, out_words);
    else
        buf_printf(out_words, "%04d-%02d-%02d", year, month, day);
}

/* 12.50: 十二元五角; 12.05: 十二元零五分; 0.50: 五角. */
static void zh_money(int64_t yuan, int jiao, int fen, struct buf *out)
{
    if (yuan == 2)
        buf_append_text(out, "两元");
    else if (yuan || (!jiao && !fen)) {
        zh_number(yuan, out);
        buf_append_text(out, "元");
    }
    if (jiao)
        buf_printf(out, "%s角", zh_digits[jiao]);
    else if (yuan && fen)
        buf_append_text(out, zh_digits[0]);
    if (fen)
        buf_printf(out, "%s分", zh_digits[fen]);
}

static void en_money(int64_t yuan, int fen, struct buf *out)
{
    if (yuan || !fen) {
        en_number(yuan, out);
        buf_append_text(out, " yuan");
    }
    if (!fen)
        return;
    buf_append_text(out, yuan ? " and " : "");
    en_below_hundred(fen, out);
    buf_append_text(out, " fen");
}

void voice_words_money(enum voice_tongue tongue, int64_t fen, struct buf *out_words)
{
    if (tongue == VOICE_ZH)
        zh_money(fen / 100, (int)(fen / 10 % 10), (int)(fen % 10), out_words);
    else if (tongue == VOICE_EN)
        en_money(fen / 100, (int)(fen % 100), out_words);
    else
        buf_printf(out_words, "%lld.%02d", (long long)(fen / 100), (int)(fen % 100));
}
