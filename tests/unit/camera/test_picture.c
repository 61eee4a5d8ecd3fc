#include "drivers/picture/homography.h"
#include "drivers/picture/jpeg.h"
#include "drivers/picture/picture.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

static struct picture luma(int width, int height, const uint8_t *pixels)
{
    struct picture made = {0};

    assert_ok(picture_init(&made, width, height, PICTURE_LUMA));
    if (pixels)
        memcpy(made.pixels, pixels, picture_size(&made));
    return made;
}

static void impossible_sizes_are_refused(void **state)
{
    struct picture picture = {0};

    (void)state;
    assert_err_class(picture_init(&picture, 0, 10, PICTURE_LUMA), ERR_DATA);
    assert_err_class(picture_init(&picture, 10, PICTURE_SIDE_MAX_PX + 1, PICTURE_RGB), ERR_DATA);
    assert_null(picture.pixels);
}

static void yuyv_becomes_luma_and_colour(void **state)
{
    /* Two pixels: white and black with neutral chroma, then pure red twice (BT.601: Y 81 U 90 V 240); a
     * padded row. */
    const uint8_t yuyv[] = {235, 128, 16, 128, 81, 90, 81, 240, 9, 9};
    struct picture out = {0};

    (void)state;
    assert_ok(picture_from_yuyv(yuyv, 10, 4, 1, PICTURE_LUMA, &out));
    assert_memory_equal(out.pixels, "\353\20\121\121", 4);
    assert_ok(picture_from_yuyv(yuyv, 10, 4, 1, PICTURE_RGB, &out));
    assert_memory_equal(out.pixels, "\377\377\377\0\0\0", 6);
    assert_in_range(out.pixels[6], 250, 255);
    assert_in_range(out.pixels[7], 0, 5);
    assert_err_class(picture_from_yuyv(yuyv, 7, 4, 1, PICTURE_RGB, &out), ERR_DATA);
    assert_err_class(picture_from_yuyv(yuyv, 10, 3, 1, PICTURE_RGB, &out), ERR_DATA);
    picture_finish(&out);
}

static void halving_averages_and_drops_the_odd_edge(void **state)
{
    const uint8_t pixels[] = {10, 20, 99, 30, 40, 99, 99, 99, 99};
    struct picture in = luma(3, 3, pixels), out = {0};

    (void)state;
    assert_ok(picture_halve(&in, &out));
    assert_int_equal(out.width, 1);
    assert_int_equal(out.height, 1);
    assert_int_equal(out.pixels[0], 25);
    picture_finish(&in);
    picture_finish(&out);
}

static void blur_spreads_a_dot_and_keeps_flat_flat(void **state)
{
    struct picture in = luma(3, 3, (const uint8_t[]){0, 0, 0, 0, 160, 0, 0, 0, 0}), out = {0};
    struct picture one = luma(1, 1, (const uint8_t[]){77});

    (void)state;
    assert_ok(picture_blur(&in, &out));
    assert_memory_equal(out.pixels, ((const uint8_t[]){10, 20, 10, 20, 40, 20, 10, 20, 10}), 9);
    memset(in.pixels, 200, 9);
    assert_ok(picture_blur(&in, &out));
    assert_memory_equal(out.pixels, in.pixels, 9);
    assert_ok(picture_blur(&one, &out));
    assert_int_equal(out.pixels[0], 77);
    picture_finish(&in);
    picture_finish(&out);
    picture_finish(&one);
}

static void scaling_keeps_flat_flat_and_the_middle_grey(void **state)
{
    struct picture in = luma(64, 48, NULL), out = {0};

    (void)state;
    for (int i = 0; i < 64 * 48; i++)
        in.pixels[i] = i % 2 ? 255 : 0;
    assert_ok(picture_scale(&in, 16, 12, &out)); /* fine stripes become grey, not moire */
    for (int i = 0; i < 16 * 12; i++)
        assert_in_range(out.pixels[i], 112, 144);
    memset(in.pixels, 255, 64 * 48);
    assert_ok(picture_scale(&in, 100, 7, &out));
    for (int i = 0; i < 100 * 7; i++)
        assert_in_range(out.pixels[i], 254, 255);
    picture_finish(&in);
    picture_finish(&out);
}

