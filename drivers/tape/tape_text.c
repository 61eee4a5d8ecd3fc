/* A tape as a file, out and in. */
#include "board/base/file.h"
#include "drivers/tape/tape_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD      "# yizhan tape 1"
#define RUN_LEAST 4 /* equal bytes worth a run */
#define TAPE_MAX  (16u << 20)

/* --- out ------------------------------------------------------------------------------------------------ */

static void put_pipe(struct buf *text, uint8_t pipe)
{
    if (pipe == TAPE_LINE)
        buf_append_text(text, "--");
    else
        buf_printf(text, "%02x", pipe);
}

static size_t run_at(const uint8_t *bytes, size_t size, size_t at)
{
    size_t end = at;
    while (end < size && bytes[end] == bytes[at])
        end++;
    return end - at;
}

static void put_bytes(struct buf *text, const uint8_t *bytes, size_t size)
{
    bool apart = true; /* the next byte does not stick to the one before */
    for (size_t at = 0; at < size;) {
        size_t run = run_at(bytes, size, at);
        if (run >= RUN_LEAST) {
            buf_printf(text, " %02x*%zu", bytes[at], run);
            at += run;
            apart = true;
        } else {
            buf_printf(text, "%s%02x", apart ? " " : "", bytes[at++]);
            apart = false;
        }
    }
    buf_append_byte(text, '\n');
}

static void put_device(struct buf *text, const struct tape_device *device)
{
    const struct tape_interface *interface = &device->interface;
    buf_printf(text, HEAD "\ndevice %s %04x:%04x %02x %02x %02x\n", device->subsystem, device->vendor,
               device->product, interface->class, interface->subclass, interface->protocol);
    for (int i = 0; i < interface->pipe_count; i++)
        buf_printf(text, "pipe %02x %d %d\n", interface->pipes[i].address, interface->pipes[i].type,
                   interface->pipes[i].packet);
}

struct err tape_save(const struct tape *tape, const char *path)
{
    struct buf text = {0};
    TRY(buf_check(&tape->bytes, "tape"));
    TRY(buf_check(&tape->entries, "tape"));
    put_device(&text, &tape->device);
    for (size_t i = 0; i < tape_count(tape); i++) {
        const struct tape_entry *entry = tape_entry(tape, i);
        buf_append_byte(&text, (uint8_t)entry->kind);
        buf_append_byte(&text, ' ');
        put_pipe(&text, entry->pipe);
        put_bytes(&text, entry->size ? tape_bytes(tape, i) : NULL, entry->size);
    }
    struct err e = buf_check(&text, "tape");
    if (!err_is(&e))
        e = file_write(path, text.data, text.length, 0644);
    buf_finish(&text);
    return e;
}

/* --- in ------------------------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static bool take_byte(const char **at, uint8_t *out_byte)
{
    int high = hex_digit((*at)[0]), low = high < 0 ? -1 : hex_digit((*at)[1]);
    if (low < 0)
        return false;
    *out_byte = (uint8_t)(high << 4 | low);
    *at += 2;
    return true;
}

/* "aabb00*3": hex, each byte perhaps a run. */
static bool take_bytes(const char *text, struct buf *out)
{
    while (*text) {
        uint8_t byte;
        if (*text == ' ') {
            text++;
            continue;
        }
        if (!take_byte(&text, &byte))
            return false;
        unsigned long count = *text == '*' ? strtoul(text + 1, (char **)&text, 10) : 1;
        if (count > TAPE_MAX - out->length)
            return false;
        while (count-- > 0)
            buf_append_byte(out, byte);
    }
    return !out->failed;
}

static bool take_endpoint(const char **at, uint8_t *out_pipe)
{
    if (strncmp(*at, "--", 2) != 0)
        return take_byte(at, out_pipe);
    *out_pipe = TAPE_LINE;
    *at += 2;
    return true;
}

static bool take_transfer(struct tape *tape, const char *line)
{
    uint8_t pipe;
    const char *at = line + 2;
    if (line[1] != ' ' || !take_endpoint(&at, &pipe))
        return false;
    struct buf bytes;
    buf_init_private(&bytes);
    bool good = take_bytes(at, &bytes) && tape->bytes.length + bytes.length <= TAPE_MAX;
    if (good)
        tape_add(tape, (enum tape_kind)line[0], pipe, bytes.data, bytes.length);
    buf_finish(&bytes);
    return good;
}

static bool take_device(struct tape_device *device, const char *line)
{
    unsigned vendor, product, class, subclass, protocol;
    if (sscanf(line, "device %15s %4x:%4x %2x %2x %2x", device->subsystem, &vendor, &product, &class,
               &subclass, &protocol) != 6)
        return false;
    device->vendor = (uint16_t)vendor;
    device->product = (uint16_t)product;
    device->interface.class = (uint8_t) class;
    device->interface.subclass = (uint8_t)subclass;
    device->interface.protocol = (uint8_t)protocol;
    return true;
}

static bool take_pipe(struct tape_interface *interface, const char *line)
{
    unsigned address, type, packet;
    if (interface->pipe_count == TAPE_PIPES_MAX ||
        sscanf(line, "pipe %2x %u %u", &address, &type, &packet) != 3)
        return false;
    int i = interface->pipe_count++;
    interface->pipes[i].address = (uint8_t)address;
    interface->pipes[i].type = (uint8_t)type;
    interface->pipes[i].packet = (uint16_t)packet;
    return true;
}

static bool take_line(struct tape *tape, const char *line)
{
    switch (line[0]) {
    case '\0':
    case '#':
        return true;
    case 'd':
        return take_device(&tape->device, line);
    case 'p':
        return take_pipe(&tape->device.interface, line);
    case TAPE_SENT:
    case TAPE_CAME:
    case TAPE_STALLED:
        return take_transfer(tape, line);
    default:
        return false;
    }
}

static struct err take_text(struct tape *tape, const char *name, char *text)
{
    char *rest;
    int number = 1;
    if (strncmp(text, HEAD "\n", strlen(HEAD) + 1) != 0)
        return err_make(ERR_DATA, "tape", 0, "%s is no tape", name);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), number++)
        if (!take_line(tape, line))
            return err_make(ERR_DATA, "tape", number, "%s:%d is none of a tape's lines", name, number);
    return buf_check(&tape->entries, "tape");
}

struct err tape_parse(const char *name, struct buf *text, struct tape **out_tape)
{
    struct tape *tape = NULL;
    if (text->length == 0)
        return err_make(ERR_DATA, "tape", 0, "%s is empty", name);
    TRY(tape_create(&tape));
    struct err e = take_text(tape, name, text->data);
    if (err_is(&e))
        tape_destroy(&tape);
    else
        *out_tape = tape;
    return e;
}

struct err tape_load(const char *path, struct tape **out_tape)
{
    struct buf file = {0};
    struct err e = file_read(path, TAPE_MAX, &file);
    if (!err_is(&e))
        e = tape_parse(path, &file, out_tape);
    buf_finish(&file);
    return e;
}
