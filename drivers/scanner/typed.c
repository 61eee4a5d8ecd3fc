#include "drivers/scanner/typed.h"

#include "board/base/wipe.h"
#include <linux/input-event-codes.h>
#include <string.h>

void typed_clear(struct typed *typed)
{
    wipe(typed, sizeof *typed);
}

void typed_lost(struct typed *typed)
{
    bool shift = typed->shift;

    typed_clear(typed);
    typed->is_spoilt = true;
    typed->shift = shift;
}

void typed_spoil(struct typed *typed)
{
    if (typed->length > 0)
        typed_lost(typed);
}

/* The code's end came. A spoilt one was none. */
static bool end(struct typed *typed)
{
    if (typed->is_spoilt) {
        typed_clear(typed);
        return false;
    }
    return typed->length > 0;
}

static void add(struct typed *typed, uint8_t byte)
{
    if (typed->length < sizeof typed->bytes)
        typed->bytes[typed->length++] = byte;
    else
        typed->too_long = true;
}

struct err typed_finish(struct typed *typed, struct code *out_code)
{
    struct err e = code_set_payload(out_code, typed->bytes, typed->length);

    if (typed->too_long) {
        out_code->is_text = false;
        out_code->length = 0;
        wipe(out_code->text, sizeof out_code->text);
    }
    typed_clear(typed);
    return e;
}

struct err typed_deliver(struct typed *typed, struct code *out_code, bool *has_come)
{
    if (!out_code || *has_come) {
        typed_clear(typed);
        return err_ok();
    }
    *has_come = true;
    return typed_finish(typed, out_code);
}

/* US keyboard: unshifted and shifted character of each key. */
static const char keys[KEY_SPACE + 1][2] = {
    [KEY_1] = "1!",          [KEY_2] = "2@",         [KEY_3] = "3#",           [KEY_4] = "4$",
    [KEY_5] = "5%",          [KEY_6] = "6^",         [KEY_7] = "7&",           [KEY_8] = "8*",
    [KEY_9] = "9(",          [KEY_0] = "0)",         [KEY_MINUS] = "-_",       [KEY_EQUAL] = "=+",
    [KEY_Q] = "qQ",          [KEY_W] = "wW",         [KEY_E] = "eE",           [KEY_R] = "rR",
    [KEY_T] = "tT",          [KEY_Y] = "yY",         [KEY_U] = "uU",           [KEY_I] = "iI",
    [KEY_O] = "oO",          [KEY_P] = "pP",         [KEY_LEFTBRACE] = "[{",   [KEY_RIGHTBRACE] = "]}",
    [KEY_A] = "aA",          [KEY_S] = "sS",         [KEY_D] = "dD",           [KEY_F] = "fF",
    [KEY_G] = "gG",          [KEY_H] = "hH",         [KEY_J] = "jJ",           [KEY_K] = "kK",
    [KEY_L] = "lL",          [KEY_SEMICOLON] = ";:", [KEY_APOSTROPHE] = "'\"", [KEY_GRAVE] = "`~",
    [KEY_BACKSLASH] = "\\|", [KEY_Z] = "zZ",         [KEY_X] = "xX",           [KEY_C] = "cC",
    [KEY_V] = "vV",          [KEY_B] = "bB",         [KEY_N] = "nN",           [KEY_M] = "mM",
    [KEY_COMMA] = ",<",      [KEY_DOT] = ".>",       [KEY_SLASH] = "/?",       [KEY_SPACE] = "  ",
};

bool typed_key(struct typed *typed, unsigned key, int value)
{
    if (key == KEY_LEFTSHIFT || key == KEY_RIGHTSHIFT) {
        typed->shift = value != 0;
        return false;
    }
    if (value != 1)
        return false;
    if (key == KEY_ENTER || key == KEY_KPENTER || key == KEY_TAB)
        return end(typed);
    if (key <= KEY_SPACE && keys[key][0])
        add(typed, (uint8_t)keys[key][typed->shift]);
    return false;
}

static bool is_end(uint8_t byte)
{
    return byte == '\r' || byte == '\n' || byte == 0x03;
}

size_t typed_bytes(struct typed *typed, const uint8_t *bytes, size_t size, bool *out_complete)
{
    size_t used = 0;

    while (used < size) {
        uint8_t byte = bytes[used++];

        if (!is_end(byte)) {
            add(typed, byte);
        } else if (end(typed)) {
            *out_complete = true;
            return used;
        }
    }
    *out_complete = false;
    return used;
}

/* AIM code characters: Q is QR, C Code 128, A Code 39, E EAN/UPC. */
static bool symbology_of_aim(const uint8_t aim[3], enum code_symbology *out_symbology)
{
    static const char letters[] = {
        [CODE_QR] = 'Q', [CODE_EAN13] = 'E', [CODE_CODE128] = 'C', [CODE_CODE39] = 'A'};

    for (size_t i = 0; aim[0] == ']' && i < sizeof letters; i++) {
        if (aim[1] != letters[i])
            continue;
        *out_symbology = (enum code_symbology)i;
        return true;
    }
    return false;
}

struct err typed_report(struct typed *typed, const struct hidpos_layout *layout, const uint8_t *report,
                        size_t size, struct hidpos_end *out_end)
{
    struct hidpos_end found = {0};
    size_t length, data_at = (size_t)layout->data_at;

    *out_end = found;
    if (size < 1 || report[0] != layout->report_id)
        return err_ok();
    if (size <= (size_t)layout->length_at || size < data_at)
        return err_make(ERR_DATA, "scanner", 0, "a report of %zu bytes", size);
    length = report[layout->length_at];
    if (length > size - data_at)
        return err_make(ERR_DATA, "scanner", 0, "a report claims %zu bytes of %zu", length, size);
    for (size_t i = 0; i < length; i++)
        add(typed, report[data_at + i]);
    if (layout->aim_at >= 0 && (size_t)layout->aim_at + 3 <= size)
        found.has_symbology = symbology_of_aim(report + layout->aim_at, &found.symbology);
    bool is_last =
        layout->continued_at < 0 || (size_t)layout->continued_at >= size || !report[layout->continued_at];
    found.complete = is_last && end(typed);
    *out_end = found;
    return err_ok();
}

/* Walks the short items; long items (FE) carry their own size. HID 1.11, 6.2.2. */
bool hidpos_describes_scanner(const uint8_t *descriptor, size_t size)
{
    for (size_t at = 0; at < size;) {
        uint8_t item = descriptor[at];
        size_t data = item == 0xFE      ? (at + 1 < size ? descriptor[at + 1] + 2u : size)
                      : (item & 3) == 3 ? 4
                                        : item & 3u;

        /* Global item "usage page" with one or two bytes. */
        if ((item & 0xFC) == 0x04 && data >= 1 && at + 1 < size && descriptor[at + 1] == 0x8C &&
            (data == 1 || (at + 2 < size && descriptor[at + 2] == 0)))
            return true;
        at += 1 + data;
    }
    return false;
}
