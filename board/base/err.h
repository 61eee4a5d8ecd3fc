/*
 * One result type for the whole project.
 *
 * A function that can fail returns `struct err` and must be looked at. The class says who can mend it, the
 * module and code say where it came from, the text says it in one short line. Lower layers return errors and
 * do not log; whoever handles the error logs it once. A text never carries personal data.
 */
#ifndef YIZHAN_BASE_ERR_H
#define YIZHAN_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

enum err_class {
    ERR_NONE,    /* it worked */
    ERR_USER,    /* the person at the kiosk can mend it: card moved, paper low, answer not valid */
    ERR_RETRY,   /* may work later without anybody's help: busy, timed out, link down */
    ERR_DEVICE,  /* a device failed and is out of service until it is mended or plugged in again */
    ERR_DATA,    /* what came in is malformed: form, config, frame, database */
    ERR_REFUSED, /* we or the other side will not do it: limit, permission, policy */
    ERR_SPACE,   /* no memory or no disk */
    ERR_SYSTEM,  /* the operating system said no; code is errno */
};

struct err {
    enum err_class class;
    int code; /* errno, HTTP status, SW3 byte, SQLite code: what the module has; 0 when it has none */
    const char *module; /* static string, the prefix of the module: "seal", "idcard", "xpath" */
    char text[232];     /* one line, no newline, no personal data */
};

#define MUST_USE                         __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* Ends the text, but does not clear all of it: this is what nearly every call returns. */
static inline struct err err_ok(void)
{
    struct err ok;
    ok.class = ERR_NONE;
    ok.code = 0;
    ok.module = NULL;
    ok.text[0] = '\0';
    return ok;
}

static inline bool err_is(const struct err *e)
{
    return e->class != ERR_NONE;
}

/* Hands an error up: for functions that have nothing to clean up. Others use one forward `out:` label. */
#define TRY(call)                                                                                            \
    do {                                                                                                     \
        struct err try_err = (call);                                                                         \
        if (err_is(&try_err))                                                                                \
            return try_err;                                                                                  \
    } while (0)

MUST_USE struct err err_make(enum err_class class, const char *module, int code, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* ERR_SPACE for ENOSPC, EDQUOT and ENOMEM, ERR_RETRY for EAGAIN and EINTR, else ERR_SYSTEM; appends strerror.
 */
MUST_USE struct err err_errno(const char *module, int errno_value, const char *format, ...) PRINTF_LIKE(3, 4);

/* ERR_SPACE, "out of memory". */
MUST_USE struct err err_no_memory(const char *module);

/* The same error with what was being done in front: "pull pension8: connection refused". */
MUST_USE struct err err_context(struct err cause, const char *format, ...) PRINTF_LIKE(2, 3);

/* "user", "retry", ... for logs and JSON. */
const char *err_class_name(enum err_class class);

#endif
