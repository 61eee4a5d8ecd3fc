/*
 * A contact sheet: many screens, small, in one picture, so that a person sees at a glance which one is ugly.
 *
 * One row a screen, one column a look; both are named by the caller and labelled. UI thread only.
 */
#ifndef YIZHAN_UI_SHEET_H
#define YIZHAN_UI_SHEET_H

#include "ui/presenter.h"
#include "ui/text.h"

struct ui_sheet;

/* text draws the labels; borrowed for life. cell_px: the longer side of each small screen. */
MUST_USE struct err ui_sheet_create(struct ui_text *text, int cell_px, struct ui_sheet **out_sheet);
/* Takes NULL. */
void ui_sheet_destroy(struct ui_sheet **sheet);

/* Takes what is on the presenter's surface. A row that is new comes right after the row added to last.
 * ERR_SPACE. */
MUST_USE struct err ui_sheet_add(struct ui_sheet *sheet, struct ui_presenter *presenter, const char *row,
                                 const char *column);
/* ERR_SYSTEM when the file cannot be written, ERR_SPACE. */
MUST_USE struct err ui_sheet_write(struct ui_sheet *sheet, const char *path);

#endif
