/* FreeType seeks and reads for every glyph. A stream of the C library makes up to four system calls of that
 * and reads 4 KiB each time; mapped, the file would count as memory of this process in blocks of 64 KiB
 * around every glyph. So the place is kept here, and the bytes that are wanted come by one pread(2). */
#include "ui/text_stream.h"
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HELD_MAX = 2048 }; /* some glyphs' outlines */

struct text_stream {
    int fd;
    Sint64 size, at;
    Sint64 held_at; /* where in the file */
    size_t held_size;
    unsigned char held[HELD_MAX];
};

static struct text_stream *stream_of(SDL_RWops *ops)
{
    return ops->hidden.unknown.data1;
}

static Sint64 SDLCALL stream_size(SDL_RWops *ops)
{
    return stream_of(ops)->size;
}

static Sint64 SDLCALL stream_seek(SDL_RWops *ops, Sint64 offset, int whence)
{
    struct text_stream *stream = stream_of(ops);
    Sint64 from = whence == RW_SEEK_SET ? 0 : whence == RW_SEEK_CUR ? stream->at : stream->size;
    if (offset < -from || offset > stream->size - from)
        return -1;
    return stream->at = from + offset;
}

static bool is_held(const struct text_stream *stream, size_t length)
{
    return stream->at >= stream->held_at &&
           stream->at + (Sint64)length <= stream->held_at + (Sint64)stream->held_size;
}

static void hold(struct text_stream *stream)
{
    ssize_t got = pread(stream->fd, stream->held, HELD_MAX, stream->at);
    stream->held_at = stream->at;
    stream->held_size = got > 0 ? (size_t)got : 0;
}

static size_t SDLCALL stream_read(SDL_RWops *ops, void *bytes, size_t size, size_t count)
{
    struct text_stream *stream = stream_of(ops);
    size_t length = size * count;
    ssize_t got = (ssize_t)length;
    if (length <= HELD_MAX && !is_held(stream, length))
        hold(stream);
    if (length <= HELD_MAX && is_held(stream, length))
        memcpy(bytes, stream->held + (stream->at - stream->held_at), length);
    else
        got = pread(stream->fd, bytes, length, stream->at);
    if (got <= 0 || size == 0)
        return 0;
    stream->at += got;
    return (size_t)got / size;
}

static int SDLCALL stream_close(SDL_RWops *ops)
{
    close(stream_of(ops)->fd);
    free(stream_of(ops));
    SDL_FreeRW(ops);
    return 0;
}

/* Takes fd when it succeeds. */
static SDL_RWops *stream_on(int fd)
{
    struct stat about;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        return NULL;
    struct text_stream *stream = calloc(1, sizeof *stream);
    SDL_RWops *ops = stream ? SDL_AllocRW() : NULL;
    if (!ops) {
        free(stream);
        return NULL;
    }
    stream->fd = fd;
    stream->size = about.st_size;
    *ops = (SDL_RWops){.size = stream_size,
                       .seek = stream_seek,
                       .read = stream_read,
                       .close = stream_close,
                       .type = SDL_RWOPS_UNKNOWN,
                       .hidden.unknown.data1 = stream};
    return ops;
}

SDL_RWops *ui_text_stream_open(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    SDL_RWops *ops = fd >= 0 ? stream_on(fd) : NULL;
    if (!ops && fd >= 0)
        close(fd);
    return ops;
}
