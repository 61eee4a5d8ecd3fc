#include "offline/application.h"
#include "offline/signature.h"
#include <string.h>

/* What fill() of outbox_save needs: seal, or store as it is. */
struct filling {
    const struct seal_suite *suite; /* NULL: unsealed */
    const char *public_key;
    struct seal_subject subject;
    struct outbox_writer *writer;
};

static struct err sink_file(void *context, const char *name, bool is_xml)
{
    struct filling *filling = context;
    return outbox_write_file(filling->writer, name, is_xml);
}

static struct err sink_write(void *context, const void *bytes, size_t size)
{
    struct filling *filling = context;
    return outbox_write_bytes(filling->writer, bytes, size);
}

static struct err sink_manifest(void *context, const char *xml, size_t size)
{
    struct filling *filling = context;
    return outbox_write_manifest(filling->writer, xml, size);
}

static struct err fill_unsealed(const struct filling *filling)
{
    const struct seal_subject *subject = &filling->subject;
    for (size_t i = 0; i < subject->media_count; i++) {
        TRY(outbox_write_file(filling->writer, subject->media[i].name, false));
        TRY(outbox_write_bytes(filling->writer, subject->media[i].bytes, subject->media[i].size));
    }
    return outbox_write_manifest(filling->writer, subject->xml.bytes, subject->xml.size);
}

static struct err fill(void *context, struct outbox_writer *writer)
{
    struct filling *filling = context;
    filling->writer = writer;
    if (!filling->suite)
        return fill_unsealed(filling);
    struct seal_sink sink = {
        .context = filling, .file = sink_file, .write = sink_write, .manifest = sink_manifest};
    return seal_submission(filling->suite, filling->public_key, &filling->subject, &sink);
}

static bool is_open_form(enum endpoint endpoint, const char *form_id)
{
    static const char *const ids[] = {"kiosk-health", "service-rating", "technician-visit"};
    for (size_t i = 0; endpoint == ENDPOINT_FLEET && i < sizeof ids / sizeof ids[0]; i++) {
        if (strcmp(ids[i], form_id) == 0)
            return true;
    }
    return false;
}

struct err application_key_check(const struct config *config, enum endpoint endpoint, const char *form_id,
                                 const char *public_key)
{
    if (public_key[0]) {
        if (!seal_suite_find(config->seal.suite))
            return err_make(ERR_REFUSED, "application", 0, "no sealing suite \"%s\"", config->seal.suite);
        return seal_key_pinned(public_key, config->seal.key_sha256, config->seal.key_count);
    }
    if (config->seal.allow_unsealed || is_open_form(endpoint, form_id))
        return err_ok();
    return err_make(ERR_REFUSED, "application", 0,
                    "the form has no key to seal to and allow_unsealed is not set");
}

/* The open forms carry figures that the kiosk fills in itself. What a person typed, or a photo, in one of
 * them is a trick: sync could lead a visitor into such a form, and read the answers. */
static struct err check_clear(const struct config *config, const struct application *a)
{
    if (a->public_key[0] || config->seal.allow_unsealed)
        return err_ok();
    if (!case_number_is_own(a->number))
        return err_make(ERR_REFUSED, "application", 0, "what a person filled is never sent in the clear");
    if (a->media_count > 0)
        return err_make(ERR_REFUSED, "application", 0, "a photo is never sent in the clear");
    return err_ok();
}

static struct err save_signed(const struct config *config, struct outbox *outbox, const struct application *a,
                              const struct buf *signed_xml)
{
    struct filling filling = {
        .suite = a->public_key[0] ? seal_suite_find(config->seal.suite) : NULL,
        .public_key = a->public_key,
        .subject = {.form_id = a->form_id,
                    .form_version = a->form_version,
                    .instance_id = a->instance_id,
                    .xml = {.name = "", .bytes = signed_xml->data, .size = signed_xml->length},
                    .media = a->media,
                    .media_count = a->media_count},
    };
    struct outbox_application line = {
        .number = a->number,
        .instance_id = a->instance_id,
        .endpoint = a->endpoint,
        .form_id = a->form_id,
        .form_version = a->form_version,
        .card_tag = a->card_tag,
        .trust = a->trust,
        .wants_receipt = a->wants_receipt,
        .withdraws = a->withdraws,
    };
    return outbox_save(outbox, &line, fill, &filling);
}

struct err application_save(const struct config *config, const struct device_key *key, struct outbox *outbox,
                            const struct application *application, char out_code[RECEIPT_CODE_SIZE])
{
    char code[RECEIPT_CODE_SIZE];
    TRY(application_key_check(config, application->endpoint, application->form_id, application->public_key));
    TRY(check_clear(config, application));
    TRY(receipt_code_make(key, application->number, code));
    struct buf signed_xml;
    buf_init_private(&signed_xml);
    struct err e = signature_add(key, application->xml, application->xml_size, &signed_xml);
    if (!err_is(&e))
        e = save_signed(config, outbox, application, &signed_xml);
    buf_finish(&signed_xml);
    if (!err_is(&e))
        memcpy(out_code, code, sizeof code);
    return e;
}
