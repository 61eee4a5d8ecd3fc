/* The document camera's driver: any V4L2 camera that streams YUYV or MJPEG. */
#include "board/base/wipe.h"
#include "drivers/camera/command.h"
#include "drivers/camera/driver.h"
#include "drivers/camera/photo.h"
#include "drivers/camera/v4l2.h"
#include "drivers/picture/page.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char module[] = "camera";

/* A worker may block this long at a time. */
#define SLICE_MS 200
/* A camera that sends nothing whole for this long has failed. */
#define SILENCE_MS 5000
/* The page's outline is looked for in every third preview frame: often enough to follow a hand. */
#define OUTLINE_EVERY 3
/* The sharpest of this many frames becomes the photo: a trembling hand holds still between tremors. */
#define PHOTO_TRIES 3

enum {
    SET_WIDTH,
    SET_HEIGHT,
    SET_PHOTO_WIDTH,
    SET_PHOTO_HEIGHT,
    SET_ENCODING,
    SET_SETTLE_FRAMES,
    SET_MAINS_HZ,
    SET_FOCUS,
    SET_EXPOSURE_US
};

static const struct setting settings[] = {
    [SET_WIDTH] = {.key = "width", .min = 160, .max = PICTURE_SIDE_MAX_PX, .fallback = 1280},
    [SET_HEIGHT] = {.key = "height", .min = 120, .max = PICTURE_SIDE_MAX_PX, .fallback = 720},
    [SET_PHOTO_WIDTH] = {.key = "photo_width", .min = 160, .max = PICTURE_SIDE_MAX_PX, .fallback = 1280},
    [SET_PHOTO_HEIGHT] = {.key = "photo_height", .min = 120, .max = PICTURE_SIDE_MAX_PX, .fallback = 720},
    [SET_ENCODING] = {.key = "encoding", .words = "auto yuyv mjpeg"},
    /* until exposure and white balance have settled */
    [SET_SETTLE_FRAMES] = {.key = "settle_frames", .min = 0, .max = 60, .fallback = 4},
    [SET_MAINS_HZ] = {.key = "mains_hz", .fallback = MAINS_50_HZ, .words = "off 50 60 auto"},
    [SET_FOCUS] = {.key = "focus", .min = -1, .max = 1023, .fallback = -1},
    [SET_EXPOSURE_US] = {.key = "exposure_us", .min = -1, .max = 1000000, .fallback = -1},
    {0},
};

struct camera {
    struct v4l2 *v4l2;
    const struct model *model;
    struct codes *codes;
    /* Scratch, kept between frames. */
    struct picture colour, luma, preview;
    struct page page;
    bool has_page;
};

/* What one command needs at every frame. */
struct run {
    struct camera *camera;
    struct worker *worker;
    const struct camera_request *request;
    struct camera_event *event;
};

static bool camera_probe(const struct arrival *arrival, const struct model *model)
{
    (void)model;
    return strcmp(arrival->subsystem, "video4linux") == 0;
}

/* The camera's lamp goes out and what the last frames showed is wiped: nobody is watched who did not ask. */
static void rest(struct camera *camera)
{
    v4l2_stop(camera->v4l2);
    codes_destroy(&camera->codes);
    picture_finish(&camera->colour);
    picture_finish(&camera->luma);
    picture_finish(&camera->preview);
}

static void camera_close(void *handle)
{
    struct camera *camera = handle;

    v4l2_close(&camera->v4l2);
    free(camera);
}

static void tune(struct camera *camera)
{
    const int *values = camera->model->values;
    const struct v4l2_tuning tuning = {.mains = (enum v4l2_mains)values[SET_MAINS_HZ],
                                       .focus = values[SET_FOCUS],
                                       .exposure_us = values[SET_EXPOSURE_US]};

    v4l2_tune(camera->v4l2, &tuning);
}

static struct err camera_open(struct worker *worker, const struct arrival *arrival, const struct model *model,
                              int left_ms, void **out_handle)
{
    struct camera *camera = calloc(1, sizeof *camera);
    struct err e;

    (void)worker;
    (void)left_ms;
    if (!camera)
        return err_no_memory(module);
    camera->model = model;
    e = v4l2_open(arrival->node, &camera->v4l2);
    if (err_is(&e)) {
        free(camera);
        return e;
    }
    tune(camera);
    *out_handle = camera;
    return e;
}

