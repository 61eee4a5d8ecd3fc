#include "tests/control/control.h"

#include "board/base/buf.h"
#include "ui/control.h"
#include "ui/shot.h"

#include <errno.h>
#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS_MAX = 4, LINE_BYTES_MAX = 1 << 20 };

struct client {
    int fd; /* -1: free */
    struct buf in;
    json_t *waiting; /* a "wait" that is not true yet */
    struct second_tap {
        bool is_due;
        struct ui_point at;
        int64_t first_ms; /* by the kiosk's clock */
    } second_tap;
};

/* Read by any thread, moved by the one that serves the socket. */
struct hand {
    struct clock clock; /* must be first */
    atomic_llong ahead_ms;
};

struct control {
    struct hand hand;
    int listen_fd;
    struct client clients[CLIENTS_MAX];
};

/* ---- answering ---- */

static void answer(struct client *client, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    if (text) {
        struct buf line = {0};
        buf_printf(&line, "%s\n", text);
        if (send(client->fd, line.data, line.length, MSG_NOSIGNAL) < 0)
            client->in.failed = true;
        buf_finish(&line);
    }
    free(text);
    json_decref(object);
}

static void answer_err(struct client *client, const struct err *e)
{
    answer(client,
           err_is(e) ? json_pack("{s:b, s:s}", "ok", 0, "error", e->text) : json_pack("{s:b}", "ok", 1));
}

static void complain(struct client *client, const char *text)
{
    answer(client, json_pack("{s:b, s:s}", "ok", 0, "error", text));
}

/* ---- time ---- */

static int64_t ahead_of(const struct clock *clock)
{
    return atomic_load(&((const struct hand *)clock)->ahead_ms);
}

static int64_t monotonic_ms(const struct clock *clock)
{
    return clock_system()->monotonic_ms(clock_system()) + ahead_of(clock);
}

static int64_t wall_ms(const struct clock *clock)
{
    return clock_system()->wall_ms(clock_system()) + ahead_of(clock);
}

const struct clock *control_clock(const struct control *control)
{
    return &control->hand.clock;
}

/* Whoever gives commands has seen the screen first: what has only just come takes no taps. */
static void look(struct hand *hand, struct kiosk *kiosk)
{
    atomic_fetch_add(&hand->ahead_ms, ui_unsettled_ms(kiosk_ui(kiosk)));
}

static void do_pass(struct hand *hand, struct client *client, json_t *command)
{
    atomic_fetch_add(&hand->ahead_ms, json_integer_value(json_object_get(command, "ms")));
    answer(client, json_pack("{s:b}", "ok", 1));
}

/* ---- commands ---- */

/* A hand that trembles: once more on the same place, when the kiosk has done what the first tap asked for. */
static void tap_again(struct hand *hand, struct client *client, struct kiosk *kiosk)
{
    enum { BETWEEN_MS = 150 };
    const struct second_tap *tap = &client->second_tap;
    int64_t late_ms =
        monotonic_ms(&hand->clock) - tap->first_ms - BETWEEN_MS; /* a busy machine is no slow hand */
    atomic_fetch_sub(&hand->ahead_ms, late_ms);
    ui_test_tap_at(kiosk_ui(kiosk), tap->at.x, tap->at.y);
    atomic_fetch_add(&hand->ahead_ms, late_ms);
    client->second_tap.is_due = false;
    answer(client, json_pack("{s:b}", "ok", 1));
}

static void do_tap_twice(struct hand *hand, struct client *client, struct kiosk *kiosk, const char *on)
{
    struct ui_tree *tree = ui_tree(kiosk_ui(kiosk));
    const struct ui_node *node = tree && on ? ui_tree_find(tree, on) : NULL;
    if (node)
        client->second_tap =
            (struct second_tap){.at = {node->rect.x + node->rect.w / 2, node->rect.y + node->rect.h / 2},
                                .first_ms = monotonic_ms(&hand->clock)};
    struct err e = on ? ui_test_tap(kiosk_ui(kiosk), on) : err_make(ERR_DATA, "control", 0, "tap what?");
    client->second_tap.is_due = !err_is(&e);
    if (err_is(&e))
        answer_err(client, &e);
}

static void do_tap(struct client *client, struct kiosk *kiosk, json_t *command)
{
    const char *on = json_string_value(json_object_get(command, "on"));
    json_t *at = json_object_get(command, "at");
    struct err e = err_ok();
    if (on)
        e = ui_test_tap(kiosk_ui(kiosk), on);
    else if (json_array_size(at) == 2)
        ui_test_tap_at(kiosk_ui(kiosk), (int)json_integer_value(json_array_get(at, 0)),
                       (int)json_integer_value(json_array_get(at, 1)));
    else
        e = err_make(ERR_DATA, "control", 0, "tap what? \"on\": id or label, or \"at\": [x,y]");
    answer_err(client, &e);
}

