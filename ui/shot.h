/* A picture of the screen as PNG, for goldens, the demo's story and bug reports. */
#ifndef YIZHAN_UI_SHOT_H
#define YIZHAN_UI_SHOT_H

#include "ui/presenter.h"

/* Writes what is on the presenter's surface. ERR_SYSTEM when the file cannot be written. */
MUST_USE struct err ui_shot(struct ui_presenter *presenter, const char *path);
/* Any surface as a PNG. Both: ERR_SYSTEM when it is not written whole. */
MUST_USE struct err ui_picture_write(struct SDL_Surface *surface, const char *path);

#endif
