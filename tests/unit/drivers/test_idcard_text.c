/* The text block: every person of the deck comes out of their card's bytes, and odd bytes do no harm. */
#include "drivers/idcard/check.h"
#include "drivers/idcard/text.h"
#include "tests/deck/deck.h"
#include "tests/unit/cmocka.h"
#include <string.h>

static struct deck deck;

static int load_deck(void **state)
{
    (void)state;
    assert_ok(deck_load(YIZHAN_ROOT "/tests/deck/people.ini", &deck));
    return 0;
}

static struct idcard read_card(const char *id)
{
    const struct deck_person *person = deck_find(&deck, id);
    struct sam_card bytes;
    struct idcard card = {0};
    assert_non_null(person);
    deck_card(person, &bytes);
    assert_ok(idcard_text_decode(bytes.text, &card));
    idcard_text_set_address(&card, bytes.new_address, bytes.new_address_size);
    return card;
}

static void reads_a_resident(void **state)
{
    struct idcard card = read_card("wang-xiulan");
    (void)state;
    assert_int_equal(card.type, IDCARD_RESIDENT);
    assert_string_equal(card.name, "王秀兰");
    assert_string_equal(card.sex, "女");
    assert_string_equal(card.nation, "汉");
    assert_string_equal(card.birth, "1942-03-15");
    assert_string_equal(card.valid_to, "长期");
    assert_string_equal(idcard_field(&card, "card_type"), "resident");
    assert_int_equal(card.doubts, 0);
    assert_int_equal(idcard_age(&card, "2026-03-14"), 83);
    assert_int_equal(idcard_age(&card, "2026-03-15"), 84);
}

static void rare_characters_travel_unaltered(void **state)
{
    struct idcard card = read_card("zhao-rare");
    (void)state;
    assert_string_equal(card.name, "赵𤥂");
    assert_string_equal(card.nation, "土家");
    assert_non_null(strstr(card.address, "㛃"));
}

static void a_full_name_field_is_whole(void **state)
{
    struct idcard card = read_card("long-name");
    (void)state;
    assert_string_equal(card.name, deck_find(&deck, "long-name")->card.name);
    assert_string_equal(card.address, deck_find(&deck, "long-name")->card.address);
}

static void the_appended_address_is_the_newest(void **state)
{
    (void)state;
    assert_string_equal(read_card("new-address").address, "江州省青溪县青溪镇新民路88号");
}

/* Whether that is a hindrance is the form's to say. */
static void an_expired_card_is_read(void **state)
{
    struct idcard card = read_card("expired");
    (void)state;
    assert_int_equal(card.doubts, 0);
    assert_string_equal(card.valid_to, "2024-03-01");
}

static void reads_a_permit_of_hong_kong(void **state)
{
    struct idcard card = read_card("hong-kong");
    (void)state;
    assert_int_equal(card.type, IDCARD_HMT_PERMIT);
    assert_string_equal(card.name, "林嘉欣");
    assert_string_equal(card.nation, "");
    assert_string_equal(card.pass_number, "H12345678");
    assert_string_equal(card.issue_count, "01");
    assert_int_equal(card.doubts, 0);
}

static void reads_a_foreigner_of_2017(void **state)
{
    struct idcard card = read_card("foreigner");
    (void)state;
    assert_int_equal(card.type, IDCARD_FOREIGNER_2017);
    assert_string_equal(card.name, "TESTMANN, ANNA MARIE");
    assert_string_equal(card.name_zh, "安娜");
    assert_string_equal(card.nation, "DEU");
    assert_string_equal(card.id_number, "DEU310079091702");
    assert_string_equal(card.birth, "1979-09-17");
    assert_int_equal(card.doubts, 0);
}

static void refuses_the_card_of_2023_clearly(void **state)
{
    struct sam_card bytes;
    struct idcard card = {0};
    (void)state;
    deck_card(deck_find(&deck, "foreigner-2023"), &bytes);
    struct err e = idcard_text_decode(bytes.text, &card);
    assert_int_equal(e.class, ERR_USER);
    assert_int_equal(e.code, IDCARD_UNSUPPORTED);
}

