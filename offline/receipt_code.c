#include "offline/receipt_code.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#define PREFIX      "YZ1:"
#define MAC_BYTES   10
#define MAC_LETTERS 16

/* RFC 4648 base32 of ten bytes: sixteen letters, no padding. */
static void base32(const uint8_t bytes[MAC_BYTES], char out_text[MAC_LETTERS + 1])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (int i = 0; i < MAC_LETTERS; i++) {
        int bit = i * 5, byte = bit / 8, shift = bit % 8;
        unsigned pair = (unsigned)bytes[byte] << 8 | (byte + 1 < MAC_BYTES ? bytes[byte + 1] : 0u);
        out_text[i] = alphabet[pair >> (11 - shift) & 31];
    }
    out_text[MAC_LETTERS] = 0;
}

struct err receipt_code_make(const struct device_key *key, const char number[CASE_NUMBER_SIZE],
                             char out_code[RECEIPT_CODE_SIZE])
{
    char text[RECEIPT_CODE_SIZE], letters[MAC_LETTERS + 1];
    uint8_t mac[32];
    int length = snprintf(text, sizeof text, PREFIX "%.10s", number);
    TRY(device_key_mac(key, "receipt", text, (size_t)length, mac));
    base32(mac, letters);
    snprintf(out_code, RECEIPT_CODE_SIZE, "%.14s:%s", text, letters);
    return err_ok();
}

struct err receipt_code_read(const struct device_key *key, const char *text,
                             char out_number[CASE_NUMBER_SIZE])
{
    const char *at = NULL;
    for (const char *next = text; (next = strstr(next, PREFIX)) != NULL; next++)
        at = next; /* the last one: the code ends the text */
    if (!at || strlen(at) < RECEIPT_CODE_SIZE - 1 || at[14] != ':')
        return err_make(ERR_USER, "receipt_code", 0, "this is not a receipt's code");
    char digits[CASE_NUMBER_SIZE], number[CASE_NUMBER_SIZE], expected[RECEIPT_CODE_SIZE];
    snprintf(digits, sizeof digits, "%.10s", at + strlen(PREFIX));
    TRY(case_number_read(digits, number));
    TRY(receipt_code_make(key, number, expected));
    if (CRYPTO_memcmp(at, expected, RECEIPT_CODE_SIZE - 1) != 0)
        return err_make(ERR_REFUSED, "receipt_code", 0, "this receipt was not printed here");
    memcpy(out_number, number, sizeof number);
    return err_ok();
}
