#include "drivers/camera/model/camera_model.h"

#include "board/base/log.h"
#include "drivers/camera/model/descriptors.h"
#include "drivers/camera/model/uvc.h"
#include "drivers/model/fault.h"
#include <stdlib.h>
#include <string.h>

#define FAULT_WORDS "probe commit frame:stall flagged cut garbage silent unplug"
#define NEVER       SIZE_MAX

/* A control that the host may set, as it set it last; from 0 to most. */
struct knob {
    uint8_t entity, selector;
    uint8_t size, most, when_new;
    uint8_t value[2];
};

static const struct knob knobs_when_new[] = {
    {UVC_CAMERA, UVC_FOCUS_AUTO, 1, 1, 1, {1}},
    {UVC_CAMERA, UVC_FOCUS_ABSOLUTE, 2, 255, 0, {0}},
    {UVC_PROCESSING, UVC_POWER_LINE_FREQUENCY, 1, 2, 1, {1}},
};
#define KNOBS (sizeof knobs_when_new / sizeof knobs_when_new[0])

struct camera_model {
    struct device_model device;
    struct model_usb usb;
    struct buf configuration;
    struct sensor *sensor;
    struct fault_script script;
    struct knob knobs[KNOBS];
    struct uvc_probe agreed; /* the last that was probed */
    /* the stream */
    bool streams, is_due;
    long frames;    /* since the commit */
    uint8_t head;   /* bits of this frame's payload headers */
    uint8_t *bytes; /* of the frame on its way */
    size_t size, sent;
    size_t falls_at;     /* bytes of this frame; NEVER */
    size_t payload_at;   /* bytes of the payload on its way that were fetched */
    size_t payload_size; /* 0: none is on its way */
    uint8_t payload[CAMERA_PAYLOAD_MAX];
};

/* --- control requests ----------------------------------------------------------------------------------- */

static bool strikes(struct camera_model *model, const char *event)
{
    return fault_strike(&model->script, event, 0);
}

/* The nearest it can do to what is wished. UVC 1.1 clause 4.3.1.1. */
static void negotiate(struct camera_model *model, const uint8_t *bytes)
{
    struct uvc_probe wish;
    uvc_unpack_probe(bytes, &wish);
    bool knows_frame = wish.frame >= 1 && wish.frame <= SENSOR_SIZES;
    uint8_t frame = knows_frame ? wish.frame : 1;
    const struct sensor_size *size = &sensor_sizes[frame - 1];
    model->agreed = (struct uvc_probe){.format = wish.format == CAMERA_FORMAT_MJPEG ? CAMERA_FORMAT_MJPEG
                                                                                    : CAMERA_FORMAT_YUYV,
                                       .frame = frame,
                                       .interval_100ns = CAMERA_FRAME_INTERVAL_100NS,
                                       .frame_bytes_max = 2u * (uint32_t)size->width * (uint32_t)size->height,
                                       .payload_bytes_max = CAMERA_PAYLOAD_MAX};
}

/* What was going on is over; the next frame is the first. */
static void stop(struct camera_model *model)
{
    model->streams = model->is_due = false;
    model->frames = 0;
    model->size = model->sent = model->payload_size = 0;
    model->falls_at = NEVER;
}

static int begin(struct camera_model *model)
{
    const struct uvc_probe *agreed = &model->agreed;
    stop(model);
    struct err e = sensor_set_shape(model->sensor, &sensor_sizes[agreed->frame - 1],
                                    agreed->format == CAMERA_FORMAT_MJPEG ? V4L2_MJPEG : V4L2_YUYV);
    uint8_t *bytes = err_is(&e) ? NULL : realloc(model->bytes, sensor_frame_room(model->sensor));
    if (!bytes)
        return MODEL_STALL;
    model->bytes = bytes;
    model->streams = true;
    return UVC_PROBE_SIZE;
}

static int give_number(uint8_t *data, size_t size, uint8_t number)
{
    memset(data, 0, size);
    data[0] = number;
    return (int)size;
}

