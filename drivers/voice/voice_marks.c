/* Marks that people say, and marks that nobody says. */
#include "drivers/voice/voice_marks.h"

#include "board/base/utf8.h"
#include "drivers/voice/voice_scan.h"

/* Full-width digits and signs are U+FF01..U+FF5E: U+FF10 is the full-width 0x30, and so on. */
#define FULL_WIDTH 0xFEE0u

/* The comma of 1,000: between a digit and a group of exactly three. */
static bool is_thousands_comma(const char *text, const char *p)
{
    return *p == ',' && p > text && is_digit(p[-1]) && digit_run(p + 1) == 3;
}

/* The blank that Chinese typesetting puts between a number and what stands beside it: nobody pauses there. */
static bool is_set_blank(const char *text, const char *p)
{
    enum { NOT_ASCII = 0x80 };

    if (*p != ' ' || p == text)
        return false;
    return (is_digit(p[-1]) && (unsigned char)p[1] >= NOT_ASCII) ||
           ((unsigned char)p[-1] >= NOT_ASCII && is_digit(p[1]));
}

enum { RANGE_DIGITS_MAX = 3 };

/* "1-3", "8:30-17:30", not a telephone's dash and not a date's. */
static bool is_range(const char *text, const char *mark, size_t length)
{
    const char *from = mark, *to = mark + length;
    size_t digits = digit_run(to);

    while (from > text && is_digit(from[-1]))
        from--;
    if (from == mark || mark - from > RANGE_DIGITS_MAX || !digits || digits > RANGE_DIGITS_MAX)
        return false;
    bool is_in_chain = to[digits] == '-' || (from > text && from[-1] == '-');
    bool is_time = from > text && from[-1] == ':';
    return !is_in_chain && (is_time || *from != '0');
}

enum mark_place { ANYWHERE, BETWEEN_NUMBERS, BEFORE_NUMBER };

static bool stands_there(enum mark_place place, const char *text, const char *mark, size_t length)
{
    return place == ANYWHERE || (place == BETWEEN_NUMBERS && is_range(text, mark, length)) ||
           (place == BEFORE_NUMBER && is_digit(mark[length]));
}

/* Marks that are words where they stand, or a pause. Returns the bytes that the words stand for, 0 for none.
 */
static size_t said_mark(enum voice_tongue tongue, const char *text, const char *p, const char **out_words)
{
    static const struct {
        const char *mark;
        enum mark_place place;
        const char *chinese, *english;
    } marks[] = {{" · ", ANYWHERE, "，", ", "},         {"\u00a0· ", ANYWHERE, "，", ", "},
                 {"\n", ANYWHERE, "。", ". "},          {"-", BETWEEN_NUMBERS, "到", " to "},
                 {"–", BETWEEN_NUMBERS, "到", " to "},  {"~", BETWEEN_NUMBERS, "到", " to "},
                 {"～", BETWEEN_NUMBERS, "到", " to "}, {"No. ", BEFORE_NUMBER, "", "number "}};

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t length = strlen(marks[i].mark);

        if (begins(p, marks[i].mark) && stands_there(marks[i].place, text, p, length)) {
            *out_words = tongue == VOICE_EN ? marks[i].english : marks[i].chinese;
            return length;
        }
    }
    return 0;
}

void voice_marks_expand(enum voice_tongue tongue, const char *text, struct buf *out)
{
    const char *p = text, *end = text + strlen(text);

    while (p < end) {
        const char *next = p, *words;
        uint32_t ascii = utf8_next(&next, end) - FULL_WIDTH;
        size_t mark = said_mark(tongue, text, p, &words);
        bool is_colon = ascii == ':' && !(p > text && is_digit(p[-1]) && is_digit(*next));

        if (mark) {
            buf_append_text(out, words);
            next = p + mark;
        } else if (ascii > 0 && ascii < 128 && strchr("0123456789%:.", (int)ascii) && !is_colon) {
            buf_append_byte(out, (uint8_t)ascii);
        } else if (!is_thousands_comma(text, p) && !(tongue == VOICE_ZH && is_set_blank(text, p))) {
            buf_append(out, p, (size_t)(next - p));
        }
        p = next;
    }
}
