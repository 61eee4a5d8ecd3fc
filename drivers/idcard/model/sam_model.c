#include "drivers/idcard/model/sam_model.h"
#include "board/base/buf.h"
#include "drivers/idcard/sam.h"
#include "drivers/model/fault.h"
#include <stdlib.h>
#include <string.h>

#define IN_HEADER 0x81
#define IN_BODY   0x85
#define WORDS                                                                                                \
    "reset status id find select read address:silent garbage checksum truncate sw late hang flood stray "    \
    "twice "                                                                                                 \
    "pull "                                                                                                  \
    "stall unplug"

struct sam_model {
    struct device_model device;
    enum sam_wiring wiring;
    struct fault_script faults;
    bool present, found, selected;
    bool spent; /* read, or failed: must be lifted before it is found again */
    struct sam_card card;
    uint8_t command[SAM_COMMAND_SIZE];
    size_t command_size;
    struct buf answer; /* on its way to the host */
    struct buf held;   /* comes after the next command */
    bool hangs;        /* no body comes before the next command */
    bool floods;
    size_t given;    /* bytes of the answer already read */
    long gone_after; /* falls off the bus after so many bytes; -1: stays */
    bool stalled;
    int reads, commands;
};

static const struct model_usb four_pipes = {
    .vendor = 0x0400,
    .product = 0xc35a,
    .interface_class = 0xff,
    .endpoints = {{0x02, 2, 64}, {0x06, 2, 64}, {IN_HEADER, 2, 64}, {IN_BODY, 2, 64}},
    .endpoint_count = 4,
};
static const struct model_usb bulk_pair = {
    .vendor = 0x0400,
    .product = 0xc35a,
    .interface_class = 0xff,
    .endpoints = {{0x01, 2, 64}, {0x81, 2, 64}},
    .endpoint_count = 2,
};
static const struct model_usb hid = {
    .vendor = 0x2b8b,
    .product = 0x2721,
    .interface_class = 3,
    .endpoints = {{0x01, 3, 64}, {0x81, 3, 64}},
    .endpoint_count = 2,
};

static const struct {
    enum sam_command command;
    const char *event;
} events[] = {{SAM_RESET, "reset"},         {SAM_STATUS, "status"}, {SAM_ID, "id"},
              {SAM_FIND, "find"},           {SAM_SELECT, "select"}, {SAM_READ, "read"},
              {SAM_READ_ADDRESS, "address"}};
#define EVENT_COUNT (sizeof events / sizeof events[0])

/* --- what the module would answer: SW3 and data -----------------------------------------------------------
 */

static uint8_t answer_find(struct sam_model *model, struct buf *data)
{
    model->found = model->present && !model->spent;
    model->selected = model->selected && model->present && model->spent;
    if (!model->found)
        return SAM_NO_CARD;
    buf_append(data, (const uint8_t[4]){0}, 4);
    return SAM_FOUND;
}

static uint8_t answer_select(struct sam_model *model, struct buf *data)
{
    if (!model->found)
        return SAM_SELECT_FAILED;
    model->selected = true;
    buf_append(data, (const uint8_t[8]){0}, 8);
    return SAM_OK;
}

static uint8_t answer_read(struct sam_model *model, struct buf *data)
{
    if (!model->selected)
        return SAM_READ_FAILED;
    model->found = false;
    model->spent = true;
    model->reads++;
    buf_append(data, (const uint8_t[4]){1, 0, 4, 0}, 4);
    buf_append(data, model->card.text, sizeof model->card.text);
    buf_append(data, model->card.photo, sizeof model->card.photo);
    return SAM_OK;
}

static uint8_t answer_address(struct sam_model *model, struct buf *data)
{
    if (!model->selected)
        return SAM_READ_FAILED;
    if (model->card.new_address_size == 0)
        return SAM_NOTHING_APPENDED;
    buf_append(data, model->card.new_address, model->card.new_address_size);
    return SAM_OK;
}

static uint8_t answer_id(struct buf *data)
{
    static const uint8_t id[16] = {5, 0, 3, 0, 0x2a, 0xb4, 0x32, 0x01, 0x2a, 0, 0, 0, 7, 0, 0, 0};
    buf_append(data, id, sizeof id);
    return SAM_OK;
}

