#include "tests/device/usbredir/port.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <usbredirparser.h>

#define REPORT_MAX     64 /* of a full-speed interrupt endpoint */
#define ENDPOINTS      32 /* usb-redir's tables: OUT 0 to 15, IN 16 to 31 */
#define DEVICE_VERSION 0x0100

/* A transfer the peer waits for. */
struct transfer {
    struct transfer *next;
    uint64_t id;
    uint8_t endpoint;
    bool is_interrupt;
    uint32_t stream;
    size_t size, moved;
    uint8_t *data; /* OUT: what to send; IN: NULL */
};

struct port {
    const struct device_model *model;
    int fd;
    struct usbredirparser *parser;
    bool has_greeted; /* the peer's hello came */
    bool is_plugged, is_announced;
    bool hung_up, fell_off;
    struct transfer *transfers;
    bool listens[ENDPOINTS];      /* interrupt IN endpoints whose reports the peer wants */
    uint64_t reported[ENDPOINTS]; /* how many it got */
};

static int table_index(uint8_t endpoint)
{
    return (endpoint & 0x80) >> 3 | (endpoint & 0x0f);
}

/* --- the wire ------------------------------------------------------------------------------------------- */

static int parser_read(void *priv, uint8_t *data, int count)
{
    struct port *port = priv;
    ssize_t got = recv(port->fd, data, (size_t)count, 0);
    if (got > 0)
        return (int)got;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    port->hung_up = true;
    return -1;
}

static int parser_write(void *priv, uint8_t *data, int count)
{
    struct port *port = priv;
    ssize_t sent = send(port->fd, data, (size_t)count, MSG_NOSIGNAL);
    if (sent >= 0)
        return (int)sent;
    if (errno == EAGAIN || errno == EINTR)
        return 0;
    port->hung_up = true;
    return -1;
}

static void parser_log(void *priv, int level, const char *text)
{
    (void)priv;
    (void)level;
    (void)text;
}

/* --- what the device is --------------------------------------------------------------------------------- */

/* Calls visit for each descriptor behind the device's own. USB 2.0 clause 9.5: length, type, the rest. */
static void each_descriptor(const struct model_usb *usb, void (*visit)(const uint8_t *descriptor, void *info),
                            void *info)
{
    enum { DEVICE_BYTES = 18 };
    uint8_t bytes[MODEL_DESCRIPTORS_MAX];
    size_t size = model_descriptors(usb, bytes);
    for (size_t at = DEVICE_BYTES; at < size; at += bytes[at])
        visit(bytes + at, info);
}

enum { TYPE_INTERFACE = 4, TYPE_ENDPOINT = 5 };

struct endpoints {
    struct usb_redir_ep_info_header info;
    uint8_t interface; /* that the next ones belong to */
};

static void note_endpoint(const uint8_t *descriptor, void *context)
{
    struct endpoints *endpoints = context;
    struct usb_redir_ep_info_header *info = &endpoints->info;
    if (descriptor[1] == TYPE_INTERFACE)
        endpoints->interface = descriptor[2];
    if (descriptor[1] != TYPE_ENDPOINT)
        return;
    int at = table_index(descriptor[2]);
    info->type[at] = descriptor[3] & 3;
    info->interface[at] = endpoints->interface;
    info->max_packet_size[at] = (uint16_t)(descriptor[4] | descriptor[5] << 8);
    info->interval[at] = descriptor[6];
}

static void send_endpoints(struct port *port)
{
    struct endpoints all = {0};
    struct usb_redir_ep_info_header *info = &all.info;
    memset(info->type, usb_redir_type_invalid, sizeof info->type);
    info->type[table_index(0x00)] = info->type[table_index(0x80)] = usb_redir_type_control;
    info->max_packet_size[table_index(0x00)] = info->max_packet_size[table_index(0x80)] = 64;
    each_descriptor(port->model->usb, note_endpoint, &all);
    usbredirparser_send_ep_info(port->parser, info);
}

static void note_interface(const uint8_t *descriptor, void *context)
{
    struct usb_redir_interface_info_header *info = context;
    if (descriptor[1] != TYPE_INTERFACE)
        return;
    uint32_t at = info->interface_count++;
    info->interface[at] = descriptor[2];
    info->interface_class[at] = descriptor[5];
    info->interface_subclass[at] = descriptor[6];
    info->interface_protocol[at] = descriptor[7];
}

