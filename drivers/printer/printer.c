#include "drivers/printer/printer.h"
#include "board/base/wipe.h"
#include "drivers/printer/verbs.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH_MAX_DOTS 832 /* 112 mm paper */
#define BITS_MAX       (4u << 20)

static struct err check(const struct printer_bitmap *bitmap)
{
    bool sane = bitmap->width_dots > 0 && bitmap->height_dots > 0 &&
                bitmap->stride >= ((size_t)bitmap->width_dots + 7) / 8;
    if (!sane || bitmap->width_dots > WIDTH_MAX_DOTS ||
        bitmap->stride > BITS_MAX / (size_t)bitmap->height_dots)
        return err_make(ERR_REFUSED, "printer", EINVAL, "a bitmap of %d x %d dots fits no paper",
                        bitmap->width_dots, bitmap->height_dots);
    return err_ok();
}

struct err printer_print(struct device *printer, uint32_t job, const struct printer_bitmap *bitmap,
                         int timeout_ms, uint32_t *out_ticket)
{
    TRY(check(bitmap));
    size_t size = bitmap->stride * (size_t)bitmap->height_dots;
    struct device_command command = {.verb = PRINTER_DO_PRINT, .timeout_ms = timeout_ms, .blob_size = size};
    command.blob = malloc(size);
    if (!command.blob)
        return err_no_memory("printer");
    memcpy(command.blob, bitmap->bits, size);
    struct printer_order order = {.job = job, .bitmap = *bitmap};
    order.bitmap.bits = command.blob;
    memcpy(command.payload.bytes, &order, sizeof order);
    struct err e = device_send(printer, &command, out_ticket);
    if (err_is(&e)) {
        wipe(command.blob, size);
        free(command.blob);
    }
    return e;
}

const struct printer_event *printer_event(const struct device_message *message)
{
    assert(message->class == DEVICE_PRINTER);
    return (const struct printer_event *)(const void *)message->payload.bytes;
}
