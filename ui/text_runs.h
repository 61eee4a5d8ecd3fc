/* Splits one line into runs of one face, one script and one direction, in the order they are seen. Private to
 * the text files. */
#ifndef YIZHAN_UI_TEXT_RUNS_H
#define YIZHAN_UI_TEXT_RUNS_H

#include "ui/text.h"
#include "ui/text_faces.h"

enum { UI_RUNS_MAX = 64, UI_LINE_CHARS_MAX = 512 };

struct ui_run {
    size_t start, length; /* bytes of the line */
    int face;             /* UI_FACE_MISSING: a tile for each character */
    const char *script;   /* ISO 15924, for HarfBuzz */
    bool is_rtl;
};

/* Returns the number of runs in out_runs[UI_RUNS_MAX]; what does not fit in runs or characters is left out.
 */
size_t ui_runs_split(struct ui_faces *faces, const struct ui_text_style *style, const char *line,
                     size_t length, struct ui_run *out_runs);

#endif
