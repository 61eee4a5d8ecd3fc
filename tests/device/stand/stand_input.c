/*
 * What one touches and presses, on the stand: the touch panel, the keypad of eight keys, and a keyboard that
 * a visitor plugs in. They are evdev nodes: the kernel between a USB device and its node is played, too.
 *
 *   {"do":"touch","at":[x,y],"finger":0,"size":8}   where a finger is, 0 to 4095 both ways, and how broad
 *   {"do":"touch","at":null,"finger":0}             it is lifted
 *   {"do":"touch","at":[x,y],"palm":true}           the panel itself says that this is a palm
 *   {"do":"touch","at":[x,y],"lost":true}           the kernel could not keep this: SYN_DROPPED
 *   {"do":"key","key":"up|down|left|right|ok|back|repeat|help"}      on the keypad
 *   {"do":"type","key":...}                                          the same key on the visitor's keyboard
 */
#include "drivers/touch/model/input_model.h"
#include "tests/device/stand/char_stand.h"
#include "tests/device/stand/stand.h"
#include <errno.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_NUMBER 20 /* of /dev/input/event20 and so on: each plugging in is a new one */

struct input {
    UMockdevTestbed *testbed;
    struct input_model *model;
    struct char_stand_setup setup;
    struct char_stand *stand; /* NULL while unplugged */
    int *last_number;         /* of all of them */
    char node[32];
    int told; /* events */
};

static bool answer_axis(const struct input *input, unsigned axis, UMockdevIoctlData *data)
{
    struct input_absinfo info = {.maximum = INPUT_MODEL_MAX};
    if (!input_model_value(input->model, axis, 0, &info.value))
        return false;
    memcpy(data->data, &info, sizeof info);
    return true;
}

/* An axis and room for the value of each slot: as many as there are. */
static bool answer_slots(const struct input *input, UMockdevIoctlData *data)
{
    int *words = (int *)(void *)data->data;
    int room = data->data_len / (int)sizeof words[0] - 1;
    for (int finger = 0; finger < INPUT_MODEL_FINGERS && finger < room; finger++)
        if (!input_model_value(input->model, (unsigned)words[0], finger, &words[1 + finger]))
            return false;
    return true;
}

/* As the kernel answers: where fingers are, and were. */
static bool answer_panel(void *context, UMockdevIoctlClient *client, int *out_errno)
{
    unsigned long request = umockdev_ioctl_client_get_request(client);
    unsigned number = (unsigned)_IOC_NR(request), first_axis = _IOC_NR(EVIOCGABS(0));
    bool is_axis = number >= first_axis && number <= first_axis + ABS_MAX;
    bool is_slots = number == _IOC_NR(EVIOCGMTSLOTS(0));
    if (request == EVIOCGRAB || _IOC_TYPE(request) != 'E' || (!is_axis && !is_slots))
        return request == EVIOCGRAB;
    UMockdevIoctlData *data =
        umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0, _IOC_SIZE(request), NULL);
    bool answered =
        data && (is_slots ? answer_slots(context, data) : answer_axis(context, number - first_axis, data));
    if (!answered)
        *out_errno = EINVAL;
    g_clear_object(&data);
    return true;
}

static bool answer_keys(void *context, UMockdevIoctlClient *client, int *out_errno)
{
    (void)context;
    (void)out_errno;
    return umockdev_ioctl_client_get_request(client) == EVIOCGRAB;
}

static void unplug(void *self)
{
    struct input *input = self;
    const struct device_model *model = input_model_device(input->model);
    char_stand_destroy(&input->stand);
    model->unplug(model->self);
}

/* What the model has to say goes to the node. */
static struct err pass_on(struct input *input)
{
    const struct device_model *model = input_model_device(input->model);
    struct input_event event;
    int size;
    while ((size = model->in(model->self, 0, (uint8_t *)&event, sizeof event)) > 0) {
        input->told++;
        TRY(char_stand_send(input->stand, &event, (size_t)size));
    }
    if (size == MODEL_GONE)
        unplug(input);
    return err_ok();
}

