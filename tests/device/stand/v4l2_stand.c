#include "tests/device/stand/v4l2_stand.h"
#include "drivers/camera/model/uvc.h"
#include "tests/device/stand/uevents.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char module[] = "v4l2_stand";

#define BUFFERS_MAX 8
/* 30 frames a second. */
#define FRAME_MS 33
/* Slots of the node's file, one for each buffer; more than a frame of the largest size. */
#define SLOT_BYTES (4u << 20)
/* As uvcvideo has it: 32 packets of a fast bulk pipe at once. */
#define PAYLOAD_MAX (32 * 512)

enum { INTERFACE_DESCRIPTOR = 4, FORMAT_TO_COME = 0xff };

struct plugging {
    struct v4l2_stand *stand; /* NULL once the stand is gone */
    UMockdevIoctlBase *handler;
    char node[32];
    char *syspath;
    uint8_t *memory; /* the node's file, shared with whoever maps the node */
    bool gone;
    bool streams;
    struct uvc_probe agreed;
    unsigned buffer_count;
    unsigned queue[BUFFERS_MAX]; /* buffers the driver has given, oldest first */
    unsigned queued;
    UMockdevIoctlClient *waiting; /* a DQBUF that is answered with the next frame */
    guint timer;
};

struct v4l2_stand {
    UMockdevTestbed *testbed;
    struct camera_model *model; /* whose hands tick */
    const struct device_model *device;
    struct plugging *now; /* what is plugged in */
    GPtrArray *all;       /* of struct plugging: clients may hold old ones open */
    unsigned frames;
    GHashTable *knobs; /* control id -> value, as it was told */
    GRecMutex lock;    /* umockdev answers ioctls in a thread of its own; hands and frames come in another */
};

/* ---- towards the device ---- */

/* A class request to one of its interfaces; the model's answer. */
static int ask(struct plugging *plugging, uint8_t request, uint8_t selector, uint16_t index, uint8_t *data,
               uint16_t size)
{
    const struct device_model *device = plugging->stand->device;
    const uint8_t setup[8] = {request == UVC_SET_CUR ? UVC_TO_INTERFACE : UVC_FROM_INTERFACE,
                              request,
                              0,
                              selector,
                              (uint8_t)index,
                              (uint8_t)(index >> 8),
                              (uint8_t)size,
                              (uint8_t)(size >> 8)};

    return device->control(device->self, setup, data, size);
}

/* ---- the ioctls; each answers 0 or an errno ---- */

static int on_querycap(struct plugging *plugging, void *argument)
{
    struct v4l2_capability *caps = argument;

    (void)plugging;
    memset(caps, 0, sizeof *caps);
    strcpy((char *)caps->driver, "uvcvideo");
    strcpy((char *)caps->card, "Document camera model");
    strcpy((char *)caps->bus_info, "usb-model-1");
    caps->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    caps->capabilities = caps->device_caps | V4L2_CAP_DEVICE_CAPS;
    return 0;
}

static int on_s_ctrl(struct plugging *plugging, void *argument)
{
    static const struct {
        unsigned id;
        uint8_t entity, selector;
        uint16_t size;
    } controls[] = {
        {V4L2_CID_FOCUS_AUTO, UVC_CAMERA, UVC_FOCUS_AUTO, 1},
        {V4L2_CID_FOCUS_ABSOLUTE, UVC_CAMERA, UVC_FOCUS_ABSOLUTE, 2},
        {V4L2_CID_POWER_LINE_FREQUENCY, UVC_PROCESSING, UVC_POWER_LINE_FREQUENCY, 1},
    };
    const struct v4l2_control *control = argument;
    uint8_t value[2] = {(uint8_t)control->value, (uint8_t)(control->value >> 8)};

    for (size_t i = 0; i < G_N_ELEMENTS(controls); i++) {
        if (controls[i].id != control->id)
            continue;
        if (ask(plugging, UVC_SET_CUR, controls[i].selector,
                (uint16_t)(controls[i].entity << 8 | UVC_CONTROL_INTERFACE), value, controls[i].size) < 0)
            return EIO;
        g_hash_table_insert(plugging->stand->knobs, GUINT_TO_POINTER(control->id),
                            GINT_TO_POINTER(control->value));
        return 0;
    }
    return EINVAL;
}

/* ---- formats: what the device's descriptors say ---- */

