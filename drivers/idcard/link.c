#include "drivers/idcard/link.h"
#include "board/base/wipe.h"
#include "drivers/idcard/sam.h"
#include "drivers/serial/serial.h"
#include "drivers/usb/usb.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Four-pipe readers: source as sam.h. */
#define PIPE_OUT_HEADER 0x02
#define PIPE_OUT_BODY   0x06
#define PIPE_IN_HEADER  0x81
#define PIPE_IN_BODY    0x85

#define CLASS_HID  3
#define TYPE_BULK  2
#define TYPE_INT   3
#define HID_REPORT 64
#define QUIET_MS   30
#define FLUSH_MAX  64 /* reads; a reader that never stops talking is left to the checksums */

struct wiring {
    struct err (*write)(struct sam_link *link, const uint8_t *frame, size_t size, int left_ms);
    struct err (*read)(struct sam_link *link, uint8_t *out_bytes, int left_ms, size_t *out_size);
};

struct sam_link {
    const struct wiring *wiring;
    struct usb *usb;       /* or */
    struct serial *serial; /* one of the two */
    uint8_t out_pipe, in_pipe;
    size_t body_left; /* four pipes: bytes still to come through the body pipe */
};

/* --- four pipes ----------------------------------------------------------------------------------------- */

static struct err write_four(struct sam_link *link, const uint8_t *frame, size_t size, int left_ms)
{
    TRY(usb_write(link->usb, PIPE_OUT_HEADER, frame, SAM_HEADER_SIZE, left_ms, NULL));
    return usb_write(link->usb, PIPE_OUT_BODY, frame + SAM_HEADER_SIZE, size - SAM_HEADER_SIZE, left_ms,
                     NULL);
}

static struct err read_four(struct sam_link *link, uint8_t *out_bytes, int left_ms, size_t *out_size)
{
    if (link->body_left == 0) {
        TRY(usb_read(link->usb, PIPE_IN_HEADER, out_bytes, HID_REPORT, left_ms, out_size));
        if (*out_size >= SAM_HEADER_SIZE)
            link->body_left = (size_t)(out_bytes[*out_size - 2] << 8 | out_bytes[*out_size - 1]);
        return err_ok();
    }
    TRY(usb_read(link->usb, PIPE_IN_BODY, out_bytes, SAM_LINK_CHUNK, left_ms, out_size));
    link->body_left -= *out_size < link->body_left ? *out_size : link->body_left;
    return err_ok();
}

/* --- one bulk pair -------------------------------------------------------------------------------------- */

static struct err write_bulk(struct sam_link *link, const uint8_t *frame, size_t size, int left_ms)
{
    return usb_write(link->usb, link->out_pipe, frame, size, left_ms, NULL);
}

static struct err read_bulk(struct sam_link *link, uint8_t *out_bytes, int left_ms, size_t *out_size)
{
    return usb_read(link->usb, link->in_pipe, out_bytes, SAM_LINK_CHUNK, left_ms, out_size);
}

/* --- HID reports of 64 bytes, the last one zero padded ----------------------------------------------------
 */

static struct err write_hid(struct sam_link *link, const uint8_t *frame, size_t size, int left_ms)
{
    for (size_t at = 0; at < size; at += HID_REPORT) {
        uint8_t report[HID_REPORT] = {0};
        memcpy(report, frame + at, size - at < HID_REPORT ? size - at : HID_REPORT);
        if (link->out_pipe)
            TRY(usb_write(link->usb, link->out_pipe, report, sizeof report, left_ms, NULL));
        else /* SET_REPORT, output, report 0: HID 1.11 clause 7.2.2 */
            TRY(usb_control(link->usb, 0x21, 0x09, 0x0200, usb_interface(link->usb)->number, report,
                            sizeof report, left_ms, NULL));
    }
    return err_ok();
}

static struct err read_hid(struct sam_link *link, uint8_t *out_bytes, int left_ms, size_t *out_size)
{
    return usb_read(link->usb, link->in_pipe, out_bytes, HID_REPORT, left_ms, out_size);
}

/* --- serial --------------------------------------------------------------------------------------------- */

static struct err write_serial(struct sam_link *link, const uint8_t *frame, size_t size, int left_ms)
{
    return serial_write(link->serial, frame, size, left_ms);
}

static struct err read_serial(struct sam_link *link, uint8_t *out_bytes, int left_ms, size_t *out_size)
{
    return serial_read(link->serial, out_bytes, SAM_LINK_CHUNK, left_ms, out_size);
}

