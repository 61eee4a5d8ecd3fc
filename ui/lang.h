/*
 * The words of the screen: gettext catalogues compiled to .mo by msgfmt, read by a small reader of our own.
 *
 * All *.po of one folder assets/lang/<tag>/ become <tag>.mo, so that each room of the house keeps its own
 * file there. A msgid is a text id such as "frame.help"; the voice has its clips under the same ids. A text
 * that a catalogue lacks is taken from zh-CN, then shown as its id, so that nothing is ever blank. Direction
 * and script are data of the catalogue's header: `X-Direction: rtl`, `X-Script: Arab` (ISO 15924), `X-Short:
 * Eng` (the name on the language key). Format of .mo: GNU gettext manual, "The Format of GNU MO Files".
 *
 * Immutable after creation, so usable from any thread.
 */
#ifndef YIZHAN_UI_LANG_H
#define YIZHAN_UI_LANG_H

#include "board/base/arena.h"
#include "board/base/err.h"
#include <stddef.h>

struct lang;

enum lang_direction { LANG_LTR, LANG_RTL };

/* Reads <folder>/<tag>.mo. base: catalogue to fall back on, borrowed for as long as this lives, or NULL.
 * ERR_SYSTEM when it cannot be read, ERR_DATA when it is not a catalogue. */
MUST_USE struct err lang_create(const char *folder, const char *tag, const struct lang *base,
                                struct lang **out_lang);
/* The same from bytes (copied): for tests and fuzzing. */
MUST_USE struct err lang_create_from(const void *data, size_t size, const char *tag, const struct lang *base,
                                     struct lang **out_lang);
void lang_destroy(struct lang **lang);

/* The text of an id; never NULL; lives as long as the catalogue (or as the id, when no catalogue has it). */
const char *lang_text(const struct lang *lang, const char *id);
/* Whether this catalogue itself has the id. */
bool lang_has(const struct lang *lang, const char *id);
/* The text with {0}, {1} .. replaced; values are borrowed; the result lives in the arena, NULL without
 * memory. */
const char *lang_format(const struct lang *lang, struct arena *arena, const char *id, size_t count,
                        const char *const values[]);

const char *lang_tag(const struct lang *lang);    /* "zh-CN" (BCP 47) */
const char *lang_script(const struct lang *lang); /* "Hans", "Latn", "Arab", "Tibt" (ISO 15924) */
const char *lang_short(const struct lang *lang); /* what the language key says to come here: "中文", "Eng" */
enum lang_direction lang_direction(const struct lang *lang);

/* Ids in catalogue order, for tests and `yizhanctl voice script`. */
size_t lang_count(const struct lang *lang);
const char *lang_id_at(const struct lang *lang, size_t index);

#endif
