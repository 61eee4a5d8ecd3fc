/* Device key, receipt code, signature: what this kiosk vouches for. */
#include "board/base/file.h"
#include "offline/device_key.h"
#include "offline/receipt_code.h"
#include "offline/signature.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char instance[] =
    "<data id=\"pension\"><name>王秀兰</name><orx:meta xmlns:orx=\"http://openrosa.org/xforms\">"
    "<orx:instanceID>uuid:1</orx:instanceID></orx:meta><after/></data>";

static int make_dir(void **state)
{
    char *dir = strdup("/tmp/yizhan-keys-XXXXXX");
    *state = dir;
    return mkdtemp(dir) ? 0 : 1;
}

static int remove_dir(void **state)
{
    fixture_remove_dir(*state);
    free(*state);
    return 0;
}

static void keys_are_made_once_and_private(void **state)
{
    const char *dir = *state;
    struct device_key *first = NULL, *second = NULL;
    uint8_t a[DEVICE_KEY_SIZE], b[DEVICE_KEY_SIZE];
    char path[128];
    struct stat status;
    assert_ok(device_key_open(dir, &first));
    assert_ok(device_key_open(dir, &second));
    device_key_public(first, a);
    device_key_public(second, b);
    assert_memory_equal(a, b, sizeof a);
    assert_ok(device_key_derive(first, "draft", NULL, 0, a));
    assert_ok(device_key_derive(second, "draft", NULL, 0, b));
    assert_memory_equal(a, b, sizeof a);
    assert_ok(device_key_derive(first, "receipt", NULL, 0, b));
    assert_memory_not_equal(a, b, sizeof a); /* no key serves two purposes */
    snprintf(path, sizeof path, "%s/device.secret", dir);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    device_key_close(&first);
    device_key_close(&second);
    assert_null(second);
}

/* systemd hides the kiosk's folder from yizhan-visit, and gives it its own. */
static void another_unit_reads_its_own_copy(void **state)
{
    struct device_key *own = NULL, *key = NULL;
    uint8_t a[DEVICE_KEY_SIZE], b[DEVICE_KEY_SIZE];
    assert_ok(device_key_open(*state, &own));
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", *state, 1), 0);
    assert_ok(device_key_open("/run/credentials/yizhan-kiosk.service", &key));
    device_key_public(own, a);
    device_key_public(key, b);
    assert_memory_equal(a, b, sizeof a);
    assert_err_class(device_key_open("/run/elsewhere", &key), ERR_SYSTEM); /* only those are systemd's */
    unsetenv("CREDENTIALS_DIRECTORY");
    device_key_close(&own);
    device_key_close(&key);
}

static void a_damaged_secret_is_not_replaced(void **state)
{
    const char *dir = *state;
    struct device_key *key = NULL;
    char path[128];
    snprintf(path, sizeof path, "%s/device.secret", dir);
    assert_ok(file_write(path, "short", 5, 0600));
    assert_err_class(device_key_open(dir, &key), ERR_DATA);
    struct buf kept = {0};
    assert_ok(file_read(path, 100, &kept));
    assert_string_equal(buf_text(&kept), "short");
    buf_finish(&kept);
}

static void a_receipts_code_is_read_back_from_the_whole_qr(void **state)
{
    struct device_key *key = NULL;
    char number[CASE_NUMBER_SIZE], code[RECEIPT_CODE_SIZE], qr[256], out[CASE_NUMBER_SIZE];
    assert_ok(device_key_open(*state, &key));
    assert_ok(case_number_make(42, 17, number));
    assert_ok(receipt_code_make(key, number, code));
    assert_int_equal(strlen(code), RECEIPT_CODE_SIZE - 1);
    snprintf(qr, sizeof qr, "青溪镇便民点 已存 电话 12345\n%s\n", code);
    assert_ok(receipt_code_read(key, qr, out));
    assert_string_equal(out, number);
    device_key_close(&key);
}

static void a_guessed_or_foreign_receipt_finds_nothing(void **state)
{
    struct device_key *key = NULL;
    char number[CASE_NUMBER_SIZE], next[CASE_NUMBER_SIZE], code[RECEIPT_CODE_SIZE],
        out[CASE_NUMBER_SIZE] = "";
    assert_ok(device_key_open(*state, &key));
    assert_ok(case_number_make(42, 17, number));
    assert_ok(case_number_make(42, 18, next));
    assert_ok(receipt_code_make(key, number, code));
    memcpy(code + 4, next, 10); /* another's number with my MAC */
    assert_err_class(receipt_code_read(key, code, out), ERR_REFUSED);
    assert_err_class(receipt_code_read(key, "https://example.org/", out), ERR_USER);
    assert_err_class(receipt_code_read(key, "YZ1:0042000173", out), ERR_USER);
    assert_string_equal(out, "");
    device_key_close(&key);
}

static void a_signed_instance_shows_its_kiosk(void **state)
{
    struct device_key *key = NULL;
    struct buf out = {0};
    uint8_t expected[DEVICE_KEY_SIZE], found[DEVICE_KEY_SIZE];
    assert_ok(device_key_open(*state, &key));
    assert_ok(signature_add(key, instance, strlen(instance), &out));
    assert_non_null(strstr(out.data, "</orx:instanceID><yz:signature "));
    assert_non_null(strstr(out.data, "</yz:signature></orx:meta><after/></data>"));
    assert_ok(signature_check(out.data, out.length, found));
    device_key_public(key, expected);
    assert_memory_equal(found, expected, sizeof found);
    buf_finish(&out);
    device_key_close(&key);
}

static void a_changed_byte_breaks_the_signature(void **state)
{
    struct device_key *key = NULL;
    struct buf out = {0};
    uint8_t found[DEVICE_KEY_SIZE];
    assert_ok(device_key_open(*state, &key));
    assert_ok(signature_add(key, instance, strlen(instance), &out));
    for (size_t i = 0; i < out.length; i++) {
        out.data[i] ^= 1;
        struct err e = signature_check(out.data, out.length, found);
        assert_true(e.class == ERR_REFUSED || e.class == ERR_DATA || e.class == ERR_SYSTEM);
        out.data[i] ^= 1;
    }
    assert_err_class(signature_check(instance, strlen(instance), found), ERR_DATA);
    struct buf twice = {0};
    assert_err_class(signature_add(key, out.data, out.length, &twice), ERR_DATA);
    assert_err_class(signature_add(key, "<data/>", 7, &twice), ERR_DATA);
    buf_finish(&twice);
    buf_finish(&out);
    device_key_close(&key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_are_made_once_and_private, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(another_unit_reads_its_own_copy, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(a_damaged_secret_is_not_replaced, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(a_receipts_code_is_read_back_from_the_whole_qr, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(a_guessed_or_foreign_receipt_finds_nothing, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(a_signed_instance_shows_its_kiosk, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(a_changed_byte_breaks_the_signature, make_dir, remove_dir),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