static void do_key(struct client *client, struct kiosk *kiosk, json_t *command)
{
    const char *name = json_string_value(json_object_get(command, "key"));
    enum ui_key key = name ? ui_key_from_name(name) : UI_KEY_NONE;
    if (key == UI_KEY_NONE) {
        complain(client, "there is no such key");
        return;
    }
    ui_test_key(kiosk_ui(kiosk), key);
    answer(client, json_pack("{s:b}", "ok", 1));
}

static void do_stroke(struct client *client, struct kiosk *kiosk, json_t *command)
{
    const char *on = json_string_value(json_object_get(command, "on"));
    json_t *list = json_object_get(command, "points"), *point;
    struct ui_pad_point points[UI_STROKE_POINTS_MAX];
    size_t i, count = json_array_size(list);
    if (!on || count == 0 || count > UI_STROKE_POINTS_MAX) {
        complain(client, "a stroke has \"on\" and 1 to 512 \"points\"");
        return;
    }
    json_array_foreach(list, i, point)
    {
        points[i].x = (short)json_integer_value(json_array_get(point, 0));
        points[i].y = (short)json_integer_value(json_array_get(point, 1));
    }
    struct err e = ui_test_stroke(kiosk_ui(kiosk), on, points, count);
    answer_err(client, &e);
}

static void do_shot(struct client *client, struct kiosk *kiosk, json_t *command)
{
    const char *file = json_string_value(json_object_get(command, "file"));
    struct err e =
        file ? ui_shot(kiosk_presenter(kiosk), file) : err_make(ERR_DATA, "control", 0, "which \"file\"?");
    answer_err(client, &e);
}

static json_t *dump_tree(struct kiosk *kiosk)
{
    struct buf text = {0};
    struct ui_tree *tree = ui_tree(kiosk_ui(kiosk));
    if (tree)
        ui_tree_dump(tree, &text);
    json_t *dump = json_loads(buf_text(&text), 0, NULL);
    buf_finish(&text);
    return dump;
}

static void do_tree(struct client *client, struct kiosk *kiosk)
{
    json_t *dump = dump_tree(kiosk);
    answer(client, dump ? json_pack("{s:b, s:o}", "ok", 1, "tree", dump)
                        : json_pack("{s:b, s:s}", "ok", 0, "error", "there is no screen yet"));
}

static bool shows_text(struct kiosk *kiosk, const char *text)
{
    json_t *dump = dump_tree(kiosk), *node;
    size_t i;
    bool found = false;
    json_array_foreach(json_object_get(dump, "nodes"), i, node)
    {
        const char *label = json_string_value(json_object_get(node, "label"));
        found = found || (label && strstr(label, text));
    }
    json_decref(dump);
    return found;
}

static bool is_true_now(struct kiosk *kiosk, json_t *wait)
{
    const char *screen = json_string_value(json_object_get(wait, "screen"));
    const char *text = json_string_value(json_object_get(wait, "text"));
    struct ui_tree *tree = ui_tree(kiosk_ui(kiosk));
    if (!tree || (screen && strcmp(ui_tree_name(tree), screen) != 0))
        return false;
    return !text || shows_text(kiosk, text);
}

static bool is_act(const char *name)
{
    static const char *const acts[] = {"tap", "tap-twice", "key", "stroke"};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strcmp(name, acts[i]) == 0)
            return true;
    return false;
}

static void run_command(struct control *control, struct client *client, struct kiosk *kiosk, json_t *command)
{
    const char *name = json_string_value(json_object_get(command, "do"));
    if (name && is_act(name))
        look(&control->hand, kiosk);
    if (!name)
        complain(client, "a command is {\"do\":...}");
    else if (strcmp(name, "tap") == 0)
        do_tap(client, kiosk, command);
    else if (strcmp(name, "tap-twice") == 0)
        do_tap_twice(&control->hand, client, kiosk, json_string_value(json_object_get(command, "on")));
    else if (strcmp(name, "key") == 0)
        do_key(client, kiosk, command);
    else if (strcmp(name, "stroke") == 0)
        do_stroke(client, kiosk, command);
    else if (strcmp(name, "shot") == 0)
        do_shot(client, kiosk, command);
    else if (strcmp(name, "tree") == 0)
        do_tree(client, kiosk);
    else if (strcmp(name, "wait") == 0)
        client->waiting = json_incref(command);
    else if (strcmp(name, "state") == 0)
        answer(client, json_pack("{s:b, s:s}", "ok", 1, "state", journey_state(kiosk_journey(kiosk))));
    else if (strcmp(name, "timing") == 0)
        answer(client, json_pack("{s:b, s:i, s:I}", "ok", 1, "first_frame_ms", kiosk_first_frame_ms(kiosk),
                                 "camera_frames", (json_int_t)kiosk_camera_frames(kiosk)));
    else if (strcmp(name, "pass") == 0)
        do_pass(&control->hand, client, command);
    else if (strcmp(name, "stop") == 0)
        kiosk_stop(kiosk);
    else
        complain(client, "there is no such command");
}

