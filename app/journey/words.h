/*
 * Words, days and times in the visitor's language and on the kiosk's own clock.
 *
 * Never NULL but where it says so. What takes an arena lives there, the rest with language or guide.
 */
#ifndef YIZHAN_JOURNEY_WORDS_H
#define YIZHAN_JOURNEY_WORDS_H

#include "board/base/arena.h"
#include "board/base/clock.h"
#include "ui/lang.h"

#include <stdint.h>

struct journey;

const struct lang *journey_lang(const struct journey *journey);
const char *journey_text(const struct journey *journey, const char *id);
/* What stands in draft.message and its like, in the language of now; NULL when nothing does. */
const char *journey_notice(const struct journey *journey, const char *id_or_words);
/* Whom to call: the service's own number, else the place's; "" when nobody knows one. */
const char *journey_phone(const struct journey *journey);
/* One {0} replaced. */
const char *words_with(const struct lang *lang, struct arena *arena, const char *id, const char *value);
const char *journey_text_with(const struct journey *journey, struct arena *arena, const char *id,
                              const char *value);
/* "2026-11-22" */
void journey_today(const struct journey *journey, char out_date[DATE_SIZE]);
/* In the language's words: "今天 10:26", "11月22日 10:26". */
const char *journey_when(const struct journey *journey, struct arena *arena, int64_t wall_ms);
/* "1942年3月15日" of "1942-03-15", whatever follows it; anything else as it is. */
const char *words_of_day(const struct lang *lang, struct arena *arena, const char *date);
/* The same, without the year when it is this one. */
const char *journey_near_day(const struct journey *journey, struct arena *arena, const char *date);
/* "2026-11-22 10:26": for paper, which is read on another day. */
const char *journey_date_time(const struct journey *journey, struct arena *arena, int64_t wall_ms);

#endif
