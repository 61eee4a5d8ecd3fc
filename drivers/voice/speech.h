/* Where the samples of a line come from: recorded clips, or espeak-ng. Both are a WAV stream on a descriptor.
 * Thread: the voice's. */
#ifndef YIZHAN_VOICE_SPEECH_H
#define YIZHAN_VOICE_SPEECH_H

#include "drivers/voice/espeak.h"
#include "drivers/voice/voice.h"

struct speech {
    int fd;               /* WAV bytes; non-blocking */
    struct espeak espeak; /* none for a clip */
};

/* Puts recordings together when there are some for all of it (clips.h), else espeak-ng speaks: the spare one
 * if it fits the line, which then is none any more. ERR_RETRY when neither is to be had. */
MUST_USE struct err speech_open(const struct voice_line *line, const char *clips_dir, struct espeak *spare,
                                struct speech *out_speech);
/* Falls silent at once. */
void speech_close(struct speech *speech);

/* Has an espeak-ng wait for a line in this language and at this pace: it takes 10 ms of an idle machine to
 * start, and a second of a busy one. */
void speech_prepare(const char *lang, int chars_per_minute, struct espeak *spare);

/* espeak-ng's words a minute for a pace in characters a minute; measured, see tests/unit/voice. */
int speech_espeak_rate(const char *lang, int chars_per_minute);

#endif
