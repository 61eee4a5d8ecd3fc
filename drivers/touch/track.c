#include "drivers/touch/track.h"

void touch_track_init(struct touch_track *track, const struct touch_setup *setup,
                      const struct touch_known *known)
{
    *track = (struct touch_track){
        .setup = *setup, .known = *known, .finger_slot = -1, .x = known->x, .y = known->y};
}

static int scale(int value, const struct touch_range *range)
{
    int64_t span = (int64_t)range->max - range->min;
    if (span == 0)
        return 0;
    int64_t at = ((int64_t)value - range->min) * TOUCH_FULL / span;
    return at < 0 ? 0 : at > TOUCH_FULL ? TOUCH_FULL : (int)at;
}

static void place(const struct touch_track *track, struct touch_event *event)
{
    int x = scale(track->x, &track->setup.x), y = scale(track->y, &track->setup.y);
    switch (track->setup.turn_degrees) {
    case 90:
        *event = (struct touch_event){.x = (uint16_t)(TOUCH_FULL - y), .y = (uint16_t)x};
        break;
    case 180:
        *event = (struct touch_event){.x = (uint16_t)(TOUCH_FULL - x), .y = (uint16_t)(TOUCH_FULL - y)};
        break;
    case 270:
        *event = (struct touch_event){.x = (uint16_t)y, .y = (uint16_t)(TOUCH_FULL - x)};
        break;
    default:
        *event = (struct touch_event){.x = (uint16_t)x, .y = (uint16_t)y};
    }
}

/* The values of the slot events are about; NULL when there is none. */
static struct touch_contact *contact(struct touch_track *track)
{
    int slot = track->known.slot;
    return slot >= 0 && slot < TOUCH_SLOTS ? &track->known.contacts[slot] : NULL;
}

static bool is_palm(const struct touch_track *track)
{
    if (track->finger_slot < 0)
        return false;
    const struct touch_contact *finger = &track->known.contacts[track->finger_slot];
    return finger->tool == MT_TOOL_PALM ||
           (track->setup.palm_size > 0 && finger->size >= track->setup.palm_size);
}

/* What has become of our finger since the last report. */
static bool report(struct touch_track *track, struct touch_event *event)
{
    track->is_palm = track->is_palm || is_palm(track);
    bool was_down = track->was_down, is_down = track->is_down;
    bool palm = is_down && track->is_palm && !track->ignored;
    bool ignored = track->ignored || palm;
    track->was_down = is_down;
    track->ignored = ignored && is_down;
    bool moved = track->moved;
    track->moved = false;
    if (ignored && !(palm && was_down))
        return false;
    place(track, event);
    if (palm)
        event->kind = TOUCH_CANCEL;
    else if (is_down != was_down)
        event->kind = is_down ? TOUCH_DOWN : TOUCH_UP;
    else
        event->kind = TOUCH_MOVE;
    return palm || is_down != was_down || (is_down && moved);
}

static void set(struct touch_track *track, int *coordinate, int value)
{
    track->moved = track->moved || *coordinate != value;
    *coordinate = value;
}

static void lift(struct touch_track *track)
{
    track->is_down = track->is_palm = false;
    track->finger_slot = -1;
}

static void take_contact(struct touch_track *track, int id)
{
    const struct touch_contact *where = contact(track);
    if (id < 0 && track->known.slot == track->finger_slot)
        lift(track);
    else if (id >= 0 && where && track->finger_slot < 0 && !track->is_down) {
        track->finger_slot = track->known.slot;
        track->is_down = true;
        track->is_palm = false;
        track->x = where->x;
        track->y = where->y;
    }
}

static void take_slot_value(struct touch_track *track, uint16_t code, int value)
{
    struct touch_contact *where = contact(track);
    if (!where)
        return;
    if (code == ABS_MT_POSITION_X)
        where->x = value;
    else if (code == ABS_MT_POSITION_Y)
        where->y = value;
    else if (code == ABS_MT_TOUCH_MAJOR)
        where->size = value;
    else if (code == ABS_MT_TOOL_TYPE)
        where->tool = value;
    if (track->known.slot == track->finger_slot) {
        set(track, &track->x, where->x);
        set(track, &track->y, where->y);
    }
}

static void take_absolute(struct touch_track *track, uint16_t code, int value)
{
    bool multi = track->finger_slot >= 0;
    if (code == ABS_MT_SLOT)
        track->known.slot = value;
    else if (code == ABS_MT_TRACKING_ID)
        take_contact(track, value);
    else if (code == ABS_X && !multi)
        set(track, &track->x, value);
    else if (code == ABS_Y && !multi)
        set(track, &track->y, value);
    else
        take_slot_value(track, code, value);
}

/* What was begun is taken back; nothing is believed until the next report, and no more known than before. */
static bool lose(struct touch_track *track, struct touch_event *out_event)
{
    bool was_down = track->was_down && !track->ignored;
    const struct touch_setup setup = track->setup;
    const struct touch_known known = track->known;
    touch_track_init(track, &setup, &known);
    track->lost = true;
    *out_event = (struct touch_event){.kind = TOUCH_CANCEL};
    return was_down;
}

bool touch_track_push(struct touch_track *track, const struct input_event *in, struct touch_event *out_event)
{
    if (in->type == EV_SYN && in->code == SYN_DROPPED)
        return lose(track, out_event);
    bool is_report = in->type == EV_SYN && in->code == SYN_REPORT;
    if (track->lost) {
        track->lost = !is_report;
        return false;
    }
    if (is_report)
        return report(track, out_event);
    if (in->type == EV_ABS)
        take_absolute(track, in->code, in->value);
    else if (in->type == EV_KEY && (in->code == BTN_TOUCH || in->code == BTN_LEFT) && track->finger_slot < 0)
        track->is_down = in->value != 0;
    return false;
}
