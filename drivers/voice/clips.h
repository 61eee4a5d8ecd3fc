/*
 * A county announcer's recordings, put together to what is to be said.
 *
 * DIR/LANG/index holds lines "TEXT<tab>FILE"; TEXT is a sentence or a piece of one as voice_words_expand()
 * gives it, FILE a WAV in the same folder: 16-bit, 22,050 Hz, mono (`yizhanctl voice pack` sees to that). A
 * line is said from the longest recorded pieces; when one piece is missing none is played, because two voices
 * in one sentence are worse than one machine's. Thread: the voice's.
 */
#ifndef YIZHAN_VOICE_CLIPS_H
#define YIZHAN_VOICE_CLIPS_H

#include "board/base/err.h"
#include <stddef.h>

enum { CLIPS_RATE_HZ = 22050 };

/* words: expanded text. pause_ms: between pieces with a mark between them. pace_percent: 100 as it was
 * recorded, less (down to 50) for slower. *out_fd: a WAV stream in memory,
 * at its beginning, the caller's. ERR_RETRY: not all of it is recorded. ERR_SYSTEM: no memory file. */
MUST_USE struct err clips_open(const char *dir, const char *lang, const char *words, int pause_ms,
                               int pace_percent, int *out_fd);

/* Bytes of marks and blanks at the beginning of a text: nobody says them. */
int clips_marks(const char *text);
/* The size of the samples of such a WAV and where they begin; false when it has another format. */
bool clips_is_playable(const void *bytes, size_t size, size_t *out_samples_at);

#endif
