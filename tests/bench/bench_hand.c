/*
 * Handwriting: 300 of the commonest characters written four ways (shaky, in another order, with one join, all
 * of that), ours beside zinnia on the very same strokes, in one run. Both sides get the same middle lines,
 * leaned, scaled and jittered; ours has its templates from the same data package, which is an advantage, and
 * is why the noise is large.
 */
#include "assets/hand/medians.h"
#include "board/base/utf8.h"
#include "ui/input_hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zinnia.h>

#define DATA  YIZHAN_BUILD "/npm/node_modules/hanzi-writer-data"
#define MODEL "/usr/share/tegaki/models/zinnia/handwriting-zh_CN.model"

enum {
    CHARACTERS = 300,
    STEP = 11 /* of the commonest 3,500 */,
    POINTS_MAX = 2048,
    STROKES_MAX = 64,
    TOP = 10
};
enum habit { IN_ORDER, REORDERED, JOINED, ALL, HABITS };
static const char *const habit_names[] = {"in_order", "reordered", "joined", "reordered_joined"};

struct ink {
    size_t stroke_count, point_count;
    size_t counts[STROKES_MAX];
    struct ui_pad_point points[POINTS_MAX];
};

struct score {
    int tried, first, among_ten;
    double ms;
};

static unsigned seed = 20261122;

