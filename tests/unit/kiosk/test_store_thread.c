/* The store thread when another program holds the database: no screen waits for ever, no request is lost
 * unsaid. */
#include "app/kiosk/store_thread.h"
#include "board/base/log.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"

#include <poll.h>
#include <sqlite3.h>
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
    *p = (struct place){.f = *state, .config.kiosk.number = 42};
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
static struct err next(struct place *p, enum store_answer_kind kind)
{
    struct store_answer answer;
    for (;;) {
        struct pollfd fd = {.fd = store_thread_fd(p->store), .events = POLLIN};
        assert_int_equal(poll(&fd, 1, 60000), 1);
        while (store_thread_take(p->store, &answer)) {
            struct err e = answer.err;
            bool is_it = answer.kind == kind;
            store_answer_finish(&answer);
            if (is_it)
                return e;
        }
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_whether_cards_are_kept_before_it_brings_a_service, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(answers_what_it_has_no_room_for, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(stops_with_its_desk_full, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(works_again_when_the_other_has_finished, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