/* A frame descriptor and the format it belongs to. */
struct mode {
    uint8_t format, frame;
    bool is_mjpeg;
    unsigned width, height;
};

/* The place-th mode; false beyond the last. UVC 1.1 clauses 3.9.2.3 to 3.9.2.6. */
static bool mode_at(const struct plugging *plugging, unsigned place, struct mode *out_mode)
{
    const struct model_usb *usb = plugging->stand->device->usb;
    struct mode mode = {0};

    for (size_t at = 0; at < usb->configuration_size; at += usb->configuration[at]) {
        const uint8_t *descriptor = usb->configuration + at;
        uint8_t kind = descriptor[2];

        if (descriptor[1] == INTERFACE_DESCRIPTOR)
            mode.format = 0;
        if (descriptor[1] == INTERFACE_DESCRIPTOR && descriptor[2] == UVC_STREAMING_INTERFACE)
            mode.format = FORMAT_TO_COME;
        if (descriptor[1] != UVC_CS_INTERFACE || !mode.format)
            continue;
        if (kind == UVC_VS_FORMAT_UNCOMPRESSED || kind == UVC_VS_FORMAT_MJPEG)
            mode.format = descriptor[3];
        if (kind != UVC_VS_FRAME_UNCOMPRESSED && kind != UVC_VS_FRAME_MJPEG)
            continue;
        mode.is_mjpeg = kind == UVC_VS_FRAME_MJPEG;
        mode.frame = descriptor[3];
        mode.width = uvc_u16(descriptor + 5);
        mode.height = uvc_u16(descriptor + 7);
        *out_mode = mode;
        if (place-- == 0)
            return true;
    }
    return false;
}

static unsigned fourcc_of(const struct mode *mode)
{
    return mode->is_mjpeg ? V4L2_PIX_FMT_MJPEG : V4L2_PIX_FMT_YUYV;
}

static int on_enum_fmt(struct plugging *plugging, void *argument)
{
    struct v4l2_fmtdesc *format = argument;
    struct mode mode;

    for (unsigned i = 0; mode_at(plugging, i, &mode); i++) {
        if (mode.format != format->index + 1)
            continue;
        format->pixelformat = fourcc_of(&mode);
        return 0;
    }
    return EINVAL;
}

/* The smallest that is as wide as wished, else the largest. */
static bool choose_mode(const struct plugging *plugging, const struct v4l2_pix_format *pix,
                        struct mode *out_mode)
{
    struct mode mode;
    bool found = false;

    for (unsigned i = 0; mode_at(plugging, i, &mode); i++) {
        if (fourcc_of(&mode) != pix->pixelformat || (found && out_mode->width >= pix->width))
            continue;
        *out_mode = mode;
        found = true;
    }
    return found;
}

/* As uvcvideo does: probe what is wished, see what the device makes of it. */
static int on_s_fmt(struct plugging *plugging, void *argument)
{
    struct v4l2_format *format = argument;
    struct v4l2_pix_format *pix = &format->fmt.pix;
    uint8_t bytes[UVC_PROBE_SIZE];
    struct mode mode = {0};

    if (plugging->buffer_count)
        return EBUSY;
    if (pix->pixelformat != V4L2_PIX_FMT_MJPEG)
        pix->pixelformat = V4L2_PIX_FMT_YUYV;
    if (!choose_mode(plugging, pix, &mode))
        return EINVAL;
    uvc_pack_probe(&(struct uvc_probe){.format = mode.format, .frame = mode.frame}, bytes);
    if (ask(plugging, UVC_SET_CUR, UVC_PROBE, UVC_STREAMING_INTERFACE, bytes, sizeof bytes) < 0 ||
        ask(plugging, UVC_GET_CUR, UVC_PROBE, UVC_STREAMING_INTERFACE, bytes, sizeof bytes) < 0)
        return EIO;
    uvc_unpack_probe(bytes, &plugging->agreed);
    pix->width = mode.width;
    pix->height = mode.height;
    pix->bytesperline = mode.is_mjpeg ? 0 : 2 * mode.width;
    pix->sizeimage = plugging->agreed.frame_bytes_max;
    return 0;
}

