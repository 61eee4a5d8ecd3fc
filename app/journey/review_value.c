/* An answer on the review, as a person writes it: by its type, by its name, by what the question asks for. */
#include "app/journey/review_value.h"

#include "app/journey/words.h"
#include "board/base/utf8.h"
#include "ui/widgets.h"

#include <stdio.h>
#include <string.h>

#define NO_BREAK "\u00a0"

/* "1101 **** **** 0021", cut in its middle if anywhere: enough to recognise one's own, not enough to copy
 * over a shoulder. */
static const char *masked(struct arena *arena, const char *id_number)
{
    size_t length = strlen(id_number);
    char text[40];
    if (length < 12)
        return id_number;
    snprintf(text, sizeof text, "%.4s" NO_BREAK "**** ****" NO_BREAK "%.4s", id_number,
             id_number + length - 4);
    return arena_strdup(arena, text);
}

/* "How much ..., in yuan?" has a sum for an answer. */
static bool asks_for_money(const struct session_answer_line *line)
{
    bool is_number = line->type == XFORM_INT || line->type == XFORM_DECIMAL;
    return is_number && (strstr(line->label, "元") || strstr(line->label, "yuan"));
}

/* "10:30" of "10:30:00.000+08:00", as it was entered: on the kiosk's own clock. */
static const char *time_words(struct arena *arena, const char *time)
{
    return arena_strndup(arena, time, strlen(time) < 5 ? strlen(time) : 5);
}

static const char *moment_words(const struct lang *lang, struct arena *arena, const char *moment)
{
    const char *at = strchr(moment, 'T'), *day = words_of_day(lang, arena, moment);
    if (!at)
        return day;
    const char *values[] = {day, time_words(arena, at + 1)};
    const char *words = lang_format(lang, arena, "when.moment", 2, values);
    return words ? words : "";
}

const char *review_value(struct ui_tree *tree, const struct session_answer_line *line)
{
    struct arena *arena = ui_tree_arena(tree);
    const struct lang *lang = ui_tree_lang(tree);
    if (line->kind == XFORM_UPLOAD)
        return lang_text(lang, "review.attached");
    if (utf8_ends_with(line->ref, "/id_number"))
        return masked(arena, line->display);
    if (asks_for_money(line))
        return words_with(lang, arena, "review.money", line->display);
    switch (line->type) {
    case XFORM_DATE:
        return words_of_day(lang, arena, line->display);
    case XFORM_DATETIME:
        return moment_words(lang, arena, line->display);
    case XFORM_TIME:
        return time_words(arena, line->display);
    case XFORM_STRING:
        return line->kind == XFORM_INPUT ? ui_grouped_digits(ui_tree_root(tree), line->display)
                                         : line->display;
    default:
        return line->display;
    }
}
