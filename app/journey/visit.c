#include "app/journey/internal.h"

#include "board/base/random.h"
#include "board/base/wipe.h"

#include <stdio.h>
#include <string.h>

struct visit *visit_create(void)
{
    struct visit *visit = private_alloc(sizeof *visit);
    if (!visit)
        return NULL;
    buf_init_private(&visit->draft.text);
    for (size_t i = 0; i < SAVE_MEDIA_MAX; i++)
        buf_init_private(&visit->attachments[i].bytes);
    return visit;
}

void visit_destroy(struct visit **visit)
{
    if (!visit || !*visit)
        return;
    session_destroy(&(*visit)->session);
    buf_finish(&(*visit)->draft.text);
    for (size_t i = 0; i < SAVE_MEDIA_MAX; i++)
        buf_finish(&(*visit)->attachments[i].bytes);
    private_free(*visit, sizeof **visit);
    *visit = NULL;
}

void visit_close_service(struct journey *journey)
{
    struct visit *visit = journey->visit;
    if (visit->service)
        journey->ports->store_use_form(journey->ports->context, visit->service->row, false);
    session_destroy(&visit->session);
    draft_clear(&visit->draft);
    for (size_t i = 0; i < visit->attachment_count; i++)
        buf_finish(&visit->attachments[i].bytes);
    struct idcard card = visit->card;
    bool has_card = visit->has_card;
    struct draft *draft = &visit->draft;
    buf_finish(&draft->text);
    wipe(visit, sizeof *visit);
    buf_init_private(&draft->text);
    for (size_t i = 0; i < SAVE_MEDIA_MAX; i++)
        buf_init_private(&visit->attachments[i].bytes);
    visit->card = card;
    visit->has_card = has_card;
    wipe(&card, sizeof card);
}

struct err visit_start_session(struct journey *journey)
{
    struct visit *visit = journey->visit;
    char uuid[37], device[32], place[64];
    const struct config *config = journey->config;
    uint64_t seed;
    random_uuid(uuid);
    random_bytes(&seed, sizeof seed);
    snprintf(visit->instance_id, sizeof visit->instance_id, "uuid:%s", uuid);
    snprintf(device, sizeof device, "yizhan:%04d", config->kiosk.number);
    snprintf(place, sizeof place, "%.6f %.6f 0 0", config->kiosk.place_lat, config->kiosk.place_lon);
    const struct session_inputs inputs = {
        .now_ms = journey->clock->wall_ms(journey->clock),
        .tz = journey->tz,
        .seed = seed,
        .instance_id = visit->instance_id,
        .device_id = device,
        .language = lang_tag(journey_lang(journey)),
        .place = config->kiosk.has_position ? place : NULL,
    };
    session_destroy(&visit->session);
    return session_create(visit->service->form, &inputs, &visit->session);
}

struct err visit_attach(struct visit *visit, const char *name, struct buf *bytes)
{
    struct attachment *attachment = NULL;
    for (size_t i = 0; i < visit->attachment_count; i++)
        if (strcmp(visit->attachments[i].name, name) == 0)
            attachment = &visit->attachments[i];
    if (!attachment && visit->attachment_count == SAVE_MEDIA_MAX)
        return err_make(ERR_REFUSED, "journey", 0, "more than %d files in one application", SAVE_MEDIA_MAX);
    if (!attachment)
        attachment = &visit->attachments[visit->attachment_count++];
    snprintf(attachment->name, sizeof attachment->name, "%s", name);
    buf_finish(&attachment->bytes);
    attachment->bytes = *bytes;
    buf_init_private(bytes);
    return err_ok();
}

struct err visit_save_request(struct journey *journey, struct save_request **out_request)
{
    struct visit *visit = journey->visit;
    struct seal_file files[SAVE_MEDIA_MAX];
    for (size_t i = 0; i < visit->attachment_count; i++) {
        const struct attachment *attachment = &visit->attachments[i];
        files[i] = (struct seal_file){attachment->name, attachment->bytes.data, attachment->bytes.length};
    }
    const struct save_source source = {
        .session = visit->session,
        .service = visit->service,
        .lang = lang_tag(journey_lang(journey)),
        .number = visit->number,
        .instance_id = visit->instance_id,
        .now_ms = journey->clock->wall_ms(journey->clock),
        .files = files,
        .file_count = visit->attachment_count,
    };
    return save_request_create(&source, out_request);
}
