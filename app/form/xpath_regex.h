/* regex(): PCRE2 with limits, compiled patterns kept. A pattern finds its match anywhere, as authors of forms
 * expect. */
#ifndef YIZHAN_FORM_XPATH_REGEX_H
#define YIZHAN_FORM_XPATH_REGEX_H

#include "board/base/err.h"
#include <stddef.h>

struct regex;

struct regex_cache {
    struct regex *first;
    size_t count;
};

void regex_cache_finish(struct regex_cache *cache);
/* ERR_DATA: not a pattern. ERR_REFUSED: matching takes more than the limits allow. */
MUST_USE struct err regex_match(struct regex_cache *cache, const char *pattern, size_t pattern_length,
                                const char *text, size_t text_length, bool *out_matches);

#endif
