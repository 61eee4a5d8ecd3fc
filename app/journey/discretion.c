/*
 * What the voice says before the whole room: a question that names somebody ("王小张的电话是多少？") is read
 * without the name, and without numbers that were typed or read. Sums are said: who cannot read the screen
 * must hear what she will pay or get, and without a name they tell nothing of anybody.
 */
#include "app/journey/internal.h"
#include "board/base/utf8.h"
#include "drivers/idcard/idcard.h"
#include "drivers/voice/voice_words.h"

#include <stdio.h>
#include <string.h>

/* The text id of what is said in the place of an answer to this question; NULL for what may be said. Papers
 * have names too, which tell nothing. */
static const char *instead_of_answer(const char *ref)
{
    const char *slash = strrchr(ref, '/'), *leaf = slash ? slash + 1 : ref;
    if (strcmp(leaf, "paper_name") != 0 && utf8_ends_with(leaf, "name"))
        return "speech.someone";
    return strstr(leaf, "number") || strstr(leaf, "phone") ? "speech.a_number" : NULL;
}

static const char *instead_of(const struct session_answer_line *line)
{
    return line->kind != XFORM_INPUT || strlen(line->display) < 2 ? NULL : instead_of_answer(line->ref);
}

/* A name that is called ("王秀兰，您快办完了") is left out with its comma. */
static size_t length_of_call(const char *at, const char *begin, size_t length)
{
    static const char *const commas[] = {"，", ", "};
    for (size_t i = 0; at == begin && i < sizeof commas / sizeof *commas; i++)
        if (strncmp(at + length, commas[i], strlen(commas[i])) == 0)
            return length + strlen(commas[i]);
    return length;
}

static void replace(struct buf *sentence, const char *what, const char *with)
{
    const char *text = buf_text(sentence), *from = text, *at;
    struct buf said;
    if (!strstr(text, what))
        return;
    buf_init_private(&said);
    while ((at = strstr(from, what)) != NULL) {
        size_t length = length_of_call(at, text, strlen(what));
        buf_append(&said, from, (size_t)(at - from));
        if (length == strlen(what))
            buf_append_text(&said, with);
        from = at + length;
    }
    buf_append_text(&said, from);
    buf_finish(sentence);
    *sentence = said;
}

/* The number of a certificate is often its owner's with something behind. */
static bool holds_citizen_number(const char *code)
{
    char number[19];
    for (; strlen(code) >= sizeof number - 1; code++) {
        snprintf(number, sizeof number, "%s", code);
        if (idcard_number_valid(number))
            return true;
    }
    return false;
}

enum { CODE_SAID_MAX = 24 };

bool discretion_code(const struct lang *lang, const char *ref, const char *code, struct buf *out_words)
{
    enum voice_tongue tongue = voice_tongue(lang_tag(lang));
    if (instead_of_answer(ref) || holds_citizen_number(code) || utf8_count(code) > CODE_SAID_MAX ||
        strpbrk(code, "/\n"))
        return false;
    while (*code) {
        size_t digits = strspn(code, "0123456789");
        if (digits > 0)
            voice_words_digits(tongue, code, digits, out_words);
        else
            buf_append_byte(out_words, (uint8_t)*code);
        code += digits > 0 ? digits : 1;
    }
    return true;
}

void discretion_apply(struct journey *journey, struct buf *sentence)
{
    const struct session_answer_line *lines;
    struct xform_session *session = journey->visit->session;
    size_t count = session ? session_answers(session, &lines) : 0;
    for (size_t i = 0; i < count; i++) {
        const char *instead = instead_of(&lines[i]);
        if (instead)
            replace(sentence, lines[i].display, journey_text(journey, instead));
    }
}
