#include "app/journey/payment_code.h"

#include "drivers/idcard/idcard.h"

#include <string.h>
#include <strings.h>

/* What a code beside a till begins with. */
static const char *const addresses[] = {
    "wxp://",     "weixin://wxpay/",      "https://wx.tenpay.com/", "https://qr.alipay.com/",
    "alipays://", "https://qr.95516.com/"};

/* What a payer's own code looks like: digits alone, and how they begin. */
static const struct {
    const char *first, *last;
    size_t shortest, longest;
} payers[] = {{"10", "15", 18, 18}, {"25", "30", 16, 24}, {"62", "62", 19, 19}};

static bool is_address(const char *text)
{
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (strncasecmp(text, addresses[i], strlen(addresses[i])) == 0)
            return true;
    return false;
}

/* Of QR codes only: a bar code of 18 digits may be a parcel's. An ID number may begin like a payer's code. */
static bool is_payer(const struct code *code)
{
    size_t length = strlen(code->text);
    if (code->symbology != CODE_QR || strspn(code->text, "0123456789") != length ||
        idcard_number_valid(code->text))
        return false;
    for (size_t i = 0; i < sizeof payers / sizeof *payers; i++)
        if (length >= payers[i].shortest && length <= payers[i].longest &&
            strncmp(code->text, payers[i].first, 2) >= 0 && strncmp(code->text, payers[i].last, 2) <= 0)
            return true;
    return false;
}

bool payment_code_is(const struct code *code)
{
    return is_address(code->text) || is_payer(code);
}