static uint8_t answer_command(struct sam_model *model, enum sam_command command, struct buf *data)
{
    switch (command) {
    case SAM_RESET:
    case SAM_STATUS:
        return SAM_OK;
    case SAM_ID:
        return answer_id(data);
    case SAM_FIND:
        return answer_find(model, data);
    case SAM_SELECT:
        return answer_select(model, data);
    case SAM_READ:
        return answer_read(model, data);
    case SAM_READ_ADDRESS:
        return answer_address(model, data);
    default:
        return SAM_UNKNOWN_COMMAND;
    }
}

static void append_frame(uint8_t sw3, const struct buf *data, bool stray, struct buf *out)
{
    size_t length = data->length + 4, start = out->length + 5 + stray;
    buf_append(out, (const uint8_t[]){0xAA, 0xAA, 0xAA}, 3);
    if (stray)
        buf_append_byte(out, 0);
    buf_append(out, (const uint8_t[]){0x96, 0x69, (uint8_t)(length >> 8), (uint8_t)length, 0, 0, sw3}, 7);
    if (data->length > 0)
        buf_append(out, data->data, data->length);
    buf_append_byte(out, sam_checksum((const uint8_t *)out->data + start, out->length - start));
}

/* --- faults --------------------------------------------------------------------------------------------- */

static void pull_card(struct sam_model *model)
{
    model->present = model->found = model->selected = model->spent = false;
}

static bool is(const struct fault *fault, const char *kind)
{
    return fault && strcmp(fault->kind, kind) == 0;
}

/* Spoils the answer from byte `start` on. */
static void spoil(struct sam_model *model, const struct fault *fault, size_t start)
{
    struct buf *answer = &model->answer;
    if (is(fault, "silent"))
        answer->length = start;
    else if (is(fault, "garbage"))
        memset(answer->data + start, 0x5A, answer->length - start);
    else if (is(fault, "checksum"))
        answer->data[answer->length - 1] ^= 0x55;
    else if (is(fault, "truncate") && answer->length > start + (size_t)fault->arg)
        answer->length = start + (size_t)fault->arg;
    else if (is(fault, "unplug"))
        model->gone_after = fault->arg;
    else if (is(fault, "stall"))
        model->stalled = true;
    model->hangs = is(fault, "hang");
    model->floods = model->floods || is(fault, "flood");
}

static const char *event_of(enum sam_command command)
{
    for (size_t i = 0; i < EVENT_COUNT; i++)
        if (events[i].command == command)
            return events[i].event;
    return "";
}

static void answer(struct sam_model *model, enum sam_command command)
{
    const struct fault *fault = fault_strike(&model->faults, event_of(command), 0);
    if (is(fault, "pull"))
        pull_card(model);
    struct buf data = {0};
    uint8_t sw3 = answer_command(model, command, &data);
    if (is(fault, "sw")) {
        sw3 = (uint8_t)fault->arg;
        data.length = 0;
        model->spent = model->spent || command == SAM_READ;
    }
    if (model->held.length > 0) {
        buf_append(&model->answer, model->held.data, model->held.length);
        buf_clear(&model->held);
    }
    size_t start = model->answer.length;
    append_frame(sw3, &data, is(fault, "stray"), is(fault, "late") ? &model->held : &model->answer);
    if (is(fault, "twice"))
        append_frame(sw3, &data, false, &model->answer);
    spoil(model, fault, start);
    buf_finish(&data);
}

/* --- the four ops --------------------------------------------------------------------------------------- */

/* Commands are found in the stream as a module does: preamble, length, checksum. */
static void take_byte(struct sam_model *model, uint8_t byte)
{
    static const uint8_t preamble[] = {0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x03};
    size_t at = model->command_size;
    if (at < sizeof preamble && byte != preamble[at]) {
        model->command_size = 0;
        return;
    }
    model->command[model->command_size++] = byte;
    if (model->command_size < SAM_COMMAND_SIZE)
        return;
    model->command_size = 0;
    model->commands++;
    if (sam_checksum(model->command + 5, 4) == model->command[9])
        answer(model, (enum sam_command)(model->command[7] << 8 | model->command[8]));
}

