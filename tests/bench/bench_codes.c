/*
 * bench_codes DIR SEEDS: codes.share and codes.time, our half.
 *
 * Makes SEEDS scenes of each hardship, FRAMES exposures of each (a person holds a code still for that long),
 * and lets our reader and zbar as it comes look at them in turn until each has read. One JSON line a scene;
 * the frames stay in DIR as PGM for other readers (tests/bench/codes.py).
 */
#include "board/base/clock.h"
#include "board/base/log.h"
#include "drivers/scanner/codes.h"
#include "tests/scenes/code_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zbar.h>

#define FRAMES 4

enum reader { OURS, ZBAR, READERS };

struct score {
    bool read;
    bool misread;
    int frames;
    double ms;
};

struct bench {
    const char *dir;
    struct codes *codes;
    zbar_image_scanner_t *zbar;
    struct picture still, frame;
    char payload[256];
};

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* 30 to 200 characters, all different. */
static void make_payload(char *payload, size_t room, uint32_t seed)
{
    int length = snprintf(payload, room, "https://fuwu.example.cn/r/%08u?m=", seed * 2654435761u);
    int wanted = 30 + (int)(seed * 37 % 170);

    for (; length < wanted && length < (int)room - 1; length++)
        payload[length] =
            "0123456789abcdefghijklmnopqrstuvwxyz"[(seed * 7919u + (unsigned)length * 31u) % 36];
    payload[length] = '\0';
}

static void note(struct score *score, const char *payload, const char *text, size_t length)
{
    if (length == strlen(payload) && !memcmp(text, payload, length))
        score->read = true;
    else
        score->misread = true;
}

static struct err look_ours(struct bench *bench, struct score *score)
{
    static struct code found[CODES_MAX];
    int count;
    double began = cpu_ms();

    TRY(codes_read(bench->codes, &bench->frame, found, &count));
    score->ms += cpu_ms() - began;
    for (int i = 0; i < count; i++)
        note(score, bench->payload, found[i].text, found[i].length);
    return err_ok();
}

static void look_zbar(struct bench *bench, struct score *score)
{
    zbar_image_t *image = zbar_image_create();
    double began = cpu_ms();

    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, (unsigned)bench->frame.width, (unsigned)bench->frame.height);
    zbar_image_set_data(image, bench->frame.pixels, picture_size(&bench->frame), NULL);
    zbar_scan_image(bench->zbar, image);
    score->ms += cpu_ms() - began;
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol;
         symbol = zbar_symbol_next(symbol))
        note(score, bench->payload, zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol));
    zbar_image_destroy(image);
}

static struct err save_frame(const struct bench *bench, enum code_hardship hardship, uint32_t seed,
                             uint32_t moment)
{
    char path[512];
    FILE *file;
    bool written;

    snprintf(path, sizeof path, "%s/%s-%u-%u.pgm", bench->dir, code_hardship_name(hardship), seed, moment);
    file = fopen(path, "wbe");
    if (!file)
        return err_make(ERR_SYSTEM, "bench", 0, "cannot write %s", path);
    fprintf(file, "P5 %d %d 255\n", bench->frame.width, bench->frame.height);
    written = fwrite(bench->frame.pixels, picture_size(&bench->frame), 1, file) == 1;
    return fclose(file) == 0 && written ? err_ok()
                                        : err_make(ERR_SYSTEM, "bench", 0, "cannot write %s", path);
}

static void print_score(const char *name, const struct score *score)
{
    printf(", \"%s\": {\"read\": %s, \"misread\": %s, \"frames\": %d, \"ms\": %.3f}", name,
           score->read ? "true" : "false", score->misread ? "true" : "false", score->frames, score->ms);
}

static struct err run_scene(struct bench *bench, enum code_hardship hardship, uint32_t seed)
{
    struct score scores[READERS] = {0};
    struct desk_view view;

    make_payload(bench->payload, sizeof bench->payload, seed + 100u * hardship);
    TRY(code_scene(bench->payload, strlen(bench->payload), hardship, seed, &view, &bench->still));
    for (uint32_t moment = 0; moment < FRAMES; moment++) {
        TRY(desk_expose(&bench->still, &view, moment, &bench->frame));
        TRY(save_frame(bench, hardship, seed, moment));
        if (!scores[OURS].read) {
            scores[OURS].frames++;
            TRY(look_ours(bench, &scores[OURS]));
        }
        if (!scores[ZBAR].read) {
            scores[ZBAR].frames++;
            look_zbar(bench, &scores[ZBAR]);
        }
    }
    printf("{\"hardship\": \"%s\", \"seed\": %u, \"payload\": \"%s\"", code_hardship_name(hardship), seed,
           bench->payload);
    print_score("ours", &scores[OURS]);
    print_score("zbar", &scores[ZBAR]);
    puts("}");
    return err_ok();
}

static struct err run(struct bench *bench, int seeds)
{
    TRY(codes_create(&bench->codes));
    bench->zbar = zbar_image_scanner_create();
    zbar_image_scanner_set_config(bench->zbar, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(bench->zbar, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    for (enum code_hardship hardship = CODE_CLEAN; hardship < CODE_HARDSHIPS; hardship++)
        for (int seed = 1; seed <= seeds; seed++)
            TRY(run_scene(bench, hardship, (uint32_t)seed));
    return err_ok();
}

int main(int argc, char **argv)
{
    struct bench bench = {.dir = argc == 3 ? argv[1] : ""};
    int seeds = argc == 3 ? (int)strtol(argv[2], NULL, 10) : 0;
    struct err e;

    if (seeds < 1) {
        fputs("bench_codes DIR SEEDS\n", stderr);
        return 64;
    }
    e = run(&bench, seeds);
    codes_destroy(&bench.codes);
    zbar_image_scanner_destroy(bench.zbar);
    picture_finish(&bench.still);
    picture_finish(&bench.frame);
    if (err_is(&e))
        log_err("bench", &e);
    return err_is(&e);
}
