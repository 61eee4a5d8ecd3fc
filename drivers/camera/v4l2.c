#include "drivers/camera/v4l2.h"

#include "drivers/picture/jpeg.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static const char module[] = "v4l2";

/* One being filled, one waiting, one at work, one in reserve. */
#define BUFFERS_MAX      4
#define EXPOSURE_UNIT_US 100

struct mapping {
    uint8_t *bytes;
    size_t size;
};

struct v4l2 {
    int fd;
    bool streams;
    unsigned taken;                /* frames since the stream began */
    int asked_width, asked_height; /* what start was called with */
    enum v4l2_encoding asked_encoding;
    struct v4l2_frame shape; /* encoding, size and stride of the frames that come */
    struct mapping buffers[BUFFERS_MAX];
    unsigned buffer_count;
};

static struct err request(struct v4l2 *v4l2, unsigned long code, void *argument, const char *what)
{
    int rc;

    do
        rc = ioctl(v4l2->fd, code, argument);
    while (rc < 0 && errno == EINTR);
    if (rc >= 0)
        return err_ok();
    if (errno == EAGAIN)
        return err_make(ERR_RETRY, module, EAGAIN, "%s: no frame yet", what);
    return err_make(ERR_DEVICE, module, errno, "%s: %s", what,
                    errno == ENODEV ? "the camera is gone" : "refused");
}

struct err v4l2_ask(struct v4l2 *v4l2)
{
    struct v4l2_capability caps = {0};
    unsigned able;

    TRY(request(v4l2, VIDIOC_QUERYCAP, &caps, "capabilities"));
    able = caps.capabilities & V4L2_CAP_DEVICE_CAPS ? caps.device_caps : caps.capabilities;
    if (!(able & V4L2_CAP_VIDEO_CAPTURE) || !(able & V4L2_CAP_STREAMING))
        return err_make(ERR_DEVICE, module, 0, "the node is no camera that streams");
    return err_ok();
}

struct err v4l2_open(const char *node, struct v4l2 **out_v4l2)
{
    struct v4l2 *v4l2 = calloc(1, sizeof *v4l2);
    struct err e;

    if (!v4l2)
        return err_no_memory(module);
    v4l2->fd = open(node, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (v4l2->fd < 0)
        e = err_make(ERR_DEVICE, module, errno, "cannot open %s", node);
    else
        e = v4l2_ask(v4l2);
    if (err_is(&e)) {
        v4l2_close(&v4l2);
        return e;
    }
    *out_v4l2 = v4l2;
    return e;
}

void v4l2_close(struct v4l2 **v4l2)
{
    if (!*v4l2)
        return;
    v4l2_stop(*v4l2);
    if ((*v4l2)->fd >= 0)
        close((*v4l2)->fd);
    free(*v4l2);
    *v4l2 = NULL;
}

/* No camera has all knobs, and none is worth a refusal. */
static void set(struct v4l2 *v4l2, unsigned id, int value)
{
    struct v4l2_control control = {.id = id, .value = value};

    ioctl(v4l2->fd, VIDIOC_S_CTRL, &control);
}

/* The kernel's V4L2 API, "User Controls" and "Camera Control Reference"; automatic first, as UVC wants it. */
void v4l2_tune(struct v4l2 *v4l2, const struct v4l2_tuning *tuning)
{
    bool by_hand = tuning->exposure_us >= 0;

    set(v4l2, V4L2_CID_POWER_LINE_FREQUENCY, (int)tuning->mains);
    set(v4l2, V4L2_CID_FOCUS_AUTO, tuning->focus < 0);
    if (tuning->focus >= 0)
        set(v4l2, V4L2_CID_FOCUS_ABSOLUTE, tuning->focus);
    set(v4l2, V4L2_CID_EXPOSURE_AUTO, by_hand ? V4L2_EXPOSURE_MANUAL : V4L2_EXPOSURE_APERTURE_PRIORITY);
    if (by_hand)
        set(v4l2, V4L2_CID_EXPOSURE_ABSOLUTE, tuning->exposure_us / EXPOSURE_UNIT_US);
}

static bool offers(struct v4l2 *v4l2, unsigned fourcc)
{
    struct v4l2_fmtdesc format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

    for (; ioctl(v4l2->fd, VIDIOC_ENUM_FMT, &format) == 0; format.index++)
        if (format.pixelformat == fourcc)
            return true;
    return false;
}

static unsigned choose_fourcc(struct v4l2 *v4l2, enum v4l2_encoding encoding)
{
    if (encoding == V4L2_YUYV || (encoding == V4L2_AUTO && !offers(v4l2, V4L2_PIX_FMT_MJPEG)))
        return V4L2_PIX_FMT_YUYV;
    return V4L2_PIX_FMT_MJPEG;
}

/* The camera answers with what it will really send. */
static struct err agree_on_format(struct v4l2 *v4l2, int width, int height, enum v4l2_encoding encoding)
{
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    struct v4l2_pix_format *pix = &format.fmt.pix;

