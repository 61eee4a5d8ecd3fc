/*
 * A case as clean A4 pages, for the file in the cupboard: PDF, text as text, the fonts' used characters
 * embedded. Pictures come after the answers. Source: cairo's PDF surface
 * (docs/decisions/070-pdf-by-cairo.md).
 */
#ifndef YIZHAN_CTL_DESK_PAGE_H
#define YIZHAN_CTL_DESK_PAGE_H

#include "app/ctl/desk_record.h"

/* assets: folder with fonts/. ERR_SYSTEM when fonts or file fail. The file holds personal data: mode 0600. */
MUST_USE struct err desk_page_write(struct desk_record *record, const struct desk_case *item,
                                    const char *assets, const char *path);

#endif
