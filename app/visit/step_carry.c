/* What goes with the stick, and what came back on it: receipts, applications, logs; then it may be taken. */
#include "app/visit/visit_private.h"
#include "board/base/file.h"
#include "offline/courier.h"
#include "offline/crypto.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char MODULE[] = "visit";

enum { LOG_BYTES_MAX = 64 * 1024 * 1024, PARKED_MAX = 1000 };

/* ---- receipts in, applications out ---- */

VISIT_STEP(step_receipts)
{
    const struct config *config = visit->setup->config;
    const struct courier_trust trust = {visit->key, config->courier.office_key, config->courier.office_count};
    struct courier_counts counts = {0};
    TRY(courier_import(visit->outbox, &trust, config->kiosk.number, mount_dir(visit->stick), &counts));
    if (counts.refused > 0)
        visit_say(shown, TECHNICIAN_FAILED, "receipts_refused", "%d", counts.refused);
    else if (counts.applications == 0)
        visit_say(shown, TECHNICIAN_SKIPPED, "no_receipts", "%s", "");
    else
        visit_say(shown, TECHNICIAN_DONE, "receipts", "%d", counts.applications);
    return err_ok();
}

static struct err begin_writing(void *context)
{
    return mount_write(((struct technician_visit *)context)->stick);
}

static struct err settle(void *context)
{
    return mount_settle(((struct technician_visit *)context)->stick);
}

struct courier_medium visit_medium(struct technician_visit *visit)
{
    return (struct courier_medium){visit, begin_writing, settle};
}

/* A box has no shell: what the platform refused for ever is tried again because somebody has come, who may
 * have mended the cause, and by the way that a person sees. Once each: yizhan-sync may park it again
 * meanwhile.
 */
static struct err release_parked(struct technician_visit *visit)
{
    struct outbox_list list = {0};
    TRY(outbox_list(visit->outbox, 1u << OUTBOX_PARKED, 0, PARKED_MAX, &list));
    struct err e = err_ok();
    for (size_t i = 0; i < list.count && !err_is(&e); i++)
        e = outbox_release(visit->outbox, list.items[i].row);
    outbox_list_finish(&list);
    return e.class == ERR_REFUSED ? err_ok() : e; /* purged, or released by another */
}

VISIT_STEP(step_courier)
{
    const struct courier_medium medium = visit_medium(visit);
    struct courier_counts counts = {0};
    TRY(release_parked(visit));
    TRY(courier_export(visit->outbox, visit->key, visit->setup->config->kiosk.number, mount_dir(visit->stick),
                       &medium, &counts));
    if (counts.applications == 0)
        visit_say(shown, TECHNICIAN_SKIPPED, "nothing_waits", "%s", "");
    else
        visit_say(shown, counts.refused > 0 ? TECHNICIAN_FAILED : TECHNICIAN_DONE, "carried", "%d",
                  counts.applications);
    return err_ok();
}

/* ---- logs ---- */

static struct err digest(const struct buf *bytes, char out_hex[65])
{
    uint8_t raw[CRYPTO_DIGEST_MAX];
    TRY(crypto_digest("SHA256", buf_text(bytes), bytes->length, raw, NULL));
    crypto_hex(raw, 32, out_hex);
    return err_ok();
}

/* Leaves a file in this kiosk's folder, to be read back once the stick has settled. */
static struct err leave(struct technician_visit *visit, const char *name, const struct buf *bytes)
{
    char folder[VISIT_PATH_SIZE], path[VISIT_PATH_SIZE + 72];
    if (visit->left_count == VISIT_LEFT_MAX)
        return err_make(ERR_SPACE, MODULE, 0, "too many files for the stick");
    struct visit_left *left = &visit->left[visit->left_count];
    TRY(stick_folder(mount_dir(visit->stick), visit->setup->config->kiosk.number, folder, sizeof folder));
    snprintf(path, sizeof path, "%s/%s", folder, name);
    TRY(digest(bytes, left->sha256));
    TRY(file_write(path, buf_text(bytes), bytes->length, 0644));
    snprintf(left->name, sizeof left->name, "%s", name);
    visit->left_count++;
    return err_ok();
}

static struct err leave_facts(struct technician_visit *visit)
{
    struct buf text = {0};
    for (size_t i = 0; i < visit->view.fact_count; i++)
        buf_printf(&text, "%s = %s\n", visit->view.facts[i].name, visit->view.facts[i].value);
    struct err e = buf_check(&text, MODULE);
    if (!err_is(&e))
        e = leave(visit, "status.txt", &text);
    buf_finish(&text);
    return e;
}

/* The line of this box in the county's desk.ini. */
static struct err leave_key(struct technician_visit *visit)
{
    uint8_t public[DEVICE_KEY_SIZE];
    struct buf text = {0};
    device_key_public(visit->key, public);
    buf_printf(&text, "%04d = ", visit->setup->config->kiosk.number);
    struct err e = crypto_base64(public, sizeof public, &text);
    buf_append_byte(&text, '\n');
    if (!err_is(&e))
        e = leave(visit, "key.txt", &text);
    buf_finish(&text);
    return e;
}

