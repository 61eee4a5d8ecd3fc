#include "offline/case_number.h"
#include <stdio.h>
#include <string.h>

/* The quasigroup of order 10 of Damm's thesis ("Total anti-symmetrische Quasigruppen", Marburg 2004, p. 111).
 */
static const unsigned char quasigroup[10][10] = {
    {0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
    {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
    {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
    {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
};

/* 0 over a number with its check digit; over the digits before it, the check digit. */
static int damm(const char *digits, size_t count)
{
    int interim = 0;
    for (size_t i = 0; i < count; i++)
        interim = quasigroup[interim][digits[i] - '0'];
    return interim;
}

struct err case_number_make(int kiosk, int sequence, char out_number[CASE_NUMBER_SIZE])
{
    if (kiosk < 1 || kiosk > CASE_NUMBER_KIOSK_MAX)
        return err_make(ERR_REFUSED, "case_number", 0, "kiosk number %d is not 1 to 9999", kiosk);
    if (sequence < 1 || sequence > CASE_NUMBER_SEQUENCE_MAX)
        return err_make(ERR_REFUSED, "case_number", 0,
                        "this kiosk has used all its numbers (sequence %d): give it a new kiosk number",
                        sequence);
    char text[16];
    snprintf(text, sizeof text, "%04d%05d", kiosk, sequence);
    text[9] = (char)('0' + damm(text, 9));
    text[10] = 0;
    memcpy(out_number, text, CASE_NUMBER_SIZE);
    return err_ok();
}

/* One digit, ASCII or full-width (U+FF10 to U+FF19 are EF BC 90 to EF BC 99); returns the bytes read, 0 for
 * none. */
static size_t read_digit(const char *text, char *out_digit)
{
    const unsigned char *u = (const unsigned char *)text;
    if (u[0] >= '0' && u[0] <= '9') {
        *out_digit = text[0];
        return 1;
    }
    if (u[0] == 0xef && u[1] == 0xbc && u[2] >= 0x90 && u[2] <= 0x99) {
        *out_digit = (char)('0' + (u[2] - 0x90));
        return 3;
    }
    return 0;
}

struct err case_number_read(const char *typed, char out_number[CASE_NUMBER_SIZE])
{
    char number[CASE_NUMBER_SIZE] = "";
    size_t count = 0;
    while (*typed) {
        char digit;
        size_t bytes = read_digit(typed, &digit);
        if (bytes == 0 && *typed != ' ' && *typed != '-')
            return err_make(ERR_USER, "case_number", 0, "a number has digits only");
        if (bytes > 0 && count == CASE_NUMBER_SIZE - 1)
            return err_make(ERR_USER, "case_number", 0, "a number has ten digits, not more");
        if (bytes > 0)
            number[count++] = digit;
        typed += bytes ? bytes : 1;
    }
    if (count != CASE_NUMBER_SIZE - 1)
        return err_make(ERR_USER, "case_number", 0, "a number has ten digits, not %zu", count);
    if (damm(number, count) != 0)
        return err_make(ERR_USER, "case_number", 0, "a digit is wrong: the check digit does not fit");
    memcpy(out_number, number, CASE_NUMBER_SIZE);
    return err_ok();
}

void case_number_own(const char *instance_id, char out_number[CASE_NUMBER_SIZE])
{
    const size_t kept = CASE_NUMBER_SIZE - 2, length = strlen(instance_id);
    snprintf(out_number, CASE_NUMBER_SIZE, "x%.9s", instance_id + (length > kept ? length - kept : 0));
}

bool case_number_is_own(const char *number)
{
    return number[0] == 'x';
}

void case_number_group(const char number[CASE_NUMBER_SIZE], char out_text[CASE_NUMBER_GROUPED_SIZE])
{
    if (case_number_is_own(number)) {
        snprintf(out_text, CASE_NUMBER_GROUPED_SIZE, "%.10s", number);
        return;
    }
    snprintf(out_text, CASE_NUMBER_GROUPED_SIZE, "%.4s %.5s %.1s", number, number + 4, number + 9);
}
