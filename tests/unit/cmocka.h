/* cmocka wants these four headers first; this is the one place that says so. */
#ifndef YIZHAN_TESTS_CMOCKA_H
#define YIZHAN_TESTS_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board/base/err.h"

/* Fails with the error's own words. */
#define assert_ok(call)                                                                                      \
    do {                                                                                                     \
        struct err assert_err = (call);                                                                      \
        if (err_is(&assert_err))                                                                             \
            fail_msg("%s: %s", #call, assert_err.text);                                                      \
    } while (0)

#define assert_err_class(call, expected)                                                                     \
    do {                                                                                                     \
        struct err assert_err = (call);                                                                      \
        if (assert_err.class != (expected))                                                                  \
            fail_msg("%s: %s \"%s\" instead of %s", #call, err_class_name(assert_err.class),                 \
                     assert_err.text, err_class_name(expected));                                             \
    } while (0)

#endif
