#include "drivers/voice/clips.h"

#include "board/base/buf.h"
#include "board/base/file.h"
#include "drivers/voice/stretch.h"
#include "drivers/voice/wav.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { INDEX_MAX = 1 << 20, CLIP_MAX = 8 << 20, HEAD_SIZE = 44 };

static const char module[] = "voice";

int clips_marks(const char *text)
{
    static const char *const marks[] = {" ", "\n", "，", "。", "？", "！", "；", "：", "、",
                                        "“", "”",  "（", "）", "·",  "…",  "—",  "-",  ",",
                                        ".", "?",  "!",  ";",  ":",  "(",  ")"};
    int size = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks;) {
        size_t length = strlen(marks[i]);
        bool is_next = strncmp(text + size, marks[i], length) == 0;
        size += is_next ? (int)length : 0;
        i = is_next ? 0 : i + 1;
    }
    return size;
}

bool clips_is_playable(const void *bytes, size_t size, size_t *out_samples_at)
{
    struct wav_format format;
    return wav_head(bytes, size, &format, out_samples_at) == WAV_OK && format.rate_hz == CLIPS_RATE_HZ &&
           format.channels == 1;
}

/* The longest recorded piece that text begins with; *out_file is its line's second field. */
static size_t longest_piece(const char *index, const char *text, const char **out_file, int *out_file_length)
{
    size_t longest = 0;
    for (const char *line = index; *line;) {
        size_t piece = strcspn(line, "\t\n"), all = strcspn(line, "\n");
        bool is_inside = line[piece] == '\t' && !memchr(line + piece, '/', all - piece);
        if (is_inside && piece > longest && strncmp(text, line, piece) == 0) {
            longest = piece;
            *out_file = line + piece + 1;
            *out_file_length = (int)(all - piece - 1);
        }
        line += all + (line[all] == '\n');
    }
    return longest;
}

static struct err append_clip(const char *folder, const char *file, int length, struct buf *samples)
{
    char path[600];
    struct buf bytes = {0};
    size_t at = 0;
    snprintf(path, sizeof path, "%s/%.*s", folder, length, file);
    struct err e = file_read(path, CLIP_MAX, &bytes);
    if (!err_is(&e) && !clips_is_playable(bytes.data, bytes.length, &at))
        e = err_make(ERR_RETRY, module, 0, "%.*s is no 22,050 Hz mono recording", length, file);
    if (!err_is(&e))
        buf_append(samples, bytes.data + at, bytes.length - at);
    buf_finish(&bytes);
    return e;
}

static void append_pause(struct buf *samples, int pause_ms)
{
    for (int i = 0; i < CLIPS_RATE_HZ * pause_ms / 1000 * 2; i++)
        buf_append_byte(samples, 0);
}

static struct err put_together(const char *folder, const char *index, const char *words, int pause_ms,
                               struct buf *samples)
{
    for (const char *p = words + clips_marks(words); *p;) {
        const char *file = "";
        int length = 0;
        size_t piece = longest_piece(index, p, &file, &length);
        if (piece == 0)
            return err_make(ERR_RETRY, module, 0, "not all of it is recorded");
        TRY(append_clip(folder, file, length, samples));
        p += piece;
        int marks = clips_marks(p);
        if (marks > 0 && strspn(p, " -") < (size_t)marks)
            append_pause(samples, pause_ms);
        p += marks;
    }
    return buf_check(samples, module);
}

static void put_number(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* RIFF, WAVE, 16-bit PCM, mono. */
static void write_head(uint8_t head[HEAD_SIZE], size_t samples_size)
{
    static const uint8_t plain[HEAD_SIZE] = {
        'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'A', 'V', 'E', 'f', 'm', 't', ' ', 16,  0,   0, 0, 1, 0,
        1,   0,   0,   0,   0, 0, 0, 0, 0,   0,   2,   0,   16,  0,   'd', 'a', 't', 'a', 0, 0, 0, 0};
    memcpy(head, plain, HEAD_SIZE);
    put_number(head + 4, (uint32_t)samples_size + HEAD_SIZE - 8);
    put_number(head + 24, CLIPS_RATE_HZ);
    put_number(head + 28, CLIPS_RATE_HZ * 2);
    put_number(head + 40, (uint32_t)samples_size);
}

static struct err to_memory_file(const struct buf *samples, int *out_fd)
{
    uint8_t head[HEAD_SIZE];
    int fd = memfd_create("voice", MFD_CLOEXEC);
    write_head(head, samples->length);
    bool is_written = fd >= 0 && write(fd, head, sizeof head) == sizeof head &&
                      write(fd, samples->data, samples->length) == (ssize_t)samples->length &&
                      lseek(fd, 0, SEEK_SET) == 0;
    if (!is_written) {
        int cause = errno;
        if (fd >= 0)
            close(fd);
        return err_errno(module, cause, "a memory file for the clips");
    }
    *out_fd = fd;
    return err_ok();
}

static struct err slow_down(struct buf *samples, int pace_percent)
{
    struct buf slower;
    buf_init_private(&slower);
    stretch_slower((const int16_t *)(const void *)samples->data, samples->length / sizeof(int16_t),
                   CLIPS_RATE_HZ, pace_percent, &slower);
    struct err e = buf_check(&slower, module);
    buf_finish(samples);
    *samples = slower;
    return e;
}

struct err clips_open(const char *dir, const char *lang, const char *words, int pause_ms, int pace_percent,
                      int *out_fd)
{
    char folder[400], path[420];
    struct buf index = {0}, samples;
    buf_init_private(&samples);
    snprintf(folder, sizeof folder, "%s/%s", dir, lang);
    snprintf(path, sizeof path, "%s/index", folder);
    struct err e = file_read(path, INDEX_MAX, &index);
    if (err_is(&e))
        e = err_make(ERR_RETRY, module, 0, "no recordings for %s", lang);
    else
        e = put_together(folder, buf_text(&index), words, pause_ms, &samples);
    if (!err_is(&e) && pace_percent < 100)
        e = slow_down(&samples, pace_percent);
    if (!err_is(&e))
        e = to_memory_file(&samples, out_fd);
    buf_finish(&samples);
    buf_finish(&index);
    return e;
}
