/* What the stick brings: configuration, forms, an update. All of it is read from the copies. */
#include "app/visit/visit_private.h"
#include "board/base/file.h"
#include "board/base/log.h"
#include "board/base/poke.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MODULE[] = "visit";

enum { CONFIG_BYTES_MAX = 64 * 1024, MEDIUM_BYTES_MAX = 256 << 20 };

/* ---- configuration ---- */

/* One that would lock every technician out, or make this another kiosk, is none for this box. */
static struct err judge_config(const struct technician_visit *visit, const char *path)
{
    struct config config;
    TRY(config_load(path, &config));
    if (config.kiosk.number != visit->setup->config->kiosk.number)
        return err_make(ERR_REFUSED, MODULE, 0, "the configuration is of kiosk %d", config.kiosk.number);
    if (!config.visit.ca[0] || config.visit.pin_count == 0)
        return err_make(ERR_REFUSED, MODULE, 0, "the configuration lets no technician in");
    return err_ok();
}

static bool same_bytes(const char *path, const struct buf *bytes)
{
    struct buf old = {0};
    struct err e = file_read(path, CONFIG_BYTES_MAX, &old);
    bool same = !err_is(&e) && old.length == bytes->length && memcmp(old.data, bytes->data, old.length) == 0;
    buf_finish(&old);
    return same;
}

VISIT_STEP(step_config)
{
    char name[32], path[VISIT_PATH_SIZE + 40];
    struct buf bytes = {0};
    snprintf(name, sizeof name, "kiosk-%04d.ini", visit->setup->config->kiosk.number % 10000);
    if (!pass_find_file(&visit->pass, name)) {
        visit_say(shown, TECHNICIAN_SKIPPED, "nothing_for_us", "%s", "");
        return err_ok();
    }
    snprintf(path, sizeof path, "%s/%s", visit->spool, name);
    TRY(judge_config(visit, path));
    struct err e = file_read(path, CONFIG_BYTES_MAX, &bytes);
    if (!err_is(&e) && same_bytes(visit->setup->config_path, &bytes))
        visit_say(shown, TECHNICIAN_SKIPPED, "same", "%s", "");
    else if (!err_is(&e))
        e = file_write(visit->setup->config_path, buf_text(&bytes), bytes.length, 0644);
    if (!err_is(&e) && shown->state != TECHNICIAN_SKIPPED)
        visit->result.wants_restart = true;
    buf_finish(&bytes);
    return e;
}

/* ---- forms: the pack is a form store as yizhan-sync fills one at the office ---- */

struct pack {
    struct technician_visit *visit;
    struct formstore *forms;
    struct formstore_list list;
    int installed;
};

static bool is_older(const char *version, const char *than)
{
    size_t length = strlen(version), other = strlen(than);
    bool digits = length > 0 && other > 0 && strspn(version, "0123456789") == length &&
                  strspn(than, "0123456789") == other;
    return digits && (length < other || (length == other && strcmp(version, than) < 0));
}

/* Nothing is to be done when the same lies here, or something newer that came over the network. */
static struct err is_wanted(struct pack *pack, const struct formstore_form *form, bool *out_wanted)
{
    struct formstore_list here = {0};
    bool wanted = form->listed && (form->state == FORMSTORE_FRESH || form->state == FORMSTORE_GOOD);
    TRY(formstore_installed(pack->visit->forms, form->endpoint, &here));
    for (size_t i = 0; i < here.count && wanted; i++) {
        const struct formstore_form *own = &here.items[i];
        bool same =
            strcmp(own->hash, form->hash) == 0 && strcmp(own->manifest_hash, form->manifest_hash) == 0;
        if (strcmp(own->id, form->id) == 0)
            wanted = !same && !is_older(form->version, own->version);
    }
    formstore_list_finish(&here);
    *out_wanted = wanted;
    return err_ok();
}

static struct err put_medium(struct pack *pack, int64_t row, const struct formstore_media *medium,
                             char out_sha256[FORMSTORE_SHA256_SIZE])
{
    char path[VISIT_PATH_SIZE + 16];
    struct buf bytes = {0};
    bool found = false;
    snprintf(path, sizeof path, "%s/medium", pack->visit->spool);
    struct err e = formstore_medium(pack->forms, row, medium->name, &bytes, &found);
    if (!err_is(&e) && !found)
        e = err_make(ERR_DATA, MODULE, 0, "the pack lacks %.100s", medium->name);
    if (!err_is(&e))
        e = file_write(path, buf_text(&bytes), bytes.length, 0600);
    if (!err_is(&e))
        e = formstore_put_medium(pack->visit->forms, path, out_sha256);
    unlink(path);
    buf_finish(&bytes);
    return e;
}

