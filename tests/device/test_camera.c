/*
 * The document camera as the app uses it, from device.h down to the V4L2 node: what a citizen would miss is a
 * receipt that is not read, a photo that is not taken, or a kiosk that hangs because somebody pulled a plug.
 */
#include "board/base/file.h"
#include "drivers/camera/camera.h"
#include "drivers/picture/jpeg.h"
#include "tests/device/loop_thread.h"
#include "tests/device/stand/v4l2_stand.h"
#include "tests/scenes/code_scene.h"
#include "tests/scenes/page_scene.h"
#include "tests/unit/cmocka.h"

#include <linux/videodev2.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MODELS         YIZHAN_ROOT "/drivers/models.ini"
#define RECEIPT_DOTS   576
#define RECEIPT_ROWS   900
#define QR_MODULE_DOTS 8
#define WAIT_MS        20000 /* for another thread that is bound to get there; only ends a test that has failed */
#define CAMERA_ONLY    (1u << DEVICE_CAMERA)

static const char payload[] =
    "驿站回执 YZ0001-20261122-0007\n已保存，平台尚未收到\n0571-88886666\nMAC 3f9a12c4";

struct scene {
    UMockdevTestbed *testbed;
    struct camera_model *model;
    struct v4l2_stand *stand;
    struct loop_thread *loop;
    struct devices *devices;
    struct device *camera;
    struct camera_feed *feed;
    struct picture paper;
    struct device_message message; /* the last one taken */
    bool streams;                  /* what look_at_lamp() saw */
};

/* ---- hands at the stand ---- */

static void show(void *context)
{
    struct scene *scene = context;

    assert_ok(camera_model_show(scene->model, scene->paper.pixels ? &scene->paper : NULL));
}

static void plug(void *context)
{
    struct scene *scene = context;

    assert_ok(v4l2_stand_plug(scene->stand));
}

static void unplug(void *context)
{
    struct scene *scene = context;

    v4l2_stand_unplug(scene->stand);
}

static void cut_frames_short(void *context)
{
    struct scene *scene = context;

    assert_ok(camera_model_script(scene->model, "frame:cut*"));
}

static void mend(void *context)
{
    struct scene *scene = context;

    assert_ok(camera_model_script(scene->model, ""));
}

static void look_at_lamp(void *context)
{
    struct scene *scene = context;

    scene->streams = v4l2_stand_streams(scene->stand);
}

static void by_hand(struct scene *scene, void (*errand)(void *scene))
{
    loop_thread_run(scene->loop, errand, scene);
}

/* ---- the app ---- */

/* Takes messages until one of this kind comes; others are passed over. */
static void await(struct scene *scene, enum device_message_kind kind)
{
    struct pollfd fd = {.fd = devices_fd(scene->devices), .events = POLLIN};

    for (;;) {
        while (devices_take(scene->devices, &scene->message))
            if (scene->message.kind == kind)
                return;
        assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
    }
}

static void await_service(struct scene *scene, bool in_service)
{
    do
        await(scene, DEVICE_STATUS);
    while (scene->message.status.in_service != in_service);
}

static const struct camera_event *await_result(struct scene *scene, uint32_t ticket)
{
    await(scene, DEVICE_RESULT);
    assert_int_equal(scene->message.ticket, ticket);
    return camera_event(&scene->message);
}

/* 80 mm paper, 1 bit a dot as the printer has it: rows of print, the QR code in the middle. */
static void print_receipt(struct scene *scene)
{
    struct picture code = {0};

    assert_ok(picture_init(&scene->paper, RECEIPT_DOTS, RECEIPT_ROWS, PICTURE_LUMA));
    memset(scene->paper.pixels, 255, picture_size(&scene->paper));
    for (int y = 40; y < 240; y += 40)
        for (int x = 40; x < RECEIPT_DOTS - 40; x++)
            if (x / 5 % 3)
                memset(scene->paper.pixels + (size_t)y * RECEIPT_DOTS + (size_t)x, 0, 1);
    assert_ok(code_paper(payload, strlen(payload), 'M', QR_MODULE_DOTS, &code));
    assert_true(code.width <= RECEIPT_DOTS);
    for (int y = 0; y < code.height; y++)
        memcpy(scene->paper.pixels + (size_t)(y + 300) * RECEIPT_DOTS +
                   (size_t)(RECEIPT_DOTS - code.width) / 2,
               code.pixels + (size_t)y * (size_t)code.width, (size_t)code.width);
    picture_finish(&code);
}

