#include "app/ctl/clerk_words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { GAPS_MAX = 6 };

struct gap {
    const char *text;
    size_t length;
};

struct fit {
    const struct clerk_phrase *phrase;
    size_t literal; /* bytes that are the phrase's own: the more, the better it fits */
    struct gap gaps[GAPS_MAX];
};

static bool is_chinese_wanted(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0;
    }
    return false;
}

static const char *find(const char *text, const char *end, const char *word, size_t length)
{
    for (; text + length <= end; text++)
        if (memcmp(text, word, length) == 0)
            return text;
    return NULL;
}

/* A gap ends where the phrase's next words first stand; the words at its end stand at the text's end. */
static bool fits(const struct clerk_phrase *phrase, const char *text, const char *end, struct fit *out_fit)
{
    struct fit fit = {.phrase = phrase};
    const char *words = phrase->english;
    for (size_t gap = 0; gap <= GAPS_MAX; gap++) {
        size_t length = strcspn(words, "%");
        bool is_last = words[length] == '\0';
        if ((size_t)(end - text) < length)
            return false;
        const char *at = gap == 0 ? text : is_last ? end - length : find(text, end, words, length);
        if (!at || memcmp(at, words, length) != 0)
            return false;
        if (gap > 0)
            fit.gaps[gap - 1] = (struct gap){text, (size_t)(at - text)};
        fit.literal += length;
        text = at + length;
        words += length + 1;
        if (is_last) {
            *out_fit = fit;
            return text == end;
        }
    }
    return false;
}

static bool best_fit(const char *text, size_t length, struct fit *out_fit)
{
    struct fit fit = {0};
    *out_fit = fit;
    for (size_t i = 0; i < clerk_phrase_count; i++)
        if (fits(&clerk_phrases[i], text, text + length, &fit) &&
            (!out_fit->phrase || fit.literal > out_fit->literal))
            *out_fit = fit;
    return out_fit->phrase;
}

static void append(const char *text, size_t length, struct buf *out);

static void append_fit(const struct fit *fit, struct buf *out)
{
    for (const char *c = fit->phrase->chinese; *c; c++) {
        if (c[0] != '%' || c[1] < '1' || c[1] > '0' + GAPS_MAX) {
            buf_append_byte(out, (uint8_t)*c);
            continue;
        }
        const struct gap *gap = &fit->gaps[*++c - '1'];
        append(gap->text, gap->length, out);
    }
}

/* "what is wrong (what to do)" */
static size_t hint_at(const char *text, size_t length)
{
    int depth = 0;
    for (size_t i = length; i > 1 && (i < length || text[i - 1] == ')'); i--) {
        depth += text[i - 1] == ')' ? 1 : text[i - 1] == '(' ? -1 : 0;
        if (depth == 0)
            return text[i - 2] == ' ' ? i - 2 : 0;
    }
    return 0;
}

static void append(const char *text, size_t length, struct buf *out)
{
    struct fit fit;
    size_t hint = hint_at(text, length);
    if (hint > 0 && best_fit(text + hint + 2, length - hint - 3, &fit)) {
        append(text, hint, out);
        buf_append_text(out, "（");
        append_fit(&fit, out);
        buf_append_text(out, "）");
    } else if (best_fit(text, length, &fit)) {
        append_fit(&fit, out);
    } else {
        buf_append(out, text, length);
    }
}

void clerk_words(const char *english, struct buf *out)
{
    if (is_chinese_wanted())
        append(english, strlen(english), out);
    else
        buf_append_text(out, english);
}

void clerk_say(FILE *file, const char *english)
{
    struct buf line = {0};
    clerk_words(english, &line);
    fprintf(file, "%s\n", buf_text(&line));
    buf_finish(&line);
}