static int control_stream(struct camera_model *model, const uint8_t setup[8], uint8_t *data, size_t size)
{
    uint8_t selector = setup[3];
    if (selector != UVC_PROBE && selector != UVC_COMMIT)
        return MODEL_STALL;
    if (setup[1] == UVC_GET_INFO && size >= 1)
        return give_number(data, 1, UVC_MAY_GET_AND_SET);
    if (setup[1] == UVC_GET_LEN && size >= 2)
        return give_number(data, 2, UVC_PROBE_SIZE);
    if (size < UVC_PROBE_SIZE)
        return MODEL_STALL;
    if (setup[1] == UVC_SET_CUR) {
        if (strikes(model, selector == UVC_PROBE ? "probe" : "commit"))
            return MODEL_STALL;
        negotiate(model, data);
        return selector == UVC_COMMIT ? begin(model) : UVC_PROBE_SIZE;
    }
    if (setup[1] < UVC_GET_CUR || setup[1] > UVC_GET_DEF)
        return MODEL_STALL;
    uvc_pack_probe(&model->agreed, data);
    return UVC_PROBE_SIZE;
}

/* UVC 1.1 clause 4.2.2: one control of the camera or of the processing unit. */
static int ask_knob(struct knob *knob, uint8_t request, uint8_t *data)
{
    switch (request) {
    case UVC_SET_CUR:
        memcpy(knob->value, data, knob->size);
        return knob->size;
    case UVC_GET_CUR:
        memcpy(data, knob->value, knob->size);
        return knob->size;
    case UVC_GET_MIN:
        return give_number(data, knob->size, 0);
    case UVC_GET_MAX:
        return give_number(data, knob->size, knob->most);
    case UVC_GET_RES:
        return give_number(data, knob->size, 1);
    case UVC_GET_DEF:
        return give_number(data, knob->size, knob->when_new);
    default:
        return MODEL_STALL;
    }
}

static int control_knob(struct camera_model *model, const uint8_t setup[8], uint8_t *data, size_t size)
{
    for (size_t i = 0; i < KNOBS; i++) {
        struct knob *knob = &model->knobs[i];
        if (knob->entity != setup[5] || knob->selector != setup[3])
            continue;
        if (setup[1] == UVC_GET_INFO && size >= 1)
            return give_number(data, 1, UVC_MAY_GET_AND_SET);
        if (setup[1] == UVC_GET_LEN && size >= 2)
            return give_number(data, 2, knob->size);
        return size >= knob->size ? ask_knob(knob, setup[1], data) : MODEL_STALL;
    }
    return MODEL_STALL; /* it has no knob for its exposure, for one */
}

static int control(void *self, const uint8_t setup[8], uint8_t *data, size_t size)
{
    bool is_class = setup[0] == UVC_TO_INTERFACE || setup[0] == UVC_FROM_INTERFACE;
    if (!is_class)
        return MODEL_STALL;
    return setup[4] == UVC_STREAMING_INTERFACE ? control_stream(self, setup, data, size)
                                               : control_knob(self, setup, data, size);
}

/* --- the stream ----------------------------------------------------------------------------------------- */

static void spoil(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(bytes[i] * 31 + i);
}

/* What a fault does to the frame that was just taken; false: it does not come at all. */
static bool suffer(struct camera_model *model, const struct fault *fault)
{
    if (strcmp(fault->kind, "cut") == 0)
        model->size /= 2;
    else if (strcmp(fault->kind, "flagged") == 0)
        model->head |= UVC_ERROR;
    else if (strcmp(fault->kind, "garbage") == 0)
        spoil(model->bytes, model->size);
    else if (strcmp(fault->kind, "unplug") == 0)
        model->falls_at = (size_t)fault->arg;
    else
        return false;
    return true;
}

/* The frame that is due; MODEL_NAK when none is, 0 when it lies there. */
static int take_frame(struct camera_model *model)
{
    if (!model->is_due)
        return MODEL_NAK;
    model->is_due = false;
    const struct fault *fault = fault_strike(&model->script, "frame", ++model->frames);
    if (fault && strcmp(fault->kind, "stall") == 0)
        return MODEL_STALL;
    struct err e = sensor_expose(model->sensor, model->bytes, &model->size);
    if (err_is(&e)) {
        log_err("model", &e);
        return MODEL_STALL;
    }
    model->head = (uint8_t)(UVC_END_OF_HEADER | (model->frames & UVC_FRAME_ID));
    model->sent = 0;
    if (fault && !suffer(model, fault)) {
        model->size = 0;
        return MODEL_NAK;
    }
    return 0;
}

