#include "app/form/datetime.h"
#include "board/base/file.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <string.h>

/* Spec "Data Types": date, time, dateTime; and zones from the system's own files. */

static struct tz *load_zone(const char *name)
{
    char path[128];
    struct buf bytes = {0};
    struct tz *tz = NULL;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    assert_ok(file_read(path, 1 << 20, &bytes));
    assert_ok(tz_create(bytes.data, bytes.length, &tz));
    buf_finish(&bytes);
    return tz;
}

static void days_count_from_1970_both_ways(void **state)
{
    (void)state;
    assert_int_equal(civil_days(1970, 1, 1), 0);
    assert_int_equal(civil_days(2000, 2, 29), 11016);
    assert_int_equal(civil_days(1969, 12, 31), -1);
    assert_int_equal(civil_days(1600, 1, 1), -135140);
    for (int64_t days = -800000; days < 800000; days += 37) {
        struct civil c = civil_at(days * DAY_MS, NULL);
        assert_int_equal(civil_days(c.year, c.month, c.day), days);
        assert_in_range(c.weekday, 0, 6);
    }
    assert_int_equal(civil_at(0, NULL).weekday, 4); /* a Thursday */
}

static void assert_moment(const char *text, int64_t expected)
{
    int64_t ms = -1;
    if (!datetime_parse(text, NULL, &ms) || ms != expected)
        fail_msg("%s is %lld, not %lld", text, (long long)ms, (long long)expected);
}

static void iso_texts_are_read(void **state)
{
    (void)state;
    assert_moment("1970-01-02", DAY_MS);
    assert_moment("1970-01-01T01:02", 3720000);
    assert_moment("1970-01-01T01:02:03.4567", 3723456);
    assert_moment("1970-01-01T08:00:00.000+08:00", 0);
    assert_moment("1969-12-31T23:00:00-01:00", 0);
    assert_moment("1970-01-01T00:00:00Z", 0);
    assert_moment("2000-02-29", 951782400000);
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {"",
                                      "2020",
                                      "2020-1-1",
                                      "2020-13-01",
                                      "2020-00-01",
                                      "2021-02-29",
                                      "1900-02-29",
                                      "2020-01-32",
                                      "2020-01-01 ",
                                      "2020-01-01T",
                                      "2020-01-01T24:00",
                                      "2020-01-01T10:60",
                                      "2020-01-01T10:00:60",
                                      "2020-01-01T10:00:00.",
                                      "2020-01-01T10:00+15:00",
                                      "2020-01-01T10:00+08:60",
                                      "2020-01-01T10:00+0800",
                                      "2020-01-01T10:00Zx"};
    int64_t ms = 42;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        if (datetime_parse(BAD[i], NULL, &ms))
            fail_msg("%s is read as a date", BAD[i]);
    assert_int_equal(ms, 42);
}

static void texts_are_written_with_the_zones_offset(void **state)
{
    (void)state;
    struct tz *shanghai = load_zone("Asia/Shanghai");
    char text[DATETIME_TEXT];
    datetime_write(1795312800000, shanghai, text);
    assert_string_equal(text, "2026-11-22T10:00:00.000+08:00");
    date_write(1795312800000, shanghai, text);
    assert_string_equal(text, "2026-11-22");
    datetime_write_short(1795276800000, shanghai, text);
    assert_string_equal(text, "2026-11-22");
    datetime_write_short(1795276800001, shanghai, text);
    assert_string_equal(text, "2026-11-22T00:00:00.001+08:00");
    tz_destroy(&shanghai);
    assert_null(shanghai);
}

static void zones_know_their_past_and_future(void **state)
{
    (void)state;
    struct tz *shanghai = load_zone("Asia/Shanghai");
    struct tz *new_york = load_zone("America/New_York");
    struct tz *urumqi = load_zone("Asia/Urumqi");
    assert_int_equal(tz_offset_at(shanghai, 1795312800), 8 * 3600);
    assert_int_equal(tz_offset_at(shanghai, 550000000), 9 * 3600); /* summer time of 1987 */
    assert_int_equal(tz_offset_at(urumqi, 1795312800), 6 * 3600);
    assert_int_equal(tz_offset_at(new_york, 1783080000), -4 * 3600); /* July 2026 */
    assert_int_equal(tz_offset_at(new_york, 1795312800), -5 * 3600);
    assert_int_equal(tz_offset_at(new_york, 4118731200), -4 * 3600); /* July 2100: by the rule */
    assert_int_equal(tz_offset_at(new_york, 4133894400), -5 * 3600);
    assert_int_equal(tz_offset_at(NULL, 0), 0);
    tz_destroy(&shanghai);
    tz_destroy(&new_york);
    tz_destroy(&urumqi);
}

static int64_t local(const struct tz *tz, const char *text)
{
    int64_t ms = 0;
    assert_true(datetime_parse(text, tz, &ms));
    return ms / 1000;
}

static void gaps_and_overlaps_of_summer_time_are_decided(void **state)
{
    (void)state;
    struct tz *new_york = load_zone("America/New_York");
    assert_int_equal(local(new_york, "2026-03-08T01:59:59"), 1772953199);
    assert_int_equal(local(new_york, "2026-03-08T02:30:00"),
                     1772955000); /* no such time: as before the gap */
    assert_int_equal(local(new_york, "2026-03-08T03:00:00"), 1772953200);
    assert_int_equal(local(new_york, "2026-11-01T01:30:00"), 1793511000); /* twice: the earlier */
    assert_int_equal(local(new_york, "2026-11-01T02:00:00"), 1793516400);
    tz_destroy(&new_york);
}

static void files_that_are_no_zones_are_refused(void **state)
{
    (void)state;
    struct tz *tz = NULL;
    struct buf bytes = {0};
    assert_err_class(tz_create("TZif", 4, &tz), ERR_DATA);
    assert_ok(file_read("/usr/share/zoneinfo/Asia/Shanghai", 1 << 20, &bytes));
    size_t refused = 0;
    for (size_t length = 0; length < bytes.length; length++) {
        struct err err = tz_create(bytes.data, length, &tz);
        refused += err_is(&err);
        tz_destroy(&tz);
    }
    assert_true(refused > bytes.length / 2); /* only the footer may be missing */
    buf_finish(&bytes);
}

static void times_of_day_are_read(void **state)
{
    (void)state;
    struct tz *east = NULL;
    int64_t ms;
    assert_ok(tz_create_fixed(8 * 3600, &east));
    assert_true(time_parse("10:30", east, &ms));
    assert_int_equal(ms, 37800000);
    assert_true(time_parse("10:30:00.000+08:00", east, &ms));
    assert_int_equal(ms, 37800000);
    assert_true(time_parse("22:30:00.000Z", east, &ms));
    assert_int_equal(ms, 23400000); /* 06:30 here */
    assert_false(time_parse("10", east, &ms));
    assert_false(time_parse("25:00", east, &ms));
    assert_false(time_parse("10:30x", east, &ms));
    tz_destroy(&east);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_count_from_1970_both_ways),
        cmocka_unit_test(iso_texts_are_read),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(texts_are_written_with_the_zones_offset),
        cmocka_unit_test(zones_know_their_past_and_future),
        cmocka_unit_test(gaps_and_overlaps_of_summer_time_are_decided),
        cmocka_unit_test(files_that_are_no_zones_are_refused),
        cmocka_unit_test(times_of_day_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
