/* models.ini: the shipped one loads, what is wrong is said with file and line, the first match wins. */
#include "board/base/file.h"
#include "drivers/models.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool no_odd_ones(const struct arrival *arrival, const struct model *model)
{
    (void)model;
    return arrival->product % 2 == 0;
}

enum { SET_COLOUR, SET_SPEED };
static const struct setting settings[] = {{.key = "colour", .words = "red green blue"},
                                          {.key = "speed", .min = 1, .max = 9, .fallback = 5},
                                          {.key = "table", .is_path = true},
                                          {.key = NULL}};
static const struct driver picky = {
    .name = "picky", .class = DEVICE_SCANNER, .settings = settings, .probe = no_odd_ones};
static const struct driver plain = {.name = "plain", .class = DEVICE_PRINTER};
static const struct driver *const drivers[] = {&picky, &plain, NULL};

static struct err load(const char *text, struct models **out)
{
    char path[] = "/tmp/test-models-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_ok(file_write(path, text, strlen(text), 0600));
    struct err e = models_load(path, drivers, out);
    unlink(path);
    return e;
}

static void the_shipped_file_loads(void **state)
{
    struct models *models = NULL;
    struct arrival reader = {.keys = {"usb:0400:c35a", "usb-class:ff"}, .key_count = 2};
    struct arrival stranger = {.keys = {"usb:1d6b:0002", "usb-class:09"}, .key_count = 2};
    (void)state;
    assert_ok(models_load(YIZHAN_ROOT "/drivers/models.ini", driver_registry, &models));
    assert_string_equal(models_find(models, &reader)->driver->name, "sam");
    assert_null(models_find(models, &stranger));
    models_destroy(&models);
    assert_null(models);
}

static void the_first_row_whose_driver_says_yes_wins(void **state)
{
    struct models *models = NULL;
    struct arrival even = {.keys = {"usb:1234:0002", "usb-class:07"}, .key_count = 2, .product = 2};
    struct arrival odd = {.keys = {"usb:1234:0003", "usb-class:07"}, .key_count = 2, .product = 3};
    (void)state;
    assert_ok(load("[usb:1234:*]\nname = one\ndriver = picky\ncolour = blue\ntable = "
                   "/t\n[usb-class:07]\ndriver = plain\n",
                   &models));
    assert_string_equal(models_find(models, &even)->name, "one");
    assert_int_equal(models_find(models, &even)->values[SET_COLOUR], 2);
    assert_int_equal(models_find(models, &even)->values[SET_SPEED], 5);
    assert_string_equal(models_find(models, &even)->path, "/t");
    assert_string_equal(models_find(models, &odd)->path, "");
    assert_ptr_equal(models_find(models, &odd)->driver, &plain);
    models_destroy(&models);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    static const struct {
        const char *text, *line;
    } table[] = {
        {"[a]\ndriver = nobody\n", ":2:"},
        {"[a]\ndriver = picky\nspeed = 10\n", ":3:"},
        {"[a]\ndriver = picky\nspeed = fast\n", ":3:"},
        {"[a]\ndriver = picky\ncolour = pink\n", ":3:"},
        {"[a]\ndriver = picky\nweight = 3\n", ":3:"},
        {"[a]\ndriver = picky\ntable = tables/a\n", ":3:"},
        {"[a]\nspeed = 3\ndriver = picky\n", ":2:"},
        {"[a]\nname = x\n[b]\ndriver = plain\n", ":3:"},
        {"name = x\n", ":1:"},
        {"[a]\nname = x\n", "names no driver"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct models *models = NULL;
        struct err e = load(table[i].text, &models);
        assert_int_equal(e.class, ERR_DATA);
        assert_non_null(strstr(e.text, table[i].line));
        assert_null(models);
    }
}

static void words_have_places(void **state)
{
    (void)state;
    assert_int_equal(setting_word("auto hid", "auto"), 0);
    assert_int_equal(setting_word("auto hid", "hid"), 1);
    assert_int_equal(setting_word("auto hid", "hi"), -1);
    assert_int_equal(setting_word("auto hid", ""), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_file_loads),
        cmocka_unit_test(the_first_row_whose_driver_says_yes_wins),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(words_have_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
