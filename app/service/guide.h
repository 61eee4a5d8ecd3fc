/*
 * What a service says about itself: the form's guide.csv (columns key, lang, value).
 *
 * A key may repeat: its rows are a list. A row without a language speaks to everybody. A wish for a language
 * is met by the BCP 47 tag itself, then by its primary subtag, then by the first language the key has. Texts
 * are borrowed from the guide. Immutable, usable from any thread.
 */
#ifndef YIZHAN_SERVICE_GUIDE_H
#define YIZHAN_SERVICE_GUIDE_H

#include "board/base/err.h"
#include <stddef.h>

struct guide;

/* bytes are borrowed during the call. ERR_DATA with the line: not CSV, or a column is missing. */
MUST_USE struct err guide_parse(const char *bytes, size_t length, struct guide **out_guide);
/* Takes NULL. */
void guide_destroy(struct guide **guide);

/* The first value of a key, "" when there is none. guide may be NULL: a form without a guide. */
const char *guide_text(const struct guide *guide, const char *key, const char *lang);
/* The index-th value of a key in that language, NULL after the last. */
const char *guide_item(const struct guide *guide, const char *key, const char *lang, size_t index);
/* Copies the part-th piece of "name|original|2|sample.jpg" into out_part, "" when there is none. */
void guide_part(const char *value, size_t part, char *out_part, size_t size);

#endif
