#include "app/kiosk/store_internal.h"

#include "app/service/health.h"
#include "app/service/own_form.h"
#include "board/base/log.h"
#include "board/base/poke.h"
#include "board/base/wipe.h"
#include "offline/card_seal.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEALTH_LOOK_MS = 60 * 60 * 1000 }; /* how often it is asked whether a report is due */
enum { SETTLE_MS = 5000 };                /* without news: before that a report would call devices missing */
enum { REQUESTS_MAX = 32, ANSWERS_MAX = 64, LOOK_EVERY_MS = 30000 };

/* ---- the thread: opening ---- */

static struct err open_stores(struct store_thread *store)
{
    const struct config *config = store->config;
    const struct outbox_options outbox = {
        .dir = config->store.dir, .kiosk_number = config->kiosk.number, .clock = store->clock};
    const struct formstore_options forms = {.dir = config->store.dir, .clock = store->clock};
    if (!store->key)
        TRY(device_key_open(config->secrets.dir, &store->key));
    if (!store->outbox) {
        TRY(outbox_open(&outbox, &store->outbox));
        TRY(outbox_print_recover(store->outbox));
    }
    if (!store->formstore) {
        TRY(formstore_open(&forms, &store->formstore));
        TRY(formstore_begin(store->formstore));
    }
    return err_ok();
}

static void open_or_say_why(struct store_thread *store)
{
    struct err e = open_stores(store);
    if (err_is(&e) && strcmp(e.text, store->open_err.text) != 0)
        log_err("store", &e);
    store->open_err = e;
}

static void close_stores(struct store_thread *store)
{
    formstore_close(&store->formstore);
    outbox_close(&store->outbox);
    device_key_close(&store->key);
}

/* ---- the thread: answering ---- */

/* An answer that nobody asked for may be dropped, its content comes again; an answer to a request may not. */
static void put(struct store_thread *store, struct store_answer *answer, bool was_asked)
{
    if (was_asked)
        mailbox_put_result(store->answers, answer);
    else if (!mailbox_put_progress(store->answers, answer))
        store_answer_finish(answer);
    wipe(answer, sizeof *answer);
}

static struct err find_case(struct store_thread *store, const char *number, struct store_answer *answer)
{
    TRY(outbox_find_number(store->outbox, number, &answer->case_line, &answer->found));
    return answer->found ? case_progress_read(store->formstore, &answer->case_line, &answer->progress)
                         : err_ok();
}

static struct err list_cases(struct store_thread *store, const struct outbox_list *found,
                             struct case_list *cases)
{
    for (size_t i = 0; i < found->count && cases->count < CASE_LIST_MAX; i++) {
        struct case_list_item *item = &cases->items[cases->count++];
        item->line = found->items[i];
        TRY(case_progress_read(store->formstore, &item->line, &item->progress));
    }
    return err_ok();
}

static struct err find_card(struct store_thread *store, const char *id_number, struct store_answer *answer)
{
    uint8_t tag[CARD_TAG_SIZE];
    struct outbox_list found = {0};
    TRY(card_tag_make(store->key, id_number, tag));
    TRY(outbox_find_card(store->outbox, tag, &found));
    answer->cases = calloc(1, sizeof *answer->cases);
    struct err e = answer->cases ? list_cases(store, &found, answer->cases) : err_no_memory("store");
    outbox_list_finish(&found);
    return e;
}

static struct err keep(struct store_thread *store, const struct store_request *request)
{
    return card_draft_save(store->key, store->config->store.dir, request->text, strlen(request->text),
                           request->draft.data, request->draft.length);
}

static struct err rate(struct store_thread *store, const struct store_request *request)
{
    const struct own_form_stores stores = {store->config, store->clock, store->key, store->outbox,
                                           store->formstore};
    char score[12], kiosk[12];
    const struct own_form_value values[] = {
        {"score", score}, {"rated_form", request->text}, {"kiosk", kiosk}};
    bool saved = false;
    snprintf(score, sizeof score, "%d", request->score);
    snprintf(kiosk, sizeof kiosk, "%04d", store->config->kiosk.number % 10000);
    TRY(own_form_save(&stores, OWN_FORM_RATING, values, sizeof values / sizeof *values, &saved));
    if (saved)
        poke_send(store->config->store.dir, "sync");
    return err_ok();
}

static struct err find_kept(struct store_thread *store, const char *card, struct store_answer *answer)
{
    const char *dir = store->config->store.dir;
    card_draft_sweep(dir, store->clock->wall_ms(store->clock));
    buf_init_private(&answer->kept);
    return card_draft_load(store->key, dir, card, strlen(card), &answer->kept, &answer->found);
}

