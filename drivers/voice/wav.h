/* The head of a WAV stream: RIFF, 16-bit PCM. Source: Microsoft's "Multimedia Data Standards", RIFF WAVE.
 * Pure. */
#ifndef YIZHAN_VOICE_WAV_H
#define YIZHAN_VOICE_WAV_H

#include <stddef.h>
#include <stdint.h>

/* A head is never longer: clips with tags in front of their samples are refused. */
#define WAV_HEAD_MAX 4096

struct wav_format {
    int rate_hz;
    int channels; /* 1 or 2 */
};

enum wav_verdict { WAV_MORE, WAV_OK, WAV_BAD };

/* Reads the first bytes of a stream. WAV_OK: *out_samples_at is where its samples begin. WAV_MORE: read on.
 */
enum wav_verdict wav_head(const uint8_t *bytes, size_t size, struct wav_format *out_format,
                          size_t *out_samples_at);

#endif
