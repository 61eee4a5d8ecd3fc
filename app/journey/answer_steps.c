/* Dates and times: year, month, day, hour, minute, one screen each; only the last one answers. */
#include "app/journey/answer_parts.h"

#include "app/form/tz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR_DIGITS = 4, MINUTE_DIGITS = 2 };

static enum view_input last_step_of(const struct session_node *node)
{
    if (node->type == XFORM_TIME || node->type == XFORM_DATETIME)
        return VIEW_MINUTE;
    if (session_has_appearance(node, "year"))
        return VIEW_YEAR;
    return session_has_appearance(node, "month-year") ? VIEW_MONTH : VIEW_DAY;
}

/* "2026-11-22", "2026-11-22T09:30:00.000+08:00", "09:30:00.000+08:00" */
static void read_value(struct draft *draft, const char *value, int *out_minute)
{
    const char *clock_time = strchr(value, 'T');
    if (draft->input == VIEW_YEAR &&
        sscanf(value, "%4d-%2d-%2d", &draft->year, &draft->month, &draft->day) != 3)
        draft->year = draft->month = draft->day = 0;
    clock_time = clock_time ? clock_time + 1 : draft->input == VIEW_HOUR ? value : "";
    if (sscanf(clock_time, "%2d:%2d", &draft->hour, out_minute) != 2)
        draft->hour = *out_minute = -1;
}

/* What the keypad of a step starts with. */
static void fill_field(struct draft *draft, int minute)
{
    char text[8] = "";
    if (draft->input == VIEW_YEAR && draft->year > 0)
        snprintf(text, sizeof text, "%d", draft->year);
    else if (draft->input == VIEW_MINUTE && minute >= 0)
        snprintf(text, sizeof text, "%02d", minute % 60);
    answer_set_text(draft, text);
}

static void open_steps(struct journey *journey, const struct session_node *node)
{
    struct draft *draft = draft_of(journey);
    int minute;
    draft->last_step = last_step_of(node);
    read_value(draft, node->value, &minute);
    fill_field(draft, minute);
}

static void type_year(struct journey *journey, const struct ui_event *event)
{
    answer_type_digits(journey, event, YEAR_DIGITS);
}

static void type_minute(struct journey *journey, const struct ui_event *event)
{
    answer_type_digits(journey, event, MINUTE_DIGITS);
}

static void pick(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = draft_of(journey);
    if (event->action == ACTION_MONTH)
        draft->month = event->arg;
    else if (event->action == ACTION_DAY)
        draft->day = event->arg;
    else if (event->action == ACTION_HOUR)
        draft->hour = event->arg;
}

bool draft_step_back(struct draft *draft)
{
    if (draft->is_finding) {
        draft->is_finding = false;
        return true;
    }
    bool is_later = draft->input > VIEW_YEAR && draft->input <= VIEW_MINUTE;
    bool is_first_of_time = draft->input == VIEW_HOUR && draft->year == 0;
    if (!is_later || is_first_of_time)
        return false;
    draft->input--;
    fill_field(draft, -1);
    return true;
}

/* ---- giving it to the form ---- */

/* "+08:00" at that moment in the kiosk's zone; dates before 1970 are as good as any. */
static void write_offset(const struct journey *journey, char out_offset[16])
{
    int offset_min = tz_offset_at(journey->tz, journey->clock->wall_ms(journey->clock) / 1000) / 60;
    int size = abs(offset_min);
    snprintf(out_offset, 16, "%c%02d:%02d", offset_min < 0 ? '-' : '+', size / 60, size % 60);
}

static bool give_steps(struct journey *journey)
{
    const struct draft *draft = draft_of(journey);
    char value[64] = "", offset[16];
    int year = draft->year % 10000, month = draft->last_step > VIEW_YEAR ? draft->month : 1,
        day = draft->last_step > VIEW_MONTH ? draft->day : 1;
    if (year > 0)
        snprintf(value, sizeof value, "%04d-%02d-%02d", year, month, day);
    if (draft->last_step == VIEW_MINUTE) {
        write_offset(journey, offset);
        size_t length = strlen(value);
        snprintf(value + length, sizeof value - length, "%s%02d:%02d:00.000%s", length ? "T" : "",
                 draft->hour % 24, (int)strtol(buf_text(&draft->text), NULL, 10) % 60, offset);
    }
    return answer_give(journey, value);
}

/* True when this was the last step and the form took it. */
static bool go_on(struct journey *journey)
{
    struct draft *draft = draft_of(journey);
    if (draft->input == draft->last_step)
        return give_steps(journey);
    draft->input++;
    fill_field(draft, -1);
    journey_turn(journey, 0);
    return false;
}

static bool commit_year(struct journey *journey)
{
    struct draft *draft = draft_of(journey);
    if (draft->text.length == 0) {
        draft->year = 0;
        return answer_give(journey, "");
    }
    draft->year = (int)strtol(buf_text(&draft->text), NULL, 10);
    if (draft->year < 1900 || draft->year > 2200) {
        answer_complain(journey, "question.year_wrong");
        return false;
    }
    return go_on(journey);
}

/* A time without an hour is no time; a whole hour has no minutes. */
static bool commit_pick(struct journey *journey)
{
    const struct draft *draft = draft_of(journey);
    bool is_missing = draft->input == VIEW_MONTH ? draft->month == 0
                      : draft->input == VIEW_DAY ? draft->day == 0
                                                 : draft->hour < 0;
    if (draft->input == VIEW_HOUR && is_missing && draft->year == 0)
        return answer_give(journey, "");
    if (is_missing) {
        answer_complain(journey, "question.choose_one");
        return false;
    }
    return go_on(journey);
}

static bool commit_minute(struct journey *journey)
{
    if ((int)strtol(buf_text(&draft_of(journey)->text), NULL, 10) < 60)
        return go_on(journey);
    answer_complain(journey, "question.minute_wrong");
    return false;
}

const struct answer_kind answer_date = {open_steps, type_year, commit_year, NULL};
const struct answer_kind answer_month = {NULL, pick, commit_pick, NULL};
const struct answer_kind answer_day = {NULL, pick, commit_pick, NULL};
const struct answer_kind answer_hour = {open_steps, pick, commit_pick, NULL};
const struct answer_kind answer_minute = {NULL, type_minute, commit_minute, NULL};
