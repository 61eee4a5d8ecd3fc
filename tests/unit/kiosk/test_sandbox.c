#include "app/kiosk/sandbox.h"

#include "tests/unit/cmocka.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int refused_with(int domain, int type)
{
    errno = 0;
    int fd = socket(domain, type, 0);
    if (fd >= 0)
        close(fd);
    return fd >= 0 ? 0 : errno;
}

/* In a child, because the filter stays for ever. Its exit status says what went wrong first. */
static int try_the_network(void)
{
    struct err e = sandbox_enter();
    if (err_is(&e))
        return 1;
    if (refused_with(AF_INET, SOCK_STREAM) != EACCES || refused_with(AF_INET, SOCK_DGRAM) != EACCES)
        return 2;
    if (refused_with(AF_INET6, SOCK_STREAM) != EACCES || refused_with(AF_PACKET, SOCK_RAW) != EACCES)
        return 3;
    if (refused_with(AF_INET | 0x10000, SOCK_STREAM) == 0)
        return 4;
    if (refused_with(AF_UNIX, SOCK_DGRAM) != 0 || refused_with(AF_NETLINK, SOCK_RAW) != 0)
        return 5;
    if (syscall(SYS_io_uring_setup, 1, NULL) != -1 || errno != ENOSYS)
        return 6;
    /* A 64-bit domain whose low half is AF_INET: the kernel reads 32 bits, so must the filter. */
    if (syscall(SYS_socket, (1ul << 32) | AF_INET, SOCK_STREAM, 0) != -1 || errno != EACCES)
        return 7;
    return 0;
}

static void nothing_but_local_sockets(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0)
        _exit(try_the_network());
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Without the filter the same sockets open: the test above can fail. */
static void the_network_is_there_before(void **state)
{
    (void)state;
    assert_int_equal(refused_with(AF_INET, SOCK_STREAM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_network_is_there_before),
        cmocka_unit_test(nothing_but_local_sockets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
