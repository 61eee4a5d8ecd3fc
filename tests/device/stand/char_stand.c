#include "tests/device/stand/char_stand.h"
#include "tests/device/stand/uevents.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static const char module[] = "char_stand";

struct char_stand {
    UMockdevTestbed *testbed;
    UMockdevIoctlBase *handler;
    struct char_stand_setup setup;
    char *syspath;
    char *parent;
    int master, slave; /* the program opens the slave; without one, of reports, what master is */
    guint hearing;
};

static gboolean on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer context)
{
    struct char_stand *stand = context;
    int errno_value = 0;

    (void)handler;
    if (!stand->setup.on_ioctl(stand->setup.context, client, &errno_value))
        errno_value = ENOTTY;
    umockdev_ioctl_client_complete(client, errno_value ? -1 : 0, errno_value);
    return TRUE;
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer context)
{
    struct char_stand *stand = context;
    uint8_t bytes[512];
    ssize_t count = read(fd, bytes, sizeof bytes);

    (void)condition;
    if (count > 0)
        stand->setup.on_bytes(stand->setup.context, bytes, (size_t)count);
    return G_SOURCE_CONTINUE;
}

/* The node's name leads to the terminal's slave. */
static struct err make_line(struct char_stand *stand, const char *path)
{
    struct termios raw;

    if (openpty(&stand->master, &stand->slave, NULL, NULL, NULL) < 0)
        return err_errno(module, errno, "pseudo-terminal");
    tcgetattr(stand->slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(stand->slave, TCSANOW, &raw);
    if (symlink(ttyname(stand->slave), path) < 0)
        return err_errno(module, errno, "link %s", path);
    return err_ok();
}

/* A pipe in packet mode: what is written at once is read at once, and no more. */
static struct err make_reports(struct char_stand *stand, const char *path)
{
    if (mkfifo(path, 0600) < 0)
        return err_errno(module, errno, "pipe %s", path);
    stand->master = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (stand->master < 0 || fcntl(stand->master, F_SETFL, O_NONBLOCK | O_DIRECT) < 0)
        return err_errno(module, errno, "pipe %s", path);
    return err_ok();
}

static struct err make_node(struct char_stand *stand)
{
    g_autofree char *root = umockdev_testbed_get_root_dir(stand->testbed);
    g_autofree char *path = g_build_filename(root, "dev", stand->setup.node, NULL);
    g_autofree char *folder = g_path_get_dirname(path);

    g_mkdir_with_parents(folder, 0700);
    unlink(path);
    return strcmp(stand->setup.subsystem, "hidraw") == 0 ? make_reports(stand, path) : make_line(stand, path);
}

static struct err describe(struct char_stand *stand)
{
    const char *name = strrchr(stand->setup.node, '/');
    g_autoptr(GError) error = NULL;
    g_autofree char *kind = NULL, *text = NULL;

    name = name ? name + 1 : stand->setup.node;
    stand->parent = g_strdup_printf("/sys/devices/stand/usb9/9-%s", name);
    stand->syspath = g_strdup_printf("%s/%s/%s", stand->parent, stand->setup.subsystem, name);
    if (stand->setup.kind)
        kind = g_strdup_printf("E: ID_INPUT=1\nE: ID_INPUT_%s=1\n", stand->setup.kind);
    text = g_strdup_printf("P: /devices/stand/usb9/9-%s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
                           "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\n\n"
                           "P: /devices/stand/usb9/9-%s/%s/%s\nE: SUBSYSTEM=%s\nE: DEVNAME=/dev/%s\n"
                           "E: MAJOR=13\nE: MINOR=67\n%s",
                           name, stand->setup.vendor, stand->setup.product, name, stand->setup.subsystem,
                           name, stand->setup.subsystem, stand->setup.node, kind ? kind : "");
    if (!uevents_add(stand->testbed, text, &error))
        return err_make(ERR_SYSTEM, module, 0, "%s", error->message);
    return err_ok();
}

static struct err attach(struct char_stand *stand)
{
    g_autofree char *node = g_build_filename("/dev", stand->setup.node, NULL);
    g_autoptr(GError) error = NULL;

    if (!stand->setup.on_ioctl)
        return err_ok();
    stand->handler = umockdev_ioctl_base_new();
    g_signal_connect(stand->handler, "handle-ioctl", G_CALLBACK(on_ioctl), stand);
    if (!umockdev_testbed_attach_ioctl(stand->testbed, node, stand->handler, &error))
        return err_make(ERR_SYSTEM, module, 0, "%s", error->message);
    return err_ok();
}

static struct err plug(struct char_stand *stand)
{
    TRY(describe(stand));
    TRY(make_node(stand));
    TRY(attach(stand));
    if (stand->setup.on_bytes)
        stand->hearing = g_unix_fd_add(stand->master, G_IO_IN, on_readable, stand);
    uevents_say(stand->testbed, stand->syspath, "add");
    return err_ok();
}

struct err char_stand_create(UMockdevTestbed *testbed, const struct char_stand_setup *setup,
                             struct char_stand **out_stand)
{
    struct char_stand *stand = g_new0(struct char_stand, 1);
    struct err e;

    stand->testbed = testbed;
    stand->setup = *setup;
    stand->master = stand->slave = -1;
    e = plug(stand);
    if (err_is(&e))
        char_stand_destroy(&stand);
    else
        *out_stand = stand;
    return e;
}

void char_stand_destroy(struct char_stand **stand)
{
    if (!*stand)
        return;
    char_stand_unplug(*stand);
    g_clear_object(&(*stand)->handler);
    g_free((*stand)->syspath);
    g_free((*stand)->parent);
    g_free(*stand);
    *stand = NULL;
}

struct err char_stand_send(struct char_stand *stand, const void *bytes, size_t size)
{
    if (write(stand->master, bytes, size) != (ssize_t)size)
        return err_errno(module, errno, "say %zu bytes", size);
    return err_ok();
}

bool char_stand_is_plugged(const struct char_stand *stand)
{
    return stand->master >= 0;
}

int char_stand_unread(const struct char_stand *stand)
{
    int count = 0;

    ioctl(stand->slave >= 0 ? stand->slave : stand->master, FIONREAD, &count);
    return count;
}

void char_stand_unplug(struct char_stand *stand)
{
    if (stand->master < 0)
        return;
    if (stand->hearing)
        g_source_remove(stand->hearing);
    stand->hearing = 0;
    if (stand->slave >= 0)
        close(stand->slave);
    close(stand->master);
    stand->master = stand->slave = -1;
    uevents_say(stand->testbed, stand->syspath, "remove");
    umockdev_testbed_remove_device(stand->testbed, stand->syspath);
    umockdev_testbed_remove_device(stand->testbed, stand->parent);
}