static struct err leave_log(struct technician_visit *visit)
{
    char path[VISIT_PATH_SIZE];
    struct buf text = {0};
    snprintf(path, sizeof path, "%s/log", visit->setup->config->visit.dir);
    struct err e = file_read(path, LOG_BYTES_MAX, &text);
    if (!err_is(&e))
        e = leave(visit, "visit.log", &text);
    buf_finish(&text);
    return e;
}

/* What outlived power cuts, the older half first, beside the visit's own folder (board/units/yizhan-log). */
static struct err leave_errors(struct technician_visit *visit)
{
    static const char *const names[] = {"errors.1", "errors"};
    char path[VISIT_PATH_SIZE];
    struct buf text = {0};
    struct err e = err_ok();
    for (size_t i = 0; i < sizeof names / sizeof *names && !err_is(&e); i++) {
        snprintf(path, sizeof path, "%s/../log/%s", visit->setup->config->visit.dir, names[i]);
        if (access(path, F_OK) == 0)
            e = file_read(path, LOG_BYTES_MAX, &text);
    }
    if (!err_is(&e) && text.length > 0)
        e = leave(visit, "errors.txt", &text);
    buf_finish(&text);
    return e;
}

static struct err leave_journal(struct technician_visit *visit)
{
    struct buf text = {0};
    struct err e = visit->setup->ports->journal(visit->setup->ports->context, &text);
    if (!err_is(&e) && text.length > 0)
        e = leave(visit, "journal.txt", &text);
    buf_finish(&text);
    return e;
}

VISIT_STEP(step_logs)
{
    (void)shown;
    visit->left_count = 0;
    TRY(visit_gather_facts(visit));
    TRY(mount_write(visit->stick));
    TRY(leave_facts(visit));
    TRY(leave_key(visit));
    TRY(leave_errors(visit));
    TRY(leave_journal(visit));
    return leave_log(visit);
}

/* ---- "you may take the stick" ---- */

static struct stick_visit summary(const struct technician_visit *visit)
{
    static const char *const outcomes[TECHNICIAN_STATES] = {"skipped", "done", "done", "skipped", "failed"};
    const struct visit_setup *setup = visit->setup;
    struct stick_visit summary = {.kiosk = setup->config->kiosk.number,
                                  .began_ms = visit->began_ms,
                                  .ended_ms = setup->clock->wall_ms(setup->clock)};
    snprintf(summary.pass, sizeof summary.pass, "%s", visit->pass.id);
    snprintf(summary.who, sizeof summary.who, "%s", visit->pass.who);
    snprintf(summary.place, sizeof summary.place, "%s", setup->config->kiosk.place);
    snprintf(summary.version_before, sizeof summary.version_before, "%s", setup->version);
    snprintf(summary.version_after, sizeof summary.version_after, "%s",
             visit->result.wants_reboot ? visit->pass.update_version : setup->version);
    for (size_t i = 0; i < visit->view.step_count && summary.step_count < STICK_STEPS_MAX; i++) {
        const struct technician_step *step = &visit->view.steps[i];
        struct stick_step *told = &summary.steps[summary.step_count++];
        snprintf(told->step, sizeof told->step, "%s", step->name);
        snprintf(told->outcome, sizeof told->outcome, "%s", outcomes[step->state]);
        snprintf(told->detail, sizeof told->detail, "%s%s%s", step->note, *step->value ? " " : "",
                 step->value);
    }
    return summary;
}

static struct err read_back(struct technician_visit *visit)
{
    for (int i = 0; i < visit->left_count; i++) {
        char path[VISIT_PATH_SIZE + 72], sha256[65] = "";
        struct buf bytes = {0};
        snprintf(path, sizeof path, "%s/" STICK_VISITS "/%04d/%s", mount_dir(visit->stick),
                 visit->setup->config->kiosk.number, visit->left[i].name);
        struct err e = file_read(path, LOG_BYTES_MAX, &bytes);
        if (!err_is(&e))
            e = digest(&bytes, sha256);
        buf_finish(&bytes);
        if (err_is(&e) || strcmp(sha256, visit->left[i].sha256) != 0)
            return err_make(ERR_DEVICE, MODULE, 0, "the stick forgot %s", visit->left[i].name);
    }
    return err_ok();
}

VISIT_STEP(step_eject)
{
    struct stick_visit told = summary(visit), seen;
    bool found = false;
    (void)shown;
    TRY(mount_write(visit->stick));
    TRY(stick_visit_save(mount_dir(visit->stick), &told));
    TRY(mount_settle(visit->stick));
    TRY(stick_visit_read(mount_dir(visit->stick), told.kiosk, &seen, &found));
    if (!found || seen.ended_ms != told.ended_ms)
        return err_make(ERR_DEVICE, MODULE, 0, "the stick forgot this visit");
    return read_back(visit);
}
