#include "board/base/utf8.h"

#include "tests/unit/cmocka.h"

#include <string.h>

static void knows_well_formed_text(void **state)
{
    (void)state;
    static const char *const good[] = {"", "abc", "é", "王秀兰", "𠮷", "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {"\x80",         "\xC0\xAF",         "\xE0\x80\x80",
                                      "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE7\x8E"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(utf8_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(utf8_valid(bad[i], strlen(bad[i])));
}

static void reads_and_writes_every_code_point(void **state)
{
    (void)state;
    for (uint32_t code_point = 1; code_point < 0x110000; code_point += code_point < 0x3000 ? 1 : 97) {
        if (code_point >= 0xD800 && code_point < 0xE000)
            continue;
        char bytes[4];
        const char *at = bytes;
        size_t length = utf8_put(code_point, bytes);
        assert_int_equal(utf8_next(&at, bytes + length), code_point);
        assert_ptr_equal(at, bytes + length);
    }
}

static void reads_what_a_spreadsheet_writes(void **state)
{
    (void)state;
    struct buf text = {0};
    static const char gb18030[] =
        "\xCD\xF5\xD0\xE3\xC0\xBC\x95\x32\x9F\x35"; /* 王秀兰 and U+20BB7-like four bytes */
    assert_ok(utf8_from_any(gb18030, 6, &text));
    assert_string_equal(buf_text(&text), "王秀兰");
    buf_clear(&text);
    assert_ok(utf8_from_any("\xEF\xBB\xBFname", 7, &text));
    assert_string_equal(buf_text(&text), "name");
    assert_err_class(utf8_from_any("\xFF\xFF", 2, &text), ERR_DATA);
    struct err e = utf8_from_any("key\n\xB8\xDF\nx\xFFy\n", 11, &text);
    assert_string_equal(e.text, "line 3: neither UTF-8 nor GB18030");
    e = utf8_from_any("\xFF\xFEk\0", 4, &text);
    assert_non_null(strstr(e.text, "UTF-16"));
    buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_well_formed_text),
        cmocka_unit_test(reads_and_writes_every_code_point),
        cmocka_unit_test(reads_what_a_spreadsheet_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
