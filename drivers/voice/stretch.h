/*
 * Slower, at the same pitch: overlap-add of pieces that fit each other's waves (WSOLA, Verhelst and Roelands,
 * ICASSP 1993). Pure.
 */
#ifndef YIZHAN_VOICE_STRETCH_H
#define YIZHAN_VOICE_STRETCH_H

#include "board/base/buf.h"

#include <stdint.h>

/* Appends 16-bit samples that last 100 / pace_percent times as long; pace_percent 50 .. 100. rate_hz: of the
 * samples. */
void stretch_slower(const int16_t *samples, size_t count, int rate_hz, int pace_percent,
                    struct buf *out_samples);

#endif
