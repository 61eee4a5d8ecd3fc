#include "board/base/poke.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct err poke_address(const char *dir, const char *name, struct sockaddr_un *out_address)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/%s.poke", dir, name);
    if (length < 0 || (size_t)length >= sizeof address.sun_path)
        return err_make(ERR_REFUSED, "poke", ENAMETOOLONG,
                        "%s is too long for a local socket: use a shorter [store] dir", dir);
    *out_address = address;
    return err_ok();
}

struct err poke_listen(const char *dir, const char *name, int *out_fd)
{
    struct sockaddr_un address;
    TRY(poke_address(dir, name, &address));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_errno("poke", errno, "no local socket");
    unlink(address.sun_path);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        struct err e = err_errno("poke", errno, "cannot listen on %s", address.sun_path);
        close(fd);
        return e;
    }
    *out_fd = fd;
    return err_ok();
}

void poke_drain(int fd)
{
    char byte;
    while (recv(fd, &byte, 1, MSG_DONTWAIT) >= 0)
        ;
}

void poke_send(const char *dir, const char *name)
{
    struct sockaddr_un address;
    struct err e = poke_address(dir, name, &address);
    if (err_is(&e))
        return;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    sendto(fd, "", 0, MSG_DONTWAIT, (const struct sockaddr *)&address, sizeof address);
    close(fd);
}
