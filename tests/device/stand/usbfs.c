#include "tests/device/stand/usbfs.h"
#include "tests/device/stand/uevents.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define CAPABILITIES                                                                                         \
    (USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_REAP_AFTER_DISCONNECT)
#define SETUP_SIZE 8

/* An URB the client submitted: its own memory, mirrored here by umockdev. */
struct urb {
    struct urb *next;
    UMockdevIoctlData *data;   /* struct usbdevfs_urb */
    UMockdevIoctlData *buffer; /* NULL when it has none */
    int moved;
};

struct urb_queue {
    struct urb *first;
};

struct usbfs_bus {
    UMockdevTestbed *testbed;
    struct usbfs_port
        *ports; /* all there ever were: a client may hold an old node open, and must hear ENODEV */
    int last_address;
    pthread_mutex_t lock; /* recursive; over ports, queues and models */
};

struct usbfs_port {
    struct usbfs_port *next;
    struct usbfs_bus *bus;
    const struct device_model *model;
    UMockdevIoctlBase *handler;
    char *syspath;
    char node[32];
    int master, slave; /* of the PTY that stands for the node; master -1 when unplugged */
    struct urb_queue waiting, done;
    bool gone;
};

/* --- URBs ----------------------------------------------------------------------------------------------- */

static struct usbdevfs_urb *urb_of(const struct urb *urb)
{
    return (struct usbdevfs_urb *)(void *)urb->data->data;
}

static void push(struct urb_queue *queue, struct urb *urb)
{
    struct urb **at = &queue->first;
    while (*at)
        at = &(*at)->next;
    urb->next = NULL;
    *at = urb;
}

static struct urb *take(struct urb **at)
{
    struct urb *urb = *at;
    *at = urb->next;
    return urb;
}

static void free_urb(struct urb *urb)
{
    if (urb->buffer)
        umockdev_ioctl_data_unref(urb->buffer);
    umockdev_ioctl_data_unref(urb->data);
    free(urb);
}

static void drop_all(struct urb_queue *queue)
{
    while (queue->first)
        free_urb(take(&queue->first));
}

/* POLLOUT on the node says "an URB can be reaped": let it through only while one can. */
static void gate(struct usbfs_port *port)
{
    if (port->slave >= 0)
        tcflow(port->slave, port->done.first ? TCOON : TCOOFF);
}

static void finish(struct usbfs_port *port, struct urb **at, int status)
{
    struct urb *urb = take(at);
    urb_of(urb)->status = status;
    urb_of(urb)->actual_length = urb->moved;
    push(&port->done, urb);
}

/* Returns false when the model had nothing for it now. */
static bool serve_data(struct usbfs_port *port, struct urb **at)
{
    struct urb *urb = *at;
    struct usbdevfs_urb *u = urb_of(urb);
    bool in = u->endpoint & 0x80;
    uint8_t *bytes = urb->buffer ? urb->buffer->data : NULL;
    int count = in ? port->model->in(port->model->self, u->endpoint, bytes, (size_t)u->buffer_length)
                   : port->model->out(port->model->self, u->endpoint, bytes + urb->moved,
                                      (size_t)(u->buffer_length - urb->moved));
    if (count == MODEL_NAK)
        return false;
    if (count == MODEL_GONE) {
        port->gone = true;
        return false;
    }
    if (count == MODEL_STALL) {
        finish(port, at, -EPIPE);
        return true;
    }
    urb->moved += count;
    if (in || urb->moved == u->buffer_length)
        finish(port, at, 0);
    return in || count > 0;
}

static bool serve_control(struct usbfs_port *port, struct urb **at)
{
    struct urb *urb = *at;
    uint8_t *setup = urb->buffer->data;
    int count = port->model->control(port->model->self, setup, setup + SETUP_SIZE,
                                     (size_t)(urb_of(urb)->buffer_length - SETUP_SIZE));
    urb->moved = count > 0 ? count : 0;
    finish(port, at, count < 0 ? -EPIPE : 0);
    return true;
}

