/*
 * A page of HTML in pieces, each appended to a buffer: no script, nothing fetched, Chinese with English
 * beside it, readable in black and white and on A4 paper, well-formed XML as well. Texts are escaped; times
 * are shown in the local zone, what is not known as a dash.
 */
#ifndef YIZHAN_CTL_HTML_H
#define YIZHAN_CTL_HTML_H

#include "board/base/buf.h"
#include <stdbool.h>
#include <stdint.h>

/* Up to the beginning of the body; and the end of it. */
void html_begin(struct buf *html, const char *title);
void html_end(struct buf *html);

void html_text(struct buf *html, const char *text);
void html_both(struct buf *html, const char *zh, const char *en);
void html_heading(struct buf *html, const char *zh, const char *en);
/* Milliseconds since 1970. */
void html_when(struct buf *html, int64_t ms);
/* "None." */
void html_nothing(struct buf *html);

struct html_column {
    const char *zh, *en;
    bool is_number;
};

/* The caller writes the rows: <tr>, cells, </tr>. */
void html_begin_table(struct buf *html, const struct html_column *columns, size_t count);
#define HTML_BEGIN_TABLE(html, ...)                                                                          \
    html_begin_table(html, (const struct html_column[]){__VA_ARGS__},                                        \
                     sizeof((const struct html_column[]){__VA_ARGS__}) / sizeof(struct html_column))
void html_end_table(struct buf *html);
void html_cell(struct buf *html, const char *text);
void html_when_cell(struct buf *html, int64_t ms);
/* A negative count is not known. */
void html_count_cell(struct buf *html, int64_t count);

#endif
