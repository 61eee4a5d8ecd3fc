/* voice.first_sound: from voice_say() to the first sample handed to the loudspeaker, espeak-ng started anew.
 */
#include "drivers/voice/voice.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define RUNS 9

static int by_size(const void *left, const void *right)
{
    return *(const int *)left - *(const int *)right;
}

static void await(struct voice *voice, enum voice_state state)
{
    struct pollfd changed = {.fd = voice_fd(voice), .events = POLLIN};

    while (voice_report(voice).state != state)
        poll(&changed, 1, 10000);
}

int main(void)
{
    const struct voice_setup setup = {.backend = "sound", .clock = clock_system()};
    const struct voice_line line = {.lang = "zh-CN",
                                    .text = "请把身份证放在读卡器上，等听到提示以后再拿走。第3步，共12步。",
                                    .chars_per_minute = 160,
                                    .volume_percent = 80};
    struct voice *voice = NULL;
    int ms[RUNS];
    struct err e;

    setenv("SDL_AUDIODRIVER", "dummy", 1);
    e = voice_create(&setup, &voice);
    if (err_is(&e) || voice_fd(voice) < 0) {
        fprintf(stderr, "no voice: %s\n", e.text);
        return 1;
    }
    for (int i = 0; i < RUNS; i++) {
        voice_say(voice, &line);
        await(voice, VOICE_SPEAKING);
        ms[i] = voice_report(voice).last_first_sound_ms;
        voice_stop(voice);
        await(voice, VOICE_IDLE);
    }
    voice_destroy(&voice);
    qsort(ms, RUNS, sizeof ms[0], by_size);
    printf("{\"name\": \"voice.first_sound\", \"value\": %d, \"unit\": \"ms\", \"peer\": \"the design's "
           "limit\", "
           "\"peer_value\": 200, \"ratio\": %.3f, \"runs\": %d, \"how\": \"./dev bench voice\"}\n",
           ms[RUNS / 2], ms[RUNS / 2] / 200.0, RUNS);
    return 0;
}