static void send_interfaces(struct port *port)
{
    struct usb_redir_interface_info_header info = {0};
    each_descriptor(port->model->usb, note_interface, &info);
    usbredirparser_send_interface_info(port->parser, &info);
}

static void drop_transfers(struct port *port)
{
    while (port->transfers) {
        struct transfer *transfer = port->transfers;
        port->transfers = transfer->next;
        free(transfer->data);
        free(transfer);
    }
    memset(port->listens, 0, sizeof port->listens);
}

/* Brings what the peer believes in line with what is. */
static void announce(struct port *port)
{
    if (!port->has_greeted || port->is_plugged == port->is_announced)
        return;
    port->is_announced = port->is_plugged;
    if (!port->is_plugged) {
        drop_transfers(port);
        usbredirparser_send_device_disconnect(port->parser);
        return;
    }
    const struct model_usb *usb = port->model->usb;
    struct usb_redir_device_connect_header device = {.speed = usb->is_fast ? usb_redir_speed_high
                                                                           : usb_redir_speed_full,
                                                     .device_class = usb->device_class,
                                                     .device_subclass = usb->device_subclass,
                                                     .device_protocol = usb->device_protocol,
                                                     .vendor_id = usb->vendor,
                                                     .product_id = usb->product,
                                                     .device_version_bcd = DEVICE_VERSION};
    send_endpoints(port);
    send_interfaces(port);
    usbredirparser_send_device_connect(port->parser, &device);
}

static void on_hello(void *priv, struct usb_redir_hello_header *hello)
{
    struct port *port = priv;
    (void)hello;
    port->has_greeted = true;
    announce(port);
}

/* --- standing questions ----------------------------------------------------------------------------------
 */

static void on_reset(void *priv)
{
    drop_transfers(priv);
}

static void on_set_configuration(void *priv, uint64_t id, struct usb_redir_set_configuration_header *wished)
{
    struct port *port = priv;
    struct usb_redir_configuration_status_header status = {.configuration = wished->configuration};
    send_interfaces(port);
    send_endpoints(port);
    usbredirparser_send_configuration_status(port->parser, id, &status);
}

static void on_get_configuration(void *priv, uint64_t id)
{
    struct port *port = priv;
    struct usb_redir_configuration_status_header status = {.configuration = 1};
    usbredirparser_send_configuration_status(port->parser, id, &status);
}

static void send_setting(struct port *port, uint64_t id, uint8_t interface, uint8_t alt)
{
    struct usb_redir_alt_setting_status_header status = {
        .status = alt == 0 ? usb_redir_success : usb_redir_inval, .interface = interface};
    usbredirparser_send_alt_setting_status(port->parser, id, &status);
}

static void on_set_setting(void *priv, uint64_t id, struct usb_redir_set_alt_setting_header *wished)
{
    send_setting(priv, id, wished->interface, wished->alt);
}

static void on_get_setting(void *priv, uint64_t id, struct usb_redir_get_alt_setting_header *asked)
{
    send_setting(priv, id, asked->interface, 0);
}

static void on_control(void *priv, uint64_t id, struct usb_redir_control_packet_header *asked, uint8_t *data,
                       int size)
{
    struct port *port = priv;
    struct usb_redir_control_packet_header answer = *asked;
    bool in = asked->requesttype & 0x80;
    uint8_t setup[8] = {asked->requesttype,     asked->request,
                        (uint8_t)asked->value,  (uint8_t)(asked->value >> 8),
                        (uint8_t)asked->index,  (uint8_t)(asked->index >> 8),
                        (uint8_t)asked->length, (uint8_t)(asked->length >> 8)};
    uint8_t *bytes = in ? calloc(1, asked->length + 1u) : data;
    int count = model_standard_control(port->model, setup, bytes, in ? asked->length : (size_t)size);
    answer.status = count < 0 ? usb_redir_stall : usb_redir_success;
    answer.length = count < 0 ? 0 : (uint16_t)count;
    usbredirparser_send_control_packet(port->parser, id, &answer, in && count > 0 ? bytes : NULL,
                                       in && count > 0 ? count : 0);
    if (in)
        free(bytes);
    usbredirparser_free_packet_data(port->parser, data);
}

/* --- transfers ------------------------------------------------------------------------------------------ */

