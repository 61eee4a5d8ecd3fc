#include "tests/scenes/code_scene.h"

#include <errno.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>

#define FRAME_WIDTH  1280
#define FRAME_HEIGHT 720
#define QUIET_ZONE   4

const char *code_hardship_name(enum code_hardship hardship)
{
    static const char *const names[CODE_HARDSHIPS] = {"clean",    "blur",        "noise", "low_contrast",
                                                      "rotation", "perspective", "shade", "clutter",
                                                      "inverted", "all"};

    return names[hardship];
}

static QRecLevel level_of(char letter)
{
    return letter == 'L'   ? QR_ECLEVEL_L
           : letter == 'M' ? QR_ECLEVEL_M
           : letter == 'Q' ? QR_ECLEVEL_Q
                           : QR_ECLEVEL_H;
}

static void fill_module(struct picture *paper, int column, int row, int module_px)
{
    for (int y = 0; y < module_px; y++)
        memset(paper->pixels + (size_t)((row + QUIET_ZONE) * module_px + y) * (size_t)paper->width +
                   (size_t)((column + QUIET_ZONE) * module_px),
               0, (size_t)module_px);
}

struct err code_paper(const void *bytes, size_t size, char level, int module_px, struct picture *out_paper)
{
    QRcode *code = QRcode_encodeData((int)size, bytes, 0, level_of(level));
    struct err e;

    if (!code)
        return err_errno("scene", errno, "QR code of %zu bytes", size);
    e = picture_reshape(out_paper, (code->width + 2 * QUIET_ZONE) * module_px,
                        (code->width + 2 * QUIET_ZONE) * module_px, PICTURE_LUMA);
    if (!err_is(&e)) {
        memset(out_paper->pixels, 255, picture_size(out_paper));
        for (int i = 0; i < code->width * code->width; i++)
            if (code->data[i] & 1)
                fill_module(out_paper, i % code->width, i / code->width, module_px);
    }
    QRcode_free(code);
    return e;
}

static void invert(struct picture *paper)
{
    for (size_t i = 0; i < picture_size(paper); i++)
        paper->pixels[i] = (uint8_t)~paper->pixels[i];
}

/* A number in 0..1 that depends on the seed and on what it is for. */
static double share(uint32_t seed, uint32_t what)
{
    uint32_t mixed = (seed * 2654435761u) ^ (what * 2246822519u);

    mixed ^= mixed >> 15;
    mixed *= 2246822519u;
    mixed ^= mixed >> 13;
    mixed *= 3266489917u;
    mixed ^= mixed >> 16;
    return mixed / 4294967296.0;
}

/* Module size on the frame: 3 to 6 pixels, what a hand at 15-30 cm before a 720p camera gives. */
static struct desk_view place(const struct picture *paper, int modules, uint32_t seed)
{
    double side = modules * (3 + 3 * share(seed, 1));
    double dx = (FRAME_WIDTH - side) * (share(seed, 2) - 0.5) * 0.5;
    struct desk_view view;

    side = fmin(side, 0.95 * FRAME_HEIGHT);
    view = desk_view_centred(FRAME_WIDTH, FRAME_HEIGHT, paper, side / FRAME_HEIGHT);
    for (int i = 0; i < 4; i++)
        view.corners[i].x += dx;
    view.seed = seed;
    view.noise = 2;
    return view;
}

static void harden(struct desk_view *view, enum code_hardship hardship, uint32_t seed)
{
    bool all = hardship == CODE_ALL_OF_THEM;

    if (hardship == CODE_BLUR || all)
        view->blur_passes = 1 + (int)((all ? 3 : 8) * share(seed, 3));
    if (hardship == CODE_NOISE || all)
        view->noise = (all ? 5 : 15) + (all ? 10 : 35) * share(seed, 4);
    if (hardship == CODE_LOW_CONTRAST || all)
        view->contrast = (all ? 0.4 : 0.08) + 0.2 * share(seed, 5);
    if (hardship == CODE_ROTATION || all)
        desk_view_rotate(view, 360 * share(seed, 6));
    if (hardship == CODE_PERSPECTIVE || all)
        desk_view_tilt(view, (all ? 0.2 : 0.45) * share(seed, 7));
    if (hardship == CODE_SHADE || all)
        view->shade = (all ? 0.3 : 0.6) + 0.3 * share(seed, 8);
    view->clutter = hardship == CODE_CLUTTER || all;
}

struct err code_scene(const void *bytes, size_t size, enum code_hardship hardship, uint32_t seed,
                      struct desk_view *out_view, struct picture *out_still)
{
    struct picture paper = {0};
    const int module_px = 8;
    struct err e = code_paper(bytes, size, "LMQH"[seed % 4], module_px, &paper);

    if (!err_is(&e)) {
        *out_view = place(&paper, paper.width / module_px, seed);
        harden(out_view, hardship, seed);
        if (hardship == CODE_INVERTED)
            invert(&paper);
        e = picture_reshape(out_still, FRAME_WIDTH, FRAME_HEIGHT, PICTURE_LUMA);
    }
    if (!err_is(&e))
        e = desk_draw(&paper, out_view, out_still);
    picture_finish(&paper);
    return e;
}