static struct err camera_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    struct camera *camera = handle;

    (void)worker;
    (void)left_ms;
    *out_conditions = 0;
    return v4l2_ask(camera->v4l2);
}

static struct err start(struct camera *camera, int width_setting, int height_setting)
{
    const int *values = camera->model->values;

    return v4l2_start(camera->v4l2, values[width_setting], values[height_setting],
                      (enum v4l2_encoding)values[SET_ENCODING]);
}

/* The next whole frame, through timeouts and damaged ones, until the worker is stopped or the camera falls
 * silent; it is looked at once more after that, for it may have been we who slept. */
static struct err next_frame(const struct run *run, struct v4l2_frame *out_frame)
{
    const struct clock *clock = worker_clock(run->worker);
    int64_t silent_at_ms = clock->monotonic_ms(clock) + SILENCE_MS;
    bool is_silent = false;

    while (!is_silent) {
        int left_ms = worker_left_ms(run->worker);
        struct err e;

        if (worker_stopped(run->worker))
            return worker_stop_error(run->worker);
        is_silent = clock_left_ms(clock, silent_at_ms) == 0;
        e = v4l2_next(run->camera->v4l2, left_ms < SLICE_MS ? left_ms : SLICE_MS, out_frame);
        if (e.class != ERR_RETRY)
            return e;
    }
    return err_make(ERR_DEVICE, module, ETIMEDOUT, "no whole frame in %d ms", SILENCE_MS);
}

/* Largest size of the frame's proportions that fits into the feed. */
static void preview_size(const struct camera_feed *feed, const struct v4l2_frame *frame, int *out_width,
                         int *out_height)
{
    int width, height;

    camera_feed_size(feed, &width, &height);
    if (width * frame->height > height * frame->width)
        width = height * frame->width / frame->height;
    else
        height = width * frame->height / frame->width;
    *out_width = width;
    *out_height = height;
}

/* The largest shrink of the JPEG decoder that is still as wide as wanted. */
static int shrink_for(const struct v4l2_frame *frame, int wanted_width)
{
    int shrink = 8;

    while (shrink > 1 && frame->width / shrink < wanted_width)
        shrink /= 2;
    return shrink;
}

static void tell_page(const struct camera *camera, struct camera_event *event)
{
    event->has_page = camera->has_page;
    for (int i = 0; i < 4; i++) {
        event->page[i].x = (int)camera->page.corners[i].x;
        event->page[i].y = (int)camera->page.corners[i].y;
    }
}

/* Puts the frame into the feed; progress says so. */
static struct err show(const struct run *run, const struct v4l2_frame *frame)
{
    struct camera *camera = run->camera;
    int width, height;

    preview_size(run->request->feed, frame, &width, &height);
    TRY(v4l2_picture(frame, PICTURE_RGB, shrink_for(frame, width), &camera->colour));
    TRY(picture_scale(&camera->colour, width, height, &camera->preview));
    run->event->stage = CAMERA_FRAME;
    run->event->frame++;
    if (run->event->frame % OUTLINE_EVERY == 1) {
        TRY(picture_to_luma(&camera->preview, &camera->luma));
        TRY(page_find(&camera->luma, PAGE_SHARE_LEAST, &camera->has_page, &camera->page));
    }
    tell_page(camera, run->event);
    camera_feed_put_frame(run->request->feed, run->request->epoch, &camera->preview);
    worker_progress(run->worker, err_ok(), run->event, sizeof *run->event);
    return err_ok();
}

/* One frame of a command: what it does with it, and whether it has what it wanted. */
typedef struct err step(const struct run *run, const struct v4l2_frame *frame, bool *out_done);

static struct err preview_step(const struct run *run, const struct v4l2_frame *frame, bool *out_done)
{
    (void)out_done;
    return show(run, frame);
}

static struct err code_step(const struct run *run, const struct v4l2_frame *frame, bool *out_done)
{
    static const int whole = 1;
    struct camera *camera = run->camera;
    struct code found[CODES_MAX];
    int count;

    if (!camera->codes)
        TRY(codes_create(&camera->codes));
    TRY(v4l2_picture(frame, PICTURE_LUMA, whole, &camera->luma));
    TRY(codes_read(camera->codes, &camera->luma, found, &count));
    if (count) {
        run->event->stage = CAMERA_CODE;
        run->event->code = found[0];
        *out_done = true;
    }
    wipe(found, sizeof found);
    return count || !run->request->feed ? err_ok() : show(run, frame);
}