static void keep(struct port *port, const struct transfer *wanted, uint8_t *data)
{
    struct transfer *transfer = calloc(1, sizeof *transfer);
    *transfer = *wanted;
    if (!(wanted->endpoint & 0x80)) {
        transfer->data = malloc(wanted->size + 1);
        memcpy(transfer->data, data, wanted->size);
    }
    struct transfer **at = &port->transfers;
    while (*at)
        at = &(*at)->next;
    *at = transfer;
    usbredirparser_free_packet_data(port->parser, data);
}

static void on_bulk(void *priv, uint64_t id, struct usb_redir_bulk_packet_header *asked, uint8_t *data,
                    int size)
{
    bool in = asked->endpoint & 0x80;
    size_t room = (size_t)asked->length_high << 16 | asked->length;
    struct transfer transfer = {
        .id = id, .endpoint = asked->endpoint, .stream = asked->stream_id, .size = in ? room : (size_t)size};
    keep(priv, &transfer, data);
}

static void on_interrupt(void *priv, uint64_t id, struct usb_redir_interrupt_packet_header *asked,
                         uint8_t *data, int size)
{
    struct transfer transfer = {
        .id = id, .endpoint = asked->endpoint, .is_interrupt = true, .size = (size_t)size};
    keep(priv, &transfer, data);
}

static void listen_to(struct port *port, uint64_t id, uint8_t endpoint, bool listens)
{
    struct usb_redir_interrupt_receiving_status_header status = {.endpoint = endpoint};
    port->listens[table_index(endpoint)] = listens;
    usbredirparser_send_interrupt_receiving_status(port->parser, id, &status);
}

static void on_start_interrupt(void *priv, uint64_t id,
                               struct usb_redir_start_interrupt_receiving_header *asked)
{
    listen_to(priv, id, asked->endpoint, true);
}

static void on_stop_interrupt(void *priv, uint64_t id,
                              struct usb_redir_stop_interrupt_receiving_header *asked)
{
    listen_to(priv, id, asked->endpoint, false);
}

/* Takes the transfer out and tells how it went; bytes: what came in. */
static void answer(struct port *port, struct transfer **at, int status, uint8_t *bytes)
{
    struct transfer *done = *at;
    int size = bytes ? (int)done->moved : 0;
    *at = done->next;
    if (done->is_interrupt) {
        struct usb_redir_interrupt_packet_header head = {
            .endpoint = done->endpoint, .status = (uint8_t)status, .length = (uint16_t)done->moved};
        usbredirparser_send_interrupt_packet(port->parser, done->id, &head, bytes, size);
    } else {
        struct usb_redir_bulk_packet_header head = {.endpoint = done->endpoint,
                                                    .status = (uint8_t)status,
                                                    .length = (uint16_t)done->moved,
                                                    .length_high = (uint16_t)(done->moved >> 16),
                                                    .stream_id = done->stream};
        usbredirparser_send_bulk_packet(port->parser, done->id, &head, bytes, size);
    }
    free(done->data);
    free(done);
}

static void on_cancel(void *priv, uint64_t id)
{
    struct port *port = priv;
    for (struct transfer **at = &port->transfers; *at; at = &(*at)->next) {
        if ((*at)->id != id)
            continue;
        answer(port, at, usb_redir_cancelled, NULL);
        return;
    }
}

/* What the model said instead of a count; false: nothing for now. */
static bool serve_refusal(struct port *port, struct transfer **at, int code)
{
    port->fell_off = port->fell_off || code == MODEL_GONE;
    if (code != MODEL_STALL)
        return false;
    answer(port, at, usb_redir_stall, NULL);
    return true;
}

static bool serve_out(struct port *port, struct transfer **at)
{
    struct transfer *transfer = *at;
    int count = port->model->out(port->model->self, transfer->endpoint, transfer->data + transfer->moved,
                                 transfer->size - transfer->moved);
    if (count < 0)
        return serve_refusal(port, at, count);
    transfer->moved += (size_t)count;
    if (transfer->moved < transfer->size)
        return count > 0;
    answer(port, at, usb_redir_success, NULL);
    return true;
}

static bool serve_in(struct port *port, struct transfer **at)
{
    struct transfer *transfer = *at;
    uint8_t *bytes = malloc(transfer->size + 1);
    int count = port->model->in(port->model->self, transfer->endpoint, bytes, transfer->size);
    bool served = true;
    if (count < 0) {
        served = serve_refusal(port, at, count);
    } else {
        transfer->moved = (size_t)count;
        answer(port, at, usb_redir_success, bytes);
    }
    free(bytes);
    return served;
}