static const struct wiring four_pipes = {write_four, read_four};
static const struct wiring bulk_pair = {write_bulk, read_bulk};
static const struct wiring hid_reports = {write_hid, read_hid};
static const struct wiring serial_line = {write_serial, read_serial};

/* --- choosing ------------------------------------------------------------------------------------------- */

static bool has_pipe(const struct usb *usb, uint8_t address)
{
    const struct usb_interface *interface = usb_interface(usb);
    for (int i = 0; i < interface->endpoint_count; i++)
        if (interface->endpoints[i].address == address)
            return true;
    return false;
}

static enum sam_transport recognise(const struct usb *usb)
{
    if (usb_interface(usb)->class == CLASS_HID)
        return SAM_HID;
    bool four = has_pipe(usb, PIPE_OUT_HEADER) && has_pipe(usb, PIPE_OUT_BODY) &&
                has_pipe(usb, PIPE_IN_HEADER) && has_pipe(usb, PIPE_IN_BODY);
    return four ? SAM_FOUR_PIPES : SAM_BULK_PAIR;
}

static struct err choose(struct sam_link *link, enum sam_transport transport)
{
    if (transport == SAM_AUTO)
        transport = recognise(link->usb);
    if (transport == SAM_FOUR_PIPES) {
        link->wiring = &four_pipes;
        return err_ok();
    }
    uint8_t type = transport == SAM_HID ? TYPE_INT : TYPE_BULK;
    const struct usb_endpoint *out = usb_find_endpoint(link->usb, type, false);
    const struct usb_endpoint *in = usb_find_endpoint(link->usb, type, true);
    if (!in || (!out && transport != SAM_HID))
        return err_make(ERR_DEVICE, "idcard", ENXIO, "the reader lacks the pipes of its transport");
    link->wiring = transport == SAM_HID ? &hid_reports : &bulk_pair;
    link->in_pipe = in->address;
    link->out_pipe = out ? out->address : 0;
    return err_ok();
}

static struct err open_wire(struct worker *worker, const struct arrival *arrival,
                            enum sam_transport transport, int baud, struct sam_link *link)
{
    if (strcmp(arrival->subsystem, "tty") == 0) {
        link->wiring = &serial_line;
        return serial_open(worker, arrival->node, baud, &link->serial);
    }
    TRY(usb_open(worker, arrival, transport == SAM_HID ? CLASS_HID : -1, &link->usb));
    return choose(link, transport);
}

struct err sam_link_open(struct worker *worker, const struct arrival *arrival, enum sam_transport transport,
                         int baud, struct sam_link **out_link)
{
    struct sam_link *link = calloc(1, sizeof *link);
    if (!link)
        return err_no_memory("idcard");
    struct err e = open_wire(worker, arrival, transport, baud, link);
    if (err_is(&e))
        sam_link_close(&link);
    else
        *out_link = link;
    return e;
}

void sam_link_close(struct sam_link **link)
{
    if (!*link)
        return;
    usb_close(&(*link)->usb);
    serial_close(&(*link)->serial);
    free(*link);
    *link = NULL;
}

struct err sam_link_write(struct sam_link *link, const uint8_t *frame, size_t size, int left_ms)
{
    link->body_left = 0;
    return link->wiring->write(link, frame, size, left_ms);
}

struct err sam_link_read(struct sam_link *link, uint8_t out_bytes[SAM_LINK_CHUNK], int left_ms,
                         size_t *out_size)
{
    return link->wiring->read(link, out_bytes, left_ms, out_size);
}

/* One look at a pipe that should be quiet. */
static bool has_more(struct sam_link *link, uint8_t late[SAM_LINK_CHUNK])
{
    size_t size;
    struct err e = sam_link_read(link, late, QUIET_MS, &size);
    return !err_is(&e);
}

/* With four pipes a body may lie there whose header was fetched before the exchange was given up: whoever
 * looks at the header pipe only finds every later answer out of step, for as long as the reader has power. */
void sam_link_flush(struct sam_link *link)
{
    uint8_t late[SAM_LINK_CHUNK];
    bool more = true;
    for (int i = 0; i < FLUSH_MAX && more; i++) {
        link->body_left = 0;
        more = has_more(link, late);
        link->body_left = SAM_LINK_CHUNK;
        if (link->wiring == &four_pipes)
            more = has_more(link, late) || more;
    }
    link->body_left = 0;
    wipe(late, sizeof late);
}

void sam_link_wake(struct sam_link *link)
{
    if (link->usb)
        usb_wake(link->usb);
}
