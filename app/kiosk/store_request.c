#include "app/kiosk/store_internal.h"

#include "board/base/log.h"
#include "board/base/wipe.h"

static const struct {
    bool answers;
    enum store_answer_kind answer;
} kinds[] = {
    [REQUEST_NUMBER] = {true, STORE_NUMBER},        [REQUEST_SAVE] = {true, STORE_SAVED},
    [REQUEST_FIND_NUMBER] = {true, STORE_CASE},     [REQUEST_FIND_CODE] = {true, STORE_CASE},
    [REQUEST_FIND_CARD] = {true, STORE_CASES},      [REQUEST_KEEP] = {true, STORE_KEPT},
    [REQUEST_FIND_KEPT] = {true, STORE_FOUND_KEPT}, [REQUEST_STOP] = {false},
};

bool request_answer(const struct store_request *request, struct store_answer *answer)
{
    bool answers = kinds[request->kind].answers && (request->kind != REQUEST_KEEP || request->wants_answer);
    if (answers) {
        answer->kind = kinds[request->kind].answer;
        answer->ticket = request->ticket;
    }
    return answers;
}

/* A screen that waits for an answer gets one, also when the thread has no room for the question. The
 * journey has a few requests under way at most, so a place for that answer is always left. */
static void refuse(struct store_thread *store, const struct store_request *request)
{
    struct store_answer answer = {.err = err_make(ERR_RETRY, "store", 0, "the store is far behind")};
    log_err("store", &answer.err);
    if (request_answer(request, &answer))
        mailbox_put_result(store->answers, &answer);
}

void store_thread_ask(struct store_thread *store, struct store_request *request)
{
    struct store_answer answer;
    if (request_answer(request, &answer) && !mailbox_reserve(store->answers)) {
        log_error("store", "nobody takes the answers");
        store_request_finish(request);
        return;
    }
    if (mailbox_put_progress(store->requests, request)) {
        wipe(request, sizeof *request);
        return;
    }
    refuse(store, request);
    store_request_finish(request);
}

void store_thread_stop(struct store_thread *store)
{
    mailbox_put_result(store->requests, &(struct store_request){.kind = REQUEST_STOP});
}