static void homography_takes_corners_to_corners(void **state)
{
    const struct vec2 from[4] = {{0, 0}, {100, 0}, {100, 50}, {0, 50}};
    const struct vec2 to[4] = {{12, 9}, {90, 20}, {110, 80}, {-5, 70}};
    const struct vec2 line[4] = {{0, 0}, {1, 1}, {2, 2}, {3, 3}};
    struct homography h;

    (void)state;
    assert_true(homography_between(from, to, &h));
    for (int i = 0; i < 4; i++) {
        struct vec2 at = homography_map(&h, from[i]);

        assert_true(at.x - to[i].x < 1e-6 && to[i].x - at.x < 1e-6);
        assert_true(at.y - to[i].y < 1e-6 && to[i].y - at.y < 1e-6);
    }
    assert_false(homography_between(line, to, &h));
}

static struct picture gradient(void)
{
    struct picture picture = {0};

    assert_ok(picture_init(&picture, 160, 120, PICTURE_RGB));
    for (int i = 0; i < 160 * 120; i++) {
        picture.pixels[3 * i] = (uint8_t)(i % 160);
        picture.pixels[3 * i + 1] = (uint8_t)(i / 160);
        picture.pixels[3 * i + 2] = (uint8_t)(i * 7);
    }
    return picture;
}

static void jpeg_comes_back_as_it_went(void **state)
{
    struct picture in = gradient(), out = {0};
    struct buf jpeg = {0};

    int width, height;

    (void)state;
    assert_ok(jpeg_encode(&in, 90, &jpeg));
    assert_ok(jpeg_measure(jpeg.data, jpeg.length, &width, &height));
    assert_int_equal(width, 160);
    assert_int_equal(height, 120);
    assert_err_class(jpeg_measure(jpeg.data, 20, &width, &height), ERR_DATA);
    assert_ok(jpeg_decode(jpeg.data, jpeg.length, 1, PICTURE_RGB, &out));
    assert_int_equal(out.width, 160);
    for (int i = 0; i < 160 * 120; i++)
        assert_in_range(abs(out.pixels[3 * i + 1] - in.pixels[3 * i + 1]), 0, 24);
    assert_ok(jpeg_decode(jpeg.data, jpeg.length, 4, PICTURE_LUMA, &out));
    assert_int_equal(out.width, 40);
    assert_int_equal(out.format, PICTURE_LUMA);
    buf_finish(&jpeg);
    picture_finish(&in);
    picture_finish(&out);
}

/* A frame cut short on the wire must not become a half-grey paper. */
static void damaged_jpeg_is_an_error_at_every_length(void **state)
{
    struct picture in = gradient(), out = {0};
    struct buf jpeg = {0};

    (void)state;
    assert_ok(jpeg_encode(&in, 50, &jpeg));
    for (size_t size = 0; size < jpeg.length - 2; size += 1 + jpeg.length / 97)
        assert_err_class(jpeg_decode(jpeg.data, size, 1, PICTURE_LUMA, &out), ERR_DATA);
    buf_finish(&jpeg);
    picture_finish(&in);
    picture_finish(&out);
}

static void jpeg_keeps_to_its_budget(void **state)
{
    struct picture in = gradient();
    struct buf large = {0}, small = {0};

    (void)state;
    assert_ok(jpeg_encode(&in, 90, &large));
    assert_ok(jpeg_encode_within(&in, large.length * 2 / 3, &small));
    assert_true(small.length <= large.length * 2 / 3);
    assert_true(small.length > large.length / 3);
    assert_err_class(jpeg_encode_within(&in, 300, &small), ERR_REFUSED);
    buf_finish(&large);
    buf_finish(&small);
    picture_finish(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(yuyv_becomes_luma_and_colour),
        cmocka_unit_test(halving_averages_and_drops_the_odd_edge),
        cmocka_unit_test(blur_spreads_a_dot_and_keeps_flat_flat),
        cmocka_unit_test(scaling_keeps_flat_flat_and_the_middle_grey),
        cmocka_unit_test(homography_takes_corners_to_corners),
        cmocka_unit_test(jpeg_comes_back_as_it_went),
        cmocka_unit_test(damaged_jpeg_is_an_error_at_every_length),
        cmocka_unit_test(jpeg_keeps_to_its_budget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
