#include "app/journey/visit.h"

#include "app/journey/card_fill.h"
#include "app/journey/internal.h"
#include "app/journey/keep.h"
#include "app/journey/remember.h"
#include "app/journey/walk.h"
#include "board/base/random.h"
#include "board/base/wipe.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool refs_have(const struct buf *refs, const char *ref)
{
    char line[XFORM_REF_SIZE + 2];
    snprintf(line, sizeof line, "\n%s\n", ref);
    return refs->length > 0 && strstr(buf_text(refs), line);
}

void refs_add(struct buf *refs, const char *ref)
{
    if (!refs_have(refs, ref))
        buf_printf(refs, "\n%s\n", ref);
}

static void init_service(struct visit *visit)
{
    buf_init_private(&visit->asked);
    buf_init_private(&visit->looked_at);
    buf_init_private(&visit->draft.text);
    for (size_t i = 0; i < SAVE_MEDIA_MAX; i++)
        buf_init_private(&visit->attachments[i].bytes);
}

/* Forgets all from `service` on. In place: it must not fail for want of memory. */
static void finish_service(struct visit *visit)
{
    enum { OF_SERVICE = offsetof(struct visit, service) };
    session_destroy(&visit->session);
    free(visit->cases);
    buf_finish(&visit->asked);
    buf_finish(&visit->looked_at);
    draft_clear(&visit->draft);
    for (size_t i = 0; i < SAVE_MEDIA_MAX; i++)
        buf_finish(&visit->attachments[i].bytes);
    wipe((char *)visit + OF_SERVICE, sizeof *visit - OF_SERVICE);
}

struct visit *visit_create(void)
{
    struct visit *visit = private_alloc(sizeof *visit);
    if (visit)
        init_service(visit);
    return visit;
}

void visit_destroy(struct visit **visit)
{
    if (!visit || !*visit)
        return;
    finish_service(*visit);
    person_forget(&(*visit)->person);
    person_forget_absent(*visit);
    private_free(*visit, sizeof **visit);
    *visit = NULL;
}

static void use_form(struct journey *journey, const struct service *service, bool is_in_use)
{
    journey_ask(
        journey,
        &(struct store_request){.kind = REQUEST_USE_FORM, .row = service->row, .is_in_use = is_in_use}, "");
}

void visit_close_service(struct journey *journey)
{
    struct visit *visit = journey->visit;
    keep_forget(journey, false);
    if (visit->service)
        use_form(journey, visit->service, false);
    finish_service(visit);
    init_service(visit);
}

void visit_forget(struct journey *journey)
{
    visit_close_service(journey);
    journey_void_requests(journey);
    journey->visit->has_rated = false;
    person_forget(&journey->visit->person);
    person_forget_absent(journey->visit);
}

void visit_choose(struct journey *journey, const struct service *service)
{
    visit_close_service(journey);
    journey->visit->service = service;
    use_form(journey, service, true);
}

/* Tells the form whether somebody acts for the applicant. */
static void say_who_acts(struct visit *visit)
{
    struct err e = session_set_field(visit->session, "acting", visit->person.is_helping ? "yes" : "no");
    (void)e; /* a form without that node knows no helper */
}

void visit_turn_helper(struct journey *journey)
{
    struct visit *visit = journey->visit;
    bool is_helping = !visit->person.is_helping;
    if (visit->person.has_card) {
        keep_forget(journey, false);
        journey_void_requests(journey);
        person_put_aside(visit);
    }
    visit->person.is_helping = is_helping;
    if (visit->session) { /* one that begins later is told then */
        say_who_acts(visit);
        walk_settle_cards(visit);
    }
    journey_touch(journey);
}

/* kept: what was filled in before; NULL for a new one. */
static struct err open_session(struct journey *journey, const struct kept *kept)
{
    struct visit *visit = journey->visit;
    char device[32], place[64];
    const struct config *config = journey->config;
    uint64_t seed;
    random_bytes(&seed, sizeof seed);
    snprintf(device, sizeof device, "yizhan:%04d", config->kiosk.number);
    snprintf(place, sizeof place, "%.6f %.6f 0 0", config->kiosk.place_lat, config->kiosk.place_lon);
    const struct session_inputs inputs = {
        .now_ms = journey->clock->wall_ms(journey->clock),
        .tz = journey->tz,
        .seed = seed,
        .instance_id = visit->instance_id,
        .device_id = device,
        .plain_texts = true,
        .language = lang_tag(journey_lang(journey)),
        .place = config->kiosk.has_position ? place : NULL,
        .instance_xml = kept ? buf_text(&kept->xml) : NULL,
        .instance_length = kept ? kept->xml.length : 0,
        .audit_csv = kept ? buf_text(&kept->audit) : NULL,
    };
    session_destroy(&visit->session);
    TRY(session_create(visit->service->form, &inputs, &visit->session));
    say_who_acts(visit);
    if (!kept) /* one that goes on holds its own facts */
        remember_fields(visit);
    return err_ok();
}

