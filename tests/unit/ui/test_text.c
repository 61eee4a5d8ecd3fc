#include "board/base/buf.h"
#include "board/base/file.h"
#include "ui/text.h"
#include "ui/text_faces.h"
#include "ui/text_stream.h"

#include "tests/unit/cmocka.h"

#include <SDL2/SDL_surface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct ui_text_style plain = {.size_px = 40};

static int setup(void **state)
{
    struct ui_text *text;
    assert_ok(ui_text_create(YIZHAN_BUILD "/assets/fonts", 256 << 10, &text));
    *state = text;
    return 0;
}

static int teardown(void **state)
{
    ui_text_destroy((struct ui_text **)state);
    return 0;
}

static size_t wrap(struct ui_text *text, const char *string, int width, char lines[][64])
{
    struct ui_text_line found[UI_TEXT_LINES_MAX];
    size_t count = ui_text_wrap(text, &plain, string, width, found, NULL);
    for (size_t i = 0; i < count; i++) {
        assert_true(found[i].length < 64);
        memcpy(lines[i], string + found[i].start, found[i].length);
        lines[i][found[i].length] = 0;
        assert_true(found[i].width_px <= width);
    }
    return count;
}

/* A line of Chinese never begins with a comma, a full stop or a closing mark. */
static void breaks_chinese_by_its_rules(void **state)
{
    char lines[UI_TEXT_LINES_MAX][64];
    size_t count = wrap(*state, "按“交上去”以后，材料会封好。", 7 * 40, lines);
    assert_int_equal(count, 3);
    for (size_t i = 1; i < count; i++) {
        assert_true(strncmp(lines[i], "，", 3) != 0);
        assert_true(strncmp(lines[i], "。", 3) != 0);
        assert_true(strncmp(lines[i], "”", 3) != 0);
    }
}

static void breaks_english_between_words(void **state)
{
    char lines[UI_TEXT_LINES_MAX][64];
    size_t count = wrap(*state, "Put your card on the reader", 250, lines);
    assert_true(count >= 2);
    assert_string_equal(lines[0], "Put your card");
}

static void breaks_a_word_that_is_too_long(void **state)
{
    char lines[UI_TEXT_LINES_MAX][64];
    size_t count = wrap(*state, "1101081948022900211234", 200, lines);
    assert_true(count >= 2);
    struct buf joined = {0};
    for (size_t i = 0; i < count; i++)
        buf_append_text(&joined, lines[i]);
    assert_string_equal(buf_text(&joined), "1101081948022900211234");
    buf_finish(&joined);
}

/* Never a lone character under a full line. */
static void headings_are_set_evenly(void **state)
{
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    const char *heading = "您现在主要住在哪里";
    assert_int_equal(ui_text_wrap_even(*state, &plain, heading, 8 * 40, lines, NULL), 2);
    assert_int_equal(lines[0].length, 5 * 3);
    assert_int_equal(lines[1].length, 4 * 3);
}

static void expect_first_even_line(struct ui_text *text, const char *words, int width_em, const char *first)
{
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    size_t count = ui_text_wrap_even(text, &plain, words, width_em * 40, lines, NULL);
    assert_in_range(count, 2, 3);
    assert_int_equal(lines[0].length, strlen(first));
    assert_memory_equal(words, first, strlen(first));
}

static void even_lines_end_at_a_mark_that_is_near(void **state)
{
    expect_first_even_line(*state, "没读到卡，请放平再试一次", 9, "没读到卡，");
    expect_first_even_line(*state, "您身体怎么样？要不要人帮忙", 9, "您身体怎么样？");
    expect_first_even_line(*state, "好，我们把您填的都收好了", 10, "好，我们把您"); /* too far away */
    expect_first_even_line(*state, "Printing is slow. Please note the number.", 16, "Printing is slow.");
}