static bool serve_one(struct usbfs_port *port)
{
    for (struct urb **at = &port->waiting.first; *at; at = &(*at)->next) {
        bool control = urb_of(*at)->type == USBDEVFS_URB_TYPE_CONTROL;
        if (control ? serve_control(port, at) : serve_data(port, at))
            return true;
    }
    return false;
}

static gboolean fall_off(gpointer port)
{
    usbfs_unplug(port);
    return G_SOURCE_REMOVE;
}

static void pump(struct usbfs_port *port)
{
    while (!port->gone && serve_one(port)) {
    }
    if (port->gone && port->master >= 0)
        g_idle_add(fall_off, port);
    gate(port);
}

/* --- ioctls --------------------------------------------------------------------------------------------- */

static int submit(struct usbfs_port *port, UMockdevIoctlData *data)
{
    if (port->master < 0)
        return ENODEV;
    struct urb *urb = calloc(1, sizeof *urb);
    urb->data = umockdev_ioctl_data_ref(data);
    struct usbdevfs_urb *u = urb_of(urb);
    if (u->buffer_length > 0)
        urb->buffer = umockdev_ioctl_data_resolve(data, offsetof(struct usbdevfs_urb, buffer),
                                                  (gsize)u->buffer_length, NULL);
    push(&port->waiting, urb);
    pump(port);
    return 0;
}

static int reap(struct usbfs_port *port, UMockdevIoctlData *data)
{
    if (!port->done.first)
        return port->master < 0 ? ENODEV : EAGAIN;
    struct urb *urb = take(&port->done.first);
    umockdev_ioctl_data_set_ptr(data, 0, urb->data);
    free_urb(urb);
    gate(port);
    return 0;
}

static int discard(struct usbfs_port *port, unsigned long address)
{
    for (struct urb **at = &port->waiting.first; *at; at = &(*at)->next) {
        if ((*at)->data->client_addr != address)
            continue;
        finish(port, at, -ENOENT);
        gate(port);
        return 0;
    }
    return EINVAL;
}

static int answer(struct usbfs_port *port, unsigned long request, UMockdevIoctlData *arg,
                  UMockdevIoctlData *data)
{
    switch (request) {
    case USBDEVFS_SUBMITURB:
        return submit(port, data);
    case USBDEVFS_REAPURB:
    case USBDEVFS_REAPURBNDELAY:
        return reap(port, data);
    case USBDEVFS_DISCARDURB:
        return discard(port, *(unsigned long *)(void *)arg->data);
    case USBDEVFS_GET_CAPABILITIES:
        *(uint32_t *)(void *)data->data = CAPABILITIES;
        return 0;
    case USBDEVFS_GETDRIVER: /* no kernel driver sits on it */
        return ENODATA;
    case USBDEVFS_CLAIMINTERFACE:
    case USBDEVFS_RELEASEINTERFACE:
    case USBDEVFS_CLEAR_HALT:
    case USBDEVFS_RESET:
    case USBDEVFS_SETINTERFACE:
    case USBDEVFS_SETCONFIGURATION:
    case USBDEVFS_DISCONNECT_CLAIM:
    case USBDEVFS_IOCTL:
        return port->master < 0 ? ENODEV : 0;
    default:
        return ENOTTY;
    }
}

static gboolean on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, struct usbfs_port *port)
{
    (void)handler;
    unsigned long request = umockdev_ioctl_client_get_request(client);
    UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
    size_t size = _IOC_SIZE(request);
    UMockdevIoctlData *data = size ? umockdev_ioctl_data_resolve(arg, 0, size, NULL) : NULL;
    usbfs_bus_lock(port->bus);
    int error = answer(port, request, arg, data);
    usbfs_bus_unlock(port->bus);
    umockdev_ioctl_client_complete(client, error ? -1 : 0, error);
    if (data)
        umockdev_ioctl_data_unref(data);
    return TRUE;
}

