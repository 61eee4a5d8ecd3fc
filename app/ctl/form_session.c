/* yizhanctl form session: one JSON object a line on stdin, one answer a line on stdout, in order, flushed. */
#include "app/ctl/command.h"
#include "app/ctl/form_desk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_answer(json_t *answer)
{
    char *line = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
    fputs(line ? line : "{\"ok\":false,\"error\":\"the answer cannot be written as JSON\"}", stdout);
    putchar('\n');
    free(line);
    fflush(stdout);
    json_decref(answer);
}

int command_form_session(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct form_desk *desk = form_desk_create();
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while (desk && (length = getline(&line, &capacity, stdin)) >= 0)
        if (strspn(line, " \t\r\n") < (size_t)length)
            write_answer(form_desk_answer(desk, line, (size_t)length));
    free(line);
    int status = !desk;
    form_desk_destroy(&desk);
    return status;
}
