/* SAM frames: what real readers put on the wire, and what they should not. */
#include "drivers/idcard/sam.h"
#include "tests/unit/cmocka.h"
#include <stdlib.h>
#include <string.h>

static enum sam_feed push_all(struct sam_decoder *decoder, const uint8_t *bytes, size_t size)
{
    enum sam_feed fed = SAM_FEED_MORE;
    for (size_t i = 0; i < size; i++) {
        fed = sam_decoder_push(decoder, bytes[i]);
        if (fed != SAM_FEED_MORE)
            assert_int_equal(i, size - 1);
    }
    return fed;
}

/* The published command table, byte by byte. */
static void commands_are_as_published(void **state)
{
    static const struct {
        enum sam_command command;
        uint8_t tail[3];
    } table[] = {{SAM_RESET, {0x10, 0xFF, 0xEC}},       {SAM_STATUS, {0x11, 0xFF, 0xED}},
                 {SAM_ID, {0x12, 0xFF, 0xEE}},          {SAM_FIND, {0x20, 0x01, 0x22}},
                 {SAM_SELECT, {0x20, 0x02, 0x21}},      {SAM_READ, {0x30, 0x01, 0x32}},
                 {SAM_READ_FINGER, {0x30, 0x10, 0x23}}, {SAM_READ_ADDRESS, {0x30, 0x03, 0x30}}};
    static const uint8_t head[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x03};
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint8_t frame[SAM_COMMAND_SIZE];
        sam_encode(table[i].command, frame);
        assert_memory_equal(frame, head, sizeof head);
        assert_memory_equal(frame + sizeof head, table[i].tail, 3);
    }
}

static void reads_the_published_ok_answer(void **state)
{
    static const uint8_t ok[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94};
    struct sam_decoder decoder = {0};
    (void)state;
    assert_int_equal(push_all(&decoder, ok, sizeof ok), SAM_FEED_FRAME);
    struct sam_answer answer = sam_decoder_answer(&decoder);
    assert_int_equal(answer.sw3, SAM_OK);
    assert_int_equal(answer.size, 0);
}

static void finds_the_frame_behind_noise(void **state)
{
    static const uint8_t noise[] = {0x00, 0xAA, 0x12, 0x96, 0x69, 0xAA, 0x96, 0x69, 0x55};
    static const uint8_t ok[] = {0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x80, 0x84};
    struct sam_decoder decoder = {0};
    (void)state;
    assert_int_equal(push_all(&decoder, noise, sizeof noise), SAM_FEED_MORE);
    assert_int_equal(push_all(&decoder, ok, sizeof ok), SAM_FEED_FRAME);
    assert_int_equal(sam_decoder_answer(&decoder).sw3, SAM_NO_CARD);
}

static void a_stray_zero_in_the_preamble_is_no_matter(void **state)
{
    static const uint8_t good[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94};
    (void)state;
    for (size_t at = 1; at < 5; at++) {
        uint8_t bytes[sizeof good + 1];
        memcpy(bytes, good, at);
        bytes[at] = 0;
        memcpy(bytes + at + 1, good + at, sizeof good - at);
        struct sam_decoder decoder = {0};
        assert_int_equal(push_all(&decoder, bytes, sizeof bytes), SAM_FEED_FRAME);
    }
}

static void a_wrong_checksum_is_told_and_the_next_frame_read(void **state)
{
    static const uint8_t bad[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x95};
    static const uint8_t good[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94};
    struct sam_decoder decoder = {0};
    (void)state;
    assert_int_equal(push_all(&decoder, bad, sizeof bad), SAM_FEED_CHECKSUM);
    assert_int_equal(push_all(&decoder, good, sizeof good), SAM_FEED_FRAME);
}

/* Every single flipped bit behind LEN is noticed. */
static void no_flipped_bit_gets_through(void **state)
{
    static const uint8_t good[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x08, 0x00,
                                   0x00, 0x9F, 0x01, 0x02, 0x03, 0x04, 0x93};
    struct sam_decoder decoder = {0};
    (void)state;
    assert_int_equal(push_all(&decoder, good, sizeof good), SAM_FEED_FRAME);
    for (size_t at = 7; at < sizeof good; at++) {
        for (int bit = 0; bit < 8; bit++) {
            uint8_t bytes[sizeof good];
            memcpy(bytes, good, sizeof good);
            bytes[at] ^= (uint8_t)(1 << bit);
            sam_decoder_reset(&decoder);
            assert_int_equal(push_all(&decoder, bytes, sizeof bytes), SAM_FEED_CHECKSUM);
        }
    }
}

