/* yizhanctl status: what runs here, what waits, what the platform is known to be, forms, devices, disk,
 * clock. */
#include "app/ctl/command.h"
#include "app/ctl/stores.h"
#include "app/fleet/updater.h"
#include "app/service/device_note.h"
#include "board/base/slot.h"
#include "board/base/version.h"
#include "offline/mirror.h"
#include "offline/time_floor.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

struct report {
    char version[32], slot[SLOT_SIZE]; /* of the image */
    struct device_note devices;
    struct updater_status update;
    int64_t disk_free; /* bytes, of the store's disk; -1 when it cannot be asked */
    struct outbox_counts counts;
    struct outbox_link links[ENDPOINT_COUNT];
    struct formstore_list forms;
    size_t offered;
    struct mirror_status mirror;
};

static int64_t disk_free(const char *dir)
{
    struct statvfs disk;
    return statvfs(dir, &disk) == 0 ? (int64_t)(disk.f_bavail * disk.f_frsize) : -1;
}

static struct err gather(struct stores *stores, struct report *report)
{
    struct formstore_list offered = {0};
    version_running(VERSION_RELEASE_PATH, report->version, sizeof report->version);
    slot_read(report->slot);
    updater_status(stores->config.store.dir, &report->update);
    report->disk_free = disk_free(stores->config.store.dir);
    TRY(device_note_load(stores->config.store.dir, &report->devices));
    if (*stores->config.store.mirror)
        mirror_status(stores->config.store.dir, &report->mirror);
    TRY(outbox_count(stores->outbox, &report->counts));
    for (int i = 0; i < ENDPOINT_COUNT; i++)
        TRY(outbox_get_link(stores->outbox, (enum endpoint)i, &report->links[i]));
    TRY(formstore_offered(stores->forms, &offered));
    report->offered = offered.count;
    formstore_list_finish(&offered);
    return formstore_all(stores->forms, &report->forms);
}

/* ---- JSON ---- */

static json_t *queue_json(const struct outbox_counts *counts)
{
    json_t *object =
        json_pack("{s:I, s:I, s:o, s:I}", "waiting", (json_int_t)counts->waiting, "waiting_bytes",
                  (json_int_t)counts->waiting_bytes, "oldest", stores_time(counts->oldest_waiting_ms),
                  "for_courier", (json_int_t)counts->for_courier);
    for (int i = 0; i < OUTBOX_STATE_COUNT; i++)
        json_object_set_new(object, outbox_state_name((enum outbox_state)i),
                            json_integer(counts->in_state[i]));
    return object;
}

static json_t *link_json(const struct outbox_link *link)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:i, s:s}", "state", outbox_link_state_name(link->state),
                     "since", stores_time(link->changed_ms), "last_contact",
                     stores_time(link->last_contact_ms), "last_pull", stores_time(link->last_pull_ms),
                     "next_try", stores_time(link->next_try_ms), "failures", link->failures, "reason",
                     link->reason);
}

static json_t *refused_json(const struct formstore_list *forms)
{
    json_t *list = json_array();
    for (size_t i = 0; i < forms->count; i++) {
        const struct formstore_form *f = &forms->items[i];
        if (f->state == FORMSTORE_REFUSED)
            json_array_append_new(
                list, json_pack("{s:s, s:s, s:s}", "id", f->id, "version", f->version, "reason", f->reason));
    }
    return list;
}

static json_t *mirror_json(const struct mirror_status *mirror)
{
    return json_pack("{s:s, s:o, s:I, s:s}", "state", mirror_state_name(mirror->state), "since",
                     stores_time(mirror->at_ms), "missing", (json_int_t)mirror->missing, "reason",
                     mirror->reason);
}

/* ["idcard ready", "camera missing nothing plugged in"] */
static json_t *devices_json(const struct device_note *devices)
{
    json_t *list = json_array();
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++)
        if (*devices->lines[i])
            json_array_append_new(list, json_string(devices->lines[i]));
    return list;
}

static json_t *update_json(const struct updater_status *update)
{
    return json_pack("{s:s, s:s, s:i, s:s}", "state", updater_state_name(update->state), "version",
                     update->version, "percent", update->percent, "reason", update->reason);
}

static json_t *clock_behind_json(const struct config *config)
{
    const struct clock *clock = clock_system();
    int64_t offset_ms = 0;
    bool is_known = time_offset(config->store.dir, clock->wall_ms(clock), &offset_ms);
    return is_known ? json_integer(offset_ms) : json_null();
}

static json_t *box_json(struct stores *stores, const struct report *report)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:s, s:I, s:o, s:o}", "version", report->version, "software",
                     YIZHAN_VERSION, "slot", report->slot, "devices", devices_json(&report->devices), "paper",
                     device_note_paper(&report->devices), "disk_free", (json_int_t)report->disk_free,
                     "clock_behind_ms", clock_behind_json(&stores->config), "update",
                     update_json(&report->update));
}

