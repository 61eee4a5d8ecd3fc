#include "drivers/voice/sink.h"

#include <SDL.h>
#include <stdlib.h>

/* 23 ms at espeak-ng's 22,050 Hz: what still sounds after a stop. */
#define HARDWARE_SAMPLES 512

struct sink {
    SDL_AudioDeviceID device;
    struct wav_format format;
};

static struct err no_sound(const char *what)
{
    return err_make(ERR_RETRY, "voice", 0, "%s: %s", what, SDL_GetError());
}

struct err sink_open(const struct wav_format *format, struct sink **out_sink)
{
    SDL_AudioSpec wish = {.freq = format->rate_hz,
                          .format = AUDIO_S16SYS,
                          .channels = (Uint8)format->channels,
                          .samples = HARDWARE_SAMPLES};
    struct sink *sink;

    if (SDL_InitSubSystem(SDL_INIT_AUDIO) != 0)
        return no_sound("no sound");
    sink = calloc(1, sizeof *sink);
    if (sink)
        sink->device = SDL_OpenAudioDevice(NULL, 0, &wish, NULL, 0);
    if (!sink || !sink->device) {
        struct err e = sink ? no_sound("no loudspeaker") : err_no_memory("voice");

        free(sink);
        SDL_QuitSubSystem(SDL_INIT_AUDIO);
        return e;
    }
    sink->format = *format;
    SDL_PauseAudioDevice(sink->device, 0);
    *out_sink = sink;
    return err_ok();
}

void sink_close(struct sink **sink)
{
    if (!*sink)
        return;
    SDL_CloseAudioDevice((*sink)->device);
    SDL_QuitSubSystem(SDL_INIT_AUDIO);
    free(*sink);
    *sink = NULL;
}

const struct wav_format *sink_format(const struct sink *sink)
{
    return &sink->format;
}

struct err sink_write(struct sink *sink, const int16_t *samples, size_t count)
{
    if (SDL_QueueAudio(sink->device, samples, (Uint32)(count * sizeof *samples)) != 0)
        return no_sound("the loudspeaker refuses samples");
    return err_ok();
}

int sink_left_ms(const struct sink *sink)
{
    int64_t bytes = SDL_GetQueuedAudioSize(sink->device);

    return (int)(bytes * 1000 / ((int64_t)sink->format.rate_hz * sink->format.channels * 2));
}

void sink_clear(struct sink *sink)
{
    SDL_ClearQueuedAudio(sink->device);
}

void sink_leave_thread(void)
{
    SDL_TLSCleanup();
}
