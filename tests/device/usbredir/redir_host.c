#include "tests/device/usbredir/redir_host.h"
#include "tests/unit/cmocka.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <usbredirparser.h>

#define PATIENCE_MS 60000
#define NOBODY      UINT64_MAX

struct redir_host {
    int fd;
    struct usbredirparser *parser;
    bool is_present;
    uint16_t vendor;
    uint32_t interface_count;
    struct usb_redir_ep_info_header endpoints;
    uint64_t last_id;
    /* the answer waited for */
    uint64_t awaited;
    int status;
    uint8_t *data;
    size_t room, size;
};

static int wire_read(void *priv, uint8_t *data, int count)
{
    ssize_t got = recv(((struct redir_host *)priv)->fd, data, (size_t)count, MSG_DONTWAIT);
    return got > 0 ? (int)got : 0;
}

static int wire_write(void *priv, uint8_t *data, int count)
{
    return (int)send(((struct redir_host *)priv)->fd, data, (size_t)count, MSG_NOSIGNAL);
}

static void on_log(void *priv, int level, const char *text)
{
    (void)priv;
    if (level <= usbredirparser_warning)
        fail_msg("usb-redir: %s", text);
}

static void on_connected(void *priv, struct usb_redir_device_connect_header *device)
{
    struct redir_host *host = priv;
    host->is_present = true;
    host->vendor = device->vendor_id;
}

static void on_disconnected(void *priv)
{
    ((struct redir_host *)priv)->is_present = false;
}

static void on_endpoints(void *priv, struct usb_redir_ep_info_header *info)
{
    ((struct redir_host *)priv)->endpoints = *info;
}

static void on_interfaces(void *priv, struct usb_redir_interface_info_header *info)
{
    ((struct redir_host *)priv)->interface_count = info->interface_count;
}

static void on_answer(struct redir_host *host, uint64_t id, uint8_t status, uint8_t *data, int size)
{
    if (id == host->awaited) {
        host->status = status;
        host->size = (size_t)size < host->room ? (size_t)size : host->room;
        if (data && host->size > 0)
            memcpy(host->data, data, host->size);
        host->awaited = NOBODY;
    }
    usbredirparser_free_packet_data(host->parser, data);
}

static void on_control(void *priv, uint64_t id, struct usb_redir_control_packet_header *head, uint8_t *data,
                       int size)
{
    on_answer(priv, id, head->status, data, size);
}

static void on_bulk(void *priv, uint64_t id, struct usb_redir_bulk_packet_header *head, uint8_t *data,
                    int size)
{
    on_answer(priv, id, head->status, data, size);
}

/* --- life ----------------------------------------------------------------------------------------------- */

static void set_callbacks(struct redir_host *host)
{
    host->parser->priv = host;
    host->parser->log_func = on_log;
    host->parser->read_func = wire_read;
    host->parser->write_func = wire_write;
    host->parser->device_connect_func = on_connected;
    host->parser->device_disconnect_func = on_disconnected;
    host->parser->ep_info_func = on_endpoints;
    host->parser->interface_info_func = on_interfaces;
    host->parser->control_packet_func = on_control;
    host->parser->bulk_packet_func = on_bulk;
}

struct redir_host *redir_host_connect(const char *path)
{
    struct redir_host *host = calloc(1, sizeof *host);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    uint32_t caps[USB_REDIR_CAPS_SIZE] = {0};
    assert_non_null(host);
    assert_true(strlen(path) < sizeof address.sun_path);
    strcpy(address.sun_path, path);
    host->awaited = NOBODY;
    host->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_return_code(connect(host->fd, (struct sockaddr *)&address, sizeof address), 0);
    host->parser = usbredirparser_create();
    set_callbacks(host);
    usbredirparser_caps_set_cap(caps, usb_redir_cap_connect_device_version);
    usbredirparser_caps_set_cap(caps, usb_redir_cap_ep_info_max_packet_size);
    usbredirparser_caps_set_cap(caps, usb_redir_cap_64bits_ids);
    usbredirparser_caps_set_cap(caps, usb_redir_cap_32bits_bulk_length);
    usbredirparser_init(host->parser, "test", caps, USB_REDIR_CAPS_SIZE, 0);
    return host;
}

