#include "board/base/version.h"

#include "board/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RELEASE_BYTES_MAX = 16 * 1024 };

int version_compare(const char *a, const char *b)
{
    while (*a || *b) {
        char *a_end, *b_end;
        long left = strtol(a, &a_end, 10), right = strtol(b, &b_end, 10);
        if (left != right)
            return left < right ? -1 : 1;
        a = *a_end == '.' ? a_end + 1 : "";
        b = *b_end == '.' ? b_end + 1 : "";
    }
    return 0;
}

void version_running(const char *release_path, char *out_version, size_t size)
{
    static const char OURS[] = "NAME=Yizhan\n", KEY[] = "\nVERSION_ID=";
    struct buf text = {0};
    struct err e = file_read(release_path, RELEASE_BYTES_MAX, &text);
    bool is_ours = !err_is(&e) && strstr(buf_text(&text), OURS);
    const char *line = is_ours ? strstr(buf_text(&text), KEY) : NULL;
    snprintf(out_version, size, "%s", YIZHAN_VERSION);
    if (line)
        snprintf(out_version, size, "%.*s", (int)strcspn(line + sizeof KEY - 1, "\n"), line + sizeof KEY - 1);
    buf_finish(&text);
}
