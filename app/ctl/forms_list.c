/* yizhanctl forms list: every version of every form that is held, why one was refused, what this
 * kiosk lacks for it, and what to mend in it. */
#include "app/ctl/clerk_words.h"
#include "app/ctl/command.h"
#include "app/ctl/form_remarks.h"
#include "app/ctl/stores.h"
#include "app/service/device_note.h"
#include <stdio.h>

static json_t *form_json(const struct formstore_form *f, json_t *remarks)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:o, s:s, s:O}", "id", f->id, "version",
                     f->version, "title", f->title, "endpoint", endpoint_name(f->endpoint), "hash", f->hash,
                     "state", formstore_state_name(f->state), "listed", (int)f->listed, "bytes",
                     (json_int_t)f->xml_size, "installed", stores_time(f->installed_ms), "reason", f->reason,
                     "remarks", remarks);
}

static void print_form(const struct formstore_form *f, json_t *remarks)
{
    struct buf text = {0};
    json_t *remark;
    size_t i;
    buf_printf(&text, "%-24s %-20s ", f->id, f->version);
    clerk_words(formstore_state_name(f->state), &text);
    buf_printf(&text, "  %s", f->title);
    if (!f->listed)
        clerk_words(" (not listed any more)", &text);
    if (f->reason[0]) {
        buf_append_text(&text, ": ");
        clerk_words(f->reason, &text);
    }
    json_array_foreach(remarks, i, remark)
    {
        buf_append_text(&text, "\n    ");
        clerk_words(json_string_value(remark), &text);
    }
    puts(buf_text(&text));
    buf_finish(&text);
}

/* What this kiosk lacks for it comes first: nobody can apply until that is mended. */
static struct err remark(struct stores *stores, const struct formstore_form *f,
                         const struct device_note *devices, json_t *remarks)
{
    char lack[DEVICE_LACK_SIZE];
    if (f->state == FORMSTORE_REFUSED)
        return err_ok();
    TRY(device_note_lack(devices, stores->forms, f->row, lack));
    if (*lack)
        json_array_append_new(remarks, json_string(lack));
    return form_remarks(stores->forms, f->row, remarks);
}

static struct err list_form(struct stores *stores, const struct formstore_form *f,
                            const struct device_note *devices, json_t *forms)
{
    json_t *remarks = json_array();
    struct err e = remark(stores, f, devices, remarks);
    if (!err_is(&e) && stores->json)
        json_array_append_new(forms, form_json(f, remarks));
    else if (!err_is(&e))
        print_form(f, remarks);
    json_decref(remarks);
    return e;
}

static int print_forms(struct stores *stores, const struct formstore_list *list)
{
    json_t *forms = json_array();
    struct device_note devices;
    struct err e = device_note_load(stores->config.store.dir, &devices);
    for (size_t i = 0; !err_is(&e) && i < list->count; i++)
        e = list_form(stores, &list->items[i], &devices, forms);
    if (!err_is(&e) && stores->json)
        return stores_print(stores, json_pack("{s:b, s:o}", "ok", 1, "forms", forms));
    json_decref(forms);
    if (err_is(&e))
        return stores_fail(stores, &e);
    if (list->count == 0)
        clerk_say(stdout, "none: yizhan-sync has not pulled yet");
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
