/* Scanners that send lines over a serial port: CDC-ACM (a virtual port over USB) or a UART. */
#include "board/base/wipe.h"
#include "drivers/scanner/driver.h"
#include "drivers/scanner/typed.h"
#include "drivers/scanner/verbs.h"
#include "drivers/serial/serial.h"
#include "drivers/tape/tape.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_MS 200

enum { SET_BAUD };

static const struct setting settings[] = {
    [SET_BAUD] = {.key = "baud", .fallback = 4, .words = "115200 57600 38400 19200 9600"},
    {0},
};

static const int bauds[] = {115200, 57600, 38400, 19200, 9600};

struct port {
    struct serial *serial;
    struct typed typed;
};

static bool port_probe(const struct arrival *arrival, const struct model *model)
{
    (void)model;
    return strcmp(arrival->subsystem, "tty") == 0;
}

static void port_close(void *handle)
{
    struct port *port = handle;

    serial_close(&port->serial);
    typed_clear(&port->typed);
    free(port);
}

static struct err port_open(struct worker *worker, const struct arrival *arrival, const struct model *model,
                            int left_ms, void **out_handle)
{
    struct port *port = calloc(1, sizeof *port);
    struct err e;

    (void)left_ms;
    if (!port)
        return err_no_memory("scanner");
    e = serial_open(worker, arrival->node, bauds[model->values[SET_BAUD]], &port->serial);
    if (err_is(&e))
        port_close(port);
    else
        *out_handle = port;
    return e;
}

/* Throws away what was scanned while nobody asked; ERR_DEVICE when the port is gone. */
static struct err empty(struct port *port)
{
    uint8_t bytes[256];
    size_t size;
    struct err e;

    do
        e = serial_read(port->serial, bytes, sizeof bytes, 1, &size);
    while (!err_is(&e));
    wipe(bytes, sizeof bytes);
    typed_clear(&port->typed);
    return device_timed_out(&e) ? err_ok() : e;
}

static struct err port_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    (void)worker;
    (void)left_ms;
    *out_conditions = 0;
    return empty(handle);
}

/* Reads on until a code is complete; a code that comes in pieces keeps its first ones. */
static struct err read_code(struct worker *worker, struct port *port)
{
    uint8_t bytes[256];
    bool complete = false;

    while (!complete) {
        int left_ms = worker_left_ms(worker);
        size_t size = 0;
        struct err e =
            serial_read(port->serial, bytes, sizeof bytes, left_ms < SLICE_MS ? left_ms : SLICE_MS, &size);

        if (worker_stopped(worker))
            return worker_stop_error(worker);
        if (device_timed_out(&e))
            continue;
        TRY(e);
        typed_bytes(&port->typed, bytes, size, &complete);
        wipe(bytes, sizeof bytes);
    }
    return err_ok();
}

static struct err port_execute(struct worker *worker, void *handle, const struct device_command *command,
                               union device_payload *out_payload)
{
    struct port *port = handle;
    struct scanner_event *event = (struct scanner_event *)(void *)out_payload->bytes;

    (void)command;
    TRY(empty(port));
    TRY(read_code(worker, port));
    return typed_finish(&port->typed, &event->code);
}

/* Every character becomes a 1; line ends stay. */
static void port_mask(const struct model *model, struct tape *tape)
{
    (void)model;
    for (size_t i = 0; i < tape_count(tape); i++) {
        uint8_t *bytes = tape_bytes(tape, i);
        for (size_t at = 0; at < tape_entry(tape, i)->size; at++)
            if (bytes[at] != '\r' && bytes[at] != '\n' && bytes[at] != 0x03)
                bytes[at] = '1';
    }
}

const struct driver scanner_serial_driver = {
    .name = "scanner-serial",
    .class = DEVICE_SCANNER,
    .settings = settings,
    .probe = port_probe,
    .open = port_open,
    .sense = port_sense,
    .sense_ms = 60000,
    .execute = port_execute,
    .close = port_close,
    .mask = port_mask,
};