static int on_reqbufs(struct plugging *plugging, void *argument)
{
    struct v4l2_requestbuffers *wish = argument;

    if (wish->memory != V4L2_MEMORY_MMAP)
        return EINVAL;
    wish->count = wish->count > BUFFERS_MAX ? BUFFERS_MAX : wish->count;
    plugging->buffer_count = wish->count;
    plugging->queued = 0;
    return 0;
}

static int on_querybuf(struct plugging *plugging, void *argument)
{
    struct v4l2_buffer *buffer = argument;

    if (buffer->index >= plugging->buffer_count)
        return EINVAL;
    buffer->length = plugging->agreed.frame_bytes_max;
    buffer->m.offset = buffer->index * SLOT_BYTES;
    return 0;
}

static int on_qbuf(struct plugging *plugging, void *argument)
{
    struct v4l2_buffer *buffer = argument;

    if (buffer->index >= plugging->buffer_count || plugging->queued == BUFFERS_MAX)
        return EINVAL;
    plugging->queue[plugging->queued++] = buffer->index;
    return 0;
}

static int on_streamon(struct plugging *plugging, void *argument)
{
    uint8_t bytes[UVC_PROBE_SIZE];

    (void)argument;
    uvc_pack_probe(&plugging->agreed, bytes);
    if (ask(plugging, UVC_SET_CUR, UVC_COMMIT, UVC_STREAMING_INTERFACE, bytes, sizeof bytes) < 0)
        return EIO;
    plugging->streams = true;
    return 0;
}

static int on_streamoff(struct plugging *plugging, void *argument)
{
    (void)argument;
    plugging->streams = false;
    plugging->queued = 0;
    return 0;
}

static const struct {
    unsigned long code;
    size_t size;
    int (*answer)(struct plugging *plugging, void *argument);
} requests[] = {
    {VIDIOC_QUERYCAP, sizeof(struct v4l2_capability), on_querycap},
    {VIDIOC_S_CTRL, sizeof(struct v4l2_control), on_s_ctrl},
    {VIDIOC_ENUM_FMT, sizeof(struct v4l2_fmtdesc), on_enum_fmt},
    {VIDIOC_S_FMT, sizeof(struct v4l2_format), on_s_fmt},
    {VIDIOC_REQBUFS, sizeof(struct v4l2_requestbuffers), on_reqbufs},
    {VIDIOC_QUERYBUF, sizeof(struct v4l2_buffer), on_querybuf},
    {VIDIOC_QBUF, sizeof(struct v4l2_buffer), on_qbuf},
    {VIDIOC_STREAMON, sizeof(int), on_streamon},
    {VIDIOC_STREAMOFF, sizeof(int), on_streamoff},
};

static void answer(UMockdevIoctlClient *client, int errno_value)
{
    umockdev_ioctl_client_complete(client, errno_value ? -1 : 0, errno_value);
}

/* The client's copy of the ioctl's struct; freed with the request. NULL when it cannot be read. */
static void *argument_of(UMockdevIoctlClient *client, size_t size)
{
    UMockdevIoctlData *memory =
        umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0, size, NULL);
    void *data = memory ? memory->data : NULL;

    g_clear_object(&memory);
    return data;
}

/* ---- frames ---- */

/* The payloads of one frame, put together; its size, or MODEL_*. */
static int fetch_frame(struct plugging *plugging, uint8_t *bytes, size_t room, bool *out_flagged)
{
    const struct device_model *device = plugging->stand->device;
    uint8_t payload[PAYLOAD_MAX];
    size_t size = 0;

    *out_flagged = false;
    for (uint8_t head = 0; !(head & UVC_END_OF_FRAME);) {
        int count = device->in(device->self, UVC_STREAM_PIPE, payload, sizeof payload);

        if (count < UVC_PAYLOAD_HEAD)
            return count < 0 ? count : MODEL_STALL;
        size_t data = (size_t)count - payload[0];

        head = payload[1];
        *out_flagged = *out_flagged || head & UVC_ERROR;
        data = data < room - size ? data : room - size;
        memcpy(bytes + size, payload + payload[0], data);
        size += data;
    }
    return (int)size;
}