static struct err find_code(struct store_thread *store, const char *scanned, struct store_answer *answer)
{
    TRY(receipt_code_read(store->key, scanned, answer->number));
    return find_case(store, answer->number, answer);
}

/* How the case stands. It is saved, whatever hinders reading it back: then it stands where saving left it. */
static void tell_saved(struct store_thread *store, const struct save_request *request,
                       struct store_answer *answer)
{
    struct err e = find_case(store, request->number, answer);
    if (!err_is(&e) && answer->found)
        return;
    log_warn("store", "%s is saved, and cannot be read back: %s", request->number, e.text);
    answer->found = true;
    answer->progress = (struct case_progress){.stage = CASE_SAVED};
    answer->case_line = (struct outbox_case){.endpoint = request->endpoint,
                                             .state = OUTBOX_QUEUED,
                                             .saved_ms = store->clock->wall_ms(store->clock)};
    snprintf(answer->case_line.number, sizeof answer->case_line.number, "%s", request->number);
    snprintf(answer->case_line.form_id, sizeof answer->case_line.form_id, "%s", request->form_id);
}

static struct err save(struct store_thread *store, const struct save_request *request,
                       struct store_answer *answer)
{
    TRY(save_request_commit(request, store->config, store->key, store->outbox, answer->code));
    if (request->card[0])
        card_draft_drop(store->key, store->config->store.dir, request->card, strlen(request->card));
    poke_send(store->config->store.dir, "sync");
    tell_saved(store, request, answer);
    return err_ok();
}

static struct err do_request(struct store_thread *store, const struct store_request *request,
                             struct store_answer *answer)
{
    switch (request->kind) {
    case REQUEST_NUMBER:
        return outbox_take_number(store->outbox, answer->number);
    case REQUEST_SAVE:
        return save(store, request->save, answer);
    case REQUEST_FIND_NUMBER:
        return find_case(store, request->text, answer);
    case REQUEST_FIND_CODE:
        return find_code(store, request->text, answer);
    case REQUEST_FIND_CARD:
        return find_card(store, request->text, answer);
    case REQUEST_KEEP:
        return keep(store, request);
    case REQUEST_FIND_KEPT:
        return find_kept(store, request->text, answer);
    case REQUEST_PRINT_INTENT:
        return outbox_print_intent(store->outbox, request->text);
    case REQUEST_PRINT_OUTCOME:
        return outbox_print_outcome(store->outbox, request->text, request->is_printed);
    case REQUEST_USE_FORM:
        return request->is_in_use ? formstore_use(store->formstore, request->row)
                                  : formstore_release(store->formstore, request->row);
    case REQUEST_RATE:
        return rate(store, request);
    case REQUEST_DROP_KEPT:
        card_draft_drop(store->key, store->config->store.dir, request->text, strlen(request->text));
        return err_ok();
    default:
        return err_ok();
    }
}

/* An error of what nobody waits for is for the log. */
static void answer_request(struct store_thread *store, const struct store_request *request)
{
    struct store_answer answer = {.err = store->open_err};
    if (!err_is(&answer.err))
        answer.err = do_request(store, request, &answer);
    if (request_answer(request, &answer))
        put(store, &answer, true);
    else if (err_is(&answer.err) && !err_is(&store->open_err))
        log_err("store", &answer.err);
}

/* Whether that is news. Told of even when the stores are not open. */
static bool note_device(struct store_thread *store, const struct store_request *request)
{
    struct device_note before = store->devices;
    device_note_status(&store->devices, request->class, &request->status);
    return memcmp(&before, &store->devices, sizeof before) != 0;
}

static void save_devices(struct store_thread *store)
{
    struct err e = device_note_save(&store->devices, store->config->store.dir);
    store->devices_changed = false;
    if (err_is(&e))
        log_err("store", &e);
}

/* ---- the thread: what sync changed ---- */

static void look_at_forms(struct store_thread *store)
{
    int64_t generation;
    struct store_answer answer = {.kind = STORE_CATALOGUE};
    struct err e = formstore_generation(store->formstore, &generation);
    if (!err_is(&e) && generation == store->generation)
        return;
    if (!err_is(&e))
        e = catalogue_build(store->formstore, store->config, &answer.catalogue);
    if (err_is(&e)) {
        log_err("store", &e);
        return;
    }
    store->generation = answer.catalogue->generation;
    put(store, &answer, false);
}

