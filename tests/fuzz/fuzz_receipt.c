/* What a scanner reads off any piece of paper: a receipt of ours, or a reason why not; never a number that
 * was made up. */
#include "offline/receipt_code.h"
#include "offline/signature.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct device_key *key;

static void open_key(void)
{
    char dir[] = "/tmp/yizhan-fuzz-XXXXXX", path[64];
    struct err e = mkdtemp(dir) ? device_key_open(dir, &key) : err_ok();
    assert(key && !err_is(&e));
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, i ? "signing.key" : "device.secret");
        unlink(path);
    }
    rmdir(dir);
}

static void check_signature(const uint8_t *data, size_t size)
{
    uint8_t public_key[DEVICE_KEY_SIZE];
    struct buf signed_xml = {0};
    struct err e = signature_check((const char *)data, size, public_key);
    assert(err_is(&e) || size > DEVICE_SIGNATURE_SIZE);
    e = signature_add(key, (const char *)data, size, &signed_xml);
    if (!err_is(&e)) { /* what we sign, we accept */
        e = signature_check(signed_xml.data, signed_xml.length, public_key);
        assert(!err_is(&e));
    }
    buf_finish(&signed_xml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char number[CASE_NUMBER_SIZE] = "", code[RECEIPT_CODE_SIZE];
    char *text = strndup((const char *)data, size);
    if (!key)
        open_key();
    struct err e = receipt_code_read(key, text, number);
    if (!err_is(&e)) {
        e = receipt_code_make(key, number, code);
        assert(!err_is(&e) && strstr(text, code));
    }
    e = case_number_read(text, number);
    assert(err_is(&e) || strlen(number) == CASE_NUMBER_SIZE - 1);
    check_signature(data, size);
    free(text);
    return 0;
}
