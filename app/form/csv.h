/*
 * CSV as spreadsheets write it (RFC 4180): quotes, doubled quotes, line breaks in quotes; CR, LF or CRLF.
 *
 * The separator is a comma, or the semicolon, tab or bar that the header line uses instead. Text is UTF-8 or,
 * when it is not valid UTF-8, GB18030. The first row names the columns. Not thread-safe; a table is one
 * allocation unit.
 */
#ifndef YIZHAN_FORM_CSV_H
#define YIZHAN_FORM_CSV_H

#include "board/base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct csv;

#define CSV_ROWS_MAX    2000000
#define CSV_COLUMNS_MAX 4096

/* bytes are borrowed during the call. ERR_DATA: "line N: ..." for a stray quote or an unclosed one; a row
 * with more cells than the header; ERR_REFUSED: more rows or columns than the limits. Empty lines are passed
 * over. */
MUST_USE struct err csv_parse(const char *bytes, size_t length, struct csv **out_csv);
void csv_destroy(struct csv **csv);

size_t csv_columns(const struct csv *csv);
/* Rows without the header. */
size_t csv_rows(const struct csv *csv);
/* Header of a column. */
const char *csv_name(const struct csv *csv, size_t column);
/* Index of a named column, -1 when there is none. */
int csv_column(const struct csv *csv, const char *name);
/* Whether the row is long enough to have that cell, be it empty. */
bool csv_has_cell(const struct csv *csv, size_t row, size_t column);
/* "" where the row is shorter than the header. Borrowed from the table. */
const char *csv_cell(const struct csv *csv, size_t row, size_t column);

#endif
