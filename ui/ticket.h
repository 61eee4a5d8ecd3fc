/* A strip of paper that is drawn from top to bottom, twice: first to learn its height, then for good. Private
 * to receipt. */
#ifndef YIZHAN_UI_TICKET_H
#define YIZHAN_UI_TICKET_H

#include "ui/canvas.h"
#include "ui/receipt.h"

enum ticket_size { TICKET_SMALL, TICKET_BODY, TICKET_TITLE, TICKET_NUMBER };

struct ticket {
    struct ui_text *text;
    const struct lang *lang;
    struct ui_canvas *canvas;
    struct SDL_Surface *surface; /* NULL while measuring */
    struct arena *arena;
    int width, margin, y;
    bool has_failed;
};

void ticket_space(struct ticket *ticket, int dots);
void ticket_rule(struct ticket *ticket);
/* Wrapped text; indent from the left margin. */
void ticket_text(struct ticket *ticket, enum ticket_size size, bool is_bold, enum ui_align align, int indent,
                 const char *words);
/* White on black across the whole width. */
void ticket_banner(struct ticket *ticket, const char *words);
/* One step: its mark beside title and detail. */
void ticket_step(struct ticket *ticket, enum ui_state state, const char *title, const char *detail);
/* ERR_DATA when the text is too long for a code. */
MUST_USE struct err ticket_qr(struct ticket *ticket, const char *content);
/* The words of an id with one value in them. */
const char *ticket_format(struct ticket *ticket, const char *id, const char *value);

#endif
