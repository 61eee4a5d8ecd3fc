#include "app/kiosk/store_internal.h"

#include "board/base/log.h"
#include "board/base/wipe.h"

#include <stdio.h>

static const struct {
    bool answers;
    enum store_answer_kind answer;
} kinds[] = {
    [REQUEST_NUMBER] = {true, STORE_NUMBER},        [REQUEST_SAVE] = {true, STORE_SAVED},
    [REQUEST_FIND_NUMBER] = {true, STORE_CASE},     [REQUEST_FIND_CODE] = {true, STORE_CASE},
    [REQUEST_FIND_CARD] = {true, STORE_CASES},      [REQUEST_KEEP] = {true, STORE_KEPT},
    [REQUEST_FIND_KEPT] = {true, STORE_FOUND_KEPT}, [REQUEST_DEVICE] = {false},
};

bool request_answer(const struct request *request, enum store_answer_kind *out_kind)
{
    bool answers = kinds[request->kind].answers && (request->kind != REQUEST_KEEP || request->flag);
    if (answers)
        *out_kind = kinds[request->kind].answer;
    return answers;
}

void request_finish(struct request *request)
{
    save_request_destroy(&request->save);
    buf_finish(&request->draft);
    wipe(request, sizeof *request);
}

/* A screen that waits for an answer gets one, also when the thread has no room for the question. The
 * journey has a few requests under way at most, so a place for that answer is always left. */
static void refuse(struct store_thread *store, const struct request *request)
{
    struct store_answer answer = {.err = err_make(ERR_RETRY, "store", 0, "the store is far behind")};
    log_err("store", &answer.err);
    if (request_answer(request, &answer.kind))
        mailbox_put_result(store->answers, &answer);
}

/* What the request owns goes with it. */
static void send_request(struct store_thread *store, struct request *request)
{
    enum store_answer_kind kind;
    if (request_answer(request, &kind) && !mailbox_reserve(store->answers)) {
        log_error("store", "nobody takes the answers");
        request_finish(request);
        return;
    }
    if (mailbox_put_progress(store->requests, request)) {
        wipe(request, sizeof *request);
        return;
    }
    refuse(store, request);
    request_finish(request);
}

void store_thread_stop(struct store_thread *store)
{
    mailbox_put_result(store->requests, &(struct request){.kind = REQUEST_STOP});
}

static void copy_text(struct request *request, const char *text)
{
    snprintf(request->text, sizeof request->text, "%s", text);
}

void store_thread_take_number(struct store_thread *store)
{
    struct request request = {.kind = REQUEST_NUMBER};
    send_request(store, &request);
}

void store_thread_save(struct store_thread *store, struct save_request *save_request)
{
    struct request request = {.kind = REQUEST_SAVE, .save = save_request};
    send_request(store, &request);
}

void store_thread_find_number(struct store_thread *store, const char number[CASE_NUMBER_SIZE])
{
    struct request request = {.kind = REQUEST_FIND_NUMBER};
    copy_text(&request, number);
    send_request(store, &request);
}

void store_thread_find_code(struct store_thread *store, const char *scanned)
{
    struct request request = {.kind = REQUEST_FIND_CODE};
    copy_text(&request, scanned);
    send_request(store, &request);
}

void store_thread_print_intent(struct store_thread *store, const char number[CASE_NUMBER_SIZE])
{
    struct request request = {.kind = REQUEST_PRINT_INTENT};
    copy_text(&request, number);
    send_request(store, &request);
}

void store_thread_print_outcome(struct store_thread *store, const char number[CASE_NUMBER_SIZE], bool printed)
{
    struct request request = {.kind = REQUEST_PRINT_OUTCOME, .flag = printed};
    copy_text(&request, number);
    send_request(store, &request);
}

void store_thread_use_form(struct store_thread *store, int64_t row, bool in_use)
{
    send_request(store, &(struct request){.kind = REQUEST_USE_FORM, .row = row, .flag = in_use});
}

void store_thread_find_card(struct store_thread *store, const char *id_number)
{
    struct request request = {.kind = REQUEST_FIND_CARD};
    copy_text(&request, id_number);
    send_request(store, &request);
}

void store_thread_keep(struct store_thread *store, const char *card, struct buf *draft, bool answers)
{
    struct request request = {.kind = REQUEST_KEEP, .flag = answers, .draft = *draft};
    buf_init_private(draft);
    copy_text(&request, card);
    send_request(store, &request);
}

void store_thread_find_kept(struct store_thread *store, const char *card)
{
    struct request request = {.kind = REQUEST_FIND_KEPT};
    copy_text(&request, card);
    send_request(store, &request);
}

void store_thread_drop_kept(struct store_thread *store, const char *card)
{
    struct request request = {.kind = REQUEST_DROP_KEPT};
    copy_text(&request, card);
    send_request(store, &request);
}

void store_thread_note_device(struct store_thread *store, enum device_class class,
                              const struct device_status *status)
{
    struct request request = {.kind = REQUEST_DEVICE, .class = class, .status = *status};
    send_request(store, &request);
}

void store_thread_rate(struct store_thread *store, const char *form_id, int score)
{
    struct request request = {.kind = REQUEST_RATE, .score = score};
    copy_text(&request, form_id);
    send_request(store, &request);
}
