/* The camera's node under the unmodified V4L2 code: streams, damaged frames, unplugged in the middle of a
 * frame. */
#include "drivers/camera/v4l2.h"
#include "drivers/scanner/codes.h"
#include "tests/device/loop_thread.h"
#include "tests/device/stand/v4l2_stand.h"
#include "tests/scenes/code_scene.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char receipt[] = "YZ0001-20261122-0007\n0571-88886666\nMAC 3f9a12c4";

struct desk {
    UMockdevTestbed *testbed;
    struct camera_model *model;
    struct v4l2_stand *stand;
    struct loop_thread *loop; /* the harness answers there, the driver runs in the test's own thread */
    struct picture paper;
    struct v4l2 *v4l2;
};

/* Does something to the model or the stand, on their own thread, and waits for it. */
static void on_stand(struct desk *desk, void (*run)(void *desk))
{
    loop_thread_run(desk->loop, run, desk);
}

static int setup(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);

    assert_non_null(desk);
    desk->testbed = umockdev_testbed_new();
    assert_ok(camera_model_create(&(struct sensor_setup){.noise = 3, .seed = 7}, &desk->model));
    assert_ok(v4l2_stand_create(desk->testbed, desk->model, &desk->stand));
    assert_ok(v4l2_stand_plug(desk->stand));
    assert_ok(code_paper(receipt, strlen(receipt), 'M', 8, &desk->paper));
    desk->loop = loop_thread_create();
    assert_ok(v4l2_open(v4l2_stand_node(desk->stand), &desk->v4l2));
    *state = desk;
    return 0;
}

static int teardown(void **state)
{
    struct desk *desk = *state;

    v4l2_close(&desk->v4l2);
    loop_thread_destroy(&desk->loop);
    v4l2_stand_destroy(&desk->stand);
    camera_model_destroy(&desk->model);
    picture_finish(&desk->paper);
    g_object_unref(desk->testbed);
    free(desk);
    return 0;
}

static void show_receipt(void *context)
{
    struct desk *desk = context;

    assert_ok(camera_model_show(desk->model, &desk->paper));
}

/* The next whole frame. */
static struct v4l2_frame next(struct desk *desk)
{
    struct v4l2_frame frame;
    struct err e;

    do
        e = v4l2_next(desk->v4l2, 200, &frame);
    while (e.class == ERR_RETRY && e.code == ETIMEDOUT);
    assert_ok(e);
    return frame;
}

static void reads_the_receipt(struct desk *desk, enum v4l2_encoding encoding)
{
    struct picture luma = {0};
    struct codes *codes;
    struct code found[CODES_MAX];
    int count = 0;

    on_stand(desk, show_receipt);
    assert_ok(codes_create(&codes));
    assert_ok(v4l2_start(desk->v4l2, 1280, 720, encoding));
    for (int i = 0; i < 6 && !count; i++) {
        struct v4l2_frame frame = next(desk);

        assert_int_equal(frame.encoding, encoding == V4L2_YUYV ? V4L2_YUYV : V4L2_MJPEG);
        assert_ok(v4l2_picture(&frame, PICTURE_LUMA, 1, &luma));
        assert_int_equal(luma.width, 1280);
        assert_int_equal(luma.height, 720);
        assert_ok(codes_read(codes, &luma, found, &count));
        assert_ok(v4l2_release(desk->v4l2, &frame));
    }
    assert_int_equal(count, 1);
    assert_string_equal(found[0].text, receipt);
    codes_destroy(&codes);
    picture_finish(&luma);
}

static void yuyv_shows_the_receipt(void **state)
{
    reads_the_receipt(*state, V4L2_YUYV);
}

static void mjpeg_shows_the_receipt_and_is_taken_where_offered(void **state)
{
    reads_the_receipt(*state, V4L2_AUTO);
}

