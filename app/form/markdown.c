#include "app/form/markdown.h"
#include <ctype.h>
#include <string.h>

bool markdown_is_likely(const char *text)
{
    return strpbrk(text, "*_#[<\\") || text[0] == '-' || strstr(text, "\n-");
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

enum {
    DEPTH_MAX = 8,     /* emphasis within emphasis */
    SPAN_MAX = 4 << 10 /* bytes between two marks */
};

struct stripper {
    const char *text;
    struct buf *out;
    int depth;
};

static const char *within_reach(const char *at, const char *end)
{
    return end - at > SPAN_MAX ? at + SPAN_MAX : end;
}

/* ---- Emphasis ---- */

static size_t run_of(const char *at, const char *end, char c)
{
    size_t length = 0;
    while (at + length < end && at[length] == c)
        length++;
    return length;
}

/* Marks open emphasis when something follows them at once, and close it when something stands right before.
 * Within snake_case an underscore is a letter like any other. */
static bool opens(const struct stripper *s, const char *at, size_t marks)
{
    bool inside_word = at > s->text && isalnum((unsigned char)at[-1]);
    return !is_space(at[marks]) && !(*at == '_' && inside_word);
}

static bool closes(const char *at, size_t marks)
{
    bool inside_word = isalnum((unsigned char)at[marks]);
    return !is_space(at[-1]) && !(*at == '_' && inside_word);
}

/* Where the same marks stand again and close what they opened; NULL when they do not within the paragraph. */
static const char *find_close(const char *from, const char *end, char mark, size_t marks)
{
    end = within_reach(from, end);
    for (const char *at = from; at < end; at++) {
        if (at[0] == '\n' && at[1] == '\n')
            return NULL;
        if (at[0] == '\\') {
            at++;
        } else if (at[0] == mark) {
            size_t length = run_of(at, end, mark);
            if (length >= marks && at > from && closes(at, length))
                return at + (length - marks);
            at += length - 1;
        }
    }
    return NULL;
}

static void strip_span(struct stripper *s, const char *at, const char *end);

/* Four and more are emphasis of nothing, an output that is blank, or a rule across the page. */
static size_t strip_emphasis(struct stripper *s, const char *at, const char *end)
{
    size_t marks = run_of(at, end, *at);
    if (marks > 3 && *at == '*')
        return marks;
    const char *close = marks > 3 || s->depth == DEPTH_MAX || !opens(s, at, marks)
                            ? NULL
                            : find_close(at + marks, end, *at, marks);
    if (!close) {
        buf_append(s->out, at, marks);
        return marks;
    }
    s->depth++;
    strip_span(s, at + marks, close);
    s->depth--;
    return (size_t)(close + marks - at);
}

/* ---- Tags and links: their length, 0 for what is none ---- */

/* "<b>", "</span >", "<br/>". */
static size_t strip_tag(const char *at, const char *end)
{
    static const char *const known[] = {"b", "i", "u", "em", "strong", "span", "div", "p", "br", "font"};
    end = within_reach(at, end);
    const char *name = at + 1 + (at + 1 < end && at[1] == '/');
    size_t length = 0;
    while (name + length < end && isalpha((unsigned char)name[length]))
        length++;
    const char *close = name < end ? memchr(name, '>', (size_t)(end - name)) : NULL;
    if (!close || isalnum((unsigned char)name[length]))
        return 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i]) == length && strncmp(known[i], name, length) == 0)
            return (size_t)(close + 1 - at);
    return 0;
}

/* "[text](address)". */
static size_t strip_link(struct stripper *s, const char *at, const char *end)
{
    end = within_reach(at, end);
    const char *middle = s->depth == DEPTH_MAX ? NULL : memchr(at, ']', (size_t)(end - at));
    if (!middle || middle + 1 >= end || middle[1] != '(')
        return 0;
    const char *address = middle + 2;
    const char *close = memchr(address, ')', (size_t)(end - address));
    if (!close)
        return 0;
    size_t length = (size_t)(middle - at - 1);
    s->depth++;
    strip_span(s, at + 1, middle);
    s->depth--;
    if (length != (size_t)(close - address) || strncmp(at + 1, address, length) != 0)
        buf_printf(s->out, " (%.*s)", (int)(close - address), address);
    return (size_t)(close + 1 - at);
}

/* ---- The whole ---- */

/* "## " before a heading goes, "- " before an item becomes a dot. */
static size_t strip_line_start(struct stripper *s, const char *at, const char *end)
{
    size_t marks = run_of(at, end, '#');
    if (marks >= 1 && marks <= 6 && at[marks] == ' ')
        return marks + run_of(at + marks, end, ' ');
    if ((at[0] != '-' && at[0] != '*') || at[1] != ' ')
        return 0;
    buf_append_text(s->out, "• ");
    return 2;
}

/* What stands at `at`, if it is markdown: the bytes it takes; 0: it is none. */
static size_t strip_mark(struct stripper *s, const char *at, const char *end)
{
    switch (*at) {
    case '\\':
        if (!ispunct((unsigned char)at[1]))
            return 0;
        buf_append_byte(s->out, (uint8_t)at[1]);
        return 2;
    case '*':
    case '_':
        return strip_emphasis(s, at, end);
    case '[':
        return strip_link(s, at, end);
    case '<':
        return strip_tag(at, end);
    default:
        return 0;
    }
}

static void strip_span(struct stripper *s, const char *at, const char *end)
{
    while (at < end) {
        if (at == s->text || at[-1] == '\n')
            at += strip_line_start(s, at, end);
        size_t taken = at < end ? strip_mark(s, at, end) : 0;
        if (taken == 0 && at < end)
            buf_append_byte(s->out, (uint8_t)*at++);
        at += taken;
    }
}

void markdown_strip(const char *text, struct buf *out_text)
{
    struct stripper stripper = {.text = text, .out = out_text};
    strip_span(&stripper, text, text + strlen(text));
}
