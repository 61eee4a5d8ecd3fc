/* One class's handle: what the app asks of it goes to its worker. */
#include "drivers/device.h"
#include "drivers/worker.h"
#include <errno.h>
#include <string.h>

static const char *const class_names[DEVICE_CLASS_COUNT] = {
    [DEVICE_IDCARD] = "idcard",   [DEVICE_PRINTER] = "printer", [DEVICE_CAMERA] = "camera",
    [DEVICE_SCANNER] = "scanner", [DEVICE_TOUCH] = "touch",     [DEVICE_KEYPAD] = "keypad",
};

const char *device_class_name(enum device_class class)
{
    return class < DEVICE_CLASS_COUNT ? class_names[class] : "unknown";
}

bool device_class_named(const char *name, enum device_class *out_class)
{
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++) {
        if (strcmp(name, class_names[i]) != 0)
            continue;
        *out_class = (enum device_class)i;
        return true;
    }
    return false;
}

static struct err not_wanted(const struct device *device)
{
    return err_make(ERR_DEVICE, device_class_name(device->class), ENODEV, "not used by this program");
}

void device_get_status(struct device *device, struct device_status *out_status)
{
    if (device->worker)
        worker_get_status(device->worker, out_status);
    else
        *out_status = (struct device_status){.cause = not_wanted(device)};
}

struct err device_send(struct device *device, const struct device_command *command, uint32_t *out_ticket)
{
    return device->worker ? worker_send(device->worker, command, out_ticket) : not_wanted(device);
}

void device_cancel(struct device *device, uint32_t ticket)
{
    if (device->worker)
        worker_cancel(device->worker, ticket);
}

bool device_was_cancelled(const struct err *err)
{
    return err->class == ERR_REFUSED && err->code == ECANCELED;
}

bool device_timed_out(const struct err *err)
{
    return err->class == ERR_RETRY && err->code == ETIMEDOUT;
}
