/*
 * The pull: form list, then for each form its manifest, media and XML, then one swap.
 *
 * Whatever breaks in between leaves the old version in place. What is wrong with one form ends that form's
 * turn and is told to the technician; what is wrong with the link ends the pull.
 */
#include "offline/room.h"
#include "offline/sync_download.h"
#include "offline/sync_internal.h"
#include "offline/sync_tables.h"

#include "board/base/log.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MODULE[] = "sync";

#define FORM_MAX_BYTES   ((size_t)32 << 20)
#define MEDIUM_MAX_BYTES ((size_t)256 << 20)

struct pull {
    struct sync *sync;
    struct sync_outcome *outcome;
    struct formstore_list installed;
    size_t at;                 /* the form whose turn it is */
    char trouble_of_form[160]; /* the first thing that was wrong with a form; "" for none */

    /* Of that form; cleared between turns. */
    struct arena *arena;
    struct openrosa_media *media; /* in arena */
    size_t media_count;
    size_t medium_at;
    struct formstore_install_medium *ready; /* in arena, one for each of media */
    char manifest_hash[FORMSTORE_HASH_SIZE];
    char manifest_etag[HTTP_ETAG_MAX];
    struct buf xml;
};

/* ---- small things ---- */

static const struct openrosa_form *form_of(const struct pull *pull)
{
    return &pull->sync->list[pull->at];
}

/* The newest version we hold of the form whose turn it is; NULL for none. */
static const struct formstore_form *held(const struct pull *pull)
{
    for (size_t i = 0; i < pull->installed.count; i++) {
        if (strcmp(pull->installed.items[i].id, form_of(pull)->id) == 0)
            return &pull->installed.items[i];
    }
    return NULL;
}

static bool holds_xml(const struct pull *pull)
{
    const struct formstore_form *form = held(pull);
    return form && strcmp(form->hash, form_of(pull)->hash) == 0 &&
           strcmp(form->version, form_of(pull)->version) == 0;
}

/* Ends this form's turn: the old version stays. */
static enum pull_event skip_form(struct pull *pull, const char *why)
{
    log_warn(MODULE, "form %s is left as it was: %s", form_of(pull)->id, why);
    if (!*pull->trouble_of_form)
        snprintf(pull->trouble_of_form, sizeof pull->trouble_of_form, "form %.60s: %.80s", form_of(pull)->id,
                 why);
    return PULL_SKIPPED;
}

static enum pull_event bad_answer(struct pull *pull, const char *why)
{
    struct openrosa_answer *last = &pull->outcome->last;
    last->trouble = OPENROSA_BAD_ANSWER;
    snprintf(last->message, sizeof last->message, "%.150s", why);
    return PULL_LINK_FAILED;
}

/* Of most bytes, those that find room. A medium lies on the disk twice for a moment: as it comes, and in the
 * form store. */
static size_t limit(const struct pull *pull, size_t most)
{
    int64_t room = room_left(pull->sync->temp_dir) / 2;
    return room < 0 ? 0 : (uint64_t)room < most ? (size_t)room : most;
}

/* What an answer to a form's own document of most bytes means for the pull, when it is not the document. */
static enum pull_event without_document(struct pull *pull, size_t most)
{
    struct openrosa_answer *last = &pull->outcome->last;
    if (last->trouble == OPENROSA_BAD_ANSWER) { /* longer than was asked for */
        last->trouble = OPENROSA_FINE;
        return skip_form(pull, limit(pull, most) < most ? "the kiosk has no room for it"
                                                        : "it is larger than a kiosk takes");
    }
    if (last->meaning != OPENROSA_REJECTED && last->meaning != OPENROSA_CONFLICT &&
        last->meaning != OPENROSA_TOO_LARGE)
        return PULL_LINK_FAILED;
    return skip_form(pull, *last->message ? last->message : "the platform lists it and does not have it");
}

/* ---- the list ---- */

static struct err keep_list(struct pull *pull, const struct http_response *response,
                            enum pull_event *out_event)
{
    struct sync *sync = pull->sync;
    struct openrosa_form *list = NULL;
    size_t count = 0;
    struct arena *arena = arena_create(ARENA_PLAIN, 0);

    if (!arena)
        return err_no_memory(MODULE);
    struct err e =
        openrosa_read_forms(buf_text(&response->body), response->body.length, arena, &list, &count);
    if (err_is(&e)) {
        arena_destroy(&arena);
        *out_event = bad_answer(pull, e.text);
        return e.class == ERR_SPACE ? e : err_ok();
    }
    arena_destroy(&sync->list_arena);
    sync->list_arena = arena;
    sync->list = list;
    sync->list_count = count;
    snprintf(sync->list_etag, sizeof sync->list_etag, "%s", response->etag);
    *out_event = PULL_OK;
    return err_ok();
}

