#include "board/base/mailbox.h"

#include "tests/unit/cmocka.h"

#include <poll.h>
#include <pthread.h>

static bool readable(const struct mailbox *box)
{
    struct pollfd poll_fd = {.fd = mailbox_fd(box), .events = POLLIN};
    return poll(&poll_fd, 1, 0) == 1;
}

static void a_result_always_has_its_slot(void **state)
{
    (void)state;
    struct mailbox *box;
    assert_ok(mailbox_create(sizeof(int), 3, &box));
    assert_true(mailbox_reserve(box));
    assert_true(mailbox_put_progress(box, &(int){1}));
    assert_true(mailbox_put_progress(box, &(int){2}));
    assert_false(mailbox_put_progress(box, &(int){3})); /* dropped: the last slot is promised */
    assert_false(mailbox_reserve(box));
    mailbox_put_result(box, &(int){9});
    assert_true(readable(box));
    int item;
    for (int want = 1; mailbox_take(box, &item); want++)
        assert_int_equal(item, want == 3 ? 9 : want);
    assert_false(readable(box));
    mailbox_destroy(&box);
}

enum { MESSAGES = 20000 };

static void *send_all(void *context)
{
    struct mailbox *box = context;
    for (int i = 0; i < MESSAGES;) {
        if (!mailbox_reserve(box))
            continue;
        mailbox_put_result(box, &i);
        i++;
    }
    return NULL;
}

static void keeps_order_between_threads(void **state)
{
    (void)state;
    struct mailbox *box;
    pthread_t sender;
    assert_ok(mailbox_create(sizeof(int), 8, &box));
    assert_int_equal(pthread_create(&sender, NULL, send_all, box), 0);
    for (int want = 0; want < MESSAGES;) {
        struct pollfd poll_fd = {.fd = mailbox_fd(box), .events = POLLIN};
        assert_int_equal(poll(&poll_fd, 1, 10000), 1);
        for (int item; mailbox_take(box, &item); want++)
            assert_int_equal(item, want);
    }
    pthread_join(sender, NULL);
    mailbox_destroy(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_always_has_its_slot),
        cmocka_unit_test(keeps_order_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