static void even_lines_keep_words_and_numbers_whole(void **state)
{
    expect_first_even_line(*state, "户口在Beijing的老人", 8, "户口在Beijing");
    expect_first_even_line(*state, "一共有 1234567 元", 7, "一共有");
    expect_first_even_line(*state, "Which town are you registered in?", 10, "Which town are");
}

static void newlines_break(void **state)
{
    char lines[UI_TEXT_LINES_MAX][64];
    assert_int_equal(wrap(*state, "一\n二\n三", 400, lines), 3);
    assert_string_equal(lines[1], "二");
}

static void more_lines_than_it_holds_is_told(void **state)
{
    char string[UI_TEXT_LINES_MAX * 2 + 20];
    for (size_t i = 0; i < sizeof string - 1; i++)
        string[i] = i % 2 ? '\n' : 'a';
    string[sizeof string - 1] = 0;
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    bool is_cut;
    assert_int_equal(ui_text_wrap(*state, &plain, string, 10, lines, &is_cut), UI_TEXT_LINES_MAX);
    assert_true(is_cut);
}

static SDL_Surface *paper(int width)
{
    SDL_Surface *s = SDL_CreateRGBSurfaceWithFormat(0, width, 60, 32, SDL_PIXELFORMAT_RGB888);
    SDL_FillRect(s, NULL, 0xFFFFFF);
    return s;
}

static void draw(struct ui_text *text, SDL_Surface *s, const char *string)
{
    ui_text_draw(text, s, &plain, 0x000000, string, strlen(string), 0, 0, 60);
}

static int inked_between(SDL_Surface *s, int x0, int x1)
{
    int count = 0;
    for (int y = 0; y < s->h; y++)
        for (int x = x0; x < x1 && x < s->w; x++)
            count += (((uint32_t *)((char *)s->pixels + y * s->pitch))[x] & 0xFF) < 128;
    return count;
}

static bool same_pixels(const SDL_Surface *a, const SDL_Surface *b)
{
    return memcmp(a->pixels, b->pixels, (size_t)a->pitch * (size_t)a->h) == 0;
}

/* Two different characters that no face has give two different tiles, never a shared "?". */
static void a_missing_character_is_a_tile_with_its_code(void **state)
{
    SDL_Surface *one = paper(100), *two = paper(100);
    draw(*state, one, "\U000F0001");
    draw(*state, two, "\U000F0002");
    assert_true(inked_between(one, 0, 40) > 50);
    assert_int_equal(inked_between(one, 40, 100), 0);
    assert_false(same_pixels(one, two));
    assert_int_equal(ui_text_width(*state, &plain, "\U000F0001", 4), 40);
    SDL_FreeSurface(one);
    SDL_FreeSurface(two);
}

/* Every character that GB 18030-2022 asks of public services (implementation level 3) is drawn from the fonts
 * we ship, whatever is installed beside them: 䶮, 㛃, 𬉼 and the rarest name. */
static void every_character_of_a_name_has_a_face(void **state)
{
    (void)state;
    static const uint32_t level_3[][2] = {{0x3400, 0x4DB5},   {0x4E00, 0x9FEF},   {0x20000, 0x2A6D6},
                                          {0x2A700, 0x2B734}, {0x2B740, 0x2B81D}, {0x2B820, 0x2CEA1},
                                          {0x2CEB0, 0x2EBE0}};
    static const uint32_t level_3_compatible[] = {0xFA0E, 0xFA0F, 0xFA11, 0xFA13, 0xFA14, 0xFA1F,
                                                  0xFA21, 0xFA23, 0xFA24, 0xFA27, 0xFA28, 0xFA29};
    struct ui_faces *faces;
    size_t count = 0;
    assert_ok(ui_faces_create(YIZHAN_BUILD "/assets/fonts", &faces));
    for (size_t i = 0; i < sizeof level_3 / sizeof *level_3; i++)
        for (uint32_t c = level_3[i][0]; c <= level_3[i][1]; c++, count++)
            assert_int_not_equal(ui_faces_pick(faces, &plain, UI_FACE_MISSING, c), UI_FACE_MISSING);
    for (size_t i = 0; i < sizeof level_3_compatible / sizeof *level_3_compatible; i++, count++)
        assert_int_not_equal(ui_faces_pick(faces, &plain, UI_FACE_MISSING, level_3_compatible[i]),
                             UI_FACE_MISSING);
    assert_int_equal(count, 87887); /* the standard's own number */
    ui_faces_destroy(&faces);
}

