#include "offline/signature.h"
#include "offline/crypto.h"
#include <stdio.h>
#include <string.h>

#define OPEN  "<yz:signature xmlns:yz=\"https://yizhan.dev/xmlns\" key=\""
#define CLOSE "</yz:signature>"

static const char *find(const char *in, size_t size, const char *text)
{
    return memmem(in, size, text, strlen(text));
}

/* Where the end tag of the meta element begins. Markup only: in a text or an attribute '<' is always escaped.
 */
static const char *find_meta_end(const char *xml, size_t size)
{
    const char *end = xml + size, *best = NULL;
    for (const char *at = xml; (at = find(at, (size_t)(end - at), "</")) != NULL; at += 2) {
        const char *close = memchr(at, '>', (size_t)(end - at));
        if (!close)
            break;
        const char *colon = memchr(at, ':', (size_t)(close - at));
        const char *name = colon ? colon + 1 : at + 2;
        size_t length = (size_t)(close - name);
        while (length > 0 && strchr(" \t\r\n", name[length - 1]))
            length--;
        if (length == 4 && memcmp(name, "meta", 4) == 0)
            best = at;
    }
    return best;
}

static struct err append_element(const struct device_key *key, const char *xml, size_t size, struct buf *out)
{
    uint8_t public_key[DEVICE_KEY_SIZE], signature[DEVICE_SIGNATURE_SIZE];
    TRY(device_key_sign(key, xml, size, signature));
    device_key_public(key, public_key);
    buf_append_text(out, OPEN);
    TRY(crypto_base64(public_key, sizeof public_key, out));
    buf_append_text(out, "\">");
    TRY(crypto_base64(signature, sizeof signature, out));
    buf_append_text(out, CLOSE);
    return buf_check(out, "signature");
}

struct err signature_add(const struct device_key *key, const char *xml, size_t size, struct buf *out_xml)
{
    const char *meta_end = find_meta_end(xml, size);
    if (!meta_end)
        return err_make(ERR_DATA, "signature", 0, "the instance has no meta element to sign in");
    if (find(xml, size, "<yz:signature"))
        return err_make(ERR_DATA, "signature", 0, "the instance is signed already");
    buf_append(out_xml, xml, (size_t)(meta_end - xml));
    TRY(append_element(key, xml, size, out_xml));
    buf_append(out_xml, meta_end, size - (size_t)(meta_end - xml));
    return buf_check(out_xml, "signature");
}

/* The parts of a signed instance. */
struct parts {
    const char *begin; /* of the element */
    const char *key;
    size_t key_size;
    const char *signature;
    size_t signature_size;
    const char *end; /* behind the element */
};

static bool split(const char *xml, size_t size, struct parts *out)
{
    const char *end = xml + size;
    out->begin = find(xml, size, OPEN);
    if (!out->begin)
        return false;
    out->key = out->begin + strlen(OPEN);
    const char *quote = find(out->key, (size_t)(end - out->key), "\">");
    if (!quote)
        return false;
    out->key_size = (size_t)(quote - out->key);
    out->signature = quote + 2;
    const char *close = find(out->signature, (size_t)(end - out->signature), CLOSE);
    if (!close)
        return false;
    out->signature_size = (size_t)(close - out->signature);
    out->end = close + strlen(CLOSE);
    return true;
}

static struct err decode(const char *text, size_t size, uint8_t *out_bytes, size_t expected)
{
    char copy[128];
    struct buf bytes;
    if (size >= sizeof copy)
        return err_make(ERR_DATA, "signature", 0, "the signature element is malformed");
    memcpy(copy, text, size);
    copy[size] = 0;
    buf_init(&bytes);
    struct err e = crypto_unbase64(copy, &bytes);
    if (!err_is(&e) && bytes.length != expected)
        e = err_make(ERR_DATA, "signature", 0, "the signature element is malformed");
    if (!err_is(&e))
        memcpy(out_bytes, bytes.data, expected);
    buf_finish(&bytes);
    return e;
}

struct err signature_check(const char *xml, size_t size, uint8_t out_public[DEVICE_KEY_SIZE])
{
    struct parts parts;
    uint8_t public_key[DEVICE_KEY_SIZE], signature[DEVICE_SIGNATURE_SIZE];
    if (!split(xml, size, &parts))
        return err_make(ERR_DATA, "signature", 0, "the submission carries no kiosk's signature");
    TRY(decode(parts.key, parts.key_size, public_key, sizeof public_key));
    TRY(decode(parts.signature, parts.signature_size, signature, sizeof signature));
    struct buf original;
    buf_init_private(&original);
    buf_append(&original, xml, (size_t)(parts.begin - xml));
    buf_append(&original, parts.end, size - (size_t)(parts.end - xml));
    struct err e = buf_check(&original, "signature");
    if (!err_is(&e))
        e = device_key_verify(public_key, buf_text(&original), original.length, signature);
    buf_finish(&original);
    if (!err_is(&e))
        memcpy(out_public, public_key, sizeof public_key);
    return e;
}
