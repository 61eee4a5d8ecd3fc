#include "app/service/save_request.h"

#include "board/base/wipe.h"
#include "offline/application.h"
#include "offline/card_seal.h"
#include "offline/time_floor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct save_request *create_empty(void)
{
    struct save_request *request = private_alloc(sizeof *request);
    if (!request)
        return NULL;
    buf_init_private(&request->xml);
    for (size_t i = 0; i < SAVE_MEDIA_MAX; i++)
        buf_init_private(&request->media[i].bytes);
    return request;
}

static struct err copy_file(const struct save_source *source, const char *name, struct save_request *request)
{
    const struct seal_file *file = NULL;
    for (size_t i = 0; i < source->file_count; i++)
        if (strcmp(source->files[i].name, name) == 0)
            file = &source->files[i];
    if (!file)
        return err_make(ERR_DATA, "save", 0, "the record names %s, and there is no such file", name);
    if (request->media_count == SAVE_MEDIA_MAX)
        return err_make(ERR_REFUSED, "save", 0, "more than %d files in one application", SAVE_MEDIA_MAX);
    if (strlen(name) >= sizeof request->media[0].name)
        return err_make(ERR_DATA, "save", 0, "%.60s...: a file's name has at most %zu bytes", name,
                        sizeof request->media[0].name - 1);
    struct save_medium *medium = &request->media[request->media_count++];
    snprintf(medium->name, sizeof medium->name, "%s", name);
    buf_append(&medium->bytes, file->bytes, file->size);
    return buf_check(&medium->bytes, "save");
}

/* The log of a form that asks for one travels like a photo. */
static struct err copy_audit(const struct save_source *source, struct save_request *request)
{
    if (!xform_wants_audit(session_form(source->session)))
        return err_ok();
    if (request->media_count == SAVE_MEDIA_MAX)
        return err_make(ERR_REFUSED, "save", 0, "more than %d files in one application", SAVE_MEDIA_MAX);
    struct save_medium *medium = &request->media[request->media_count++];
    snprintf(medium->name, sizeof medium->name, "%s", SESSION_AUDIT_NAME);
    return session_audit(source->session, &medium->bytes);
}

/* Only the files that the record still names: a retaken or irrelevant photo is left out and wiped. */
static struct err copy_files(const struct save_source *source, struct save_request *request)
{
    const char *const *names;
    size_t count = session_media_names(source->session, &names);
    for (size_t i = 0; i < count; i++)
        TRY(copy_file(source, names[i], request));
    return copy_audit(source, request);
}

static struct err fill(const struct save_source *source, struct save_request *request)
{
    const struct service *service = source->service;
    session_set_now(source->session, source->now_ms);
    struct err no_field = session_set_field(source->session, "case_number", source->number);
    (void)no_field; /* a form without the node: the county then matches by instanceID */
    TRY(session_submission(source->session, true, &request->xml));
    TRY(copy_files(source, request));
    snprintf(request->number, sizeof request->number, "%s", source->number);
    snprintf(request->instance_id, sizeof request->instance_id, "%s", source->instance_id);
    snprintf(request->id_number, sizeof request->id_number, "%s", source->id_number ? source->id_number : "");
    snprintf(request->card, sizeof request->card, "%s", source->card ? source->card : "");
    snprintf(request->withdraws, sizeof request->withdraws, "%s", source->withdraws ? source->withdraws : "");
    memcpy(request->form_id, service->id, sizeof request->form_id);
    memcpy(request->form_version, service->version, sizeof request->form_version);
    request->endpoint = service->endpoint;
    request->wants_receipt = true;
    request->public_key = xform_submission(service->form)->base64_rsa_public_key;
    return err_ok();
}

struct err save_request_create(const struct save_source *source, struct save_request **out_request)
{
    struct save_request *request = create_empty();
    if (!request)
        return err_no_memory("save");
    struct err e = fill(source, request);
    if (err_is(&e))
        save_request_destroy(&request);
    else
        *out_request = request;
    return e;
}

void save_request_destroy(struct save_request **request)
{
    if (!request || !*request)
        return;
    buf_finish(&(*request)->xml);
    for (size_t i = 0; i < SAVE_MEDIA_MAX; i++)
        buf_finish(&(*request)->media[i].bytes);
    private_free(*request, sizeof **request);
    *request = NULL;
}

struct err save_request_commit(const struct save_request *request, const struct config *config,
                               const struct device_key *key, struct outbox *outbox,
                               char out_code[RECEIPT_CODE_SIZE])
{
    struct seal_file media[SAVE_MEDIA_MAX];
    uint8_t card_tag[CARD_TAG_SIZE];
    bool has_tag = request->id_number[0] && device_key_is_apart(key);
    if (has_tag)
        TRY(card_tag_make(key, request->id_number, card_tag));
    for (size_t i = 0; i < request->media_count; i++) {
        const struct save_medium *medium = &request->media[i];
        media[i] = (struct seal_file){medium->name, medium->bytes.data, medium->bytes.length};
    }
    const struct application application = {
        .number = request->number,
        .endpoint = request->endpoint,
        .form_id = request->form_id,
        .form_version = request->form_version,
        .public_key = request->public_key ? request->public_key : "",
        .instance_id = request->instance_id,
        .xml = buf_text(&request->xml),
        .xml_size = request->xml.length,
        .media = media,
        .media_count = request->media_count,
        .card_tag = has_tag ? card_tag : NULL,
        .trust = time_trust(config->store.dir, clock_system()),
        .wants_receipt = request->wants_receipt,
        .withdraws = request->withdraws,
    };
    return application_save(config, key, outbox, &application, out_code);
}
