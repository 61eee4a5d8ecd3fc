/* Anything a scanner or a QR code may hold: what comes out is UTF-8 within its bounds, or says that it is no
 * text. */
#include "board/base/utf8.h"
#include "drivers/scanner/typed.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct code *code)
{
    assert(code->length < CODE_TEXT_MAX);
    assert(code->text[code->length] == '\0');
    assert(code->is_text || code->length == 0);
    assert(utf8_valid(code->text, code->length));
}

static void finish(struct typed *typed)
{
    static struct code code;
    struct err e = typed_finish(typed, &code);

    assert(!err_is(&e));
    look_at(&code);
}

static void as_payload(const uint8_t *data, size_t size)
{
    static struct code code;
    struct err e = code_set_payload(&code, data, size);

    assert(!err_is(&e));
    look_at(&code);
}

static void as_lines(const uint8_t *data, size_t size)
{
    static struct typed typed;

    typed_clear(&typed);
    while (size > 0) {
        bool complete;
        size_t used = typed_bytes(&typed, data, size, &complete);

        assert(used > 0 && used <= size);
        if (complete)
            finish(&typed);
        data += used;
        size -= used;
    }
}

static void as_keys(const uint8_t *data, size_t size)
{
    static struct typed typed;

    typed_clear(&typed);
    for (size_t i = 0; i + 2 < size; i += 3)
        if (typed_key(&typed, data[i] | (unsigned)data[i + 1] << 8, data[i + 2] % 3))
            finish(&typed);
}

static void as_reports(const uint8_t *data, size_t size)
{
    static const struct hidpos_layout usual = {
        .report_id = 2, .length_at = 1, .aim_at = 2, .data_at = 5, .continued_at = 63};
    static struct typed typed;

    typed_clear(&typed);
    hidpos_describes_scanner(data, size);
    while (size > 0) {
        size_t report = size < 64 ? size : 64;
        struct hidpos_end end = {0};
        struct err e = typed_report(&typed, &usual, data, report, &end);

        if (err_is(&e))
            typed_lost(&typed);
        else if (end.complete)
            finish(&typed);
        data += report;
        size -= report;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_payload(data, size);
    as_lines(data, size);
    as_keys(data, size);
    as_reports(data, size);
    return 0;
}
