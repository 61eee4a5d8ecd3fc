#include "drivers/hotplug.h"
#include "board/base/log.h"
#include <errno.h>
#include <libudev.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define KNOWN_MAX           128
#define DESCRIPTORS_MAX     4096
#define DESCRIPTOR_IS_IFACE 4

/* What a kiosk's devices can be found under; usb means whole devices, the others their nodes. */
static const char *const subsystems[] = {"usb", "video4linux", "input", "tty", "hidraw"};
#define SUBSYSTEM_COUNT (sizeof subsystems / sizeof subsystems[0])

/* A device that was told of. Plugged out and in again between two looks it has its path back, but another
 * number on its bus. */
struct known {
    char syspath[sizeof((struct arrival *)0)->syspath];
    char node[sizeof((struct arrival *)0)->node];
    uint8_t number;
    bool seen; /* in the look that goes on */
};

struct hotplug {
    struct hotplug_listener listener;
    pthread_t thread;
    struct udev *udev;
    struct udev_monitor *monitor;
    int stop_fd;
    struct known known[KNOWN_MAX];
    size_t known_count;
};

PRINTF_LIKE(2, 3) static void add_key(struct arrival *arrival, const char *format, ...)
{
    if (arrival->key_count == ARRIVAL_KEYS_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(arrival->keys[arrival->key_count++], sizeof arrival->keys[0], format, arguments);
    va_end(arguments);
}

static uint16_t hex_attribute(struct udev_device *device, const char *name)
{
    const char *text = udev_device_get_sysattr_value(device, name);
    return text ? (uint16_t)strtoul(text, NULL, 16) : 0;
}

static uint8_t number_attribute(struct udev_device *device, const char *name)
{
    const char *text = udev_device_get_sysattr_value(device, name);
    return text ? (uint8_t)strtoul(text, NULL, 10) : 0;
}

/* The interfaces' classes, from the descriptors the kernel shows, so that a printer is known by what it is.
 */
static void add_interface_keys(struct arrival *arrival)
{
    char path[sizeof arrival->syspath + 16];
    snprintf(path, sizeof path, "%s/descriptors", arrival->syspath);
    FILE *file = fopen(path, "rbe");
    if (!file)
        return;
    uint8_t bytes[DESCRIPTORS_MAX];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t at = 0; at + 2 <= size && bytes[at] >= 2 && at + bytes[at] <= size; at += bytes[at])
        if (bytes[at + 1] == DESCRIPTOR_IS_IFACE && bytes[at] >= 9)
            add_key(arrival, "usb-class:%02x", bytes[at + 5]);
}

static void describe_usb(struct arrival *arrival, struct udev_device *device)
{
    arrival->bus = number_attribute(device, "busnum");
    arrival->address = number_attribute(device, "devnum");
    add_interface_keys(arrival);
}

static void describe_node(struct arrival *arrival, struct udev_device *device)
{
    static const char *const kinds[] = {"TOUCHSCREEN", "KEYBOARD", "KEY"};
    add_key(arrival, "%s:%s", arrival->subsystem, udev_device_get_sysname(device));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char property[32];
        snprintf(property, sizeof property, "ID_INPUT_%s", kinds[i]);
        if (udev_device_get_property_value(device, property))
            add_key(arrival, "input-kind:%s", kinds[i]);
    }
}

/* Virtual consoles, of which there are 64 and none is a device. */
static bool is_console(struct udev_device *device, const char *subsystem)
{
    return strcmp(subsystem, "tty") == 0 && !udev_device_get_parent(device);
}

static struct udev_device *usb_owner(struct udev_device *device, bool is_usb)
{
    return is_usb ? device : udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_device");
}

/* False for what cannot be a device of ours: consoles, what has no node in /dev. out_number: of the USB
 * device it is or hangs on, another one after each plugging in; 0 when it is none. */
static bool describe(struct udev_device *device, struct arrival *out_arrival, uint8_t *out_number)
{
    const char *subsystem = udev_device_get_subsystem(device);
    const char *node = udev_device_get_devnode(device);
    const char *syspath = udev_device_get_syspath(device);
    if (!subsystem || !node || !syspath || strlen(syspath) >= sizeof out_arrival->syspath ||
        is_console(device, subsystem))
        return false;
    *out_arrival = (struct arrival){0};
    snprintf(out_arrival->syspath, sizeof out_arrival->syspath, "%s", syspath);
    snprintf(out_arrival->node, sizeof out_arrival->node, "%s", node);
    snprintf(out_arrival->subsystem, sizeof out_arrival->subsystem, "%s", subsystem);
    bool is_usb = strcmp(subsystem, "usb") == 0;
    struct udev_device *owner = usb_owner(device, is_usb);
    *out_number = owner ? number_attribute(owner, "devnum") : 0;
    if (owner) {
        out_arrival->vendor = hex_attribute(owner, "idVendor");
        out_arrival->product = hex_attribute(owner, "idProduct");
        add_key(out_arrival, "%s:%04x:%04x", subsystem, out_arrival->vendor, out_arrival->product);
    }
    if (is_usb)
        describe_usb(out_arrival, device);
    else
        describe_node(out_arrival, device);
    return true;
}

static size_t find_known(const struct hotplug *hotplug, const char *syspath)
{
    size_t at = 0;
    while (at < hotplug->known_count && strcmp(hotplug->known[at].syspath, syspath) != 0)
        at++;
    return at;
}

static void leave_known(struct hotplug *hotplug, size_t at)
{
    const struct known left = hotplug->known[at];
    hotplug->known[at] = hotplug->known[--hotplug->known_count];
    hotplug->listener.leave(hotplug->listener.context, left.syspath);
}