/* Minus and blank stand on keys: opening a rare face for them would cost every kiosk its memory. */
static void signs_on_keys_are_in_the_everyday_faces(void **state)
{
    (void)state;
    const struct ui_text_style styles[] = {{.size_px = 40}, {.size_px = 40, .is_bold = true}};
    struct ui_faces *faces;
    assert_ok(ui_faces_create(YIZHAN_BUILD "/assets/fonts", &faces));
    for (int i = 0; i < 2; i++) {
        int everyday = ui_faces_pick(faces, &styles[i], UI_FACE_MISSING, 'A');
        assert_int_equal(ui_faces_pick(faces, &styles[i], UI_FACE_MISSING, 0x2212), everyday);
        assert_int_equal(ui_faces_pick(faces, &styles[i], UI_FACE_MISSING, 0x2423), everyday);
    }
    ui_faces_destroy(&faces);
}

/* Mixed order: in a right-to-left paragraph the first character stands at the right. */
static void right_to_left_starts_at_the_right(void **state)
{
    struct ui_text_style rtl = plain;
    rtl.is_rtl = true;
    SDL_Surface *ltr_paper = paper(400), *rtl_paper = paper(400);
    const char *string = "一 - 中"; /* the dash is thin, 一 thinner still: order shows in the ink */
    ui_text_draw(*state, ltr_paper, &plain, 0, string, strlen(string), 0, 0, 60);
    ui_text_draw(*state, rtl_paper, &rtl, 0, string, strlen(string), 0, 0, 60);
    assert_true(same_pixels(ltr_paper, rtl_paper)); /* Chinese keeps its own order */
    SDL_FillRect(rtl_paper, NULL, 0xFFFFFF);
    SDL_FillRect(ltr_paper, NULL, 0xFFFFFF);
    const char *mixed = "\u0627 abc"; /* alef first: at the left here, at the right there */
    ui_text_draw(*state, rtl_paper, &rtl, 0, mixed, strlen(mixed), 0, 0, 60);
    ui_text_draw(*state, ltr_paper, &plain, 0, mixed, strlen(mixed), 0, 0, 60);
    assert_false(same_pixels(ltr_paper, rtl_paper));
    SDL_FreeSurface(ltr_paper);
    SDL_FreeSurface(rtl_paper);
}

/* Behind Arabic letters, too, the groups of a number stand as they are called. */
static void a_number_keeps_its_order_from_the_right(void **state)
{
    static const char *const numbers[] = {"138 0000 1234", "0000-1234567", "4827 1936 5"};
    struct ui_text_style rtl = plain;
    rtl.is_rtl = true;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char words[64];
        int length = snprintf(words, sizeof words, "\u0646\u0648\u0645\u06C7\u0631 %s", numbers[i]);
        SDL_Surface *alone = paper(800), *behind = paper(800);
        ui_text_draw(*state, alone, &plain, 0, numbers[i], strlen(numbers[i]), 0, 0, 60);
        ui_text_draw(*state, behind, &rtl, 0, words, (size_t)length, 0, 0, 60);
        int width = ui_text_width(*state, &plain, numbers[i], strlen(numbers[i]));
        assert_true(width > 100);
        for (int x = 0; x < width; x++)
            assert_int_equal(inked_between(alone, x, x + 1), inked_between(behind, x, x + 1));
        SDL_FreeSurface(alone);
        SDL_FreeSurface(behind);
    }
}

