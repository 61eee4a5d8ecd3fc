/*
 * yizhanctl log keep FILE: lines from stdin, the journal's errors, into a small log that outlives a power
 * cut.
 *
 * FILE and FILE.1 hold at most 128 KiB each, the oldest go. A line that repeats is counted, not written
 * again. No program of ours logs anything of a person; this is the second net, for what a library or the
 * kernel may quote: whatever is not ASCII, and digits as long as a telephone's or an ID card's number, are
 * left out.
 */
#include "app/ctl/command.h"
#include "app/ctl/stores.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 128 * 1024, LINE_SIZE = 512, DIGITS_MAX = 10 };

struct keeper {
    const char *path;
    int fd;
    char last[LINE_SIZE]; /* what it said, without its time */
    unsigned repeats;
};

/* ---- what is left out ---- */

/* Length of digits at text, single blanks and hyphens between them taken along; their count in *out_digits.
 */
static size_t digits_at(const char *text, unsigned *out_digits)
{
    size_t length = 0;
    *out_digits = 0;
    for (size_t i = 0; text[i]; i++) {
        bool is_digit = isdigit((unsigned char)text[i]);
        bool is_gap = i > 0 && (text[i] == ' ' || text[i] == '-') && isdigit((unsigned char)text[i + 1]);
        if (!is_digit && !is_gap)
            break;
        *out_digits += is_digit;
        length = i + 1;
    }
    if (*out_digits > 0 && (text[length] == 'X' || text[length] == 'x'))
        length++;
    return length;
}

static size_t foreign_at(const char *text)
{
    size_t length = 0;
    while ((unsigned char)text[length] >= 0x80)
        length++;
    return length;
}

static void redact(const char *line, char out_line[LINE_SIZE])
{
    size_t used = 0;
    while (*line && *line != '\n' && used + 32 < LINE_SIZE) {
        unsigned digits = 0;
        size_t foreign = foreign_at(line), number = digits_at(line, &digits);
        if (foreign > 0) {
            used += (size_t)snprintf(out_line + used, LINE_SIZE - used, "[%zu bytes]", foreign);
            line += foreign;
        } else if (digits > DIGITS_MAX) {
            used += (size_t)snprintf(out_line + used, LINE_SIZE - used, "[%u digits]", digits);
            line += number;
        } else if (number > 0) {
            size_t room = LINE_SIZE - 1 - used, take = number < room ? number : room;
            memcpy(out_line + used, line, take);
            used += take;
            line += number;
        } else {
            out_line[used++] = isprint((unsigned char)*line) ? *line : '?';
            line++;
        }
    }
    out_line[used] = '\0';
}

/* ---- writing ---- */

static struct err open_file(struct keeper *keeper)
{
    keeper->fd = open(keeper->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    return keeper->fd < 0 ? err_errno("log", errno, "open %.200s", keeper->path) : err_ok();
}

static struct err turn_over(struct keeper *keeper)
{
    char older[512];
    struct stat info;
    if (fstat(keeper->fd, &info) == 0 && info.st_size < FILE_BYTES_MAX - LINE_SIZE)
        return err_ok();
    snprintf(older, sizeof older, "%s.1", keeper->path);
    close(keeper->fd);
    keeper->fd = -1;
    if (rename(keeper->path, older) != 0)
        return err_errno("log", errno, "rename %.200s", keeper->path);
    return open_file(keeper);
}

static struct err write_line(struct keeper *keeper, const char *line)
{
    char text[LINE_SIZE + 1];
    int length = snprintf(text, sizeof text, "%s\n", line);
    TRY(turn_over(keeper));
    if (write(keeper->fd, text, (size_t)length) != length)
        return err_errno("log", errno, "write %.200s", keeper->path);
    return err_ok();
}

static struct err write_repeats(struct keeper *keeper)
{
    char line[64];
    unsigned repeats = keeper->repeats;
    keeper->repeats = 0;
    snprintf(line, sizeof line, "  and %u times more", repeats);
    return repeats > 0 ? write_line(keeper, line) : err_ok();
}

/* "2026-11-22T08:00:00+0800 yizhan-sync[12]: what": the same from another process or another time is the
 * same.
 */
static const char *said_by(const char *line)
{
    const char *blank = strchr(line, ' ');
    const char *what = blank ? strstr(blank, ": ") : NULL;
    return what ? what : line;
}

static struct err keep_line(struct keeper *keeper, const char *raw)
{
    char line[LINE_SIZE];
    redact(raw, line);
    if (strcmp(said_by(line), keeper->last) == 0) {
        keeper->repeats++;
        return err_ok();
    }
    TRY(write_repeats(keeper));
    snprintf(keeper->last, sizeof keeper->last, "%s", said_by(line));
    return write_line(keeper, line);
}

static bool more_is_waiting(void)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&in, 1, 0) > 0 && (in.revents & POLLIN);
}

static struct err keep(struct keeper *keeper)
{
    char *line = NULL;
    size_t size = 0;
    struct err e = open_file(keeper);
    setvbuf(stdin, NULL, _IOLBF, 0);
    while (!err_is(&e) && getline(&line, &size, stdin) > 0) {
        e = keep_line(keeper, line);
        if (!err_is(&e) && !more_is_waiting() && fdatasync(keeper->fd) != 0)
            e = err_errno("log", errno, "sync %.200s", keeper->path);
    }
    if (!err_is(&e))
        e = write_repeats(keeper);
    if (keeper->fd >= 0)
        close(keeper->fd);
    free(line);
    return e;
}

int command_log_keep(int argc, char **argv)
{
    struct keeper keeper = {.path = argc == 1 ? argv[0] : NULL, .fd = -1};
    struct stores none = {0};
    if (!keeper.path)
        return COMMAND_USAGE;
    struct err e = keep(&keeper);
    return err_is(&e) ? stores_fail(&none, &e) : 0;
}
