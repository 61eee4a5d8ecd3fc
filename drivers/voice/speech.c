#include "drivers/voice/speech.h"

#include "board/base/log.h"
#include "drivers/voice/clips.h"
#include "drivers/voice/voice_words.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char module[] = "voice";

#define ESPEAK_RATE_LEAST 80
#define ESPEAK_RATE_MOST  300

/* espeak-ng -s 140 was measured to say 162 Chinese characters a minute; an English sentence needs about 0.8
 * words for each character of its Chinese, and -s 111 says 128 words. */
int speech_espeak_rate(const char *lang, int chars_per_minute)
{
    int rate = chars_per_minute * (voice_tongue(lang) == VOICE_ZH ? 87 : 70) / 100;

    return rate < ESPEAK_RATE_LEAST ? ESPEAK_RATE_LEAST : rate > ESPEAK_RATE_MOST ? ESPEAK_RATE_MOST : rate;
}

enum { USUAL_PACE = 160, PAUSE_MS = 250 };

/* The announcer's own pace is the usual one. */
static int pace_percent(const struct voice_line *line)
{
    int percent = line->chars_per_minute * 100 / USUAL_PACE;

    return percent < 50 ? 50 : percent > 100 ? 100 : percent;
}

static int open_clip(const struct voice_line *line, const char *clips_dir)
{
    struct buf words;
    int fd = -1;

    if (!clips_dir || !line->lang || strchr(line->lang, '/'))
        return -1;
    buf_init_private(&words);
    voice_words_expand(voice_tongue(line->lang), line->text, &words);
    struct err e = clips_open(clips_dir, line->lang, buf_text(&words), PAUSE_MS, pace_percent(line), &fd);
    if (err_is(&e) && e.class != ERR_RETRY)
        log_err(module, &e);
    buf_finish(&words);
    return fd;
}

/* The plain cmn voice of Debian 12 spells Latin letters in English; the pinyin one does not. */
static const char *espeak_voice(const char *lang)
{
    switch (voice_tongue(lang)) {
    case VOICE_ZH:
        return "cmn-latn-pinyin";
    case VOICE_EN:
        return "en";
    case VOICE_OTHER:
        break;
    }
    return lang;
}

/* The text goes through a pipe: arguments can be read by everybody in /proc. */
static int spawn_espeak(const struct voice_line *line, int in_fd, int out_fd, pid_t *out_pid)
{
    char rate[16];
    char *arguments[] = {"espeak-ng", "--stdin", "--stdout", "-v", (char *)espeak_voice(line->lang),
                         "-s",        rate,      NULL};
    posix_spawn_file_actions_t actions;
    int rc;

    snprintf(rate, sizeof rate, "%d", speech_espeak_rate(line->lang, line->chars_per_minute));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in_fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    rc = posix_spawnp(out_pid, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return rc;
}

/* A screen's text is far shorter than a pipe, so this never waits for the reader. */
static bool write_words(int fd, const struct voice_line *line)
{
    struct buf words;
    bool all;

    buf_init_private(&words);
    voice_words_expand(voice_tongue(line->lang), line->text, &words);
    all = !words.failed && write(fd, buf_text(&words), words.length) == (ssize_t)words.length;
    buf_finish(&words);
    return all;
}

static struct err start_espeak(const struct voice_line *line, struct speech *out_speech)
{
    int to[2], from[2], rc;
    pid_t pid = 0;
    bool written;

    if (pipe2(to, O_CLOEXEC) < 0)
        return err_errno(module, errno, "pipe to espeak-ng");
    if (pipe2(from, O_CLOEXEC) < 0) {
        rc = errno;
        close(to[0]);
        close(to[1]);
        return err_errno(module, rc, "pipe from espeak-ng");
    }
    rc = spawn_espeak(line, to[0], from[1], &pid);
    close(from[1]);
    written = rc == 0 && write_words(to[1], line);
    close(to[0]);
    close(to[1]);
    *out_speech = (struct speech){.fd = from[0], .pid = pid};
    if (written)
        return err_ok();
    speech_close(out_speech);
    return err_make(ERR_RETRY, module, rc, "espeak-ng does not start");
}

struct err speech_open(const struct voice_line *line, const char *clips_dir, struct speech *out_speech)
{
    struct speech speech = {.fd = open_clip(line, clips_dir)};

    if (speech.fd < 0)
        TRY(start_espeak(line, &speech));
    fcntl(speech.fd, F_SETFL, O_NONBLOCK);
    *out_speech = speech;
    return err_ok();
}

void speech_close(struct speech *speech)
{
    if (speech->fd >= 0)
        close(speech->fd);
    if (speech->pid > 0) {
        kill(speech->pid, SIGKILL);
        while (waitpid(speech->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    *speech = (struct speech){.fd = -1};
}
