/* Studying a form for its author: faults as findings, each at its place in the text, with the name that was
 * meant. */
#include "app/form/nearest.h"
#include "app/form/xform_private.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node xform_place(uint32_t line, uint32_t column)
{
    return (struct node){.line = line, .column = column};
}

void xform_say(struct xform *form, const struct node *place, const char *what, const char *text)
{
    const char *hint = strstr(text, "; did you mean ");
    if (!hint)
        hint = strstr(text, "; write ");
    int length = hint ? (int)(hint - text) : (int)strlen(text);
    hint = hint ? arena_strdup(form->arena, hint + 2) : "";
    xform_find(form, XFORM_ERROR, place, hint ? hint : "", "%s%s%.*s", what, *what == '\0' ? "" : ": ",
               length, text);
}

struct err xform_forgive(struct xform *form, const struct node *where, struct err e)
{
    if (!err_is(&e) || !form->is_studied || e.class == ERR_SPACE || e.class == ERR_REFUSED)
        return e;
    unsigned line = 0, column = 0;
    int used = 0;
    if (sscanf(e.text, "line %u, column %u: %n", &line, &column, &used) < 2 || used == 0) {
        column = 0;
        if (sscanf(e.text, "line %u: %n", &line, &used) < 1)
            line = 0;
    }
    if (column == 0 && where && (where->line == line || line == 0)) {
        line = where->line;
        column = where->column;
    }
    struct node place = xform_place(line, column);
    xform_say(form, &place, "", e.text + used);
    return err_ok();
}

/* ---- Places within attributes ---- */

static const char *line_start(const struct xform *form, uint32_t line)
{
    const char *at = form->text, *end = form->text + form->length;
    for (uint32_t n = 1; n < line && at; n++) {
        at = memchr(at, '\n', (size_t)(end - at));
        at = at ? at + 1 : NULL;
    }
    return at;
}

/* One character as XML writes it: an entity, a character of UTF-8. Its length; out_plain is what an ASCII one
 * stands for, else '\0', which any other character matches. */
static size_t character_length(const char *at, const char *end, char *out_plain)
{
    static const struct {
        const char *entity;
        char plain;
    } entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    *out_plain = (unsigned char)*at < 0x80 ? *at : '\0';
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (strncmp(at, entities[i].entity, strlen(entities[i].entity)) == 0) {
            *out_plain = entities[i].plain;
            return strlen(entities[i].entity);
        }
    if (*at == '&' || *at == '\n' || *at == '\t' || *at == '\r')
        *out_plain = '\0'; /* a numbered character; a white space that XML makes a blank */
    if (*at == '&') {
        const char *close = memchr(at, ';', (size_t)(end - at));
        return close ? (size_t)(close - at) + 1 : 1;
    }
    size_t length = 1;
    while (at + length < end && ((unsigned char)at[length] & 0xc0) == 0x80)
        length++;
    return length;
}

static size_t utf8_length(const char *at)
{
    size_t length = 1;
    while (((unsigned char)at[length] & 0xc0) == 0x80)
        length++;
    return length;
}

/* Where the character number `position` of the value stands, when the text from `at` on says the value. */
static const char *match_value(const char *at, const char *end, const char *value, int position)
{
    const char *found = NULL;
    while (*value != '\0') {
        char plain;
        if (at >= end)
            return NULL;
        size_t length = character_length(at, end, &plain);
        if (plain != '\0' && plain != *value)
            return NULL;
        if (--position == 0)
            found = at;
        at += length;
        value += utf8_length(value);
    }
    return !found && position == 1 ? at : found; /* just behind the value */
}

/* The same within a tag, whose attribute is not known by name: the first that says the value is it. */
static const char *find_in_tag(const char *tag, const char *end, const char *value, int position)
{
    for (const char *at = tag; at < end && *at != '>'; at++) {
        if (*at != '"' && *at != '\'')
            continue;
        const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
        const char *found = close ? match_value(at + 1, close, value, position) : NULL;
        if (found || !close)
            return found;
        at = close;
    }
    return NULL;
}

void xform_narrow(const struct xform *form, const char *value, int position, struct node *place)
{
    if (!form->text || place->column == 0)
        return;
    const char *end = form->text + form->length;
    const char *line = line_start(form, place->line);
    if (!line || (size_t)(end - line) < place->column)
        return;
    const char *found = find_in_tag(line + place->column, end, value, position);
    if (!found)
        return;
    for (const char *at = line; (at = memchr(at, '\n', (size_t)(found - at))); line = ++at)
        place->line++;
    place->column = (uint32_t)(found - line) + 1;
}

/* ---- Names that were meant ---- */

const char *xform_did_you_mean(struct xform *form, const char *best, const char *otherwise)
{
    char text[160];
    if (!best)
        return otherwise;
    snprintf(text, sizeof text, "did you mean %s?", best);
    const char *hint = arena_strdup(form->arena, text);
    return hint ? hint : otherwise;
}

/* Whoever has made so many mistakes has made one mistake many times: the rest goes without a guess, or a
 * large form would be compared with itself. */
bool xform_may_guess(const struct xform *form)
{
    enum { GUESSES_MAX = 200 };
    return form->is_studied && form->findings.count < GUESSES_MAX;
}

const char *xform_nearest_field(const struct xform *form, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *last = slash ? slash + 1 : path;
    struct nearest nearest = nearest_begin(last, strlen(last));
    for (size_t i = 0; xform_may_guess(form) && i < form->field_count; i++)
        nearest_offer(&nearest, form->fields[i]->name->local);
    return nearest.best;
}
