#include "board/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

/* sd-daemon(3): journald reads the priority from "<N>" at the start of a line. */
static void write_line(int priority, const char *module, const char *format, va_list args)
{
    char line[LINE_MAX_BYTES];
    int head = snprintf(line, sizeof line, "<%d>%s: ", priority, module);
    int body = vsnprintf(line + head, sizeof line - (size_t)head - 1, format, args);
    if (body < 0)
        return;
    size_t length = strlen(line);
    for (size_t i = (size_t)head; i < length; i++)
        if (line[i] == '\n')
            line[i] = ' ';
    line[length++] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line, length);
    (void)ignored; /* nobody to tell when stderr is gone */
}

#define DEFINE_LOG(name, priority)                                                                           \
    void name(const char *module, const char *format, ...)                                                   \
    {                                                                                                        \
        va_list args;                                                                                        \
        va_start(args, format);                                                                              \
        write_line(priority, module, format, args);                                                          \
        va_end(args);                                                                                        \
    }

DEFINE_LOG(log_error, 3)
DEFINE_LOG(log_warn, 4)
DEFINE_LOG(log_info, 6)

void log_err(const char *module, const struct err *e)
{
    bool ours = e->class == ERR_USER || e->class == ERR_RETRY;
    const char *from = e->module ? e->module : "?";
    if (ours)
        log_warn(module, "%s (%s, %s %d)", e->text, err_class_name(e->class), from, e->code);
    else
        log_error(module, "%s (%s, %s %d)", e->text, err_class_name(e->class), from, e->code);
}

struct log_redacted log_redacted(const char *personal)
{
    struct log_redacted redacted;
    snprintf(redacted.text, sizeof redacted.text, "[%zu bytes]", personal ? strlen(personal) : 0);
    return redacted;
}
