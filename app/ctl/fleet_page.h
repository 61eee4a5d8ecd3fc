/* The fleet as one page (app/ctl/html.h). */
#ifndef YIZHAN_CTL_FLEET_PAGE_H
#define YIZHAN_CTL_FLEET_PAGE_H

#include "app/ctl/fleet_trouble.h"
#include "board/base/buf.h"

/* Appends the page. cases may be NULL: the desk is elsewhere. */
MUST_USE struct err fleet_page(const struct fleet *fleet, const struct desk_cases *cases,
                               const struct fleet_limits *limits, struct buf *out_html);

#endif
