/* What was answered, as she would write it herself. */
#include "app/journey/review_value.h"
#include "tests/unit/journey/fake_kiosk.h"

#include "tests/unit/cmocka.h"

#include <string.h>

static const struct row {
    struct session_answer_line line;
    const char *value;
} rows[] = {
    {{.type = XFORM_STRING, .display = "13800001234"}, "138 0000 1234"},
    {{.type = XFORM_STRING, .display = "99012319420315004X"}, "990123 19420315 004X"},
    {{.type = XFORM_STRING, .display = "柳树村三组12号"}, "柳树村三组12号"},
    {{.type = XFORM_STRING, .display = "610021", .kind = XFORM_SELECT1}, "610021"},
    {{.ref = "/data/card/id_number", .type = XFORM_STRING, .display = "99012319420315004X"},
     "9901\u00a0**** ****\u00a0004X"},
    {{.ref = "/data/id_number", .type = XFORM_STRING, .display = "990123"}, "990123"},
    {{.type = XFORM_DECIMAL, .label = "每月收入多少元？", .display = "12000.5"}, "12000.5 元"},
    {{.type = XFORM_INT, .label = "家里几口人？", .display = "12000"}, "12000"},
    {{.type = XFORM_STRING, .label = "多少元？", .display = "不知道"}, "不知道"},
    {{.type = XFORM_DATE, .display = "1942-03-05"}, "1942年3月5日"},
    {{.type = XFORM_DATE, .display = "三月"}, "三月"},
    {{.type = XFORM_DATE, .display = "1942-13-05"}, "1942-13-05"},
    {{.type = XFORM_TIME, .display = "10:30:00.000+08:00"}, "10:30"},
    {{.type = XFORM_TIME, .display = "9"}, "9"},
    {{.type = XFORM_DATETIME, .display = "2026-11-22T10:30:00.000+08:00"}, "2026年11月22日 10:30"},
    {{.type = XFORM_DATETIME, .display = "2026-11-22"}, "2026年11月22日"},
    {{.kind = XFORM_UPLOAD, .type = XFORM_BINARY, .display = "sign.png"}, "已经有了"},
};

static void answers_are_shown_as_people_write_them(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    struct ui_tree *tree = journey_screen(kiosk.journey, &kiosk.theme);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct session_answer_line line = rows[i].line;
        line.ref = line.ref ? line.ref : "/data/answer";
        line.label = line.label ? line.label : "";
        line.kind = line.kind ? line.kind : XFORM_INPUT;
        assert_string_equal(review_value(tree, &line), rows[i].value);
    }
    ui_tree_destroy(&tree);
    fake_kiosk_stop(&kiosk);
}

/* This year's days are near; others need their year. */
static void a_near_day_has_no_year(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    char today[11];
    fake_kiosk_start(&kiosk);
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    journey_today(kiosk.journey, today);
    assert_null(strstr(journey_near_day(kiosk.journey, arena, today), "年"));
    assert_string_equal(journey_near_day(kiosk.journey, arena, "2031-01-02"), "2031年1月2日");
    assert_string_equal(journey_near_day(kiosk.journey, arena, ""), "");
    arena_destroy(&arena);
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_shown_as_people_write_them),
        cmocka_unit_test(a_near_day_has_no_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
