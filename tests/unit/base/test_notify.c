#include "board/base/notify.h"

#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* systemd's end, under an abstract name of this process. */
static int listen_as_systemd(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[64];
    int length = snprintf(name, sizeof name, "@yizhan-notify-%ld", (long)getpid());
    memcpy(address.sun_path, name, (size_t)length);
    address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length);
    assert_return_code(bind(fd, (struct sockaddr *)&address, size), 0);
    setenv("NOTIFY_SOCKET", name, 1);
    return fd;
}

static const char *heard(int fd, char *text, size_t size)
{
    ssize_t got = read(fd, text, size - 1);
    text[got > 0 ? got : 0] = '\0';
    return text;
}

static void a_sign_of_life_when_it_is_due_and_not_before(void **state)
{
    (void)state;
    char text[64];
    struct notifier notifier;
    int fd = listen_as_systemd();
    setenv("WATCHDOG_USEC", "30000000", 1);
    notifier_init(&notifier);
    assert_null(getenv("NOTIFY_SOCKET"));
    notifier_ready(&notifier);
    assert_string_equal(heard(fd, text, sizeof text), "READY=1");
    notifier_turn(&notifier, 1000);
    assert_string_equal(heard(fd, text, sizeof text), "WATCHDOG=1");
    assert_int_equal(notifier_wait_ms(&notifier, 4000), 7000);
    notifier_turn(&notifier, 10999);
    assert_string_equal(heard(fd, text, sizeof text), "");
    assert_int_equal(notifier_wait_ms(&notifier, 60000), 0);
    notifier_turn(&notifier, 60000);
    assert_string_equal(heard(fd, text, sizeof text), "WATCHDOG=1");
    notifier_finish(&notifier);
    close(fd);
}

static void another_process_s_watchdog_is_not_ours(void **state)
{
    (void)state;
    struct notifier notifier;
    int fd = listen_as_systemd();
    setenv("WATCHDOG_USEC", "30000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    notifier_init(&notifier);
    assert_int_equal(notifier_wait_ms(&notifier, 0), -1);
    notifier_finish(&notifier);
    close(fd);
}

static void without_systemd_it_is_silent(void **state)
{
    (void)state;
    static const char *const sockets[] = {NULL, "", "relative", "/nowhere/notify"};
    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++) {
        struct notifier notifier;
        if (sockets[i])
            setenv("NOTIFY_SOCKET", sockets[i], 1);
        notifier_init(&notifier);
        notifier_ready(&notifier);
        notifier_turn(&notifier, 0);
        assert_int_equal(notifier_wait_ms(&notifier, 0), -1);
        notifier_finish(&notifier);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sign_of_life_when_it_is_due_and_not_before),
        cmocka_unit_test(another_process_s_watchdog_is_not_ours),
        cmocka_unit_test(without_systemd_it_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