/* ---- the socket ---- */

static void forget_client(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    buf_finish(&client->in);
    json_decref(client->waiting);
    *client = (struct client){.fd = -1};
}

static void accept_client(struct control *control)
{
    int fd = accept4(control->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    for (size_t i = 0; fd >= 0 && i < CLIENTS_MAX; i++)
        if (control->clients[i].fd < 0) {
            control->clients[i].fd = fd;
            return;
        }
    if (fd >= 0)
        close(fd);
}

static void receive(struct client *client)
{
    char bytes[4096];
    ssize_t got = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got > 0)
        buf_append(&client->in, bytes, (size_t)got);
    bool ended = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
    if (ended || client->in.failed || client->in.length > LINE_BYTES_MAX)
        forget_client(client);
}

/* One command a turn: what it changed is on the screen before the next one runs. False when none is complete.
 */
static bool run_next(struct control *control, struct client *client, struct kiosk *kiosk)
{
    char *end = client->in.length ? memchr(client->in.data, '\n', client->in.length) : NULL;
    if (!end)
        return false;
    size_t length = (size_t)(end - client->in.data);
    json_t *command = json_loadb(client->in.data, length, 0, NULL);
    struct buf rest = {0};
    buf_append(&rest, end + 1, client->in.length - length - 1);
    buf_finish(&client->in);
    client->in = rest;
    if (command)
        run_command(control, client, kiosk, command);
    else
        complain(client, "that is not JSON");
    json_decref(command);
    return true;
}

/* True when a command ran. */
static bool serve(struct control *control, struct client *client, struct kiosk *kiosk)
{
    receive(client);
    if (client->fd >= 0 && client->waiting && is_true_now(kiosk, client->waiting)) {
        json_decref(client->waiting);
        client->waiting = NULL;
        answer(client, json_pack("{s:b}", "ok", 1));
    }
    if (client->fd >= 0 && client->second_tap.is_due)
        tap_again(&control->hand, client, kiosk);
    return client->fd >= 0 && !client->waiting && run_next(control, client, kiosk);
}

static size_t fds(void *context, int *out_fds, size_t room)
{
    struct control *control = context;
    size_t count = 0;
    out_fds[count++] = control->listen_fd;
    for (size_t i = 0; i < CLIENTS_MAX && count < room; i++)
        if (control->clients[i].fd >= 0)
            out_fds[count++] = control->clients[i].fd;
    return count;
}

static bool turn(void *context, struct kiosk *kiosk)
{
    struct control *control = context;
    bool ran = false;
    accept_client(control);
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        if (control->clients[i].fd >= 0)
            ran = serve(control, &control->clients[i], kiosk) || ran;
    return ran;
}

struct err control_create(const char *socket_path, struct control **out_control)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(socket_path) >= sizeof address.sun_path)
        return err_make(ERR_REFUSED, "control", ENAMETOOLONG, "%s is too long for a socket", socket_path);
    memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
    struct control *control = calloc(1, sizeof *control);
    if (!control)
        return err_no_memory("control");
    control->hand.clock = (struct clock){monotonic_ms, wall_ms};
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        control->clients[i].fd = -1;
    unlink(socket_path);
    control->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (control->listen_fd < 0 ||
        bind(control->listen_fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(control->listen_fd, CLIENTS_MAX) != 0) {
        struct err e = err_errno("control", errno, "cannot listen on %s", socket_path);
        control_destroy(&control);
        return e;
    }
    *out_control = control;
    return err_ok();
}

void control_destroy(struct control **control)
{
    if (!control || !*control)
        return;
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        forget_client(&(*control)->clients[i]);
    if ((*control)->listen_fd >= 0)
        close((*control)->listen_fd);
    free(*control);
    *control = NULL;
}

struct kiosk_source control_source(struct control *control)
{
    return (struct kiosk_source){control, fds, turn};
}
