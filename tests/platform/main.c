/*
 * yizhan-platform: a small OpenRosa platform for the tests and the demo, never for a county.
 *
 *     yizhan-platform --dir DIR --forms DIR [--open-forms DIR] [--port N]
 *
 * Under --dir: port (the one chosen), key_sha256 (to pin in the kiosk's configuration), log.txt (everything
 * that came in), platform.db. Kiosks point at http://127.0.0.1:PORT/v1/key/TOKEN/projects/1 (and .../2 for
 * --open-forms). Prints one line when it serves; SIGTERM ends it. Restarted on the same --dir it knows what
 * it knew.
 */
#include "tests/platform/platform.h"

#include "board/base/file.h"
#include "board/base/log.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char MODULE[] = "platform";

static const char USAGE[] =
    "usage: yizhan-platform --dir DIR --forms DIR [options]\n"
    "  --open-forms DIR   forms of project 2, served without a key\n"
    "  --port N           default: any free one, written to DIR/port\n"
    "  --token TEXT       default: demo; URL is http://127.0.0.1:PORT/v1/key/TOKEN/projects/1\n"
    "  --user NAME --password TEXT --auth basic|digest   for http://127.0.0.1:PORT/v1/projects/1\n"
    "  --domain URL       what downloadUrl names instead of the host that was asked\n"
    "  --suite odk|sm     kind of key pair\n"
    "  --tls FILE         serve https with this certificate and key (PEM)\n"
    "  --date-ahead S     its clock, as its Date header tells it, is wrong by this\n"
    "  --durable          commits to the disk before it answers, as a county's platform does\n"
    "  --max-body BYTES   larger posts are answered 413\n"
    "  --print-key-sha256 print the key's fingerprint and leave\n";

int64_t platform_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void platform_log(struct platform *platform, const char *format, ...)
{
    char stamp[32];
    int64_t now_ms = platform_now_ms();
    time_t now_s = (time_t)(now_ms / 1000);
    struct tm local;
    va_list values;

    localtime_r(&now_s, &local);
    strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &local);
    va_start(values, format);
    flockfile(platform->log);
    fprintf(platform->log, "%s.%03d ", stamp, (int)(now_ms % 1000));
    vfprintf(platform->log, format, values);
    fputc('\n', platform->log);
    fflush(platform->log);
    funlockfile(platform->log);
    va_end(values);
}

static struct err load_project(struct platform *platform, int project, const char *dir,
                               const struct keys *keys)
{
    struct forms forms = {0};
    if (!dir)
        return err_ok();
    TRY(forms_load(dir, keys, &forms));
    for (size_t i = 0; i < forms.count; i++)
        TRY(records_publish(platform->records, project, forms.items[i].id, forms.items[i].version));
    pthread_mutex_lock(&platform->lock);
    forms_finish(&platform->forms[project - 1]);
    platform->forms[project - 1] = forms;
    pthread_mutex_unlock(&platform->lock);
    platform_log(platform, "project %d: %zu forms published", project, forms.count);
    return err_ok();
}

struct err platform_load_forms(struct platform *platform)
{
    TRY(load_project(platform, PROJECT_SEALED, platform->options.forms, &platform->keys));
    return load_project(platform, PROJECT_OPEN, platform->options.open_forms, NULL);
}

static struct err write_port(const struct platform *platform)
{
    char path[600], text[16];
    snprintf(path, sizeof path, "%s/port", platform->options.dir);
    int length = snprintf(text, sizeof text, "%d\n", platform->port);
    return file_write(path, text, (size_t)length, 0644);
}

static struct err start(struct platform *platform)
{
    char path[600];
    const struct platform_options *options = &platform->options;

    if (mkdir(options->dir, 0755) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "make %s", options->dir);
    snprintf(path, sizeof path, "%s/log.txt", options->dir);
    platform->log = fopen(path, "a");
    if (!platform->log)
        return err_errno(MODULE, errno, "open %s", path);
    TRY(keys_open(options->dir, options->suite, &platform->keys));
    TRY(records_open(options->dir, options->is_durable, &platform->records));
    TRY(faults_create(&platform->faults));
    TRY(platform_load_forms(platform));
    TRY(server_start(platform));
    return write_port(platform);
}

