#include "drivers/printer/escpos.h"
#include <stdio.h>
#include <string.h>

#define ESC 0x1B
#define GS  0x1D
#define DLE 0x10
#define EOT 0x04

void escpos_init(struct buf *out)
{
    buf_append(out, (const uint8_t[]){ESC, '@'}, 2);
}

void escpos_auto_status(bool on, struct buf *out)
{
    const uint8_t on_line_error_paper = 0x0E;
    buf_append(out, (const uint8_t[]){GS, 'a', on ? on_line_error_paper : 0}, 3);
}

static bool dot_at(const struct printer_bitmap *bitmap, int row, int x)
{
    if (x < 0 || x >= bitmap->width_dots)
        return false;
    return bitmap->bits[(size_t)row * bitmap->stride + (size_t)x / 8] & 0x80 >> x % 8;
}

/* Printers obey real-time commands (DLE EOT, DLE ENQ, DLE DC4) even inside raster data: one more dot beside
 * those that are there makes them dots again. */
static uint8_t defuse(const struct buf *out, uint8_t byte)
{
    bool after_dle = out->length > 0 && (uint8_t)out->data[out->length - 1] == DLE;
    bool realtime = byte == EOT || byte == 0x05 || byte == 0x14;
    return after_dle && realtime ? byte | 0x08 : byte;
}

/* Dots x..x+7, white beyond the bitmap. */
static uint8_t eight_dots(const struct printer_bitmap *bitmap, int row, int x)
{
    if (x >= 0 && x % 8 == 0 && x + 8 <= bitmap->width_dots)
        return bitmap->bits[(size_t)row * bitmap->stride + (size_t)x / 8];
    uint8_t byte = 0;
    for (int bit = 0; bit < 8; bit++)
        byte = (uint8_t)(byte << 1 | dot_at(bitmap, row, x + bit));
    return byte;
}

static void append_row(const struct printer_bitmap *bitmap, int row, int head_dots, struct buf *out)
{
    int margin = (head_dots - bitmap->width_dots) / 2;
    for (int x = 0; x < head_dots; x += 8)
        buf_append_byte(out, defuse(out, eight_dots(bitmap, row, x - margin)));
}

void escpos_raster(const struct printer_bitmap *bitmap, int first, int count, int head_dots, struct buf *out)
{
    int width_bytes = head_dots / 8;
    const uint8_t head[] = {GS,
                            'v',
                            '0',
                            0,
                            (uint8_t)width_bytes,
                            (uint8_t)(width_bytes >> 8),
                            (uint8_t)count,
                            (uint8_t)(count >> 8)};
    buf_append(out, head, sizeof head);
    for (int row = first; row < first + count; row++)
        append_row(bitmap, row, head_dots, out);
}

void escpos_cut(int feed, struct buf *out)
{
    buf_append(out, (const uint8_t[]){GS, 'V', 66, (uint8_t)feed}, 4);
}

void escpos_ask_all(struct buf *out)
{
    for (uint8_t n = 1; n <= 4; n++)
        buf_append(out, (const uint8_t[]){DLE, EOT, n}, 3);
}

void escpos_ask_proof(struct buf *out)
{
    buf_append(out, (const uint8_t[]){GS, 'r', 1}, 3);
}

struct bit {
    uint8_t at; /* which byte */
    uint8_t mask;
    uint32_t condition;
};

static uint32_t collect(const uint8_t *bytes, const struct bit *bits, size_t count)
{
    uint32_t conditions = 0;
    for (size_t i = 0; i < count; i++)
        if (bytes[bits[i].at] & bits[i].mask)
            conditions |= bits[i].condition;
    return conditions;
}

/* A printer says off line for every reason it cannot print; only without another reason is that the reason.
 * Paper that is out is near its end too. */
static uint32_t leave_the_reason(uint32_t conditions)
{
    uint32_t reasons = PRINTER_PAPER_OUT | PRINTER_COVER_OPEN | PRINTER_CUTTER_JAM | PRINTER_FAULT;
    if (conditions & reasons)
        conditions &= ~(uint32_t)PRINTER_OFFLINE;
    if (conditions & PRINTER_PAPER_OUT)
        conditions &= ~(uint32_t)PRINTER_PAPER_NEAR;
    return conditions;
}

uint32_t escpos_conditions(const uint8_t answers[4])
{
    static const struct bit bits[] = {
        {0, 0x08, PRINTER_OFFLINE},    {1, 0x04, PRINTER_COVER_OPEN}, {1, 0x20, PRINTER_PAPER_OUT},
        {2, 0x08, PRINTER_CUTTER_JAM}, {2, 0x20, PRINTER_FAULT},      {2, 0x40, PRINTER_OFFLINE},
        {3, 0x0C, PRINTER_PAPER_NEAR}, {3, 0x60, PRINTER_PAPER_OUT},
    };
    return leave_the_reason(collect(answers, bits, sizeof bits / sizeof bits[0]));
}

static uint32_t automatic_conditions(const uint8_t status[4])
{
    static const struct bit bits[] = {
        {0, 0x08, PRINTER_OFFLINE},   {0, 0x20, PRINTER_COVER_OPEN}, {1, 0x08, PRINTER_CUTTER_JAM},
        {1, 0x20, PRINTER_FAULT},     {1, 0x40, PRINTER_OFFLINE},    {2, 0x03, PRINTER_PAPER_NEAR},
        {2, 0x0C, PRINTER_PAPER_OUT},
    };
    return leave_the_reason(collect(status, bits, sizeof bits / sizeof bits[0]));
}

enum escpos_heard escpos_reader_push(struct escpos_reader *reader, uint8_t byte, uint32_t *out_conditions)
{
    if ((byte & 0x93) == 0x10) { /* the first of an automatic status; an unfinished one is dropped */
        reader->automatic[0] = byte;
        reader->gathered = 1;
        return ESCPOS_NOTHING;
    }
    if ((byte & 0x93) == 0x12)
        return ESCPOS_ANSWER;
    if (byte & 0x90)
        return ESCPOS_NOTHING;
    if (reader->gathered == 0)
        return ESCPOS_PROOF;
    reader->automatic[reader->gathered++] = byte;
    if (reader->gathered < 4)
        return ESCPOS_NOTHING;
    reader->gathered = 0;
    *out_conditions = automatic_conditions(reader->automatic);
    return ESCPOS_AUTOMATIC;
}

uint32_t escpos_port_conditions(uint8_t status)
{
    const uint8_t paper_empty = 0x20, selected = 0x10, no_error = 0x08;
    uint32_t conditions = 0;
    if (status & paper_empty)
        conditions |= PRINTER_PAPER_OUT;
    else if (!(status & no_error))
        conditions |= PRINTER_FAULT;
    else if (!(status & selected))
        conditions |= PRINTER_OFFLINE;
    return conditions;
}

void escpos_describe(uint32_t conditions, char *out_text, size_t size)
{
    static const char *const words[] = {"paper near its end", "paper out", "cover open",     "cutter jammed",
                                        "off line",           "fault",     "gives no status"};
    size_t used = 0;
    snprintf(out_text, size, "ready");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (conditions & 1u << i && used < size)
            used += (size_t)snprintf(out_text + used, size - used, "%s%s", used ? ", " : "", words[i]);
}
