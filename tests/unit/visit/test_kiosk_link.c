/* Who the screen is: a PIN is asked for only at the kiosk's own. */
#include "app/visit/kiosk_link.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { NOBODY = 65534, PATIENCE_MS = 100, TRIES = 600 };

struct stage {
    char dir[64];
    int listening, screen;
    struct kiosk_link *link;
};

/* The kernel tells a caller who listened. */
static void listen_as(struct stage *f, uid_t uid)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/" TECHNICIAN_SOCKET, f->dir);
    f->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(f->listening, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(seteuid(uid), 0);
    int failed = listen(f->listening, 4);
    assert_int_equal(seteuid(getuid()), 0);
    assert_int_equal(failed, 0);
}

static int begin(void **state)
{
    static struct stage stage;
    stage = (struct stage){.dir = "/tmp/yizhan-link-XXXXXX", .listening = -1, .screen = -1};
    assert_non_null(mkdtemp(stage.dir));
    assert_ok(kiosk_link_create(stage.dir, clock_system(), &stage.link));
    *state = &stage;
    return 0;
}

static int end(void **state)
{
    struct stage *f = *state;
    kiosk_link_destroy(&f->link);
    close(f->listening);
    close(f->screen);
    fixture_remove_dir(f->dir);
    return 0;
}

static ssize_t heard(struct stage *f)
{
    static const struct technician_view view = {.screen = TECHNICIAN_PIN};
    char bytes[4096];
    kiosk_link_show(f->link, &view);
    f->screen = accept(f->listening, NULL, NULL);
    assert_true(f->screen >= 0);
    return recv(f->screen, bytes, sizeof bytes, MSG_DONTWAIT);
}

static void the_kiosk_is_shown_what_there_is(void **state)
{
    struct stage *f = *state;
    listen_as(f, getuid());
    assert_true(heard(f) > 0);
}

static void anybody_else_is_hung_up_on(void **state)
{
    struct stage *f = *state;
    if (getuid() != 0)
        skip(); /* nobody else to be */
    listen_as(f, NOBODY);
    assert_int_equal(heard(f), 0);
}

/* Its owner need not be root. */
static void the_owner_of_the_store_is_the_kiosk(void **state)
{
    struct stage *f = *state;
    if (getuid() != 0)
        skip();
    assert_int_equal(chown(f->dir, NOBODY, (gid_t)-1), 0);
    listen_as(f, NOBODY);
    assert_true(heard(f) > 0);
}

static bool is_hung_up(const struct stage *f)
{
    struct pollfd end = {.fd = f->screen};
    return poll(&end, 1, 0) > 0 && (end.revents & POLLHUP);
}

static void a_line_without_end_ends_the_line(void **state)
{
    static char endless[64 * 1024];
    struct stage *f = *state;
    struct technician_event event;
    listen_as(f, getuid());
    assert_true(heard(f) > 0);
    memset(endless, 'x', sizeof endless);
    assert_int_equal(send(f->screen, endless, sizeof endless, MSG_NOSIGNAL), sizeof endless);
    for (int tries = 0; !is_hung_up(f); tries++) {
        assert_true(tries < TRIES);
        assert_false(kiosk_link_await(f->link, PATIENCE_MS, &event));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(the_kiosk_is_shown_what_there_is),
        TEST(anybody_else_is_hung_up_on),
        TEST(the_owner_of_the_store_is_the_kiosk),
        TEST(a_line_without_end_ends_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