static int set_scene(void **state, const char *models)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    scene->testbed = umockdev_testbed_new();
    assert_ok(camera_model_create(&(struct sensor_setup){.noise = 3, .seed = 7}, &scene->model));
    assert_ok(v4l2_stand_create(scene->testbed, scene->model, &scene->stand));
    assert_ok(v4l2_stand_plug(scene->stand));
    scene->loop = loop_thread_create();
    assert_ok(devices_create(models, CAMERA_ONLY, &scene->devices));
    assert_ok(camera_feed_create(640, 480, &scene->feed));
    scene->camera = devices_get(scene->devices, DEVICE_CAMERA);
    await_service(scene, true);
    *state = scene;
    return 0;
}

static int setup(void **state)
{
    return set_scene(state, MODELS);
}

static int teardown(void **state)
{
    struct scene *scene = *state;

    devices_destroy(&scene->devices);
    camera_feed_destroy(&scene->feed);
    loop_thread_destroy(&scene->loop);
    v4l2_stand_destroy(&scene->stand);
    camera_model_destroy(&scene->model);
    picture_finish(&scene->paper);
    g_object_unref(scene->testbed);
    free(scene);
    return 0;
}

static void reads_the_receipt_held_before_it(struct scene *scene)
{
    const struct camera_event *event;
    uint32_t ticket;

    assert_ok(camera_read_code(scene->camera, scene->feed, 0, &ticket));
    event = await_result(scene, ticket);
    assert_int_equal(scene->message.err.class, ERR_NONE);
    assert_int_equal(event->stage, CAMERA_CODE);
    assert_int_equal(event->code.symbology, CODE_QR);
    assert_string_equal(event->code.text, payload);
    by_hand(scene, look_at_lamp);
    assert_false(scene->streams);
}

static void a_receipt_s_code_is_read(void **state)
{
    struct scene *scene = *state;

    print_receipt(scene);
    by_hand(scene, show);
    reads_the_receipt_held_before_it(scene);
}

static void damaged_frames_delay_but_do_not_fail(void **state)
{
    struct scene *scene = *state;
    uint32_t ticket;

    print_receipt(scene);
    by_hand(scene, show);
    by_hand(scene, cut_frames_short);
    assert_ok(camera_read_code(scene->camera, NULL, 300, &ticket));
    await_result(scene, ticket);
    assert_true(device_timed_out(&scene->message.err));
    by_hand(scene, mend);
    reads_the_receipt_held_before_it(scene);
}

static void the_preview_flows_and_shows_where_the_paper_lies(void **state)
{
    struct scene *scene = *state;
    struct picture picture = {0};
    uint32_t ticket;

    assert_ok(page_paper(&scene->paper));
    by_hand(scene, show);
    assert_ok(camera_preview(scene->camera, scene->feed, &ticket));
    await(scene, DEVICE_PROGRESS);
    assert_int_equal(camera_event(&scene->message)->stage, CAMERA_FRAME);
    assert_true(camera_event(&scene->message)->has_page);
    assert_true(camera_feed_take_frame(scene->feed, &picture));
    assert_int_equal(picture.width, 640);
    assert_int_equal(picture.height, 360);
    assert_int_equal(picture.format, PICTURE_RGB);
    await(scene, DEVICE_PROGRESS);
    by_hand(scene, look_at_lamp);
    assert_true(scene->streams);
    device_cancel(scene->camera, ticket);
    await_result(scene, ticket);
    assert_true(device_was_cancelled(&scene->message.err));
    picture_finish(&picture);
}

static void a_photo_is_the_paper_alone_within_the_form_s_limits(void **state)
{
    struct scene *scene = *state;
    const struct camera_photo wish = {.max_pixels = 800, .budget_bytes = 120000};
    const struct camera_event *event;
    struct picture photo = {0};
    struct buf jpeg;
    uint32_t ticket;

    buf_init_private(&jpeg);
    assert_ok(page_paper(&scene->paper));
    by_hand(scene, show);
    assert_ok(camera_take_photo(scene->camera, scene->feed, &wish, WAIT_MS, &ticket));
    event = await_result(scene, ticket);
    assert_int_equal(scene->message.err.class, ERR_NONE);
    assert_int_equal(event->stage, CAMERA_PHOTO);
    assert_int_equal(event->warnings, 0);
    assert_int_equal(event->height, 800);
    assert_true(camera_feed_take_photo(scene->feed, &jpeg));
    assert_false(camera_feed_take_photo(scene->feed, &jpeg));
    assert_int_equal(jpeg.length, event->jpeg_size);
    assert_true(jpeg.length <= wish.budget_bytes);
    assert_ok(jpeg_decode(jpeg.data, jpeg.length, 1, PICTURE_RGB, &photo));
    assert_int_equal(photo.height, 800);
    assert_in_range(photo.width, 540, 590); /* an A4 sheet, upright */
    picture_finish(&photo);
    buf_finish(&jpeg);
}

