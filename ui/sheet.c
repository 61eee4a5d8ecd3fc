#include "ui/sheet.h"
#include "ui/shot.h"

#include <SDL2/SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS_MAX = 1024,
    COLUMNS_MAX = 64,
    NAME_SIZE = 160,
    LABEL_PX = 12,
    LINE_PX = 22,
    GAP_PX = 10,
    HEAD_PX = 40
};

static const uint32_t paper_colour = 0xFFFFFF, ink_colour = 0x1B2426;

struct row {
    char name[NAME_SIZE];
    struct SDL_Surface *cells[COLUMNS_MAX]; /* owned; NULL: no such screen in this look */
};

struct ui_sheet {
    struct ui_text *text;
    int cell_px;
    struct row *rows[ROWS_MAX];
    size_t row_count, last_row;
    char columns[COLUMNS_MAX][NAME_SIZE];
    size_t column_count;
};

struct err ui_sheet_create(struct ui_text *text, int cell_px, struct ui_sheet **out_sheet)
{
    struct ui_sheet *sheet = calloc(1, sizeof *sheet);
    if (!sheet)
        return err_no_memory("sheet");
    sheet->text = text;
    sheet->cell_px = cell_px;
    *out_sheet = sheet;
    return err_ok();
}

void ui_sheet_destroy(struct ui_sheet **sheet)
{
    if (!sheet || !*sheet)
        return;
    for (size_t i = 0; i < (*sheet)->row_count; i++) {
        for (size_t c = 0; c < COLUMNS_MAX; c++)
            SDL_FreeSurface((*sheet)->rows[i]->cells[c]);
        free((*sheet)->rows[i]);
    }
    free(*sheet);
    *sheet = NULL;
}

/* ---- one screen ---- */

/* The mean of a block of pixels, channel by channel. */
static uint32_t mean(const struct SDL_Surface *from, int x0, int y0, int x1, int y1)
{
    uint32_t red = 0, green = 0, blue = 0, count = (uint32_t)((x1 - x0) * (y1 - y0));
    for (int y = y0; y < y1; y++) {
        const uint32_t *line =
            (const uint32_t *)(const void *)((const uint8_t *)from->pixels + y * from->pitch);
        for (int x = x0; x < x1; x++) {
            red += line[x] >> 16 & 255;
            green += line[x] >> 8 & 255;
            blue += line[x] & 255;
        }
    }
    return (red / count) << 16 | (green / count) << 8 | blue / count;
}

static struct SDL_Surface *shrink(const struct SDL_Surface *from, int cell_px)
{
    int longer = from->w > from->h ? from->w : from->h;
    int by = longer > cell_px ? (longer + cell_px - 1) / cell_px : 1;
    struct SDL_Surface *small =
        SDL_CreateRGBSurfaceWithFormat(0, from->w / by, from->h / by, 32, SDL_PIXELFORMAT_RGB888);
    for (int y = 0; small && y < small->h; y++) {
        uint32_t *line = (uint32_t *)(void *)((uint8_t *)small->pixels + y * small->pitch);
        for (int x = 0; x < small->w; x++)
            line[x] = mean(from, x * by, y * by, (x + 1) * by, (y + 1) * by);
    }
    return small;
}

static struct row *find_row(struct ui_sheet *sheet, const char *name)
{
    for (size_t i = 0; i < sheet->row_count; i++)
        if (strcmp(sheet->rows[i]->name, name) == 0) {
            sheet->last_row = i;
            return sheet->rows[i];
        }
    struct row *row = sheet->row_count < ROWS_MAX ? calloc(1, sizeof *row) : NULL;
    if (!row)
        return NULL;
    SDL_strlcpy(row->name, name, sizeof row->name);
    size_t at = sheet->row_count == 0 ? 0 : sheet->last_row + 1;
    memmove(sheet->rows + at + 1, sheet->rows + at, (sheet->row_count - at) * sizeof *sheet->rows);
    sheet->rows[at] = row;
    sheet->row_count++;
    sheet->last_row = at;
    return row;
}

static int find_column(struct ui_sheet *sheet, const char *name)
{
    for (size_t i = 0; i < sheet->column_count; i++)
        if (strcmp(sheet->columns[i], name) == 0)
            return (int)i;
    if (sheet->column_count == COLUMNS_MAX)
        return -1;
    SDL_strlcpy(sheet->columns[sheet->column_count], name, NAME_SIZE);
    return (int)sheet->column_count++;
}

