/* What a person would miss: a paper cut off, crooked, grey or unreadable in the application that was sent. */
#include "drivers/camera/model/desk.h"
#include "drivers/camera/photo.h"
#include "drivers/picture/jpeg.h"
#include "drivers/picture/outline.h"
#include "drivers/picture/page.h"
#include "tests/scenes/page_scene.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  1280
#define HEIGHT 960

struct scene {
    struct picture paper, frame, luma;
    struct desk_view view;
};

static int setup(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    assert_ok(page_paper(&scene->paper));
    assert_ok(picture_init(&scene->frame, WIDTH, HEIGHT, PICTURE_RGB));
    scene->view = desk_view_centred(WIDTH, HEIGHT, &scene->paper, 0.85);
    scene->view.noise = 2;
    *state = scene;
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;

    picture_finish(&scene->paper);
    picture_finish(&scene->frame);
    picture_finish(&scene->luma);
    free(scene);
    return 0;
}

static void see(struct scene *scene)
{
    struct picture still = {0};

    assert_ok(picture_init(&still, WIDTH, HEIGHT, PICTURE_RGB));
    assert_ok(desk_draw(&scene->paper, &scene->view, &still));
    assert_ok(desk_expose(&still, &scene->view, 0, &scene->frame));
    assert_ok(picture_to_luma(&scene->frame, &scene->luma));
    picture_finish(&still);
}

static uint32_t photo_warnings(struct scene *scene)
{
    struct photo_report report;
    struct buf jpeg = {0};

    see(scene);
    assert_ok(photo_make(&scene->frame, &(struct camera_photo){0}, &jpeg, &report));
    buf_finish(&jpeg);
    return report.warnings;
}

static void finds_the_page_however_it_lies(void **state)
{
    struct scene *scene = *state;

    for (int i = 0; i < 6; i++) {
        struct page page;
        bool found = false;

        scene->view = desk_view_centred(WIDTH, HEIGHT, &scene->paper, 0.75);
        scene->view.noise = 2;
        scene->view.shade = 0.1 * i;
        desk_view_rotate(&scene->view, 7 * i - 18);
        desk_view_tilt(&scene->view, 0.05 * i);
        see(scene);
        assert_ok(page_find(&scene->luma, PAGE_SHARE_LEAST, &found, &page));
        assert_true(found);
        assert_false(page.is_cut);
        for (int corner = 0; corner < 4; corner++) {
            assert_true(fabs(page.corners[corner].x - scene->view.corners[corner].x) < 8);
            assert_true(fabs(page.corners[corner].y - scene->view.corners[corner].y) < 8);
        }
    }
}

static void an_empty_desk_has_no_page(void **state)
{
    struct scene *scene = *state;
    struct page page;
    bool found = true;

    assert_ok(desk_draw(NULL, &scene->view, &scene->frame));
    assert_ok(picture_to_luma(&scene->frame, &scene->luma));
    assert_ok(page_find(&scene->luma, PAGE_SHARE_LEAST, &found, &page));
    assert_false(found);
}

static const uint8_t *pixel(const struct picture *picture, double x_share, double y_share)
{
    int x = (int)(x_share * picture->width), y = (int)(y_share * picture->height);

    return picture->pixels + ((size_t)y * (size_t)picture->width + (size_t)x) * (size_t)picture->format;
}

static void straightened_page_has_everything_in_its_place(void **state)
{
    struct scene *scene = *state;
    struct picture flat = {0};
    struct page page;
    bool found;
    const uint8_t *stamp;

    desk_view_rotate(&scene->view, 12);
    desk_view_tilt(&scene->view, 0.2);
    see(scene);
    assert_ok(page_find(&scene->luma, PAGE_SHARE_LEAST, &found, &page));
    assert_ok(page_straighten(&scene->frame, &page, &flat, NULL));
    assert_true(fabs((double)flat.width / flat.height - 620.0 / 877) < 0.06);
    stamp = pixel(&flat, PAGE_STAMP_X, PAGE_STAMP_Y);
    assert_true(stamp[0] > 120 && stamp[1] < 90 && stamp[2] < 90);
    assert_true(pixel(&flat, 0.03, 0.03)[1] > 180);
    assert_true(pixel(&flat, 0.97, 0.97)[1] > 180);
    picture_finish(&flat);
}

