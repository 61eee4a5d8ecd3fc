/* What the voice says of a screen (speech.c), and what it does not say aloud (discretion.c). */
#ifndef YIZHAN_JOURNEY_SPEECH_H
#define YIZHAN_JOURNEY_SPEECH_H

#include "board/base/buf.h"
#include "ui/tree.h"

struct journey;
struct lang;

enum { SPOKEN_MAX = 64, SPOKEN_NEWS_BYTES = 256 };

/* What a touch did, said before all else: a text with what (0) and how many (1). */
struct spoken_news {
    const char *id; /* NULL: nothing */
    char what[SPOKEN_NEWS_BYTES];
    char count[24];
};

/* What was said of the screen, as hashes: what is new on it is said, what was said is not said twice. */
struct speech {
    uint64_t subject; /* of the state and what it asks */
    uint64_t said[SPOKEN_MAX];
    size_t said_count;
    bool is_asked_for; /* the person wants to hear it again, her own answers too */
    struct spoken_news news;
};

/* Gives the voice what this screen has to say and has not said yet. */
void speech_of_screen(struct journey *journey, struct ui_tree *tree);
/* The next screen says everything. */
void speech_again(struct journey *journey);
/* What a touch did to a screen that stays: the next time it is built, this is said. Nobody feels a key of
 * glass go down. what: "" for nothing. */
void speech_tell(struct journey *journey, const char *id, const char *what, size_t count);
/* What is said of a key that types: "幺" of "1", "横" of "一 横"; the key itself when it says what it is. */
const char *speech_of_key(const struct lang *lang, const char *key);
/* The voice key: louder, slower, off, as usual; the voice says so, and the screen again without what is
 * personal. */
void speech_turn_voice(struct journey *journey);

/* Takes names and numbers of people out of what is said aloud. */
void discretion_apply(struct journey *journey, struct buf *sentence);
/* What a code says, character by character as people say it. False: it is of somebody, or nothing that anyone
 * would say. ref: of its question. */
bool discretion_code(const struct lang *lang, const char *ref, const char *code, struct buf *out_words);

#endif
