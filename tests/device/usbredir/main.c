/*
 * usbredir-stand: the kiosk's USB devices in software, for a virtual machine.
 *
 *   usbredir-stand --dir FOLDER [--deck people.ini] [--do JSON]...
 *
 * Makes the sockets FOLDER/idcard, FOLDER/printer and FOLDER/camera, one USB device behind each, and
 * FOLDER/hands, which takes the commands of tests/device/stand/hands.h as JSON lines. Says "ready" on stdout
 * when a machine may start:
 *
 *   qemu-system-x86_64 ... -device qemu-xhci \
 *     -chardev socket,id=idcard,path=FOLDER/idcard,reconnect=1 -device usb-redir,chardev=idcard \
 *     -chardev socket,id=printer,path=FOLDER/printer,reconnect=1 -device usb-redir,chardev=printer \
 *     -chardev socket,id=camera,path=FOLDER/camera,reconnect=1 -device usb-redir,chardev=camera
 *
 * Ends by SIGTERM or SIGINT.
 */
#include "board/base/log.h"
#include "tests/device/stand/hands.h"
#include "tests/device/stand/lines.h"
#include "tests/device/usbredir/usbredir.h"
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>

#define FIRST_MAX 16

struct stand {
    struct usbredir_bus *usbredir;
    struct stand_bus bus;
    struct hands hands;
    struct lines *lines;
    GMainLoop *loop;
};

struct options {
    const char *folder, *deck;
    const char *first[FIRST_MAX]; /* commands to be done before anybody connects */
    int first_count;
};

static struct err set_up(struct stand *stand, const struct options *options)
{
    char hands_path[256];
    snprintf(hands_path, sizeof hands_path, "%s/hands", options->folder);
    TRY(deck_load(options->deck, &stand->hands.deck));
    TRY(usbredir_bus_create(options->folder, &stand->usbredir));
    stand->bus = usbredir_stand_bus(stand->usbredir);
    TRY(stand_idcard_create(&stand->bus, &stand->hands.deck, hands_new_device(&stand->hands)));
    TRY(stand_printer_create(&stand->bus, hands_new_device(&stand->hands)));
    TRY(stand_usb_camera_create(&stand->bus, hands_new_device(&stand->hands)));
    TRY(hands_plug_all(&stand->hands));
    for (int i = 0; i < options->first_count; i++)
        TRY(hands_do(&stand->hands, options->first[i]));
    return lines_create(hands_path, hands_answer, &stand->hands, &stand->lines);
}

static void tear_down(struct stand *stand)
{
    lines_destroy(&stand->lines);
    usbredir_bus_destroy(&stand->usbredir);
    hands_finish(&stand->hands);
}

static bool take_option(struct options *options, const char *name, const char *value)
{
    if (strcmp(name, "--dir") == 0)
        options->folder = value;
    else if (strcmp(name, "--deck") == 0)
        options->deck = value;
    else if (strcmp(name, "--do") == 0 && options->first_count < FIRST_MAX)
        options->first[options->first_count++] = value;
    else
        return false;
    return true;
}

static bool parse(char **argv, struct options *options)
{
    for (char **at = argv + 1; *at; at += 2)
        if (!at[1] || !take_option(options, at[0], at[1]))
            return false;
    return options->folder;
}

static gboolean on_signal(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv)
{
    struct options options = {.deck = STAND_DECK};
    (void)argc;
    if (!parse(argv, &options)) {
        fputs("usbredir-stand --dir FOLDER [--deck FILE] [--do JSON]...\n", stderr);
        return 2;
    }
    static struct stand stand;
    struct err e = set_up(&stand, &options);
    if (err_is(&e)) {
        log_err("stand", &e);
        tear_down(&stand);
        return 2;
    }
    stand.loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGTERM, on_signal, stand.loop);
    g_unix_signal_add(SIGINT, on_signal, stand.loop);
    puts("ready");
    fflush(stdout);
    g_main_loop_run(stand.loop);
    g_main_loop_unref(stand.loop);
    tear_down(&stand);
    return 0;
}
