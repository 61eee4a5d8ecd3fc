#include "board/base/config.h"

#include "board/base/file.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BASE                                                                                                 \
    "[kiosk]\nnumber = 4827\nplace = 青溪镇便民点 @ 30.25 119.5\n[store]\ndir = /var/lib/yizhan\n"     \
    "[platform]\nurl = https://example.org/v1/key/T/projects/1/\n[secrets]\ndir = /etc/yizhan/secrets\n"
#define PIN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct err load(const char *text, struct config *out_config)
{
    char path[] = "/tmp/yizhan-config-XXXXXX";
    close(mkstemp(path));
    struct err e = file_write(path, text, strlen(text), 0600);
    if (!err_is(&e))
        e = config_load(path, out_config);
    unlink(path);
    return e;
}

static void reads_every_key(void **state)
{
    (void)state;
    struct config config;
    assert_ok(load("# a kiosk\n" BASE "[kiosk]\nphone = 0000-1234567\n[seal]\nkey_sha256 = " PIN " " PIN
                   "\nallow_unsealed = yes\nsuite = sm\n"
                   "[sync]\nspread_s = 0\n",
                   &config));
    assert_int_equal(config.kiosk.number, 4827);
    assert_string_equal(config.kiosk.place, "青溪镇便民点");
    assert_true(config.kiosk.has_position && config.kiosk.place_lat == 30.25 &&
                config.kiosk.place_lon == 119.5);
    assert_string_equal(config.kiosk.lang, "zh-CN");
    assert_int_equal(config.kiosk.large_text_age, 60);
    assert_string_equal(config.kiosk.phone, "0000-1234567");
    assert_string_equal(config.platform.url, "https://example.org/v1/key/T/projects/1");
    assert_int_equal(config.seal.key_count, 2);
    assert_true(config.seal.allow_unsealed);
    assert_int_equal(config.sync.spread_s, 0);
}

static void stops_at_what_is_wrong_with_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {BASE "[kiosk]\nnumbr = 1\n", ":11: [kiosk] has no key numbr"},
        {BASE "[printer]\n", ":10: there is no section [printer]"},
        {BASE "[sync]\nspread_s = 90000\n", ":11: spread_s must be a whole number from 0 to 86400"},
        {BASE "[sync]\nspread_s = 5 minutes\n", ":11: spread_s must be a whole number"},
        {BASE "[sync]\nspread_s = 1\nspread_s = 2\n", "given twice"},
        {BASE "[update]\nurl = https://county/updates\nring = all\n", "[visit] ca to check releases by"},
        {BASE "[update]\nurl = https://county/updates\n[visit]\nca = /ca.pem\n", "needs [update] ring"},
        {BASE "[kiosk]\nnumber = 1\n", ":11: [kiosk] number is given twice"},
        {BASE "[kiosk]\nlang = xx\n", ":11: lang must be zh-CN or en"},
        {BASE "[courier]\noffice_key = abc\n", ":11: office_key must be offices' public keys"},
        {BASE "[seal]\nkey_sha256 = abc\n", ":11: key_sha256 must be SHA-256 fingerprints"},
        {BASE "[kiosk]\npanel_mm = 10\n", ":11: panel_mm must be the panel's WIDTHxHEIGHT"},
        {BASE "nonsense\n", ":10: expected key = value"},
        {"[kiosk]\nnumber = 1\n", "[kiosk] place is missing"},
        {BASE "[fleet]\nurl = ftp://x\n", ":11: url must begin with https://"},
        {BASE "\xFF\n", "not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config = {.kiosk.number = 77};
        struct err e = load(cases[i].text, &config);
        assert_int_equal(e.class, ERR_DATA);
        if (!strstr(e.text, cases[i].says))
            fail_msg("\"%s\" does not say \"%s\"", e.text, cases[i].says);
        assert_int_equal(config.kiosk.number, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_key),
        cmocka_unit_test(stops_at_what_is_wrong_with_file_and_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