static void shade_goes_and_print_stays(void **state)
{
    struct scene *scene = *state;
    struct picture flat = {0};
    struct page page;
    bool found;

    scene->view.shade = 0.5;
    see(scene);
    assert_ok(page_find(&scene->luma, PAGE_SHARE_LEAST, &found, &page));
    assert_true(found);
    assert_ok(page_straighten(&scene->frame, &page, &flat, NULL));
    assert_true(pixel(&flat, 0.05, 0.04)[1] - pixel(&flat, 0.95, 0.96)[1] > 30);
    assert_ok(page_even_light(&flat));
    assert_in_range(pixel(&flat, 0.05, 0.04)[1], 225, 255);
    assert_in_range(pixel(&flat, 0.95, 0.96)[1], 225, 255);
    assert_true(pixel(&flat, PAGE_STAMP_X, PAGE_STAMP_Y)[1] < 100);
    picture_finish(&flat);
}

static void a_good_photo_has_no_warning(void **state)
{
    assert_int_equal(photo_warnings(*state), 0);
}

static void blur_is_said(void **state)
{
    struct scene *scene = *state;

    scene->view.blur_passes = 6;
    assert_int_equal(photo_warnings(scene), CAMERA_BLURRED);
}

/* Print of which nothing is left has no edges to judge by, and is the most blurred of all. */
static void a_sheet_far_out_of_focus_is_said(void **state)
{
    static const int passes[] = {20, 40, 160};
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
        for (scene->view.noise = 0; scene->view.noise <= 4; scene->view.noise += 2) {
            scene->view.blur_passes = passes[i];
            assert_int_equal(photo_warnings(scene), CAMERA_BLURRED);
        }
}

static void a_blank_sheet_is_not_called_blurred(void **state)
{
    struct scene *scene = *state;

    memset(scene->paper.pixels, 255, picture_size(&scene->paper));
    assert_int_equal(photo_warnings(scene), 0);
}

static void glare_is_said(void **state)
{
    struct scene *scene = *state;

    scene->view.glare = 0.15;
    assert_int_equal(photo_warnings(scene), CAMERA_GLARE);
}

static void darkness_is_said(void **state)
{
    struct scene *scene = *state;

    see(scene);
    for (size_t i = 0; i < picture_size(&scene->luma); i++)
        scene->luma.pixels[i] /= 4;
    assert_int_equal(photo_light_warnings(&scene->luma, true), CAMERA_DARK);
}

/* What the sensor gives of light that goes evenly from one level on the left to another on the right. */
static uint32_t warnings_of_levels(struct scene *scene, int left, int right)
{
    struct photo_report report;
    struct buf jpeg = {0};
    struct picture still = {0};

    assert_ok(picture_init(&still, WIDTH, HEIGHT, PICTURE_RGB));
    for (size_t i = 0; i < picture_size(&still); i++) {
        int x = (int)(i / 3 % WIDTH);

        still.pixels[i] = (uint8_t)(left + (right - left) * x / WIDTH);
    }
    assert_ok(desk_expose(&still, &scene->view, 0, &scene->frame));
    assert_ok(photo_make(&scene->frame, &(struct camera_photo){0}, &jpeg, &report));
    picture_finish(&still);
    buf_finish(&jpeg);
    return report.warnings;
}

/* The largest region of a noisy nothing looks like a sheet that reaches over all borders. */
static void a_black_picture_is_dark_and_shows_no_page(void **state)
{
    assert_int_equal(warnings_of_levels(*state, 0, 0), CAMERA_NO_PAGE | CAMERA_DARK);
}

