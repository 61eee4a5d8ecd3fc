/*
 * What one touches and presses, on the stand: the touch panel, the keypad of eight keys, and a keyboard that
 * a visitor plugs in. They are evdev nodes: the kernel between a USB device and its node is played, too.
 *
 *   {"do":"touch","at":[x,y],"finger":0,"size":8}   where a finger is, 0 to 4095 both ways, and how broad
 *   {"do":"touch","at":null,"finger":0}             it is lifted
 *   {"do":"touch","at":[x,y],"palm":true}           the panel itself says that this is a palm
 *   {"do":"key","key":"up|down|left|right|ok|back|repeat|help"}      on the keypad
 *   {"do":"type","key":...}                                          the same key on the visitor's keyboard
 */
#include "tests/device/stand/char_stand.h"
#include "tests/device/stand/stand.h"
#include <errno.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PANEL_MAX    4095
#define FINGERS      10
#define FIRST_NUMBER 20 /* of /dev/input/event20 and so on: each plugging in is a new one */

struct input {
    UMockdevTestbed *testbed;
    struct char_stand_setup setup;
    struct char_stand *stand; /* NULL while unplugged */
    int *last_number;         /* of all of them */
    char node[32];
    bool is_down[FINGERS];
    int told; /* events */
};

static bool answer_panel(UMockdevIoctlClient *client, int *out_errno)
{
    unsigned long request = umockdev_ioctl_client_get_request(client);
    if (request == EVIOCGRAB)
        return true;
    if (request != EVIOCGABS(ABS_MT_POSITION_X) && request != EVIOCGABS(ABS_MT_POSITION_Y))
        return false;
    UMockdevIoctlData *data = umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0,
                                                          sizeof(struct input_absinfo), NULL);
    if (data)
        *(struct input_absinfo *)(void *)data->data = (struct input_absinfo){.maximum = PANEL_MAX};
    else
        *out_errno = EFAULT;
    g_clear_object(&data);
    return true;
}

static bool answer_keys(UMockdevIoctlClient *client, int *out_errno)
{
    (void)out_errno;
    return umockdev_ioctl_client_get_request(client) == EVIOCGRAB;
}

static struct err tell(struct input *input, const struct input_event *events, size_t count)
{
    if (!input->stand)
        return err_make(ERR_DATA, "stand", 0, "it is not plugged in");
    input->told += (int)count;
    return char_stand_send(input->stand, events, count * sizeof events[0]);
}

/* --- fingers -------------------------------------------------------------------------------------------- */

static size_t put_place(struct input_event *events, const json_t *at, const json_t *command)
{
    const struct {
        int code, value;
    } values[] = {
        {ABS_MT_POSITION_X, (int)json_integer_value(json_array_get(at, 0))},
        {ABS_MT_POSITION_Y, (int)json_integer_value(json_array_get(at, 1))},
        {ABS_MT_TOUCH_MAJOR, (int)json_integer_value(json_object_get(command, "size"))},
        {ABS_MT_TOOL_TYPE, json_is_true(json_object_get(command, "palm")) ? MT_TOOL_PALM : MT_TOOL_FINGER}};
    size_t count = 0;
    for (; count < sizeof values / sizeof values[0]; count++)
        events[count] = (struct input_event){
            .type = EV_ABS, .code = (uint16_t)values[count].code, .value = values[count].value};
    return count;
}

static struct err touch(struct input *input, const json_t *command)
{
    int finger = (int)json_integer_value(json_object_get(command, "finger"));
    const json_t *at = json_object_get(command, "at");
    struct input_event events[8] = {{.type = EV_ABS, .code = ABS_MT_SLOT, .value = finger}};
    size_t count = 1;
    if (finger < 0 || finger >= FINGERS)
        return err_make(ERR_DATA, "stand", 0, "a panel knows fingers 0 to %d", FINGERS - 1);
    bool down = json_is_array(at);
    if (down != input->is_down[finger])
        events[count++] = (struct input_event){
            .type = EV_ABS, .code = ABS_MT_TRACKING_ID, .value = down ? 100 + finger : -1};
    if (down)
        count += put_place(events + count, at, command);
    input->is_down[finger] = down;
    events[count++] = (struct input_event){.type = EV_SYN, .code = SYN_REPORT};
    return tell(input, events, count);
}

/* --- keys ----------------------------------------------------------------------------------------------- */

static struct err press(struct input *input, const json_t *command)
{
    static const struct {
        const char *name;
        uint16_t code; /* of the keypad driver's own settings */
    } keys[] = {{"up", KEY_UP},    {"down", KEY_DOWN}, {"left", KEY_LEFT}, {"right", KEY_RIGHT},
                {"ok", KEY_ENTER}, {"back", KEY_ESC},  {"repeat", KEY_F2}, {"help", KEY_F1}};
    const char *name = json_string_value(json_object_get(command, "key"));
    for (size_t i = 0; name && i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(name, keys[i].name) != 0)
            continue;
        const struct input_event events[] = {{.type = EV_KEY, .code = keys[i].code, .value = 1},
                                             {.type = EV_SYN, .code = SYN_REPORT},
                                             {.type = EV_KEY, .code = keys[i].code, .value = 0},
                                             {.type = EV_SYN, .code = SYN_REPORT}};
        return tell(input, events, sizeof events / sizeof events[0]);
    }
    return err_make(ERR_DATA, "stand", 0, "there is no key %s", name ? name : "without a name");
}

static struct err act(void *self, const char *verb, json_t *command, json_t *answer)
{
    (void)answer;
    if (strcmp(verb, "fault") == 0)
        return err_make(ERR_DATA, "stand", 0, "it knows no faults but being pulled out");
    return strcmp(verb, "touch") == 0 ? touch(self, command) : press(self, command);
}

/* --- a stand device ------------------------------------------------------------------------------------- */

static struct err plug(void *self)
{
    struct input *input = self;
    if (input->stand)
        return err_ok();
    snprintf(input->node, sizeof input->node, "input/event%d", FIRST_NUMBER + (*input->last_number)++);
    input->setup.node = input->node;
    memset(input->is_down, 0, sizeof input->is_down);
    return char_stand_create(input->testbed, &input->setup, &input->stand);
}

static void unplug(void *self)
{
    char_stand_destroy(&((struct input *)self)->stand);
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