struct err ui_sheet_add(struct ui_sheet *sheet, struct ui_presenter *presenter, const char *row,
                        const char *column)
{
    struct row *in = find_row(sheet, row);
    int at = find_column(sheet, column);
    if (!in || at < 0)
        return err_make(ERR_SPACE, "sheet", 0, "more than %d screens or %d looks", ROWS_MAX, COLUMNS_MAX);
    SDL_FreeSurface(in->cells[at]);
    in->cells[at] = shrink(ui_presenter_surface(presenter), sheet->cell_px);
    return in->cells[at] ? err_ok() : err_no_memory("sheet");
}

/* ---- the whole ---- */

/* Rows run down and then go on in the next block to the right, so that the whole is about as wide as it is
 * high. */
struct grid {
    int cell_width, cell_height; /* the largest of each: looks may differ in shape (portrait, landscape) */
    int row_height, block_width;
    int rows; /* in a block */
    int blocks;
};

static void measure_cells(const struct ui_sheet *sheet, struct grid *grid)
{
    for (size_t r = 0; r < sheet->row_count; r++)
        for (size_t c = 0; c < sheet->column_count; c++) {
            const struct SDL_Surface *small = sheet->rows[r]->cells[c];
            grid->cell_width = small && small->w > grid->cell_width ? small->w : grid->cell_width;
            grid->cell_height = small && small->h > grid->cell_height ? small->h : grid->cell_height;
        }
}

static struct grid measure(const struct ui_sheet *sheet)
{
    struct grid grid = {.blocks = 1};
    int count = (int)sheet->row_count;
    measure_cells(sheet, &grid);
    grid.row_height = LINE_PX + grid.cell_height + GAP_PX;
    grid.block_width = (int)sheet->column_count * (grid.cell_width + GAP_PX) + GAP_PX;
    while (grid.blocks < count && (count / grid.blocks) * grid.row_height > grid.blocks * grid.block_width)
        grid.blocks++;
    grid.rows = (count + grid.blocks - 1) / grid.blocks;
    grid.blocks = grid.rows > 0 ? (count + grid.rows - 1) / grid.rows : 1;
    return grid;
}

/* A label wider than its cell ends in "…": names tell screens apart by how they begin. */
static void label(struct ui_sheet *sheet, struct SDL_Surface *to, const char *name, int x, int y, int width)
{
    const struct ui_text_style style = {.size_px = LABEL_PX};
    char shown[NAME_SIZE + sizeof "…"];
    size_t length = strlen(name);
    SDL_strlcpy(shown, name, sizeof shown);
    while (length > 0 && ui_text_width(sheet->text, &style, shown, strlen(shown)) > width) {
        do
            length--;
        while (length > 0 && ((unsigned char)name[length] & 0xC0) == 0x80); /* whole characters */
        snprintf(shown, sizeof shown, "%.*s…", (int)length, name);
    }
    ui_text_draw(sheet->text, to, &style, ink_colour, shown, strlen(shown), x, y, LINE_PX);
}

static void compose(struct ui_sheet *sheet, const struct grid *grid, struct SDL_Surface *to)
{
    SDL_FillRect(to, NULL, paper_colour);
    for (int b = 0; b < grid->blocks; b++)
        for (size_t c = 0; c < sheet->column_count; c++)
            label(sheet, to, sheet->columns[c],
                  GAP_PX + b * grid->block_width + (int)c * (grid->cell_width + GAP_PX), GAP_PX,
                  grid->cell_width);
    for (int r = 0; r < (int)sheet->row_count; r++) {
        int left = GAP_PX + (r / grid->rows) * grid->block_width;
        int top = HEAD_PX + (r % grid->rows) * grid->row_height;
        label(sheet, to, sheet->rows[r]->name, left, top, grid->block_width - 2 * GAP_PX);
        for (size_t c = 0; c < sheet->column_count; c++) {
            struct SDL_Rect place = {left + (int)c * (grid->cell_width + GAP_PX), top + LINE_PX, 0, 0};
            if (sheet->rows[r]->cells[c])
                SDL_BlitSurface(sheet->rows[r]->cells[c], NULL, to, &place);
        }
    }
}

struct err ui_sheet_write(struct ui_sheet *sheet, const char *path)
{
    struct grid grid = measure(sheet);
    struct SDL_Surface *whole =
        SDL_CreateRGBSurfaceWithFormat(0, GAP_PX + grid.blocks * grid.block_width,
                                       HEAD_PX + grid.rows * grid.row_height, 32, SDL_PIXELFORMAT_RGB888);
    if (!whole)
        return err_no_memory("sheet");
    compose(sheet, &grid, whole);
    struct err e = ui_picture_write(whole, path);
    SDL_FreeSurface(whole);
    return e;
}
