/* The office's side of the courier: needs the platform's address and nothing of any kiosk. */
#include "board/base/file.h"
#include "board/base/log.h"
#include "offline/courier.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char MODULE[] = "courier";

enum { RECEIPTS_MAX = 8 << 20, PARTS_MAX = 64 };

struct upload {
    struct openrosa *client;
    const struct clock *clock;
    struct courier_counts counts;
};

struct parcel {
    struct buf bytes[PARTS_MAX];
    struct http_memory memory[PARTS_MAX];
    struct http_part parts[PARTS_MAX];
    size_t count;
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
    parcel->count++;
    TRY(courier_file_read(batch, application, file, &parcel->bytes[at]));
    parcel->memory[at] = (struct http_memory){parcel->bytes[at].data, parcel->bytes[at].length};
    parcel->parts[at] = (struct http_part){
        .name = is_manifest ? "xml_submission_file" : file->name,
        .filename = is_manifest ? "submission.xml" : file->name,
        .content_type = is_manifest ? "text/xml" : "application/octet-stream",
        .size = file->size,
        .read = http_read_memory,
        .context = &parcel->memory[at],
    };
    return err_ok();
}

/* The receipts so far and one line more, whole on the stick before the next application goes. */
static struct err keep_receipt(struct buf *receipts, const char *path, const char *id,
                               const struct http_response *response, int64_t now_ms)
{
    int64_t date_ms = response->date_ms > 0 ? response->date_ms : now_ms;
    buf_printf(receipts, "%s %d %" PRId64 "\n", id, response->status, date_ms);
    TRY(buf_check(receipts, MODULE));
    return file_write(path, receipts->data, receipts->length, 0644);
}

static struct err post(struct upload *upload, const struct courier_application *application,
                       const struct parcel *parcel, struct buf *receipts, const char *receipts_path)
{
    struct http_response response;
    struct openrosa_answer answer;

    http_response_init(&response);
    struct err e = openrosa_submit(upload->client, parcel->parts, parcel->count, &response, &answer);
    if (!err_is(&e) && answer.meaning == OPENROSA_ACCEPTED) {
        upload->counts.applications++;
        e = keep_receipt(receipts, receipts_path, application->id, &response,
                         upload->clock->wall_ms(upload->clock));
    } else if (!err_is(&e)) {
        upload->counts.left++;
        log_warn(MODULE, "%s is not taken: %s, %s %s", application->id, openrosa_meaning_name(answer.meaning),
                 openrosa_trouble_name(answer.trouble), answer.message);
    }
    http_response_finish(&response);
    return e;
}

static struct err upload_one(struct upload *upload, const struct courier_batch *batch,
                             const struct courier_application *application, struct buf *receipts,
                             const char *receipts_path)
{
    struct err e = err_ok();
    if (strstr(buf_text(receipts), application->id)) /* on an earlier day */
        return err_ok();
    struct parcel *parcel = calloc(1, sizeof *parcel);
    if (!parcel)
        return err_no_memory(MODULE);
    for (const struct courier_file *file = application->files; file && !err_is(&e); file = file->next)
        e = add_part(parcel, batch, application, file);
    if (!err_is(&e) && parcel->count == 0)
        e = err_make(ERR_DATA, MODULE, 0, "application %s is empty", application->id);
    if (!err_is(&e))
        e = post(upload, application, parcel, receipts, receipts_path);
    finish_parcel(parcel);
    free(parcel);
    return e;
}

static struct err upload_batch(void *context, const char *path)
{
    struct upload *upload = context;
    struct courier_batch batch = {0};
    struct buf receipts = {0};
    char receipts_path[600];
    struct stat info;
    struct arena *arena = arena_create(ARENA_PLAIN, 0);

    if (!arena)
        return err_no_memory(MODULE);
    snprintf(receipts_path, sizeof receipts_path, "%s/RECEIPTS", path);
    struct err e = courier_batch_read(path, arena, &batch);
    if (!err_is(&e) && stat(receipts_path, &info) == 0)
        e = file_read(receipts_path, RECEIPTS_MAX, &receipts);
    for (const struct courier_application *one = batch.applications; one && !err_is(&e); one = one->next)
        e = upload_one(upload, &batch, one, &receipts, receipts_path);
    upload->counts.batches += !err_is(&e);
    buf_finish(&receipts);
    arena_destroy(&arena);
    return e;
}

struct err courier_upload(struct openrosa *client, const struct clock *clock, const char *dir,
                          struct courier_counts *out_counts)
{
    struct upload upload = {.client = client, .clock = clock};
    TRY(courier_batches(dir, upload_batch, &upload));
    *out_counts = upload.counts;
    return err_ok();
}
