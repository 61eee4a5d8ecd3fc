/* Any lines as commands to an open form: each gets one answer that can be written, and nothing else happens.
 * The first byte says which form is open. */
#include "app/ctl/form_desk.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 40, LINE_MAX_BYTES = 4000 };

static void answer(struct form_desk *desk, const char *line, size_t length)
{
    json_t *given = form_desk_answer(desk, line, length);
    char *text = given == NULL ? NULL : json_dumps(given, JSON_COMPACT);
    if (text == NULL)
        abort();
    free(text);
    json_decref(given);
}

/* Devices are no forms: to read one would only make the fuzzer wait. */
static int names_a_device(const char *line, size_t length)
{
    return memmem(line, length, "dev", 3) != NULL || memmem(line, length, "proc", 4) != NULL;
}

static void open_form(struct form_desk *desk, uint8_t which)
{
    static const char *const names[] = {"repeats", "bindings",  "languages",   "actions",
                                        "body",    "functions", "audit-values"};
    char line[400];
    snprintf(line, sizeof line, "{\"do\":\"open\",\"form\":\"%s/tests/form/spec/%s.xml\",\"seed\":7}",
             YIZHAN_ROOT, names[which % (sizeof names / sizeof *names)]);
    answer(desk, line, strlen(line));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct form_desk *desk = size == 0 ? NULL : form_desk_create();
    if (desk == NULL)
        return 0;
    open_form(desk, data[0]);
    const char *at = (const char *)data + 1, *end = (const char *)data + size;
    for (int i = 0; i < LINES_MAX && at < end; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop == NULL ? end : stop) - at);
        if (length > 0 && length <= LINE_MAX_BYTES && !names_a_device(at, length))
            answer(desk, at, length);
        at += length + 1;
    }
    form_desk_destroy(&desk);
    return 0;
}
