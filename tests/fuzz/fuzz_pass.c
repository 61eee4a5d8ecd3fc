/* What a technician's certificate has signed, by a technician gone bad: a pass within its bounds whose files
 * stay in the stick's own folder, or a refusal. */
#include "app/fleet/pass_private.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf text = {0};
    struct pass pass;
    buf_append(&text, data, size);
    struct err e = pass_parse(&text, &pass);
    if (err_is(&e)) {
        assert(e.class == ERR_REFUSED && e.code == PASS_FAULT_GARBLED);
    } else {
        assert(pass.file_count <= PASS_FILES_MAX && pass.until_ms != 0 && pass.actions != 0);
        for (int i = 0; i < pass.file_count; i++)
            assert(!strchr(pass.files[i].name, '/') && pass.files[i].name[0] != '.' &&
                   pass.files[i].size >= 0);
    }
    buf_finish(&text);
    return 0;
}
