#include "app/ctl/fleet_health.h"

#include "app/form/datetime.h"
#include "app/form/xml.h"
#include "board/base/arena.h"
#include "board/base/file.h"
#include "offline/crypto.h"
#include "offline/signature.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char MODULE[] = "fleet";

enum { PATH_SIZE = 1024 };

static const char *const field_names[FLEET_FIELD_COUNT] = {
    [FLEET_PLACE] = "place",
    [FLEET_SOFTWARE] = "software",
    [FLEET_SLOT] = "slot",
    [FLEET_CLOCK] = "clock",
    [FLEET_LINK_STATE] = "link_state",
    [FLEET_LINK_REASON] = "link_reason",
    [FLEET_FORMS_OFFERED] = "forms_offered",
    [FLEET_FORMS_REFUSED] = "forms_refused",
    [FLEET_FORMS_LACKING] = "forms_lacking",
    [FLEET_DEVICES] = "devices",
    [FLEET_PAPER] = "printer_paper",
    [FLEET_MIRROR] = "mirror_state",
    [FLEET_QUARANTINE] = "quarantine",
};

/* ---- one report ---- */

/* A form may lay its fields in groups: the name decides, not the place. */
static const char *field(const struct node *top, const char *name)
{
    for (const struct node *node = top; node; node = node_walk(top, node))
        if (node->kind == NODE_ELEMENT && strcmp(node->name->local, name) == 0)
            return node->text;
    return "";
}

static int64_t number_of(const struct node *top, const char *name)
{
    const char *text = field(top, name);
    char *end = NULL;
    long long number = strtoll(text, &end, 10);
    return end == text || *end ? -1 : number;
}

static int64_t time_of(const struct node *top, const char *name)
{
    int64_t ms = 0;
    return datetime_parse(field(top, name), NULL, &ms) ? ms : 0;
}

static const char *keep(struct arena *arena, const char *text)
{
    const char *copy = arena_strdup(arena, text);
    return copy ? copy : "";
}

static void take_report(const struct node *top, int64_t heard_ms, struct arena *arena,
                        struct fleet_kiosk *kiosk)
{
    int64_t told_ms = time_of(top, "told");
    for (int i = 0; i < FLEET_FIELD_COUNT; i++)
        kiosk->text[i] = keep(arena, field(top, field_names[i]));
    /* A clock that is ahead must not keep an old report on top for ever. */
    kiosk->told_ms = told_ms > 0 && told_ms < heard_ms + FLEET_DAY_MS ? told_ms : heard_ms;
    kiosk->oldest_ms = time_of(top, "queue_oldest");
    kiosk->last_contact_ms = time_of(top, "last_contact");
    kiosk->waiting = number_of(top, "queue_waiting");
    kiosk->parked = number_of(top, "queue_parked");
    kiosk->for_courier = number_of(top, "queue_for_courier");
    kiosk->disk_free_mb = number_of(top, "disk_free_mb");
}

/* Without desk.ini there is nobody to compare with: then any signature that holds is taken for the kiosk's.
 */
static enum desk_signature judge(const struct desk_config *config, int number, const struct buf *xml)
{
    uint8_t public[DEVICE_KEY_SIZE];
    struct buf text = {0};
    enum desk_signature signature = DESK_SIGNATURE_BAD;
    struct err e = signature_check(buf_text(xml), xml->length, public);
    if (!err_is(&e))
        e = crypto_base64(public, sizeof public, &text);
    if (!err_is(&e)) {
        signature = config ? DESK_SIGNATURE_UNKNOWN : DESK_SIGNATURE_KNOWN;
        for (int i = 0; config && i < config->kiosk_count; i++)
            if (config->kiosks[i].number == number &&
                strcmp(config->kiosks[i].public_key, buf_text(&text)) == 0)
                signature = DESK_SIGNATURE_KNOWN;
    }
    buf_finish(&text);
    return signature;
}

/* ---- the fleet ---- */

static int by_number(const void *a, const void *b)
{
    return ((const struct fleet_kiosk *)a)->number - ((const struct fleet_kiosk *)b)->number;
}

/* The table holds every number a kiosk can have while it is filled: no searching, no growing. */
enum { NUMBERS = 10000 };

struct reading {
    struct fleet *fleet;
    const struct desk_config *config;
    struct fleet_kiosk *by_number; /* NUMBERS of them */
};

/* Which of two reports of one kiosk speaks for it: what somebody else signed never hides what the kiosk
 * itself has said; of its own the later one. */
static bool speaks_for(const struct fleet_kiosk *report, const struct fleet_kiosk *known)
{
    bool is_own = report->signature == DESK_SIGNATURE_KNOWN,
         was_own = known->signature == DESK_SIGNATURE_KNOWN;
    if (!known->is_heard || is_own != was_own)
        return !known->is_heard || is_own;
    return report->told_ms >= known->told_ms;
}

