/*
 * What is wrong with a kiosk, by its newest report, in the words of docs/OPERATIONS.md: each trouble is one
 * row there with what to do.
 */
#ifndef YIZHAN_CTL_FLEET_TROUBLE_H
#define YIZHAN_CTL_FLEET_TROUBLE_H

#include "app/ctl/fleet_health.h"

/* The most urgent first. */
enum fleet_trouble {
    FLEET_NEVER_HEARD,
    FLEET_SILENT,
    FLEET_FORGED,
    FLEET_DAMAGED,
    FLEET_REFUSED_LINK,
    FLEET_PARKED,
    FLEET_FOR_COURIER,
    FLEET_OLD_QUEUE,
    FLEET_DISK,
    FLEET_NO_PAPER,
    FLEET_CLOCK_UNSET,
    FLEET_PORTAL,
    FLEET_FORM_REFUSED,
    FLEET_LACKING,
    FLEET_MIRROR_FAILED,
    FLEET_ON_TRIAL,
    FLEET_UNKNOWN_KEY,
    FLEET_LATE_CASES,
    FLEET_TROUBLE_COUNT
};

struct fleet_limits {
    int64_t now_ms;
    int silent_days; /* not heard for longer: silent */
    int queue_days;  /* the oldest waits for longer */
    int disk_mb;
};

/* Bits 1u << of enum fleet_trouble. */
unsigned fleet_troubles(const struct fleet_kiosk *kiosk, const struct fleet_limits *limits);

/* "silent", for JSON; and one short line for people in both languages. */
const char *fleet_trouble_name(enum fleet_trouble trouble);
const char *fleet_trouble_zh(enum fleet_trouble trouble);
const char *fleet_trouble_en(enum fleet_trouble trouble);

#endif