/* The next piece of the frame, behind its header. */
static void make_payload(struct camera_model *model)
{
    size_t room = sizeof model->payload - UVC_PAYLOAD_HEAD, left = model->size - model->sent;
    size_t count = left < room ? left : room;
    model->payload[0] = UVC_PAYLOAD_HEAD;
    model->payload[1] = (uint8_t)(model->head | (count == left ? UVC_END_OF_FRAME : 0));
    memcpy(model->payload + UVC_PAYLOAD_HEAD, model->bytes + model->sent, count);
    model->sent += count;
    model->payload_size = UVC_PAYLOAD_HEAD + count;
    model->payload_at = 0;
}

static int give(void *self, uint8_t endpoint, uint8_t *out_data, size_t size)
{
    struct camera_model *model = self;
    if (endpoint != UVC_STREAM_PIPE || !model->streams)
        return MODEL_NAK;
    if (model->payload_size == 0) {
        int refusal = model->sent == model->size ? take_frame(model) : 0;
        if (refusal < 0)
            return refusal;
        make_payload(model);
    }
    if (model->sent > model->falls_at)
        return MODEL_GONE;
    size_t left = model->payload_size - model->payload_at, count = left < size ? left : size;
    memcpy(out_data, model->payload + model->payload_at, count);
    model->payload_at += count;
    if (model->payload_at == model->payload_size)
        model->payload_size = 0;
    return (int)count;
}

static int take(void *self, uint8_t endpoint, const uint8_t *data, size_t size)
{
    (void)self;
    (void)endpoint;
    (void)data;
    (void)size;
    return MODEL_STALL; /* it has no pipe for that */
}

static void unplug(void *self)
{
    struct camera_model *model = self;
    stop(model);
    memcpy(model->knobs, knobs_when_new, sizeof model->knobs);
}

/* --- hands and life ------------------------------------------------------------------------------------- */

void camera_model_tick(struct camera_model *model)
{
    model->is_due = model->streams;
}

struct err camera_model_show(struct camera_model *model, const struct picture *paper)
{
    return sensor_show(model->sensor, paper);
}

struct err camera_model_script(struct camera_model *model, const char *script)
{
    return fault_script_parse(script, FAULT_WORDS, &model->script);
}

const struct device_model *camera_model_device(const struct camera_model *model)
{
    return &model->device;
}

static void describe(struct camera_model *model)
{
    model->usb = (struct model_usb){.vendor = 0x1209,
                                    .product = 0x00c0,
                                    .device_class = 0xef, /* more than one interface: UVC 1.1 clause 3.2 */
                                    .device_subclass = 2,
                                    .device_protocol = 1,
                                    .configuration = (const uint8_t *)model->configuration.data,
                                    .configuration_size = (uint16_t)model->configuration.length,
                                    .is_fast = true};
    model->device = (struct device_model){
        .usb = &model->usb, .self = model, .out = take, .in = give, .control = control, .unplug = unplug};
}

struct err camera_model_create(const struct sensor_setup *setup, struct camera_model **out_model)
{
    static const uint8_t first[UVC_PROBE_SIZE];
    struct camera_model *model = calloc(1, sizeof *model);
    if (!model)
        return err_no_memory("model");
    camera_configuration(&model->configuration);
    struct err e = buf_check(&model->configuration, "model");
    if (!err_is(&e))
        e = sensor_create(setup, &model->sensor);
    if (err_is(&e)) {
        camera_model_destroy(&model);
        return e;
    }
    describe(model);
    negotiate(model, first);
    unplug(model);
    *out_model = model;
    return err_ok();
}

void camera_model_destroy(struct camera_model **model)
{
    if (!*model)
        return;
    sensor_destroy(&(*model)->sensor);
    buf_finish(&(*model)->configuration);
    free((*model)->bytes);
    free(*model);
    *model = NULL;
}