/* Fills the oldest buffer of the queue and describes it to the driver. EAGAIN: no frame came. */
static int deliver(struct plugging *plugging, struct v4l2_buffer *buffer)
{
    unsigned index = plugging->queue[0];
    bool is_flagged;

    camera_model_tick(plugging->stand->model);
    int size = fetch_frame(plugging, plugging->memory + (size_t)index * SLOT_BYTES,
                           plugging->agreed.frame_bytes_max, &is_flagged);
    if (size < 0)
        return size == MODEL_NAK ? EAGAIN : size == MODEL_GONE ? ENODEV : EIO;
    plugging->queued--;
    memmove(plugging->queue, plugging->queue + 1, plugging->queued * sizeof plugging->queue[0]);
    buffer->index = index;
    buffer->bytesused = (unsigned)size;
    buffer->flags = V4L2_BUF_FLAG_DONE | (is_flagged ? V4L2_BUF_FLAG_ERROR : 0);
    buffer->sequence = plugging->stand->frames++;
    return 0;
}

static void end_waiting(struct plugging *plugging, int errno_value)
{
    UMockdevIoctlClient *client = plugging->waiting;

    plugging->waiting = NULL;
    answer(client, errno_value);
    g_object_unref(client);
}

static void end_wait_for_frame(struct plugging *plugging)
{
    struct v4l2_buffer *buffer = argument_of(plugging->waiting, sizeof *buffer);

    int refusal = !buffer ? EFAULT : !plugging->queued ? EAGAIN : deliver(plugging, buffer);
    end_waiting(plugging, refusal);
    if (refusal == ENODEV)
        v4l2_stand_unplug(plugging->stand);
}

static gboolean on_frame_time(gpointer context)
{
    struct plugging *plugging = context;
    GRecMutex *lock = &plugging->stand->lock;

    g_rec_mutex_lock(lock);
    plugging->timer = 0;
    if (plugging->waiting) /* else it was pulled out meanwhile */
        end_wait_for_frame(plugging);
    g_rec_mutex_unlock(lock);
    return G_SOURCE_REMOVE;
}

/* The node is a plain file, on which poll() never waits: so the wait for a frame is here. */
static void await_frame(struct plugging *plugging, UMockdevIoctlClient *client)
{
    if (!plugging->streams || plugging->waiting) {
        answer(client, EINVAL);
        return;
    }
    plugging->waiting = g_object_ref(client);
    plugging->timer = g_timeout_add(FRAME_MS, on_frame_time, plugging);
}

static int answer_request(struct plugging *plugging, UMockdevIoctlClient *client, unsigned long code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
        void *argument;

        if (requests[i].code != code)
            continue;
        argument = argument_of(client, requests[i].size);
        return argument ? requests[i].answer(plugging, argument) : EFAULT;
    }
    return ENOTTY;
}

static gboolean on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer context)
{
    struct plugging *plugging = context;
    unsigned long code = umockdev_ioctl_client_get_request(client);

    (void)handler;
    g_rec_mutex_lock(&plugging->stand->lock);
    if (plugging->gone)
        answer(client, ENODEV);
    else if (code == VIDIOC_DQBUF)
        await_frame(plugging, client);
    else
        answer(client, answer_request(plugging, client, code));
    g_rec_mutex_unlock(&plugging->stand->lock);
    return TRUE;
}

/* ---- plugging in and out ---- */

static void plugging_free(gpointer context)
{
    struct plugging *plugging = context;

    if (plugging->memory)
        munmap(plugging->memory, (size_t)BUFFERS_MAX * SLOT_BYTES);
    g_clear_object(&plugging->handler);
    g_free(plugging->syspath);
    g_free(plugging);
}

struct err v4l2_stand_create(UMockdevTestbed *testbed, struct camera_model *model,
                             struct v4l2_stand **out_stand)
{
    struct v4l2_stand *stand = g_new0(struct v4l2_stand, 1);

    stand->testbed = testbed;
    stand->model = model;
    stand->device = camera_model_device(model);
    stand->all = g_ptr_array_new_with_free_func(plugging_free);
    stand->knobs = g_hash_table_new(NULL, NULL);
    g_rec_mutex_init(&stand->lock);
    *out_stand = stand;
    return err_ok();
}

void v4l2_stand_destroy(struct v4l2_stand **stand)
{
    if (!*stand)
        return;
    v4l2_stand_unplug(*stand);
    g_ptr_array_unref((*stand)->all);
    g_hash_table_unref((*stand)->knobs);
    g_rec_mutex_clear(&(*stand)->lock);
    g_free(*stand);
    *stand = NULL;
}

