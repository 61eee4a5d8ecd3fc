#include "app/form/csv.h"
#include "board/base/buf.h"
#include "board/base/utf8.h"
#include <stdlib.h>
#include <string.h>

/* Cells lie one after the other, rows * columns of them; each points into `text` or is "". */
struct csv {
    struct buf text; /* the whole file as UTF-8; cells are unquoted in place */
    size_t columns;
    size_t rows; /* header included */
    size_t capacity;
    const char **cells;
};

/* Where the reader stands. Cells are unquoted in place: `write` never overtakes `read`. */
struct reader {
    char *read;
    char *end;
    char separator;
    size_t line;
};

static const char missing[] = ""; /* the cells that a short row has not */

enum cell_end { CELL_MORE, CELL_LAST_OF_ROW };

static struct err reader_error(const struct reader *reader, const char *what)
{
    return err_make(ERR_DATA, "csv", 0, "line %zu: %s", reader->line, what);
}

static bool at_line_break(const struct reader *reader)
{
    return reader->read < reader->end && (*reader->read == '\n' || *reader->read == '\r');
}

static void pass_line_break(struct reader *reader)
{
    if (*reader->read == '\r' && reader->read + 1 < reader->end && reader->read[1] == '\n')
        reader->read++;
    reader->read++;
    reader->line++;
}

/* Moves past what ends a cell. The NUL that ends the cell's text is written by the caller, afterwards. */
static enum cell_end pass_cell_end(struct reader *reader)
{
    if (reader->read >= reader->end)
        return CELL_LAST_OF_ROW;
    if (at_line_break(reader)) {
        pass_line_break(reader);
        return CELL_LAST_OF_ROW;
    }
    reader->read++;
    return CELL_MORE;
}

static struct err read_quoted(struct reader *reader, char **out_end)
{
    char *write = reader->read++;
    size_t opened_at = reader->line;
    while (reader->read < reader->end) {
        char c = *reader->read++;
        if (c == '"') {
            if (reader->read >= reader->end || *reader->read != '"') {
                *out_end = write;
                return err_ok();
            }
            reader->read++;
        } else if (c == '\n') {
            reader->line++;
        }
        *write++ = c;
    }
    return err_make(ERR_DATA, "csv", 0, "line %zu: a quote is opened and never closed", opened_at);
}

/* Reads one cell; its text lies at *out_cell and ends with NUL. */
static struct err read_cell(struct reader *reader, const char **out_cell, enum cell_end *out_end)
{
    char *start = reader->read;
    char *text_end = start;
    if (reader->read < reader->end && *reader->read == '"') {
        TRY(read_quoted(reader, &text_end));
        if (reader->read < reader->end && *reader->read != reader->separator && !at_line_break(reader))
            return reader_error(reader, "text after a closing quote");
    } else {
        while (reader->read < reader->end && *reader->read != reader->separator && !at_line_break(reader))
            reader->read++;
        text_end = reader->read;
    }
    enum cell_end end = pass_cell_end(reader);
    *text_end = '\0';
    *out_cell = start;
    *out_end = end;
    return err_ok();
}

static struct err reserve_row(struct csv *csv)
{
    if (csv->rows > CSV_ROWS_MAX)
        return err_make(ERR_REFUSED, "csv", 0, "more than %d rows", CSV_ROWS_MAX);
    size_t needed = (csv->rows + 1) * csv->columns;
    if (needed <= csv->capacity)
        return err_ok();
    size_t capacity = needed < 64 ? 64 : needed * 2;
    const char **cells = realloc(csv->cells, capacity * sizeof *cells);
    if (!cells)
        return err_no_memory("csv");
    csv->cells = cells;
    csv->capacity = capacity;
    return err_ok();
}

