/*
 * yizhan-sync: the program that has the network and sees only sealed envelopes.
 *
 *     yizhan-sync --config FILE [--once]
 *
 * --once: pulls and pushes now, prints one JSON line of counts and leaves with 0 when nothing waits, 1 when
 * something waits, 2 when something is parked, 3 when it could not run. Without it: until SIGTERM, woken by
 * the kiosk's poke and by its own deadlines.
 */
#include "app/fleet/updater.h"
#include "app/sync/mirror_thread.h"
#include "board/base/config.h"
#include "board/base/log.h"
#include "board/base/notify.h"
#include "board/base/poke.h"
#include "board/base/version.h"
#include "board/base/wipe.h"
#include "offline/credentials.h"
#include "offline/formstore.h"
#include "offline/outbox.h"
#include "offline/sync.h"
#include "offline/time_floor.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const char MODULE[] = "sync";

enum { EXIT_CLEAR = 0, EXIT_WAITS = 1, EXIT_PARKED = 2, EXIT_FAILED = 3 };
enum { CONNECT_TIMEOUT_MS = 20 * 1000, STALL_TIMEOUT_MS = 60 * 1000 };
enum { DISK_RESERVE_BYTES = 500 * 1000 * 1000 };

/* As board/rauc/bundle names it. */
#if defined(__aarch64__)
static const char COMPATIBLE[] = "yizhan-arm64";
#else
static const char COMPATIBLE[] = "yizhan-amd64";
#endif

struct program {
    struct config config;
    struct outbox *outbox;
    struct formstore *forms;
    struct http *http[ENDPOINT_COUNT];
    struct sync *sync[ENDPOINT_COUNT]; /* NULL for an endpoint that is not configured */
    struct mirror_thread *mirror;
    struct http *update_http;
    struct updater *updater; /* NULL without [update] url */
    struct sync_counts counts;
    int lock_fd, poke_fd, signal_fd;
    struct notifier notifier;
};

/* ---- start ---- */

