/* What lies on a stick, and text on it that somebody vouches for: INDEX of a batch, RECEIPTS of an office. */
#include "board/base/file.h"
#include "offline/courier_internal.h"
#include "offline/crypto.h"
#include <string.h>

static const char MODULE[] = "courier";

enum { SIGNED_MAX = 8 << 20 };

struct err courier_stick_read(const char *path, size_t max_bytes, struct buf *out_bytes)
{
    struct err e = file_read_stranger(path, max_bytes, out_bytes);
    if (e.class == ERR_SYSTEM)
        e.class = ERR_DATA;
    return e;
}

static struct err append_line(struct buf *text, const char *word, const void *bytes, size_t size)
{
    buf_append_text(text, word);
    TRY(crypto_base64(bytes, size, text));
    buf_append_byte(text, '\n');
    return buf_check(text, MODULE);
}

struct err courier_signed_write(const char *path, const struct buf *text, const struct device_key *key)
{
    uint8_t public_key[DEVICE_KEY_SIZE], signature[DEVICE_SIGNATURE_SIZE];
    struct buf whole = {0};

    device_key_public(key, public_key);
    buf_append(&whole, buf_text(text), text->length);
    struct err e = append_line(&whole, "key ", public_key, sizeof public_key);
    if (!err_is(&e))
        e = device_key_sign(key, whole.data, whole.length, signature);
    if (!err_is(&e))
        e = append_line(&whole, "signature ", signature, sizeof signature);
    if (!err_is(&e))
        e = file_write(path, whole.data, whole.length, 0644);
    buf_finish(&whole);
    return e;
}

/* "WORD BASE64" as the last line of text[0..*length): its bytes, and the length without it. */
static struct err take_last_line(char *text, size_t *length, const char *word, size_t size,
                                 uint8_t *out_bytes)
{
    size_t begin = *length > 0 ? *length - 1 : 0;
    struct buf bytes = {0};

    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    if (*length == 0 || text[*length - 1] != '\n' || strncmp(text + begin, word, strlen(word)) != 0)
        return err_make(ERR_DATA, MODULE, 0, "not signed");
    text[*length - 1] = '\0';
    struct err e = crypto_unbase64(text + begin + strlen(word), &bytes);
    text[*length - 1] = '\n';
    if (!err_is(&e) && bytes.length != size)
        e = err_make(ERR_DATA, MODULE, 0, "no proper signature");
    if (!err_is(&e))
        memcpy(out_bytes, bytes.data, size);
    buf_finish(&bytes);
    *length = begin;
    return e;
}

static struct err check(struct buf *whole, size_t *out_length, uint8_t out_key[DEVICE_KEY_SIZE])
{
    uint8_t signature[DEVICE_SIGNATURE_SIZE];
    size_t length = whole->length;

    TRY(take_last_line(whole->data, &length, "signature ", sizeof signature, signature));
    size_t signed_length = length;
    TRY(take_last_line(whole->data, &length, "key ", DEVICE_KEY_SIZE, out_key));
    *out_length = length;
    return device_key_verify(out_key, whole->data, signed_length, signature);
}

struct err courier_signed_read(const char *path, struct buf *out_text, uint8_t out_key[DEVICE_KEY_SIZE])
{
    struct buf whole = {0};
    size_t length = 0;

    struct err e = courier_stick_read(path, SIGNED_MAX, &whole);
    if (!err_is(&e))
        e = check(&whole, &length, out_key);
    if (!err_is(&e)) {
        buf_append(out_text, whole.data, length);
        e = buf_check(out_text, MODULE);
    }
    buf_finish(&whole);
    return err_is(&e) ? err_context(e, "%s", path) : err_ok();
}
