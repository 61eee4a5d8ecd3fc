#include "app/sync/mirror_thread.h"
#include "board/base/log.h"
#include "offline/mirror.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const char MODULE[] = "mirror";

enum { LOOK_EVERY_MS = 2000, AFTER_FAILURE_MS = 30 * 1000 };

struct mirror_thread {
    struct mirror *mirror;
    pthread_t thread;
    int stop_fd;
};

static bool is_stopped(void *context)
{
    struct pollfd stop = {.fd = ((struct mirror_thread *)context)->stop_fd, .events = POLLIN};
    return poll(&stop, 1, 0) > 0;
}

/* A medium that stays away is said once, in its state, not every half minute. */
static void *run(void *context)
{
    struct mirror_thread *self = context;
    struct pollfd stop = {.fd = self->stop_fd, .events = POLLIN};
    int wait_ms = 0;

    while (poll(&stop, 1, wait_ms) == 0) {
        struct err e = mirror_follow(self->mirror);
        wait_ms = err_is(&e) ? AFTER_FAILURE_MS : LOOK_EVERY_MS;
    }
    return NULL;
}

static struct err make(const struct config *config, struct mirror_thread *self, struct mirror **out_mirror)
{
    const struct mirror_setup setup = {
        .store_dir = config->store.dir,
        .mirror_dir = config->store.mirror,
        .kiosk_number = config->kiosk.number,
        .clock = clock_system(),
        .stopped = self ? is_stopped : NULL,
        .stopped_context = self,
    };
    return mirror_create(&setup, out_mirror);
}

static void release(struct mirror_thread *self)
{
    mirror_destroy(&self->mirror);
    if (self->stop_fd >= 0)
        close(self->stop_fd);
    free(self);
}

struct err mirror_thread_create(const struct config *config, struct mirror_thread **out_thread)
{
    *out_thread = NULL;
    if (!*config->store.mirror)
        return err_ok();
    struct mirror_thread *self = calloc(1, sizeof *self);
    if (!self)
        return err_no_memory(MODULE);
    self->stop_fd = eventfd(0, EFD_CLOEXEC);
    struct err e =
        self->stop_fd < 0 ? err_errno(MODULE, errno, "eventfd") : make(config, self, &self->mirror);
    if (!err_is(&e)) {
        int failed = pthread_create(&self->thread, NULL, run, self);
        e = failed ? err_errno(MODULE, failed, "no thread") : err_ok();
    }
    if (err_is(&e))
        release(self);
    else
        *out_thread = self;
    return e;
}

void mirror_thread_destroy(struct mirror_thread **thread)
{
    if (!*thread)
        return;
    eventfd_write((*thread)->stop_fd, 1);
    pthread_join((*thread)->thread, NULL);
    release(*thread);
    *thread = NULL;
}

struct err mirror_once(const struct config *config)
{
    struct mirror *mirror = NULL;
    if (!*config->store.mirror)
        return err_ok();
    TRY(make(config, NULL, &mirror));
    struct err e = mirror_follow(mirror);
    mirror_destroy(&mirror);
    return e;
}
