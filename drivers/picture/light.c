/*
 * Even light: the paper's own white is measured in cells over the page, smoothed, and divided out.
 */
#include "drivers/picture/page.h"

#include <math.h>
#include <string.h>

/* Cells along each side: light changes slowly, print does not. */
#define CELLS 16
/* Where the paper's white ends up. */
#define WHITE 245.0
/* A cell darker than this share of the brightest is a picture, not shade: it is not lifted further. */
#define DARKEST_SHADE 0.35
/* Print covers less than this share of any cell; the white is what the brightest tenth has. */
#define BRIGHTEST_SHARE 0.1

typedef double cells[CELLS][CELLS];

static int luma_of(const uint8_t *pixel, enum picture_format format)
{
    return format == PICTURE_LUMA ? pixel[0] : (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8;
}

static double white_of_cell(const struct picture *page, int column, int row)
{
    int left = column * page->width / CELLS, right = (column + 1) * page->width / CELLS;
    int top = row * page->height / CELLS, bottom = (row + 1) * page->height / CELLS;
    unsigned histogram[256] = {0};
    double left_over = BRIGHTEST_SHARE * (right - left) * (bottom - top);
    int level = 255;

    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
            size_t at = ((size_t)y * (size_t)page->width + (size_t)x) * (size_t)page->format;

            histogram[luma_of(page->pixels + at, page->format)]++;
        }
    for (; level > 1 && left_over >= 0; level--)
        left_over -= histogram[level];
    return level;
}

static double cell_at(cells cell, int column, int row)
{
    column = column < 0 ? 0 : column >= CELLS ? CELLS - 1 : column;
    row = row < 0 ? 0 : row >= CELLS ? CELLS - 1 : row;
    return cell[row][column];
}

/* The brightest of the 3x3 neighbours, then their mean: a cell full of print takes its neighbours' white. */
static void smooth(cells cell)
{
    cells bright;

    for (int i = 0; i < CELLS * CELLS; i++) {
        double most = 0;

        for (int k = 0; k < 9; k++)
            most = fmax(most, cell_at(cell, i % CELLS + k % 3 - 1, i / CELLS + k / 3 - 1));
        bright[i / CELLS][i % CELLS] = most;
    }
    for (int i = 0; i < CELLS * CELLS; i++) {
        double sum = 0;

        for (int k = 0; k < 9; k++)
            sum += cell_at(bright, i % CELLS + k % 3 - 1, i / CELLS + k / 3 - 1);
        cell[i / CELLS][i % CELLS] = sum / 9;
    }
}

static void measure(const struct picture *page, cells cell)
{
    double brightest = 1;

    for (int i = 0; i < CELLS * CELLS; i++) {
        cell[i / CELLS][i % CELLS] = white_of_cell(page, i % CELLS, i / CELLS);
        brightest = fmax(brightest, cell[i / CELLS][i % CELLS]);
    }
    smooth(cell);
    for (int i = 0; i < CELLS * CELLS; i++)
        cell[i / CELLS][i % CELLS] = fmax(cell[i / CELLS][i % CELLS], DARKEST_SHADE * brightest);
}

/* The white between the cells' centres. */
static double white_at(const struct picture *page, cells cell, int x, int y)
{
    double fx = (x + 0.5) * CELLS / page->width - 0.5, fy = (y + 0.5) * CELLS / page->height - 0.5;
    int column = (int)floor(fx), row = (int)floor(fy);
    double top, bottom;

    fx -= column;
    fy -= row;
    top = cell_at(cell, column, row) * (1 - fx) + cell_at(cell, column + 1, row) * fx;
    bottom = cell_at(cell, column, row + 1) * (1 - fx) + cell_at(cell, column + 1, row + 1) * fx;
    return top * (1 - fy) + bottom * fy;
}

struct err page_even_light(struct picture *page)
{
    cells cell;
    uint8_t *pixel = page->pixels;

    if (page->width < CELLS || page->height < CELLS)
        return err_make(ERR_DATA, "page", 0, "a page of %d x %d pixels", page->width, page->height);
    measure(page, cell);
    for (int y = 0; y < page->height; y++)
        for (int x = 0; x < page->width; x++) {
            double gain = WHITE / white_at(page, cell, x, y);

            for (int c = 0; c < (int)page->format; c++, pixel++)
                *pixel = (uint8_t)fmin(255, *pixel * gain + 0.5);
        }
    return err_ok();
}