/* A token without access is answered an empty list: never a reason to take services away. */
static enum pull_event refuse_empty(struct pull *pull)
{
    if (pull->sync->list_count > 0)
        return PULL_OK;
    if (pull->installed.count == 0)
        return PULL_NO_MORE;
    pull->sync->list_etag[0] = '\0';
    pull->outcome->last.trouble = OPENROSA_NO_FORMS;
    snprintf(pull->outcome->last.message, sizeof pull->outcome->last.message,
             "the platform shows this kiosk no forms; the %zu held stay", pull->installed.count);
    return PULL_LINK_FAILED;
}

static struct err pull_list(struct pull *pull, enum pull_event *out_event)
{
    struct openrosa_fetch fetch = {.verb = OPENROSA_LIST,
                                   .url = "formList",
                                   .etag = pull->sync->list_etag,
                                   .max_body = OPENROSA_LIST_MAX_BYTES};
    struct http_response response;

    http_response_init(&response);
    struct err e = sync_get(pull->sync, pull->outcome, &fetch, &response);
    *out_event = PULL_LINK_FAILED;
    if (!err_is(&e) && pull->outcome->last.meaning == OPENROSA_FETCHED)
        e = keep_list(pull, &response, out_event);
    else if (!err_is(&e) && pull->outcome->last.meaning == OPENROSA_UNCHANGED)
        *out_event = PULL_OK;
    http_response_finish(&response);
    if (!err_is(&e) && *out_event == PULL_OK)
        *out_event = refuse_empty(pull);
    return e;
}

/* ---- one form ---- */

static struct err pull_turn(struct pull *pull, enum pull_event *out_event)
{
    const struct openrosa_form *form = form_of(pull);

    arena_destroy(&pull->arena);
    buf_clear(&pull->xml);
    pull->media = NULL;
    pull->media_count = pull->medium_at = 0;
    pull->manifest_hash[0] = pull->manifest_etag[0] = '\0';
    pull->arena = arena_create(ARENA_PLAIN, 0);
    if (!pull->arena)
        return err_no_memory(MODULE);
    if (strlen(form->id) >= FORMSTORE_ID_SIZE || strlen(form->version) >= FORMSTORE_ID_SIZE ||
        strlen(form->hash) >= FORMSTORE_HASH_SIZE)
        *out_event = skip_form(pull, "its id, version or hash is too long");
    else if (*form->manifest_url)
        *out_event = PULL_OK;
    else
        *out_event = holds_xml(pull) && !*held(pull)->manifest_hash ? PULL_CURRENT : PULL_NO_MEDIA;
    return err_ok();
}

/* The manifest's own hash: media change without the form's hash changing. */
static struct err hash_manifest(struct pull *pull)
{
    unsigned char digest[32];
    struct buf all = {0};

    for (size_t i = 0; i < pull->media_count; i++)
        buf_printf(&all, "%s %s\n", pull->media[i].filename, pull->media[i].hash);
    TRY(buf_check(&all, MODULE));
    EVP_Digest(buf_text(&all), all.length, digest, NULL, EVP_sha256(), NULL);
    buf_finish(&all);
    for (int i = 0; i < 32; i++)
        snprintf(pull->manifest_hash + 2 * i, 3, "%02x", digest[i]);
    return err_ok();
}

static struct err read_manifest(struct pull *pull, const struct http_response *response,
                                enum pull_event *out_event)
{
    struct err e = openrosa_read_manifest(buf_text(&response->body), response->body.length, pull->arena,
                                          &pull->media, &pull->media_count);
    if (e.class == ERR_SPACE)
        return e;
    if (err_is(&e)) {
        *out_event = skip_form(pull, e.text);
        return err_ok();
    }
    pull->ready = arena_array(pull->arena, pull->media_count, sizeof *pull->ready);
    if (!pull->ready)
        return err_no_memory(MODULE);
    TRY(hash_manifest(pull));
    snprintf(pull->manifest_etag, sizeof pull->manifest_etag, "%s", response->etag);
    bool current = holds_xml(pull) && strcmp(held(pull)->manifest_hash, pull->manifest_hash) == 0;
    *out_event = current ? PULL_CURRENT : PULL_OK;
    return err_ok();
}

static struct err pull_manifest(struct pull *pull, enum pull_event *out_event)
{
    char etag[HTTP_ETAG_MAX] = "";
    bool found = false;
    struct http_response response;
    struct openrosa_fetch fetch = {.verb = OPENROSA_LIST,
                                   .url = form_of(pull)->manifest_url,
                                   .etag = etag,
                                   .max_body = OPENROSA_LIST_MAX_BYTES};

