/*
 * Every allocation of the outbox, and every one that SQLite makes for it, fails once. What was called saved
 * is there afterwards, what failed said "no memory" and left nothing half done, and nothing leaks
 * (AddressSanitizer's tier).
 */
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static int64_t allocations, fail_at; /* 0: none fails */

static bool fails(void)
{
    return ++allocations == fail_at;
}

/* ---- ours, by the linker's --wrap ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

/* ---- SQLite's ---- */

static sqlite3_mem_methods real;

static void *sqlite_malloc(int size)
{
    return fails() ? NULL : real.xMalloc(size);
}

static void *sqlite_realloc(void *memory, int size)
{
    return fails() ? NULL : real.xRealloc(memory, size);
}

static int install(void **state)
{
    (void)state;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) != SQLITE_OK)
        return 1;
    sqlite3_mem_methods failing = real;
    failing.xMalloc = sqlite_malloc;
    failing.xRealloc = sqlite_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) != SQLITE_OK)
        return 1;
    return sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK ? 0 : 1; /* every allocation counts */
}

/* ---- the story ---- */

struct outcome {
    char saved[2][CASE_NUMBER_SIZE];
    int saved_count;
    bool settled;
    struct err first;
};

static bool went(struct outcome *o, struct err e)
{
    if (err_is(&e) && !err_is(&o->first))
        o->first = e;
    return !err_is(&e);
}

static void send(struct outcome *o, struct outbox *outbox)
{
    struct outbox_list claimed = {0};
    struct outbox_settlement settled = {.answer = {.http_status = 201}};
    int purged = 0;
    if (!went(o, outbox_claim(outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 1, &claimed)))
        return;
    if (claimed.count > 0) {
        settled.row = claimed.items[0].row;
        o->settled = went(o, outbox_settle(outbox, &settled, 1));
        (void)went(o, outbox_sweep(outbox, &purged));
    }
    outbox_list_finish(&claimed);
}

static void tell(struct outcome *o, const struct fixture *f)
{
    struct outbox *outbox = NULL;
    struct outbox_list list = {0};
    struct outbox_options options = {.dir = f->dir, .kiosk_number = 42, .clock = &f->clock.clock};
    if (!went(o, outbox_open(&options, &outbox)))
        return;
    for (int i = 0; i < 2; i++)
        o->saved_count += went(o, fixture_save(outbox, 70000, o->saved[o->saved_count]));
    send(o, outbox);
    (void)went(o, outbox_list(outbox, 0, 0, 10, &list));
    outbox_list_finish(&list);
    outbox_close(&outbox);
}

static void check(const struct outcome *o, struct fixture *f)
{
    struct outbox_counts counts;
    bool found = false;
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
    for (int i = 0; i < o->saved_count; i++) {
        struct outbox_case c;
        assert_ok(outbox_find_number(f->outbox, o->saved[i], &c, &found));
        assert_true(found);
    }
    assert_ok(outbox_count(f->outbox, &counts));
    int64_t received = counts.in_state[OUTBOX_DELIVERED] + counts.in_state[OUTBOX_PURGED];
    assert_int_equal(received, o->settled);
    assert_int_equal(counts.waiting + received, o->saved_count); /* nothing half saved */
    assert_string_equal(outbox_quarantine(f->outbox), "");       /* nor taken for damage */
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    int64_t at = 0;
    for (bool reached = true; reached;) {
        struct fixture *f = NULL;
        struct outcome o = {0};
        assert_int_equal(fixture_setup((void **)&f), 0);
        outbox_close(&f->outbox);
        allocations = 0;
        fail_at = ++at;
        tell(&o, f);
        reached = allocations >= at;
        fail_at = 0;
        if (err_is(&o.first))
            assert_int_equal(o.first.class, ERR_SPACE);
        check(&o, f);
        fixture_teardown((void **)&f);
    }
    print_message("no memory: %lld allocations failed one by one, saved and lost 0\n", (long long)at - 1);
    assert_true(at > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};
    return cmocka_run_group_tests(tests, install, NULL);
}
