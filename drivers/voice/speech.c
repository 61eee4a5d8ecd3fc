#include "drivers/voice/speech.h"

#include "board/base/log.h"
#include "drivers/voice/clips.h"
#include "drivers/voice/readings.h"
#include "drivers/voice/voice_words.h"
#include <string.h>
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

enum { PAUSE_MS = 250 };

/* The announcer's own pace is the usual one. */
static int pace_percent(const struct voice_line *line)
{
    int percent = line->chars_per_minute * 100 / VOICE_USUAL_PACE;

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

void speech_prepare(const char *lang, int chars_per_minute, struct espeak *spare)
{
    const char *name = espeak_voice(lang);
    int rate = speech_espeak_rate(lang, chars_per_minute);

    if (spare->pid && spare->rate == rate && !strcmp(spare->name, name))
        return;
    espeak_end(spare);
    struct err e = espeak_start(name, rate, spare);
    if (err_is(&e))
        log_err(module, &e);
}

static void words_for_espeak(const struct voice_line *line, struct buf *out_words)
{
    enum voice_tongue tongue = voice_tongue(line->lang);
    struct buf words;

    if (tongue != VOICE_ZH) {
        voice_words_expand(tongue, line->text, out_words);
        return;
    }
    buf_init_private(&words);
    voice_words_expand(tongue, line->text, &words);
    readings_spell(buf_text(&words), out_words);
    out_words->failed = out_words->failed || words.failed;
    buf_finish(&words);
}

/* A spare one may have died since: then another is started. */
static struct err start_espeak(const struct voice_line *line, struct espeak *spare, struct espeak *out_espeak)
{
    struct buf words;
    bool is_told = false;

    buf_init_private(&words);
    words_for_espeak(line, &words);
    for (int tries = 0; tries < 2 && !is_told; tries++) {
        speech_prepare(line->lang, line->chars_per_minute, spare);
        is_told = spare->pid && !words.failed && espeak_say(spare, buf_text(&words), words.length);
        if (!is_told)
            espeak_end(spare);
    }
    buf_finish(&words);
    if (!is_told)
        return err_make(ERR_RETRY, module, 0, "espeak-ng does not speak");
    *out_espeak = *spare;
    *spare = (struct espeak){.pid = 0};
    return err_ok();
}

struct err speech_open(const struct voice_line *line, const char *clips_dir, struct espeak *spare,
                       struct speech *out_speech)
{
    struct speech speech = {.fd = open_clip(line, clips_dir)};

    if (speech.fd < 0) {
        TRY(start_espeak(line, spare, &speech.espeak));
        speech.fd = speech.espeak.samples_fd;
    }
    *out_speech = speech;
    return err_ok();
}

void speech_close(struct speech *speech)
{
    if (speech->espeak.pid)
        espeak_end(&speech->espeak);
    else if (speech->fd >= 0)
        close(speech->fd);
    *speech = (struct speech){.fd = -1};
}
