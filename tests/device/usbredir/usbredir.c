#include "tests/device/usbredir/usbredir.h"
#include "tests/device/usbredir/port.h"
#include <errno.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A socket a device is behind; it stays when the device is unplugged. */
struct outlet {
    struct outlet *next;
    const struct device_model *model;
    struct sockaddr_un address;
    int listener, peer; /* peer -1: nobody is connected */
    guint listening, reading, writing;
    struct port *port; /* of the peer */
    bool is_plugged;
};

struct usbredir_bus {
    char *folder;
    struct outlet *outlets;
};

/* --- the peer ------------------------------------------------------------------------------------------- */

static void forget_source(guint *source)
{
    if (*source)
        g_source_remove(*source);
    *source = 0;
}

static void hang_up(struct outlet *outlet)
{
    forget_source(&outlet->reading);
    forget_source(&outlet->writing);
    port_destroy(&outlet->port);
    if (outlet->peer >= 0)
        close(outlet->peer);
    outlet->peer = -1;
}

static void pull(struct outlet *outlet)
{
    if (outlet->is_plugged)
        outlet->model->unplug(outlet->model->self);
    outlet->is_plugged = false;
    if (outlet->port)
        port_set_plugged(outlet->port, false);
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer context);

/* After anything happened: the model is asked, the peer told. False: the peer is gone. */
static bool settle(struct outlet *outlet)
{
    if (!outlet->port)
        return false;
    if (port_pump(outlet->port))
        pull(outlet);
    if (!port_write(outlet->port)) {
        hang_up(outlet);
        return false;
    }
    if (port_wants_to_write(outlet->port) && !outlet->writing)
        outlet->writing = g_unix_fd_add(outlet->peer, G_IO_OUT, on_writable, outlet);
    return true;
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer context)
{
    struct outlet *outlet = context;
    (void)fd;
    (void)condition;
    outlet->writing = 0; /* settle() asks again when there is more */
    settle(outlet);
    return G_SOURCE_REMOVE;
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer context)
{
    struct outlet *outlet = context;
    (void)fd;
    (void)condition;
    if (!port_read(outlet->port)) {
        hang_up(outlet);
        return G_SOURCE_REMOVE;
    }
    return settle(outlet) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* One peer at a time: the newest is the one that matters. */
static gboolean on_connect(gint fd, GIOCondition condition, gpointer context)
{
    struct outlet *outlet = context;
    (void)condition;
    hang_up(outlet);
    outlet->peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (outlet->peer < 0)
        return G_SOURCE_CONTINUE;
    struct err e = port_create(outlet->model, outlet->peer, &outlet->port);
    if (err_is(&e)) {
        hang_up(outlet);
        return G_SOURCE_CONTINUE;
    }
    port_set_plugged(outlet->port, outlet->is_plugged);
    outlet->reading = g_unix_fd_add(outlet->peer, G_IO_IN | G_IO_HUP, on_readable, outlet);
    settle(outlet);
    return G_SOURCE_CONTINUE;
}

/* --- outlets -------------------------------------------------------------------------------------------- */

static struct err open_outlet(struct outlet *outlet)
{
    const char *path = outlet->address.sun_path;
    unlink(path);
    outlet->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (outlet->listener < 0 ||
        bind(outlet->listener, (struct sockaddr *)&outlet->address, sizeof outlet->address) < 0 ||
        listen(outlet->listener, 1) < 0)
        return err_errno("usbredir", errno, "socket %s", path);
    outlet->listening = g_unix_fd_add(outlet->listener, G_IO_IN, on_connect, outlet);
    return err_ok();
}

static void outlet_destroy(struct outlet *outlet)
{
    hang_up(outlet);
    forget_source(&outlet->listening);
    if (outlet->listener >= 0) {
        close(outlet->listener);
        unlink(outlet->address.sun_path);
    }
    free(outlet);
}

static struct err outlet_create(const char *folder, const char *name, const struct device_model *model,
                                struct outlet **out_outlet)
{
    struct outlet *outlet = calloc(1, sizeof *outlet);
    if (!outlet)
        return err_no_memory("usbredir");
    *outlet = (struct outlet){.model = model, .address.sun_family = AF_UNIX, .listener = -1, .peer = -1};
    size_t room = sizeof outlet->address.sun_path;
    struct err e = err_ok();
    if ((size_t)snprintf(outlet->address.sun_path, room, "%s/%s", folder, name) >= room)
        e = err_make(ERR_DATA, "usbredir", 0, "%s/%s is too long for a socket", folder, name);
    else
        e = open_outlet(outlet);
    if (err_is(&e))
        outlet_destroy(outlet);
    else
        *out_outlet = outlet;
    return e;
}

static struct outlet *find(struct usbredir_bus *bus, const struct device_model *model)
{
    struct outlet *outlet = bus->outlets;
    while (outlet && outlet->model != model)
        outlet = outlet->next;
    return outlet;
}

/* --- as a bus of the stand ------------------------------------------------------------------------------ */

static struct err bus_plug(void *self, const char *name, const struct device_model *model, void **out_port)
{
    struct usbredir_bus *bus = self;
    struct outlet *outlet = find(bus, model);
    if (!outlet) {
        TRY(outlet_create(bus->folder, name, model, &outlet));
        outlet->next = bus->outlets;
        bus->outlets = outlet;
    }
    outlet->is_plugged = true;
    if (outlet->port)
        port_set_plugged(outlet->port, true);
    settle(outlet);
    *out_port = outlet;
    return err_ok();
}

static void bus_unplug(void *port)
{
    pull(port);
    settle(port);
}

static bool bus_is_plugged(const void *port)
{
    return ((const struct outlet *)port)->is_plugged;
}

/* Everything happens on one thread. */
static void bus_lock(void *self)
{
    (void)self;
}

static void bus_stir(void *self)
{
    struct usbredir_bus *bus = self;
    for (struct outlet *outlet = bus->outlets; outlet; outlet = outlet->next)
        settle(outlet);
}

struct stand_bus usbredir_stand_bus(struct usbredir_bus *bus)
{
    return (struct stand_bus){.self = bus,
                              .plug = bus_plug,
                              .unplug = bus_unplug,
                              .is_plugged = bus_is_plugged,
                              .lock = bus_lock,
                              .unlock = bus_lock,
                              .stir = bus_stir};
}

struct err usbredir_bus_create(const char *folder, struct usbredir_bus **out_bus)
{
    struct usbredir_bus *bus = calloc(1, sizeof *bus);
    if (!bus)
        return err_no_memory("usbredir");
    bus->folder = g_strdup(folder);
    *out_bus = bus;
    return err_ok();
}

void usbredir_bus_destroy(struct usbredir_bus **bus)
{
    if (!*bus)
        return;
    while ((*bus)->outlets) {
        struct outlet *outlet = (*bus)->outlets;
        (*bus)->outlets = outlet->next;
        outlet_destroy(outlet);
    }
    g_free((*bus)->folder);
    free(*bus);
    *bus = NULL;
}
