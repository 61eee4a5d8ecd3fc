/* What a person would miss: a receipt or code that is held before the camera and not read, or read wrong. */
#include "drivers/scanner/codes.h"
#include "tests/scenes/bar_scene.h"
#include "tests/scenes/code_scene.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

static const char receipt[] = "YZ0001-20261122-0007\n已保存，平台尚未收到\n0571-88886666\nMAC 3f9a12c4";

static int setup(void **state)
{
    struct codes *codes;

    assert_ok(codes_create(&codes));
    *state = codes;
    return 0;
}

static int teardown(void **state)
{
    struct codes *codes = *state;

    codes_destroy(&codes);
    assert_null(codes);
    return 0;
}

/* Shows the scene for as many frames as a person holds it still; anything else that is read fails the test.
 */
static bool read_scene(struct codes *codes, const char *payload, enum code_hardship hardship, uint32_t seed)
{
    struct code found[CODES_MAX];
    struct picture still = {0}, frame = {0};
    struct desk_view view;
    int count = 0;

    assert_ok(code_scene(payload, strlen(payload), hardship, seed, &view, &still));
    for (uint32_t moment = 0; moment < 4 && !count; moment++) {
        assert_ok(desk_expose(&still, &view, moment, &frame));
        assert_ok(codes_read(codes, &frame, found, &count));
    }
    for (int i = 0; i < count; i++) {
        assert_int_equal(found[i].symbology, CODE_QR);
        assert_string_equal(found[i].text, payload);
    }
    picture_finish(&still);
    picture_finish(&frame);
    return count;
}

/* Of SCENES each; a lens far out of focus stays beyond reach. */
#define SCENES 6
static void reads_what_a_village_camera_sees(void **state)
{
    static const int may_miss[CODE_HARDSHIPS] = {[CODE_BLUR] = 1, [CODE_ALL_OF_THEM] = 1};

    for (enum code_hardship hardship = CODE_CLEAN; hardship < CODE_HARDSHIPS; hardship++) {
        int hits = 0;

        for (uint32_t seed = 1; seed <= SCENES; seed++)
            hits += read_scene(*state, receipt, hardship, seed);
        if (hits < SCENES - may_miss[hardship])
            fail_msg("%s: %d of %d read", code_hardship_name(hardship), hits, SCENES);
    }
}

static void reads_nothing_where_nothing_is(void **state)
{
    struct picture blank = {0}, frame = {0};
    struct desk_view view = {.clutter = true, .noise = 10, .contrast = 1};
    struct code found[CODES_MAX];
    int count;

    assert_ok(picture_init(&blank, 640, 480, PICTURE_LUMA));
    for (view.seed = 1; view.seed <= 8; view.seed++) {
        assert_ok(desk_draw(NULL, &view, &blank));
        assert_ok(desk_expose(&blank, &view, 0, &frame));
        assert_ok(codes_read(*state, &frame, found, &count));
        assert_int_equal(count, 0);
    }
    picture_finish(&blank);
    picture_finish(&frame);
}

static void old_programs_write_gb18030(void **state)
{
    static const char bytes[] = "\xb4\xe5\xce\xc0\xc9\xfa\xca\xd2 \x81\x39\xef\x31 \x95\x34\xb2\x35";

    struct picture frame = {0};
    struct desk_view view;
    struct code found[CODES_MAX];
    int count;

    assert_ok(code_scene(bytes, sizeof bytes - 1, CODE_CLEAN, 1, &view, &frame));
    assert_ok(codes_read(*state, &frame, found, &count));
    assert_int_equal(count, 1);
    assert_true(found[0].is_text);
    assert_string_equal(found[0].text, "村卫生室 㐂 𠮷");
    picture_finish(&frame);
}

static void corners_are_in_the_frame_s_own_pixels(void **state)
{
    struct picture paper = {0}, frame = {0};
    struct desk_view view;
    struct code found[CODES_MAX];
    int count;

    assert_ok(code_paper("corner", 6, 'M', 8, &paper));
    assert_ok(picture_init(&frame, 1000, 800, PICTURE_LUMA));
    view = desk_view_centred(1000, 800, &paper,
                             0.5); /* 400 pixels square about (500, 400), quiet zone included */
    assert_ok(desk_draw(&paper, &view, &frame));
    assert_ok(codes_read(*state, &frame, found, &count));
    assert_int_equal(count, 1);
    for (int i = 0; i < 4; i++) {
        assert_in_range(abs(found[0].corners[i].x - 500), 130, 160);
        assert_in_range(abs(found[0].corners[i].y - 400), 130, 160);
    }
    picture_finish(&paper);
    picture_finish(&frame);
}