    if (holds_xml(pull))
        TRY(formstore_etag(pull->sync->setup.forms, pull->sync->setup.endpoint, form_of(pull)->id, etag,
                           sizeof etag, &found));
    http_response_init(&response);
    struct err e = sync_get(pull->sync, pull->outcome, &fetch, &response);
    if (!err_is(&e) && pull->outcome->last.meaning == OPENROSA_FETCHED)
        e = read_manifest(pull, &response, out_event);
    else if (!err_is(&e))
        *out_event = pull->outcome->last.meaning == OPENROSA_UNCHANGED
                         ? PULL_CURRENT
                         : without_document(pull, OPENROSA_LIST_MAX_BYTES);
    http_response_finish(&response);
    return e;
}

/* ---- media ---- */

/* Downloads to path. */
static struct err download_medium(struct pull *pull, const struct openrosa_media *medium, const char *path,
                                  enum pull_event *out_event)
{
    const struct openrosa_fetch fetch = {
        .verb = OPENROSA_PLAIN, .url = medium->download_url, .max_body = limit(pull, MEDIUM_MAX_BYTES)};
    const char *hash = *medium->type ? "" : medium->hash; /* an entity list's is not of its bytes */
    char md5[SYNC_MD5_SIZE];

    TRY(sync_download(pull->sync, pull->outcome, &fetch, path, md5));
    if (pull->outcome->last.meaning != OPENROSA_FETCHED)
        *out_event = without_document(pull, MEDIUM_MAX_BYTES);
    else
        *out_event = sync_hash_fits(hash, md5) ? PULL_OK : skip_form(pull, "a medium's hash does not fit");
    return err_ok();
}

static struct err fetch_medium(struct pull *pull, const struct openrosa_media *medium,
                               char out_sha256[FORMSTORE_SHA256_SIZE], enum pull_event *out_event)
{
    char path[600];
    snprintf(path, sizeof path, "%s/pull.part", pull->sync->temp_dir);
    struct err e = download_medium(pull, medium, path, out_event);
    if (!err_is(&e) && *out_event == PULL_OK)
        e = formstore_put_medium(pull->sync->setup.forms, path, out_sha256);
    if (!err_is(&e) && *out_event == PULL_OK)
        e = sync_fetched_add(&pull->sync->fetched, medium->filename, medium->hash, out_sha256);
    unlink(path);
    return e;
}

/* Between two media: on a slow road the next may take minutes, and who stands before the screen has waited
 * for this one already. What came is remembered, so that the pull goes on where it left. */
static struct err give_way(struct pull *pull, enum pull_event *out_event)
{
    const struct sync *sync = pull->sync;
    struct outbox_case next;

    TRY(outbox_next(sync->setup.outbox, sync->setup.endpoint, sync_wall_ms(sync), &next,
                    &pull->outcome->gave_way));
    pull->outcome->gave_way |= sync_stopped(sync);
    if (pull->outcome->gave_way)
        *out_event = PULL_STOPPED;
    return err_ok();
}

static struct err pull_medium(struct pull *pull, enum pull_event *out_event)
{
    if (pull->medium_at == pull->media_count) {
        *out_event = PULL_NO_MORE;
        return err_ok();
    }
    const struct openrosa_media *medium = &pull->media[pull->medium_at];
    char sha256[FORMSTORE_SHA256_SIZE];
    bool found = false;

    *out_event = PULL_OK;
    if (strlen(medium->filename) >= FORMSTORE_NAME_SIZE || strlen(medium->hash) >= FORMSTORE_HASH_SIZE) {
        *out_event = skip_form(pull, "a medium's name or hash is too long");
        return err_ok();
    }
    TRY(formstore_has_medium(pull->sync->setup.forms, pull->sync->setup.endpoint, medium->filename,
                             medium->hash, sha256, &found));
    if (!found)
        TRY(sync_fetched_find(&pull->sync->fetched, pull->sync->setup.forms, medium->filename, medium->hash,
                              sha256, &found));
    if (!found)
        TRY(fetch_medium(pull, medium, sha256, out_event));
    if (*out_event != PULL_OK)
        return err_ok();
    const char *kept = arena_strdup(pull->arena, sha256);
    if (!kept)
        return err_no_memory(MODULE);
    pull->ready[pull->medium_at++] =
        (struct formstore_install_medium){.name = medium->filename, .hash = medium->hash, .sha256 = kept};
    return found ? err_ok() : give_way(pull, out_event);
}

/* ---- XML and swap ---- */

