#include "drivers/voice/wav.h"

#include <stdbool.h>
#include <string.h>

#define RIFF_HEAD    12
#define CHUNK_HEAD   8
#define FORMAT_LEAST 16

static uint32_t u32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint16_t u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

/* 16-bit PCM, mono or stereo, at a rate people use. */
static bool read_format(const uint8_t *chunk, uint32_t size, struct wav_format *out_format)
{
    uint32_t rate = size >= FORMAT_LEAST ? u32(chunk + 4) : 0;

    if (size < FORMAT_LEAST || u16(chunk) != 1 || u16(chunk + 14) != 16 || u16(chunk + 2) < 1 ||
        u16(chunk + 2) > 2)
        return false;
    if (rate < 8000 || rate > 48000)
        return false;
    *out_format = (struct wav_format){.rate_hz = (int)rate, .channels = u16(chunk + 2)};
    return true;
}

static enum wav_verdict more(size_t at)
{
    return at > WAV_HEAD_MAX ? WAV_BAD : WAV_MORE;
}

enum wav_verdict wav_head(const uint8_t *bytes, size_t size, struct wav_format *out_format,
                          size_t *out_samples_at)
{
    struct wav_format format = {0};
    size_t at = RIFF_HEAD;

    if (size < RIFF_HEAD)
        return WAV_MORE;
    if (memcmp(bytes, "RIFF", 4) || memcmp(bytes + 8, "WAVE", 4))
        return WAV_BAD;
    while (at + CHUNK_HEAD <= size) {
        uint32_t length = u32(bytes + at + 4);
        const uint8_t *chunk = bytes + at + CHUNK_HEAD;

        if (!memcmp(bytes + at, "data", 4)) {
            *out_format = format;
            *out_samples_at = at + CHUNK_HEAD;
            return format.rate_hz ? WAV_OK : WAV_BAD;
        }
        if (length > WAV_HEAD_MAX)
            return WAV_BAD;
        if (at + CHUNK_HEAD + length > size)
            return more(at + CHUNK_HEAD + length);
        if (!memcmp(bytes + at, "fmt ", 4) && !read_format(chunk, length, &format))
            return WAV_BAD;
        at += CHUNK_HEAD + length + length % 2;
    }
    return more(at);
}
