/*
 * device-stand: a desk with devices on it, in software. Makes an umockdev testbed with the kiosk's devices,
 * starts a program in it, and does by JSON lines on a socket what hands would do.
 *
 *   device-stand --socket PATH [--deck people.ini] [--do JSON]... -- PROGRAM ARGUMENTS...
 *
 *   {"do":"card","person":"wang-xiulan"}   {"do":"card","person":null}
 *   {"do":"printer","paper":"out|near|ok","cover":"open|closed","jam":false}
 *   {"do":"receipt","save":PATH.png}
 *   {"do":"camera","image":PATH}           {"do":"camera","image":null}
 *   {"do":"unplug","device":NAME}          {"do":"plug","device":NAME}
 *   {"do":"fault","device":NAME,"script":TEXT}   as the device's model header says; "" ends all faults
 *   {"do":"state"}                         {"do":"people"}
 *
 * Answers {"ok":true,...} or {"ok":false,"error":TEXT}. Ends with the program's exit status; SIGTERM and
 * SIGINT end the program first.
 */
#include "board/base/log.h"
#include "tests/deck/deck.h"
#include "tests/device/stand/lines.h"
#include "tests/device/stand/stand.h"
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

#define DEVICES_MAX 8
#define FIRST_MAX   16

struct stand {
    UMockdevTestbed *testbed;
    struct usbfs_bus *bus;
    struct deck deck;
    struct stand_device devices[DEVICES_MAX];
    int device_count;
    struct lines *lines;
    GMainLoop *loop;
    GPid child;
    int status;
};

struct options {
    const char *socket, *deck;
    const char *first[FIRST_MAX]; /* commands to be done before the program starts */
    int first_count;
    char **program;
};

/* --- commands ------------------------------------------------------------------------------------------- */

static struct stand_device *find_device(struct stand *stand, const char *name)
{
    for (int i = 0; name && i < stand->device_count; i++)
        if (strcmp(stand->devices[i].name, name) == 0)
            return &stand->devices[i];
    return NULL;
}

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(words, word); at; at = strstr(at + 1, word))
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static struct stand_device *device_of_verb(struct stand *stand, const char *verb)
{
    for (int i = 0; i < stand->device_count; i++)
        if (has_word(stand->devices[i].verbs, verb))
            return &stand->devices[i];
    return NULL;
}

static void put_state(struct stand *stand, json_t *answer)
{
    for (int i = 0; i < stand->device_count; i++)
        json_object_set_new(answer, stand->devices[i].name, stand->devices[i].state(stand->devices[i].self));
}

static void put_people(struct stand *stand, json_t *answer)
{
    json_t *people = json_array();
    for (int i = 0; i < stand->deck.count; i++)
        json_array_append_new(people,
                              json_pack("{s:s, s:s, s:s}", "id", stand->deck.people[i].id, "name",
                                        stand->deck.people[i].card.name, "note", stand->deck.people[i].note));
    json_object_set_new(answer, "people", people);
}

static struct err handle_device(struct stand *stand, const char *verb, json_t *command, json_t *answer)
{
    const char *name = json_string_value(json_object_get(command, "device"));
    struct stand_device *device = find_device(stand, name);
    if (!device)
        return err_make(ERR_DATA, "stand", 0, "no device \"%s\" on this stand", name ? name : "");
    if (strcmp(verb, "fault") == 0)
        return device->act(device->self, verb, command, answer);
    if (strcmp(verb, "plug") == 0)
        return device->plug(device->self);
    device->unplug(device->self);
    return err_ok();
}

static struct err handle(struct stand *stand, json_t *command, json_t *answer)
{
    const char *verb = json_string_value(json_object_get(command, "do"));
    if (!verb)
        return err_make(ERR_DATA, "stand", 0, "not a JSON object with \"do\"");
    if (has_word("plug unplug fault", verb))
        return handle_device(stand, verb, command, answer);
    if (strcmp(verb, "state") == 0) {
        put_state(stand, answer);
        return err_ok();
    }
    if (strcmp(verb, "people") == 0) {
        put_people(stand, answer);
        return err_ok();
    }
    struct stand_device *device = device_of_verb(stand, verb);
    if (!device)
        return err_make(ERR_DATA, "stand", 0, "nothing here can \"%s\"", verb);
    return device->act(device->self, verb, command, answer);
}

static json_t *on_line(void *context, json_t *command)
{
    json_t *answer = json_object();
    struct err e = handle(context, command, answer);
    json_object_set_new(answer, "ok", json_boolean(!err_is(&e)));
    if (err_is(&e))
        json_object_set_new(answer, "error", json_string(e.text));
    return answer;
}

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

/* --- setting up ------------------------------------------------------------------------------------------
 */

static struct err make_devices(struct stand *stand)
{
    TRY(stand_idcard_create(stand->bus, &stand->deck, &stand->devices[stand->device_count++]));
    TRY(stand_printer_create(stand->bus, &stand->devices[stand->device_count++]));
    TRY(stand_camera_create(stand->testbed, &stand->devices[stand->device_count++]));
    return err_ok();
}

static struct err plug_devices(struct stand *stand)
{
    for (int i = 0; i < stand->device_count; i++)
        TRY(stand->devices[i].plug(stand->devices[i].self));
    return err_ok();
}

/* What hands do before the program starts. */
static struct err do_first(struct stand *stand, const struct options *options)
{
    for (int i = 0; i < options->first_count; i++) {
        json_t *command = json_loads(options->first[i], 0, NULL);
        json_t *answer = json_object();
        struct err e = handle(stand, command, answer);
        json_decref(command);
        json_decref(answer);
        if (err_is(&e))
            return err_context(e, "--do %s", options->first[i]);
    }
    return err_ok();
}

static struct err set_up(struct stand *stand, const struct options *options)
{
    TRY(deck_load(options->deck, &stand->deck));
    stand->testbed = umockdev_testbed_new();
    stand->loop = g_main_loop_new(NULL, FALSE);
    TRY(usbfs_bus_create(stand->testbed, &stand->bus));
    TRY(make_devices(stand));
    TRY(plug_devices(stand));
    TRY(do_first(stand, options));
    TRY(lines_create(options->socket, on_line, stand, &stand->lines));
    return start_program(stand, options->program);
}

static void tear_down(struct stand *stand)
{
    lines_destroy(&stand->lines);
    usbfs_bus_destroy(&stand->bus);
    for (int i = 0; i < stand->device_count; i++)
        if (stand->devices[i].destroy)
            stand->devices[i].destroy(stand->devices[i].self);
    g_clear_object(&stand->testbed);
    if (stand->loop)
        g_main_loop_unref(stand->loop);
}

/* "--name VALUE" pairs, then "--" and the program. */
static bool take_option(struct options *options, const char *name, const char *value)
{
    if (strcmp(name, "--socket") == 0)
        options->socket = value;
    else if (strcmp(name, "--deck") == 0)
        options->deck = value;
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
        fputs("device-stand --socket PATH [--deck FILE] [--do JSON]... -- PROGRAM ARGUMENTS...\n", stderr);
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
    tear_down(&stand);
    return stand.status;
}
