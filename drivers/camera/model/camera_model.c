#include "drivers/camera/model/camera_model.h"

#include "drivers/camera/jpeg.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    int width, height;
} sizes[] = {{640, 480}, {1280, 720}, {1920, 1080}};

#define SIZES (sizeof sizes / sizeof sizes[0])

/* How a hand lays a paper: not quite straight. */
#define PAPER_SHARE   0.92
#define PAPER_DEGREES 2.0
#define PAPER_TILT    0.03
#define PAPER_SHADE   0.15

/* A paper longer than this, by its width, is passed before the camera piece by piece. */
#define PIECE_ASPECT   2.0
#define FRAMES_A_PIECE 5

#define MJPEG_QUALITY 85

struct camera_model {
    struct camera_model_setup setup;
    enum camera_model_fault fault;
    enum v4l2_encoding encoding;
    int width, height;
    uint32_t moment;      /* frames since the paper was laid there */
    int position;         /* of a long paper */
    struct picture paper; /* without pixels: the desk is empty */
    struct desk_view view;
    struct picture still;   /* the desk without noise, RGB */
    struct picture exposed; /* with noise */
    bool still_is_old;
};

struct err camera_model_create(const struct camera_model_setup *setup, struct camera_model **out_model)
{
    struct camera_model *model = calloc(1, sizeof *model);

    if (!model)
        return err_no_memory("camera_model");
    model->setup = *setup;
    model->encoding = V4L2_YUYV;
    model->width = sizes[0].width;
    model->height = sizes[0].height;
    model->still_is_old = true;
    *out_model = model;
    return err_ok();
}

void camera_model_destroy(struct camera_model **model)
{
    if (!*model)
        return;
    picture_finish(&(*model)->paper);
    picture_finish(&(*model)->still);
    picture_finish(&(*model)->exposed);
    free(*model);
    *model = NULL;
}

bool camera_model_offers(const struct camera_model *model, unsigned index, enum v4l2_encoding *out_encoding)
{
    static const enum v4l2_encoding encodings[] = {V4L2_YUYV, V4L2_MJPEG};

    if (index >= (model->setup.mjpeg ? 2u : 1u))
        return false;
    *out_encoding = encodings[index];
    return true;
}

struct err camera_model_agree(struct camera_model *model, int *width, int *height,
                              enum v4l2_encoding *encoding)
{
    size_t best = 0;

    while (best + 1 < SIZES && sizes[best].width < *width)
        best++;
    model->width = *width = sizes[best].width;
    model->height = *height = sizes[best].height;
    model->encoding = *encoding = *encoding == V4L2_MJPEG && model->setup.mjpeg ? V4L2_MJPEG : V4L2_YUYV;
    model->still_is_old = true;
    return picture_reshape(&model->still, model->width, model->height, PICTURE_RGB);
}

size_t camera_model_frame_room(const struct camera_model *model)
{
    return 2 * (size_t)model->width * (size_t)model->height;
}

struct err camera_model_show(struct camera_model *model, const struct picture *paper)
{
    struct picture copy = {0};

    if (paper)
        TRY(picture_scale(paper, paper->width, paper->height, &copy));
    picture_finish(&model->paper);
    model->paper = copy;
    model->moment = 0;
    model->still_is_old = true;
    return err_ok();
}

void camera_model_set_fault(struct camera_model *model, enum camera_model_fault fault)
{
    model->fault = fault;
}

enum camera_model_fault camera_model_fault(const struct camera_model *model)
{
    return model->fault;
}

static void set_sensor(struct camera_model *model)
{
    model->view.seed = model->setup.seed;
    model->view.noise = model->setup.noise;
    model->view.shade = PAPER_SHADE;
    model->view.blur_passes = 1;
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

static struct err draw_paper(struct camera_model *model)
{
    struct picture piece = {0};
    struct err e = take_piece(&model->paper, model->position, &piece);

    if (!err_is(&e)) {
        model->view = desk_view_centred(model->width, model->height, &piece, PAPER_SHARE);
        desk_view_rotate(&model->view, PAPER_DEGREES);
        desk_view_tilt(&model->view, PAPER_TILT);
        set_sensor(model);
        e = desk_draw(&piece, &model->view, &model->still);
    }
    picture_finish(&piece);
    return e;
}

static struct err draw_still(struct camera_model *model)
{
    TRY(picture_reshape(&model->still, model->width, model->height, PICTURE_RGB));
    if (model->paper.pixels) {
        TRY(draw_paper(model));
    } else {
        model->view = (struct desk_view){.contrast = 1};
        set_sensor(model);
        TRY(desk_draw(NULL, &model->view, &model->still));
    }
    model->still_is_old = false;
    return err_ok();
}

/* A long paper moves on once the camera has had some frames of this piece; its lower end, where receipts have
 * their code, comes first. */
static void move_on(struct camera_model *model)
{
    int count = model->paper.pixels ? positions(&model->paper) : 1;
    int position = count - 1 - (int)(model->moment / FRAMES_A_PIECE % (unsigned)count);

    if (position != model->position)
        model->still_is_old = true;
    model->position = position;
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

static struct err to_mjpeg(struct camera_model *model, uint8_t *out_bytes, size_t *out_size)
{
    struct buf jpeg = {0};
    struct err e = jpeg_encode(&model->exposed, MJPEG_QUALITY, &jpeg);

    if (!err_is(&e) && jpeg.length > camera_model_frame_room(model))
        e = err_make(ERR_SPACE, "camera_model", 0, "a frame of %zu bytes", jpeg.length);
    if (!err_is(&e)) {
        memcpy(out_bytes, jpeg.data, jpeg.length);
        *out_size = jpeg.length;
    }
    buf_finish(&jpeg);
    return e;
}

struct err camera_model_expose(struct camera_model *model, uint8_t *out_bytes, size_t *out_size)
{
    move_on(model);
    if (model->still_is_old)
        TRY(draw_still(model));
    TRY(desk_expose(&model->still, &model->view, model->moment++, &model->exposed));
    if (model->encoding == V4L2_MJPEG) {
        TRY(to_mjpeg(model, out_bytes, out_size));
    } else {
        to_yuyv(&model->exposed, out_bytes);
        *out_size = camera_model_frame_room(model);
    }
    if (model->fault == CAMERA_MODEL_CUT_SHORT)
        *out_size /= 2;
    return err_ok();
}
