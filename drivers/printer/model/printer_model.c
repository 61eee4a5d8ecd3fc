#include "drivers/printer/model/printer_model.h"
#include "board/base/buf.h"
#include "drivers/model/fault.h"
#include <stdlib.h>
#include <string.h>

#define ESC        0x1B
#define GS         0x1D
#define DLE        0x10
#define EOT        0x04
#define BUFFER_MAX 32768 /* what it takes while it cannot print */
#define CUT_MARGIN 96    /* rows between head and knife */
#define WORDS                                                                                                \
    "byte raster cut proof status:paper-out cover-open cutter-jam offline silent late garbage stall unplug"

struct printer_model {
    struct device_model device;
    struct printer_setup setup;
    struct fault_script faults;
    enum printer_paper paper;
    bool cover_open, cutter_jam, offline;
    bool automatic;        /* GS a is on */
    struct buf input;      /* taken, not yet printed */
    struct buf output;     /* to the host */
    struct buf held;       /* comes after the next question */
    struct buf canvas;     /* on paper since the last cut */
    struct buf receipt;    /* the last one cut off */
    uint8_t last_bytes[2]; /* for real-time commands, which are found anywhere in the stream */
    long taken;            /* bytes since the last cut */
    int receipts;
    bool stalled, gone;
};

static const struct model_usb usb = {
    .vendor = 0x0483,
    .product = 0x5743,
    .interface_class = 7,
    .interface_subclass = 1,
    .interface_protocol = 2,
    .endpoints = {{0x01, 2, 64}, {0x82, 2, 64}},
    .endpoint_count = 2,
};

static size_t row_bytes(const struct printer_model *model)
{
    return (size_t)model->setup.width_dots / 8;
}

static bool can_print(const struct printer_model *model)
{
    return model->paper != PRINTER_PAPER_NONE && !model->cover_open && !model->cutter_jam && !model->offline;
}

/* --- faults --------------------------------------------------------------------------------------------- */

static void say_automatic(struct printer_model *model);

static bool is(const struct fault *fault, const char *kind)
{
    return fault && strcmp(fault->kind, kind) == 0;
}

static const struct fault *strike(struct printer_model *model, const char *event)
{
    const struct fault *fault = fault_strike(&model->faults, event, model->taken);
    if (is(fault, "paper-out"))
        printer_model_paper(model, PRINTER_PAPER_NONE);
    else if (is(fault, "cover-open"))
        printer_model_cover(model, true);
    else if (is(fault, "cutter-jam"))
        model->cutter_jam = true;
    else if (is(fault, "offline"))
        model->offline = true;
    else if (is(fault, "stall"))
        model->stalled = true;
    else if (is(fault, "unplug"))
        model->gone = true;
    if (is(fault, "cutter-jam") || is(fault, "offline"))
        say_automatic(model);
    return fault;
}

/* --- answers -------------------------------------------------------------------------------------------- */

static uint8_t when(bool condition, uint8_t bits)
{
    return condition ? bits : 0;
}

static uint8_t status_answer(const struct printer_model *model, uint8_t n)
{
    bool out = model->paper == PRINTER_PAPER_NONE;
    switch (n) {
    case 1:
        return (uint8_t)(0x12 | when(!can_print(model), 0x08));
    case 2:
        return (uint8_t)(0x12 | when(model->cover_open, 0x04) | when(out, 0x20) |
                         when(model->cutter_jam, 0x40));
    case 3:
        return (uint8_t)(0x12 | when(model->cutter_jam, 0x08));
    default:
        return (uint8_t)(0x12 | when(model->paper != PRINTER_PAPER_PLENTY, 0x0C) | when(out, 0x60));
    }
}

static void say_automatic(struct printer_model *model)
{
    if (!model->automatic || model->setup.clone)
        return;
    const uint8_t status[4] = {
        (uint8_t)(0x10 | when(!can_print(model), 0x08) | when(model->cover_open, 0x20)),
        when(model->cutter_jam, 0x08),
        (uint8_t)(when(model->paper != PRINTER_PAPER_PLENTY, 0x03) |
                  when(model->paper == PRINTER_PAPER_NONE, 0x0C)),
        0,
    };
    buf_append(&model->output, status, sizeof status);
}