void redir_host_destroy(struct redir_host **host)
{
    usbredirparser_destroy((*host)->parser);
    close((*host)->fd);
    free(*host);
    *host = NULL;
}

static void turn(struct redir_host *host)
{
    while (usbredirparser_has_data_to_write(host->parser))
        assert_int_equal(usbredirparser_do_write(host->parser), 0);
    struct pollfd fd = {.fd = host->fd, .events = POLLIN};
    assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
    assert_int_equal(usbredirparser_do_read(host->parser), 0);
}

void redir_host_await_device(struct redir_host *host, bool present)
{
    while (host->is_present != present)
        turn(host);
}

uint16_t redir_host_vendor(const struct redir_host *host)
{
    return host->vendor;
}

uint32_t redir_host_interfaces(const struct redir_host *host)
{
    return host->interface_count;
}

uint8_t redir_host_endpoint_type(const struct redir_host *host, uint8_t endpoint)
{
    return host->endpoints.type[(endpoint & 0x80) >> 3 | (endpoint & 0x0f)];
}

/* --- transfers ------------------------------------------------------------------------------------------ */

static uint64_t expect(struct redir_host *host, void *data, size_t room)
{
    host->awaited = ++host->last_id;
    host->data = data;
    host->room = room;
    return host->awaited;
}

static int await(struct redir_host *host, size_t *out_size)
{
    while (host->awaited != NOBODY)
        turn(host);
    if (out_size)
        *out_size = host->size;
    return host->status;
}

int redir_host_control(struct redir_host *host, uint8_t type, uint8_t request, uint16_t value,
                       uint16_t interface, void *data, uint16_t size, size_t *out_size)
{
    bool in = type & 0x80;
    struct usb_redir_control_packet_header head = {.endpoint = type & 0x80,
                                                   .requesttype = type,
                                                   .request = request,
                                                   .value = value,
                                                   .index = interface,
                                                   .length = size};
    uint64_t id = expect(host, data, in ? size : 0);
    usbredirparser_send_control_packet(host->parser, id, &head, in ? NULL : data, in ? 0 : size);
    return await(host, out_size);
}

int redir_host_out(struct redir_host *host, uint8_t endpoint, const void *data, size_t size)
{
    struct usb_redir_bulk_packet_header head = {
        .endpoint = endpoint, .length = (uint16_t)size, .length_high = (uint16_t)(size >> 16)};
    uint64_t id = expect(host, NULL, 0);
    usbredirparser_send_bulk_packet(host->parser, id, &head, (uint8_t *)(uintptr_t)data, (int)size);
    return await(host, NULL);
}

static uint64_t ask_in(struct redir_host *host, uint8_t endpoint, void *out_data, size_t size)
{
    struct usb_redir_bulk_packet_header head = {
        .endpoint = endpoint, .length = (uint16_t)size, .length_high = (uint16_t)(size >> 16)};
    uint64_t id = expect(host, out_data, size);
    usbredirparser_send_bulk_packet(host->parser, id, &head, NULL, 0);
    return id;
}

int redir_host_in(struct redir_host *host, uint8_t endpoint, void *out_data, size_t size, size_t *out_size)
{
    ask_in(host, endpoint, out_data, size);
    return await(host, out_size);
}

uint64_t redir_host_begin_in(struct redir_host *host, uint8_t endpoint, size_t size)
{
    return ask_in(host, endpoint, NULL, size);
}

int redir_host_cancel(struct redir_host *host, uint64_t id)
{
    usbredirparser_send_cancel_data_packet(host->parser, id);
    return await(host, NULL);
}