static void impossible_lengths_are_not_waited_for(void **state)
{
    static const uint8_t huge[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0xFF, 0xFF};
    static const uint8_t tiny[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x01};
    static const uint8_t good[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, 0x90, 0x94};
    struct sam_decoder decoder = {0};
    (void)state;
    push_all(&decoder, huge, sizeof huge);
    push_all(&decoder, tiny, sizeof tiny);
    assert_int_equal(push_all(&decoder, good, sizeof good), SAM_FEED_FRAME);
}

/* The whole card answer, as long as the published 1295 bytes, and its parts. */
static void splits_text_and_photo(void **state)
{
    static uint8_t frame[1295] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x05, 0x08,
                                  0x00, 0x00, 0x90, 0x01, 0x00, 0x04, 0x00};
    struct sam_decoder decoder = {0};
    struct sam_card_data data;
    (void)state;
    frame[14] = 't';
    frame[14 + 256] = 'p';
    frame[1294] = sam_checksum(frame + 5, 1289);
    assert_int_equal(push_all(&decoder, frame, sizeof frame), SAM_FEED_FRAME);
    struct sam_answer answer = sam_decoder_answer(&decoder);
    assert_true(sam_split_card(&answer, false, &data));
    assert_int_equal(data.text_size, 256);
    assert_int_equal(data.photo_size, 1024);
    assert_int_equal(data.text[0], 't');
    assert_int_equal(data.photo[0], 'p');
    answer.size--;
    assert_false(sam_split_card(&answer, false, &data));
    answer.size = 3;
    assert_false(sam_split_card(&answer, false, &data));
}

static void skips_the_fingerprint(void **state)
{
    static uint8_t bytes[6 + 256 + 1024 + 1024] = {0x01, 0x00, 0x04, 0x00, 0x04, 0x00};
    struct sam_answer answer = {.data = bytes, .size = sizeof bytes};
    struct sam_card_data data;
    (void)state;
    assert_true(sam_split_card(&answer, true, &data));
    assert_ptr_equal(data.text, bytes + 6);
    assert_int_equal(data.photo_size, 1024);
    assert_false(sam_split_card(&answer, false, &data));
}

/* What a good answer to one command is to the others; a refusal fits all. */
static void an_answer_fits_its_own_command(void **state)
{
    static const struct {
        struct sam_answer answer;
        enum sam_command fits, others[4];
    } rows[] = {
        {{.sw3 = SAM_OK, .size = 0}, SAM_STATUS, {SAM_FIND, SAM_SELECT, SAM_READ, SAM_READ_ADDRESS}},
        {{.sw3 = SAM_OK, .size = 16}, SAM_ID, {SAM_STATUS, SAM_FIND, SAM_READ, SAM_READ}},
        {{.sw3 = SAM_FOUND, .size = 4}, SAM_FIND, {SAM_STATUS, SAM_SELECT, SAM_READ, SAM_READ_ADDRESS}},
        {{.sw3 = SAM_OK, .size = 8}, SAM_SELECT, {SAM_STATUS, SAM_ID, SAM_FIND, SAM_READ}},
        {{.sw3 = SAM_OK, .size = 1284}, SAM_READ, {SAM_STATUS, SAM_FIND, SAM_SELECT, SAM_READ_ADDRESS}},
        {{.sw3 = SAM_OK, .size = 70}, SAM_READ_ADDRESS, {SAM_STATUS, SAM_ID, SAM_FIND, SAM_SELECT}},
    };
    const struct sam_answer refusal = {.sw3 = SAM_READ_FAILED};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(sam_answers(rows[i].fits, &rows[i].answer));
        assert_true(sam_answers(rows[i].fits, &refusal));
        for (size_t j = 0; j < sizeof rows[i].others / sizeof rows[i].others[0]; j++)
            assert_false(sam_answers(rows[i].others[j], &rows[i].answer));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_as_published),
        cmocka_unit_test(reads_the_published_ok_answer),
        cmocka_unit_test(finds_the_frame_behind_noise),
        cmocka_unit_test(a_stray_zero_in_the_preamble_is_no_matter),
        cmocka_unit_test(a_wrong_checksum_is_told_and_the_next_frame_read),
        cmocka_unit_test(no_flipped_bit_gets_through),
        cmocka_unit_test(impossible_lengths_are_not_waited_for),
        cmocka_unit_test(splits_text_and_photo),
        cmocka_unit_test(skips_the_fingerprint),
        cmocka_unit_test(an_answer_fits_its_own_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
