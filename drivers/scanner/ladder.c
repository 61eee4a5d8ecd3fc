#include "drivers/scanner/ladder.h"

#include "drivers/picture/page.h"

/* Surroundings are means over 16 x 16 pixels (four times halved), then blurred: wider than any module. */
#define SURROUND_HALVINGS 4
/* Paper is never darker than its surroundings by more than noise. */
#define PAPER_MARGIN 3
#define SHARPENING   3
/* A code on its own sheet before a camera of 1280 x 720 is no smaller than this share. */
#define SHEET_SHARE_LEAST 0.01
/* Frames smaller than this have nothing to take means over. */
#define SIDE_LEAST_PX (4 << SURROUND_HALVINGS)

void ladder_finish(struct ladder *ladder)
{
    picture_finish(&ladder->seen);
    picture_finish(&ladder->soft);
    picture_finish(&ladder->softer);
    picture_finish(&ladder->small);
    picture_finish(&ladder->smaller);
}

static void swap_pictures(struct picture *a, struct picture *b)
{
    struct picture kept = *a;

    *a = *b;
    *b = kept;
}

/* Into ladder->small, 1/16 of the frame's size. */
static struct err surroundings(struct ladder *ladder, const struct picture *frame)
{
    TRY(picture_halve(frame, &ladder->small));
    for (int i = 1; i < SURROUND_HALVINGS; i++) {
        TRY(picture_halve(&ladder->small, &ladder->smaller));
        swap_pictures(&ladder->small, &ladder->smaller);
    }
    TRY(picture_blur(&ladder->small, &ladder->smaller));
    return picture_blur(&ladder->smaller, &ladder->small);
}

static void threshold_row(const uint8_t *row, const uint8_t *means, int width, int mean_count, uint8_t ink,
                          uint8_t *out)
{
    for (int x = 0; x < width; x++) {
        int column = x >> SURROUND_HALVINGS;
        int mean = means[column < mean_count ? column : mean_count - 1];

        out[x] = row[x] > mean - PAPER_MARGIN ? (uint8_t)~ink : ink;
    }
}

/* ink: what dark places become. */
static struct err even(struct ladder *ladder, const struct picture *frame, uint8_t ink)
{
    TRY(surroundings(ladder, frame));
    TRY(picture_blur(frame, &ladder->soft));
    TRY(picture_reshape(&ladder->seen, frame->width, frame->height, PICTURE_LUMA));
    for (int y = 0; y < frame->height; y++) {
        int mean_row = y >> SURROUND_HALVINGS;
        size_t at = (size_t)y * (size_t)frame->width;

        mean_row = mean_row < ladder->small.height ? mean_row : ladder->small.height - 1;
        threshold_row(ladder->soft.pixels + at, ladder->small.pixels + mean_row * ladder->small.width,
                      frame->width, ladder->small.width, ink, ladder->seen.pixels + at);
    }
    return err_ok();
}

static struct err sharpen(struct ladder *ladder, const struct picture *frame)
{
    size_t count = picture_size(frame);

    TRY(picture_blur(frame, &ladder->soft));
    TRY(picture_blur(&ladder->soft, &ladder->seen));
    TRY(picture_blur(&ladder->seen, &ladder->softer));
    for (size_t i = 0; i < count; i++) {
        int soft = ladder->soft.pixels[i];
        int steep = soft + SHARPENING * (soft - ladder->softer.pixels[i]);

        ladder->seen.pixels[i] = (uint8_t)(steep < 0 ? 0 : steep > 255 ? 255 : steep);
    }
    return err_ok();
}

static struct err straighten(struct ladder *ladder, const struct picture *frame, bool *out_there,
                             struct homography *out_to_frame)
{
    struct page sheet;

    TRY(page_find(frame, SHEET_SHARE_LEAST, out_there, &sheet));
    return *out_there ? page_straighten(frame, &sheet, &ladder->seen, out_to_frame) : err_ok();
}

static struct homography scaled(double scale)
{
    return (struct homography){.m = {scale, 0, 0, 0, scale, 0, 0, 0, 1}};
}

struct err ladder_climb(struct ladder *ladder, enum rung rung, const struct picture *frame, bool *out_there,
                        struct homography *out_to_frame)
{
    *out_there = rung == RUNG_HALF || (frame->width >= SIDE_LEAST_PX && frame->height >= SIDE_LEAST_PX);
    if (!*out_there)
        return err_ok();
    *out_to_frame = scaled(rung == RUNG_HALF ? 2 : 1);
    switch (rung) {
    case RUNG_HALF:
        return picture_halve(frame, &ladder->seen);
    case RUNG_EVEN:
        return even(ladder, frame, 0);
    case RUNG_SHARP:
        return sharpen(ladder, frame);
    case RUNG_SHEET:
        return straighten(ladder, frame, out_there, out_to_frame);
    case RUNG_INVERTED:
        return even(ladder, frame, 255);
    }
    return err_ok();
}
