/*
 * The forms that the kiosk fills by itself: kiosk-health, service-rating, technician-visit.
 *
 * A platform that wants to hear of these publishes a form with that id; its author takes the fields that he
 * cares for by their names and leaves out the rest. What the kiosk knows is told by name, put where the form
 * has a node of that name, checked, signed, sealed as the form says and queued like any other application.
 * For the thread that owns the stores.
 */
#ifndef YIZHAN_SERVICE_OWN_FORM_H
#define YIZHAN_SERVICE_OWN_FORM_H

#include "board/base/clock.h"
#include "board/base/config.h"
#include "offline/device_key.h"
#include "offline/formstore.h"
#include "offline/outbox.h"

#define OWN_FORM_HEALTH "kiosk-health"
#define OWN_FORM_RATING "service-rating"
#define OWN_FORM_VISIT  "technician-visit"

bool own_form_is(const char *form_id);

/* All borrowed. */
struct own_form_stores {
    const struct config *config;
    const struct clock *clock;
    const struct device_key *key;
    struct outbox *outbox;
    struct formstore *forms;
};

/* name: the local name of a node anywhere in the form ("queue_waiting"); value: as a person would answer. */
struct own_form_value {
    const char *name;
    const char *value;
};

/*
 * Fills and saves one record, durable when it returns without error; whoever calls pokes sync. *out_saved is
 * false when the platform publishes no such form: nothing is wrong then. A value that its field does not take
 * is left out and logged by name; what then still breaks the form's own rules is ERR_USER and nothing is
 * saved. ERR_REFUSED: the form's key is not pinned, or it is none of the three.
 *
 * instance_id: "uuid:..."; a record that was saved under it before is not saved again, and *out_saved is
 * true.
 */
MUST_USE struct err own_form_save_once(const struct own_form_stores *stores, const char *form_id,
                                       const char *instance_id, const struct own_form_value *values,
                                       size_t count, bool *out_saved);

/* With an instance id of its own each time. */
MUST_USE struct err own_form_save(const struct own_form_stores *stores, const char *form_id,
                                  const struct own_form_value *values, size_t count, bool *out_saved);

#endif
