#include "board/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Long texts end at a whole UTF-8 character, so that they can go into JSON. */
static void cut_at_character(char *text, size_t size)
{
    size_t end = strnlen(text, size - 1);
    if (end < size - 1)
        return;
    while (end > 0 && ((unsigned char)text[end - 1] & 0xC0) == 0x80)
        end--;
    if (end > 0 && ((unsigned char)text[end - 1] & 0x80) != 0)
        end--;
    text[end] = '\0';
}

static void format_text(struct err *e, const char *format, va_list args)
{
    vsnprintf(e->text, sizeof e->text, format, args);
    cut_at_character(e->text, sizeof e->text);
    for (char *c = e->text; *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
}

struct err err_make(enum err_class class, const char *module, int code, const char *format, ...)
{
    struct err e = {.class = class, .module = module, .code = code};
    va_list args;
    va_start(args, format);
    format_text(&e, format, args);
    va_end(args);
    return e;
}

static enum err_class class_of_errno(int errno_value)
{
    switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
        return ERR_SPACE;
    case EAGAIN:
    case EINTR:
        return ERR_RETRY;
    default:
        return ERR_SYSTEM;
    }
}

struct err err_errno(const char *module, int errno_value, const char *format, ...)
{
    struct err e = {.class = class_of_errno(errno_value), .module = module, .code = errno_value};
    va_list args;
    va_start(args, format);
    format_text(&e, format, args);
    va_end(args);
    size_t used = strlen(e.text);
    snprintf(e.text + used, sizeof e.text - used, ": %s", strerrordesc_np(errno_value));
    return e;
}

struct err err_no_memory(const char *module)
{
    return err_make(ERR_SPACE, module, ENOMEM, "out of memory");
}

struct err err_context(struct err cause, const char *format, ...)
{
    struct err e = {.class = cause.class, .module = cause.module, .code = cause.code};
    va_list args;
    va_start(args, format);
    format_text(&e, format, args);
    va_end(args);
    size_t used = strlen(e.text);
    snprintf(e.text + used, sizeof e.text - used, ": %s", cause.text);
    cut_at_character(e.text, sizeof e.text);
    return e;
}

const char *err_class_name(enum err_class class)
{
    static const char *const names[] = {
        [ERR_NONE] = "none", [ERR_USER] = "user",       [ERR_RETRY] = "retry", [ERR_DEVICE] = "device",
        [ERR_DATA] = "data", [ERR_REFUSED] = "refused", [ERR_SPACE] = "space", [ERR_SYSTEM] = "system",
    };
    return (size_t) class < sizeof names / sizeof *names ? names[class] : "unknown";
}
