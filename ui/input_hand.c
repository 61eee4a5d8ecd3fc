#include "ui/input_hand.h"
#include "board/base/wipe.h"
#include "ui/hand_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Candidates that the quick comparison hands to the exact one, and the cost of each step of rarity. */
enum { SHORT_LIST = 150, POINTS_MAX = 4096, STROKES_MAX = 64 };
static const float RARITY_COST = 0.9f;

struct input_hand {
    void *map;
    size_t map_size;
    size_t count;
    const struct hand_character *characters;
    const struct hand_shape *shapes;
};

static struct err map_file(const char *path, struct input_hand *hand)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        struct err failure = err_errno("hand", errno, "open the templates");
        if (fd >= 0)
            close(fd);
        return failure;
    }
    hand->map_size = (size_t)info.st_size;
    hand->map = mmap(NULL, hand->map_size ? hand->map_size : 1, PROT_READ, MAP_PRIVATE, fd, 0);
    int map_errno = errno;
    close(fd);
    if (hand->map == MAP_FAILED) {
        hand->map = NULL;
        return err_errno("hand", map_errno, "map the templates");
    }
    return err_ok();
}

static struct err read_tables(struct input_hand *hand)
{
    const struct hand_header *header = hand->map;
    size_t row = sizeof(struct hand_character) + sizeof(struct hand_shape);
    bool is_sound = hand->map_size >= sizeof *header &&
                    memcmp(header->magic, HAND_MAGIC, sizeof HAND_MAGIC) == 0 &&
                    header->shape_size == sizeof(struct hand_shape) &&
                    header->count == (hand->map_size - sizeof *header) / row &&
                    hand->map_size == sizeof *header + header->count * row;
    if (!is_sound)
        return err_make(ERR_DATA, "hand", 0, "the templates are not of this build");
    hand->count = header->count;
    hand->characters = (const struct hand_character *)(header + 1);
    hand->shapes = (const struct hand_shape *)(hand->characters + hand->count);
    return err_ok();
}

struct err input_hand_create(const char *path, struct input_hand **out_hand)
{
    struct input_hand *hand = calloc(1, sizeof *hand);
    if (!hand)
        return err_no_memory("hand");
    struct err failure = map_file(path, hand);
    if (!err_is(&failure))
        failure = read_tables(hand);
    if (err_is(&failure))
        input_hand_destroy(&hand);
    else
        *out_hand = hand;
    return failure;
}

void input_hand_destroy(struct input_hand **hand)
{
    if (!*hand)
        return;
    if ((*hand)->map)
        munmap((*hand)->map, (*hand)->map_size ? (*hand)->map_size : 1);
    free(*hand);
    *hand = NULL;
}

size_t input_hand_known(const struct input_hand *hand)
{
    return hand->count;
}

/* ---- one query ---- */

struct candidate {
    size_t index;
    float score; /* larger is better */
};

/* Keeps the best of a list that is sorted best first. */
static void keep_best(struct candidate *list, size_t *count, size_t most, struct candidate new)
{
    if (*count == most && list[most - 1].score >= new.score)
        return;
    size_t at = *count < most ? (*count)++ : most - 1;
    for (; at > 0 && list[at - 1].score < new.score; at--)
        list[at] = list[at - 1];
    list[at] = new;
}

/* What was written, as plain points; what is too much is left out. */
static bool shape_of(const struct ui_strokes *strokes, struct hand_shape *out_shape)
{
    struct hand_point points[POINTS_MAX] = {{0}};
    size_t counts[STROKES_MAX] = {0}, stroke_count = 0, used = 0;
    const struct ui_pad_point *from = strokes->points;
    for (; stroke_count < strokes->stroke_count && stroke_count < STROKES_MAX; stroke_count++) {
        size_t count = strokes->counts[stroke_count];
        if (used + count > POINTS_MAX)
            break;
        for (size_t i = 0; i < count; i++)
            points[used + i] = (struct hand_point){from[i].x, from[i].y};
        counts[stroke_count] = count;
        used += count;
        from += count;
    }
    hand_shape_make(points, counts, stroke_count, out_shape);
    wipe(points, used * sizeof points[0]);
    return used > 0;
}

static size_t short_list(const struct input_hand *hand, const struct hand_shape *shape,
                         struct candidate *out_list)
{
    size_t count = 0;
    for (size_t i = 0; i < hand->count; i++)
        keep_best(out_list, &count, SHORT_LIST,
                  (struct candidate){i, (float)hand_shape_likeness(shape, &hand->shapes[i])});
    return count;
}

size_t input_hand_recognise(const struct input_hand *hand, const struct ui_strokes *strokes,
                            uint32_t *out_characters, size_t most)
{
    struct hand_shape shape;
    struct candidate quick[SHORT_LIST], best[SHORT_LIST];
    if (!shape_of(strokes, &shape))
        return 0;
    if (most > SHORT_LIST)
        most = SHORT_LIST;
    size_t quick_count = short_list(hand, &shape, quick), count = 0;
    for (size_t i = 0; i < quick_count; i++) {
        size_t index = quick[i].index;
        float cost = hand_shape_distance(shape.dots, hand->shapes[index].dots) +
                     RARITY_COST * (float)hand->characters[index].rarity;
        keep_best(best, &count, most, (struct candidate){index, -cost});
    }
    for (size_t i = 0; i < count; i++)
        out_characters[i] = hand->characters[best[i].index].code_point;
    wipe(&shape, sizeof shape);
    return count;
}
