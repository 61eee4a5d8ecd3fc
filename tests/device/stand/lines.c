#include "tests/device/stand/lines.h"
#include "board/base/buf.h"
#include <errno.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct lines {
    json_t *(*answer)(void *context, json_t *command);
    void *context;
    char *path;
    int fd;
    guint source;
};

struct client {
    struct lines *lines;
    struct buf input;
};

static bool answer_line(struct client *client, int fd, const char *line, size_t length)
{
    json_t *command = json_loadb(line, length, 0, NULL);
    json_t *answer = client->lines->answer(client->lines->context, command);
    json_decref(command);
    char *text = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
    size_t size = strlen(text);
    text[size] = '\n';
    ssize_t sent = send(fd, text, size + 1, MSG_NOSIGNAL);
    free(text);
    return sent == (ssize_t)(size + 1);
}

static void drop_client(struct client *client, int fd)
{
    buf_finish(&client->input);
    free(client);
    close(fd);
}

static gboolean on_bytes(gint fd, GIOCondition condition, gpointer context)
{
    struct client *client = context;
    char bytes[4096];
    (void)condition;
    ssize_t count = recv(fd, bytes, sizeof bytes, 0);
    bool alive = count > 0;
    if (alive)
        buf_append(&client->input, bytes, (size_t)count);
    char *end;
    while (alive && client->input.length > 0 &&
           (end = memchr(client->input.data, '\n', client->input.length))) {
        size_t length = (size_t)(end - client->input.data);
        alive = answer_line(client, fd, client->input.data, length);
        client->input.length -= length + 1;
        memmove(client->input.data, end + 1, client->input.length);
    }
    if (!alive)
        drop_client(client, fd);
    return alive ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean on_connect(gint fd, GIOCondition condition, gpointer context)
{
    (void)condition;
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    struct client *client = peer >= 0 ? calloc(1, sizeof *client) : NULL;
    if (!client)
        return G_SOURCE_CONTINUE;
    client->lines = context;
    g_unix_fd_add(peer, G_IO_IN | G_IO_HUP, on_bytes, client);
    return G_SOURCE_CONTINUE;
}

static struct err listen_at(struct lines *lines)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(lines->path) >= sizeof address.sun_path)
        return err_make(ERR_DATA, "stand", 0, "socket path too long: %s", lines->path);
    strcpy(address.sun_path, lines->path);
    unlink(lines->path);
    lines->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (lines->fd < 0 || bind(lines->fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(lines->fd, 4) < 0)
        return err_errno("stand", errno, "socket %s", lines->path);
    lines->source = g_unix_fd_add(lines->fd, G_IO_IN, on_connect, lines);
    return err_ok();
}

struct err lines_create(const char *path, json_t *(*answer)(void *context, json_t *command), void *context,
                        struct lines **out_lines)
{
    struct lines *lines = calloc(1, sizeof *lines);
    if (!lines)
        return err_no_memory("stand");
    *lines = (struct lines){.answer = answer, .context = context, .path = g_strdup(path), .fd = -1};
    struct err e = listen_at(lines);
    if (err_is(&e))
        lines_destroy(&lines);
    else
        *out_lines = lines;
    return e;
}

void lines_destroy(struct lines **lines)
{
    struct lines *l = *lines;
    if (!l)
        return;
    if (l->source)
        g_source_remove(l->source);
    if (l->fd >= 0) {
        close(l->fd);
        unlink(l->path);
    }
    g_free(l->path);
    free(l);
    *lines = NULL;
}
