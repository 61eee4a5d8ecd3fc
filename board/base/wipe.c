#include "board/base/wipe.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

void wipe(void *memory, size_t size)
{
    if (memory && size)
        explicit_bzero(memory, size);
}

static size_t whole_pages(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (size + page - 1) / page * page;
}

void *private_alloc(size_t size)
{
    if (size == 0 || size > SIZE_MAX / 2)
        return NULL;
    size_t mapped = whole_pages(size);
    void *memory = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    /* Best effort both: a kernel without them still serves, and the swap policy of the image is off anyway.
     */
    madvise(memory, mapped, MADV_DONTDUMP);
    mlock(memory, mapped);
    return memory;
}

void private_free(void *memory, size_t size)
{
    if (!memory)
        return;
    size_t mapped = whole_pages(size);
    wipe(memory, mapped);
    munmap(memory, mapped);
}

void forbid_core_dumps(void)
{
    /* 1, not 0: too small for any file, and the one value that also stops the kernel from piping the core to
     * a handler (core(5), fs/coredump.c). */
    const struct rlimit one_byte = {1, 1};
    setrlimit(RLIMIT_CORE, &one_byte);
}

void forbid_onlookers(void)
{
#ifndef __SANITIZE_ADDRESS__ /* its search for leaks is such an onlooker */
    prctl(PR_SET_DUMPABLE, 0);
#endif
}
