#include "app/kiosk/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/socket.h>

/* Two ranges around the allowed domains: AF_UNIX 1 and AF_NETLINK 16. A domain compares as 32 bits. */
static int deny_domains(scmp_filter_ctx filter, int call)
{
    const uint64_t low_half = 0xFFFFFFFF;
    for (uint64_t domain = 0; domain < 64; domain++) {
        if (domain == AF_UNIX || domain == AF_NETLINK)
            continue;
        int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 1,
                                      SCMP_A0(SCMP_CMP_MASKED_EQ, low_half, domain));
        if (failed)
            return failed;
    }
    /* Higher domains: any bit above the lowest six. */
    for (int bit = 6; bit < 32; bit++) {
        uint64_t mask = 1ull << bit;
        int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 1,
                                      SCMP_A0(SCMP_CMP_MASKED_EQ, mask, mask));
        if (failed)
            return failed;
    }
    return 0;
}

static int add_rules(scmp_filter_ctx filter)
{
    int failed = deny_domains(filter, SCMP_SYS(socket));
    if (!failed)
        failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(io_uring_setup), 0);
    return failed;
}

struct err sandbox_enter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter)
        return err_no_memory("sandbox");
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (!failed)
        failed = add_rules(filter);
    if (!failed)
        failed = seccomp_load(filter);
    seccomp_release(filter);
    return failed ? err_errno("sandbox", -failed, "the kernel refuses the network filter") : err_ok();
}
