#include "app/form/digest.h"
#include "app/form/xpath_fn.h"
#include "app/form/xpath_machine.h"
#include "board/base/utf8.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Small tools ---- */

/* The text of argument i, or of the context node when it is not given. */
static bool arg_or_context(struct call *c, size_t i, struct text *out)
{
    if (i < arg_count(c))
        return arg_text(c, i, out);
    *out = text_of("");
    return !c->scope->node || node_text(c->run, c->scope->node, out);
}

static bool two_texts(struct call *c, struct text *out_a, struct text *out_b)
{
    return arg_text(c, 0, out_a) && arg_text(c, 1, out_b);
}

static bool give_copy(struct call *c, const char *bytes, size_t length, struct value *out)
{
    struct text text;
    if (!text_copy(c->run, bytes, length, &text))
        return false;
    *out = value_text(text);
    return true;
}

/* Byte offset of the n-th character, the text's length when there are fewer. */
static size_t character_offset(struct text text, size_t n)
{
    const char *at = text.bytes;
    const char *end = text.bytes + text.length;
    while (n-- > 0 && at < end)
        (void)utf8_next(&at, end);
    return (size_t)(at - text.bytes);
}

/* ---- XPath 1.0, section 4.2 ---- */

static bool fn_string(struct call *c, struct value *out)
{
    struct text text;
    if (!arg_or_context(c, 0, &text))
        return false;
    *out = value_text(text);
    return true;
}

static bool join_texts(struct call *c, struct text glue, size_t first, struct value *out)
{
    struct text joined = text_of("");
    size_t pieces = 0;
    for (size_t i = first; i < arg_count(c); i++) {
        struct text *texts;
        size_t count;
        if (!arg_texts(c, i, &texts, &count))
            return false;
        size_t length = joined.length;
        for (size_t j = 0; j < count; j++)
            length += texts[j].length + glue.length;
        char *all = pool_alloc(c->run->pool, length + 1);
        if (!all)
            return run_no_memory(c->run);
        char *end = stpcpy(all, joined.bytes);
        for (size_t j = 0; j < count; j++, pieces++)
            end = stpcpy(stpcpy(end, pieces == 0 ? "" : glue.bytes), texts[j].bytes);
        joined = (struct text){all, (size_t)(end - all)};
    }
    *out = value_text(joined);
    return true;
}

static bool fn_concat(struct call *c, struct value *out)
{
    return join_texts(c, text_of(""), 0, out);
}

static bool fn_join(struct call *c, struct value *out)
{
    struct text glue;
    return arg_text(c, 0, &glue) && join_texts(c, glue, 1, out);
}

static bool fn_starts_with(struct call *c, struct value *out)
{
    struct text text;
    struct text start;
    if (!two_texts(c, &text, &start))
        return false;
    *out = value_boolean(strncmp(text.bytes, start.bytes, start.length) == 0);
    return true;
}

static bool fn_ends_with(struct call *c, struct value *out)
{
    struct text text;
    struct text end;
    if (!two_texts(c, &text, &end))
        return false;
    *out = value_boolean(end.length <= text.length &&
                         memcmp(text.bytes + text.length - end.length, end.bytes, end.length) == 0);
    return true;
}

static bool fn_contains(struct call *c, struct value *out)
{
    struct text text;
    struct text part;
    if (!two_texts(c, &text, &part))
        return false;
    *out = value_boolean(strstr(text.bytes, part.bytes) != NULL);
    return true;
}

static bool fn_substring_before(struct call *c, struct value *out)
{
    struct text text;
    struct text part;
    if (!two_texts(c, &text, &part))
        return false;
    const char *found = strstr(text.bytes, part.bytes);
    return give_copy(c, text.bytes, found ? (size_t)(found - text.bytes) : 0, out);
}

static bool fn_substring_after(struct call *c, struct value *out)
{
    struct text text;
    struct text part;
    if (!two_texts(c, &text, &part))
        return false;
    const char *found = strstr(text.bytes, part.bytes);
    *out = value_text(text_of(found ? found + part.length : ""));
    return true;
}

/* JavaScript's and XPath's rounding: halves go up. */
static double round_up(double number)
{
    return floor(number + 0.5);
}

static bool give_range(struct call *c, struct text text, double from, double to, struct value *out)
{
    double length = (double)utf8_count(text.bytes);
    if (isnan(from) || isnan(to))
        return give_copy(c, "", 0, out);
    from = from > 0 ? from : 0;
    to = to < length ? to : length;
    if (!(from < to))
        return give_copy(c, "", 0, out);
    size_t begin = character_offset(text, (size_t)from);
    size_t end = character_offset(text, (size_t)to);
    return give_copy(c, text.bytes + begin, end - begin, out);
}

