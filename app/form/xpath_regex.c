#define PCRE2_CODE_UNIT_WIDTH 8
#include "app/form/xpath_regex.h"
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_MAX   256
#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 2000
#define HEAP_KB     4096

struct regex {
    struct regex *next;
    char *pattern;
    size_t length;
    pcre2_code *code;
};

static void regex_destroy(struct regex *regex)
{
    pcre2_code_free(regex->code);
    free(regex->pattern);
    free(regex);
}

void regex_cache_finish(struct regex_cache *cache)
{
    while (cache->first) {
        struct regex *next = cache->first->next;
        regex_destroy(cache->first);
        cache->first = next;
    }
    cache->count = 0;
}

static struct err compile(const char *pattern, size_t length, struct regex **out)
{
    struct regex *regex = calloc(1, sizeof *regex);
    int code;
    PCRE2_SIZE at;
    if (!regex)
        return err_no_memory("xpath");
    regex->pattern = malloc(length + 1);
    if (!regex->pattern) {
        free(regex);
        return err_no_memory("xpath");
    }
    memcpy(regex->pattern, pattern, length);
    regex->length = length;
    regex->code =
        pcre2_compile((PCRE2_SPTR)pattern, length, PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
    if (!regex->code) {
        PCRE2_UCHAR text[120];
        pcre2_get_error_message(code, text, sizeof text);
        regex_destroy(regex);
        return err_make(ERR_DATA, "xpath", code, "the pattern is wrong at its byte %zu: %s", at + 1, text);
    }
    *out = regex;
    return err_ok();
}

/* Patterns come from forms and are few; one that computes them starts over now and then. */
static struct err find(struct regex_cache *cache, const char *pattern, size_t length, struct regex **out)
{
    for (struct regex *r = cache->first; r; r = r->next)
        if (r->length == length && memcmp(r->pattern, pattern, length) == 0) {
            *out = r;
            return err_ok();
        }
    if (cache->count >= CACHE_MAX)
        regex_cache_finish(cache);
    TRY(compile(pattern, length, out));
    (*out)->next = cache->first;
    cache->first = *out;
    cache->count++;
    return err_ok();
}

struct err regex_match(struct regex_cache *cache, const char *pattern, size_t pattern_length,
                       const char *text, size_t text_length, bool *out_matches)
{
    struct regex *regex = NULL;
    TRY(find(cache, pattern, pattern_length, &regex));
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    int found = PCRE2_ERROR_NOMEMORY;
    if (data && context) {
        pcre2_set_match_limit(context, MATCH_LIMIT);
        pcre2_set_depth_limit(context, DEPTH_LIMIT);
        pcre2_set_heap_limit(context, HEAP_KB);
        found = pcre2_match(regex->code, (PCRE2_SPTR)text, text_length, 0, 0, data, context);
    }
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH)
        return err_make(ERR_REFUSED, "xpath", found,
                        "the pattern takes too long on this text; make it simpler");
    *out_matches = found >= 0;
    return err_ok();
}
