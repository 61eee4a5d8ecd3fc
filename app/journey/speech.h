/* What the voice says of a screen (speech.c), and what it does not say aloud (discretion.c). */
#ifndef YIZHAN_JOURNEY_SPEECH_H
#define YIZHAN_JOURNEY_SPEECH_H

#include "board/base/buf.h"
#include "ui/tree.h"

struct journey;

enum { SPOKEN_MAX = 64 };

/* What was said of the screen, as hashes: what is new on it is said, what was said is not said twice. */
struct speech {
    uint64_t subject; /* of the state and what it asks */
    uint64_t said[SPOKEN_MAX];
    size_t said_count;
    bool is_asked_for; /* the person wants to hear it again, her own answers too */
    const char *news;  /* id of what is said before all else: how the voice is now. NULL: nothing */
};

/* Gives the voice what this screen has to say and has not said yet. */
void speech_of_screen(struct journey *journey, struct ui_tree *tree);
/* The next screen says everything. */
void speech_again(struct journey *journey);
/* The voice key: louder, slower, off, as usual; the voice says so, and the screen again without what is
 * personal. */
void speech_turn_voice(struct journey *journey);

/* Takes names and numbers of people out of what is said aloud. */
void discretion_apply(struct journey *journey, struct buf *sentence);

#endif