/* One sender: two at once would race into conflicts (offline.md). The lock dies with the process. */
static struct err lock(struct program *program)
{
    char path[300];
    snprintf(path, sizeof path, "%s/sync.lock", program->config.store.dir);
    program->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (program->lock_fd < 0)
        return err_errno(MODULE, errno, "open %s", path);
    if (flock(program->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return err_make(ERR_REFUSED, MODULE, errno, "another yizhan-sync is at work on %s",
                        program->config.store.dir);
    return err_ok();
}

static struct err open_signals(struct program *program)
{
    sigset_t ends;
    signal(SIGPIPE,
           SIG_IGN); /* TLS writes to a connection that the other side has closed: an error, not the end */
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    program->signal_fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    return program->signal_fd < 0 ? err_errno(MODULE, errno, "signalfd") : err_ok();
}

/* With a dead clock certificates are judged at the time floor; else the Date that mends it could never
 * arrive. */
static int64_t certificate_ms(void *context)
{
    const struct program *program = context;
    int64_t floor_ms = time_floor(program->config.store.dir);
    return clock_system()->wall_ms(clock_system()) < floor_ms ? floor_ms : 0;
}

static int64_t now_ms(void)
{
    return clock_system()->monotonic_ms(clock_system());
}

/* The signal stays pending until somebody reads it: asking does not use it up. A transfer asks about once a
 * second, so this is where the program shows that it turns. */
static bool is_stopped(void *context)
{
    notifier_turn(&((struct program *)context)->notifier, now_ms());
    struct pollfd signal = {.fd = ((struct program *)context)->signal_fd, .events = POLLIN};
    return poll(&signal, 1, 0) > 0;
}

static struct err open_stores(struct program *program)
{
    const char *dir = program->config.store.dir;
    struct outbox_options outbox = {
        .dir = dir, .kiosk_number = program->config.kiosk.number, .clock = clock_system()};
    struct formstore_options forms = {.dir = dir, .clock = clock_system()};
    TRY(outbox_open(&outbox, &program->outbox));
    return formstore_open(&forms, &program->forms);
}

static struct err open_http(struct program *program, const struct config_endpoint *config,
                            bool (*stopped)(void *context), struct http **out_http)
{
    struct buf password;
    struct err e = err_ok();
    buf_init_private(&password);
    if (*config->password_file)
        e = credentials_read(config->password_file, &password);
    struct http_curl_config http = {
        .user = config->user,
        .password = buf_text(&password),
        .ca = config->ca,
        .client_cert = config->client_cert,
        .certificate_ms = certificate_ms,
        .certificate_context = program,
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .stall_timeout_ms = STALL_TIMEOUT_MS,
        .stopped = stopped,
        .stopped_context = program,
    };
    if (!err_is(&e))
        e = http_curl_create(&http, out_http);
    buf_finish(&password);
    return e;
}

static struct err open_endpoint(struct program *program, enum endpoint endpoint,
                                const struct config_endpoint *config)
{
    struct sync_setup setup = {
        .endpoint = endpoint,
        .url = config->url,
        .outbox = program->outbox,
        .forms = program->forms,
        .clock = clock_system(),
        .temp_dir = program->config.store.dir,
        .verified = strncmp(config->url, "https://", 8) == 0,
        .challenged = *config->user != '\0',
        .policy = policy_default(program->config.sync.spread_s),
        .stopped = is_stopped,
        .stopped_context = program,
    };

    if (!*config->url)
        return err_ok();
    TRY(open_http(program, config, is_stopped, &program->http[endpoint]));
    setup.http = program->http[endpoint];
    return sync_create(&setup, &program->sync[endpoint]);
}

/* An application that was just saved does not wait for a piece of an update. */
static bool is_wanted_elsewhere(void *context)
{
    struct pollfd poke = {.fd = ((struct program *)context)->poke_fd, .events = POLLIN};
    return is_stopped(context) || poll(&poke, 1, 0) > 0;
}

static struct err open_updater(struct program *program)
{
    const struct config *config = &program->config;
    char version[32];
    if (!*config->update.url)
        return err_ok();
    version_running(VERSION_RELEASE_PATH, version, sizeof version);
    TRY(open_http(program, &config->update, is_wanted_elsewhere, &program->update_http));
    const struct updater_setup setup = {
        .url = config->update.url,
        .store_dir = config->store.dir,
        .ring = config->ring,
        .ca = config->visit.ca,
        .compatible = COMPATIBLE,
        .version = version,
        .disk_reserve = DISK_RESERVE_BYTES,
        .outbox = program->outbox,
        .http = program->update_http,
        .clock = clock_system(),
        .stopped = is_wanted_elsewhere,
        .stopped_context = program,
    };
    return updater_create(&setup, &program->updater);
}

static struct err start(struct program *program, const char *config_path)
{
    TRY(config_load(config_path, &program->config));
    TRY(open_signals(program));
    TRY(lock(program));
    TRY(open_stores(program));
    TRY(open_endpoint(program, ENDPOINT_PLATFORM, &program->config.platform));
    TRY(open_endpoint(program, ENDPOINT_FLEET, &program->config.fleet));
    if (!program->sync[ENDPOINT_PLATFORM] && !program->sync[ENDPOINT_FLEET])
        return err_make(ERR_DATA, MODULE, 0, "%.150s: no [platform] url: nothing to talk to", config_path);
    return err_ok();
}

static void finish(struct program *program)
{
    mirror_thread_destroy(&program->mirror);
    for (int i = 0; i < ENDPOINT_COUNT; i++) {
        sync_destroy(&program->sync[i]);
        http_destroy(&program->http[i]);
    }
    updater_destroy(&program->updater);
    http_destroy(&program->update_http);
    notifier_finish(&program->notifier);
    formstore_close(&program->forms);
    outbox_close(&program->outbox);
    for (size_t i = 0; i < 3; i++) {
        int fd = (int[]){program->poke_fd, program->signal_fd, program->lock_fd}[i];
        if (fd >= 0)
            close(fd);
    }
}

/* ---- runs ---- */

/* The first endpoint's error does not keep the second from its turn. */
static struct err run_all(struct program *program, enum sync_urgency urgency)
{
    struct err first = err_ok();
    struct sync_counts before = program->counts;

    for (int i = 0; i < ENDPOINT_COUNT; i++) {
        if (!program->sync[i] || is_stopped(program))
            continue;
        struct err e = sync_run(program->sync[i], urgency, &program->counts);
        if (err_is(&e) && !err_is(&first))
            first = err_context(e, "%s", endpoint_name((enum endpoint)i));
    }
    if (memcmp(&before, &program->counts, sizeof before) != 0)
        poke_send(program->config.store.dir, "kiosk");
    return first;
}

static struct err print_counts(struct program *program, int *out_exit)
{
    struct outbox_counts counts;
    struct outbox_link link;
    const struct sync_counts *run = &program->counts;

    TRY(outbox_count(program->outbox, &counts));
    TRY(outbox_get_link(program->outbox, ENDPOINT_PLATFORM, &link));
    printf(
        "{\"waiting\":%" PRId64 ",\"parked\":%" PRId64 ",\"on_stick\":%" PRId64 ",\"received\":%" PRId64
        ",\"delivered_now\":%d,\"parked_now\":%d,\"retried_now\":%d,\"forms_now\":%d,\"bytes_sent\":%" PRId64
        ",\"bytes_received\":%" PRId64 ",\"link\":\"%s\"}\n",
        counts.waiting, counts.in_state[OUTBOX_PARKED], counts.in_state[OUTBOX_ON_STICK],
        counts.in_state[OUTBOX_DELIVERED] + counts.in_state[OUTBOX_PURGED], run->delivered, run->parked,
        run->retried, run->forms, run->bytes_sent, run->bytes_received, outbox_link_state_name(link.state));
    fflush(stdout);
    *out_exit = counts.in_state[OUTBOX_PARKED] > 0 ? EXIT_PARKED
                : counts.waiting > 0               ? EXIT_WAITS
                                                   : EXIT_CLEAR;
    return err_ok();
}

static struct err next_wait(struct program *program, int64_t *out_wait_ms)
{
    int64_t wait_ms = INT32_MAX;
    for (int i = 0; i < ENDPOINT_COUNT; i++) {
        int64_t one_ms = wait_ms;
        if (program->sync[i])
            TRY(sync_due(program->sync[i], &one_ms));
        wait_ms = one_ms < wait_ms ? one_ms : wait_ms;
    }
    if (program->updater && updater_due(program->updater) < wait_ms)
        wait_ms = updater_due(program->updater);
    *out_wait_ms = wait_ms;
    return err_ok();
}

/* Whether a run that got something through has more to do: the kiosk goes on saving while it lasts. */
static struct err is_more_due(struct program *program, int delivered_before, bool *out_more)
{
    int64_t wait_ms = 1;
    *out_more = false;
    if (program->counts.delivered == delivered_before)
        return err_ok();
    TRY(next_wait(program, &wait_ms));
    *out_more = wait_ms == 0 && !is_stopped(program);
    return err_ok();
}

static struct err run_once(struct program *program, int *out_exit)
{
    enum sync_urgency urgency = SYNC_NOW;
    int purged = 0;
    bool more = true;

    TRY(outbox_recover(program->outbox));
    TRY(outbox_sweep(program->outbox, &purged));
    while (more) {
        int delivered = program->counts.delivered;
        struct err ran = run_all(program, urgency);
        TRY(outbox_sweep(program->outbox, &purged)); /* what was sent makes room, whatever failed after it */
        struct err e = mirror_once(&program->config);
        if (err_is(&e))
            log_err(MODULE, &e); /* noted for status; what was sent is sent */
        TRY(ran);
        TRY(is_more_due(program, delivered, &more));
        urgency = SYNC_WHEN_DUE;
    }
    return print_counts(program, out_exit);
}

/* An error of the store (disk full, database locked for long) is logged and met again a minute later. */
static void pause_after(const struct err *e, int64_t *wait_ms)
{
    if (!err_is(e))
        return;
    log_err(MODULE, e);
    *wait_ms = 60 * 1000;
}

static struct err serve(struct program *program)
{
    int purged = 0;

    TRY(poke_listen(program->config.store.dir, "sync", &program->poke_fd));
    TRY(mirror_thread_create(&program->config, &program->mirror));
    struct err no_updates = open_updater(program);
    if (err_is(&no_updates))
        log_err(MODULE, &no_updates); /* applications are sent all the same */
    for (int i = 0; i < ENDPOINT_COUNT; i++) {
        if (program->sync[i])
            TRY(sync_start(program->sync[i]));
    }
    notifier_ready(&program->notifier);
    while (!is_stopped(program)) {
        int64_t wait_ms = 0;
        struct err e = run_all(program, SYNC_WHEN_DUE);
        struct err swept = outbox_sweep(program->outbox, &purged); /* makes room, whatever failed before */
        if (!err_is(&e))
            e = swept;
        if (!err_is(&e) && program->updater)
            e = updater_step(program->updater);
        if (!err_is(&e))
            e = next_wait(program, &wait_ms);
        pause_after(&e, &wait_ms);
        struct pollfd waits[] = {{.fd = program->poke_fd, .events = POLLIN},
                                 {.fd = program->signal_fd, .events = POLLIN}};
        int sign_ms = notifier_wait_ms(&program->notifier, now_ms());
        if (sign_ms >= 0 && sign_ms < wait_ms)
            wait_ms = sign_ms;
        if (poll(waits, 2, (int)wait_ms) > 0)
            poke_drain(program->poke_fd);
    }
    return err_ok();
}

/* ---- main ---- */

static int usage(FILE *out, int status)
{
    fputs("usage: yizhan-sync [--config FILE] [--once]\n"
          "--once: 0 nothing waits, 1 something waits, 2 a technician is needed, 3 it could not run\n",
          out);
    return status;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"once", no_argument, NULL, 'o'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    struct program program = {.lock_fd = -1, .poke_fd = -1, .signal_fd = -1};
    const char *config_path = CONFIG_DEFAULT_PATH;
    bool once = false;
    int option = 0, status = EXIT_CLEAR;

    forbid_core_dumps(); /* the platform's password is in here */
    forbid_onlookers();
    notifier_init(&program.notifier);
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?' || option == 'h')
            return option == 'h' ? usage(stdout, EXIT_CLEAR) : usage(stderr, EXIT_FAILED);
        config_path = option == 'c' ? optarg : config_path;
        once |= option == 'o';
    }
    if (optind != argc)
        return usage(stderr, EXIT_FAILED);
    struct err e = start(&program, config_path);
    if (!err_is(&e))
        e = once ? run_once(&program, &status) : serve(&program);
    if (err_is(&e)) {
        log_err(MODULE, &e);
        status = EXIT_FAILED;
    }
    finish(&program);
    return status;
}
