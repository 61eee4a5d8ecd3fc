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
/* More than the kernel keeps of a line; a scanner that never stops talking holds nobody up. */
#define READS_TO_PASS_OVER 256

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

/* Waits for bytes; out_code NULL: nobody asked. */
static struct err hear(struct port *port, int left_ms, struct code *out_code, bool *has_come)
{
    uint8_t bytes[256];
    size_t size = 0;
    struct err e = serial_read(port->serial, bytes, sizeof bytes, left_ms, &size);

    for (size_t at = 0; !err_is(&e) && at < size;) {
        bool ends;

        at += typed_bytes(&port->typed, bytes + at, size - at, &ends);
        if (ends)
            e = typed_deliver(&port->typed, out_code, has_come);
    }
    wipe(bytes, sizeof bytes);
    return e;
}

/* What was scanned before anybody asked; of a code whose end is still to come, that end too. ERR_DEVICE when
 * the port is gone. */
static struct err pass_over(struct port *port)
{
    struct err e = err_ok();
    bool complete = false;

    for (int i = 0; i < READS_TO_PASS_OVER && !err_is(&e); i++)
        e = hear(port, 1, NULL, &complete);
    typed_spoil(&port->typed);
    return device_timed_out(&e) ? err_ok() : e;
}

static struct err port_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    (void)worker;
    (void)left_ms;
    *out_conditions = 0;
    return pass_over(handle);
}

/* A code that comes in pieces keeps its first ones. */
static struct err read_code(struct worker *worker, struct port *port, struct code *out_code)
{
    bool complete = false;

    while (!complete) {
        int left_ms = worker_left_ms(worker);
        struct err e = hear(port, left_ms < SLICE_MS ? left_ms : SLICE_MS, out_code, &complete);

        if (worker_stopped(worker))
            return worker_stop_error(worker);
        if (err_is(&e) && !device_timed_out(&e))
            return e;
    }
    return err_ok();
}

static struct err port_execute(struct worker *worker, void *handle, const struct device_command *command,
                               union device_payload *out_payload)
{
    struct port *port = handle;
    struct scanner_event *event = (struct scanner_event *)(void *)out_payload->bytes;

    (void)command;
    TRY(pass_over(port));
    struct err e = read_code(worker, port, &event->code);
    typed_spoil(&port->typed); /* what began already is not waited for */
    return e;
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