static struct err pull_form(struct pull *pull, enum pull_event *out_event)
{
    struct openrosa_fetch fetch = {
        .verb = OPENROSA_PLAIN, .url = form_of(pull)->download_url, .max_body = limit(pull, FORM_MAX_BYTES)};
    struct http_response response;
    char md5[SYNC_MD5_SIZE];

    *out_event = PULL_OK;
    if (holds_xml(pull))
        return formstore_xml(pull->sync->setup.forms, held(pull)->row, &pull->xml);
    http_response_init(&response);
    struct err e = sync_get(pull->sync, pull->outcome, &fetch, &response);
    if (!err_is(&e) && pull->outcome->last.meaning != OPENROSA_FETCHED) {
        *out_event = without_document(pull, FORM_MAX_BYTES);
    } else if (!err_is(&e)) {
        sync_md5(buf_text(&response.body), response.body.length, md5);
        buf_append(&pull->xml, response.body.data, response.body.length);
        e = buf_check(&pull->xml, MODULE);
        if (!sync_hash_fits(form_of(pull)->hash, md5))
            *out_event = skip_form(pull, "its hash does not fit");
    }
    http_response_finish(&response);
    return e;
}

static struct err pull_install(struct pull *pull, enum pull_event *out_event)
{
    const struct openrosa_form *form = form_of(pull);
    struct sync *sync = pull->sync;
    int64_t row = 0;
    struct formstore_install install = {
        .endpoint = sync->setup.endpoint,
        .id = form->id,
        .version = form->version,
        .title = form->name,
        .hash = form->hash,
        .manifest_hash = pull->manifest_hash,
        .xml = buf_text(&pull->xml),
        .xml_size = pull->xml.length,
        .media = pull->ready,
        .media_count = pull->media_count,
    };

    TRY(formstore_install(sync->setup.forms, &install, &row));
    /* Kept by form id: the manifest's address may hold the kiosk's token. */
    if (*pull->manifest_etag)
        TRY(formstore_set_etag(sync->setup.forms, sync->setup.endpoint, form->id, pull->manifest_etag));
    sync->counts->forms++;
    log_info(MODULE, "form %s version %s is in place, %zu media", form->id, form->version, pull->media_count);
    *out_event = PULL_OK;
    return err_ok();
}

static struct err pull_next(struct pull *pull, enum pull_event *out_event)
{
    *out_event = PULL_OK;
    pull->outcome->gave_way = sync_stopped(pull->sync);
    if (pull->outcome->gave_way)
        *out_event = PULL_STOPPED;
    else if (++pull->at == pull->sync->list_count)
        *out_event = PULL_NO_MORE;
    return err_ok();
}

/* What the list no longer names is no longer offered; what nothing uses any more goes. */
static struct err pull_tidy(struct pull *pull, enum pull_event *out_event)
{
    struct sync *sync = pull->sync;
    *out_event = PULL_OK;
    if (sync->list_count > 0) {
        const char **ids = calloc(sync->list_count, sizeof *ids);
        if (!ids)
            return err_no_memory(MODULE);
        for (size_t i = 0; i < sync->list_count; i++)
            ids[i] = sync->list[i].id;
        struct err e = formstore_set_listed(sync->setup.forms, sync->setup.endpoint, ids, sync->list_count);
        free(ids);
        TRY(e);
    }
    sync_fetched_clear(&sync->fetched);
    return formstore_sweep(sync->setup.forms, outbox_uses_form, sync->setup.outbox);
}

/* ---- the table ---- */

static struct err (*const actions[PULL_STATE_COUNT])(struct pull *pull, enum pull_event *out_event) = {
    [PULL_LIST] = pull_list,     [PULL_TURN] = pull_turn, [PULL_MANIFEST] = pull_manifest,
    [PULL_MEDIUM] = pull_medium, [PULL_FORM] = pull_form, [PULL_INSTALL] = pull_install,
    [PULL_NEXT] = pull_next,     [PULL_TIDY] = pull_tidy,
};

struct err sync_pull(struct sync *sync, struct sync_outcome *outcome)
{
    struct pull pull = {.sync = sync, .outcome = outcome};
    enum pull_state state = PULL_LIST;
    struct err e = formstore_installed(sync->setup.forms, sync->setup.endpoint, &pull.installed);

    while (!err_is(&e) && state != PULL_DONE) {
        enum pull_event event = PULL_OK;
        e = actions[state](&pull, &event);
        if (!err_is(&e))
            state = pull_after(state, event);
    }
    if (outcome->last.trouble == OPENROSA_FINE)
        snprintf(outcome->last.message, sizeof outcome->last.message, "%s", pull.trouble_of_form);
    arena_destroy(&pull.arena);
    buf_finish(&pull.xml);
    formstore_list_finish(&pull.installed);
    return e;
}
