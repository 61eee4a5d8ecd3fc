/* What a visit leaves on a stick is read back as it was, and a damaged one is said to be damaged. */
#include "app/fleet/stick.h"
#include "board/base/file.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct stick_visit visit = {
    .pass = "7b1c",
    .who = "张技术员",
    .kiosk = 42,
    .place = "青溪镇\"便民\"点",
    .began_ms = 1795305600000,
    .ended_ms = 1795305900000,
    .version_before = "0.3.0",
    .version_after = "0.4.0",
    .steps = {{"update", "done", ""}, {"courier", "pulled", "3 applications"}},
    .step_count = 2,
};

static int make_folder(void **state)
{
    char template[] = "/tmp/yizhan-stick-XXXXXX";
    *state = mkdtemp(template) ? strdup(template) : NULL;
    return *state == NULL;
}

static int remove_folder(void **state)
{
    char path[200];
    for (size_t i = 0; i < 3; i++) {
        snprintf(
            path, sizeof path, "%s%s", (char *)*state,
            (const char *[]){"/yizhan-visits/0042/visit.json", "/yizhan-visits/0042", "/yizhan-visits"}[i]);
        remove(path);
    }
    remove(*state);
    free(*state);
    return 0;
}

static void a_visit_is_read_as_it_was_left(void **state)
{
    struct stick_visit read = {0};
    bool found = true;
    assert_ok(stick_visit_read(*state, 42, &read, &found));
    assert_false(found);
    assert_ok(stick_visit_save(*state, &visit));
    assert_ok(stick_visit_read(*state, 42, &read, &found));
    assert_true(found);
    assert_memory_equal(&read, &visit, sizeof visit);
    assert_ok(stick_visit_read(*state, 43, &read, &found));
    assert_false(found);
}

static void a_damaged_one_says_so(void **state)
{
    char path[200];
    struct stick_visit read = {0};
    bool found = false;
    assert_ok(stick_visit_save(*state, &visit));
    snprintf(path, sizeof path, "%s/yizhan-visits/0042/visit.json", (char *)*state);
    assert_ok(file_write(path, "{\"kiosk\": 42, \"pa", 17, 0644));
    assert_int_equal(stick_visit_read(*state, 42, &read, &found).class, ERR_DATA);
    assert_ok(file_write(path, "{\"kiosk\": 41}", 13, 0644));
    assert_int_equal(stick_visit_read(*state, 42, &read, &found).class, ERR_DATA);
    assert_false(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_visit_is_read_as_it_was_left, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_damaged_one_says_so, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
