#include "drivers/camera/model/sensor.h"

#include "drivers/picture/jpeg.h"
#include <stdlib.h>
#include <string.h>

static const char module[] = "sensor";

const struct sensor_size sensor_sizes[SENSOR_SIZES] = {{640, 480}, {1280, 720}, {1920, 1080}};

/* How a hand lays a paper: not quite straight. */
#define PAPER_SHARE   0.92
#define PAPER_DEGREES 2.0
#define PAPER_TILT    0.03
#define PAPER_SHADE   0.15

/* A paper longer than this, by its width, is passed before the camera piece by piece. */
#define PIECE_ASPECT   2.0
#define FRAMES_A_PIECE 5

#define MJPEG_QUALITY 85

/* After so many frames of one still desk the noise begins anew: a frame is drawn once, so that the model
 * gives thirty a second beside whoever looks at them. */
#define FRAMES_KEPT 8

struct kept_frame {
    uint8_t *bytes;
    size_t size; /* 0: not drawn yet */
};

struct sensor {
    struct sensor_setup setup;
    enum v4l2_encoding encoding;
    struct sensor_size size;
    uint32_t moment;      /* frames since the paper was laid there */
    int position;         /* of a long paper */
    struct picture paper; /* without pixels: the desk is empty */
    struct desk_view view;
    struct picture still;   /* the desk without noise, RGB */
    struct picture exposed; /* with noise */
    bool still_is_old;
    struct kept_frame kept[FRAMES_KEPT]; /* of this still desk, by their moments */
};

struct err sensor_create(const struct sensor_setup *setup, struct sensor **out_sensor)
{
    struct sensor *sensor = calloc(1, sizeof *sensor);

    if (!sensor)
        return err_no_memory(module);
    *sensor = (struct sensor){
        .setup = *setup, .encoding = V4L2_YUYV, .size = sensor_sizes[0], .still_is_old = true};
    *out_sensor = sensor;
    return err_ok();
}

static void forget_frames(struct sensor *sensor)
{
    for (int i = 0; i < FRAMES_KEPT; i++) {
        free(sensor->kept[i].bytes);
        sensor->kept[i] = (struct kept_frame){0};
    }
}

void sensor_destroy(struct sensor **sensor)
{
    if (!*sensor)
        return;
    forget_frames(*sensor);
    picture_finish(&(*sensor)->paper);
    picture_finish(&(*sensor)->still);
    picture_finish(&(*sensor)->exposed);
    free(*sensor);
    *sensor = NULL;
}

struct err sensor_set_shape(struct sensor *sensor, const struct sensor_size *size,
                            enum v4l2_encoding encoding)
{
    sensor->size = *size;
    sensor->encoding = encoding;
    sensor->still_is_old = true;
    return picture_reshape(&sensor->still, size->width, size->height, PICTURE_RGB);
}

size_t sensor_frame_room(const struct sensor *sensor)
{
    return 2 * (size_t)sensor->size.width * (size_t)sensor->size.height;
}

struct err sensor_show(struct sensor *sensor, const struct picture *paper)
{
    struct picture copy = {0};

    if (paper)
        TRY(picture_scale(paper, paper->width, paper->height, &copy));
    picture_finish(&sensor->paper);
    sensor->paper = copy;
    sensor->moment = 0;
    sensor->still_is_old = true;
    return err_ok();
}

static void set_up_view(struct sensor *sensor)
{
    sensor->view.seed = sensor->setup.seed;
    sensor->view.noise = sensor->setup.noise;
    sensor->view.shade = PAPER_SHADE;
    sensor->view.blur_passes = 1;
}

/* How many positions a hand needs to pass the paper's whole length before the camera: 1 for what fits at
 * once. */
static int positions(const struct picture *paper)
{
    int piece = (int)(paper->width * PIECE_ASPECT), step = piece / 2;

    return paper->height <= piece ? 1 : 1 + (paper->height - piece + step - 1) / step;
}

/* The piece that is before the camera at that position; half of it was in the piece before. */
static struct err take_piece(const struct picture *paper, int position, struct picture *out)
{
    int height = (int)(paper->width * PIECE_ASPECT), top = position * (height / 2);
    size_t row = (size_t)paper->width * paper->format;

    height = height < paper->height ? height : paper->height;
    top = top + height < paper->height ? top : paper->height - height;
    TRY(picture_reshape(out, paper->width, height, paper->format));
    memcpy(out->pixels, paper->pixels + (size_t)top * row, (size_t)height * row);
    return err_ok();
}

