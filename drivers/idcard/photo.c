#include "drivers/idcard/photo.h"
#include "board/base/clock.h"
#include "board/base/wipe.h"
#include "drivers/picture/jpeg.h"
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SYMBOL "yizhan_wlt_decode"

typedef int decode(const uint8_t wlt[IDCARD_PHOTO_SIZE], uint8_t out_rgb[IDCARD_PORTRAIT_SIZE]);

struct idcard_decoder {
    char path[256];
};

/* How the child ends when it ends as it should. */
enum { FINE = 80, NO_LIBRARY = 81, NO_FUNCTION = 82, REFUSED = 83 };

/* What parent and child share; gone with the last of them. */
struct exchange {
    uint8_t wlt[IDCARD_PHOTO_SIZE];
    uint8_t rgb[IDCARD_PORTRAIT_SIZE];
};

/* --- in the child ----------------------------------------------------------------------------------------
 */

/* A crash ends the child and nothing else, whatever the parent does about its own. */
static void let_it_crash(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        signal(crashes[i], SIG_DFL);
}

static int decode_here(const char *path, struct exchange *exchange, bool only_look)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return NO_LIBRARY;
    void *symbol = dlsym(library, SYMBOL);
    if (!symbol)
        return NO_FUNCTION;
    decode *function;
    memcpy(&function, &symbol, sizeof symbol); /* POSIX dlsym(3): the one way without a cast */
    return only_look || function(exchange->wlt, exchange->rgb) == 0 ? FINE : REFUSED;
}

/* --- in the parent ---------------------------------------------------------------------------------------
 */

static struct err judge(const siginfo_t *end)
{
    if (end->si_code != CLD_EXITED)
        return err_make(ERR_DATA, "idcard", end->si_status, "portrait decoder: it crashed (signal %d)",
                        end->si_status);
    switch (end->si_status) {
    case FINE:
        return err_ok();
    case NO_LIBRARY:
        return err_make(ERR_DATA, "idcard", 0, "portrait decoder: no library, or not for this machine");
    case NO_FUNCTION:
        return err_make(ERR_DATA, "idcard", 0, "portrait decoder: it has no " SYMBOL);
    case REFUSED:
        return err_make(ERR_DATA, "idcard", 0, "portrait decoder: it refuses this portrait");
    default:
        return err_make(ERR_DATA, "idcard", end->si_status, "portrait decoder: it ended the process");
    }
}

/* A child that is not done in time is ended: nobody waits for a picture. */
static struct err await(pid_t child)
{
    struct pollfd done = {.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN};
    siginfo_t end = {0};
    bool late = done.fd < 0 || poll(&done, 1, IDCARD_DECODE_MS) != 1;
    if (late)
        kill(child, SIGKILL);
    while (waitid(P_PID, (id_t)child, &end, WEXITED) < 0 && errno == EINTR) {
    }
    if (done.fd >= 0)
        close(done.fd);
    return late ? err_make(ERR_DATA, "idcard", ETIMEDOUT, "portrait decoder: too slow") : judge(&end);
}

static struct err run(const char *path, struct exchange *exchange, bool only_look)
{
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        return err_errno("idcard", errno, "portrait decoder: fork");
    if (child == 0) {
        let_it_crash();
        _exit(decode_here(path, exchange, only_look));
    }
    return await(child);
}

static struct err share(struct exchange **out_exchange)
{
    void *pages =
        mmap(NULL, sizeof **out_exchange, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return err_no_memory("idcard");
    *out_exchange = pages;
    return err_ok();
}

struct err idcard_decoder_create(const char *path, struct idcard_decoder **out_decoder)
{
    if (path[0] != '/' || strlen(path) >= sizeof(*out_decoder)->path)
        return err_make(ERR_DATA, "idcard", 0, "portrait decoder: %s is no absolute path", path);
    TRY(run(path, NULL, true));
    struct idcard_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder)
        return err_no_memory("idcard");
    strcpy(decoder->path, path);
    *out_decoder = decoder;
    return err_ok();
}

void idcard_decoder_destroy(struct idcard_decoder **decoder)
{
    free(*decoder);
    *decoder = NULL;
}

struct err idcard_decode_portrait(const struct idcard_decoder *decoder, const struct idcard *card,
                                  uint8_t out_rgb[IDCARD_PORTRAIT_SIZE])
{
    struct exchange *exchange = NULL;
    if (card->photo_size != IDCARD_PHOTO_SIZE)
        return err_make(ERR_DATA, "idcard", 0, "the card gave no portrait");
    TRY(share(&exchange));
    memcpy(exchange->wlt, card->photo, sizeof exchange->wlt);
    struct err e = run(decoder->path, exchange, false);
    if (!err_is(&e))
        memcpy(out_rgb, exchange->rgb, IDCARD_PORTRAIT_SIZE);
    wipe(exchange, sizeof *exchange);
    munmap(exchange, sizeof *exchange);
    return e;
}

struct err idcard_add_portrait(const struct idcard_decoder *decoder, struct idcard *card)
{
    struct picture picture = {0};
    struct buf jpeg;
    buf_init_private(&jpeg);
    struct err e = picture_init(&picture, IDCARD_PORTRAIT_WIDTH, IDCARD_PORTRAIT_HEIGHT, PICTURE_RGB);
    if (!err_is(&e))
        e = idcard_decode_portrait(decoder, card, picture.pixels);
    if (!err_is(&e))
        e = jpeg_encode_within(&picture, sizeof card->portrait, &jpeg);
    if (!err_is(&e)) {
        memcpy(card->portrait, jpeg.data, jpeg.length);
        card->portrait_size = jpeg.length;
    }
    buf_finish(&jpeg);
    picture_finish(&picture);
    return e;
}
