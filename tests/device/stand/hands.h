/*
 * What hands do at the devices of a stand, as JSON: one object a command, one an answer.
 *
 *   {"do":"card","person":"wang-xiulan"}   {"do":"card","person":null}
 *   {"do":"printer","paper":"out|near|ok","cover":"open|closed","jam":false}
 *   {"do":"receipt","save":PATH.png}
 *   {"do":"camera","image":PATH}           {"do":"camera","image":null}
 *   {"do":"scan","text":TEXT}
 *   {"do":"touch","at":[x,y],"finger":0}   {"do":"touch","at":null}
 *   {"do":"key","key":"ok"}                {"do":"type","key":"ok"}
 *   {"do":"unplug","device":NAME}          {"do":"plug","device":NAME}
 *   {"do":"fault","device":NAME,"script":TEXT}   as the device's model header says; "" ends all faults
 *   {"do":"state"}                         {"do":"people"}
 *
 * Answers {"ok":true,...} or {"ok":false,"error":TEXT}. Which of the devices there are, the stand says.
 */
#ifndef YIZHAN_STAND_HANDS_H
#define YIZHAN_STAND_HANDS_H

#include "tests/deck/deck.h"
#include "tests/device/stand/stand.h"

#define HANDS_DEVICES_MAX 8

struct hands {
    struct deck deck;
    struct stand_device devices[HANDS_DEVICES_MAX];
    int device_count;
};

/* One of hands->devices to be filled by a stand_..._create(); asserts that there is room. */
struct stand_device *hands_new_device(struct hands *hands);
/* Plugs everything in but what is a visitor's. */
MUST_USE struct err hands_plug_all(struct hands *hands);
/* Destroys every device; their buses must be gone. */
void hands_finish(struct hands *hands);

/* For lines_create(): context is the struct hands; the answer is a new reference. */
json_t *hands_answer(void *context, json_t *command);
/* A command in text whose answer matters only when it fails. */
MUST_USE struct err hands_do(struct hands *hands, const char *text);

#endif
