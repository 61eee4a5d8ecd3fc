#include "app/form/nearest.h"
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LENGTH 40

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Letters to insert, delete, replace or swap with the next (optimal string alignment). */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned cost[NAME_MAX_LENGTH + 1][NAME_MAX_LENGTH + 1];
    for (size_t i = 0; i <= a_length; i++)
        for (size_t j = 0; j <= b_length; j++) {
            if (i == 0 || j == 0) {
                cost[i][j] = (unsigned)(i + j);
                continue;
            }
            cost[i][j] =
                least(cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]), cost[i - 1][j] + 1, cost[i][j - 1] + 1);
            bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap && cost[i - 2][j - 2] + 1 < cost[i][j])
                cost[i][j] = cost[i - 2][j - 2] + 1;
        }
    return cost[a_length][b_length];
}

struct nearest nearest_begin(const char *wrong, size_t length)
{
    return (struct nearest){.wrong = wrong, .length = length, .distance = length < 5 ? 2 : 3};
}

void nearest_offer(struct nearest *nearest, const char *known)
{
    size_t length = strlen(known);
    size_t longer = length > nearest->length ? length - nearest->length : nearest->length - length;
    if (length > NAME_MAX_LENGTH || nearest->length > NAME_MAX_LENGTH || longer >= nearest->distance)
        return;
    bool is_other_case = length == nearest->length && strncasecmp(nearest->wrong, known, length) == 0;
    unsigned d = is_other_case ? 1 : distance(nearest->wrong, nearest->length, known, length);
    if (d >= nearest->distance || d >= length)
        return;
    nearest->best = known;
    nearest->distance = d;
}