static void unplugged_while_it_looks_it_says_so_and_plugged_in_again_it_reads(void **state)
{
    struct scene *scene = *state;
    uint32_t ticket;

    assert_ok(camera_read_code(scene->camera, scene->feed, 0, &ticket));
    await(scene, DEVICE_PROGRESS); /* it streams */
    by_hand(scene, unplug);
    await_result(scene, ticket);
    assert_int_equal(scene->message.err.class, ERR_DEVICE);
    await_service(scene, false);
    assert_err_class(camera_read_code(scene->camera, scene->feed, 0, &ticket), ERR_DEVICE);
    print_receipt(scene);
    by_hand(scene, show);
    by_hand(scene, plug);
    await_service(scene, true);
    reads_the_receipt_held_before_it(scene);
}

struct errand {
    struct scene *scene;
    const char *script;
};

static void set_script(void *context)
{
    struct errand *errand = context;

    assert_ok(camera_model_script(errand->scene->model, errand->script));
}

/* What may happen to a camera in the middle of its work: noise delays, anything worse is said, and the camera
 * is there again when it can be; nothing has to be restarted. */
static void whatever_happens_midway_it_reads_in_the_end(void **state)
{
    static const struct {
        const char *script;
        bool fails, falls_off;
    } rows[] = {
        {"frame=1:garbage, frame=2:cut, frame=3:flagged, frame=4:silent", false, false},
        {"probe:stall", true, false},
        {"commit:stall", true, false},
        {"frame=2:stall", true, false},
        {"frame=2:unplug=20000", true, true},
    };
    struct scene *scene = *state;
    uint32_t ticket;

    print_receipt(scene);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct errand errand = {scene, rows[i].script};

        loop_thread_run(scene->loop, set_script, &errand);
        if (rows[i].fails) {
            picture_finish(&scene->paper); /* an empty desk: it looks until it fails */
            by_hand(scene, show);
            assert_ok(camera_read_code(scene->camera, NULL, 0, &ticket));
            await_result(scene, ticket);
            assert_int_equal(scene->message.err.class, ERR_DEVICE);
            if (rows[i].falls_off)
                by_hand(scene, plug);
            await_service(scene, true);
            print_receipt(scene);
        }
        by_hand(scene, show);
        reads_the_receipt_held_before_it(scene);
    }
}

/* Mains in China swing 50 times a second; what the camera has no knob for is left alone. */
static void the_camera_is_told_of_mains_and_focus(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(v4l2_stand_knob(scene->stand, V4L2_CID_POWER_LINE_FREQUENCY),
                     V4L2_CID_POWER_LINE_FREQUENCY_50HZ);
    assert_int_equal(v4l2_stand_knob(scene->stand, V4L2_CID_FOCUS_AUTO), 1);
    assert_int_equal(v4l2_stand_knob(scene->stand, V4L2_CID_FOCUS_ABSOLUTE), -1);
}

static int setup_at_a_desk(void **state)
{
    static const char models[] = "[video4linux:*]\nname = Camera above a desk\ndriver = v4l2\nfocus = 120\n"
                                 "mains_hz = 60\nexposure_us = 10000\n";
    char path[] = "/tmp/yz-models-XXXXXX";

    close(mkstemp(path));
    assert_ok(file_write(path, models, sizeof models - 1, 0600));
    return set_scene(state, path) || unlink(path);
}

static void a_camera_fixed_above_a_desk_keeps_its_focus(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(v4l2_stand_knob(scene->stand, V4L2_CID_POWER_LINE_FREQUENCY),
                     V4L2_CID_POWER_LINE_FREQUENCY_60HZ);
    assert_int_equal(v4l2_stand_knob(scene->stand, V4L2_CID_FOCUS_AUTO), 0);
    assert_int_equal(v4l2_stand_knob(scene->stand, V4L2_CID_FOCUS_ABSOLUTE), 120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_camera_is_told_of_mains_and_focus, setup, teardown),
        cmocka_unit_test_setup_teardown(a_camera_fixed_above_a_desk_keeps_its_focus, setup_at_a_desk,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_receipt_s_code_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_frames_delay_but_do_not_fail, setup, teardown),
        cmocka_unit_test_setup_teardown(the_preview_flows_and_shows_where_the_paper_lies, setup, teardown),
        cmocka_unit_test_setup_teardown(a_photo_is_the_paper_alone_within_the_form_s_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(whatever_happens_midway_it_reads_in_the_end, setup, teardown),
        cmocka_unit_test_setup_teardown(unplugged_while_it_looks_it_says_so_and_plugged_in_again_it_reads,
                                        setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