static struct err touch(struct input *input, const json_t *command)
{
    const json_t *at = json_object_get(command, "at");
    const struct input_model_finger where = {
        .finger = (int)json_integer_value(json_object_get(command, "finger")),
        .x = (int)json_integer_value(json_array_get(at, 0)),
        .y = (int)json_integer_value(json_array_get(at, 1)),
        .size = (int)json_integer_value(json_object_get(command, "size")),
        .is_palm = json_is_true(json_object_get(command, "palm")),
        .is_lost = json_is_true(json_object_get(command, "lost"))};
    return json_is_array(at) ? input_model_touch(input->model, &where)
                             : input_model_lift(input->model, where.finger);
}

static struct err press(struct input *input, const json_t *command)
{
    const char *key = json_string_value(json_object_get(command, "key"));
    return input_model_press(input->model, key ? key : "without a name");
}

static struct err act(void *self, const char *verb, json_t *command, json_t *answer)
{
    struct input *input = self;
    const char *script = json_string_value(json_object_get(command, "script"));
    (void)answer;
    if (strcmp(verb, "fault") == 0)
        return input_model_script(input->model, script ? script : "");
    if (!input->stand)
        return err_make(ERR_DATA, "stand", 0, "it is not plugged in");
    TRY(strcmp(verb, "touch") == 0 ? touch(input, command) : press(input, command));
    return pass_on(input);
}

/* --- a stand device ------------------------------------------------------------------------------------- */

static struct err plug(void *self)
{
    struct input *input = self;
    if (input->stand)
        return err_ok();
    snprintf(input->node, sizeof input->node, "input/event%d", FIRST_NUMBER + (*input->last_number)++);
    input->setup.node = input->node;
    return char_stand_create(input->testbed, &input->setup, &input->stand);
}

static json_t *state(void *self)
{
    const struct input *input = self;
    return json_pack("{s:b, s:i, s:i}", "plugged", input->stand != NULL, "events", input->told, "unread",
                     input->stand ? char_stand_unread(input->stand) / (int)sizeof(struct input_event) : 0);
}

static void destroy(void *self)
{
    unplug(self);
    input_model_destroy(&((struct input *)self)->model);
    free(self);
}

struct err stand_input_create(UMockdevTestbed *testbed, enum stand_input kind, int *last_number,
                              struct stand_device *out_device)
{
    static const struct {
        const char *name, *verbs;
        struct char_stand_setup setup;
    } kinds[] = {
        [STAND_TOUCH] =
            {"touch",
             "touch",
             {.kind = "TOUCHSCREEN", .vendor = 0x222a, .product = 0x0001, .on_ioctl = answer_panel}},
        [STAND_KEYPAD] = {"keypad",
                          "key",
                          {.kind = "KEYBOARD", .vendor = 0x1209, .product = 0x0001, .on_ioctl = answer_keys}},
        [STAND_KEYBOARD] =
            {"keyboard",
             "type",
             {.kind = "KEYBOARD", .vendor = 0x046d, .product = 0xc31c, .on_ioctl = answer_keys}},
    };
    struct input *input = calloc(1, sizeof *input);
    if (!input)
        return err_no_memory("stand");
    *input = (struct input){.testbed = testbed, .setup = kinds[kind].setup, .last_number = last_number};
    input->setup.subsystem = "input";
    input->setup.context = input;
    struct err e = input_model_create(&input->model);
    if (err_is(&e)) {
        free(input);
        return e;
    }
    *out_device = (struct stand_device){.name = kinds[kind].name,
                                        .self = input,
                                        .plug = plug,
                                        .unplug = unplug,
                                        .act = act,
                                        .verbs = kinds[kind].verbs,
                                        .is_a_visitors = kind == STAND_KEYBOARD,
                                        .state = state,
                                        .destroy = destroy};
    return err_ok();
}