static void look_at_link(struct store_thread *store)
{
    struct store_answer answer = {.kind = STORE_LINK};
    answer.err = store->open_err;
    if (!err_is(&answer.err))
        answer.err = outbox_get_link(store->outbox, ENDPOINT_PLATFORM, &answer.link);
    if (!err_is(&answer.err))
        answer.err = outbox_count(store->outbox, &answer.counts);
    answer.keeps_cards = store->key && device_key_is_apart(store->key);
    bool same = store->has_sent_link && memcmp(&answer.link, &store->link, sizeof store->link) == 0 &&
                memcmp(&answer.counts, &store->counts, sizeof store->counts) == 0;
    if (same && !err_is(&answer.err))
        return;
    store->link = answer.link;
    store->counts = answer.counts;
    store->has_sent_link = !err_is(&answer.err);
    put(store, &answer, false);
}

/* A form that asks for what nobody can give, or whose key is not pinned, is for the log; citizens do not wait
 * for it. */
static void report_health(struct store_thread *store)
{
    const struct own_form_stores stores = {store->config, store->clock, store->key, store->outbox,
                                           store->formstore};
    int64_t now_ms = store->clock->monotonic_ms(store->clock);
    bool saved = false;

    if (!store->is_settled || now_ms < store->health_look_ms)
        return;
    store->health_look_ms = now_ms + HEALTH_LOOK_MS;
    struct err e = health_save_when_due(&stores, &store->devices, &saved);
    if (err_is(&e))
        log_err("store", &e);
    else if (saved)
        poke_send(store->config->store.dir, "sync");
}

static void look_around(struct store_thread *store)
{
    if (err_is(&store->open_err))
        open_or_say_why(store);
    look_at_link(store); /* first: whether cards are kept is known before any service is */
    if (!err_is(&store->open_err))
        look_at_forms(store);
    if (!err_is(&store->open_err))
        report_health(store);
}

static void take_request(struct store_thread *store, struct store_request *request)
{
    if (request->kind == REQUEST_DEVICE)
        store->devices_changed |= note_device(store, request);
    else
        answer_request(store, request);
    store_request_finish(request);
}

static void *run(void *context)
{
    struct store_thread *store = context;
    open_or_say_why(store);
    look_around(store);
    for (bool stops = false; !stops;) {
        struct pollfd fds[] = {{.fd = mailbox_fd(store->requests), .events = POLLIN},
                               {.fd = store->poke_fd, .events = POLLIN}};
        int ready = poll(fds, 2, store->is_settled ? LOOK_EVERY_MS : SETTLE_MS);
        store->is_settled |= ready == 0;
        struct store_request request;
        while (mailbox_take(store->requests, &request)) {
            stops = stops || request.kind == REQUEST_STOP;
            take_request(store, &request);
        }
        if (store->devices_changed)
            save_devices(store);
        if (ready == 0 || fds[1].revents) {
            poke_drain(store->poke_fd);
            look_around(store);
        }
    }
    close_stores(store);
    return NULL;
}

/* ---- its life, from the UI thread ---- */

struct err store_thread_create(const struct config *config, const struct clock *clock,
                               struct store_thread **out_thread)
{
    struct store_thread *store = calloc(1, sizeof *store);
    if (!store)
        return err_no_memory("store");
    *store = (struct store_thread){.config = config, .clock = clock, .poke_fd = -1, .generation = -1};
    struct err e = mailbox_create(sizeof(struct store_request), REQUESTS_MAX, &store->requests);
    if (!err_is(&e))
        mailbox_reserve(store->requests); /* for REQUEST_STOP */
    if (!err_is(&e))
        e = mailbox_create(sizeof(struct store_answer), ANSWERS_MAX, &store->answers);
    if (!err_is(&e)) {
        struct err no_poke = poke_listen(config->store.dir, "kiosk", &store->poke_fd);
        if (err_is(&no_poke))
            log_err("store", &no_poke); /* harmless: looks every half minute anyway */
        int failed = pthread_create(&store->thread, NULL, run, store);
        e = failed ? err_errno("store", failed, "no store thread") : err_ok();
    }
    if (err_is(&e)) {
        mailbox_destroy(&store->requests);
        mailbox_destroy(&store->answers);
        free(store);
        return e;
    }
    *out_thread = store;
    return err_ok();
}

void store_thread_destroy(struct store_thread **thread)
{
    if (!thread || !*thread)
        return;
    struct store_thread *store = *thread;
    struct store_answer answer;
    store_thread_stop(store);
    pthread_join(store->thread, NULL);
    while (mailbox_take(store->answers, &answer))
        store_answer_finish(&answer);
    mailbox_destroy(&store->requests);
    mailbox_destroy(&store->answers);
    if (store->poke_fd >= 0)
        close(store->poke_fd);
    free(store);
    *thread = NULL;
}

int store_thread_fd(const struct store_thread *store)
{
    return mailbox_fd(store->answers);
}

bool store_thread_take(struct store_thread *store, struct store_answer *out_answer)
{
    return mailbox_take(store->answers, out_answer);
}
