/*
 * What a camera above a desk sees: a sheet of paper lying at some angle on wood, in light that is not even,
 * through a lens that is not sharp, on a sensor that is not quiet. For the camera's model, tests and benches.
 */
#ifndef YIZHAN_CAMERA_MODEL_DESK_H
#define YIZHAN_CAMERA_MODEL_DESK_H

#include "drivers/picture/homography.h"
#include "drivers/picture/picture.h"

struct desk_view {
    struct vec2
        corners[4];  /* where the paper's top left, top right, bottom right, bottom left fall, in pixels */
    int blur_passes; /* of the 3x3 filter: sigma = sqrt(passes / 2) pixels */
    double contrast; /* 1: black is black and white is white; 0.1: all nearly grey */
    double shade;    /* 0: even light; 0.5: the far corner gets half the light */
    double glare;    /* 0: none; radius of a blown-out spot in the middle, as a share of the height */
    bool clutter;    /* other things lie on the desk: stripes, boxes, keys */
    double noise;    /* standard deviation of a sensor sample, grey levels */
    uint32_t seed;
};

/* The paper upright and centred, filling at most share (0..1) of the frame. Neutral light, no noise. */
struct desk_view desk_view_centred(int frame_width, int frame_height, const struct picture *paper,
                                   double share);
/* Turns the paper by degrees about the middle of its corners. */
void desk_view_rotate(struct desk_view *view, double degrees);
/* Moves the top corners inwards: how a sheet looks from an angle; tilt 0..0.5 of its width. */
void desk_view_tilt(struct desk_view *view, double tilt);

/* Draws all but the noise into frame, whose size and format are as the caller shaped it. paper: luma or RGB,
 * NULL for the empty desk. */
MUST_USE struct err desk_draw(const struct picture *paper, const struct desk_view *view,
                              struct picture *frame);

/* One exposure of the drawn desk: *out is in plus noise of its own for every moment. */
MUST_USE struct err desk_expose(const struct picture *in, const struct desk_view *view, uint32_t moment,
                                struct picture *out);

#endif