/* The name of the language stands on the help bar's line, whose height is 1.2 em. */
static void tibetan_stacks_stay_on_their_line(void **state)
{
    static const char stacks[] =
        "\u0F56\u0F7C\u0F51\u0F0B\u0F61\u0F72\u0F42 \u0F56\u0F66\u0F92\u0FB2\u0F74\u0F56";
    struct ui_text_style style = {.size_px = 40};
    enum { TOP = 6, LINE = 48 };
    int above = 0, below = 0, within = 0;
    SDL_Surface *s = paper(400);
    ui_text_draw(*state, s, &style, 0, stacks, sizeof stacks - 1, 0, TOP, LINE);
    for (int y = 0; y < s->h; y++) {
        int ink = 0;
        for (int x = 0; x < s->w; x++)
            ink += *((uint32_t *)((char *)s->pixels + (size_t)y * (size_t)s->pitch) + x) != 0xFFFFFF;
        *(y < TOP ? &above : y < TOP + LINE ? &within : &below) += ink;
    }
    assert_true(within > 200);
    assert_int_equal(above, 0);
    assert_int_equal(below, 0);
    SDL_FreeSurface(s);
}

static void the_cache_is_bounded_and_forgets(void **state)
{
    SDL_Surface *s = paper(400);
    for (int i = 0; i < 200; i++) {
        char string[16];
        snprintf(string, sizeof string, "第%d题", i);
        draw(*state, s, string);
        assert_true(ui_text_stats(*state).cached_bytes <= 256 << 10);
    }
    struct ui_text_stats before = ui_text_stats(*state);
    draw(*state, s, "第199题");
    assert_int_equal(ui_text_stats(*state).misses, before.misses);
    assert_true(ui_text_stats(*state).hits > before.hits);
    ui_text_width(*state, &plain, "110105", 6);
    assert_true(ui_text_stats(*state).measured_strings > 0);
    ui_text_forget(*state);
    assert_int_equal(ui_text_stats(*state).measured_strings, 0);
    assert_int_equal(ui_text_stats(*state).cached_bytes, 0);
    assert_int_equal(ui_text_stats(*state).cached_strings, 0);
    SDL_FreeSurface(s);
}

static void measured_is_drawn(void **state)
{
    static const char *const strings[] = {"养老金", "Where do you live?", "138 0000 1234",
                                          "第 4 题，共 8 题"};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        SDL_Surface *s = paper(900);
        draw(*state, s, strings[i]);
        int width = ui_text_width(*state, &plain, strings[i], strlen(strings[i]));
        assert_int_equal(inked_between(s, width + 2, 900), 0);
        assert_true(inked_between(s, width - 30, width) > 0);
        SDL_FreeSurface(s);
    }
}

static int width_of(struct ui_text *text, const char *string)
{
    return ui_text_width(text, &plain, string, strlen(string));
}

/* Asked again after other sizes, weights and strings, a width is what it was. */
static void a_width_is_the_same_when_asked_again(void **state)
{
    enum { STRINGS = 3000 }; /* more than are remembered */
    static int widths[STRINGS];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < STRINGS; i++) {
            char string[16];
            struct ui_text_style style = {.size_px = 20 + i % 3 * 10, .is_bold = i & 1};
            int length = snprintf(string, sizeof string, "Nr %d", i / 6);
            int width = ui_text_width(*state, &style, string, (size_t)length);
            assert_true(round == 0 || width == widths[i]);
            widths[i] = width;
        }
    assert_true(widths[0] < widths[4]); /* the larger one */
}

static bool has_face_for(struct ui_text *text, const char *character)
{
    return width_of(text, character) != plain.size_px; /* a tile is one em */
}

/* Uyghur letters join: two of them together are not twice one alone. Tibetan letters stack: སྒྲ is three
 * letters wide as one. */