static void answer(struct printer_model *model, const char *event, uint8_t byte)
{
    const struct fault *fault = strike(model, event);
    if (model->held.length > 0) {
        buf_append(&model->output, model->held.data, model->held.length);
        buf_clear(&model->held);
    }
    if (model->setup.clone || is(fault, "silent"))
        return;
    if (is(fault, "garbage")) {
        buf_append(&model->output, "\xff\x00\xa5\x5a\x93", 5);
        return;
    }
    buf_append_byte(is(fault, "late") ? &model->held : &model->output, byte);
}

/* --- printing: each returns the bytes it used of the input, 0 when it needs more
 * ---------------------------- */

static size_t print_raster(struct printer_model *model, const uint8_t *at, size_t size)
{
    if (size < 8)
        return 0;
    size_t width = (size_t)(at[4] | at[5] << 8), rows = (size_t)(at[6] | at[7] << 8);
    if (size < 8 + width * rows)
        return 0;
    strike(model, "raster");
    if (!can_print(model))
        return 0;
    for (size_t row = 0; row < rows; row++)
        for (size_t x = 0; x < row_bytes(model); x++)
            buf_append_byte(&model->canvas, x < width ? at[8 + row * width + x] : 0);
    return 8 + width * rows;
}

static size_t cut(struct printer_model *model, size_t size)
{
    if (size < 4)
        return 0;
    strike(model, "cut");
    if (!can_print(model))
        return 0;
    for (size_t i = 0; i < CUT_MARGIN * row_bytes(model); i++)
        buf_append_byte(&model->canvas, 0);
    struct buf old = model->receipt;
    model->receipt = model->canvas;
    model->canvas = old;
    buf_clear(&model->canvas);
    model->receipts++;
    model->taken = 0;
    return 4;
}

static size_t prove(struct printer_model *model, size_t size)
{
    if (size < 3)
        return 0;
    answer(model, "proof", when(model->paper != PRINTER_PAPER_PLENTY, 0x03));
    return 3;
}

static size_t print_group(struct printer_model *model, const uint8_t *at, size_t size)
{
    if (size < 2)
        return 0;
    switch (at[1]) {
    case 'v':
        return print_raster(model, at, size);
    case 'V':
        return cut(model, size);
    case 'r':
        return prove(model, size);
    case 'a':
        if (size < 3)
            return 0;
        model->automatic = at[2] != 0;
        say_automatic(model);
        return 3;
    default:
        return 2;
    }
}

static size_t print_one(struct printer_model *model, const uint8_t *at, size_t size)
{
    if (at[0] == GS)
        return print_group(model, at, size);
    if (at[0] == ESC)
        return size < 2 ? 0 : 2;
    if (at[0] == DLE) /* a real-time command was obeyed when it arrived */
        return size < 3 ? 0 : 3;
    return 1;
}

static void print_input(struct printer_model *model)
{
    while (model->input.length > 0 && can_print(model)) {
        size_t used = print_one(model, (const uint8_t *)model->input.data, model->input.length);
        if (used == 0)
            break;
        model->input.length -= used;
        memmove(model->input.data, model->input.data + used, model->input.length);
    }
}

/* --- the four ops --------------------------------------------------------------------------------------- */

static void notice_realtime(struct printer_model *model, uint8_t byte)
{
    if (model->last_bytes[0] == DLE && model->last_bytes[1] == EOT && byte >= 1 && byte <= 4)
        answer(model, "status", status_answer(model, byte));
    model->last_bytes[0] = model->last_bytes[1];
    model->last_bytes[1] = byte;
}

static int printer_out(void *self, uint8_t endpoint, const uint8_t *data, size_t size)
{
    struct printer_model *model = self;
    (void)endpoint;
    if (model->gone)
        return MODEL_GONE;
    size_t taken = 0;
    while (taken < size && (can_print(model) || model->input.length < BUFFER_MAX)) {
        buf_append_byte(&model->input, data[taken]);
        notice_realtime(model, data[taken++]);
        model->taken++;
        strike(model, "byte");
    }
    print_input(model);
    if (model->gone)
        return MODEL_GONE;
    return taken > 0 || size == 0 ? (int)taken : MODEL_NAK;
}