static bool fn_substring(struct call *c, struct value *out)
{
    struct text text;
    double from;
    double length = INFINITY;
    if (!arg_text(c, 0, &text) || !arg_number(c, 1, &from) ||
        (arg_count(c) > 2 && !arg_number(c, 2, &length)))
        return false;
    from = round_up(from) - 1;
    return give_range(c, text, from, arg_count(c) > 2 ? from + round_up(length) : INFINITY, out);
}

/* Spec "substr": 0-based, end excluded; negative ones count from the end. */
static bool fn_substr(struct call *c, struct value *out)
{
    struct text text;
    double from;
    double to = INFINITY;
    if (!arg_text(c, 0, &text) || !arg_number(c, 1, &from) || (arg_count(c) > 2 && !arg_number(c, 2, &to)))
        return false;
    double length = (double)utf8_count(text.bytes);
    from = trunc(from) < 0 ? fmax(0, length + trunc(from)) : trunc(from);
    to = trunc(to) < 0 ? length + trunc(to) : trunc(to);
    return give_range(c, text, from, to, out);
}

static bool fn_string_length(struct call *c, struct value *out)
{
    struct text text;
    if (!arg_or_context(c, 0, &text))
        return false;
    *out = value_number((double)utf8_count(text.bytes));
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool fn_normalize_space(struct call *c, struct value *out)
{
    struct text text;
    if (!arg_or_context(c, 0, &text))
        return false;
    char *result = pool_alloc(c->run->pool, text.length + 1);
    if (!result)
        return run_no_memory(c->run);
    char *end = result;
    for (const char *at = text.bytes; *at != '\0'; at++) {
        if (!is_space(*at))
            *end++ = *at;
        else if (end > result && end[-1] != ' ')
            *end++ = ' ';
    }
    if (end > result && end[-1] == ' ')
        end--;
    *end = '\0';
    *out = value_text((struct text){result, (size_t)(end - result)});
    return true;
}

/* What a character is translated to: false when it is left out. */
static bool translated(uint32_t character, struct text from, struct text to, uint32_t *out)
{
    const char *f = from.bytes;
    const char *t = to.bytes;
    while (f < from.bytes + from.length) {
        bool in_range = t < to.bytes + to.length;
        uint32_t replacement = in_range ? utf8_next(&t, to.bytes + to.length) : 0;
        if (utf8_next(&f, from.bytes + from.length) == character) {
            *out = replacement;
            return in_range;
        }
    }
    *out = character;
    return true;
}

static bool fn_translate(struct call *c, struct value *out)
{
    struct text text;
    struct text from;
    struct text to;
    if (!two_texts(c, &text, &from) || !arg_text(c, 2, &to))
        return false;
    char *result = pool_alloc(c->run->pool, text.length * 4 + 1);
    if (!result)
        return run_no_memory(c->run);
    char *end = result;
    for (const char *at = text.bytes; at < text.bytes + text.length;) {
        uint32_t character = utf8_next(&at, text.bytes + text.length);
        if (translated(character, from, to, &character))
            end += utf8_put(character, end);
    }
    *end = '\0';
    *out = value_text((struct text){result, (size_t)(end - result)});
    return run_spend(c->run, text.length);
}

/* ---- ODK ---- */

static bool fn_coalesce(struct call *c, struct value *out)
{
    struct text text = text_of("");
    for (size_t i = 0; i < arg_count(c) && text.length == 0; i++)
        if (!arg_text(c, i, &text))
            return false;
    *out = value_text(text);
    return true;
}

static bool fn_digest(struct call *c, struct value *out)
{
    struct text text;
    struct text algorithm;
    struct text encoding = text_of("base64");
    if (!two_texts(c, &text, &algorithm) || (arg_count(c) > 2 && !arg_text(c, 2, &encoding)))
        return false;
    bool hex = strcmp(encoding.bytes, "hex") == 0;
    if (!hex && strcmp(encoding.bytes, "base64") != 0)
        return arg_fail(c, "digest() knows the encodings base64 and hex, not \"%.20s\"", encoding.bytes);
    uint8_t bytes[DIGEST_MAX];
    size_t size = digest_of(algorithm.bytes, text.bytes, text.length, bytes);
    if (size == 0)
        return arg_fail(c, "digest() knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not \"%.20s\"",
                        algorithm.bytes);
    char written[DIGEST_MAX * 2 + 1];
    size_t length = hex ? hex_encode(bytes, size, written) : base64_encode(bytes, size, written);
    return give_copy(c, written, length, out);
}

/* The bytes behind a base64 argument, NUL after them; what is not base64 decodes to nothing. */
static bool arg_base64(struct call *c, size_t i, char **out_bytes, size_t *out_size)
{
    struct text text;
    if (!arg_text(c, i, &text))
        return false;
    char *bytes = pool_alloc(c->run->pool, text.length + 1);
    if (!bytes)
        return run_no_memory(c->run);
    if (!base64_decode(text.bytes, text.length, (uint8_t *)bytes, out_size))
        *out_size = 0;
    bytes[*out_size] = '\0';
    *out_bytes = bytes;
    return true;
}

static bool fn_base64_decode(struct call *c, struct value *out)
{
    char *bytes;
    size_t size;
    if (!arg_base64(c, 0, &bytes, &size))
        return false;
    *out = value_text(utf8_valid(bytes, size) ? (struct text){bytes, size} : text_of(""));
    return true;
}

#define SIGNATURE_SIZE 64

/* The message behind its Ed25519 signature, blank when the key's owner did not sign it. */
static bool fn_extract_signed(struct call *c, struct value *out)
{
    char *content;
    char *key;
    size_t size;
    size_t key_size;
    if (!arg_base64(c, 0, &content, &size) || !arg_base64(c, 1, &key, &key_size))
        return false;
    *out = value_text(text_of(""));
    if (size < SIGNATURE_SIZE)
        return true;
    struct text message = {content + SIGNATURE_SIZE, size - SIGNATURE_SIZE};
    if (signature_holds((const uint8_t *)key, key_size, (const uint8_t *)content,
                        (const uint8_t *)message.bytes, message.length) &&
        utf8_valid(message.bytes, message.length))
        *out = value_text(message);
    return true;
}

static bool random_uuid_text(struct call *c, char out[37])
{
    uint8_t b[16];
    if (!c->run->host->random)
        return arg_fail(c, "uuid() has no source of randomness here");
    c->run->host->random(c->run->host->user, b, sizeof b);
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
    return true;
}

#define UUID_LENGTH_MAX 100000

static bool fn_uuid(struct call *c, struct value *out)
{
    double wanted = 36;
    if (arg_count(c) > 0 && !arg_number(c, 0, &wanted))
        return false;
    if (!(wanted >= 0 && wanted <= UUID_LENGTH_MAX))
        return arg_fail(c, "uuid() needs a length between 0 and %d", UUID_LENGTH_MAX);
    size_t length = (size_t)wanted;
    char *result = pool_alloc(c->run->pool, length + 37);
    if (!result)
        return run_no_memory(c->run);
    for (size_t done = 0; done < length; done += 36)
        if (!random_uuid_text(c, result + done))
            return false;
    result[length] = '\0';
    *out = value_text((struct text){result, length});
    return true;
}

const struct function xpath_fn_strings[] = {
    {"string", NULL, 0, 1, FN_STRING, 0, TRAIT_CONTEXT, fn_string},
    {"concat", NULL, 0, FN_MANY, FN_STRING, 0, 0, fn_concat},
    {"join", NULL, 1, FN_MANY, FN_STRING, 0, 0, fn_join},
    {"starts-with", NULL, 2, 2, FN_BOOLEAN, 0, 0, fn_starts_with},
    {"ends-with", NULL, 2, 2, FN_BOOLEAN, 0, 0, fn_ends_with},
    {"contains", NULL, 2, 2, FN_BOOLEAN, 0, 0, fn_contains},
    {"substring-before", NULL, 2, 2, FN_STRING, 0, 0, fn_substring_before},
    {"substring-after", NULL, 2, 2, FN_STRING, 0, 0, fn_substring_after},
    {"substring", NULL, 2, 3, FN_STRING, 0, 0, fn_substring},
    {"substr", NULL, 2, 3, FN_STRING, 0, 0, fn_substr},
    {"string-length", NULL, 0, 1, FN_NUMBER, 0, TRAIT_CONTEXT, fn_string_length},
    {"normalize-space", NULL, 0, 1, FN_STRING, 0, TRAIT_CONTEXT, fn_normalize_space},
    {"translate", NULL, 3, 3, FN_STRING, 0, 0, fn_translate},
    {"coalesce", NULL, 2, FN_MANY, FN_STRING, 0, 0, fn_coalesce},
    {"digest", NULL, 2, 3, FN_STRING, 0, 0, fn_digest},
    {"base64-decode", NULL, 1, 1, FN_STRING, 0, 0, fn_base64_decode},
    {"extract-signed", NULL, 2, 2, FN_STRING, 0, 0, fn_extract_signed},
    {"uuid", NULL, 0, 1, FN_STRING, TRAIT_VOLATILE, 0, fn_uuid},
    {0},
};