static void finish(struct platform *platform)
{
    server_stop(platform);
    faults_destroy(&platform->faults);
    records_close(&platform->records);
    for (int i = 0; i < PROJECT_COUNT; i++)
        forms_finish(&platform->forms[i]);
    if (platform->log)
        fclose(platform->log);
    json_decref(platform->reviews);
}

enum { OPT_PRINT_KEY = 'K' };

static const struct option OPTIONS[] = {
    {"dir", required_argument, NULL, 'd'},
    {"forms", required_argument, NULL, 'f'},
    {"open-forms", required_argument, NULL, 'o'},
    {"port", required_argument, NULL, 'p'},
    {"token", required_argument, NULL, 't'},
    {"user", required_argument, NULL, 'u'},
    {"password", required_argument, NULL, 'w'},
    {"auth", required_argument, NULL, 'a'},
    {"domain", required_argument, NULL, 'D'},
    {"suite", required_argument, NULL, 's'},
    {"tls", required_argument, NULL, 'T'},
    {"date-ahead", required_argument, NULL, 'A'},
    {"durable", no_argument, NULL, 'F'},
    {"max-body", required_argument, NULL, 'm'},
    {"print-key-sha256", no_argument, NULL, OPT_PRINT_KEY},
    {NULL, 0, NULL, 0},
};

static void take_option(struct platform_options *options, int option, const char *value)
{
    switch (option) {
    case 'd':
        options->dir = value;
        break;
    case 'f':
        options->forms = value;
        break;
    case 'o':
        options->open_forms = value;
        break;
    case 'p':
        options->port = (int)strtol(value, NULL, 10);
        break;
    case 't':
        options->token = value;
        break;
    case 'u':
        options->user = value;
        break;
    case 'w':
        options->password = value;
        break;
    case 'a':
        options->auth = value;
        break;
    case 'D':
        options->domain = value;
        break;
    case 's':
        options->suite = value;
        break;
    case 'T':
        options->tls = value;
        break;
    case 'A':
        options->date_ahead_s = (int)strtol(value, NULL, 10);
        break;
    case 'F':
        options->is_durable = true;
        break;
    case 'm':
        options->max_body = strtoull(value, NULL, 10);
        break;
    default:
        break;
    }
}

/* False: usage was wrong. */
static bool read_options(int argc, char **argv, struct platform_options *options, bool *out_print_key)
{
    int option = 0;
    *options = (struct platform_options){
        .suite = "odk", .token = "demo", .auth = "basic", .password = "", .max_body = 100 * 1000 * 1000};
    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        if (option == '?')
            return false;
        *out_print_key |= option == OPT_PRINT_KEY;
        take_option(options, option, optarg);
    }
    return options->dir && (options->forms || *out_print_key) && optind == argc;
}

static int print_key(const struct platform_options *options)
{
    struct keys keys;
    mkdir(options->dir, 0755);
    struct err e = keys_open(options->dir, options->suite, &keys);
    if (err_is(&e)) {
        log_err(MODULE, &e);
        return 1;
    }
    puts(keys.sha256);
    return 0;
}

int main(int argc, char **argv)
{
    struct platform platform = {.lock = PTHREAD_MUTEX_INITIALIZER};
    bool wants_key = false;
    sigset_t ends;
    int signal = 0;

    if (!read_options(argc, argv, &platform.options, &wants_key)) {
        fputs(USAGE, stderr);
        return 2;
    }
    if (wants_key)
        return print_key(&platform.options);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    struct err e = start(&platform);
    if (err_is(&e)) {
        log_err(MODULE, &e);
        finish(&platform);
        return 1;
    }
    printf("yizhan-platform: %s://127.0.0.1:%d/v1/key/%s/projects/1, key %s\n",
           platform.options.tls ? "https" : "http", platform.port, platform.options.token,
           platform.keys.sha256);
    fflush(stdout);
    sigwait(&ends, &signal);
    finish(&platform);
    return 0;
}
