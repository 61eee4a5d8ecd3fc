/* Tapes as text, and what masking leaves of the people of the deck. */
#include "board/base/file.h"
#include "drivers/idcard/check.h"
#include "drivers/idcard/made_up.h"
#include "drivers/idcard/mask.h"
#include "drivers/idcard/sam.h"
#include "drivers/printer/mask.h"
#include "drivers/tape/tape.h"
#include "tests/deck/deck.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/yz-tape-XXXXXX";
static struct deck deck;

static struct tape *new_tape(void)
{
    struct tape *tape;
    assert_ok(tape_create(&tape));
    return tape;
}

static void what_is_saved_is_what_is_loaded(void **state)
{
    (void)state;
    static const uint8_t many[300] = {1, 2, 2, 2, 2, 2, 3};
    const struct tape_interface interface = {.class = 7, .pipes = {{0x81, 2, 64}}, .pipe_count = 1};
    struct tape *tape = new_tape(), *loaded;
    tape_device(tape, "usb", 0x0483, 0x5743);
    tape_interface(tape, &interface);
    tape_sent(tape, 1, many, sizeof many);
    tape_came(tape, 0x81, NULL, 0);
    tape_stalled(tape, 0x81);
    tape_came(tape, TAPE_LINE, "ab", 2);
    assert_ok(tape_save(tape, path));
    assert_ok(tape_load(path, &loaded));
    assert_int_equal(tape_get_device(loaded)->product, 0x5743);
    assert_int_equal(tape_get_device(loaded)->interface.pipes[0].packet, 64);
    assert_int_equal(tape_count(loaded), 4);
    assert_int_equal(tape_entry(loaded, 0)->size, sizeof many);
    assert_memory_equal(tape_bytes(loaded, 0), many, sizeof many);
    assert_int_equal(tape_entry(loaded, 1)->size, 0);
    assert_int_equal(tape_entry(loaded, 2)->kind, TAPE_STALLED);
    assert_int_equal(tape_entry(loaded, 3)->pipe, TAPE_LINE);
    tape_destroy(&tape);
    tape_destroy(&loaded);
}

static void a_bad_line_is_named(void **state)
{
    (void)state;
    static const char *const bad[] = {"nothing of the kind\n",      "# yizhan tape 1\n> 0z 00\n",
                                      "# yizhan tape 1\n> 01 0\n",  "# yizhan tape 1\n> 01 00*99999999999\n",
                                      "# yizhan tape 1\npipe 81\n", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct tape *tape;
        assert_ok(file_write(path, bad[i], strlen(bad[i]), 0600));
        assert_err_class(tape_load(path, &tape), ERR_DATA);
    }
}

/* The same kind of card with the same doubts, and nobody's. */
static void everybody_of_the_deck_is_made_up(void **state)
{
    (void)state;
    for (int i = 0; i < deck.count; i++) {
        struct sam_card card;
        struct idcard real = {0}, made = {0};
        deck_card(&deck.people[i], &card);
        struct err known = idcard_text_decode(card.text, &real);
        idcard_make_up(card.text);
        struct err e = idcard_text_decode(card.text, &made);
        assert_int_equal(e.class, known.class);
        if (err_is(&known))
            continue;
        assert_int_equal(made.type, real.type);
        assert_int_equal(made.doubts, real.doubts);
        assert_int_equal(strlen(made.name), strlen(real.name));
        assert_int_equal(strlen(made.address), strlen(real.address));
        assert_int_equal(strlen(made.valid_to), strlen(real.valid_to));
        assert_string_equal(made.sex, real.sex);
        if (strcmp(deck.people[i].id, "wang-xiulan") == 0 || real.doubts)
            continue; /* who are made up that way themselves */
        assert_string_not_equal(made.name, real.name);
        assert_string_not_equal(made.id_number, real.id_number);
        assert_string_not_equal(made.birth, real.birth);
    }
}

