/*
 * The line to the kiosk's screen (app/fleet/technician.h), from yizhan-visit's end.
 *
 * It comes and goes with the kiosk: whatever was shown last is shown again to one that came back. One thread.
 */
#ifndef YIZHAN_VISIT_KIOSK_LINK_H
#define YIZHAN_VISIT_KIOSK_LINK_H

#include "app/fleet/technician.h"
#include "board/base/clock.h"

struct kiosk_link;

MUST_USE struct err kiosk_link_create(const char *store_dir, const struct clock *clock,
                                      struct kiosk_link **out_link);
/* The kiosk goes back to its home screen. */
void kiosk_link_destroy(struct kiosk_link **link);

void kiosk_link_show(struct kiosk_link *link, const struct technician_view *view);
/* False when no event came in time. */
bool kiosk_link_await(struct kiosk_link *link, int timeout_ms, struct technician_event *out_event);

#endif
