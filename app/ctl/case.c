/* yizhanctl case: how far one application has come, as the progress screen shows it. */
#include "app/ctl/command.h"
#include "app/ctl/stores.h"
#include "app/service/case_progress.h"
#include <stdio.h>

static json_t *progress_json(const struct outbox_case *item, const struct case_progress *progress)
{
    return json_pack("{s:b, s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:s, s:s, s:s, s:s}", "ok", 1, "number",
                     item->number, "instance_id", item->instance_id, "form_id", item->form_id, "stage",
                     case_stage_name(progress->stage), "saved", stores_time(item->saved_ms), "received",
                     stores_time(item->delivered_ms), "parked", (int)progress->is_parked, "status",
                     progress->status, "message", progress->message, "updated", progress->updated, "due",
                     progress->due);
}

static int print_progress(struct stores *stores, const struct outbox_case *item,
                          const struct case_progress *progress)
{
    char grouped[CASE_NUMBER_GROUPED_SIZE];

    if (stores->json)
        return stores_print(stores, progress_json(item, progress));
    case_number_group(item->number, grouped);
    printf("%s  %s%s  %s\n", grouped, case_stage_name(progress->stage), progress->is_parked ? ", parked" : "",
           item->form_id);
    if (*progress->message)
        printf("  %s\n", progress->message);
    if (*progress->updated || *progress->due)
        printf("  updated %s, due %s\n", *progress->updated ? progress->updated : "-",
               *progress->due ? progress->due : "-");
    stores_close(stores);
    return 0;
}

int command_case(int argc, char **argv)
{
    struct stores stores;
    struct outbox_case item;
    struct case_progress progress;
    int status = 0;

    if (!stores_open(&stores, argc, argv, &status))
        return status;
    struct err e = stores_find_case(&stores, &item);
    if (!err_is(&e))
        e = case_progress_read(stores.forms, &item, &progress);
    return err_is(&e) ? stores_fail(&stores, &e) : print_progress(&stores, &item, &progress);
}