static void on_vanished(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, struct usbfs_port *port)
{
    (void)handler;
    (void)client;
    usbfs_bus_lock(port->bus);
    drop_all(&port->waiting);
    drop_all(&port->done);
    gate(port);
    usbfs_bus_unlock(port->bus);
}

/* --- plugging ------------------------------------------------------------------------------------------- */

static struct err open_pty(struct usbfs_port *port)
{
    port->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    char name[64];
    if (port->master < 0 || grantpt(port->master) || unlockpt(port->master) ||
        ptsname_r(port->master, name, sizeof name))
        return err_errno("usbfs", errno, "PTY");
    port->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios raw;
    if (port->slave < 0 || tcgetattr(port->slave, &raw))
        return err_errno("usbfs", errno, "PTY %s", name);
    cfmakeraw(&raw);
    tcsetattr(port->slave, TCSANOW, &raw);
    gate(port);
    char *root = umockdev_testbed_get_root_dir(port->bus->testbed);
    char *link = g_strdup_printf("%s%s", root, port->node);
    char *folder = g_path_get_dirname(link);
    int failed = g_mkdir_with_parents(folder, 0755) || symlink(name, link) ? errno : 0;
    g_free(folder);
    g_free(link);
    g_free(root);
    return failed ? err_errno("usbfs", failed, "node %s", port->node) : err_ok();
}

static char *describe(const struct usbfs_port *port, int address)
{
    uint8_t descriptors[MODEL_DESCRIPTORS_MAX];
    const struct model_usb *usb = port->model->usb;
    size_t size = model_descriptors(usb, descriptors);
    GString *text = g_string_new(NULL);
    g_string_printf(
        text,
        "P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DEVNAME=%s\nE: BUSNUM=001\nE: DEVNUM=%03d\n"
        "E: MAJOR=189\nE: MINOR=%d\nE: PRODUCT=%x/%x/100\nA: idVendor=%04x\\n\nA: idProduct=%04x\\n\n"
        "A: busnum=1\\n\nA: devnum=%d\\n\nA: speed=12\\n\nA: bConfigurationValue=1\\n\n"
        "A: bNumConfigurations=1\\n\nH: descriptors=",
        port->syspath + strlen("/sys"), port->node, address, address - 1, usb->vendor, usb->product,
        usb->vendor, usb->product, address);
    for (size_t i = 0; i < size; i++)
        g_string_append_printf(text, "%02X", descriptors[i]);
    g_string_append(text, "\n");
    return g_string_free(text, FALSE);
}

static struct err attach(struct usbfs_port *port, int address)
{
    GError *error = NULL;
    struct err e = err_ok();
    port->handler = umockdev_ioctl_base_new();
    g_signal_connect(port->handler, "handle-ioctl", G_CALLBACK(on_ioctl), port);
    g_signal_connect(port->handler, "client-vanished", G_CALLBACK(on_vanished), port);
    char *text = describe(port, address);
    if (!umockdev_testbed_attach_ioctl(port->bus->testbed, port->node, port->handler, &error) ||
        !uevents_add(port->bus->testbed, text, &error))
        e = err_make(ERR_SYSTEM, "usbfs", 0, "%s", error->message);
    g_clear_error(&error);
    g_free(text);
    return e;
}

static void close_node(struct usbfs_port *port)
{
    if (port->slave >= 0)
        close(port->slave);
    if (port->master >= 0)
        close(port->master);
    port->slave = port->master = -1;
}

struct err usbfs_plug(struct usbfs_bus *bus, const struct device_model *model, struct usbfs_port **out_port)
{
    struct usbfs_port *port = calloc(1, sizeof *port);
    if (!port)
        return err_no_memory("usbfs");
    int address = ++bus->last_address;
    *port = (struct usbfs_port){.bus = bus, .model = model, .master = -1, .slave = -1};
    usbfs_bus_lock(bus);
    port->next = bus->ports;
    bus->ports = port;
    usbfs_bus_unlock(bus);
    snprintf(port->node, sizeof port->node, "/dev/bus/usb/001/%03d", address);
    port->syspath = g_strdup_printf("/sys/devices/stand/usb1/1-%d", address);
    TRY(open_pty(port));
    TRY(attach(port, address));
    *out_port = port;
    return err_ok();
}