static void says_what_does_not_agree(void **state)
{
    struct idcard card = read_card("wang-xiulan");
    (void)state;
    assert_int_equal(read_card("wrong-digit").doubts, IDCARD_DOUBT_CHECK_DIGIT);
    strcpy(card.sex, "男");
    assert_int_equal(idcard_doubts(&card), IDCARD_DOUBT_SEX);
    strcpy(card.sex, "未说明");
    assert_int_equal(idcard_doubts(&card), 0);
    strcpy(card.birth, "1942-03-16");
    assert_int_equal(idcard_doubts(&card), IDCARD_DOUBT_BIRTH);
    strcpy(card.birth, "1942-02-30");
    assert_int_equal(idcard_doubts(&card), IDCARD_DOUBT_BIRTH);
    card = read_card("expired");
    strcpy(card.valid_to, "2001-01-01");
    assert_int_equal(idcard_doubts(&card), IDCARD_DOUBT_VALIDITY);
    strcpy(card.valid_to, "永久");
    assert_int_equal(idcard_doubts(&card), IDCARD_DOUBT_VALIDITY);
}

/* Whatever 256 bytes say: no crash, every text ends and is proper UTF-8 without controls. */
static void odd_bytes_do_no_harm(void **state)
{
    uint8_t text[IDCARD_TEXT_SIZE];
    uint32_t seed = 1;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1664525 + 1013904223;
            text[i] = (uint8_t)(seed >> 24);
        }
        text[248] = (uint8_t)(" JI"[round % 3]);
        text[249] = 0;
        struct idcard card = {0};
        assert_ok(idcard_text_decode(text, &card));
        const char *name = idcard_field(&card, "name");
        assert_true(strlen(name) < sizeof card.name);
        for (const char *c = name; *c; c++)
            assert_true((unsigned char)*c >= 0x20);
    }
}

static void half_a_surrogate_pair_becomes_a_replacement(void **state)
{
    struct sam_card bytes;
    struct idcard card = {0};
    (void)state;
    deck_card(deck_find(&deck, "wang-xiulan"), &bytes);
    bytes.text[0] = 0x00;
    bytes.text[1] = 0xD8; /* a high half before 秀 */
    assert_ok(idcard_text_decode(bytes.text, &card));
    assert_string_equal(card.name, "\xEF\xBF\xBD秀兰");
}

static void numbers_are_checked_to_the_letter(void **state)
{
    (void)state;
    assert_true(idcard_number_valid("11010519491231002X"));
    assert_false(idcard_number_valid("11010519491231002x")); /* the standard's X is a capital */
    assert_false(idcard_number_valid("110105194912310021"));
    assert_false(idcard_number_valid("11010519491231002"));
    assert_false(idcard_number_valid("1101051949123100 X"));
    assert_false(idcard_number_valid(""));
}

static void the_nations_are_fifty_six(void **state)
{
    (void)state;
    assert_string_equal(idcard_nation_name(1), "汉");
    assert_string_equal(idcard_nation_name(15), "土家");
    assert_string_equal(idcard_nation_name(56), "基诺");
    assert_null(idcard_nation_name(0));
    assert_null(idcard_nation_name(57));
    assert_null(idcard_nation_name(-1));
    assert_non_null(idcard_nation_name(97));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_resident),
        cmocka_unit_test(rare_characters_travel_unaltered),
        cmocka_unit_test(a_full_name_field_is_whole),
        cmocka_unit_test(the_appended_address_is_the_newest),
        cmocka_unit_test(an_expired_card_is_read),
        cmocka_unit_test(reads_a_permit_of_hong_kong),
        cmocka_unit_test(reads_a_foreigner_of_2017),
        cmocka_unit_test(refuses_the_card_of_2023_clearly),
        cmocka_unit_test(says_what_does_not_agree),
        cmocka_unit_test(odd_bytes_do_no_harm),
        cmocka_unit_test(half_a_surrogate_pair_becomes_a_replacement),
        cmocka_unit_test(numbers_are_checked_to_the_letter),
        cmocka_unit_test(the_nations_are_fifty_six),
    };
    return cmocka_run_group_tests(tests, load_deck, NULL);
}
