/*
 * What a kiosk knows of itself, told once a day as kiosk-health when the platform publishes a form of that
 * id.
 *
 * Fields by name, each left out by a form that does not have it:
 *   kiosk place told                    number; when this was told, by its own clock
 *   software slot clock                 "0.1.0"; "good A" or "trial B"; how far the clock is believed: unset
 *                                       rtc ntp server
 *   queue_waiting queue_parked queue_on_stick queue_oldest   counts; when the oldest waiting one was saved
 *   queue_for_courier                   how many of them the link does not carry; left out when none
 *   link_state link_since link_reason last_contact           of [platform]: up down not-platform credentials
 *   forms_offered forms_refused         "pension-renewal 2026112201; ..."; "... : why"
 *   forms_lacking                       "residence-permit: needs a camera, none is in service here; ..."
 *   devices printer_paper               "idcard ready; camera missing ..."; enough near-end out unknown
 *   mirror_state mirror_missing quarantine disk_free_mb      "current"; path of a damaged database, or ""
 * Times are dateTime in UTC, "" when there is none. No field says anything of a person.
 */
#ifndef YIZHAN_SERVICE_HEALTH_H
#define YIZHAN_SERVICE_HEALTH_H

#include "app/service/device_note.h"
#include "app/service/own_form.h"

#define HEALTH_EVERY_MS ((int64_t)24 * 60 * 60 * 1000)

/* Values point into text: it must not move. */
enum { HEALTH_VALUES_MAX = 40 };
struct health_facts {
    struct own_form_value values[HEALTH_VALUES_MAX];
    size_t count;
    char text[16 * 1024];
    size_t used;
};
/* The same facts for whoever else asks: the technician's status page. report: zeroed. */
MUST_USE struct err health_gather(const struct own_form_stores *stores, const struct device_note *devices,
                                  struct health_facts *report);

/* Saves a report now. devices: as the kiosk knows them. */
MUST_USE struct err health_save(const struct own_form_stores *stores, const struct device_note *devices,
                                bool *out_saved);

/* The same when the newest report is a day old, or lies in the future of a clock that was wrong. */
MUST_USE struct err health_save_when_due(const struct own_form_stores *stores,
                                         const struct device_note *devices, bool *out_saved);

#endif
