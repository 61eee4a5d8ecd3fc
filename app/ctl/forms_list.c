/* yizhanctl forms list: every version of every form that is held, and why one was refused. */
#include "app/ctl/command.h"
#include "app/ctl/stores.h"
#include <stdio.h>

static json_t *form_json(const struct formstore_form *f)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:o, s:s}", "id", f->id, "version", f->version,
                     "title", f->title, "endpoint", endpoint_name(f->endpoint), "hash", f->hash, "state",
                     formstore_state_name(f->state), "listed", (int)f->listed, "bytes",
                     (json_int_t)f->xml_size, "installed", stores_time(f->installed_ms), "reason", f->reason);
}

static int print_forms(struct stores *stores, const struct formstore_list *list)
{
    if (stores->json) {
        json_t *forms = json_array();
        for (size_t i = 0; i < list->count; i++)
            json_array_append_new(forms, form_json(&list->items[i]));
        return stores_print(stores, json_pack("{s:b, s:o}", "ok", 1, "forms", forms));
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct formstore_form *f = &list->items[i];
        printf("%-24s %-20s %-8s %s%s%s%s\n", f->id, f->version, formstore_state_name(f->state), f->title,
               f->listed ? "" : " (not listed any more)", f->reason[0] ? ": " : "", f->reason);
    }
    if (list->count == 0)
        puts("none: yizhan-sync has not pulled yet");
    stores_close(stores);
    return 0;
}

int command_forms_list(int argc, char **argv)
{
    struct stores stores;
    struct formstore_list list = {0};
    int status = 0;
    if (!stores_open(&stores, argc, argv, &status))
        return status;
    struct err e = formstore_all(stores.forms, &list);
    status = err_is(&e) ? stores_fail(&stores, &e) : print_forms(&stores, &list);
    formstore_list_finish(&list);
    return status;
}
