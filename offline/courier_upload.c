/* The office's side of the courier: needs the platform's address and nothing of any kiosk. */
#include "board/base/log.h"
#include "offline/courier_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "courier";

enum { PARTS_MAX = 64 };

struct upload {
    struct openrosa *client;
    const struct device_key *office;
    const struct clock *clock;
    struct courier_counts *counts;
    struct courier_receipt *receipts; /* of the batch at hand, newest first */
    int cuts;                         /* in a row */
    bool is_cut_off;                  /* nobody answers: the rest is not tried */
};

struct parcel {
    struct buf bytes[PARTS_MAX];
    struct http_part parts[PARTS_MAX];
    size_t count;
    int64_t bytes_in_all;
};

static void finish_parcel(struct parcel *parcel)
{
    for (size_t i = 0; i < parcel->count; i++)
        buf_finish(&parcel->bytes[i]);
}

static struct err add_part(struct parcel *parcel, const struct courier_batch *batch,
                           const struct courier_application *application, const struct courier_file *file)
{
    size_t at = parcel->count;
    bool is_manifest = at == 0;

    if (at == PARTS_MAX || is_manifest != (strcmp(file->name, "manifest") == 0))
        return err_make(ERR_DATA, MODULE, 0, "application %s is not in the order of a batch",
                        application->id);
    parcel->bytes_in_all += file->size;
    if (parcel->bytes_in_all > COURIER_FILE_MAX)
        return err_make(ERR_DATA, MODULE, 0, "application %s is larger than any", application->id);
    parcel->count++;
    TRY(courier_file_read(batch, application, file, &parcel->bytes[at]));
    parcel->parts[at] = (struct http_part){
        .name = is_manifest ? "xml_submission_file" : file->name,
        .filename = is_manifest ? "submission.xml" : file->name,
        .content_type = is_manifest ? "text/xml" : "application/octet-stream",
        .size = file->size,
        .bytes = buf_text(&parcel->bytes[at]),
    };
    return err_ok();
}

/* The receipts so far and one more, signed and whole on the stick before the next application goes. */
static struct err keep_receipt(struct upload *upload, const struct courier_batch *batch, const char *id,
                               const struct http_response *response)
{
    struct courier_receipt *receipt = arena_alloc(batch->arena, sizeof *receipt);
    if (!receipt)
        return err_no_memory(MODULE);
    *receipt = (struct courier_receipt){
        .id = id,
        .status = response->status,
        .date_ms = response->date_ms > 0 ? response->date_ms : upload->clock->wall_ms(upload->clock),
        .next = upload->receipts,
    };
    upload->receipts = receipt;
    upload->counts->applications++;
    return courier_receipts_write(batch, upload->receipts, upload->office);
}

/* Whether the next one would only wait as long as this one, and in vain. A cut may be the application's own,
 * which is too large for the road; two in a row are the road's. */
static bool is_cut_off(struct upload *upload, const struct openrosa_answer *answer)
{
    upload->cuts = answer->trouble == OPENROSA_CUT ? upload->cuts + 1 : 0;
    switch (answer->trouble) {
    case OPENROSA_CLIENT_OFFLINE:
    case OPENROSA_SERVER_OFFLINE:
    case OPENROSA_TLS:
    case OPENROSA_CAPTIVE_PORTAL:
    case OPENROSA_NOT_THE_PLATFORM:
        return true;
    default:
        return upload->cuts > 1;
    }
}

/* The first one's reason is kept. */
static void leave(struct upload *upload, const char *id, const struct openrosa_answer *answer)
{
    struct courier_counts *counts = upload->counts;
    const char *what = answer->trouble != OPENROSA_FINE ? openrosa_trouble_name(answer->trouble)
                                                        : openrosa_meaning_name(answer->meaning);
    const char *separator = *answer->message ? ": " : "";

    if (counts->left++ == 0)
        snprintf(counts->why_left, sizeof counts->why_left, "%s%s%s", what, separator, answer->message);
    log_warn(MODULE, "%s is not taken: %s%s%s", id, what, separator, answer->message);
}

static struct err post(struct upload *upload, const struct courier_batch *batch, const char *id,
                       const struct parcel *parcel)
{
    struct http_response response;
    struct openrosa_answer answer;

    http_response_init(&response);
    const struct openrosa_submission submission = {.parts = parcel->parts, .part_count = parcel->count};
    struct err e = openrosa_submit(upload->client, &submission, &response, &answer);
    if (!err_is(&e) && answer.meaning == OPENROSA_ACCEPTED) {
        e = keep_receipt(upload, batch, id, &response);
    } else if (!err_is(&e)) {
        leave(upload, id, &answer);
    }
    if (!err_is(&e))
        upload->is_cut_off = is_cut_off(upload, &answer);
    http_response_finish(&response);
    return e;
}

static bool has_receipt(const struct upload *upload, const char *id)
{
    for (const struct courier_receipt *r = upload->receipts; r; r = r->next)
        if (strcmp(r->id, id) == 0)
            return true;
    return false;
}

static struct err upload_one(struct upload *upload, const struct courier_batch *batch,
                             const struct courier_application *application)
{
    struct err e = err_ok();
    struct parcel *parcel = calloc(1, sizeof *parcel);

    if (!parcel)
        return err_no_memory(MODULE);
    for (const struct courier_file *file = application->files; file && !err_is(&e); file = file->next)
        e = add_part(parcel, batch, application, file);
    if (!err_is(&e) && parcel->count == 0)
        e = err_make(ERR_DATA, MODULE, 0, "application %s is empty", application->id);
    if (!err_is(&e))
        e = post(upload, batch, application->id, parcel);
    finish_parcel(parcel);
    free(parcel);
    return e;
}

/* What this office signed on an earlier day need not go again. Anything else that calls itself receipts is
 * worth nothing: everything is sent once more, and the platform answers a repeat as it did at first. */
static void take_own_receipts(struct upload *upload, const struct courier_batch *batch)
{
    uint8_t own[DEVICE_KEY_SIZE], signer[DEVICE_KEY_SIZE] = {0};
    struct courier_receipt *receipts = NULL;

    device_key_public(upload->office, own);
    struct err e = courier_receipts_read(batch, &receipts, signer);
    if (err_is(&e))
        log_err(MODULE, &e);
    upload->receipts = !err_is(&e) && memcmp(own, signer, sizeof own) == 0 ? receipts : NULL;
}

static struct err upload_batch(void *context, const struct courier_batch *batch)
{
    struct upload *upload = context;

    take_own_receipts(upload, batch);
    for (const struct courier_application *one = batch->applications; one; one = one->next) {
        if (has_receipt(upload, one->id))
            continue;
        if (upload->is_cut_off) {
            upload->counts->left++;
            continue;
        }
        struct err e = upload_one(upload, batch, one);
        if (err_is(&e))
            TRY(courier_refuse(upload->counts, e));
    }
    upload->counts->batches++;
    return err_ok();
}

struct err courier_upload(struct openrosa *client, const struct device_key *office, const struct clock *clock,
                          const char *dir, struct courier_counts *out_counts)
{
    struct courier_counts counts = {0};
    struct upload upload = {.client = client, .office = office, .clock = clock, .counts = &counts};
    TRY(courier_each_batch(dir, &counts, upload_batch, &upload));
    *out_counts = counts;
    return err_ok();
}
