/* The set: one worker per class, told by hotplug and models.ini what is theirs. */
#include "board/base/log.h"
#include "board/base/mailbox.h"
#include "drivers/device.h"
#include "drivers/hotplug.h"
#include "drivers/models.h"
#include "drivers/worker.h"
#include <stdlib.h>

/* Statuses, results of every queue, and room for progress. */
#define MAILBOX_CAPACITY 48

struct devices {
    struct models *models;
    struct mailbox *mailbox;
    struct hotplug *hotplug;
    struct device devices[DEVICE_CLASS_COUNT];
};

static void on_arrive(void *context, const struct arrival *arrival)
{
    struct devices *devices = context;
    const struct model *model = models_find(devices->models, arrival);
    if (!model || !devices->devices[model->driver->class].worker)
        return;
    log_info("device", "%s arrived: %s by %s", arrival->node, model->name, model->driver->name);
    worker_arrive(devices->devices[model->driver->class].worker, arrival, model);
}

static void on_leave(void *context, const char *syspath)
{
    struct devices *devices = context;
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++)
        if (devices->devices[i].worker)
            worker_leave(devices->devices[i].worker, syspath);
}

static struct err start_workers(struct devices *devices, uint32_t class_mask, struct tape *const *tapes)
{
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++) {
        devices->devices[i].class = (enum device_class)i;
        if (!(class_mask & 1u << i))
            continue;
        TRY(worker_create((enum device_class)i, devices->mailbox, clock_system(),
                          &devices->devices[i].worker));
        if (tapes)
            worker_record(devices->devices[i].worker, tapes[i]);
    }
    return err_ok();
}

static struct err start(struct devices *devices, const char *models_path, uint32_t class_mask,
                        struct tape *const *tapes)
{
    TRY(models_load(models_path, driver_registry, &devices->models));
    TRY(mailbox_create(sizeof(struct device_message), MAILBOX_CAPACITY, &devices->mailbox));
    TRY(start_workers(devices, class_mask, tapes));
    struct hotplug_listener listener = {.arrive = on_arrive, .leave = on_leave, .context = devices};
    return hotplug_create(&listener, &devices->hotplug);
}

struct err devices_create_recorded(const char *models_path, uint32_t class_mask,
                                   struct tape *const tapes[DEVICE_CLASS_COUNT], struct devices **out_devices)
{
    struct devices *devices = calloc(1, sizeof *devices);
    if (!devices)
        return err_no_memory("device");
    struct err e = start(devices, models_path, class_mask, tapes);
    if (err_is(&e))
        devices_destroy(&devices);
    else
        *out_devices = devices;
    return e;
}

struct err devices_create(const char *models_path, uint32_t class_mask, struct devices **out_devices)
{
    return devices_create_recorded(models_path, class_mask, NULL, out_devices);
}

void devices_destroy(struct devices **devices)
{
    struct devices *d = *devices;
    if (!d)
        return;
    hotplug_destroy(&d->hotplug);
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++)
        worker_destroy(&d->devices[i].worker);
    mailbox_destroy(&d->mailbox);
    models_destroy(&d->models);
    free(d);
    *devices = NULL;
}

int devices_fd(const struct devices *devices)
{
    return mailbox_fd(devices->mailbox);
}

bool devices_take(struct devices *devices, struct device_message *out_message)
{
    bool taken = mailbox_take(devices->mailbox, out_message);
    for (int i = 0; taken && i < DEVICE_CLASS_COUNT; i++)
        if (devices->devices[i].worker)
            worker_offer_status(devices->devices[i].worker);
    return taken;
}

struct device *devices_get(struct devices *devices, enum device_class class)
{
    return &devices->devices[class];
}
