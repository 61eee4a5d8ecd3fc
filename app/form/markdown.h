/*
 * The markdown that authors write into labels and hints (spec "Languages" leaves it to the client; ODK shows
 * a part of it): taken out, for screens and voices that show none.
 */
#ifndef YIZHAN_FORM_MARKDOWN_H
#define YIZHAN_FORM_MARKDOWN_H

#include "board/base/buf.h"
#include <stdbool.h>

/* The text may hold markdown: a quick look, for nearly all texts hold none. */
bool markdown_is_likely(const char *text);
/* Appends the words alone: no headings' #, no emphasis, no tags; of links their text, with the address behind
 * it when that differs; list items keep their numbers, or get a dot. What only looks like markdown stays as
 * it is. */
void markdown_strip(const char *text, struct buf *out_text);

#endif
