/* The store thread when another program holds the database: no screen waits for ever, no request is lost
 * unsaid. */
#include "app/kiosk/store_thread.h"
#include "app/service/save_request.h"
#include "board/base/log.h"
#include "board/base/wipe.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct place {
    struct fixture *f;
    struct config config;
    sqlite3 *holder; /* another program in the middle of a commit */
    struct store_thread *store;
};

static void hold(struct place *p)
{
    char path[128];
    snprintf(path, sizeof path, "%s/outbox.db", p->f->dir);
    assert_int_equal(sqlite3_open(path, &p->holder), SQLITE_OK);
    assert_int_equal(sqlite3_exec(p->holder, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
}

static void let_go(struct place *p)
{
    sqlite3_close(p->holder);
    p->holder = NULL;
}

static void begin(struct place *p, void **state)
{
    *p = (struct place){.f = *state, .config = {.kiosk.number = 42, .seal.allow_unsealed = true}};
    snprintf(p->config.store.dir, sizeof p->config.store.dir, "%s", p->f->dir);
    snprintf(p->config.secrets.dir, sizeof p->config.secrets.dir, "%s/secrets", p->f->dir);
    assert_int_equal(mkdir(p->config.secrets.dir, 0700), 0);
}

static void begin_held(struct place *p, void **state)
{
    begin(p, state);
    hold(p);
    assert_ok(store_thread_create(&p->config, &p->f->clock.clock, &p->store));
}

/* The next answer of that kind; what comes unasked in between is passed over. */
static void take(struct place *p, enum store_answer_kind kind, struct store_answer *out_answer)
{
    for (;;) {
        struct pollfd fd = {.fd = store_thread_fd(p->store), .events = POLLIN};
        assert_int_equal(poll(&fd, 1, 60000), 1);
        while (store_thread_take(p->store, out_answer)) {
            if (out_answer->kind == kind)
                return;
            store_answer_finish(out_answer);
        }
    }
}

static struct err next(struct place *p, enum store_answer_kind kind)
{
    struct store_answer answer;
    take(p, kind, &answer);
    struct err e = answer.err;
    store_answer_finish(&answer);
    return e;
}

/* Who sees a service may begin it: by then it is known whether cards are kept. */
static void says_whether_cards_are_kept_before_it_brings_a_service(void **state)
{
    struct place p;
    struct store_answer answer;
    begin(&p, state);
    assert_ok(store_thread_create(&p.config, &p.f->clock.clock, &p.store));
    struct pollfd fd = {.fd = store_thread_fd(p.store), .events = POLLIN};
    assert_int_equal(poll(&fd, 1, 60000), 1);
    assert_true(store_thread_take(p.store, &answer));
    assert_int_equal(answer.kind, STORE_LINK);
    assert_ok(answer.err);
    store_answer_finish(&answer);
    assert_ok(next(&p, STORE_CATALOGUE));
    store_thread_destroy(&p.store);
}

static void flood(struct place *p)
{
    for (int i = 0; i < 100; i++)
        store_thread_ask(p->store, &(struct store_request){.kind = REQUEST_DEVICE, .class = DEVICE_PRINTER});
}

/* "Saving" has no way out but an answer. */
static void answers_what_it_has_no_room_for(void **state)
{
    struct place p;
    begin_held(&p, state);
    flood(&p);
    store_thread_ask(p.store, &(struct store_request){.kind = REQUEST_NUMBER});
    assert_int_equal(next(&p, STORE_NUMBER).class, ERR_RETRY);
    let_go(&p);
    store_thread_destroy(&p.store);
}

static void stops_with_its_desk_full(void **state)
{
    struct place p;
    begin_held(&p, state);
    flood(&p);
    let_go(&p);
    store_thread_destroy(&p.store);
    assert_null(p.store);
}

static void works_again_when_the_other_has_finished(void **state)
{
    struct place p;
    begin_held(&p, state);
    let_go(&p);
    struct err e;
    do {
        store_thread_ask(p.store, &(struct store_request){.kind = REQUEST_NUMBER});
        e = next(&p, STORE_NUMBER);
    } while (err_is(&e));
    store_thread_destroy(&p.store);
}

/* A disk, or another program in the middle of a commit. */
static atomic_bool reading_fails;

struct err __real_outbox_find_number(struct outbox *outbox, const char *number, struct outbox_case *out_case,
                                     bool *out_found);
struct err __wrap_outbox_find_number(struct outbox *outbox, const char *number, struct outbox_case *out_case,
                                     bool *out_found);
struct err __wrap_outbox_find_number(struct outbox *outbox, const char *number, struct outbox_case *out_case,
                                     bool *out_found)
{
    return reading_fails ? err_make(ERR_RETRY, "outbox", 0, "the database is locked")
                         : __real_outbox_find_number(outbox, number, out_case, out_found);
}

static struct save_request *an_application(const char *number)
{
    struct save_request *request = private_alloc(sizeof *request);
    assert_non_null(request);
    snprintf(request->number, sizeof request->number, "%s", number);
    snprintf(request->form_id, sizeof request->form_id, "suggestion");
    snprintf(request->instance_id, sizeof request->instance_id, "uuid:0b6a54a6-6d0e-4d1c-8ad3-0c1d2e3f4a5b");
    request->endpoint = ENDPOINT_FLEET;
    buf_init_private(&request->xml);
    buf_append_text(&request->xml, "<data id=\"suggestion\"><meta><instanceID/></meta></data>");
    return request;
}

/* "Not saved" would be a lie, and the next try would be refused for ever. */
static void what_is_saved_is_called_so_though_it_cannot_be_read_back(void **state)
{
    struct place p;
    struct store_answer answer;
    begin(&p, state);
    assert_ok(store_thread_create(&p.config, &p.f->clock.clock, &p.store));
    assert_ok(next(&p, STORE_CATALOGUE));
    store_thread_ask(p.store, &(struct store_request){.kind = REQUEST_NUMBER});
    take(&p, STORE_NUMBER, &answer);
    assert_ok(answer.err);
    struct save_request *request = an_application(answer.number);
    store_answer_finish(&answer);
    reading_fails = true;
    store_thread_ask(p.store, &(struct store_request){.kind = REQUEST_SAVE, .save = request});
    take(&p, STORE_SAVED, &answer);
    reading_fails = false;
    assert_ok(answer.err);
    assert_true(answer.found);
    assert_int_equal(answer.case_line.state, OUTBOX_QUEUED);
    assert_int_equal(strlen(answer.case_line.number), CASE_NUMBER_SIZE - 1);
    assert_int_equal(answer.progress.stage, CASE_SAVED);
    store_answer_finish(&answer);
    store_thread_destroy(&p.store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_whether_cards_are_kept_before_it_brings_a_service, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(answers_what_it_has_no_room_for, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(stops_with_its_desk_full, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(works_again_when_the_other_has_finished, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_saved_is_called_so_though_it_cannot_be_read_back,
                                        fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