static void scripts_that_join_and_stack_are_shaped(void **state)
{
    if (!has_face_for(*state, "ن") || !has_face_for(*state, "ས")) {
        print_message("skipped: fonts-ukij-uyghur or fonts-tibetan-machine is not installed\n");
        skip();
    }
    assert_true(width_of(*state, "نن") < 2 * width_of(*state, "ن"));
    assert_true(width_of(*state, "سا") != width_of(*state, "س") + width_of(*state, "ا"));
    assert_true(width_of(*state, "སྒྲ") <
                width_of(*state, "ས") + width_of(*state, "ག") + width_of(*state, "ར"));
}

static void fails_without_fonts(void **state)
{
    (void)state;
    struct ui_text *text = NULL;
    assert_err_class(ui_text_create("/nowhere", 0, &text), ERR_SYSTEM);
    assert_null(text);
}

/* A power cut while the fonts were written: better no start than a screen without a word on it. */
static void a_file_that_is_no_font_is_told_at_once(void **state)
{
    (void)state;
    static const char *const files[] = {"yizhan-regular.otf", "yizhan-bold.otf"};
    struct ui_text *text = NULL;
    char folder[] = "/tmp/yizhan-fonts-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        assert_ok(file_write(path, "\0\0\0\0", i ? 4 : 0, 0600));
    }
    assert_err_class(ui_text_create(folder, 0, &text), ERR_SYSTEM);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* Pieces of every size from everywhere, across what it holds and up to the end, as the C library reads them.
 */
static void a_stream_reads_what_is_in_the_file(void **state)
{
    (void)state;
    const char *path = YIZHAN_BUILD "/assets/fonts/yizhan-regular.otf";
    SDL_RWops *stream = ui_text_stream_open(path);
    struct buf whole = {0};
    assert_ok(file_read(path, 16 << 20, &whole));
    assert_non_null(stream);
    assert_int_equal(SDL_RWsize(stream), whole.length);
    uint32_t dice = 1;
    for (int i = 0; i < 2000; i++) {
        char piece[5000];
        dice = dice * 1664525 + 1013904223;
        size_t at = i % 100 == 0 ? whole.length - dice % 5000 : (dice >> 8) % whole.length;
        size_t wanted = (dice >> 4) % (i % 3 ? 8 : sizeof piece);
        if (i % 3 != 1) /* else it reads on */
            assert_int_equal(SDL_RWseek(stream, (Sint64)at, RW_SEEK_SET), at);
        at = (size_t)SDL_RWtell(stream);
        size_t expected = wanted < whole.length - at ? wanted : whole.length - at;
        assert_int_equal(SDL_RWread(stream, piece, 1, wanted), expected);
        assert_memory_equal(piece, whole.data + at, expected);
    }
    assert_int_equal(SDL_RWseek(stream, 1, RW_SEEK_END), -1);
    assert_int_equal(SDL_RWseek(stream, -1, RW_SEEK_SET), -1);
    SDL_RWclose(stream);
    buf_finish(&whole);
    assert_null(ui_text_stream_open("/nowhere"));
    assert_null(ui_text_stream_open("/tmp"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(breaks_chinese_by_its_rules),
        T(breaks_english_between_words),
        T(breaks_a_word_that_is_too_long),
        T(headings_are_set_evenly),
        T(even_lines_end_at_a_mark_that_is_near),
        T(even_lines_keep_words_and_numbers_whole),
        T(newlines_break),
        T(more_lines_than_it_holds_is_told),
        T(a_missing_character_is_a_tile_with_its_code),
        cmocka_unit_test(every_character_of_a_name_has_a_face),
        cmocka_unit_test(signs_on_keys_are_in_the_everyday_faces),
        T(right_to_left_starts_at_the_right),
        T(a_number_keeps_its_order_from_the_right),
        T(tibetan_stacks_stay_on_their_line),
        T(the_cache_is_bounded_and_forgets),
        T(measured_is_drawn),
        T(a_width_is_the_same_when_asked_again),
        T(scripts_that_join_and_stack_are_shaped),
        cmocka_unit_test(fails_without_fonts),
        cmocka_unit_test(a_file_that_is_no_font_is_told_at_once),
        cmocka_unit_test(a_stream_reads_what_is_in_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
