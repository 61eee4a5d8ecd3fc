/*
 * What the kiosks of a fleet last said of themselves: kiosk-health submissions (app/service/health.h), each a
 * file of its own in one folder, as `yizhanctl fleet report` fetched them or as an export left them. A file's
 * modification time is when the platform heard it.
 *
 * Nothing in them is personal data; nothing in them is believed before its kiosk's signature has been looked
 * at. Any thread; blocks on the disk.
 */
#ifndef YIZHAN_CTL_FLEET_HEALTH_H
#define YIZHAN_CTL_FLEET_HEALTH_H

#include "app/ctl/desk_case.h"
#include "app/ctl/desk_config.h"

enum { FLEET_REPORT_BYTES_MAX = 1 << 20 }; /* a longer one is none */

#define FLEET_DAY_MS ((int64_t)24 * 60 * 60 * 1000)

enum fleet_field {
    FLEET_PLACE,
    FLEET_SOFTWARE,
    FLEET_SLOT,
    FLEET_CLOCK,
    FLEET_LINK_STATE,
    FLEET_LINK_REASON,
    FLEET_FORMS_OFFERED,
    FLEET_FORMS_REFUSED,
    FLEET_FORMS_LACKING,
    FLEET_DEVICES,
    FLEET_PAPER,
    FLEET_MIRROR,
    FLEET_QUARANTINE,
    FLEET_FIELD_COUNT
};

struct fleet_kiosk {
    int number;
    bool is_heard;                         /* false: desk.ini names it and nothing ever came */
    const char *text[FLEET_FIELD_COUNT];   /* as the newest report says it; "" when it does not. Never NULL */
    const char *file;                      /* name of its newest report in the folder; "" before any */
    int64_t heard_ms;                      /* when the platform last heard it, by any report */
    int64_t told_ms;                       /* when the newest report was made, as far as that is known */
    int64_t oldest_ms, last_contact_ms;    /* 0 for none */
    int64_t waiting, parked, disk_free_mb; /* -1 when not told */
    int64_t for_courier;                   /* of the waiting ones; 0 or less for none */
    enum desk_signature signature;         /* of the newest report */
    int overdue;                           /* cases of its citizens that are past their day */
};

struct fleet {
    struct fleet_kiosk *kiosks; /* by number */
    size_t count;
    size_t reports; /* files read */
    size_t unread;  /* files that are no health report of a kiosk */
    struct arena *arena;
};

/* All of folder, and every kiosk that config names (config may be NULL). A folder that is not there is one
 * without reports. */
MUST_USE struct err fleet_read(const char *folder, const struct desk_config *config, struct fleet *out_fleet);
void fleet_finish(struct fleet *fleet);

/* The kiosk of that number, NULL when there is none. */
struct fleet_kiosk *fleet_find(struct fleet *fleet, int number);

/* "idcard 2026112201; ...": calls visit for each part between semicolons, blanks around it taken off. */
void fleet_each_part(const char *list, void (*visit)(void *context, const char *part, size_t length),
                     void *context);

#endif
