#include "drivers/scanner/model/scanner_model.h"
#include "drivers/model/talker.h"
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>

/* A HID-POS report: id, length, AIM identifier, data, and whether the code goes on. */
#define REPORT_ID    2
#define REPORT_SIZE  64
#define DATA_AT      5
#define CONTINUED_AT 63
#define DATA_MOST    (CONTINUED_AT - DATA_AT)

struct scanner_model {
    struct talker talker;
    enum scanner_wiring wiring;
};

/* --- a keyboard ----------------------------------------------------------------------------------------- */

/* Of a US keyboard: from this code on the keys bear these characters. */
static const struct {
    uint16_t first;
    const char *plain, *shifted;
} rows[] = {{KEY_1, "1234567890-=", "!@#$%^&*()_+"},
            {KEY_Q, "qwertyuiop[]", "QWERTYUIOP{}"},
            {KEY_A, "asdfghjkl;'", "ASDFGHJKL:\""},
            {KEY_Z, "zxcvbnm,./", "ZXCVBNM<>?"}};

static void say_key(struct buf *said, unsigned code, int value)
{
    const struct input_event events[] = {{.type = EV_KEY, .code = (uint16_t)code, .value = value},
                                         {.type = EV_SYN, .code = SYN_REPORT}};
    buf_append(said, events, sizeof events);
}

static void press(struct buf *said, unsigned code, bool shift)
{
    if (shift)
        say_key(said, KEY_LEFTSHIFT, 1);
    say_key(said, code, 1);
    say_key(said, code, 0);
    if (shift)
        say_key(said, KEY_LEFTSHIFT, 0);
}

static bool type(struct buf *said, char c)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *plain = strchr(rows[i].plain, c), *shifted = strchr(rows[i].shifted, c);
        if (!plain && !shifted)
            continue;
        press(said, rows[i].first + (unsigned)(plain ? plain - rows[i].plain : shifted - rows[i].shifted),
              !plain);
        return true;
    }
    return false;
}

static struct err type_all(struct buf *said, const char *payload)
{
    for (; *payload; payload++)
        if (!type(said, *payload))
            return err_make(ERR_DATA, "model", 0, "a keyboard has no such character");
    press(said, KEY_ENTER, false);
    return err_ok();
}

/* --- reports and lines ---------------------------------------------------------------------------------- */

static void report_all(struct buf *said, const char *payload)
{
    for (size_t left = strlen(payload); left > 0;) {
        size_t size = left < DATA_MOST ? left : DATA_MOST;
        uint8_t report[REPORT_SIZE] = {REPORT_ID, (uint8_t)size, ']', 'Q', '1'};
        memcpy(report + DATA_AT, payload, size);
        payload += size;
        left -= size;
        report[CONTINUED_AT] = left > 0;
        buf_append(said, report, sizeof report);
    }
}

static struct err say_all(const struct scanner_model *model, const char *payload, struct buf *said)
{
    switch (model->wiring) {
    case SCANNER_KEYBOARD:
        return type_all(said, payload);
    case SCANNER_HIDPOS:
        report_all(said, payload);
        break;
    case SCANNER_SERIAL:
        buf_append_text(said, payload);
        buf_append_text(said, "\r\n");
        break;
    }
    return err_ok();
}

struct err scanner_model_scan(struct scanner_model *model, const char *payload)
{
    struct buf said = {0};
    struct err e = say_all(model, payload, &said);
    if (!err_is(&e))
        e = buf_check(&said, "model");
    if (!err_is(&e))
        e = talker_say(&model->talker, "scan", said.data, said.length);
    buf_finish(&said);
    return e;
}

struct err scanner_model_script(struct scanner_model *model, const char *script)
{
    return talker_script(&model->talker, script, "scan");
}

struct err scanner_model_create(enum scanner_wiring wiring, struct scanner_model **out_model)
{
    static const size_t pieces[] = {[SCANNER_KEYBOARD] = sizeof(struct input_event),
                                    [SCANNER_HIDPOS] = REPORT_SIZE,
                                    [SCANNER_SERIAL] = 1};
    struct scanner_model *model = calloc(1, sizeof *model);
    if (!model)
        return err_no_memory("model");
    model->wiring = wiring;
    talker_init(&model->talker, pieces[wiring]);
    *out_model = model;
    return err_ok();
}

void scanner_model_destroy(struct scanner_model **model)
{
    if (!*model)
        return;
    talker_finish(&(*model)->talker);
    free(*model);
    *model = NULL;
}

const struct device_model *scanner_model_device(const struct scanner_model *model)
{
    return &model->talker.device;
}
