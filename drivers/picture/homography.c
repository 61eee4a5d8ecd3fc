#include "drivers/picture/homography.h"

#include <math.h>
#include <string.h>

#define UNKNOWNS 8

/* One row of the linear system: coefficients, then the right-hand side. */
typedef double equation[UNKNOWNS + 1];

/* x' = (m0 x + m1 y + m2) / (m6 x + m7 y + 1), y' likewise with m3 m4 m5. */
static void write_equations(struct vec2 from, struct vec2 to, equation *for_x, equation *for_y)
{
    const equation x_row = {from.x, from.y, 1, 0, 0, 0, -from.x * to.x, -from.y * to.x, to.x};
    const equation y_row = {0, 0, 0, from.x, from.y, 1, -from.x * to.y, -from.y * to.y, to.y};

    memcpy(*for_x, x_row, sizeof x_row);
    memcpy(*for_y, y_row, sizeof y_row);
}

static void swap_rows(equation *a, equation *b)
{
    equation kept;

    memcpy(kept, *a, sizeof kept);
    memcpy(*a, *b, sizeof kept);
    memcpy(*b, kept, sizeof kept);
}

static int pivot_row(equation *rows, int column)
{
    int best = column;

    for (int row = column + 1; row < UNKNOWNS; row++)
        if (fabs(rows[row][column]) > fabs(rows[best][column]))
            best = row;
    return best;
}

/* Gauss-Jordan with pivoting. */
static bool solve(equation *rows)
{
    for (int column = 0; column < UNKNOWNS; column++) {
        swap_rows(&rows[column], &rows[pivot_row(rows, column)]);
        if (fabs(rows[column][column]) < 1e-9)
            return false;
        for (int row = 0; row < UNKNOWNS; row++) {
            double factor = rows[row][column] / rows[column][column];

            if (row == column)
                continue;
            for (int i = column; i <= UNKNOWNS; i++)
                rows[row][i] -= factor * rows[column][i];
        }
    }
    return true;
}

bool homography_between(const struct vec2 from[4], const struct vec2 to[4], struct homography *out_mapping)
{
    equation rows[UNKNOWNS];

    for (int i = 0; i < 4; i++)
        write_equations(from[i], to[i], &rows[2 * i], &rows[2 * i + 1]);
    if (!solve(rows))
        return false;
    for (int i = 0; i < UNKNOWNS; i++)
        out_mapping->m[i] = rows[i][UNKNOWNS] / rows[i][i];
    out_mapping->m[8] = 1;
    return true;
}

struct vec2 homography_map(const struct homography *mapping, struct vec2 point)
{
    const double *m = mapping->m;
    double w = m[6] * point.x + m[7] * point.y + m[8];

    return (struct vec2){(m[0] * point.x + m[1] * point.y + m[2]) / w,
                         (m[3] * point.x + m[4] * point.y + m[5]) / w};
}