static struct err put_form(struct pack *pack, const struct formstore_form *form,
                           const struct formstore_media_list *media)
{
    struct formstore_install_medium *items = calloc(media->count + 1, sizeof *items);
    char(*digests)[FORMSTORE_SHA256_SIZE] = calloc(media->count + 1, sizeof *digests);
    struct buf xml = {0};
    int64_t row = 0;
    struct err e = items && digests ? formstore_xml(pack->forms, form->row, &xml) : err_no_memory(MODULE);
    for (size_t i = 0; i < media->count && !err_is(&e); i++) {
        e = put_medium(pack, form->row, &media->items[i], digests[i]);
        if (!err_is(&e))
            items[i] =
                (struct formstore_install_medium){media->items[i].name, media->items[i].hash, digests[i]};
    }
    if (!err_is(&e)) {
        const struct formstore_install install = {
            .endpoint = form->endpoint,
            .id = form->id,
            .version = form->version,
            .title = form->title,
            .hash = form->hash,
            .manifest_hash = form->manifest_hash,
            .xml = buf_text(&xml),
            .xml_size = xml.length,
            .media = items,
            .media_count = media->count,
        };
        e = formstore_install(pack->visit->forms, &install, &row);
    }
    buf_finish(&xml);
    free(items);
    free(digests);
    return e;
}

static struct err take_form(struct pack *pack, const struct formstore_form *form)
{
    struct formstore_media_list media = {0};
    bool wanted = false;
    TRY(is_wanted(pack, form, &wanted));
    if (!wanted)
        return err_ok();
    TRY(formstore_media_of(pack->forms, form->row, &media));
    struct err e = put_form(pack, form, &media);
    pack->installed += !err_is(&e);
    formstore_media_list_finish(&media);
    return err_is(&e) ? err_context(e, "form %.60s", form->id) : e;
}

/* What the office's platform lists is what is offered. */
static struct err take_listing(struct pack *pack, enum endpoint endpoint)
{
    const char **ids = calloc(pack->list.count + 1, sizeof *ids);
    size_t count = 0;
    if (!ids)
        return err_no_memory(MODULE);
    for (size_t i = 0; i < pack->list.count; i++)
        if (pack->list.items[i].endpoint == endpoint && pack->list.items[i].listed)
            ids[count++] = pack->list.items[i].id;
    struct err e = count > 0 ? formstore_set_listed(pack->visit->forms, endpoint, ids, count) : err_ok();
    free(ids);
    return e;
}

static struct err take_pack(struct pack *pack)
{
    TRY(formstore_all(pack->forms, &pack->list));
    for (size_t i = 0; i < pack->list.count; i++)
        TRY(take_form(pack, &pack->list.items[i]));
    for (int i = 0; i < ENDPOINT_COUNT; i++)
        TRY(take_listing(pack, (enum endpoint)i));
    return err_ok();
}

VISIT_STEP(step_forms)
{
    struct pack pack = {.visit = visit};
    const struct formstore_options options = {.dir = visit->spool, .clock = visit->setup->clock};
    if (!pass_find_file(&visit->pass, "forms.db")) {
        visit_say(shown, TECHNICIAN_SKIPPED, "nothing_for_us", "%s", "");
        return err_ok();
    }
    TRY(formstore_open(&options, &pack.forms));
    struct err e = take_pack(&pack);
    formstore_list_finish(&pack.list);
    formstore_close(&pack.forms);
    if (err_is(&e))
        return e;
    if (pack.installed == 0)
        visit_say(shown, TECHNICIAN_SKIPPED, "same", "%s", "");
    else
        visit_say(shown, TECHNICIAN_DONE, "forms", "%d", pack.installed);
    poke_send(visit->setup->config->store.dir, "kiosk");
    return err_ok();
}

/* ---- update ---- */

struct installing {
    struct technician_visit *visit;
    struct technician_step *shown;
};

static void show_progress(void *context, int percent)
{
    struct installing *installing = context;
    if (percent == installing->shown->percent)
        return;
    installing->shown->percent = percent;
    visit_show(installing->visit);
}

VISIT_STEP(step_update)
{
    const struct visit_ports *ports = visit->setup->ports;
    struct installing installing = {visit, shown};
    char bundle[VISIT_PATH_SIZE + 72];
    if (strcmp(visit->pass.update_version, visit->setup->version) == 0) {
        visit_say(shown, TECHNICIAN_SKIPPED, "same_version", "%s", visit->setup->version);
        return err_ok();
    }
    if (ports->is_on_trial(ports->context)) {
        visit_say(shown, TECHNICIAN_FAILED, "on_trial", "%s", "");
        return err_ok();
    }
    snprintf(bundle, sizeof bundle, "%s/%s", visit->spool, visit->pass.update_file);
    TRY(ports->install(ports->context, bundle, show_progress, &installing));
    visit->result.wants_reboot = true;
    visit_say(shown, TECHNICIAN_DONE, "updated", "%s", visit->pass.update_version);
    return err_ok();
}
