#include "ui/text_input.h"

#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

#define DICTIONARY "/usr/lib/" YIZHAN_MULTIARCH "/googlepinyin/data/dict_pinyin.dat"
#define ASSETS     YIZHAN_BUILD "/assets"

static int setup(void **state)
{
    struct text_input *input;
    assert_ok(text_input_create(DICTIONARY, ASSETS, &input));
    text_input_start(input, "zh-CN");
    *state = input;
    return 0;
}

static int teardown(void **state)
{
    text_input_destroy((struct text_input **)state);
    return 0;
}

static void choose_way(struct text_input *input, const char *id)
{
    for (size_t way = 0; way < text_input_way_count(input); way++)
        if (strcmp(text_input_way_id(input, way), id) == 0)
            text_input_set_way(input, way);
    assert_string_equal(text_input_way_id(input, text_input_way(input)), id);
}

static void press(struct text_input *input, const char *key, char out_text[TEXT_INPUT_BYTES_MAX])
{
    struct text_input_keys keys = text_input_keys(input);
    for (size_t i = 0; i < keys.count; i++)
        if (strcmp(keys.labels[i], key) == 0) {
            text_input_key(input, (int)i, out_text);
            return;
        }
    fail_msg("no key %s", key);
}

static int candidate_called(struct text_input *input, const char *wanted)
{
    struct text_input_keys found = text_input_candidates(input);
    for (size_t i = 0; i < found.count; i++)
        if (strcmp(found.labels[i], wanted) == 0)
            return (int)i;
    return -1;
}

static void pinyin_becomes_text_only_when_chosen(void **state)
{
    char text[TEXT_INPUT_BYTES_MAX];
    choose_way(*state, "input.pinyin");
    for (const char *c = "wang"; *c; c++) {
        press(*state, (char[]){*c, 0}, text);
        assert_string_equal(text, "");
    }
    assert_string_equal(text_input_composing(*state), "wang");
    int index = candidate_called(*state, "王");
    assert_true(index >= 0);
    text_input_candidate(*state, index, text);
    assert_string_equal(text, "王");
    assert_string_equal(text_input_composing(*state), "");
    assert_false(text_input_erase(*state)); /* nothing is being composed: the erase is for the text */
}

static void erase_takes_back_a_letter(void **state)
{
    char text[TEXT_INPUT_BYTES_MAX];
    choose_way(*state, "input.pinyin");
    press(*state, "z", text);
    press(*state, "h", text);
    assert_true(text_input_erase(*state));
    assert_string_equal(text_input_composing(*state), "z");
}

static void letters_and_digits_are_text_at_once(void **state)
{
    char text[TEXT_INPUT_BYTES_MAX];
    choose_way(*state, "input.digits");
    press(*state, "7", text);
    assert_string_equal(text, "7");
    text_input_start(*state, "en");
    assert_string_equal(text_input_way_id(*state, text_input_way(*state)), "input.letters");
    assert_false(text_input_has_candidates(*state));
    press(*state, "Q", text);
    assert_string_equal(text, "Q");
}

/* strokes: numbers of keys */
static void press_strokes(struct text_input *input, const char *strokes)
{
    char text[TEXT_INPUT_BYTES_MAX];
    choose_way(input, "input.strokes");
    for (const char *c = strokes; *c; c++) {
        text_input_key(input, *c - '0', text);
        assert_string_equal(text, "");
    }
}

static void strokes_find_a_character_in_either_order(void **state)
{
    char text[TEXT_INPUT_BYTES_MAX];
    press_strokes(*state, "0010"); /* 横横竖横 */
    assert_string_equal(text_input_composing(*state), "一一丨一");
    assert_int_equal(candidate_called(*state, "王"), 0); /* complete, so before 班 and 玉 */
    assert_true(candidate_called(*state, "玉") > 0);
    text_input_candidate(*state, 0, text);
    assert_string_equal(text, "王");
    assert_string_equal(text_input_composing(*state), "");
    press_strokes(*state, "34432"); /* 必, its middle first or its dots first */
    assert_true(candidate_called(*state, "必") < 0);
    press_strokes(*state, "34323");
    assert_true(candidate_called(*state, "必") >= 0);
    press_strokes(*state, "34332");
    assert_true(candidate_called(*state, "必") >= 0);
}

static void strokes_leave_nothing(void **state)
{
    press_strokes(*state, "012");
    assert_true(text_input_erase(*state));
    assert_string_equal(text_input_composing(*state), "一丨");
    assert_string_equal(text_input_initials(*state), ""); /* no letters that a name may begin with */
    const char *composing = text_input_composing(*state);
    struct text_input_keys found = text_input_candidates(*state);
    assert_true(found.count > 0);
    text_input_forget(*state);
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(composing[i], 0);
    for (size_t i = 0; i < found.count; i++)
        assert_string_equal(found.labels[i], "");
}

