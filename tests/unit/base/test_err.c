#include "board/base/err.h"

#include "board/base/utf8.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <string.h>

static void classifies_errno(void **state)
{
    (void)state;
    struct err e = err_errno("file", ENOSPC, "cannot write");
    assert_int_equal(e.class, ERR_SPACE);
    assert_non_null(strstr(e.text, "No space left"));
    assert_int_equal(err_errno("file", EACCES, "x").class, ERR_SYSTEM);
    assert_int_equal(err_errno("file", EINTR, "x").class, ERR_RETRY);
}

static void stays_one_line_of_whole_characters(void **state)
{
    (void)state;
    char long_text[1024] = "a\nb";
    for (size_t at = 3; at + 4 < sizeof long_text; at += 3)
        memcpy(long_text + at, "县", 4);
    struct err e = err_make(ERR_DATA, "form", 0, "%s", long_text);
    assert_null(strchr(e.text, '\n'));
    assert_true(utf8_valid(e.text, strlen(e.text)));
    e = err_context(e, "pull %s", "县县县县");
    assert_true(utf8_valid(e.text, strlen(e.text)));
    assert_memory_equal(e.text, "pull 县", strlen("pull 县"));
    assert_int_equal(e.class, ERR_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classifies_errno),
        cmocka_unit_test(stays_one_line_of_whole_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