/* A cell of the header row: columns grow as they come. */
static struct err add_column(struct csv *csv, const char *cell)
{
    if (csv->columns == CSV_COLUMNS_MAX)
        return err_make(ERR_REFUSED, "csv", 0, "more than %d columns", CSV_COLUMNS_MAX);
    csv->columns++;
    csv->rows = 0;
    TRY(reserve_row(csv));
    csv->cells[csv->columns - 1] = cell;
    return err_ok();
}

static struct err read_header(struct csv *csv, struct reader *reader)
{
    enum cell_end end = CELL_MORE;
    while (end == CELL_MORE) {
        const char *cell;
        TRY(read_cell(reader, &cell, &end));
        TRY(add_column(csv, cell));
    }
    csv->rows = 1;
    return err_ok();
}

static struct err read_row(struct csv *csv, struct reader *reader)
{
    TRY(reserve_row(csv));
    const char **row = csv->cells + csv->rows * csv->columns;
    size_t column = 0;
    enum cell_end end = CELL_MORE;
    while (end == CELL_MORE) {
        const char *cell;
        size_t line = reader->line;
        TRY(read_cell(reader, &cell, &end));
        if (column < csv->columns)
            row[column++] = cell;
        else if (*cell != '\0') /* spreadsheets leave trailing separators: empty ones do no harm */
            return err_make(ERR_DATA, "csv", 0, "line %zu: more cells than the header has columns", line);
    }
    while (column < csv->columns)
        row[column++] = missing;
    csv->rows++;
    return err_ok();
}

static char guess_separator(const char *text)
{
    size_t header = strcspn(text, "\r\n");
    if (memchr(text, ',', header))
        return ',';
    static const char others[] = ";\t|";
    for (const char *c = others; *c != '\0'; c++)
        if (memchr(text, *c, header))
            return *c;
    return ',';
}

static struct err parse_text(struct csv *csv)
{
    if (memchr(csv->text.data, '\0', csv->text.length))
        return err_make(ERR_DATA, "csv", 0, "a NUL byte: this is no CSV file");
    struct reader reader = {.read = csv->text.data,
                            .end = csv->text.data + csv->text.length,
                            .separator = guess_separator(csv->text.data),
                            .line = 1};
    while (at_line_break(&reader))
        pass_line_break(&reader);
    if (reader.read == reader.end)
        return err_ok();
    TRY(read_header(csv, &reader));
    while (reader.read < reader.end) {
        if (at_line_break(&reader))
            pass_line_break(&reader);
        else
            TRY(read_row(csv, &reader));
    }
    return err_ok();
}

struct err csv_parse(const char *bytes, size_t length, struct csv **out_csv)
{
    struct csv *csv = calloc(1, sizeof *csv);
    if (!csv)
        return err_no_memory("csv");
    struct err e = utf8_from_any(bytes, length, &csv->text);
    if (!err_is(&e))
        e = buf_check(&csv->text, "csv");
    if (!err_is(&e) && csv->text.length > 0)
        e = parse_text(csv);
    if (err_is(&e))
        csv_destroy(&csv);
    else
        *out_csv = csv;
    return e;
}

void csv_destroy(struct csv **csv)
{
    if (!*csv)
        return;
    buf_finish(&(*csv)->text);
    free((*csv)->cells);
    free(*csv);
    *csv = NULL;
}

size_t csv_columns(const struct csv *csv)
{
    return csv->columns;
}

size_t csv_rows(const struct csv *csv)
{
    return csv->rows == 0 ? 0 : csv->rows - 1;
}

const char *csv_name(const struct csv *csv, size_t column)
{
    return csv->cells[column];
}

int csv_column(const struct csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->columns; i++)
        if (strcmp(csv->cells[i], name) == 0)
            return (int)i;
    return -1;
}

bool csv_has_cell(const struct csv *csv, size_t row, size_t column)
{
    return csv_cell(csv, row, column) != missing;
}

const char *csv_cell(const struct csv *csv, size_t row, size_t column)
{
    return csv->cells[(row + 1) * csv->columns + column];
}