static int printer_in(void *self, uint8_t endpoint, uint8_t *out_data, size_t size)
{
    struct printer_model *model = self;
    (void)endpoint;
    if (model->gone)
        return MODEL_GONE;
    if (model->stalled) {
        model->stalled = false;
        return MODEL_STALL;
    }
    size_t count = model->output.length < size ? model->output.length : size;
    if (count == 0)
        return MODEL_NAK;
    memcpy(out_data, model->output.data, count);
    model->output.length -= count;
    memmove(model->output.data, model->output.data + count, model->output.length);
    return (int)count;
}

static void forget(struct printer_model *model)
{
    buf_clear(&model->input);
    buf_clear(&model->output);
    buf_clear(&model->held);
    memset(model->last_bytes, 0, sizeof model->last_bytes);
    model->automatic = model->stalled = model->gone = false;
}

static int printer_control(void *self, const uint8_t setup[8], uint8_t *data, size_t size)
{
    static const char id[] = "\0\x1fMFG:YZ;CMD:ESC/POS;MDL:MODEL;";
    struct printer_model *model = self;
    enum { GET_DEVICE_ID, GET_PORT_STATUS, SOFT_RESET };
    if (setup[1] == GET_PORT_STATUS && size >= 1) {
        data[0] =
            (uint8_t)(0x10 | when(can_print(model), 0x08) | when(model->paper == PRINTER_PAPER_NONE, 0x20));
        return 1;
    }
    if (setup[1] == GET_DEVICE_ID) {
        size_t count = size < sizeof id - 1 ? size : sizeof id - 1;
        memcpy(data, id, count);
        return (int)count;
    }
    if (setup[1] != SOFT_RESET)
        return MODEL_STALL;
    forget(model);
    return 0;
}

static void printer_unplug(void *self)
{
    struct printer_model *model = self;
    forget(model);
    model->offline = false;
}

/* --- hands ---------------------------------------------------------------------------------------------- */

struct err printer_model_create(const struct printer_setup *setup, struct printer_model **out_model)
{
    struct printer_model *model = calloc(1, sizeof *model);
    if (!model)
        return err_no_memory("model");
    model->setup = *setup;
    model->device = (struct device_model){.usb = &usb,
                                          .self = model,
                                          .out = printer_out,
                                          .in = printer_in,
                                          .control = printer_control,
                                          .unplug = printer_unplug};
    *out_model = model;
    return err_ok();
}

void printer_model_destroy(struct printer_model **model)
{
    struct printer_model *m = *model;
    if (!m)
        return;
    struct buf *all[] = {&m->input, &m->output, &m->held, &m->canvas, &m->receipt};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        buf_finish(all[i]);
    free(m);
    *model = NULL;
}

const struct device_model *printer_model_device(const struct printer_model *model)
{
    return &model->device;
}

/* Something changed: it may print on, and says so if it was asked to. */
static void changed(struct printer_model *model)
{
    say_automatic(model);
    print_input(model);
}

void printer_model_paper(struct printer_model *model, enum printer_paper paper)
{
    bool new_roll = model->paper == PRINTER_PAPER_NONE && paper != PRINTER_PAPER_NONE;
    if (new_roll) /* what hung there was torn off with the old roll */
        buf_clear(&model->canvas);
    model->paper = paper;
    changed(model);
}

void printer_model_cover(struct printer_model *model, bool open)
{
    model->cover_open = open;
    changed(model);
}

void printer_model_clear_jam(struct printer_model *model)
{
    model->cutter_jam = false;
    changed(model);
}

struct err printer_model_script(struct printer_model *model, const char *script)
{
    return fault_script_parse(script, WORDS, &model->faults);
}

int printer_model_receipts(const struct printer_model *model)
{
    return model->receipts;
}

int printer_model_hanging_rows(const struct printer_model *model)
{
    return (int)(model->canvas.length / row_bytes(model));
}

struct printer_paper_image printer_model_receipt(const struct printer_model *model)
{
    return (struct printer_paper_image){.bits = (const uint8_t *)model->receipt.data,
                                        .width_dots = model->setup.width_dots,
                                        .height_dots = (int)(model->receipt.length / row_bytes(model))};
}