static void a_card_of_unknown_layout_keeps_its_letter_only(void **state)
{
    (void)state;
    struct sam_card card;
    struct idcard decoded;
    deck_card(deck_find(&deck, "foreigner-2023"), &card);
    idcard_make_up(card.text);
    for (size_t at = 0; at < sizeof card.text; at += 2)
        assert_true(at == 248 || card.text[at] == '0' || card.text[at] == ' ');
    assert_int_equal(card.text[248], 'Y');
    assert_err_class(idcard_text_decode(card.text, &decoded), ERR_USER);
}

static size_t frame(const uint8_t *data, size_t size, uint8_t *out)
{
    const uint8_t head[] = {0xAA, 0xAA, 0xAA,  0x96, 0x69, (uint8_t)((size + 4) >> 8), (uint8_t)(size + 4),
                            0,    0,    SAM_OK};
    memcpy(out, head, sizeof head);
    memcpy(out + sizeof head, data, size);
    out[sizeof head + size] = sam_checksum(out + 5, size + 5);
    return sizeof head + size + 1;
}

/* Half an answer, as it is left when the card is pulled away: not one byte of it stays. */
static void what_is_no_whole_frame_goes(void **state)
{
    (void)state;
    uint8_t whole[1400], data[1284] = {1, 0, 4, 0};
    struct sam_card card;
    deck_card(deck_find(&deck, "li-mei"), &card);
    memcpy(data + 4, card.text, sizeof card.text);
    frame(data, sizeof data, whole);
    struct tape *tape = new_tape();
    tape_came(tape, 0x81, whole, 300);
    tape_came(tape, 0x81, "\xAA\xAA\xAA\x96\x69\x00\x04\x00\x00\x90\x94", 11);
    sam_mask(NULL, tape);
    for (size_t i = 0; i < 300; i++)
        assert_int_equal(tape_bytes(tape, 0)[i], 0x5A);
    tape_destroy(&tape);
}

static void a_module_keeps_its_kind_and_loses_its_number(void **state)
{
    (void)state;
    static const uint8_t id[16] = {5, 0, 3, 0, 0x2a, 0xb4, 0x32, 0x01, 0x2a, 0, 0, 0, 7, 0, 0, 0};
    uint8_t whole[64];
    size_t size = frame(id, sizeof id, whole);
    struct tape *tape = new_tape();
    struct sam_decoder decoder = {0};
    static const uint8_t masked[16] = {5, 0, 3};
    tape_came(tape, 0x81, whole, 9);
    tape_came(tape, 0x81, whole + 9, size - 9);
    sam_mask(NULL, tape);
    enum sam_feed fed = SAM_FEED_MORE;
    for (size_t i = 0; i < size; i++)
        fed = sam_decoder_push(&decoder, i < 9 ? tape_bytes(tape, 0)[i] : tape_bytes(tape, 1)[i - 9]);
    assert_int_equal(fed, SAM_FEED_FRAME);
    struct sam_answer answer = sam_decoder_answer(&decoder);
    assert_int_equal(answer.size, sizeof masked);
    assert_memory_equal(answer.data, masked, sizeof masked);
    tape_destroy(&tape);
}

static void masking_twice_changes_nothing(void **state)
{
    (void)state;
    uint8_t once[256];
    struct sam_card card;
    deck_card(deck_find(&deck, "long-name"), &card);
    idcard_make_up(card.text);
    memcpy(once, card.text, sizeof once);
    idcard_make_up(card.text);
    assert_memory_equal(card.text, once, sizeof once);
}

static int open_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    close(fd);
    return fd < 0;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_what_is_loaded),
        cmocka_unit_test(a_bad_line_is_named),
        cmocka_unit_test(everybody_of_the_deck_is_made_up),
        cmocka_unit_test(a_card_of_unknown_layout_keeps_its_letter_only),
        cmocka_unit_test(what_is_no_whole_frame_goes),
        cmocka_unit_test(a_module_keeps_its_kind_and_loses_its_number),
        cmocka_unit_test(masking_twice_changes_nothing),
    };
    assert_ok(deck_load(YIZHAN_ROOT "/tests/deck/people.ini", &deck));
    return cmocka_run_group_tests(tests, open_file, remove_file);
}