static void who_is_not_sure_of_a_stroke_says_so(void **state)
{
    press_strokes(*state, "0030"); /* 王 has no dot there */
    assert_true(candidate_called(*state, "王") < 0);
    press_strokes(*state, "0050"); /* the key "？" */
    assert_true(candidate_called(*state, "王") >= 0);
}

/* 黎 is far from the commonest that is read li. */
static void all_candidates_can_be_reached(void **state)
{
    char text[TEXT_INPUT_BYTES_MAX];
    choose_way(*state, "input.pinyin");
    press(*state, "l", text);
    press(*state, "i", text);
    int index = candidate_called(*state, "黎");
    assert_true(index >= 8);
    text_input_show_from(*state, (size_t)index);
    assert_int_equal(text_input_first_candidate(*state), index);
    text_input_candidate(*state, index, text);
    assert_string_equal(text, "黎");
    assert_int_equal(text_input_first_candidate(*state), 0); /* what comes next begins at its beginning */
    text_input_show_from(*state, 1000);
    assert_int_equal(text_input_first_candidate(*state), 0);
}

static void a_group_closes_with_the_next_key(void **state)
{
    char text[TEXT_INPUT_BYTES_MAX];
    choose_way(*state, "input.pinyin");
    text_input_set_group(*state, 3);
    assert_int_equal(text_input_open_group(*state), 3);
    press(*state, "j", text);
    assert_int_equal(text_input_open_group(*state), -1);
    text_input_set_group(*state, 3);
    text_input_set_group(*state, 3); /* tapped again */
    assert_int_equal(text_input_open_group(*state), -1);
}

/* 十 in two strokes. */
static void write_ten(struct text_input *input)
{
    static const struct ui_pad_point across[] = {{2000, 5000}, {4000, 5000}, {6000, 5000}, {8000, 5000}};
    static const struct ui_pad_point down[] = {{5000, 2000}, {5000, 4000}, {5000, 6000}, {5000, 8500}};
    text_input_stroke(input, across, 4);
    text_input_stroke(input, down, 4);
}

static void handwriting_makes_candidates_and_leaves_nothing(void **state)
{
    char text[TEXT_INPUT_BYTES_MAX];
    if (!text_input_has_pad(*state)) {
        print_message("skipped: this build has no handwriting templates\n");
        skip();
    }
    write_ten(*state);
    assert_int_equal(text_input_strokes(*state).stroke_count, 2);
    int index = candidate_called(*state, "十");
    assert_true(index >= 0);
    text_input_candidate(*state, index, text);
    assert_string_equal(text, "十");
    assert_int_equal(text_input_strokes(*state).stroke_count, 0);
    assert_int_equal(text_input_candidates(*state).count, 0);
    write_ten(*state);
    assert_true(text_input_erase(*state)); /* wipes the pad, not the text */
    assert_int_equal(text_input_strokes(*state).stroke_count, 0);
    write_ten(*state);
    const struct ui_pad_point *points = text_input_strokes(*state).points;
    text_input_forget(*state);
    assert_int_equal(points[0].x | points[0].y | points[7].x | points[7].y, 0);
}

static void too_much_ink_is_left_out(void **state)
{
    static const struct ui_pad_point points[500];
    if (!text_input_has_pad(*state))
        skip();
    for (int i = 0; i < 100; i++)
        text_input_stroke(*state, points, 500);
    struct ui_strokes strokes = text_input_strokes(*state);
    assert_true(strokes.stroke_count > 0 && strokes.stroke_count < 100);
}

static void without_their_files_two_ways_are_missing(void **state)
{
    teardown(state); /* one decoder per process */
    struct text_input *input;
    assert_ok(text_input_create(DICTIONARY, "/nowhere", &input));
    text_input_start(input, "zh-CN");
    assert_false(text_input_has_pad(input));
    assert_string_equal(text_input_way_id(input, text_input_way(input)), "input.pinyin");
    for (size_t way = 0; way < text_input_way_count(input); way++)
        assert_string_not_equal(text_input_way_id(input, way), "input.strokes");
    *state = input;
}

static void odd_indexes_do_nothing(void **state)
{
    char text[TEXT_INPUT_BYTES_MAX];
    choose_way(*state, "input.pinyin");
    text_input_key(*state, -1, text);
    text_input_key(*state, 1000, text);
    text_input_candidate(*state, 3, text);
    text_input_set_way(*state, 99);
    assert_string_equal(text, "");
    assert_string_equal(text_input_composing(*state), "");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(pinyin_becomes_text_only_when_chosen),
        T(erase_takes_back_a_letter),
        T(letters_and_digits_are_text_at_once),
        T(handwriting_makes_candidates_and_leaves_nothing),
        T(too_much_ink_is_left_out),
        T(strokes_find_a_character_in_either_order),
        T(strokes_leave_nothing),
        T(who_is_not_sure_of_a_stroke_says_so),
        T(all_candidates_can_be_reached),
        T(a_group_closes_with_the_next_key),
        T(without_their_files_two_ways_are_missing),
        T(odd_indexes_do_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
