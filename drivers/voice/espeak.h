/* espeak-ng in a process of its own. It loads its voice and then waits for its words, so one that was started
 * ahead speaks at once. Thread: the voice's. */
#ifndef YIZHAN_VOICE_ESPEAK_H
#define YIZHAN_VOICE_ESPEAK_H

#include "board/base/err.h"
#include <stddef.h>
#include <sys/types.h>

struct espeak {
    pid_t pid;      /* 0: none */
    int words_fd;   /* its words go in */
    int samples_fd; /* a WAV stream comes out; non-blocking */
    char name[24];  /* the voice it has loaded */
    int rate;       /* words a minute */
};

/* name: of a voice as `espeak-ng --voices` has it. ERR_RETRY when the program does not start. */
MUST_USE struct err espeak_start(const char *name, int rate, struct espeak *out_espeak);
/* Gives it all of its words; false when it is gone. */
bool espeak_say(struct espeak *espeak, const void *words, size_t size);
/* Ends the process at once and collects it; does nothing when there is none. */
void espeak_end(struct espeak *espeak);

#endif
