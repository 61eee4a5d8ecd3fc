/* Pictures of QR codes as cameras see them, made from a seed: for unit tests and the codes bench. */
#ifndef YIZHAN_TESTS_CODE_SCENE_H
#define YIZHAN_TESTS_CODE_SCENE_H

#include "drivers/camera/model/desk.h"

enum code_hardship {
    CODE_CLEAN,
    CODE_BLUR,
    CODE_NOISE,
    CODE_LOW_CONTRAST,
    CODE_ROTATION,
    CODE_PERSPECTIVE,
    CODE_SHADE,
    CODE_CLUTTER,
    CODE_INVERTED,
    CODE_ALL_OF_THEM,
    CODE_HARDSHIPS
};

const char *code_hardship_name(enum code_hardship hardship);

/* A QR code of these bytes on white paper with its quiet zone, module_px pixels a module; level "LMQH". */
MUST_USE struct err code_paper(const void *bytes, size_t size, char level, int module_px,
                               struct picture *out_paper);

/* What lies before the camera, 1280x720 luma without noise; desk_expose(out_still, out_view, moment, ...)
 * makes frames of it. A different code size, place and strength of the hardship for each seed. */
MUST_USE struct err code_scene(const void *bytes, size_t size, enum code_hardship hardship, uint32_t seed,
                               struct desk_view *out_view, struct picture *out_still);

#endif