/* False when it was not plugged in. */
static bool pull(struct usbfs_port *port)
{
    usbfs_bus_lock(port->bus);
    bool was_plugged = usbfs_is_plugged(port);
    if (was_plugged) {
        port->model->unplug(port->model->self);
        while (port->waiting.first)
            finish(port, &port->waiting.first, -ESHUTDOWN);
        gate(port);
        close_node(port);
    }
    usbfs_bus_unlock(port->bus);
    return was_plugged;
}

void usbfs_unplug(struct usbfs_port *port)
{
    if (!pull(port))
        return;
    uevents_say(port->bus->testbed, port->syspath, "remove");
    umockdev_testbed_remove_device(port->bus->testbed, port->syspath);
}

bool usbfs_is_plugged(const struct usbfs_port *port)
{
    return port->master >= 0;
}

/* --- bus ------------------------------------------------------------------------------------------------ */

struct err usbfs_bus_create(UMockdevTestbed *testbed, struct usbfs_bus **out_bus)
{
    struct usbfs_bus *bus = calloc(1, sizeof *bus);
    if (!bus)
        return err_no_memory("usbfs");
    bus->testbed = testbed;
    pthread_mutexattr_t nested;
    pthread_mutexattr_init(&nested);
    pthread_mutexattr_settype(&nested, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&bus->lock, &nested);
    pthread_mutexattr_destroy(&nested);
    *out_bus = bus;
    return err_ok();
}

void usbfs_bus_destroy(struct usbfs_bus **bus)
{
    if (!*bus)
        return;
    while ((*bus)->ports) {
        struct usbfs_port *port = (*bus)->ports;
        (*bus)->ports = port->next;
        drop_all(&port->waiting);
        drop_all(&port->done);
        close_node(port);
        if (port->handler)
            g_object_unref(port->handler);
        g_free(port->syspath);
        free(port);
    }
    pthread_mutex_destroy(&(*bus)->lock);
    free(*bus);
    *bus = NULL;
}

void usbfs_bus_lock(struct usbfs_bus *bus)
{
    pthread_mutex_lock(&bus->lock);
}

void usbfs_bus_unlock(struct usbfs_bus *bus)
{
    pthread_mutex_unlock(&bus->lock);
}

void usbfs_bus_stir(struct usbfs_bus *bus)
{
    usbfs_bus_lock(bus);
    for (struct usbfs_port *port = bus->ports; port; port = port->next)
        if (usbfs_is_plugged(port))
            pump(port);
    usbfs_bus_unlock(bus);
}

/* --- as a bus of the stand ------------------------------------------------------------------------------ */

static struct err bus_plug(void *self, const char *name, const struct device_model *model, void **out_port)
{
    struct usbfs_port *port;
    (void)name;
    TRY(usbfs_plug(self, model, &port));
    *out_port = port;
    return err_ok();
}

static void bus_unplug(void *port)
{
    usbfs_unplug(port);
}

static bool bus_is_plugged(const void *port)
{
    return usbfs_is_plugged(port);
}

static void bus_lock(void *self)
{
    usbfs_bus_lock(self);
}

static void bus_unlock(void *self)
{
    usbfs_bus_unlock(self);
}

static void bus_stir(void *self)
{
    usbfs_bus_stir(self);
}

struct stand_bus usbfs_stand_bus(struct usbfs_bus *bus)
{
    return (struct stand_bus){.self = bus,
                              .plug = bus_plug,
                              .unplug = bus_unplug,
                              .is_plugged = bus_is_plugged,
                              .lock = bus_lock,
                              .unlock = bus_unlock,
                              .stir = bus_stir};
}