static int sam_out(void *self, uint8_t endpoint, const uint8_t *data, size_t size)
{
    struct sam_model *model = self;
    (void)endpoint;
    for (size_t i = 0; i < size; i++)
        take_byte(model, data[i]);
    return (int)size;
}

static size_t may_give(const struct sam_model *model, uint8_t endpoint, size_t size)
{
    size_t waiting = model->answer.length - model->given;
    if (model->wiring == SAM_WIRED_FOUR_PIPES) {
        bool in_header = model->given < SAM_HEADER_SIZE;
        if (in_header != (endpoint == IN_HEADER) || (model->hangs && !in_header))
            return 0;
        size_t header_left = SAM_HEADER_SIZE - model->given;
        if (in_header && waiting > header_left)
            waiting = header_left;
    }
    return waiting < size ? waiting : size;
}

static int sam_in(void *self, uint8_t endpoint, uint8_t *out_data, size_t size)
{
    struct sam_model *model = self;
    if (model->stalled) {
        model->stalled = false;
        return MODEL_STALL;
    }
    if (model->floods) {
        memset(out_data, 0x5A, size);
        return (int)size;
    }
    size_t count = may_give(model, endpoint, size);
    if (count == 0)
        return MODEL_NAK;
    if (model->gone_after >= 0 && (long)(model->given + count) > model->gone_after)
        return MODEL_GONE;
    memcpy(out_data, model->answer.data + model->given, count);
    model->given += count;
    if (model->given == model->answer.length) {
        buf_clear(&model->answer);
        model->given = 0;
    }
    if (model->wiring == SAM_WIRED_HID && count < size) {
        memset(out_data + count, 0, size - count);
        return (int)size;
    }
    return (int)count;
}

static int sam_control(void *self, const uint8_t setup[8], uint8_t *data, size_t size)
{
    const uint8_t set_report = 0x09;
    if (setup[0] == 0x21 && setup[1] == set_report)
        return sam_out(self, 0, data, size);
    return MODEL_STALL;
}

static void sam_unplug(void *self)
{
    struct sam_model *model = self;
    buf_clear(&model->answer);
    buf_clear(&model->held);
    model->given = model->command_size = 0;
    model->gone_after = -1;
    model->found = model->selected = model->spent = false;
    model->stalled = model->hangs = model->floods = false;
}

/* --- hands ---------------------------------------------------------------------------------------------- */

struct err sam_model_create(enum sam_wiring wiring, struct sam_model **out_model)
{
    static const struct model_usb *const usb[] = {[SAM_WIRED_FOUR_PIPES] = &four_pipes,
                                                  [SAM_WIRED_BULK] = &bulk_pair,
                                                  [SAM_WIRED_HID] = &hid,
                                                  [SAM_WIRED_SERIAL] = NULL};
    struct sam_model *model = calloc(1, sizeof *model);
    if (!model)
        return err_no_memory("model");
    model->wiring = wiring;
    model->gone_after = -1;
    model->device = (struct device_model){.usb = usb[wiring],
                                          .self = model,
                                          .out = sam_out,
                                          .in = sam_in,
                                          .control = sam_control,
                                          .unplug = sam_unplug};
    *out_model = model;
    return err_ok();
}

void sam_model_destroy(struct sam_model **model)
{
    if (!*model)
        return;
    buf_finish(&(*model)->answer);
    buf_finish(&(*model)->held);
    free(*model);
    *model = NULL;
}

const struct device_model *sam_model_device(const struct sam_model *model)
{
    return &model->device;
}

void sam_model_place(struct sam_model *model, const struct sam_card *card)
{
    pull_card(model);
    model->present = card != NULL;
    if (card)
        model->card = *card;
}

struct err sam_model_script(struct sam_model *model, const char *script)
{
    model->floods = false;
    return fault_script_parse(script, WORDS, &model->faults);
}

int sam_model_reads(const struct sam_model *model)
{
    return model->reads;
}

int sam_model_commands(const struct sam_model *model)
{
    return model->commands;
}
