/*
 * RECEIPTS of a batch, as an office writes it and a kiosk reads it:
 *
 *     yizhan receipts 1
 *     batch SHA-256 OF INDEX
 *     received UUID STATUS DATE_MS      (one line an application)
 *     key BASE64
 *     signature BASE64
 *
 * The batch line ties it to one batch of one kiosk: receipts that were moved there from another are refused.
 */
#include "offline/courier_internal.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char MODULE[] = "courier";
static const char TITLE[] = "yizhan receipts 1";

static void receipts_path(const struct courier_batch *batch, char out_path[600])
{
    snprintf(out_path, 600, "%s/RECEIPTS", batch->path);
}

static const char *id_in_batch(const struct courier_batch *batch, const char *id)
{
    for (const struct courier_application *a = batch->applications; a; a = a->next)
        if (strcmp(a->id, id) == 0)
            return a->id;
    return NULL;
}

static struct err take_receipt(const struct courier_batch *batch, const char *line,
                               struct courier_receipt **out_receipt)
{
    char id[40], rest;
    struct courier_receipt *receipt = arena_alloc(batch->arena, sizeof *receipt);

    if (!receipt)
        return err_no_memory(MODULE);
    if (sscanf(line, "received %36s %d %" SCNd64 "%c", id, &receipt->status, &receipt->date_ms, &rest) != 3 ||
        receipt->status < 201 || receipt->status > 202)
        return err_make(ERR_DATA, MODULE, 0, "a line of RECEIPTS is malformed");
    receipt->id = id_in_batch(batch, id);
    if (!receipt->id)
        return err_make(ERR_REFUSED, MODULE, 0, "RECEIPTS names an application that is not in the batch");
    *out_receipt = receipt;
    return err_ok();
}

static struct err take_lines(const struct courier_batch *batch, char *text,
                             struct courier_receipt **out_receipts)
{
    struct courier_receipt *first = NULL, **end = &first;
    char *rest = NULL, expected[80];
    int number = 0;

    snprintf(expected, sizeof expected, "batch %s", batch->sha256);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        number++;
        if (number == 1 && strcmp(line, TITLE) != 0)
            return err_make(ERR_DATA, MODULE, 0, "RECEIPTS is of another version");
        if (number == 2 && strcmp(line, expected) != 0)
            return err_make(ERR_REFUSED, MODULE, 0, "RECEIPTS belongs to another batch");
        if (number <= 2)
            continue;
        TRY(take_receipt(batch, line, end));
        end = &(*end)->next;
    }
    if (number < 2)
        return err_make(ERR_DATA, MODULE, 0, "RECEIPTS names no batch");
    *out_receipts = first;
    return err_ok();
}

struct err courier_receipts_read(const struct courier_batch *batch, struct courier_receipt **out_receipts,
                                 uint8_t out_office[DEVICE_KEY_SIZE])
{
    char path[600];
    struct buf text = {0};

    receipts_path(batch, path);
    *out_receipts = NULL;
    if (access(path, F_OK) != 0)
        return err_ok();
    struct err e = courier_signed_read(path, &text, out_office);
    if (!err_is(&e))
        e = take_lines(batch, text.data, out_receipts);
    buf_finish(&text);
    return e;
}

struct err courier_receipts_write(const struct courier_batch *batch, const struct courier_receipt *receipts,
                                  const struct device_key *office)
{
    char path[600];
    struct buf text = {0};

    receipts_path(batch, path);
    buf_printf(&text, "%s\nbatch %s\n", TITLE, batch->sha256);
    for (const struct courier_receipt *r = receipts; r; r = r->next)
        buf_printf(&text, "received %s %d %" PRId64 "\n", r->id, r->status, r->date_ms);
    struct err e = buf_check(&text, MODULE);
    if (!err_is(&e))
        e = courier_signed_write(path, &text, office);
    buf_finish(&text);
    return e;
}