static void leave(struct hotplug *hotplug, const char *syspath)
{
    size_t at = find_known(hotplug, syspath);
    if (at < hotplug->known_count)
        leave_known(hotplug, at);
}

static void arrive(struct hotplug *hotplug, struct udev_device *device)
{
    struct arrival arrival;
    uint8_t number;
    if (!describe(device, &arrival, &number))
        return;
    size_t at = find_known(hotplug, arrival.syspath);
    if (at < hotplug->known_count) {
        struct known *known = &hotplug->known[at];
        known->seen = true;
        if (known->number == number && strcmp(known->node, arrival.node) == 0)
            return;
        leave_known(hotplug, at);
    }
    if (hotplug->known_count == KNOWN_MAX)
        return;
    struct known *known = &hotplug->known[hotplug->known_count++];
    *known = (struct known){.number = number, .seen = true};
    strcpy(known->syspath, arrival.syspath);
    strcpy(known->node, arrival.node);
    hotplug->listener.arrive(hotplug->listener.context, &arrival);
}

static bool is_interface(struct udev_device *device)
{
    const char *type = udev_device_get_devtype(device);
    return type && strcmp(type, "usb_interface") == 0;
}

/* False when it could not look. */
static bool enumerate(struct hotplug *hotplug)
{
    struct udev_enumerate *list = udev_enumerate_new(hotplug->udev);
    for (size_t i = 0; i < SUBSYSTEM_COUNT; i++)
        udev_enumerate_add_match_subsystem(list, subsystems[i]);
    bool looked = udev_enumerate_scan_devices(list) >= 0;
    struct udev_list_entry *entry;
    udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(list))
    {
        struct udev_device *device =
            udev_device_new_from_syspath(hotplug->udev, udev_list_entry_get_name(entry));
        if (device && !is_interface(device))
            arrive(hotplug, device);
        udev_device_unref(device);
    }
    udev_enumerate_unref(list);
    return looked;
}

/* Messages were lost: what is there is there, what was told of and is not there has left. */
static void look_around(struct hotplug *hotplug)
{
    log_warn("hotplug", "messages of udev were lost: looking again at everything");
    for (size_t i = 0; i < hotplug->known_count; i++)
        hotplug->known[i].seen = false;
    if (!enumerate(hotplug))
        return;
    for (size_t i = hotplug->known_count; i > 0; i--)
        if (!hotplug->known[i - 1].seen)
            leave_known(hotplug, i - 1);
}

static void receive(struct hotplug *hotplug)
{
    struct udev_device *device = udev_monitor_receive_device(hotplug->monitor);
    if (!device && errno == ENOBUFS)
        look_around(hotplug);
    if (!device)
        return;
    const char *action = udev_device_get_action(device);
    if (action && !is_interface(device)) {
        if (strcmp(action, "add") == 0)
            arrive(hotplug, device);
        else if (strcmp(action, "remove") == 0)
            leave(hotplug, udev_device_get_syspath(device));
    }
    udev_device_unref(device);
}

static void *hotplug_main(void *argument)
{
    struct hotplug *hotplug = argument;
    enumerate(hotplug);
    struct pollfd fds[] = {{.fd = udev_monitor_get_fd(hotplug->monitor), .events = POLLIN},
                           {.fd = hotplug->stop_fd, .events = POLLIN}};
    while (!fds[1].revents) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            break;
        if (fds[0].revents)
            receive(hotplug);
    }
    return NULL;
}

/* The monitor listens before the first enumeration, so nothing falls between the two. */
static struct err open_monitor(struct hotplug *hotplug)
{
    hotplug->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    hotplug->udev = udev_new();
    if (hotplug->udev)
        hotplug->monitor = udev_monitor_new_from_netlink(hotplug->udev, "udev");
    if (hotplug->stop_fd < 0 || !hotplug->monitor)
        return err_errno("hotplug", errno, "no connection to udev");
    for (size_t i = 0; i < SUBSYSTEM_COUNT; i++)
        udev_monitor_filter_add_match_subsystem_devtype(hotplug->monitor, subsystems[i], NULL);
    if (udev_monitor_enable_receiving(hotplug->monitor) < 0)
        return err_errno("hotplug", errno, "udev monitor");
    return err_ok();
}

static void free_hotplug(struct hotplug *hotplug)
{
    if (hotplug->monitor)
        udev_monitor_unref(hotplug->monitor);
    if (hotplug->udev)
        udev_unref(hotplug->udev);
    if (hotplug->stop_fd >= 0)
        close(hotplug->stop_fd);
    free(hotplug);
}

struct err hotplug_create(const struct hotplug_listener *listener, struct hotplug **out_hotplug)
{
    struct hotplug *hotplug = calloc(1, sizeof *hotplug);
    if (!hotplug)
        return err_no_memory("hotplug");
    hotplug->listener = *listener;
    struct err e = open_monitor(hotplug);
    if (!err_is(&e)) {
        int failed = pthread_create(&hotplug->thread, NULL, hotplug_main, hotplug);
        if (failed)
            e = err_errno("hotplug", failed, "thread");
    }
    if (err_is(&e))
        free_hotplug(hotplug);
    else
        *out_hotplug = hotplug;
    return e;
}

void hotplug_destroy(struct hotplug **hotplug)
{
    if (!*hotplug)
        return;
    eventfd_write((*hotplug)->stop_fd, 1);
    pthread_join((*hotplug)->thread, NULL);
    free_hotplug(*hotplug);
    *hotplug = NULL;
}