    pix->width = (unsigned)width;
    pix->height = (unsigned)height;
    pix->pixelformat = choose_fourcc(v4l2, encoding);
    pix->field = V4L2_FIELD_NONE;
    TRY(request(v4l2, VIDIOC_S_FMT, &format, "format"));
    if (pix->pixelformat != V4L2_PIX_FMT_YUYV && pix->pixelformat != V4L2_PIX_FMT_MJPEG)
        return err_make(ERR_DEVICE, module, 0, "the camera sends neither YUYV nor MJPEG");
    if (pix->width < 16 || pix->height < 16 || pix->width > PICTURE_SIDE_MAX_PX ||
        pix->height > PICTURE_SIDE_MAX_PX)
        return err_make(ERR_DEVICE, module, 0, "the camera sends %u x %u pixels", pix->width, pix->height);
    v4l2->shape = (struct v4l2_frame){
        .encoding = pix->pixelformat == V4L2_PIX_FMT_YUYV ? V4L2_YUYV : V4L2_MJPEG,
        .width = (int)pix->width,
        .height = (int)pix->height,
        .stride = pix->bytesperline ? pix->bytesperline : 2 * (size_t)pix->width,
    };
    return err_ok();
}

static struct err queue(struct v4l2 *v4l2, unsigned index)
{
    struct v4l2_buffer buffer = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};

    return request(v4l2, VIDIOC_QBUF, &buffer, "queue a buffer");
}

static struct err map_buffer(struct v4l2 *v4l2, unsigned index)
{
    struct v4l2_buffer buffer = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};
    void *bytes;

    TRY(request(v4l2, VIDIOC_QUERYBUF, &buffer, "ask for a buffer"));
    bytes = mmap(NULL, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED, v4l2->fd, (off_t)buffer.m.offset);
    if (bytes == MAP_FAILED)
        return err_errno(module, errno, "map a buffer of %u bytes", buffer.length);
    v4l2->buffers[index] = (struct mapping){.bytes = bytes, .size = buffer.length};
    return queue(v4l2, index);
}

static struct err map_buffers(struct v4l2 *v4l2)
{
    struct v4l2_requestbuffers wish = {
        .count = BUFFERS_MAX, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};

    TRY(request(v4l2, VIDIOC_REQBUFS, &wish, "ask for buffers"));
    if (wish.count < 2)
        return err_make(ERR_DEVICE, module, 0, "the camera gives %u buffers", wish.count);
    v4l2->buffer_count = wish.count < BUFFERS_MAX ? wish.count : BUFFERS_MAX;
    for (unsigned i = 0; i < v4l2->buffer_count; i++)
        TRY(map_buffer(v4l2, i));
    return err_ok();
}

static struct err start(struct v4l2 *v4l2, int width, int height, enum v4l2_encoding encoding)
{
    enum v4l2_buf_type type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

    TRY(agree_on_format(v4l2, width, height, encoding));
    TRY(map_buffers(v4l2));
    TRY(request(v4l2, VIDIOC_STREAMON, &type, "start"));
    v4l2->taken = 0;
    v4l2->streams = true;
    return err_ok();
}

