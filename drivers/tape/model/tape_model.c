#include "drivers/tape/model/tape_model.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIPES      256
#define SETUP_SIZE 8

struct tape_model {
    struct device_model device;
    struct model_usb usb;
    const struct tape *tape;
    size_t sent;              /* the next entry that is to be sent; count at the end */
    size_t sent_bytes;        /* of it, already */
    size_t came[PIPES];       /* where to look for each endpoint's next entry */
    size_t came_bytes[PIPES]; /* of it, already */
    char complaint[160];
};

static bool comes(const struct tape_entry *entry)
{
    return entry->kind != TAPE_SENT;
}

static size_t next_sent(const struct tape_model *model, size_t from)
{
    while (from < tape_count(model->tape) && comes(tape_entry(model->tape, from)))
        from++;
    return from;
}

/* The endpoint's next entry, or the count when nothing may come yet. */
static size_t next_came(struct tape_model *model, uint8_t pipe)
{
    size_t *at = &model->came[pipe];
    while (*at < model->sent &&
           !(comes(tape_entry(model->tape, *at)) && tape_entry(model->tape, *at)->pipe == pipe))
        ++*at;
    return *at < model->sent ? *at : tape_count(model->tape);
}

static int complain(struct tape_model *model, uint8_t pipe, const uint8_t *data, size_t size)
{
    size_t number = model->sent + 1;
    if (!model->complaint[0])
        snprintf(model->complaint, sizeof model->complaint,
                 "transfer %zu: %zu bytes %02x %02x %02x... through %02x, which were others then", number,
                 size, size > 0 ? data[0] : 0, size > 1 ? data[1] : 0, size > 2 ? data[2] : 0, pipe);
    return MODEL_STALL;
}

/* Takes as much as belongs to the entry that is due. */
static int take(struct tape_model *model, uint8_t pipe, const uint8_t *data, size_t size)
{
    if (model->sent == tape_count(model->tape))
        return (int)size;
    const struct tape_entry *entry = tape_entry(model->tape, model->sent);
    size_t left = entry->size - model->sent_bytes, count = size < left ? size : left;
    if (entry->pipe != pipe ||
        (count > 0 && memcmp(tape_bytes(model->tape, model->sent) + model->sent_bytes, data, count) != 0))
        return complain(model, pipe, data, size);
    model->sent_bytes += count;
    if (model->sent_bytes == entry->size) {
        model->sent = next_sent(model, model->sent + 1);
        model->sent_bytes = 0;
    }
    return (int)count;
}

static bool stalls_now(struct tape_model *model, uint8_t pipe)
{
    size_t i = next_came(model, pipe);
    bool stalls = i < tape_count(model->tape);
    model->came[pipe] += stalls;
    return stalls;
}

static int tape_out(void *self, uint8_t pipe, const uint8_t *data, size_t size)
{
    size_t taken = 0;
    if (pipe != TAPE_LINE && stalls_now(self, pipe))
        return MODEL_STALL;
    while (taken < size) {
        int count = take(self, pipe, data + taken, size - taken);
        if (count < 0)
            return count;
        taken += (size_t)count;
    }
    return (int)taken;
}

static int tape_in(void *self, uint8_t pipe, uint8_t *out_data, size_t size)
{
    struct tape_model *model = self;
    size_t i = next_came(model, pipe);
    if (i == tape_count(model->tape))
        return MODEL_NAK;
    const struct tape_entry *entry = tape_entry(model->tape, i);
    size_t *gone = &model->came_bytes[pipe];
    size_t left = entry->size - *gone, count = size < left ? size : left;
    if (count > 0)
        memcpy(out_data, tape_bytes(model->tape, i) + *gone, count);
    *gone += count;
    if (*gone == entry->size) {
        model->came[pipe]++;
        *gone = 0;
    }
    return entry->kind == TAPE_STALLED ? MODEL_STALL : (int)count;
}

static int tape_control(void *self, const uint8_t setup[8], uint8_t *data, size_t size)
{
    struct tape_model *model = self;
    bool in = setup[0] & 0x80;
    int taken = take(model, 0, setup, SETUP_SIZE);
    if (taken >= 0 && !in && size > 0)
        taken = take(model, 0, data, size);
    if (taken < 0)
        return taken;
    int came = tape_in(model, 0, data, in ? size : 0);
    return came == MODEL_NAK ? 0 : came;
}

static void tape_unplug(void *self)
{
    (void)self;
}

static bool describe(const struct tape_device *device, struct model_usb *usb)
{
    const struct tape_interface *interface = &device->interface;
    *usb = (struct model_usb){.vendor = device->vendor,
                              .product = device->product,
                              .interface_class = interface->class,
                              .interface_subclass = interface->subclass,
                              .interface_protocol = interface->protocol,
                              .endpoint_count = interface->pipe_count};
    for (int i = 0; i < interface->pipe_count && i < MODEL_ENDPOINTS_MAX; i++) {
        usb->endpoints[i].address = interface->pipes[i].address;
        usb->endpoints[i].type = interface->pipes[i].type;
        usb->endpoints[i].packet = interface->pipes[i].packet;
    }
    return interface->pipe_count <= MODEL_ENDPOINTS_MAX;
}

struct err tape_model_create(const struct tape *tape, struct tape_model **out_model)
{
    struct tape_model *model = calloc(1, sizeof *model);
    if (!model)
        return err_no_memory("tape");
    model->tape = tape;
    model->sent = next_sent(model, 0);
    model->device = (struct device_model){.usb = &model->usb,
                                          .self = model,
                                          .out = tape_out,
                                          .in = tape_in,
                                          .control = tape_control,
                                          .unplug = tape_unplug};
    if (!describe(tape_get_device(tape), &model->usb)) {
        free(model);
        return err_make(ERR_DATA, "tape", 0, "a device of more than %d endpoints", MODEL_ENDPOINTS_MAX);
    }
    *out_model = model;
    return err_ok();
}

void tape_model_destroy(struct tape_model **model)
{
    free(*model);
    *model = NULL;
}

const struct device_model *tape_model_device(const struct tape_model *model)
{
    return &model->device;
}

const char *tape_model_complaint(const struct tape_model *model)
{
    return model->complaint;
}

bool tape_model_is_over(const struct tape_model *model)
{
    size_t count = tape_count(model->tape);
    for (size_t i = 0; model->sent == count && i < count; i++) {
        const struct tape_entry *entry = tape_entry(model->tape, i);
        if (comes(entry) && model->came[entry->pipe] <= i)
            return false;
    }
    return model->sent == count;
}
