#include "app/service/own_form.h"

#include "app/service/save_request.h"
#include "app/service/zone.h"
#include "board/base/log.h"
#include "board/base/random.h"

#include <stdio.h>
#include <string.h>

static const char MODULE[] = "own_form";

struct filling {
    const struct own_form_value *values;
    size_t count;
    struct xform_session *session;
};

bool own_form_is(const char *form_id)
{
    static const char *const ids[] = {OWN_FORM_HEALTH, OWN_FORM_RATING, OWN_FORM_VISIT};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (strcmp(form_id, ids[i]) == 0)
            return true;
    return false;
}

/* ---- by name ---- */

static void set(const struct filling *filling, const struct session_node *node, const char *ref)
{
    for (size_t i = 0; i < filling->count; i++) {
        if (strcmp(filling->values[i].name, node->name) != 0)
            continue;
        struct err e = session_set(filling->session, ref, filling->values[i].value);
        if (err_is(&e))
            log_warn(MODULE, "%s is left out: %s", filling->values[i].name, e.text);
        return;
    }
}

/* A view lasts until the next change: each child is looked up afresh. Repeats are a person's to add. */
static struct err fill_below(const struct filling *filling, const char *ref, size_t at)
{
    struct session_node node;
    char child[XFORM_REF_SIZE];

    TRY(session_look(filling->session, ref, &node));
    if (node.child_count == 0)
        set(filling, &node, ref);
    for (; node.kind != XFORM_REPEAT && at < node.child_count; at++) {
        if (snprintf(child, sizeof child, "%s", node.children[at]) < (int)sizeof child)
            TRY(fill_below(filling, child, 0));
        TRY(session_look(filling->session, ref, &node));
    }
    return err_ok();
}

/* ---- a record ---- */

static struct err make_session(const struct own_form_stores *stores, const struct service *service,
                               const char *instance_id, const struct tz *tz,
                               struct xform_session **out_session)
{
    char device[32];
    uint64_t seed;

    random_bytes(&seed, sizeof seed);
    snprintf(device, sizeof device, "yizhan:%04d", stores->config->kiosk.number);
    const struct session_inputs inputs = {
        .now_ms = stores->clock->wall_ms(stores->clock),
        .tz = tz,
        .seed = seed,
        .instance_id = instance_id,
        .device_id = device,
        .plain_texts = true,
    };
    return session_create(service->form, &inputs, out_session);
}

static struct err save(const struct own_form_stores *stores, const struct service *service,
                       const struct filling *filling, const char *instance_id)
{
    char number[CASE_NUMBER_SIZE], code[RECEIPT_CODE_SIZE];
    struct save_request *request = NULL;

    TRY(fill_below(filling, session_root_ref(filling->session), 0));
    case_number_own(instance_id, number);
    const struct save_source source = {
        .session = filling->session,
        .service = service,
        .number = number,
        .instance_id = instance_id,
        .now_ms = stores->clock->wall_ms(stores->clock),
    };
    TRY(save_request_create(&source, &request));
    request->wants_receipt = false;
    struct err e = save_request_commit(request, stores->config, stores->key, stores->outbox, code);
    save_request_destroy(&request);
    return e;
}

static struct err fill_and_save(const struct own_form_stores *stores, const struct service *service,
                                const char *instance_id, const struct own_form_value *values, size_t count)
{
    struct filling filling = {.values = values, .count = count};
    struct tz *tz = NULL;

    struct err no_zone = zone_load(&tz);
    (void)no_zone; /* the record then tells UTC */
    struct err e = make_session(stores, service, instance_id, tz, &filling.session);
    if (!err_is(&e))
        e = save(stores, service, &filling, instance_id);
    session_destroy(&filling.session);
    tz_destroy(&tz);
    return e;
}

struct err own_form_save_once(const struct own_form_stores *stores, const char *form_id,
                              const char *instance_id, const struct own_form_value *values, size_t count,
                              bool *out_saved)
{
    struct outbox_case before;
    struct service service = {0};
    bool found = false, is_saved = false;

    if (!own_form_is(form_id))
        return err_make(ERR_REFUSED, MODULE, 0, "%.60s is for a person to fill", form_id);
    struct err e = service_load(stores->forms, stores->config, form_id, &service, &found);
    if (!err_is(&e) && found)
        e = outbox_find_instance(stores->outbox, instance_id, &before, &is_saved);
    if (!err_is(&e) && found && !is_saved)
        e = fill_and_save(stores, &service, instance_id, values, count);
    service_finish(&service);
    if (!err_is(&e))
        *out_saved = found;
    return e;
}

struct err own_form_save(const struct own_form_stores *stores, const char *form_id,
                         const struct own_form_value *values, size_t count, bool *out_saved)
{
    char instance_id[OUTBOX_ID_SIZE] = "uuid:";

    random_uuid(instance_id + 5);
    return own_form_save_once(stores, form_id, instance_id, values, count, out_saved);
}