static bool serve_report(struct port *port, uint8_t endpoint)
{
    uint8_t bytes[REPORT_MAX];
    int at = table_index(endpoint);
    int count =
        port->listens[at] ? port->model->in(port->model->self, endpoint, bytes, sizeof bytes) : MODEL_NAK;
    port->fell_off = port->fell_off || count == MODEL_GONE;
    if (count == MODEL_NAK || count == MODEL_GONE)
        return false;
    struct usb_redir_interrupt_packet_header head = {.endpoint = endpoint,
                                                     .status = count == MODEL_STALL ? usb_redir_stall
                                                                                    : usb_redir_success,
                                                     .length = count > 0 ? (uint16_t)count : 0};
    usbredirparser_send_interrupt_packet(port->parser, port->reported[at]++, &head, count > 0 ? bytes : NULL,
                                         count > 0 ? count : 0);
    return count != MODEL_STALL;
}

static bool serve_one(struct port *port)
{
    for (struct transfer **at = &port->transfers; *at; at = &(*at)->next)
        if ((*at)->endpoint & 0x80 ? serve_in(port, at) : serve_out(port, at))
            return true;
    for (int i = 0; i < port->model->usb->endpoint_count; i++)
        if (serve_report(port, port->model->usb->endpoints[i].address))
            return true;
    return false;
}

bool port_pump(struct port *port)
{
    while (port->is_announced && !port->fell_off && serve_one(port)) {
    }
    bool fell_off = port->fell_off;
    port->fell_off = false;
    return fell_off;
}

/* --- life ----------------------------------------------------------------------------------------------- */

bool port_read(struct port *port)
{
    return usbredirparser_do_read(port->parser) != usbredirparser_read_parse_error && !port->hung_up;
}

bool port_write(struct port *port)
{
    if (usbredirparser_has_data_to_write(port->parser))
        usbredirparser_do_write(port->parser);
    return !port->hung_up;
}

bool port_wants_to_write(const struct port *port)
{
    return usbredirparser_has_data_to_write(port->parser) > 0;
}

void port_set_plugged(struct port *port, bool plugged)
{
    port->is_plugged = plugged;
    announce(port);
}

static void set_callbacks(struct usbredirparser *parser)
{
    parser->log_func = parser_log;
    parser->read_func = parser_read;
    parser->write_func = parser_write;
    parser->hello_func = on_hello;
    parser->reset_func = on_reset;
    parser->set_configuration_func = on_set_configuration;
    parser->get_configuration_func = on_get_configuration;
    parser->set_alt_setting_func = on_set_setting;
    parser->get_alt_setting_func = on_get_setting;
    parser->control_packet_func = on_control;
    parser->bulk_packet_func = on_bulk;
    parser->interrupt_packet_func = on_interrupt;
    parser->start_interrupt_receiving_func = on_start_interrupt;
    parser->stop_interrupt_receiving_func = on_stop_interrupt;
    parser->cancel_data_packet_func = on_cancel;
}

struct err port_create(const struct device_model *model, int fd, struct port **out_port)
{
    struct port *port = calloc(1, sizeof *port);
    if (!port)
        return err_no_memory("usbredir");
    *port = (struct port){.model = model, .fd = fd, .parser = usbredirparser_create()};
    if (!port->parser) {
        free(port);
        return err_no_memory("usbredir");
    }
    uint32_t caps[USB_REDIR_CAPS_SIZE] = {0};
    usbredirparser_caps_set_cap(caps, usb_redir_cap_connect_device_version);
    usbredirparser_caps_set_cap(caps, usb_redir_cap_ep_info_max_packet_size);
    usbredirparser_caps_set_cap(caps, usb_redir_cap_64bits_ids);
    usbredirparser_caps_set_cap(caps, usb_redir_cap_32bits_bulk_length);
    port->parser->priv = port;
    set_callbacks(port->parser);
    usbredirparser_init(port->parser, "yizhan " YIZHAN_VERSION, caps, USB_REDIR_CAPS_SIZE,
                        usbredirparser_fl_usb_host);
    *out_port = port;
    return err_ok();
}

void port_destroy(struct port **port)
{
    if (!*port)
        return;
    drop_transfers(*port);
    usbredirparser_destroy((*port)->parser);
    free(*port);
    *port = NULL;
}
