/*
 * The printer on the stand: {"do":"printer","paper":"ok|near|out","cover":"open|closed","jam":false},
 * {"do":"receipt","save":PATH.png}, {"do":"fault","device":"printer","script":TEXT}.
 */
#include "drivers/printer/model/printer_model.h"
#include "tests/device/stand/stand.h"
#include <png.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH_DOTS 576

struct printer {
    const struct stand_bus *bus;
    struct printer_model *model;
    void *port; /* of the bus */
    enum printer_paper paper;
    bool cover_open;
};

static const char *const papers[] = {
    [PRINTER_PAPER_PLENTY] = "ok", [PRINTER_PAPER_LOW] = "near", [PRINTER_PAPER_NONE] = "out"};

static struct err plug(void *self)
{
    struct printer *printer = self;
    return printer->bus->plug(printer->bus->self, "printer", printer_model_device(printer->model),
                              &printer->port);
}

static void unplug(void *self)
{
    struct printer *printer = self;
    if (printer->port)
        printer->bus->unplug(printer->port);
}

static struct err set_paper(struct printer *printer, const char *word)
{
    for (int paper = PRINTER_PAPER_PLENTY; paper <= PRINTER_PAPER_NONE; paper++) {
        if (strcmp(word, papers[paper]) != 0)
            continue;
        printer->paper = (enum printer_paper)paper;
        printer_model_paper(printer->model, printer->paper);
        return err_ok();
    }
    return err_make(ERR_DATA, "stand", 0, "paper is ok, near or out");
}

static struct err set_conditions(struct printer *printer, json_t *command)
{
    const char *paper = json_string_value(json_object_get(command, "paper"));
    const char *cover = json_string_value(json_object_get(command, "cover"));
    if (paper)
        TRY(set_paper(printer, paper));
    if (cover) {
        printer->cover_open = strcmp(cover, "open") == 0;
        printer_model_cover(printer->model, printer->cover_open);
    }
    if (json_is_false(json_object_get(command, "jam")))
        printer_model_clear_jam(printer->model);
    return err_ok();
}

/* 1 is black on paper; PNG wants light. */
static struct err save(const struct printer_paper_image *image, const char *path)
{
    size_t count = (size_t)image->width_dots * (size_t)image->height_dots;
    uint8_t *grey = malloc(count);
    if (!grey)
        return err_no_memory("stand");
    for (size_t i = 0; i < count; i++)
        grey[i] = image->bits[i / 8] & 0x80 >> i % 8 ? 0 : 255;
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)image->width_dots,
                     .height = (png_uint_32)image->height_dots,
                     .format = PNG_FORMAT_GRAY};
    int saved = png_image_write_to_file(&png, path, 0, grey, image->width_dots, NULL);
    free(grey);
    return saved ? err_ok() : err_make(ERR_SYSTEM, "stand", 0, "%s: %s", path, png.message);
}

static struct err give_receipt(struct printer *printer, json_t *command, json_t *answer)
{
    struct printer_paper_image image = printer_model_receipt(printer->model);
    const char *path = json_string_value(json_object_get(command, "save"));
    json_object_set_new(answer, "receipts", json_integer(printer_model_receipts(printer->model)));
    if (image.height_dots == 0)
        return err_make(ERR_DATA, "stand", 0, "no receipt was printed yet");
    json_object_set_new(answer, "width", json_integer(image.width_dots));
    json_object_set_new(answer, "height", json_integer(image.height_dots));
    return path ? save(&image, path) : err_ok();
}

static struct err act_locked(struct printer *printer, const char *verb, json_t *command, json_t *answer)
{
    struct err e;
    if (strcmp(verb, "receipt") == 0)
        return give_receipt(printer, command, answer);
    if (strcmp(verb, "fault") == 0) {
        const char *script = json_string_value(json_object_get(command, "script"));
        e = printer_model_script(printer->model, script ? script : "");
    } else {
        e = set_conditions(printer, command);
    }
    printer->bus->stir(printer->bus->self);
    return e;
}

static struct err act(void *self, const char *verb, json_t *command, json_t *answer)
{
    struct printer *printer = self;
    printer->bus->lock(printer->bus->self);
    struct err e = act_locked(printer, verb, command, answer);
    printer->bus->unlock(printer->bus->self);
    return e;
}

static json_t *state(void *self)
{
    struct printer *printer = self;
    printer->bus->lock(printer->bus->self);
    json_t *state = json_pack(
        "{s:b, s:s, s:s, s:i, s:i}", "plugged", printer->port && printer->bus->is_plugged(printer->port),
        "paper", papers[printer->paper], "cover", printer->cover_open ? "open" : "closed", "receipts",
        printer_model_receipts(printer->model), "hanging_rows", printer_model_hanging_rows(printer->model));
    printer->bus->unlock(printer->bus->self);
    return state;
}

static void destroy(void *self)
{
    struct printer *printer = self;
    printer_model_destroy(&printer->model);
    free(printer);
}

struct err stand_printer_create(const struct stand_bus *bus, struct stand_device *out_device)
{
    struct printer *printer = calloc(1, sizeof *printer);
    if (!printer)
        return err_no_memory("stand");
    const struct printer_setup setup = {.width_dots = WIDTH_DOTS};
    struct err e = printer_model_create(&setup, &printer->model);
    if (err_is(&e)) {
        free(printer);
        return e;
    }
    printer->bus = bus;
    *out_device = (struct stand_device){.name = "printer",
                                        .self = printer,
                                        .plug = plug,
                                        .unplug = unplug,
                                        .act = act,
                                        .verbs = "printer receipt",
                                        .state = state,
                                        .destroy = destroy};
    return err_ok();
}