static void remember(struct reading *reading, const struct node *top, const struct buf *xml, const char *file,
                     int64_t heard_ms)
{
    struct fleet_kiosk report = {
        .number = (int)number_of(top, "kiosk"), .is_heard = true, .heard_ms = heard_ms};
    if (report.number < 1 || report.number >= NUMBERS) {
        reading->fleet->unread++;
        return;
    }
    struct fleet_kiosk *known = &reading->by_number[report.number];
    report.signature = judge(reading->config, report.number, xml);
    report.file = keep(reading->fleet->arena, file);
    take_report(top, heard_ms, reading->fleet->arena, &report);
    if (!speaks_for(&report, known)) {
        if (report.signature == known->signature && heard_ms > known->heard_ms)
            known->heard_ms = heard_ms;
        return;
    }
    if (known->is_heard && known->signature == report.signature && known->heard_ms > heard_ms)
        report.heard_ms = known->heard_ms;
    *known = report;
}

static struct err read_report(struct reading *reading, const char *folder, const char *name, int64_t heard_ms)
{
    char path[PATH_SIZE];
    struct buf xml = {0};
    struct node_tree *tree = NULL;
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    struct name_table *names = arena ? name_table_create(arena, NULL) : NULL;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    struct err e = names ? err_ok() : err_no_memory(MODULE);
    struct err unreadable =
        file_read(path, FLEET_REPORT_BYTES_MAX, &xml); /* too long for one: anybody can post it */
    if (err_is(&unreadable)) {
        reading->fleet->unread++;
    } else if (!err_is(&e)) {
        struct err not_xml = xml_parse(buf_text(&xml), xml.length, NULL, arena, names, &tree);
        const struct node *top = err_is(&not_xml) ? NULL : tree->root.first;
        const char *id = top ? node_attribute(top, NULL, "id") : NULL;
        reading->fleet->reports++;
        if (id && strcmp(id, "kiosk-health") == 0)
            remember(reading, top, &xml, name, heard_ms);
        else
            reading->fleet->unread++;
    }
    buf_finish(&xml);
    arena_destroy(&arena);
    return e;
}

static struct err read_folder(struct reading *reading, const char *folder)
{
    struct err e = err_ok();
    DIR *listing = opendir(folder);
    if (!listing)
        return errno == ENOENT ? err_ok() : err_errno(MODULE, errno, "cannot read %.200s", folder);
    for (struct dirent *entry; !err_is(&e) && (entry = readdir(listing));) {
        struct stat info;
        size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.' || length < 5 || strcmp(entry->d_name + length - 4, ".xml") != 0)
            continue;
        if (fstatat(dirfd(listing), entry->d_name, &info, 0) == 0)
            e = read_report(reading, folder, entry->d_name,
                            (int64_t)info.st_mtim.tv_sec * 1000 + info.st_mtim.tv_nsec / 1000000);
    }
    closedir(listing);
    return e;
}

static void expect_known(struct reading *reading)
{
    for (int i = 0; reading->config && i < reading->config->kiosk_count; i++) {
        struct fleet_kiosk *kiosk = &reading->by_number[reading->config->kiosks[i].number];
        *kiosk = (struct fleet_kiosk){.number = reading->config->kiosks[i].number,
                                      .file = "",
                                      .waiting = -1,
                                      .parked = -1,
                                      .disk_free_mb = -1};
        for (int f = 0; f < FLEET_FIELD_COUNT; f++)
            kiosk->text[f] = "";
    }
}

struct err fleet_read(const char *folder, const struct desk_config *config, struct fleet *out_fleet)
{
    struct fleet fleet = {.kiosks = calloc(NUMBERS, sizeof *fleet.kiosks),
                          .arena = arena_create(ARENA_PLAIN, 0)};
    struct reading reading = {&fleet, config, fleet.kiosks};
    struct err e = fleet.kiosks && fleet.arena ? err_ok() : err_no_memory(MODULE);
    if (!err_is(&e)) {
        expect_known(&reading);
        e = read_folder(&reading, folder);
    }
    if (err_is(&e)) {
        fleet_finish(&fleet);
        return e;
    }
    for (int i = 0; i < NUMBERS; i++)
        if (fleet.kiosks[i].number > 0)
            fleet.kiosks[fleet.count++] = fleet.kiosks[i];
    *out_fleet = fleet;
    return err_ok();
}

void fleet_finish(struct fleet *fleet)
{
    free(fleet->kiosks);
    arena_destroy(&fleet->arena);
    *fleet = (struct fleet){0};
}

struct fleet_kiosk *fleet_find(struct fleet *fleet, int number)
{
    const struct fleet_kiosk key = {.number = number};
    return fleet->count ? bsearch(&key, fleet->kiosks, fleet->count, sizeof key, by_number) : NULL;
}

void fleet_each_part(const char *list, void (*visit)(void *context, const char *part, size_t length),
                     void *context)
{
    while (*list) {
        size_t length = strcspn(list, ";");
        size_t blank = strspn(list, " ");
        if (blank < length)
            visit(context, list + blank, length - blank);
        list += length + (list[length] == ';');
    }
}