struct err visit_start_session(struct journey *journey)
{
    char uuid[37];
    if (journey->visit->person.has_card) /* she may have gone since she chose it */
        person_doubt(journey->visit);
    random_uuid(uuid);
    snprintf(journey->visit->instance_id, sizeof journey->visit->instance_id, "uuid:%s", uuid);
    return open_session(journey, NULL);
}

static void take_files(struct visit *visit, struct kept *kept)
{
    for (size_t i = 0; i < kept->file_count; i++) {
        buf_finish(&visit->attachments[i].bytes);
        visit->attachments[i] = kept->files[i];
        buf_init_private(&kept->files[i].bytes);
    }
    visit->attachment_count = kept->file_count;
}

struct err visit_resume(struct journey *journey, struct kept **kept)
{
    const struct kept_head *head = &(*kept)->head;
    const struct service *service = catalogue_find(journey->catalogue, head->form_id);
    if (!service)
        return err_make(ERR_REFUSED, "journey", 0, "%s is not offered any more", head->form_id);
    visit_choose(journey, service);
    struct visit *visit = journey->visit;
    snprintf(visit->instance_id, sizeof visit->instance_id, "%s", head->instance_id);
    visit->person.is_helping = head->is_helping;
    TRY(open_session(journey, *kept));
    take_files(visit, *kept);
    visit->has_draft = true;
    visit->is_draft_wanted = head->is_wanted;
    walk_resume(journey, head->at);
    kept_destroy(kept);
    return err_ok();
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

void visit_detach(struct visit *visit, const char *name)
{
    for (size_t i = 0; i < visit->attachment_count; i++) {
        struct attachment *attachment = &visit->attachments[i];
        if (strcmp(attachment->name, name) != 0)
            continue;
        buf_finish(&attachment->bytes);
        *attachment = visit->attachments[--visit->attachment_count];
        buf_init_private(&visit->attachments[visit->attachment_count].bytes);
        return;
    }
}

bool visit_is_saved(const struct visit *visit)
{
    return visit->number[0] && strcmp(visit->number, visit->case_line.number) == 0;
}

/* Where a guide says that one takes back a case, the form names the case. */
static void withdrawn_case(struct journey *journey, char out_number[CASE_NUMBER_SIZE])
{
    const struct visit *visit = journey->visit;
    const struct catalogue *catalogue = journey->catalogue;
    char ref[XFORM_REF_SIZE];
    bool withdraws = false;
    for (size_t i = 0; i < catalogue->count; i++)
        withdraws |=
            strcmp(guide_text(catalogue->services[i].guide, "withdraw_form", ""), visit->service->id) == 0;
    snprintf(ref, sizeof ref, "%s/parent_number", session_root_ref(visit->session));
    const char *number = withdraws ? session_value(visit->session, ref) : NULL;
    snprintf(out_number, CASE_NUMBER_SIZE, "%s", number ? number : "");
}

struct err visit_save_request(struct journey *journey, struct save_request **out_request)
{
    struct visit *visit = journey->visit;
    struct seal_file files[SAVE_MEDIA_MAX];
    for (size_t i = 0; i < visit->attachment_count; i++) {
        const struct attachment *attachment = &visit->attachments[i];
        files[i] = (struct seal_file){attachment->name, attachment->bytes.data, attachment->bytes.length};
    }
    char card[CARD_SECRET_SIZE] = "", withdraws[CASE_NUMBER_SIZE];
    withdrawn_case(journey, withdraws);
    if (visit->has_draft)
        card_secret(&visit->person.card, card);
    const struct save_source source = {
        .session = visit->session,
        .service = visit->service,
        .number = visit->number,
        .instance_id = visit->instance_id,
        .id_number = visit->person.has_card ? visit->person.card.id_number : "",
        .card = card,
        .now_ms = journey->clock->wall_ms(journey->clock),
        .withdraws = withdraws,
        .files = files,
        .file_count = visit->attachment_count,
    };
    struct err e = save_request_create(&source, out_request);
    wipe(card, sizeof card);
    return e;
}