static void restarts_at_another_size(void **state)
{
    struct desk *desk = *state;
    struct v4l2_frame frame;

    assert_ok(v4l2_start(desk->v4l2, 640, 480, V4L2_YUYV));
    frame = next(desk);
    assert_int_equal(frame.width, 640);
    assert_ok(v4l2_release(desk->v4l2, &frame));
    assert_ok(v4l2_start(desk->v4l2, 1920, 1080, V4L2_YUYV));
    frame = next(desk);
    assert_int_equal(frame.width, 1920);
    assert_int_equal(frame.size, 1920 * 1080 * 2);
    v4l2_stop(desk->v4l2);
    assert_err_class(v4l2_next(desk->v4l2, 50, &frame), ERR_DEVICE);
}

static void cut_frames_short(void *context)
{
    struct desk *desk = context;

    assert_ok(camera_model_script(desk->model, "frame:cut*"));
}

static void flag_frames(void *context)
{
    struct desk *desk = context;

    assert_ok(camera_model_script(desk->model, "frame:flagged*"));
}

static void mend(void *context)
{
    struct desk *desk = context;

    assert_ok(camera_model_script(desk->model, ""));
}

static void be_silent(void *context)
{
    struct desk *desk = context;

    assert_ok(camera_model_script(desk->model, "frame:silent*"));
}

static void unplug(void *context)
{
    struct desk *desk = context;

    v4l2_stand_unplug(desk->stand);
}

static void expect_damaged(struct desk *desk, void (*damage)(void *desk))
{
    struct v4l2_frame frame;

    on_stand(desk, damage);
    for (int i = 0; i < 9; i++) { /* more than there are buffers: a damaged frame's buffer goes back */
        struct err e = v4l2_next(desk->v4l2, 200, &frame);

        assert_int_equal(e.class, ERR_RETRY);
        assert_int_equal(e.code, EIO);
    }
}

static void damaged_frames_are_skipped_and_their_buffers_given_back(void **state)
{
    struct desk *desk = *state;
    struct v4l2_frame frame;

    assert_ok(v4l2_start(desk->v4l2, 640, 480, V4L2_YUYV));
    expect_damaged(desk, cut_frames_short);
    expect_damaged(desk, flag_frames);
    on_stand(desk, mend);
    frame = next(desk);
    assert_ok(v4l2_release(desk->v4l2, &frame));
}

static void a_silent_camera_is_a_timeout(void **state)
{
    struct desk *desk = *state;
    struct v4l2_frame frame;
    struct err e;

    on_stand(desk, be_silent);
    assert_ok(v4l2_start(desk->v4l2, 640, 480, V4L2_YUYV));
    e = v4l2_next(desk->v4l2, 50, &frame);
    assert_int_equal(e.class, ERR_RETRY);
    assert_int_equal(e.code, ETIMEDOUT);
}

static void unplugged_in_mid_stream_is_a_device_error(void **state)
{
    struct desk *desk = *state;
    struct v4l2_frame frame;
    struct err e;

    assert_ok(v4l2_start(desk->v4l2, 640, 480, V4L2_YUYV));
    frame = next(desk);
    assert_ok(v4l2_release(desk->v4l2, &frame));
    on_stand(desk, unplug);
    e = v4l2_next(desk->v4l2, 200, &frame);
    assert_int_equal(e.class, ERR_DEVICE);
    assert_int_equal(e.code, ENODEV);
    assert_err_class(v4l2_ask(desk->v4l2), ERR_DEVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(yuyv_shows_the_receipt, setup, teardown),
        cmocka_unit_test_setup_teardown(mjpeg_shows_the_receipt_and_is_taken_where_offered, setup, teardown),
        cmocka_unit_test_setup_teardown(restarts_at_another_size, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_frames_are_skipped_and_their_buffers_given_back, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_silent_camera_is_a_timeout, setup, teardown),
        cmocka_unit_test_setup_teardown(unplugged_in_mid_stream_is_a_device_error, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
