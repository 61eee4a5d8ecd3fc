/*
 * The document camera on the stand: {"do":"camera","image":PATH} holds a picture before it, null takes it
 * away;
 * {"do":"fault","device":"camera","script":"cut-short|flagged|silent|"}.
 */
#include "tests/device/stand/stand.h"
#include "tests/device/stand/v4l2_stand.h"
#include "tests/scenes/picture_file.h"
#include <stdlib.h>
#include <string.h>

#define SENSOR_NOISE 3
#define SENSOR_SEED  20261122

struct camera {
    struct camera_model *model;
    struct v4l2_stand *stand;
    bool shows;
};

static const char *const faults[] = {[CAMERA_MODEL_FINE] = "",
                                     [CAMERA_MODEL_CUT_SHORT] = "cut-short",
                                     [CAMERA_MODEL_FLAGGED] = "flagged",
                                     [CAMERA_MODEL_SILENT] = "silent"};

static struct err plug(void *self)
{
    struct camera *camera = self;
    return v4l2_stand_plug(camera->stand);
}

static void unplug(void *self)
{
    struct camera *camera = self;
    v4l2_stand_unplug(camera->stand);
}

static struct err show(struct camera *camera, const char *path)
{
    struct picture paper = {0};
    struct err e = path ? picture_file_read(path, &paper) : err_ok();
    if (!err_is(&e))
        e = camera_model_show(camera->model, path ? &paper : NULL);
    if (!err_is(&e))
        camera->shows = path;
    picture_finish(&paper);
    return e;
}

static struct err set_fault(struct camera *camera, const char *script)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(script, faults[i]) != 0)
            continue;
        camera_model_set_fault(camera->model, (enum camera_model_fault)i);
        return err_ok();
    }
    return err_make(ERR_DATA, "stand", 0, "the camera knows cut-short, flagged, silent and none");
}

static struct err act(void *self, const char *verb, json_t *command, json_t *answer)
{
    (void)answer;
    const char *script = json_string_value(json_object_get(command, "script"));
    if (strcmp(verb, "fault") == 0)
        return set_fault(self, script ? script : "");
    return show(self, json_string_value(json_object_get(command, "image")));
}

static json_t *state(void *self)
{
    const struct camera *camera = self;
    return json_pack("{s:b, s:b, s:i}", "plugged", v4l2_stand_is_plugged(camera->stand), "image",
                     camera->shows, "frames", (int)v4l2_stand_frames(camera->stand));
}

static void destroy(void *self)
{
    struct camera *camera = self;
    v4l2_stand_destroy(&camera->stand);
    camera_model_destroy(&camera->model);
    free(camera);
}

struct err stand_camera_create(UMockdevTestbed *testbed, struct stand_device *out_device)
{
    const struct camera_model_setup setup = {.mjpeg = true, .noise = SENSOR_NOISE, .seed = SENSOR_SEED};
    struct camera *camera = calloc(1, sizeof *camera);
    if (!camera)
        return err_no_memory("stand");
    struct err e = camera_model_create(&setup, &camera->model);
    if (!err_is(&e))
        e = v4l2_stand_create(testbed, camera->model, &camera->stand);
    if (err_is(&e)) {
        destroy(camera);
        return e;
    }
    *out_device = (struct stand_device){.name = "camera",
                                        .self = camera,
                                        .plug = plug,
                                        .unplug = unplug,
                                        .act = act,
                                        .verbs = "camera",
                                        .state = state,
                                        .destroy = destroy};
    return err_ok();
}
