#include "tests/offline/platform_process.h"
#include "tests/unit/cmocka.h"
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 32 };

/* ---- the process ---- */

static void exec_platform(const struct platform_process *platform, int ready_fd)
{
    char port[16];
    const char *argv[MAX_ARGUMENTS] = {
        YIZHAN_BUILD "/bin/yizhan-platform", "--dir", platform->dir, "--forms", platform->forms, "--port"};
    int count = 6;

    snprintf(port, sizeof port, "%d", platform->port);
    argv[count++] = port;
    for (const char *const *own = platform->arguments; own && *own && count < MAX_ARGUMENTS - 1; own++)
        argv[count++] = *own;
    dup2(ready_fd, STDOUT_FILENO);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* Returns when it has said that it serves: no waiting for time to pass. */
static void spawn(struct platform_process *platform)
{
    int ready[2];
    char line[256], scheme[6];

    assert_int_equal(pipe(ready), 0);
    platform->pid = fork();
    assert_true(platform->pid >= 0);
    if (platform->pid == 0) {
        close(ready[0]);
        exec_platform(platform, ready[1]);
    }
    close(ready[1]);
    FILE *said = fdopen(ready[0], "r");
    char *got = fgets(line, sizeof line, said);
    fclose(said);
    if (!got)
        fail_msg("yizhan-platform did not start");
    assert_int_equal(sscanf(line, "yizhan-platform: %5[a-z]://127.0.0.1:%d/", scheme, &platform->port), 2);
    const char *key = strstr(line, ", key ");
    assert_non_null(key);
    snprintf(platform->key_sha256, sizeof platform->key_sha256, "%.64s", key + 6);
    snprintf(platform->url, sizeof platform->url, "%s://127.0.0.1:%d/v1/key/demo/projects/1", scheme,
             platform->port);
}

void platform_start(struct platform_process *platform, const char *dir, const char *const *arguments)
{
    *platform = (struct platform_process){.arguments = arguments};
    snprintf(platform->dir, sizeof platform->dir, "%s", dir);
    snprintf(platform->forms, sizeof platform->forms, "%s/forms", dir);
    mkdir(platform->forms, 0755);
    spawn(platform);
}

void platform_stop(struct platform_process *platform)
{
    if (platform->pid <= 0)
        return;
    kill(platform->pid, SIGTERM);
    waitpid(platform->pid, NULL, 0);
    platform->pid = 0;
}

void platform_restart(struct platform_process *platform)
{
    platform_stop(platform);
    spawn(platform);
}

/* ---- talking to it ---- */

static int dial(const struct platform_process *platform)
{
    struct sockaddr_in there = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)platform->port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&there, sizeof there), 0);
    return fd;
}

/* The answer's body. */
static json_t *exchange(const struct platform_process *platform, const char *method, const char *what,
                        const char *body)
{
    char *answer = NULL;
    size_t length = 0;
    int fd = dial(platform);
    FILE *stream = fdopen(fd, "r+");
    FILE *all = open_memstream(&answer, &length);

    fprintf(stream,
            "%s /admin/%s HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
            method, what, strlen(body), body);
    fflush(stream);
    for (int byte = fgetc(stream); byte != EOF; byte = fgetc(stream))
        fputc(byte, all);
    fclose(all);
    fclose(stream);
    const char *start = strstr(answer, "\r\n\r\n");
    assert_non_null(start);
    json_t *json = json_loads(start + 4, 0, NULL);
    if (!json)
        fail_msg("the platform answered: %s", answer);
    free(answer);
    return json;
}

json_t *platform_ask(const struct platform_process *platform, const char *what)
{
    return exchange(platform, "GET", what, "");
}

long platform_count(const struct platform_process *platform, const char *name)
{
    json_t *counts = platform_ask(platform, "counts");
    json_t *count = json_object_get(counts, name);
    assert_true(json_is_integer(count));
    long number = (long)json_integer_value(count);
    json_decref(counts);
    return number;
}

void platform_tell(const struct platform_process *platform, const char *what, const char *json)
{
    json_t *answer = exchange(platform, "POST", what, json);
    if (!json_is_true(json_object_get(answer, "ok")))
        fail_msg("told %s %s: %s", what, json, json_string_value(json_object_get(answer, "error")));
    json_decref(answer);
}

void platform_heal(const struct platform_process *platform)
{
    json_decref(exchange(platform, "DELETE", "faults", ""));
}

/* ---- forms ---- */

static const char FORM[] =
    "<?xml version=\"1.0\"?>\n"
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\""
    " xmlns:jr=\"http://openrosa.org/javarosa\"><h:head><h:title>Test %s</h:title><model>"
    "<instance><data id=\"%s\" "
    "version=\"%s\"><case_number/><name/><photo/><meta><instanceID/></meta></data></instance>"
    "<instance id=\"cases\" src=\"jr://file-csv/cases.csv\"/>"
    "<bind nodeset=\"/data/name\" type=\"string\"/><bind nodeset=\"/data/photo\" type=\"binary\"/>"
    "</model></h:head><h:body><input ref=\"/data/name\"><label>Name</label></input></h:body></h:html>\n";

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

void platform_publish(const struct platform_process *platform, const char *id, const char *version,
                      const char *const *attachments)
{
    char path[300], xml[2048];

    snprintf(xml, sizeof xml, FORM, id, id, version);
    snprintf(path, sizeof path, "%s/%s.xml", platform->forms, id);
    write_text(path, xml);
    snprintf(path, sizeof path, "%s/%s-media", platform->forms, id);
    mkdir(path, 0755);
    for (; attachments && *attachments; attachments++) {
        const char *equals = strchr(*attachments, '=');
        snprintf(path, sizeof path, "%s/%s-media/%.*s", platform->forms, id, (int)(equals - *attachments),
                 *attachments);
        write_text(path, equals + 1);
    }
}
