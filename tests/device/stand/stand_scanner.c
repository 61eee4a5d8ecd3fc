/*
 * A hand scanner on the stand, as a serial port: {"do":"scan","text":"YZ-0001"} pulls its trigger over a
 * code. Not plugged in before somebody does; faults as in drivers/model/talker.h.
 */
#include "drivers/scanner/model/scanner_model.h"
#include "tests/device/stand/char_stand.h"
#include "tests/device/stand/stand.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scanner {
    UMockdevTestbed *testbed;
    struct scanner_model *model;
    struct char_stand *stand; /* NULL while unplugged */
    int pluggings;
    char node[32];
};

static struct err plug(void *self)
{
    struct scanner *scanner = self;
    if (scanner->stand)
        return err_ok();
    snprintf(scanner->node, sizeof scanner->node, "ttyACM%d", scanner->pluggings++);
    const struct char_stand_setup setup = {.subsystem = "tty", .node = scanner->node, .vendor = 0x1eab};
    return char_stand_create(scanner->testbed, &setup, &scanner->stand);
}

static void unplug(void *self)
{
    struct scanner *scanner = self;
    const struct device_model *model = scanner_model_device(scanner->model);
    char_stand_destroy(&scanner->stand);
    model->unplug(model->self);
}

/* What the model has to say goes down the line. */
static struct err pass_on(struct scanner *scanner)
{
    const struct device_model *model = scanner_model_device(scanner->model);
    uint8_t bytes[256];
    int size;
    while ((size = model->in(model->self, 0, bytes, sizeof bytes)) > 0)
        TRY(char_stand_send(scanner->stand, bytes, (size_t)size));
    if (size == MODEL_GONE)
        unplug(scanner);
    return err_ok();
}

static struct err act(void *self, const char *verb, json_t *command, json_t *answer)
{
    struct scanner *scanner = self;
    bool is_fault = strcmp(verb, "fault") == 0;
    const char *text = json_string_value(json_object_get(command, is_fault ? "script" : "text"));
    (void)answer;
    if (is_fault)
        return scanner_model_script(scanner->model, text ? text : "");
    if (!scanner->stand)
        return err_make(ERR_DATA, "stand", 0, "it is not plugged in");
    TRY(scanner_model_scan(scanner->model, text ? text : ""));
    return pass_on(scanner);
}

static json_t *state(void *self)
{
    const struct scanner *scanner = self;
    return json_pack("{s:b, s:i}", "plugged", scanner->stand != NULL, "unread",
                     scanner->stand ? char_stand_unread(scanner->stand) : 0);
}

static void destroy(void *self)
{
    unplug(self);
    scanner_model_destroy(&((struct scanner *)self)->model);
    free(self);
}

struct err stand_scanner_create(UMockdevTestbed *testbed, struct stand_device *out_device)
{
    struct scanner *scanner = calloc(1, sizeof *scanner);
    if (!scanner)
        return err_no_memory("stand");
    scanner->testbed = testbed;
    struct err e = scanner_model_create(SCANNER_SERIAL, &scanner->model);
    if (err_is(&e)) {
        free(scanner);
        return e;
    }
    *out_device = (struct stand_device){.name = "scanner",
                                        .self = scanner,
                                        .plug = plug,
                                        .unplug = unplug,
                                        .act = act,
                                        .verbs = "scan",
                                        .is_a_visitors = true,
                                        .state = state,
                                        .destroy = destroy};
    return err_ok();
}
