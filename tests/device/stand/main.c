/*
 * device-stand: a desk with devices on it, in software. Makes an umockdev testbed with the kiosk's devices,
 * starts a program in it, and does by JSON lines on a socket what hands would do.
 *
 *   device-stand --socket PATH [--deck people.ini] [--do JSON]... [--at-end FILE] -- PROGRAM ARGUMENTS...
 *
 * The commands are those of hands.h; --at-end leaves the answer to {"do":"state"} of the moment when the
 * program ended, after which nobody can ask any more. Ends with the program's exit status; SIGTERM and SIGINT
 * end the program first.
 */
#include "board/base/log.h"
#include "tests/device/stand/hands.h"
#include "tests/device/stand/lines.h"
#include "tests/device/stand/usbfs.h"
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_MAX 16

struct stand {
    UMockdevTestbed *testbed;
    struct usbfs_bus *usbfs;
    struct stand_bus bus;
    struct hands hands;
    struct lines *lines;
    GMainLoop *loop;
    int last_node; /* of the input devices */
    GPid child;
    int status;
};

struct options {
    const char *socket, *deck, *at_end;
    const char *first[FIRST_MAX]; /* commands to be done before the program starts */
    int first_count;
    char **program;
};

/* --- the program in the testbed ------------------------------------------------------------------------- */

static void on_child_end(GPid pid, gint status, gpointer context)
{
    struct stand *stand = context;
    g_spawn_close_pid(pid);
    stand->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    stand->child = 0;
    g_main_loop_quit(stand->loop);
}

static gboolean on_signal(gpointer context)
{
    struct stand *stand = context;
    if (stand->child)
        kill(stand->child, SIGTERM);
    return G_SOURCE_CONTINUE;
}

static void before_exec(gpointer nothing)
{
    (void)nothing;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static struct err start_program(struct stand *stand, char **program)
{
    GError *error = NULL;
    GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN;
    if (!g_spawn_async(NULL, program, NULL, flags, before_exec, NULL, &stand->child, &error)) {
        struct err e = err_make(ERR_SYSTEM, "stand", 0, "%s", error->message);
        g_clear_error(&error);
        return e;
    }
    g_child_watch_add(stand->child, on_child_end, stand);
    g_unix_signal_add(SIGTERM, on_signal, stand);
    g_unix_signal_add(SIGINT, on_signal, stand);
    return err_ok();
}

/* --- setting up ----------------------------------------------------------------------------------------- */

static struct err make_devices(struct stand *stand)
{
    TRY(stand_idcard_create(&stand->bus, &stand->hands.deck, hands_new_device(&stand->hands)));
    TRY(stand_printer_create(&stand->bus, hands_new_device(&stand->hands)));
    TRY(stand_camera_create(stand->testbed, hands_new_device(&stand->hands)));
    TRY(stand_scanner_create(stand->testbed, hands_new_device(&stand->hands)));
    for (int kind = STAND_TOUCH; kind <= STAND_KEYBOARD; kind++)
        TRY(stand_input_create(stand->testbed, (enum stand_input)kind, &stand->last_node,
                               hands_new_device(&stand->hands)));
    return err_ok();
}

/* What hands do before the program starts. */
static struct err do_first(struct stand *stand, const struct options *options)
{
    for (int i = 0; i < options->first_count; i++)
        TRY(hands_do(&stand->hands, options->first[i]));
    return err_ok();
}

static struct err set_up(struct stand *stand, const struct options *options)
{
    TRY(deck_load(options->deck, &stand->hands.deck));
    stand->testbed = umockdev_testbed_new();
    stand->loop = g_main_loop_new(NULL, FALSE);
    TRY(usbfs_bus_create(stand->testbed, &stand->usbfs));
    stand->bus = usbfs_stand_bus(stand->usbfs);
    TRY(make_devices(stand));
    TRY(hands_plug_all(&stand->hands));
    TRY(do_first(stand, options));
    TRY(lines_create(options->socket, hands_answer, &stand->hands, &stand->lines));
    return start_program(stand, options->program);
}

static void tear_down(struct stand *stand)
{
    lines_destroy(&stand->lines);
    usbfs_bus_destroy(&stand->usbfs);
    hands_finish(&stand->hands);
    g_clear_object(&stand->testbed);
    if (stand->loop)
        g_main_loop_unref(stand->loop);
}

static void leave_state(struct stand *stand, const char *path)
{
    json_t *command = json_pack("{s:s}", "do", "state");
    json_t *state = hands_answer(&stand->hands, command);
    if (json_dump_file(state, path, JSON_COMPACT) < 0)
        log_warn("stand", "cannot write %s", path);
    json_decref(state);
    json_decref(command);
}

static bool take_option(struct options *options, const char *name, const char *value)
{
    if (strcmp(name, "--socket") == 0)
        options->socket = value;
    else if (strcmp(name, "--deck") == 0)
        options->deck = value;
    else if (strcmp(name, "--at-end") == 0)
        options->at_end = value;
    else if (strcmp(name, "--do") == 0 && options->first_count < FIRST_MAX)
        options->first[options->first_count++] = value;
    else
        return false;
    return true;
}

/* "--name VALUE" pairs, then "--" and the program. */
static bool parse(char **argv, struct options *options)
{
    char **at = argv + 1;
    for (; *at && strcmp(*at, "--") != 0; at += 2)
        if (!at[1] || !take_option(options, at[0], at[1]))
            return false;
    options->program = *at ? at + 1 : NULL;
    return options->program && options->program[0] && options->socket;
}

/* The testbed needs umockdev's library in front of libc, here and in the program. */
static void enter_mock_environment(char **argv)
{
    const char *preload = getenv("LD_PRELOAD");
    if (preload && strstr(preload, "libumockdev-preload"))
        return;
    GPtrArray *wrapped = g_ptr_array_new();
    g_ptr_array_add(wrapped, "umockdev-wrapper");
    for (char **at = argv; *at; at++)
        g_ptr_array_add(wrapped, *at);
    g_ptr_array_add(wrapped, NULL);
    execvp("umockdev-wrapper", (char **)wrapped->pdata);
    fprintf(stderr, "device-stand: umockdev-wrapper: %s\n", strerror(errno));
    exit(2);
}

int main(int argc, char **argv)
{
    struct options options = {.deck = STAND_DECK};
    (void)argc;
    if (!parse(argv, &options)) {
        fputs("device-stand --socket PATH [--deck FILE] [--do JSON]... [--at-end FILE] -- PROGRAM "
              "ARGUMENTS...\n",
              stderr);
        return 2;
    }
    enter_mock_environment(argv);
    static struct stand stand;
    struct err e = set_up(&stand, &options);
    if (err_is(&e)) {
        log_err("stand", &e);
        tear_down(&stand);
        return 2;
    }
    g_main_loop_run(stand.loop);
    if (options.at_end)
        leave_state(&stand, options.at_end);
    tear_down(&stand);
    return stand.status;
}
