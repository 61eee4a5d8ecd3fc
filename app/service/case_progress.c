#include "app/service/case_progress.h"
#include "app/form/csv.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char LIST[] = "cases.csv";

/* The county's codes, and Central's review states for what they mean here. */
static const struct {
    const char *status;
    enum case_stage stage;
} codes[] = {
    {"received", CASE_RECEIVED},         {"accepted", CASE_ACCEPTED},      {"approved", CASE_ACCEPTED},
    {"needs-papers", CASE_NEEDS_PAPERS}, {"hasIssues", CASE_NEEDS_PAPERS}, {"rejected", CASE_REJECTED},
    {"finished", CASE_FINISHED},
};

const char *case_stage_name(enum case_stage stage)
{
    static const char *const names[CASE_STAGE_COUNT] = {"saved",        "sent",     "received", "accepted",
                                                        "needs-papers", "rejected", "finished"};
    return names[stage];
}

static const char *bare(const char *id)
{
    return strncasecmp(id, "uuid:", 5) == 0 ? id + 5 : id;
}

static void take_cell(const struct csv *csv, size_t row, const char *column, char *out_text, size_t size)
{
    int at = csv_column(csv, column);
    snprintf(out_text, size, "%s", at < 0 ? "" : csv_cell(csv, row, (size_t)at));
}

/* A status nobody here knows is shown as received, with its message. */
static enum case_stage stage_of(const char *status)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(codes[i].status, status) == 0)
            return codes[i].stage;
    }
    return CASE_RECEIVED;
}

static void take_row(const struct csv *csv, size_t row, struct case_progress *progress)
{
    take_cell(csv, row, "status", progress->status, sizeof progress->status);
    take_cell(csv, row, "message", progress->message, sizeof progress->message);
    take_cell(csv, row, "updated", progress->updated, sizeof progress->updated);
    take_cell(csv, row, "due", progress->due, sizeof progress->due);
    progress->stage = stage_of(progress->status);
}

struct err case_progress_find(const char *csv, size_t length, const char *instance_id,
                              struct case_progress *progress, bool *out_found)
{
    struct csv *table = NULL;

    *out_found = false;
    TRY(csv_parse(csv, length, &table));
    int name = csv_column(table, "name");
    for (size_t row = 0; name >= 0 && row < csv_rows(table) && !*out_found; row++) {
        if (strcasecmp(bare(csv_cell(table, row, (size_t)name)), bare(instance_id)) != 0)
            continue;
        take_row(table, row, progress);
        *out_found = true;
    }
    csv_destroy(&table);
    return err_ok();
}

static enum case_stage own_stage(const struct outbox_case *item)
{
    if (item->state == OUTBOX_DELIVERED || item->state == OUTBOX_PURGED)
        return CASE_RECEIVED;
    return item->xml_acknowledged ? CASE_SENT : CASE_SAVED;
}

static struct err read_lists(struct formstore *forms, const struct formstore_list *offered,
                             const char *instance_id, struct case_progress *progress)
{
    bool named = false;
    for (size_t i = 0; i < offered->count && !named; i++) {
        struct buf list = {0};
        bool found = false;
        struct err e = formstore_medium(forms, offered->items[i].row, LIST, &list, &found);
        if (!err_is(&e) && found)
            e = case_progress_find(buf_text(&list), list.length, instance_id, progress, &named);
        buf_finish(&list);
        if (err_is(&e) && e.class != ERR_DATA)
            return e;
    }
    return err_ok();
}

struct err case_progress_read(struct formstore *forms, const struct outbox_case *item,
                              struct case_progress *out_progress)
{
    struct case_progress progress = {.stage = own_stage(item), .is_parked = item->state == OUTBOX_PARKED};
    struct formstore_list offered = {0};
    struct err e = err_ok();

    if (progress.stage == CASE_RECEIVED) {
        TRY(formstore_offered(forms, &offered));
        e = read_lists(forms, &offered, item->instance_id, &progress);
        formstore_list_finish(&offered);
    }
    if (!err_is(&e))
        *out_progress = progress;
    return e;
}