static void a_desk_beside_a_window_is_no_cut_off_page(void **state)
{
    assert_int_equal(warnings_of_levels(*state, 60, 190), CAMERA_NO_PAGE);
    assert_int_equal(warnings_of_levels(*state, 120, 120), CAMERA_NO_PAGE);
}

static void a_cut_off_corner_is_said(void **state)
{
    struct scene *scene = *state;

    for (int i = 0; i < 4; i++)
        scene->view.corners[i].y += 200;
    assert_int_equal(photo_warnings(scene) & ~(uint32_t)CAMERA_BLURRED, CAMERA_CUT_CORNER);
}

static void without_a_page_the_frame_is_kept_whole(void **state)
{
    struct scene *scene = *state;
    struct photo_report report;
    struct buf jpeg = {0};

    assert_ok(desk_draw(NULL, &scene->view, &scene->frame));
    assert_ok(photo_make(&scene->frame, &(struct camera_photo){0}, &jpeg, &report));
    assert_true(report.warnings & CAMERA_NO_PAGE);
    assert_int_equal(report.width, WIDTH);
    assert_int_equal(report.height, HEIGHT);
    buf_finish(&jpeg);
}

static void keeps_to_the_form_s_size_and_budget(void **state)
{
    struct scene *scene = *state;
    const struct camera_photo wish = {.max_pixels = 600, .budget_bytes = 40000};
    struct photo_report report;
    struct picture back = {0};
    struct buf jpeg = {0};

    see(scene);
    assert_ok(photo_make(&scene->frame, &wish, &jpeg, &report));
    assert_true(jpeg.length <= 40000);
    assert_ok(jpeg_decode(jpeg.data, jpeg.length, 1, PICTURE_RGB, &back));
    assert_int_equal(back.width, report.width);
    assert_int_equal(back.height, report.height);
    assert_in_range(back.height, 300, 600);
    buf_finish(&jpeg);
    picture_finish(&back);
}

static void outline_of_a_rectangle_with_a_bitten_corner(void **state)
{
    struct vec2 points[] = {{0, 0}, {90, 0}, {100, 10}, {100, 50}, {0, 50}, {50, 25}, {0, 20}};
    struct vec2 hull[8], quad[4];
    size_t count = outline_hull(points, 7, hull);

    (void)state;
    assert_int_equal(count, 5);
    assert_true(fabs(outline_area(hull, count) - 4950) < 1e-6);
    assert_true(outline_quad(hull, count, quad));
    outline_order(quad);
    assert_true(quad[0].x == 0 && quad[0].y == 0);
    assert_true(fabs(quad[1].x - 100) < 1e-6 && fabs(quad[1].y) < 1e-6);
    assert_true(quad[2].x == 100 && quad[2].y == 50);
    assert_false(outline_quad(points, 3, quad));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_the_page_however_it_lies, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_desk_has_no_page, setup, teardown),
        cmocka_unit_test_setup_teardown(straightened_page_has_everything_in_its_place, setup, teardown),
        cmocka_unit_test_setup_teardown(shade_goes_and_print_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(a_good_photo_has_no_warning, setup, teardown),
        cmocka_unit_test_setup_teardown(blur_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_sheet_far_out_of_focus_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_blank_sheet_is_not_called_blurred, setup, teardown),
        cmocka_unit_test_setup_teardown(a_black_picture_is_dark_and_shows_no_page, setup, teardown),
        cmocka_unit_test_setup_teardown(a_desk_beside_a_window_is_no_cut_off_page, setup, teardown),
        cmocka_unit_test_setup_teardown(glare_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(darkness_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cut_off_corner_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_page_the_frame_is_kept_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_to_the_form_s_size_and_budget, setup, teardown),
        cmocka_unit_test(outline_of_a_rectangle_with_a_bitten_corner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