static struct err draw_paper(struct sensor *sensor)
{
    struct picture piece = {0};
    struct err e = take_piece(&sensor->paper, sensor->position, &piece);

    if (!err_is(&e)) {
        sensor->view = desk_view_centred(sensor->size.width, sensor->size.height, &piece, PAPER_SHARE);
        desk_view_rotate(&sensor->view, PAPER_DEGREES);
        desk_view_tilt(&sensor->view, PAPER_TILT);
        set_up_view(sensor);
        e = desk_draw(&piece, &sensor->view, &sensor->still);
    }
    picture_finish(&piece);
    return e;
}

static struct err draw_still(struct sensor *sensor)
{
    forget_frames(sensor);
    TRY(picture_reshape(&sensor->still, sensor->size.width, sensor->size.height, PICTURE_RGB));
    if (sensor->paper.pixels) {
        TRY(draw_paper(sensor));
    } else {
        sensor->view = (struct desk_view){.contrast = 1};
        set_up_view(sensor);
        TRY(desk_draw(NULL, &sensor->view, &sensor->still));
    }
    sensor->still_is_old = false;
    return err_ok();
}

/* A long paper moves on once the camera has had some frames of this piece; its lower end, where receipts have
 * their code, comes first. */
static void move_on(struct sensor *sensor)
{
    int count = sensor->paper.pixels ? positions(&sensor->paper) : 1;
    int position = count - 1 - (int)(sensor->moment / FRAMES_A_PIECE % (unsigned)count);

    if (position != sensor->position)
        sensor->still_is_old = true;
    sensor->position = position;
}

/* BT.601 limited range, coefficients times 256. */
static uint8_t luma(const uint8_t *rgb)
{
    return (uint8_t)((66 * rgb[0] + 129 * rgb[1] + 25 * rgb[2] + 128) / 256 + 16);
}

static void to_yuyv(const struct picture *in, uint8_t *out)
{
    size_t pairs = picture_size(in) / 6;
    const uint8_t *p = in->pixels;

    for (size_t i = 0; i < pairs; i++, p += 6, out += 4) {
        int r = (p[0] + p[3]) / 2, g = (p[1] + p[4]) / 2, b = (p[2] + p[5]) / 2;

        out[0] = luma(p);
        out[1] = (uint8_t)((-38 * r - 74 * g + 112 * b + 128 * 257) / 256);
        out[2] = luma(p + 3);
        out[3] = (uint8_t)((112 * r - 94 * g - 18 * b + 128 * 257) / 256);
    }
}

static struct err to_mjpeg(struct sensor *sensor, uint8_t *out_bytes, size_t *out_size)
{
    struct buf jpeg = {0};
    struct err e = jpeg_encode(&sensor->exposed, MJPEG_QUALITY, &jpeg);

    if (!err_is(&e) && jpeg.length > sensor_frame_room(sensor))
        e = err_make(ERR_SPACE, module, 0, "a frame of %zu bytes", jpeg.length);
    if (!err_is(&e)) {
        memcpy(out_bytes, jpeg.data, jpeg.length);
        *out_size = jpeg.length;
    }
    buf_finish(&jpeg);
    return e;
}

static struct err draw_frame(struct sensor *sensor, uint32_t moment, uint8_t *out_bytes, size_t *out_size)
{
    TRY(desk_expose(&sensor->still, &sensor->view, moment, &sensor->exposed));
    if (sensor->encoding == V4L2_MJPEG)
        return to_mjpeg(sensor, out_bytes, out_size);
    to_yuyv(&sensor->exposed, out_bytes);
    *out_size = sensor_frame_room(sensor);
    return err_ok();
}

static struct err keep(struct kept_frame *kept, const uint8_t *bytes, size_t size)
{
    kept->bytes = malloc(size);
    if (!kept->bytes)
        return err_no_memory(module);
    memcpy(kept->bytes, bytes, size);
    kept->size = size;
    return err_ok();
}

struct err sensor_expose(struct sensor *sensor, uint8_t *out_bytes, size_t *out_size)
{
    struct kept_frame *kept;

    move_on(sensor);
    if (sensor->still_is_old)
        TRY(draw_still(sensor));
    kept = &sensor->kept[sensor->moment % FRAMES_KEPT];
    sensor->moment++;
    if (!kept->size) {
        TRY(draw_frame(sensor, sensor->moment - 1, out_bytes, out_size));
        return keep(kept, out_bytes, *out_size);
    }
    memcpy(out_bytes, kept->bytes, kept->size);
    *out_size = kept->size;
    return err_ok();
}