/* Runs a step at every frame. A frame that came damaged is none; a damaged picture in it neither. */
static struct err each_frame(const struct run *run, step *do_step)
{
    bool done = false;

    while (!done) {
        struct v4l2_frame frame;
        struct err e, released;

        TRY(next_frame(run, &frame));
        e = do_step(run, &frame, &done);
        released = v4l2_release(run->camera->v4l2, &frame);
        if (err_is(&e) && e.class != ERR_DATA)
            return e;
        TRY(released);
    }
    return err_ok();
}

/* The photo's candidates so far. */
struct shots {
    struct picture best;
    double sharpness;
    int taken;
};

/* Keeps the frame when it is sharper than the best before. */
static struct err consider(struct camera *camera, const struct v4l2_frame *frame, struct shots *shots)
{
    double sharpness;

    TRY(v4l2_picture(frame, PICTURE_RGB, 1, &camera->colour));
    TRY(picture_to_luma(&camera->colour, &camera->luma));
    sharpness = photo_sharpness(&camera->luma);
    if (!shots->taken || sharpness > shots->sharpness) {
        struct picture kept = shots->best;

        shots->best = camera->colour;
        camera->colour = kept;
        shots->sharpness = sharpness;
    }
    shots->taken++;
    return err_ok();
}

static struct err shoot(const struct run *run, struct shots *shots)
{
    struct camera *camera = run->camera;

    while (shots->taken < PHOTO_TRIES) {
        struct v4l2_frame frame;
        struct err e = err_ok(), released;

        TRY(next_frame(run, &frame));
        if ((int)frame.number > camera->model->values[SET_SETTLE_FRAMES])
            e = consider(camera, &frame, shots);
        released = v4l2_release(camera->v4l2, &frame);
        if (err_is(&e) && e.class != ERR_DATA)
            return e;
        TRY(released);
    }
    return err_ok();
}

static struct err develop(const struct run *run, const struct picture *frame)
{
    struct photo_report report;
    struct buf jpeg;
    struct err e;

    buf_init_private(&jpeg);
    e = photo_make(frame, &run->request->photo, &jpeg, &report);
    if (!err_is(&e)) {
        run->event->stage = CAMERA_PHOTO;
        run->event->warnings = report.warnings;
        run->event->width = report.width;
        run->event->height = report.height;
        run->event->jpeg_size = jpeg.length;
        camera_feed_put_photo(run->request->feed, run->request->epoch, &jpeg);
    }
    buf_finish(&jpeg);
    return e;
}

static struct err take_photo(const struct run *run)
{
    struct shots shots = {0};
    struct err e = shoot(run, &shots);

    if (!err_is(&e))
        e = develop(run, &shots.best);
    picture_finish(&shots.best);
    return e;
}

static struct err obey(const struct run *run, enum camera_verb verb)
{
    switch (verb) {
    case CAMERA_DO_PREVIEW:
        TRY(start(run->camera, SET_WIDTH, SET_HEIGHT));
        return each_frame(run, preview_step);
    case CAMERA_DO_READ_CODE:
        TRY(start(run->camera, SET_WIDTH, SET_HEIGHT));
        return each_frame(run, code_step);
    case CAMERA_DO_PHOTO:
        TRY(start(run->camera, SET_PHOTO_WIDTH, SET_PHOTO_HEIGHT));
        return take_photo(run);
    }
    return err_make(ERR_REFUSED, module, (int)verb, "unknown camera command");
}

static struct err camera_execute(struct worker *worker, void *handle, const struct device_command *command,
                                 union device_payload *out_payload)
{
    struct camera *camera = handle;
    struct camera_request request;
    const struct run run = {.camera = camera,
                            .worker = worker,
                            .request = &request,
                            .event = (struct camera_event *)(void *)out_payload->bytes};
    struct err e;

    memcpy(&request, command->payload.bytes, sizeof request);
    camera->has_page = false;
    e = obey(&run, (enum camera_verb)command->verb);
    rest(camera);
    return e;
}

const struct driver camera_v4l2_driver = {
    .name = "v4l2",
    .class = DEVICE_CAMERA,
    .settings = settings,
    .probe = camera_probe,
    .open = camera_open,
    .sense = camera_sense,
    .sense_ms = 60000,
    .execute = camera_execute,
    .close = camera_close,
};