static struct err map_node(struct v4l2_stand *stand, struct plugging *plugging)
{
    size_t size = (size_t)BUFFERS_MAX * SLOT_BYTES;
    g_autofree char *root = umockdev_testbed_get_root_dir(stand->testbed);
    g_autofree char *path = g_build_filename(root, plugging->node, NULL);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *memory;

    if (fd < 0)
        return err_errno(module, errno, "open %s", path);
    memory = ftruncate(fd, (off_t)size) == 0 ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                                             : MAP_FAILED;
    close(fd);
    if (memory == MAP_FAILED)
        return err_errno(module, errno, "share the node's memory");
    plugging->memory = memory;
    return err_ok();
}

static struct err add_node(struct v4l2_stand *stand, struct plugging *plugging, unsigned number)
{
    g_autofree char *description = g_strdup_printf("P: /devices/platform/camera%u/video4linux/video%u\n"
                                                   "N: video%u=00\n"
                                                   "E: DEVNAME=/dev/video%u\n"
                                                   "E: SUBSYSTEM=video4linux\n"
                                                   "E: MAJOR=81\nE: MINOR=%u\n"
                                                   "A: dev=81:%u\n",
                                                   number, number, number, number, number, number);
    g_autoptr(GError) error = NULL;

    plugging->syspath = g_strdup_printf("/sys/devices/platform/camera%u/video4linux/video%u", number, number);
    snprintf(plugging->node, sizeof plugging->node, "/dev/video%u", number);
    /* First the handler, then the node: a client opens it as soon as it is there. */
    plugging->handler = umockdev_ioctl_base_new();
    g_signal_connect(plugging->handler, "handle-ioctl", G_CALLBACK(on_ioctl), plugging);
    if (!umockdev_testbed_attach_ioctl(stand->testbed, plugging->node, plugging->handler, &error) ||
        !uevents_add(stand->testbed, description, &error))
        return err_make(ERR_SYSTEM, module, 0, "%s", error->message);
    TRY(map_node(stand, plugging));
    return err_ok();
}

struct err v4l2_stand_plug(struct v4l2_stand *stand)
{
    struct plugging *plugging;

    if (stand->now)
        return err_ok();
    plugging = g_new0(struct plugging, 1);
    plugging->stand = stand;
    g_ptr_array_add(stand->all, plugging);
    g_rec_mutex_lock(&stand->lock); /* no ioctl is answered before the node's memory is shared */
    struct err e = add_node(stand, plugging, stand->all->len - 1);
    g_rec_mutex_unlock(&stand->lock);
    TRY(e);
    stand->now = plugging;
    uevents_say(stand->testbed, plugging->syspath, "add");
    return err_ok();
}

void v4l2_stand_unplug(struct v4l2_stand *stand)
{
    struct plugging *plugging = stand->now;

    if (!plugging)
        return;
    g_rec_mutex_lock(&stand->lock);
    stand->now = NULL;
    plugging->gone = true;
    if (plugging->timer)
        g_source_remove(plugging->timer);
    plugging->timer = 0;
    if (plugging->waiting)
        end_waiting(plugging, ENODEV);
    stand->device->unplug(stand->device->self);
    g_rec_mutex_unlock(&stand->lock);
    uevents_say(stand->testbed, plugging->syspath, "remove");
    umockdev_testbed_remove_device(stand->testbed, plugging->syspath);
}

bool v4l2_stand_is_plugged(const struct v4l2_stand *stand)
{
    return stand->now;
}

const char *v4l2_stand_node(const struct v4l2_stand *stand)
{
    const struct plugging *last = stand->all->len ? g_ptr_array_index(stand->all, stand->all->len - 1) : NULL;

    return last ? last->node : "";
}

bool v4l2_stand_streams(const struct v4l2_stand *stand)
{
    return stand->now && stand->now->streams;
}

int v4l2_stand_knob(struct v4l2_stand *stand, unsigned id)
{
    gpointer value = NULL;
    gboolean was_set;

    g_rec_mutex_lock(&stand->lock);
    was_set = g_hash_table_lookup_extended(stand->knobs, GUINT_TO_POINTER(id), NULL, &value);
    g_rec_mutex_unlock(&stand->lock);
    return was_set ? GPOINTER_TO_INT(value) : -1;
}

unsigned v4l2_stand_frames(const struct v4l2_stand *stand)
{
    return stand->frames;
}
