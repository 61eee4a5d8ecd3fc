/* What goes with the stick, and what came back on it: receipts, applications, logs; then it may be taken. */
#include "app/visit/visit_private.h"
#include "board/base/file.h"
#include "offline/courier.h"
#include "offline/crypto.h"

#include <stdio.h>
#include <string.h>

static const char MODULE[] = "visit";

enum { LOG_BYTES_MAX = 64 * 1024 * 1024 };

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
    return mount_write(((struct visit *)context)->stick);
}

static struct err settle(void *context)
{
    return mount_settle(((struct visit *)context)->stick);
}

struct courier_medium visit_medium(struct visit *visit)
{
    return (struct courier_medium){visit, begin_writing, settle};
}

VISIT_STEP(step_courier)
{
    const struct courier_medium medium = visit_medium(visit);
    struct courier_counts counts = {0};
    TRY(courier_export(visit->outbox, visit->key, visit->setup->config->kiosk.number, mount_dir(visit->stick),
                       &medium, &counts));
    if (counts.applications == 0)
        visit_say(shown, TECHNICIAN_SKIPPED, "nothing_waits", "%s", "");
    else
        visit_say(shown, TECHNICIAN_DONE, "carried", "%d", counts.applications);
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
static struct err leave(struct visit *visit, const char *name, const struct buf *bytes)
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

static struct err leave_facts(struct visit *visit)
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

static struct err leave_log(struct visit *visit)
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

static struct err leave_journal(struct visit *visit)
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
    TRY(leave_journal(visit));
    return leave_log(visit);
}

/* ---- "you may take the stick" ---- */

static struct stick_visit summary(const struct visit *visit)
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

static struct err read_back(struct visit *visit)
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
