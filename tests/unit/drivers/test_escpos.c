/* ESC/POS bytes out and in. */
#include "drivers/printer/escpos.h"
#include "tests/unit/cmocka.h"
#include <string.h>

static void raster_is_centred_and_padded(void **state)
{
    static const uint8_t bits[] = {0xFF, 0x81};
    const struct printer_bitmap bitmap = {.width_dots = 8, .height_dots = 2, .stride = 1, .bits = bits};
    static const uint8_t expected[] = {0x1D, 'v', '0', 0, 3, 0, 2, 0, 0, 0xFF, 0, 0, 0x81, 0};
    struct buf out = {0};
    (void)state;
    escpos_raster(&bitmap, 0, 2, 24, &out);
    assert_int_equal(out.length, sizeof expected);
    assert_memory_equal(out.data, expected, sizeof expected);
    buf_finish(&out);
}

static void bits_beyond_the_width_stay_white(void **state)
{
    static const uint8_t bits[] = {0xFF};
    const struct printer_bitmap bitmap = {.width_dots = 3, .height_dots = 1, .stride = 1, .bits = bits};
    struct buf out = {0};
    (void)state;
    escpos_raster(&bitmap, 0, 1, 8, &out);
    assert_int_equal((uint8_t)out.data[8], 0x38); /* 3 dots, 2 from the left */
    buf_finish(&out);
}

/* A picture may hold the bytes of DLE EOT: a printer would obey them. */
static void no_command_hides_in_a_picture(void **state)
{
    static const uint8_t bits[] = {0x10, 0x04, 0x01, 0x10, 0x05, 0x02, 0x10, 0x14};
    const struct printer_bitmap bitmap = {.width_dots = 64, .height_dots = 1, .stride = 8, .bits = bits};
    struct buf out = {0};
    (void)state;
    escpos_raster(&bitmap, 0, 1, 64, &out);
    for (size_t i = 8; i + 1 < out.length; i++)
        if (out.data[i] == 0x10)
            assert_true(out.data[i + 1] != 0x04 && out.data[i + 1] != 0x05 && out.data[i + 1] != 0x14);
    assert_int_equal((uint8_t)out.data[9] & 0x04, 0x04); /* what was black stays black */
    buf_finish(&out);
}

static void status_answers_mean_what_the_table_says(void **state)
{
    static const struct {
        uint8_t answers[4];
        uint32_t conditions;
    } table[] = {
        {{0x12, 0x12, 0x12, 0x12}, 0},
        {{0x16, 0x12, 0x12, 0x12}, 0}, /* the drawer is no matter */
        {{0x1A, 0x12, 0x12, 0x12}, PRINTER_OFFLINE},
        {{0x1A, 0x16, 0x12, 0x12}, PRINTER_COVER_OPEN},
        {{0x1A, 0x32, 0x12, 0x72}, PRINTER_PAPER_OUT},
        {{0x12, 0x12, 0x12, 0x1E}, PRINTER_PAPER_NEAR},
        {{0x1A, 0x52, 0x1A, 0x12}, PRINTER_CUTTER_JAM},
        {{0x1A, 0x52, 0x32, 0x12}, PRINTER_FAULT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_int_equal(escpos_conditions(table[i].answers), table[i].conditions);
}

static enum escpos_heard push_all(struct escpos_reader *reader, const uint8_t *bytes, size_t size,
                                  uint32_t *conditions)
{
    enum escpos_heard heard = ESCPOS_NOTHING;
    for (size_t i = 0; i < size; i++)
        heard = escpos_reader_push(reader, bytes[i], conditions);
    return heard;
}

static void tells_the_kinds_of_answers_apart(void **state)
{
    struct escpos_reader reader = {0};
    uint32_t conditions = 0;
    (void)state;
    assert_int_equal(escpos_reader_push(&reader, 0x12, &conditions), ESCPOS_ANSWER);
    assert_int_equal(escpos_reader_push(&reader, 0x00, &conditions), ESCPOS_PROOF);
    assert_int_equal(escpos_reader_push(&reader, 0x03, &conditions), ESCPOS_PROOF);
    assert_int_equal(push_all(&reader, (const uint8_t[]){0x38, 0x00, 0x00, 0x00}, 4, &conditions),
                     ESCPOS_AUTOMATIC);
    assert_int_equal(conditions, PRINTER_COVER_OPEN);
    assert_int_equal(push_all(&reader, (const uint8_t[]){0x18, 0x00, 0x0F, 0x00}, 4, &conditions),
                     ESCPOS_AUTOMATIC);
    assert_int_equal(conditions, PRINTER_PAPER_OUT);
}

/* The tail of an automatic status looks like a proof: it must never be taken for one. */
static void an_automatic_status_is_no_proof(void **state)
{
    struct escpos_reader reader = {0};
    uint32_t conditions;
    (void)state;
    static const uint8_t bytes[] = {0x10, 0x00, 0x12, 0x00, 0x00}; /* a status answer may come in between */
    for (size_t i = 0; i < sizeof bytes; i++)
        assert_int_not_equal(escpos_reader_push(&reader, bytes[i], &conditions), ESCPOS_PROOF);
    assert_int_equal(escpos_reader_push(&reader, 0x00, &conditions), ESCPOS_PROOF);
}

static void noise_is_nothing(void **state)
{
    struct escpos_reader reader = {0};
    uint32_t conditions;
    (void)state;
    for (int byte = 0x80; byte < 0x100; byte++)
        assert_int_equal(escpos_reader_push(&reader, (uint8_t)byte, &conditions), ESCPOS_NOTHING);
}

static void the_port_status_is_the_last_resort(void **state)
{
    (void)state;
    assert_int_equal(escpos_port_conditions(0x18), 0);
    assert_int_equal(escpos_port_conditions(0x38), PRINTER_PAPER_OUT);
    assert_int_equal(escpos_port_conditions(0x10), PRINTER_FAULT);
    assert_int_equal(escpos_port_conditions(0x08), PRINTER_OFFLINE);
}

static void conditions_have_words(void **state)
{
    char text[96];
    (void)state;
    escpos_describe(PRINTER_PAPER_OUT | PRINTER_COVER_OPEN, text, sizeof text);
    assert_string_equal(text, "paper out, cover open");
    escpos_describe(0, text, sizeof text);
    assert_string_equal(text, "ready");
    escpos_describe(~0u, text, 8); /* cut, not overrun */
    assert_int_equal(strlen(text), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raster_is_centred_and_padded),
        cmocka_unit_test(bits_beyond_the_width_stay_white),
        cmocka_unit_test(no_command_hides_in_a_picture),
        cmocka_unit_test(status_answers_mean_what_the_table_says),
        cmocka_unit_test(tells_the_kinds_of_answers_apart),
        cmocka_unit_test(an_automatic_status_is_no_proof),
        cmocka_unit_test(noise_is_nothing),
        cmocka_unit_test(the_port_status_is_the_last_resort),
        cmocka_unit_test(conditions_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