static json_t *report_json(struct stores *stores, const struct report *report)
{
    const char *quarantine = outbox_quarantine(stores->outbox);
    json_t *links = json_object();
    for (int i = 0; i < ENDPOINT_COUNT; i++)
        json_object_set_new(links, endpoint_name((enum endpoint)i), link_json(&report->links[i]));
    json_t *object = json_pack("{s:b, s:i, s:s, s:o, s:o, s:{s:I, s:o}, s:o, s:o, s:s}", "ok", 1, "kiosk",
                               stores->config.kiosk.number, "place", stores->config.kiosk.place, "queue",
                               queue_json(&report->counts), "links", links, "forms", "offered",
                               (json_int_t)report->offered, "refused", refused_json(&report->forms), "mirror",
                               mirror_json(&report->mirror), "quarantine",
                               quarantine[0] ? json_string(quarantine) : json_null(), "clock",
                               outbox_trust_name(time_trust(stores->config.store.dir, clock_system())));
    json_object_update_new(object, box_json(stores, report));
    return object;
}

/* ---- text ---- */

static void print_time(const char *before, int64_t wall_ms)
{
    json_t *time = stores_time(wall_ms);
    if (json_is_string(time))
        printf("%s%s", before, json_string_value(time));
    json_decref(time);
}

static void print_links(const struct report *report)
{
    for (int i = 0; i < ENDPOINT_COUNT; i++) {
        const struct outbox_link *link = &report->links[i];
        printf("%-9s %s", endpoint_name((enum endpoint)i), outbox_link_state_name(link->state));
        print_time(", since ", link->changed_ms);
        print_time(", last contact ", link->last_contact_ms);
        printf("%s%s\n", link->reason[0] ? ": " : "", link->reason);
    }
}

static void print_clock(const struct config *config)
{
    const struct clock *clock = clock_system();
    int64_t offset_ms = 0;
    printf("clock     %s", outbox_trust_name(time_trust(config->store.dir, clock)));
    if (time_offset(config->store.dir, clock->wall_ms(clock), &offset_ms))
        printf(", %lld s %s the platform's", (long long)llabs(offset_ms) / 1000,
               offset_ms < 0 ? "ahead of" : "behind");
    putchar('\n');
}

static void print_box(struct stores *stores, const struct report *report)
{
    printf("kiosk     %04d %s\n", stores->config.kiosk.number, stores->config.kiosk.place);
    printf("version   %s%s%s\n", report->version, *report->slot ? ", slot " : "", report->slot);
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++)
        if (*report->devices.lines[i])
            printf("device    %s\n", report->devices.lines[i]);
    if (!report->devices.is_told)
        puts("device    no kiosk has run here yet");
    printf("paper     %s\n", device_note_paper(&report->devices));
    if (report->disk_free >= 0)
        printf("disk      %lld MB free\n", (long long)report->disk_free / 1000000);
    if (*stores->config.update.url)
        printf("update    %s %s %d %%%s%s\n", updater_state_name(report->update.state),
               report->update.version, report->update.percent, *report->update.reason ? ": " : "",
               report->update.reason);
}

static void print_mirror(const struct mirror_status *mirror)
{
    if (mirror->state == MIRROR_OFF)
        return;
    printf("mirror    %s", mirror_state_name(mirror->state));
    print_time(", since ", mirror->at_ms);
    printf(", %lld applications missing on it%s%s\n", (long long)mirror->missing,
           mirror->reason[0] ? ": " : "", mirror->reason);
}

static void print_report(struct stores *stores, const struct report *report)
{
    const char *quarantine = outbox_quarantine(stores->outbox);
    print_box(stores, report);
    printf("waiting   %lld (%lld bytes)", (long long)report->counts.waiting,
           (long long)report->counts.waiting_bytes);
    print_time(", oldest of ", report->counts.oldest_waiting_ms);
    if (report->counts.for_courier > 0)
        printf("\ncourier   %lld are too large for this link: it is cut before they are through",
               (long long)report->counts.for_courier);
    printf("\nreceived  %lld\nparked    %lld\n",
           (long long)(report->counts.in_state[OUTBOX_DELIVERED] + report->counts.in_state[OUTBOX_PURGED]),
           (long long)report->counts.in_state[OUTBOX_PARKED]);
    print_links(report);
    printf("forms     %zu offered\n", report->offered);
    for (size_t i = 0; i < report->forms.count; i++) {
        const struct formstore_form *f = &report->forms.items[i];
        if (f->state == FORMSTORE_REFUSED)
            printf("refused   %s version \"%s\": %s\n", f->id, f->version, f->reason);
    }
    print_clock(&stores->config);
    print_mirror(&report->mirror);
    if (quarantine[0])
        printf("a damaged database lies in %s: take it to the county\n", quarantine);
}

int command_status(int argc, char **argv)
{
    struct stores stores;
    struct report report = {0};
    int status = 0;
    if (!stores_open(&stores, argc, argv, &status))
        return status;
    struct err e = gather(&stores, &report);
    if (err_is(&e)) {
        status = stores_fail(&stores, &e);
    } else if (stores.json) {
        status = stores_print(&stores, report_json(&stores, &report));
    } else {
        print_report(&stores, &report);
        stores_close(&stores);
    }
    formstore_list_finish(&report.forms);
    return status;
}
