/*
 * What the voice says before the whole room: a question that names somebody ("王小张的电话是多少？") is read
 * without the name, and without numbers that were typed or read. Sums are said: who cannot read the screen
 * must hear what she will pay or get, and without a name they tell nothing of anybody.
 */
#include "app/journey/internal.h"
#include "board/base/utf8.h"

#include <string.h>

/* The text id of what is said in its place; NULL for what may be said. Papers have names too, which tell
 * nothing. */
static const char *instead_of(const struct session_answer_line *line)
{
    const char *slash = strrchr(line->ref, '/'), *leaf = slash ? slash + 1 : line->ref;
    if (line->kind != XFORM_INPUT || strlen(line->display) < 2)
        return NULL;
    if (strcmp(leaf, "paper_name") != 0 && utf8_ends_with(leaf, "name"))
        return "speech.someone";
    return strstr(leaf, "number") || strstr(leaf, "phone") ? "speech.a_number" : NULL;
}

/* A name that is called ("王秀兰，您快办完了") is left out with its comma. */
static size_t length_of_call(const char *at, const char *begin, size_t length)
{
    static const char comma[] = "，";
    bool is_call = at == begin && strncmp(at + length, comma, sizeof comma - 1) == 0;
    return is_call ? length + sizeof comma - 1 : length;
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
