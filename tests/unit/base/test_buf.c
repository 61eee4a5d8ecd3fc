#include "board/base/buf.h"

#include "tests/unit/cmocka.h"

#include <string.h>

static void grows_and_stays_a_c_string(void **state)
{
    (void)state;
    for (int is_private = 0; is_private < 2; is_private++) {
        struct buf buf;
        if (is_private)
            buf_init_private(&buf);
        else
            buf_init(&buf);
        assert_string_equal(buf_text(&buf), "");
        for (int i = 0; i < 10000; i++)
            buf_printf(&buf, "%d,", i);
        buf_append_byte(&buf, 0);
        assert_ok(buf_check(&buf, "test"));
        assert_int_equal(strlen(buf_text(&buf)), buf.length - 1);
        assert_memory_equal(buf_text(&buf), "0,1,2,", 6);
        buf_clear(&buf);
        assert_string_equal(buf_text(&buf), "");
        buf_finish(&buf);
    }
}

static void latches_an_impossible_size(void **state)
{
    (void)state;
    struct buf buf = {0};
    buf_append_text(&buf, "kept");
    buf_append(&buf, "x", SIZE_MAX);
    buf_append_text(&buf, "ignored");
    assert_err_class(buf_check(&buf, "test"), ERR_SPACE);
    assert_string_equal(buf_text(&buf), "kept");
    buf_finish(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_stays_a_c_string),
        cmocka_unit_test(latches_an_impossible_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
