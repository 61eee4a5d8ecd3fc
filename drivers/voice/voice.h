/*
 * The voice: says one line at a time, falls silent at once when told to.
 *
 * Recordings of the language are played when all of the line is recorded, else espeak-ng speaks in a process
 * of its own; the next one waits ready, so that a line is heard at once. Without sound hardware or espeak-ng
 * the voice is silent and everything else works. Calls come from the UI thread and never block; a thread of
 * the voice does the work.
 */
#ifndef YIZHAN_VOICE_VOICE_H
#define YIZHAN_VOICE_VOICE_H

#include "board/base/clock.h"
#include "board/base/err.h"

/* Longer texts are cut between characters; no screen has as much. */
#define VOICE_TEXT_MAX 2048

/* Characters a minute. */
enum { VOICE_USUAL_PACE = 160 };

struct voice_setup {
    const char *backend;   /* "auto": sound when there is hardware, else silent; "sound", "silent", "log" */
    const char *lang;      /* of the first line, most likely; NULL when that is not known */
    const char *clips_dir; /* LANG/index under it, see clips.h; NULL for none */
    const char *log_path;  /* "log": one JSON line per say and stop, appended; for demo and tests */
    const struct clock *clock; /* borrowed for life */
};

/* What to say. Strings are borrowed during the call only; text may be personal and is wiped once spoken. */
struct voice_line {
    const char *lang; /* BCP 47: "zh-CN", "en" */
    const char *text; /* UTF-8 as the screen shows it; numbers, dates and money are expanded by the voice */
    int chars_per_minute; /* VOICE_USUAL_PACE, 130 slow; for languages in Latin letters the same pace by words
                           */
    int volume_percent;   /* 0 (mute) .. 100 */
};

struct voice;

/* ERR_DATA for an unknown back end or a log file that cannot be opened; missing hardware is no error. */
MUST_USE struct err voice_create(const struct voice_setup *setup, struct voice **out_voice);
/* Falls silent, joins the thread, clears *voice; takes NULL. */
void voice_destroy(struct voice **voice);

/* Interrupts whatever is being said and says this. */
void voice_say(struct voice *voice, const struct voice_line *line);
/* Silence within 50 ms. */
void voice_stop(struct voice *voice);

enum voice_state { VOICE_IDLE, VOICE_PREPARING, VOICE_SPEAKING };

struct voice_report {
    enum voice_state state;
    bool audible;            /* false: silent fallback or log, or the last line could not be said */
    int last_first_sound_ms; /* from say to the first sample handed to the hardware; -1 before the first line
                              */
};
/* What the voice is doing now. */
struct voice_report voice_report(struct voice *voice);
/* Readable when the report has changed since it was last asked for. -1 when the voice is silent or a log.
 * Owned by the voice. */
int voice_fd(const struct voice *voice);

#endif
