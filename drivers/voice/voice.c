#include "drivers/voice/voice.h"

#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/voice/sink.h"
#include "drivers/voice/speech.h"
#include "drivers/voice/voice_log.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const char module[] = "voice";

/* Samples queued ahead of the loudspeaker: enough to ride out a busy moment. */
#define AHEAD_MS 300
#define CHUNK    8192
/* Whoever waits looks this often at what is still playing. */
#define NAP_MS 50

/* A line of our own: the caller's strings are borrowed. */
struct spoken {
    char lang[24];
    char text[VOICE_TEXT_MAX];
    int chars_per_minute;
    int volume_percent;
    int64_t asked_at_ms;
};

struct voice {
    const struct clock *clock;
    char clips_dir[256];
    char first_lang[24];
    int log_fd;  /* -1: no log */
    int wake_fd; /* eventfd: there is something new in `next`; written and read under the lock, so that an
                    order already taken never interrupts itself */
    int told_fd; /* eventfd: there is something new in `report` */
    bool has_thread;
    pthread_t thread;
    struct sink *sink;   /* the thread's own, as is what follows */
    struct espeak spare; /* waits for the next line */

    pthread_mutex_t lock; /* over what follows */
    struct spoken *next;  /* private pages */
    bool has_next;
    bool finish;
    struct voice_report report;
};

/* ---- the voice's thread ---- */

static void set_state(struct voice *voice, enum voice_state state)
{
    pthread_mutex_lock(&voice->lock);
    voice->report.state = state;
    pthread_mutex_unlock(&voice->lock);
    eventfd_write(voice->told_fd, 1);
}

static void set_audible(struct voice *voice, bool is_audible)
{
    pthread_mutex_lock(&voice->lock);
    voice->report.audible = is_audible;
    pthread_mutex_unlock(&voice->lock);
    eventfd_write(voice->told_fd, 1);
}

static void note_first_sound(struct voice *voice, const struct spoken *line)
{
    int64_t now_ms = voice->clock->monotonic_ms(voice->clock);

    pthread_mutex_lock(&voice->lock);
    voice->report.state = VOICE_SPEAKING;
    voice->report.audible = true;
    voice->report.last_first_sound_ms = (int)(now_ms - line->asked_at_ms);
    pthread_mutex_unlock(&voice->lock);
    eventfd_write(voice->told_fd, 1);
}

