/* What a person would miss: half of one picture and half of another, or a photo of the one before her. */
#include "drivers/camera/command.h"
#include "tests/unit/cmocka.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

#define FRAMES 2000

static void *put_frames(void *context)
{
    struct picture picture = {0};

    for (int i = 1; i <= FRAMES; i++) {
        assert_ok(picture_reshape(&picture, 32, 16, PICTURE_RGB));
        memset(picture.pixels, i % 251, picture_size(&picture));
        camera_feed_put_frame(context, 0, &picture);
    }
    picture_finish(&picture);
    return NULL;
}

static void frames_come_whole_and_the_last_one_comes(void **state)
{
    struct camera_feed *feed;
    struct picture picture = {0};
    pthread_t writer;
    int last = 0;

    (void)state;
    assert_ok(camera_feed_create(32, 16, &feed));
    assert_int_equal(pthread_create(&writer, NULL, put_frames, feed), 0);
    while (last != FRAMES % 251) {
        if (!camera_feed_take_frame(feed, &picture)) {
            sched_yield();
            continue;
        }
        last = picture.pixels[0];
        for (size_t i = 0; i < picture_size(&picture); i++)
            assert_int_equal(picture.pixels[i], last);
    }
    pthread_join(writer, NULL);
    camera_feed_take_frame(feed, &picture);
    assert_false(camera_feed_take_frame(feed, &picture));
    picture_finish(&picture);
    camera_feed_destroy(&feed);
    assert_null(feed);
}

static void a_photo_is_handed_over_once_and_a_newer_one_replaces_it(void **state)
{
    struct camera_feed *feed;
    struct buf photo, got;

    (void)state;
    buf_init_private(&photo);
    buf_init_private(&got);
    assert_ok(camera_feed_create(32, 16, &feed));
    assert_false(camera_feed_take_photo(feed, &got));
    buf_append_text(&photo, "first");
    camera_feed_put_photo(feed, camera_feed_epoch(feed), &photo);
    assert_int_equal(photo.length, 0);
    buf_append_text(&photo, "second");
    camera_feed_put_photo(feed, camera_feed_epoch(feed), &photo);
    assert_true(camera_feed_take_photo(feed, &got));
    assert_string_equal(buf_text(&got), "second");
    assert_false(camera_feed_take_photo(feed, &got));
    buf_finish(&got);
    camera_feed_destroy(&feed);
}

static void nothing_of_one_person_reaches_the_next(void **state)
{
    struct camera_feed *feed;
    struct picture picture = {0};
    struct buf photo, got;
    unsigned before;

    (void)state;
    buf_init_private(&photo);
    buf_init_private(&got);
    assert_ok(camera_feed_create(32, 16, &feed));
    before = camera_feed_epoch(feed);
    assert_ok(picture_init(&picture, 32, 16, PICTURE_RGB));
    camera_feed_put_frame(feed, before, &picture);
    buf_append_text(&photo, "hers");
    camera_feed_put_photo(feed, before, &photo);
    camera_feed_wipe(feed);
    assert_false(camera_feed_take_frame(feed, &picture));
    assert_false(camera_feed_take_photo(feed, &got));
    assert_ok(picture_reshape(&picture, 32, 16, PICTURE_RGB)); /* a command of hers that ends late */
    camera_feed_put_frame(feed, before, &picture);
    buf_append_text(&photo, "hers, late");
    camera_feed_put_photo(feed, before, &photo);
    assert_int_equal(photo.length, 0);
    assert_false(camera_feed_take_frame(feed, &picture));
    assert_false(camera_feed_take_photo(feed, &got));
    picture_finish(&picture);
    buf_finish(&got);
    camera_feed_destroy(&feed);
}

static void impossible_previews_are_refused(void **state)
{
    struct camera_feed *feed = NULL;

    (void)state;
    assert_err_class(camera_feed_create(0, 480, &feed), ERR_DATA);
    assert_err_class(camera_feed_create(640, PICTURE_SIDE_MAX_PX + 1, &feed), ERR_DATA);
    assert_null(feed);
    camera_feed_destroy(&feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_whole_and_the_last_one_comes),
        cmocka_unit_test(a_photo_is_handed_over_once_and_a_newer_one_replaces_it),
        cmocka_unit_test(nothing_of_one_person_reaches_the_next),
        cmocka_unit_test(impossible_previews_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
