/* Where the samples of a line come from: recorded clips, or espeak-ng in a process of its own. Both are a
 * WAV stream on a descriptor. Thread: the voice's. */
#ifndef YIZHAN_VOICE_SPEECH_H
#define YIZHAN_VOICE_SPEECH_H

#include "drivers/voice/voice.h"
#include <sys/types.h>

struct speech {
    int fd;    /* WAV bytes; non-blocking */
    pid_t pid; /* of espeak-ng; 0 for a clip */
};

/* Puts recordings together when there are some for all of it (clips.h), else starts espeak-ng. ERR_RETRY when
 * neither is to be had. */
MUST_USE struct err speech_open(const struct voice_line *line, const char *clips_dir,
                                struct speech *out_speech);
/* Ends the process at once and collects it. */
void speech_close(struct speech *speech);

/* espeak-ng's words a minute for a pace in characters a minute; measured, see tests/unit/voice. */
int speech_espeak_rate(const char *lang, int chars_per_minute);

#endif