/* Waits until fd (or -1) is readable; false when the caller wants something else now. */
static bool wait_for(struct voice *voice, int fd, int timeout_ms)
{
    struct pollfd fds[2] = {{.fd = voice->wake_fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};

    poll(fds, 2, timeout_ms);
    return !(fds[0].revents & POLLIN);
}

/* One line on its way from the speech to the loudspeaker. */
struct flow {
    struct voice *voice;
    const struct spoken *line;
    struct speech speech;
    bool has_head, is_heard;
    uint8_t bytes[CHUNK];
    size_t filled;
};

static struct err open_sink(struct flow *flow, const struct wav_format *format)
{
    struct voice *voice = flow->voice;

    if (voice->sink && (sink_format(voice->sink)->rate_hz != format->rate_hz ||
                        sink_format(voice->sink)->channels != format->channels))
        sink_close(&voice->sink);
    return voice->sink ? err_ok() : sink_open(format, &voice->sink);
}

static void drop_front(struct flow *flow, size_t count)
{
    flow->filled -= count;
    memmove(flow->bytes, flow->bytes + count, flow->filled);
}

static struct err read_head(struct flow *flow)
{
    struct wav_format format;
    size_t samples_at;

    switch (wav_head(flow->bytes, flow->filled, &format, &samples_at)) {
    case WAV_MORE:
        return err_ok();
    case WAV_BAD:
        return err_make(ERR_DATA, module, 0, "the speech is no 16-bit WAV");
    case WAV_OK:
        break;
    }
    TRY(open_sink(flow, &format));
    drop_front(flow, samples_at);
    flow->has_head = true;
    return err_ok();
}

/* Whole samples only, made as loud as asked; an odd byte waits for its other half. */
static struct err play_filled(struct flow *flow)
{
    int16_t samples[CHUNK / 2];
    size_t frame = 2 * (size_t)sink_format(flow->voice->sink)->channels;
    size_t size = flow->filled - flow->filled % frame;

    memcpy(samples, flow->bytes, size);
    for (size_t i = 0; i < size / 2; i++)
        samples[i] = (int16_t)(samples[i] * flow->line->volume_percent / 100);
    TRY(sink_write(flow->voice->sink, samples, size / 2));
    drop_front(flow, size);
    if (size > 0 && !flow->is_heard)
        note_first_sound(flow->voice, flow->line);
    flow->is_heard = flow->is_heard || size > 0;
    return err_ok();
}

/* Takes what the speech has; *out_end when it has said all. */
static struct err take_bytes(struct flow *flow, bool *out_end)
{
    ssize_t got = read(flow->speech.fd, flow->bytes + flow->filled, sizeof flow->bytes - flow->filled);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return err_ok();
    if (got < 0)
        return err_errno(module, errno, "read the speech");
    if (got == 0 && !flow->has_head)
        return err_make(ERR_RETRY, module, 0, "the speech is empty");
    *out_end = got == 0;
    flow->filled += (size_t)got;
    if (!flow->has_head)
        TRY(read_head(flow));
    return flow->has_head ? play_filled(flow) : err_ok();
}

/* While this line plays by itself, the next one's espeak-ng gets ready. Recordings need none. */
static void prepare_next(struct flow *flow)
{
    const struct spoken *line = flow->line;

    if (flow->speech.espeak.pid)
        speech_prepare(line->lang, line->chars_per_minute, &flow->voice->spare);
}

/* Until all is said and heard, or the caller wants something else: then *out_interrupted. */
static struct err run_flow(struct flow *flow, bool *out_interrupted)
{
    struct voice *voice = flow->voice;
    bool end = false, calm = true;

    while (calm && !end) {
        bool ahead = flow->has_head && sink_left_ms(voice->sink) > AHEAD_MS;

        if (ahead)
            prepare_next(flow);
        calm = wait_for(voice, ahead ? -1 : flow->speech.fd, ahead ? NAP_MS : -1);
        if (calm && !ahead)
            TRY(take_bytes(flow, &end));
    }
    if (calm)
        prepare_next(flow);
    while (calm && flow->has_head && sink_left_ms(voice->sink) > 0)
        calm = wait_for(voice, -1, NAP_MS);
    *out_interrupted = !calm;
    return err_ok();
}

static void say_line(struct voice *voice, const struct spoken *line)
{
    const struct voice_line view = {.lang = line->lang,
                                    .text = line->text,
                                    .chars_per_minute = line->chars_per_minute,
                                    .volume_percent = line->volume_percent};
    struct flow flow = {.voice = voice, .line = line};
    bool interrupted = false;
    const char *clips_dir = voice->clips_dir[0] ? voice->clips_dir : NULL;
    struct err e = speech_open(&view, clips_dir, &voice->spare, &flow.speech);

    if (!err_is(&e)) {
        e = run_flow(&flow, &interrupted);
        speech_close(&flow.speech);
    }
    if (interrupted && voice->sink)
        sink_clear(voice->sink);
    if (err_is(&e)) {
        sink_close(&voice->sink);
        set_audible(voice, false);
        log_err(module, &e);
    }
    wipe(&flow, sizeof flow);
}

/* Moves the newest order out; false when the thread is to end. *out_has_line is false for "be silent". */
static bool take_order(struct voice *voice, struct spoken *line, bool *out_has_line)
{
    eventfd_t wakes;
    bool go_on;

    pthread_mutex_lock(&voice->lock);
    eventfd_read(voice->wake_fd, &wakes);
    go_on = !voice->finish;
    *out_has_line = voice->has_next;
    if (voice->has_next)
        memcpy(line, voice->next, sizeof *line);
    wipe(voice->next, sizeof *voice->next);
    voice->has_next = false;
    voice->report.state = *out_has_line ? VOICE_PREPARING : VOICE_IDLE;
    pthread_mutex_unlock(&voice->lock);
    return go_on;
}

static void *voice_main(void *context)
{
    struct voice *voice = context;
    struct spoken *line = private_alloc(sizeof *line);
    bool has_line;

    if (voice->first_lang[0])
        speech_prepare(voice->first_lang, VOICE_USUAL_PACE, &voice->spare);
    while (line) {
        while (wait_for(voice, -1, -1))
            ;
        if (!take_order(voice, line, &has_line))
            break;
        if (has_line && line->volume_percent > 0)
            say_line(voice, line);
        wipe(line, sizeof *line);
        set_state(voice, VOICE_IDLE);
    }
    espeak_end(&voice->spare);
    sink_close(&voice->sink);
    sink_leave_thread();
    if (line)
        private_free(line, sizeof *line);
    return NULL;
}

/* ---- the caller's side ---- */

/* Is there a loudspeaker at all? Opened once at the start, so that the first line does not wait for it. */
static bool has_sound(struct voice *voice)
{
    const struct wav_format usual = {.rate_hz = 22050, .channels = 1};
    struct err e = sink_open(&usual, &voice->sink);

    if (err_is(&e))
        log_info(module, "silent: %s", e.text);
    return !err_is(&e);
}

static struct err start_thread(struct voice *voice)
{
    int rc;

    voice->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    voice->told_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    voice->next = private_alloc(sizeof *voice->next);
    if (voice->wake_fd < 0 || voice->told_fd < 0 || !voice->next)
        return err_no_memory(module);
    voice->report.audible = true; /* its loudspeaker is open */
    rc = pthread_create(&voice->thread, NULL, voice_main, voice);
    if (rc)
        return err_errno(module, rc, "start the voice's thread");
    voice->has_thread = true;
    return err_ok();
}

static struct err open_log(struct voice *voice, const char *path)
{
    if (!path)
        return err_make(ERR_DATA, module, 0, "the voice's log needs a file");
    voice->log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (voice->log_fd < 0)
        return err_make(ERR_DATA, module, errno, "cannot open %s: %s", path, strerror(errno));
    return err_ok();
}

static struct err choose_backend(struct voice *voice, const struct voice_setup *setup)
{
    bool wants_sound = !strcmp(setup->backend, "auto") || !strcmp(setup->backend, "sound");

    if (!strcmp(setup->backend, "log"))
        return open_log(voice, setup->log_path);
    if (!wants_sound && strcmp(setup->backend, "silent"))
        return err_make(ERR_DATA, module, 0, "unknown voice back end \"%s\"", setup->backend);
    return wants_sound && has_sound(voice) ? start_thread(voice) : err_ok();
}

struct err voice_create(const struct voice_setup *setup, struct voice **out_voice)
{
    struct voice *voice = calloc(1, sizeof *voice);
    struct err e;

    if (!voice)
        return err_no_memory(module);
    voice->clock = setup->clock;
    voice->log_fd = voice->wake_fd = voice->told_fd = -1;
    voice->report.last_first_sound_ms = -1;
    pthread_mutex_init(&voice->lock, NULL);
    snprintf(voice->clips_dir, sizeof voice->clips_dir, "%s", setup->clips_dir ? setup->clips_dir : "");
    snprintf(voice->first_lang, sizeof voice->first_lang, "%s", setup->lang ? setup->lang : "");
    e = choose_backend(voice, setup);
    if (err_is(&e)) {
        voice_destroy(&voice);
        return e;
    }
    *out_voice = voice;
    return e;
}

void voice_destroy(struct voice **voice)
{
    struct voice *gone = *voice;

    if (!gone)
        return;
    if (gone->has_thread) {
        pthread_mutex_lock(&gone->lock);
        gone->finish = true;
        eventfd_write(gone->wake_fd, 1);
        pthread_mutex_unlock(&gone->lock);
        pthread_join(gone->thread, NULL);
    }
    sink_close(&gone->sink);
    if (gone->next)
        private_free(gone->next, sizeof *gone->next);
    if (gone->wake_fd >= 0)
        close(gone->wake_fd);
    if (gone->told_fd >= 0)
        close(gone->told_fd);
    if (gone->log_fd >= 0)
        close(gone->log_fd);
    pthread_mutex_destroy(&gone->lock);
    free(gone);
    *voice = NULL;
}

/* Cut between characters, never within one. */
static void copy_text(char *out, size_t room, const char *text)
{
    size_t length = strnlen(text, room);

    if (length == room)
        length--;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    memcpy(out, text, length);
    out[length] = '\0';
}

/* Hands the thread its next order: a line, or NULL for silence. */
static void order(struct voice *voice, const struct voice_line *line)
{
    pthread_mutex_lock(&voice->lock);
    voice->has_next = line;
    if (line) {
        struct spoken *next = voice->next;

        copy_text(next->lang, sizeof next->lang, line->lang);
        copy_text(next->text, sizeof next->text, line->text);
        next->chars_per_minute = line->chars_per_minute;
        next->volume_percent = line->volume_percent;
        next->asked_at_ms = voice->clock->monotonic_ms(voice->clock);
        voice->report.state = VOICE_PREPARING;
    }
    eventfd_write(voice->wake_fd, 1);
    pthread_mutex_unlock(&voice->lock);
}

void voice_say(struct voice *voice, const struct voice_line *line)
{
    if (voice->log_fd >= 0)
        voice_log_say(voice->log_fd, line);
    if (voice->has_thread)
        order(voice, line);
}

void voice_stop(struct voice *voice)
{
    if (voice->log_fd >= 0)
        voice_log_stop(voice->log_fd);
    if (voice->has_thread)
        order(voice, NULL);
}

struct voice_report voice_report(struct voice *voice)
{
    struct voice_report report;
    eventfd_t changes;

    if (voice->told_fd >= 0)
        eventfd_read(voice->told_fd, &changes);
    pthread_mutex_lock(&voice->lock);
    report = voice->report;
    pthread_mutex_unlock(&voice->lock);
    return report;
}

int voice_fd(const struct voice *voice)
{
    return voice->told_fd;
}
