#include "ui/receipt.h"

#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>
#include <zbar.h>

struct fixture {
    struct ui_text *text;
    struct lang *lang;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_ok(ui_text_create(YIZHAN_BUILD "/assets/fonts", 0, &f->text));
    assert_ok(lang_create(YIZHAN_BUILD "/assets/lang", "zh-CN", NULL, &f->lang));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    ui_text_destroy(&f->text);
    lang_destroy(&f->lang);
    free(f);
    return 0;
}

static struct receipt sample(void)
{
    return (struct receipt){
        .place = "青溪镇便民点",
        .service = "养老金领取资格认证",
        .person = "王**",
        .number = "4827 1936 5",
        .verdict = "已经存好，还没送到",
        .printed_at = "2026-11-22 10:27",
        .truths = {{UI_STATE_DONE, "存在本机", "2026-11-22 10:26 存好，已封好"},
                   {UI_STATE_WAITING, "送到县里", "还没有。网络一通，马上自动送出"},
                   {UI_STATE_LATER, "部门受理", "收到后 5 个工作日办结"}},
        .truth_count = 3,
        .papers = {"户口簿原件", "银行卡复印件一张"},
        .paper_count = 2,
        .time_limit = "5 个工作日",
        .phone = "0000-1234567",
        .qr = "YZ1 482719365 已存好 未送达 0000-1234567 7F3A9C21",
    };
}

static bool is_black(const struct receipt_bitmap *b, int x, int y)
{
    return b->bits[(size_t)y * b->stride + (size_t)x / 8] >> (7 - x % 8) & 1;
}

static uint8_t *to_gray(const struct receipt_bitmap *b)
{
    uint8_t *gray = malloc((size_t)b->width * (size_t)b->height);
    for (int y = 0; y < b->height; y++)
        for (int x = 0; x < b->width; x++)
            gray[y * b->width + x] = is_black(b, x, y) ? 0 : 255;
    return gray;
}

static void assert_code_says(const struct receipt_bitmap *b, const char *expected)
{
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
    zbar_image_t *image = zbar_image_create();
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, (unsigned)b->width, (unsigned)b->height);
    uint8_t *gray = to_gray(b);
    zbar_image_set_data(image, gray, (unsigned long)b->width * (unsigned long)b->height, NULL);
    assert_int_equal(zbar_scan_image(scanner, image), 1);
    const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
    assert_int_equal(zbar_symbol_get_data_length(symbol), strlen(expected));
    assert_memory_equal(zbar_symbol_get_data(symbol), expected, strlen(expected));
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
    free(gray);
}

static void its_code_is_read_back(void **state)
{
    struct fixture *f = *state;
    struct receipt receipt = sample();
    static const int widths[] = {RECEIPT_58_MM_DOTS, RECEIPT_80_MM_DOTS};
    for (int i = 0; i < 2; i++) {
        struct receipt_bitmap bitmap;
        assert_ok(receipt_draw(f->text, f->lang, &receipt, widths[i], &bitmap));
        assert_int_equal(bitmap.width, widths[i]);
        assert_int_equal(bitmap.stride, widths[i] / 8);
        assert_code_says(&bitmap, receipt.qr);
        receipt_bitmap_finish(&bitmap);
        assert_null(bitmap.bits);
    }
}

/* Nothing may touch the edge: a thermal head cuts the last dots off. */
static void its_edges_are_white(void **state)
{
    struct fixture *f = *state;
    struct receipt receipt = sample();
    struct receipt_bitmap bitmap;
    assert_ok(receipt_draw(f->text, f->lang, &receipt, RECEIPT_58_MM_DOTS, &bitmap));
    for (int y = 0; y < bitmap.height; y++) {
        assert_false(is_black(&bitmap, 0, y));
        assert_false(is_black(&bitmap, bitmap.width - 1, y));
    }
    receipt_bitmap_finish(&bitmap);
}

static int height_of(struct fixture *f, const struct receipt *receipt)
{
    struct receipt_bitmap bitmap;
    assert_ok(receipt_draw(f->text, f->lang, receipt, RECEIPT_58_MM_DOTS, &bitmap));
    int height = bitmap.height;
    receipt_bitmap_finish(&bitmap);
    return height;
}

static void leaves_out_what_is_not_known(void **state)
{
    struct fixture *f = *state;
    struct receipt full = sample(), bare = sample(), copy = sample();
    bare.paper_count = 0;
    bare.phone = bare.time_limit = NULL;
    copy.is_copy = true;
    assert_true(height_of(f, &bare) < height_of(f, &full));
    assert_true(height_of(f, &copy) > height_of(f, &full));
}

static void refuses_what_does_not_fit(void **state)
{
    struct fixture *f = *state;
    struct receipt receipt = sample();
    struct receipt_bitmap bitmap = {.width = 7};
    char huge[4000];
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = 0;
    receipt.qr = huge;
    struct err failure = receipt_draw(f->text, f->lang, &receipt, RECEIPT_58_MM_DOTS, &bitmap);
    assert_int_equal(failure.class, ERR_DATA);
    receipt.qr = "a";
    failure = receipt_draw(f->text, f->lang, &receipt, 100, &bitmap);
    assert_int_equal(failure.class, ERR_DATA);
    assert_int_equal(bitmap.width, 7);
}

/* The number is what people copy by hand: at least 6 mm high at 8 dots a mm. */
static void its_number_is_large(void **state)
{
    struct fixture *f = *state;
    struct receipt with = sample(), without = sample();
    without.number = NULL;
    without.verdict = with.verdict = NULL;
    assert_true(height_of(f, &with) - height_of(f, &without) >= 6 * 8 + 3 * 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_code_is_read_back, setup, teardown),
        cmocka_unit_test_setup_teardown(its_edges_are_white, setup, teardown),
        cmocka_unit_test_setup_teardown(leaves_out_what_is_not_known, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_what_does_not_fit, setup, teardown),
        cmocka_unit_test_setup_teardown(its_number_is_large, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
