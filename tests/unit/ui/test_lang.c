#include "ui/lang.h"

#include "tests/unit/cmocka.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER YIZHAN_BUILD "/assets/lang"

static void gives_words_direction_and_script(void **state)
{
    (void)state;
    struct lang *lang;
    assert_ok(lang_create(FOLDER, "zh-CN", NULL, &lang));
    assert_string_equal(lang_text(lang, "frame.help"), "帮助");
    assert_string_equal(lang_tag(lang), "zh-CN");
    assert_string_equal(lang_script(lang), "Hans");
    assert_int_equal(lang_direction(lang), LANG_LTR);
    lang_destroy(&lang);
    assert_null(lang);
    assert_ok(lang_create(FOLDER, "ug", NULL, &lang));
    assert_int_equal(lang_direction(lang), LANG_RTL);
    assert_string_equal(lang_script(lang), "Arab");
    lang_destroy(&lang);
}

/* Only the ear of one language needs other words for a key (said.po). */
static bool is_only_said(const char *id)
{
    return strncmp(id, "said.", 5) == 0 || strncmp(id, "key.", 4) == 0;
}

/* Both shipped languages say everything: a person who does not read Chinese must never meet it half way. */
static void chinese_and_english_are_complete(void **state)
{
    (void)state;
    struct lang *zh, *en;
    assert_ok(lang_create(FOLDER, "zh-CN", NULL, &zh));
    assert_ok(lang_create(FOLDER, "en", NULL, &en));
    for (size_t i = 0; i < lang_count(zh); i++)
        if (!is_only_said(lang_id_at(zh, i)) && !lang_has(en, lang_id_at(zh, i)))
            fail_msg("en lacks %s", lang_id_at(zh, i));
    for (size_t i = 0; i < lang_count(en); i++)
        if (!is_only_said(lang_id_at(en, i)) && !lang_has(zh, lang_id_at(en, i)))
            fail_msg("zh-CN lacks %s", lang_id_at(en, i));
    lang_destroy(&zh);
    lang_destroy(&en);
}

static void falls_back_then_shows_the_id(void **state)
{
    (void)state;
    struct lang *zh, *ug;
    assert_ok(lang_create(FOLDER, "zh-CN", NULL, &zh));
    assert_ok(lang_create(FOLDER, "ug", zh, &ug));
    assert_false(lang_has(ug, "receipt.keep"));
    assert_string_equal(lang_text(ug, "receipt.keep"), lang_text(zh, "receipt.keep"));
    assert_string_equal(lang_text(ug, "no.such.text"), "no.such.text");
    lang_destroy(&ug);
    lang_destroy(&zh);
}

static void puts_values_in(void **state)
{
    (void)state;
    struct lang *lang;
    assert_ok(lang_create(FOLDER, "zh-CN", NULL, &lang));
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    const char *values[] = {"4", "8"};
    assert_string_equal(lang_format(lang, arena, "frame.progress", 2, values), "第 4 题，共 8 题");
    assert_string_equal(lang_format(lang, arena, "frame.progress", 1, values), "第 4 题，共 {1} 题");
    arena_destroy(&arena);
    lang_destroy(&lang);
}

/* A header for n strings whose tables lie at 28 and at 28 + 8n. */
static void put_u32(uint8_t *at, uint32_t value)
{
    memcpy(at, &value, sizeof value);
}

static void refuses_broken_catalogues(void **state)
{
    (void)state;
    uint8_t mo[64] = {0};
    put_u32(mo, 0x950412de);
    put_u32(mo + 8, 1);
    put_u32(mo + 12, 28);
    put_u32(mo + 16, 36);
    put_u32(mo + 28, 1); /* id "a" at 44 */
    put_u32(mo + 32, 44);
    put_u32(mo + 36, 2); /* text "bc" at 46 */
    put_u32(mo + 40, 46);
    memcpy(mo + 44, "a\0bc\0", 5);
    struct lang *lang = NULL;
    assert_ok(lang_create_from(mo, sizeof mo, "x", NULL, &lang));
    assert_string_equal(lang_text(lang, "a"), "bc");
    lang_destroy(&lang);
    /* every 32-bit field in turn points far away, just past the end, or wraps */
    static const uint32_t evils[] = {0xFFFFFFFF, 0x80000000, 64, 63, 1u << 29};
    for (int field = 0; field < 11; field++)
        for (size_t i = 0; i < sizeof evils / sizeof evils[0]; i++) {
            uint8_t bad[64];
            memcpy(bad, mo, sizeof bad);
            put_u32(bad + 4 * field, evils[i]);
            struct err failure = lang_create_from(bad, sizeof bad, "x", NULL, &lang);
            if (!err_is(&failure)) { /* harmless fields only: revision and hash table */
                assert_true(field == 1 || field == 5 || field == 6 || field == 8 || field == 10);
                lang_destroy(&lang);
            }
        }
    for (size_t size = 0; size < 49; size++) {
        struct err failure = lang_create_from(mo, size, "x", NULL, &lang);
        assert_int_equal(failure.class, ERR_DATA);
    }
}

static void refuses_odd_tags(void **state)
{
    (void)state;
    struct lang *lang = NULL;
    assert_int_equal(lang_create(FOLDER, "../lang/en", NULL, &lang).class, ERR_DATA);
    assert_true(lang_create(FOLDER, "xx", NULL, &lang).class != ERR_NONE);
    assert_null(lang);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_words_direction_and_script),
        cmocka_unit_test(chinese_and_english_are_complete),
        cmocka_unit_test(falls_back_then_shows_the_id),
        cmocka_unit_test(puts_values_in),
        cmocka_unit_test(refuses_broken_catalogues),
        cmocka_unit_test(refuses_odd_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
