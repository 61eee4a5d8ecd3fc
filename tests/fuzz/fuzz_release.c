/* What the fleet's update certificate has signed, in hands gone bad: a release within its bounds, whose file
 * is one name and no path, or a refusal. */
#include "app/fleet/release.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf text = {0};
    struct release release;
    buf_append(&text, data, size);
    struct err e = release_parse(&text, &release);
    if (err_is(&e)) {
        assert(e.class == ERR_REFUSED || e.class == ERR_SPACE);
    } else {
        assert(release.ring_count >= 0 && release.ring_count <= RELEASE_RINGS_MAX && release.size > 0);
        assert(!strpbrk(release.file, "/%?#\\") && release.file[0] != '.' && strlen(release.sha256) == 64);
    }
    buf_finish(&text);
    return 0;
}