/* Beside a chequered cloth, the busiest thing there is, lies a code in faded print: grey on grey. */
static void draw_faded_code_and_cloth(struct picture *frame)
{
    enum { CLOTH_PX = 300, SQUARE_PX = 6, PAPER = 200, INK = 165, CODE_X = 800, CODE_Y = 200 };
    struct picture paper = {0};
    size_t stride = 1280;

    assert_ok(code_paper("faded", 5, 'M', 6, &paper));
    assert_ok(picture_init(frame, (int)stride, 720, PICTURE_LUMA));
    memset(frame->pixels, PAPER, picture_size(frame));
    for (size_t y = 0; y < CLOTH_PX; y++)
        for (size_t x = 0; x < CLOTH_PX; x++)
            frame->pixels[(100 + y) * stride + 100 + x] = (x / SQUARE_PX + y / SQUARE_PX) % 2 ? 255 : 0;
    for (size_t i = 0; i < picture_size(&paper); i++)
        if (!paper.pixels[i])
            frame->pixels[(CODE_Y + i / (size_t)paper.width) * stride + CODE_X + i % (size_t)paper.width] =
                INK;
    picture_finish(&paper);
}

static void a_faint_code_beside_something_busier_is_read(void **state)
{
    struct picture frame = {0};
    struct code found[CODES_MAX];
    int count = 0;

    draw_faded_code_and_cloth(&frame);
    for (int look = 0; look < 4 && !count; look++)
        assert_ok(codes_read(*state, &frame, found, &count));
    assert_int_equal(count, 1);
    assert_string_equal(found[0].text, "faded");
    picture_finish(&frame);
}

/* Lays the paper before the camera and reads for as long as a person holds it. */
static void expect_code(struct codes *codes, const struct picture *paper, enum code_symbology symbology,
                        const char *text)
{
    struct picture still = {0}, frame = {0};
    struct desk_view view = desk_view_centred(1280, 720, paper, 0.6);
    struct code found[CODES_MAX];
    int count = 0;

    view.noise = 4;
    view.blur_passes = 1;
    assert_ok(picture_init(&still, 1280, 720, PICTURE_LUMA));
    assert_ok(desk_draw(paper, &view, &still));
    for (uint32_t moment = 0; moment < 4 && !count; moment++) {
        assert_ok(desk_expose(&still, &view, moment, &frame));
        assert_ok(codes_read(codes, &frame, found, &count));
    }
    assert_int_equal(count, 1);
    assert_int_equal(found[0].symbology, symbology);
    assert_string_equal(found[0].text, text);
    picture_finish(&still);
    picture_finish(&frame);
}

static void bar_codes_are_read_too(void **state)
{
    struct picture paper = {0};

    assert_ok(bar_ean13("6901234567892", 4, &paper));
    expect_code(*state, &paper, CODE_EAN13, "6901234567892");
    assert_ok(bar_code128("YZ-0001-000123", 4, &paper));
    expect_code(*state, &paper, CODE_CODE128, "YZ-0001-000123");
    picture_finish(&paper);
}

static void says_when_a_payload_is_no_text(void **state)
{
    struct code code;
    char long_text[CODE_TEXT_MAX + 1];

    (void)state;
    assert_ok(code_set_payload(&code, "\xff\xff\x80", 3));
    assert_false(code.is_text);
    assert_string_equal(code.text, "");
    memset(long_text, 'a', sizeof long_text);
    assert_ok(code_set_payload(&code, long_text, CODE_TEXT_MAX));
    assert_false(code.is_text);
    assert_ok(code_set_payload(&code, long_text, CODE_TEXT_MAX - 1));
    assert_true(code.is_text);
    assert_int_equal(code.length, CODE_TEXT_MAX - 1);
    assert_int_equal(code.text[CODE_TEXT_MAX - 1], 0);
}

static void refuses_what_is_no_luma_frame(void **state)
{
    struct picture rgb = {0};
    struct code found[CODES_MAX];
    int count = 77;

    assert_ok(picture_init(&rgb, 64, 64, PICTURE_RGB));
    assert_err_class(codes_read(*state, &rgb, found, &count), ERR_DATA);
    assert_int_equal(count, 77);
    picture_finish(&rgb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_what_a_village_camera_sees, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_nothing_where_nothing_is, setup, teardown),
        cmocka_unit_test_setup_teardown(old_programs_write_gb18030, setup, teardown),
        cmocka_unit_test_setup_teardown(corners_are_in_the_frame_s_own_pixels, setup, teardown),
        cmocka_unit_test_setup_teardown(a_faint_code_beside_something_busier_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(bar_codes_are_read_too, setup, teardown),
        cmocka_unit_test(says_when_a_payload_is_no_text),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_luma_frame, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
