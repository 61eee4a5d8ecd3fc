/* camera.preview, camera.photo: what a frame costs one core, on a drawn desk of 1280x720. */
#include "drivers/camera/model/sensor.h"
#include "drivers/camera/photo.h"
#include "drivers/picture/page.h"
#include "tests/scenes/page_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RUNS            15
#define FRAMES_A_SECOND 15
#define PREVIEW_WIDTH   640
#define PREVIEW_HEIGHT  360
#define FRAME_ROOM      (4u << 20)

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static void report(const char *name, double *ms)
{
    qsort(ms, RUNS, sizeof *ms, by_size);
    printf("{\"name\": \"%s\", \"value\": %.2f, \"unit\": \"ms CPU\", \"peer\": null, \"peer_value\": null, "
           "\"ratio\": null, \"runs\": %d, \"how\": \"./dev bench camera\"}\n",
           name, ms[RUNS / 2], RUNS);
}

/* What a live picture takes of one core. */
static void report_share(const char *name, double frame_ms)
{
    printf("{\"name\": \"%s\", \"value\": %.1f, \"unit\": \"%% of a core at %d frames/s\", \"peer\": null, "
           "\"peer_value\": null, \"ratio\": null, \"runs\": %d, \"how\": \"./dev bench camera\"}\n",
           name, frame_ms * FRAMES_A_SECOND / 10, FRAMES_A_SECOND, RUNS);
}

/* As the driver does for every frame of a preview; the page is looked for in every third. */
static struct err preview_frame(const struct v4l2_frame *frame, struct picture pictures[3])
{
    struct page page;
    bool found;

    TRY(v4l2_picture(frame, PICTURE_RGB, frame->width / PREVIEW_WIDTH, &pictures[0]));
    TRY(picture_scale(&pictures[0], PREVIEW_WIDTH, PREVIEW_HEIGHT, &pictures[1]));
    TRY(picture_to_luma(&pictures[1], &pictures[2]));
    return page_find(&pictures[2], PAGE_SHARE_LEAST, &found, &page);
}

static struct err photo_frame(const struct v4l2_frame *frame, struct picture pictures[3])
{
    struct photo_report made;
    struct buf jpeg = {0};
    struct err e;

    TRY(v4l2_picture(frame, PICTURE_RGB, 1, &pictures[0]));
    e = photo_make(&pictures[0], &(struct camera_photo){.max_pixels = 1600}, &jpeg, &made);
    buf_finish(&jpeg);
    return e;
}

typedef struct err work(const struct v4l2_frame *frame, struct picture pictures[3]);

static struct err measure(struct sensor *sensor, struct v4l2_frame *frame, uint8_t *bytes, work *do_work,
                          const char *name, const char *share_name)
{
    struct picture pictures[3] = {0};
    double ms[RUNS];
    struct err e = err_ok();

    for (int i = 0; i < RUNS && !err_is(&e); i++) {
        e = sensor_expose(sensor, bytes, &frame->size);
        ms[i] = -cpu_ms();
        if (!err_is(&e))
            e = do_work(frame, pictures);
        ms[i] += cpu_ms();
    }
    for (int i = 0; i < 3; i++)
        picture_finish(&pictures[i]);
    if (!err_is(&e))
        report(name, ms);
    if (!err_is(&e) && share_name)
        report_share(share_name, ms[RUNS / 2]);
    return e;
}

static struct err run(struct sensor *sensor, uint8_t *bytes)
{
    const struct sensor_size size = {1280, 720};
    struct v4l2_frame frame = {.bytes = bytes, .width = size.width, .height = size.height};
    struct picture paper = {0};

    TRY(page_paper(&paper));
    TRY(sensor_show(sensor, &paper));
    picture_finish(&paper);
    frame.encoding = V4L2_MJPEG;
    TRY(sensor_set_shape(sensor, &size, frame.encoding));
    TRY(measure(sensor, &frame, bytes, preview_frame, "camera.preview.mjpeg", "camera.preview_cpu.mjpeg"));
    frame.encoding = V4L2_YUYV;
    frame.stride = 2 * (size_t)frame.width;
    TRY(sensor_set_shape(sensor, &size, frame.encoding));
    TRY(measure(sensor, &frame, bytes, preview_frame, "camera.preview.yuyv", "camera.preview_cpu.yuyv"));
    return measure(sensor, &frame, bytes, photo_frame, "camera.photo", NULL);
}

int main(void)
{
    struct sensor *sensor = NULL;
    uint8_t *bytes = malloc(FRAME_ROOM);
    struct err e = sensor_create(&(struct sensor_setup){.noise = 3, .seed = 7}, &sensor);

    if (!err_is(&e) && bytes)
        e = run(sensor, bytes);
    if (err_is(&e))
        fprintf(stderr, "%s: %s\n", e.module, e.text);
    sensor_destroy(&sensor);
    free(bytes);
    return err_is(&e);
}
