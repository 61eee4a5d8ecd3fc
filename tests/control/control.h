/*
 * A hand for tests, the demo and ./dev run: JSON lines on a UNIX socket, one answer a line.
 *
 *   {"do":"tap","on":"next"}             id or label; {"do":"tap","at":[x,y]} a point in pixels
 *   {"do":"tap-twice","on":"next"}       as a hand that trembles: again in the same place, at once
 *   {"do":"key","key":"ok"}              up down left right ok back repeat help
 *   {"do":"stroke","on":"pad","points":[[x,y],...]}   1/10000 of the pad's shorter side
 *   {"do":"wait","screen":"saved","text":"已经存好"}   answers when both are true of the screen; text may be
 * left out
 *   {"do":"shot","file":"a.png"}         what is on the presenter's surface
 *   {"do":"tree"}                        {"ok":true,"tree":{...}} as ui_tree_dump()
 *   {"do":"state"}                       {"ok":true,"state":"home"}
 *   {"do":"timing"}                      {"ok":true,"first_frame_ms":41,"camera_frames":0}
 *   {"do":"pass","ms":75000}             so much time passes at once
 *   {"do":"stop"}
 *
 * Taps, keys and strokes come when the screen takes them: whoever acts has looked first.
 * Errors are {"ok":false,"error":"..."} and end nothing. A waiting client is answered in order.
 */
#ifndef YIZHAN_TESTS_CONTROL_H
#define YIZHAN_TESTS_CONTROL_H

#include "app/kiosk/kiosk.h"

struct control;

MUST_USE struct err control_create(const char *socket_path, struct control **out_control);
void control_destroy(struct control **control);
struct kiosk_source control_source(struct control *control);
/* The system's clock, ahead by what has passed by command. */
const struct clock *control_clock(const struct control *control);

#endif
