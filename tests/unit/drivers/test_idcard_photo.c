/* The portrait hook: a site's library is used, anything else is said clearly and harms nothing. */
#include "drivers/idcard/photo.h"
#include "tests/unit/cmocka.h"
#include <string.h>

static void a_sites_decoder_is_used(void **state)
{
    struct idcard_decoder *decoder;
    struct idcard card = {.photo = {'W', 'L', 'f', [100] = 42}, .photo_size = IDCARD_PHOTO_SIZE};
    static uint8_t rgb[IDCARD_PORTRAIT_SIZE];
    (void)state;
    assert_ok(idcard_decoder_create(WLT_STUB, &decoder));
    assert_ok(idcard_decode_portrait(decoder, &card, rgb));
    assert_int_equal(rgb[0], 42);
    assert_int_equal(rgb[IDCARD_PORTRAIT_SIZE - 1], 42);
    idcard_decoder_destroy(&decoder);
    assert_null(decoder);
}

static void a_refused_portrait_leaves_the_picture_untouched(void **state)
{
    struct idcard_decoder *decoder;
    struct idcard card = {.photo = {'?', [100] = 42}, .photo_size = IDCARD_PHOTO_SIZE};
    static uint8_t rgb[IDCARD_PORTRAIT_SIZE];
    (void)state;
    assert_ok(idcard_decoder_create(WLT_STUB, &decoder));
    assert_err_class(idcard_decode_portrait(decoder, &card, rgb), ERR_DATA);
    card.photo_size = 0;
    assert_err_class(idcard_decode_portrait(decoder, &card, rgb), ERR_DATA);
    assert_int_equal(rgb[0], 0);
    idcard_decoder_destroy(&decoder);
}

static void what_is_no_decoder_is_refused(void **state)
{
    struct idcard_decoder *decoder = NULL;
    (void)state;
    assert_err_class(idcard_decoder_create("/nowhere/wlt.so", &decoder), ERR_DATA);
    assert_err_class(idcard_decoder_create("wlt.so", &decoder), ERR_DATA);
    assert_err_class(idcard_decoder_create(WLT_NONE, &decoder), ERR_DATA);
    assert_null(decoder);
}

/* Whatever it does, the kiosk lives, the picture stays as it was, and the next card is decoded. */
static void a_decoder_that_misbehaves_costs_a_picture(void **state)
{
    static const char ways[] = {'C', 'H', 'E'};
    struct idcard_decoder *decoder;
    struct idcard card = {.photo = {'W', 'L', 'f', [100] = 42}, .photo_size = IDCARD_PHOTO_SIZE};
    static uint8_t rgb[IDCARD_PORTRAIT_SIZE];
    (void)state;
    assert_ok(idcard_decoder_create(WLT_STUB, &decoder));
    for (size_t i = 0; i < sizeof ways; i++) {
        card.photo[101] = (uint8_t)ways[i];
        assert_err_class(idcard_decode_portrait(decoder, &card, rgb), ERR_DATA);
        assert_int_equal(rgb[0], 0);
    }
    card.photo[101] = 0;
    assert_ok(idcard_decode_portrait(decoder, &card, rgb));
    assert_int_equal(rgb[0], 42);
    idcard_decoder_destroy(&decoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sites_decoder_is_used),
        cmocka_unit_test(a_refused_portrait_leaves_the_picture_untouched),
        cmocka_unit_test(what_is_no_decoder_is_refused),
        cmocka_unit_test(a_decoder_that_misbehaves_costs_a_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
