/* yizhanctl queue list | show | release: the case lines; never what is sealed in them. */
#include "app/ctl/command.h"
#include "app/ctl/stores.h"
#include <stdio.h>
#include <string.h>

static json_t *case_json(const struct outbox_case *c)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:i, s:I, s:b, s:s, s:s}", "number",
                     c->number, "instance_id", c->instance_id, "endpoint", endpoint_name(c->endpoint),
                     "form_id", c->form_id, "form_version", c->form_version, "state",
                     outbox_state_name(c->state), "saved", stores_time(c->saved_ms), "clock",
                     outbox_trust_name(c->trust), "delivered", stores_time(c->delivered_ms), "not_before",
                     stores_time(c->not_before_ms), "attempts", c->attempts, "bytes",
                     (json_int_t)c->sealed_bytes, "xml_acknowledged", (int)c->xml_acknowledged, "print",
                     outbox_print_name(c->print), "reason", c->reason);
}

static void print_case(const struct outbox_case *c)
{
    char grouped[CASE_NUMBER_GROUPED_SIZE];
    json_t *saved = stores_time(c->saved_ms);
    case_number_group(c->number, grouped);
    printf("%s  %-9s  %s  %s%s%s\n", grouped, outbox_state_name(c->state),
           json_is_string(saved) ? json_string_value(saved) : "-", c->form_id, c->reason[0] ? "  " : "",
           c->reason);
    json_decref(saved);
}

/* ---- list ---- */

static struct err read_states(const char *name, unsigned *out_states)
{
    *out_states = 0;
    if (!name)
        return err_ok();
    for (int i = 0; i < OUTBOX_STATE_COUNT; i++) {
        if (strcmp(name, outbox_state_name((enum outbox_state)i)) == 0)
            *out_states = 1u << i;
    }
    if (*out_states == 0)
        return err_make(ERR_DATA, "ctl", 0,
                        "no state \"%s\": queued, sending, delivered, purged, parked or on-stick", name);
    return err_ok();
}

static int print_list(struct stores *stores, const struct outbox_list *list)
{
    if (stores->json) {
        json_t *cases = json_array();
        for (size_t i = 0; i < list->count; i++)
            json_array_append_new(cases, case_json(&list->items[i]));
        return stores_print(stores, json_pack("{s:b, s:o}", "ok", 1, "cases", cases));
    }
    for (size_t i = 0; i < list->count; i++)
        print_case(&list->items[i]);
    if (list->count == 0)
        puts("nothing");
    stores_close(stores);
    return 0;
}

int command_queue_list(int argc, char **argv)
{
    struct stores stores;
    struct outbox_list list = {0};
    unsigned states;
    int status = 0;
    if (!stores_open(&stores, argc, argv, &status))
        return status;
    struct err e = read_states(stores.state, &states);
    if (!err_is(&e))
        e = outbox_list(stores.outbox, states, 0, stores.limit, &list);
    status = err_is(&e) ? stores_fail(&stores, &e) : print_list(&stores, &list);
    outbox_list_finish(&list);
    return status;
}

/* ---- show ---- */

struct detail {
    struct outbox_case c;
    struct outbox_files files;
    struct outbox_history history;
};

static struct err read_detail(struct stores *stores, struct detail *detail)
{
    TRY(stores_find_case(stores, &detail->c));
    TRY(outbox_files(stores->outbox, detail->c.row, &detail->files));
    return outbox_history(stores->outbox, detail->c.row, &detail->history);
}

/* What was delivered whole is not marked file by file. */
static bool is_acknowledged(const struct detail *detail, const struct outbox_file *file)
{
    return file->acknowledged || detail->c.state == OUTBOX_DELIVERED;
}

static json_t *files_json(const struct detail *detail)
{
    json_t *list = json_array();
    for (size_t i = 0; i < detail->files.count; i++) {
        const struct outbox_file *f = &detail->files.items[i];
        json_array_append_new(list, json_pack("{s:s, s:I, s:b}", "name", f->name, "size", (json_int_t)f->size,
                                              "acknowledged", (int)is_acknowledged(detail, f)));
    }
    return list;
}

static json_t *history_json(const struct outbox_history *history)
{
    json_t *list = json_array();
    for (size_t i = 0; i < history->count; i++) {
        const struct outbox_event_line *line = &history->items[i];
        json_array_append_new(list, json_pack("{s:o, s:s, s:s, s:s}", "at", stores_time(line->at_ms), "from",
                                              outbox_state_name(line->from), "to",
                                              outbox_state_name(line->to), "cause", line->cause));
    }
    return list;
}

static int print_detail(struct stores *stores, const struct detail *detail)
{
    if (stores->json) {
        json_t *object = case_json(&detail->c);
        json_object_set_new(object, "ok", json_true());
        json_object_set_new(object, "files", files_json(detail));
        json_object_set_new(object, "history", history_json(&detail->history));
        return stores_print(stores, object);
    }
    print_case(&detail->c);
    printf("  %s, %d attempts, %lld bytes, receipt %s\n", detail->c.instance_id, detail->c.attempts,
           (long long)detail->c.sealed_bytes, outbox_print_name(detail->c.print));
    for (size_t i = 0; i < detail->files.count; i++)
        printf("  %s  %lld bytes%s\n", detail->files.items[i].name, (long long)detail->files.items[i].size,
               is_acknowledged(detail, &detail->files.items[i]) ? ", acknowledged" : "");
    for (size_t i = 0; i < detail->history.count; i++)
        printf("  %s -> %s: %s\n", outbox_state_name(detail->history.items[i].from),
               outbox_state_name(detail->history.items[i].to), detail->history.items[i].cause);
    stores_close(stores);
    return 0;
}

int command_queue_show(int argc, char **argv)
{
    struct stores stores;
    struct detail detail = {0};
    int status = 0;
    if (!stores_open(&stores, argc, argv, &status))
        return status;
    struct err e = read_detail(&stores, &detail);
    status = err_is(&e) ? stores_fail(&stores, &e) : print_detail(&stores, &detail);
    outbox_files_finish(&detail.files);
    outbox_history_finish(&detail.history);
    return status;
}

/* ---- release ---- */

int command_queue_release(int argc, char **argv)
{
    struct stores stores;
    struct detail detail = {0};
    int status = 0;
    if (!stores_open(&stores, argc, argv, &status))
        return status;
    struct err e = stores_find_case(&stores, &detail.c);
    if (!err_is(&e))
        e = outbox_release(stores.outbox, detail.c.row);
    if (!err_is(&e))
        e = read_detail(&stores, &detail);
    status = err_is(&e) ? stores_fail(&stores, &e) : print_detail(&stores, &detail);
    outbox_files_finish(&detail.files);
    outbox_history_finish(&detail.history);
    return status;
}