struct err v4l2_start(struct v4l2 *v4l2, int width, int height, enum v4l2_encoding encoding)
{
    struct err e;

    if (v4l2->streams && v4l2->asked_width == width && v4l2->asked_height == height &&
        v4l2->asked_encoding == encoding)
        return err_ok();
    v4l2_stop(v4l2);
    v4l2->asked_width = width;
    v4l2->asked_height = height;
    v4l2->asked_encoding = encoding;
    e = start(v4l2, width, height, encoding);
    if (err_is(&e))
        v4l2_stop(v4l2);
    return e;
}

/* Also after a start that went half-way; what a camera that is gone answers does not matter any more. */
void v4l2_stop(struct v4l2 *v4l2)
{
    enum v4l2_buf_type type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    struct v4l2_requestbuffers none = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};

    if (v4l2->streams)
        ioctl(v4l2->fd, VIDIOC_STREAMOFF, &type);
    v4l2->streams = false;
    for (unsigned i = 0; i < BUFFERS_MAX; i++) {
        if (v4l2->buffers[i].bytes)
            munmap(v4l2->buffers[i].bytes, v4l2->buffers[i].size);
        v4l2->buffers[i] = (struct mapping){0};
    }
    if (v4l2->buffer_count)
        ioctl(v4l2->fd, VIDIOC_REQBUFS, &none);
    v4l2->buffer_count = 0;
}

static struct err await_frame(struct v4l2 *v4l2, int left_ms)
{
    struct pollfd ready = {.fd = v4l2->fd, .events = POLLIN};
    int rc = poll(&ready, 1, left_ms);

    if (rc == 0 || (rc < 0 && errno == EINTR))
        return err_make(ERR_RETRY, module, ETIMEDOUT, "no frame in %d ms", left_ms);
    if (rc < 0)
        return err_errno(module, errno, "poll");
    if (!(ready.revents & POLLIN) && ready.revents & (POLLERR | POLLHUP | POLLNVAL))
        return err_make(ERR_DEVICE, module, ENODEV, "the camera is gone");
    return err_ok();
}

/* Whole: not marked bad by the camera, and as long as a frame of this shape must be. */
static bool is_whole(const struct v4l2 *v4l2, const struct v4l2_buffer *buffer)
{
    size_t least = v4l2->shape.encoding == V4L2_YUYV ? v4l2->shape.stride * (size_t)v4l2->shape.height : 4;

    return !(buffer->flags & V4L2_BUF_FLAG_ERROR) && buffer->bytesused >= least &&
           buffer->bytesused <= v4l2->buffers[buffer->index].size;
}

struct err v4l2_next(struct v4l2 *v4l2, int left_ms, struct v4l2_frame *out_frame)
{
    struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    struct err e;

    TRY(await_frame(v4l2, left_ms));
    e = request(v4l2, VIDIOC_DQBUF, &buffer, "take a frame");
    if (e.class == ERR_RETRY)
        e.code = ETIMEDOUT;
    TRY(e);
    if (buffer.index >= v4l2->buffer_count)
        return err_make(ERR_DEVICE, module, 0, "the camera names a buffer it does not have");
    v4l2->taken++;
    if (!is_whole(v4l2, &buffer)) {
        TRY(queue(v4l2, buffer.index));
        return err_make(ERR_RETRY, module, EIO, "a damaged frame");
    }
    *out_frame = v4l2->shape;
    out_frame->bytes = v4l2->buffers[buffer.index].bytes;
    out_frame->size = buffer.bytesused;
    out_frame->buffer = buffer.index;
    out_frame->number = v4l2->taken;
    return err_ok();
}

struct err v4l2_release(struct v4l2 *v4l2, const struct v4l2_frame *frame)
{
    return queue(v4l2, frame->buffer);
}

struct err v4l2_picture(const struct v4l2_frame *frame, enum picture_format format, int shrink,
                        struct picture *out)
{
    if (frame->encoding == V4L2_MJPEG)
        return jpeg_decode(frame->bytes, frame->size, shrink, format, out);
    return picture_from_yuyv(frame->bytes, frame->stride, frame->width, frame->height, format, out);
}
