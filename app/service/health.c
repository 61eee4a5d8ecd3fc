#include "app/service/health.h"

#include "board/base/slot.h"
#include "offline/mirror.h"
#include "offline/time_floor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <time.h>

enum { TEXT_SIZE = 2000 };

static void tell(struct health_facts *report, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
static void tell(struct health_facts *report, const char *name, const char *format, ...)
{
    size_t room = sizeof report->text - report->used;
    va_list values;

    if (report->count == HEALTH_VALUES_MAX || room < 2)
        return;
    char *at = report->text + report->used;
    va_start(values, format);
    int length = vsnprintf(at, room < TEXT_SIZE ? room : TEXT_SIZE, format, values);
    va_end(values);
    if (length < 0 || (size_t)length >= room)
        return;
    report->values[report->count++] = (struct own_form_value){name, at};
    report->used += (length < TEXT_SIZE ? (size_t)length : TEXT_SIZE - 1) + 1;
}

static void tell_time(struct health_facts *report, const char *name, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    char text[40] = "";

    if (wall_ms > 0 && gmtime_r(&seconds, &utc))
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
    tell(report, name, "%s", text);
}

/* ---- what is known ---- */

static struct err tell_queue(struct health_facts *report, struct outbox *outbox)
{
    struct outbox_counts counts;
    TRY(outbox_count(outbox, &counts));
    tell(report, "queue_waiting", "%" PRId64, counts.waiting);
    tell(report, "queue_parked", "%" PRId64, counts.in_state[OUTBOX_PARKED]);
    tell(report, "queue_on_stick", "%" PRId64, counts.in_state[OUTBOX_ON_STICK]);
    if (counts.for_courier > 0)
        tell(report, "queue_for_courier", "%" PRId64, counts.for_courier);
    tell_time(report, "queue_oldest", counts.oldest_waiting_ms);
    tell(report, "quarantine", "%s", outbox_quarantine(outbox));
    return err_ok();
}

static struct err tell_link(struct health_facts *report, struct outbox *outbox)
{
    struct outbox_link link;
    TRY(outbox_get_link(outbox, ENDPOINT_PLATFORM, &link));
    tell(report, "link_state", "%s", outbox_link_state_name(link.state));
    tell(report, "link_reason", "%s", link.reason);
    tell_time(report, "link_since", link.changed_ms);
    tell_time(report, "last_contact", link.last_contact_ms);
    return err_ok();
}

static struct err tell_forms(struct health_facts *report, struct formstore *forms)
{
    struct formstore_list list = {0};
    struct buf offered = {0}, refused = {0};

    struct err e = formstore_all(forms, &list);
    for (size_t i = 0; i < list.count; i++) {
        const struct formstore_form *form = &list.items[i];
        if (form->state == FORMSTORE_GOOD && form->listed)
            buf_printf(&offered, "%s%s %s", offered.length ? "; " : "", form->id, form->version);
        else if (form->state == FORMSTORE_REFUSED)
            buf_printf(&refused, "%s%s %s: %s", refused.length ? "; " : "", form->id, form->version,
                       form->reason);
    }
    tell(report, "forms_offered", "%s", buf_text(&offered));
    tell(report, "forms_refused", "%s", buf_text(&refused));
    buf_finish(&offered);
    buf_finish(&refused);
    formstore_list_finish(&list);
    return e;
}

static struct err tell_lacking(struct health_facts *report, struct formstore *forms,
                               const struct device_note *devices)
{
    struct formstore_list list = {0};
    struct buf lacking = {0};

    struct err e = formstore_all(forms, &list);
    for (size_t i = 0; !err_is(&e) && i < list.count; i++) {
        char sentence[DEVICE_LACK_SIZE];
        if (list.items[i].state == FORMSTORE_REFUSED || !list.items[i].listed)
            continue;
        e = device_note_lack(devices, forms, list.items[i].row, sentence);
        if (!err_is(&e) && *sentence)
            buf_printf(&lacking, "%s%s: %s", lacking.length ? "; " : "", list.items[i].id, sentence);
    }
    tell(report, "forms_lacking", "%s", buf_text(&lacking));
    buf_finish(&lacking);
    formstore_list_finish(&list);
    return e;
}

static void tell_devices(struct health_facts *report, const struct device_note *devices)
{
    struct buf text = {0};

    device_note_print(devices, &text);
    tell(report, "devices", "%s", buf_text(&text));
    tell(report, "printer_paper", "%s", device_note_paper(devices));
    buf_finish(&text);
}

static void tell_disks(struct health_facts *report, const struct config *config)
{
    struct mirror_status mirror = {.state = MIRROR_OFF};
    struct statvfs disk;

    if (*config->store.mirror)
        mirror_status(config->store.dir, &mirror);
    tell(report, "mirror_state", "%s%s%s", mirror_state_name(mirror.state), *mirror.reason ? ": " : "",
         mirror.reason);
    tell(report, "mirror_missing", "%" PRId64, mirror.missing);
    if (statvfs(config->store.dir, &disk) == 0)
        tell(report, "disk_free_mb", "%" PRIu64, (uint64_t)disk.f_bavail * disk.f_frsize / 1000000);
}

static void tell_slot(struct health_facts *report)
{
    char slot[SLOT_SIZE];
    slot_read(slot);
    tell(report, "slot", "%s", slot);
}

struct err health_gather(const struct own_form_stores *stores, const struct device_note *devices,
                         struct health_facts *report)
{
    const struct config *config = stores->config;

    tell(report, "kiosk", "%04d", config->kiosk.number);
    tell(report, "place", "%s", config->kiosk.place);
    tell_time(report, "told", stores->clock->wall_ms(stores->clock));
    tell(report, "software", "%s", YIZHAN_VERSION);
    tell_slot(report);
    tell(report, "clock", "%s", outbox_trust_name(time_trust(config->store.dir, stores->clock)));
    TRY(tell_queue(report, stores->outbox));
    TRY(tell_link(report, stores->outbox));
    TRY(tell_forms(report, stores->forms));
    TRY(tell_lacking(report, stores->forms, devices));
    tell_devices(report, devices);
    tell_disks(report, config);
    return err_ok();
}

struct err health_save(const struct own_form_stores *stores, const struct device_note *devices,
                       bool *out_saved)
{
    struct health_facts report = {.count = 0};

    TRY(health_gather(stores, devices, &report));
    return own_form_save(stores, OWN_FORM_HEALTH, report.values, report.count, out_saved);
}

struct err health_save_when_due(const struct own_form_stores *stores, const struct device_note *devices,
                                bool *out_saved)
{
    struct outbox_case newest;
    bool found = false;
    int64_t now_ms = stores->clock->wall_ms(stores->clock);

    TRY(outbox_find_newest(stores->outbox, OWN_FORM_HEALTH, &newest, &found));
    if (found && newest.saved_ms <= now_ms && now_ms - newest.saved_ms < HEALTH_EVERY_MS) {
        *out_saved = false;
        return err_ok();
    }
    return health_save(stores, devices, out_saved);
}
