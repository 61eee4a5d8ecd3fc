/*
 * The fleet as one page of HTML: no script, nothing fetched, Chinese with English beside it, readable in
 * black and white and on A4 paper. Well-formed XML as well, so that any parser can check it.
 */
#ifndef YIZHAN_CTL_FLEET_PAGE_H
#define YIZHAN_CTL_FLEET_PAGE_H

#include "app/ctl/fleet_trouble.h"
#include "board/base/buf.h"

/* Appends the page. cases may be NULL: the desk is elsewhere. Times are shown in the local zone. */
MUST_USE struct err fleet_page(const struct fleet *fleet, const struct desk_cases *cases,
                               const struct fleet_limits *limits, struct buf *out_html);

#endif
