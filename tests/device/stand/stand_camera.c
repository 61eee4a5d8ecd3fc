/*
 * The document camera on the stand: {"do":"camera","image":PATH} holds a picture before it, null takes it
 * away. Under umockdev a program meets its V4L2 node, over usb-redir a machine the USB device.
 */
#include "tests/device/stand/stand.h"
#include "tests/device/stand/v4l2_stand.h"
#include "tests/scenes/picture_file.h"
#include <stdlib.h>
#include <string.h>

#define SENSOR_NOISE 3
#define SENSOR_SEED  20261122
#define FRAME_MS     33

struct camera {
    struct camera_model *model;
    struct v4l2_stand *node;     /* under umockdev */
    const struct stand_bus *bus; /* else */
    void *port;
    guint ticking;
    bool shows;
};

static void lock(const struct camera *camera)
{
    if (camera->bus)
        camera->bus->lock(camera->bus->self);
}

static void unlock(const struct camera *camera)
{
    if (camera->bus)
        camera->bus->unlock(camera->bus->self);
}

static gboolean on_frame_time(gpointer context)
{
    struct camera *camera = context;
    lock(camera);
    camera_model_tick(camera->model);
    unlock(camera);
    camera->bus->stir(camera->bus->self);
    return G_SOURCE_CONTINUE;
}

static struct err plug(void *self)
{
    struct camera *camera = self;
    if (camera->node)
        return v4l2_stand_plug(camera->node);
    if (!camera->ticking)
        camera->ticking = g_timeout_add(FRAME_MS, on_frame_time, camera);
    return camera->bus->plug(camera->bus->self, "camera", camera_model_device(camera->model), &camera->port);
}

static bool is_plugged(const struct camera *camera)
{
    return camera->node ? v4l2_stand_is_plugged(camera->node)
                        : camera->port && camera->bus->is_plugged(camera->port);
}

static void unplug(void *self)
{
    struct camera *camera = self;
    if (camera->ticking)
        g_source_remove(camera->ticking);
    camera->ticking = 0;
    if (camera->node)
        v4l2_stand_unplug(camera->node);
    else if (camera->port)
        camera->bus->unplug(camera->port);
}

static struct err show(struct camera *camera, const char *path)
{
    struct picture paper = {0};
    struct err e = path ? picture_file_read(path, &paper) : err_ok();
    lock(camera);
    if (!err_is(&e))
        e = camera_model_show(camera->model, path ? &paper : NULL);
    unlock(camera);
    if (!err_is(&e))
        camera->shows = path;
    picture_finish(&paper);
    return e;
}

static struct err act(void *self, const char *verb, json_t *command, json_t *answer)
{
    struct camera *camera = self;
    const char *script = json_string_value(json_object_get(command, "script"));
    (void)answer;
    if (strcmp(verb, "fault") != 0)
        return show(camera, json_string_value(json_object_get(command, "image")));
    lock(camera);
    struct err e = camera_model_script(camera->model, script ? script : "");
    unlock(camera);
    return e;
}

static json_t *state(void *self)
{
    const struct camera *camera = self;
    return json_pack("{s:b, s:b, s:i}", "plugged", is_plugged(camera), "image", camera->shows, "frames",
                     camera->node ? (int)v4l2_stand_frames(camera->node) : 0);
}

static void destroy(void *self)
{
    struct camera *camera = self;
    if (camera->ticking)
        g_source_remove(camera->ticking);
    v4l2_stand_destroy(&camera->node);
    camera_model_destroy(&camera->model);
    free(camera);
}

static struct err create(struct stand_device *out_device, struct camera **out_camera)
{
    const struct sensor_setup setup = {.noise = SENSOR_NOISE, .seed = SENSOR_SEED};
    struct camera *camera = calloc(1, sizeof *camera);
    if (!camera)
        return err_no_memory("stand");
    struct err e = camera_model_create(&setup, &camera->model);
    if (err_is(&e)) {
        free(camera);
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
    *out_camera = camera;
    return err_ok();
}

struct err stand_camera_create(UMockdevTestbed *testbed, struct stand_device *out_device)
{
    struct camera *camera;
    TRY(create(out_device, &camera));
    return v4l2_stand_create(testbed, camera->model, &camera->node);
}

struct err stand_usb_camera_create(const struct stand_bus *bus, struct stand_device *out_device)
{
    struct camera *camera;
    TRY(create(out_device, &camera));
    camera->bus = bus;
    return err_ok();
}