static double noise(void)
{
    seed = seed * 1103515245u + 12345u;
    return ((double)(seed >> 16 & 0x7FFF) / 16383.5) - 1.0;
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* ---- writing ---- */

static void add_stroke(struct ink *ink, const struct hand_point *points, size_t count, double lean,
                       double widen, bool is_joined)
{
    if (!is_joined)
        ink->counts[ink->stroke_count++] = 0;
    double drift_x = 25 * noise(), drift_y = 25 * noise();
    for (size_t i = 0; i < count && ink->point_count < POINTS_MAX; i++) {
        double x = points[i].x * widen + lean * points[i].y + drift_x + 18 * noise();
        double y = points[i].y - lean * points[i].x + drift_y + 18 * noise();
        ink->points[ink->point_count++] = (struct ui_pad_point){(short)(1500 + x * 6), (short)(1500 + y * 6)};
        ink->counts[ink->stroke_count - 1]++;
    }
}

static struct ink write_as(const struct medians *m, enum habit habit)
{
    struct ink ink = {0};
    size_t order[STROKES_MAX], starts[STROKES_MAX], at = 0, strokes = m->stroke_count;
    double lean = 0.08 * noise(), widen = 1 + 0.15 * noise();
    for (size_t s = 0; s < strokes; s++) {
        order[s] = s;
        starts[s] = at;
        at += m->counts[s];
    }
    if (habit == REORDERED || habit == ALL)
        for (size_t s = strokes; s > 1; s--) {
            size_t other = (size_t)((noise() + 1) / 2 * (double)s) % s, swap = order[s - 1];
            order[s - 1] = order[other];
            order[other] = swap;
        }
    size_t join =
        strokes > 1 ? 1 + (size_t)((noise() + 1) / 2 * (double)(strokes - 1)) % (strokes - 1) : strokes;
    for (size_t i = 0; i < strokes; i++)
        add_stroke(&ink, m->points + starts[order[i]], m->counts[order[i]], lean, widen,
                   (habit == JOINED || habit == ALL) && i == join);
    return ink;
}

/* ---- reading ---- */

static void note(struct score *score, int place, double ms)
{
    score->tried++;
    score->first += place == 0;
    score->among_ten += place >= 0;
    score->ms += ms;
}

static void read_ours(const struct input_hand *hand, const struct ink *ink, uint32_t wanted,
                      struct score *score)
{
    uint32_t found[TOP];
    double begin = now_ms();
    size_t count = input_hand_recognise(
        hand, &(struct ui_strokes){ink->stroke_count, ink->counts, ink->points}, found, TOP);
    double ms = now_ms() - begin;
    int place = -1;
    for (size_t i = 0; i < count && place < 0; i++)
        place = found[i] == wanted ? (int)i : -1;
    note(score, place, ms);
}

static void read_zinnia(zinnia_recognizer_t *zinnia, const struct ink *ink, const char *wanted,
                        struct score *score)
{
    zinnia_character_t *character = zinnia_character_new();
    zinnia_character_set_width(character, 10000);
    zinnia_character_set_height(character, 10000);
    const struct ui_pad_point *p = ink->points;
    for (size_t s = 0; s < ink->stroke_count; s++)
        for (size_t i = 0; i < ink->counts[s]; i++, p++)
            zinnia_character_add(character, s, p->x, p->y);
    double begin = now_ms();
    zinnia_result_t *result = zinnia_recognizer_classify(zinnia, character, TOP);
    double ms = now_ms() - begin;
    int place = -1;
    for (size_t i = 0; result && i < zinnia_result_size(result) && place < 0; i++)
        place = strcmp(zinnia_result_value(result, i), wanted) == 0 ? (int)i : -1;
    note(score, place, ms);
    if (result)
        zinnia_result_destroy(result);
    zinnia_character_destroy(character);
}

/* ---- the run ---- */

static void try_all(const struct input_hand *hand, zinnia_recognizer_t *zinnia, FILE *common,
                    struct score ours[HABITS], struct score theirs[HABITS])
{
    static struct medians medians;
    char line[16], path[512], name[8];
    for (int i = 0, used = 0; used < CHARACTERS && fgets(line, sizeof line, common); i++) {
        if (i % STEP != 0)
            continue;
        uint32_t wanted = (uint32_t)strtoul(line, NULL, 16);
        name[utf8_put(wanted, name)] = '\0';
        snprintf(path, sizeof path, DATA "/%s.json", name);
        if (!medians_read(path, &medians))
            continue;
        used++;
        for (enum habit habit = IN_ORDER; habit < HABITS; habit++) {
            struct ink ink = write_as(&medians, habit);
            read_ours(hand, &ink, wanted, &ours[habit]);
            read_zinnia(zinnia, &ink, name, &theirs[habit]);
        }
    }
}

static void report(const char *what, enum habit habit, const char *unit, double ours, double theirs, int runs)
{
    printf("{\"name\":\"hand.%s.%s\",\"value\":%.3f,\"unit\":\"%s\",\"peer\":\"zinnia, tegaki "
           "zh_CN\",\"peer_value\":%.3f,"
           "\"ratio\":%.3f,\"runs\":%d,\"how\":\"./dev bench hand\"}\n",
           what, habit_names[habit], ours, unit, theirs, theirs > 0 ? ours / theirs : 0.0, runs);
}

static double share(int part, int whole)
{
    return whole > 0 ? 100.0 * part / whole : 0;
}

int main(void)
{
    struct input_hand *hand;
    struct score ours[HABITS] = {{0}}, theirs[HABITS] = {{0}};
    struct err failure = input_hand_create(YIZHAN_BUILD "/assets/hand/templates.bin", &hand);
    zinnia_recognizer_t *zinnia = zinnia_recognizer_new();
    FILE *common = fopen(YIZHAN_BUILD "/hand_common.txt", "r");
    if (err_is(&failure) || !common || !zinnia_recognizer_open(zinnia, MODEL)) {
        fprintf(stderr, "bench_hand: templates or zinnia's model are missing\n");
        return 1;
    }
    try_all(hand, zinnia, common, ours, theirs);
    for (enum habit h = IN_ORDER; h < HABITS; h++) {
        report("top1", h, "%", share(ours[h].first, ours[h].tried), share(theirs[h].first, theirs[h].tried),
               ours[h].tried);
        report("top10", h, "%", share(ours[h].among_ten, ours[h].tried),
               share(theirs[h].among_ten, theirs[h].tried), ours[h].tried);
        report("time", h, "ms", ours[h].ms / ours[h].tried, theirs[h].ms / theirs[h].tried, ours[h].tried);
    }
    fclose(common);
    zinnia_recognizer_destroy(zinnia);
    input_hand_destroy(&hand);
    return 0;
}
