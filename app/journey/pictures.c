/* The pictures of the form that the question on the screen shows, decoded once. */
#include "app/journey/pictures.h"

#include "app/journey/internal.h"
#include "board/base/log.h"
#include "ui/picture_file.h"

#include <stdio.h>
#include <string.h>

static struct err decode(struct journey *journey, const char *name, struct ui_image *out_image)
{
    const struct service *service = journey->visit->service;
    const struct buf *bytes = service ? service_picture(service, name) : NULL;
    if (!bytes)
        return err_make(ERR_DATA, "journey", 0, "the form has no picture %s", name);
    TRY(picture_file_decode(bytes->data, bytes->length, out_image));
    out_image->generation = ++journey->pictures.generation;
    return err_ok();
}

/* A picture that cannot be had is an empty one from then on, and told to the log once. */
struct ui_image journey_picture(struct journey *journey, const char *name)
{
    struct picture_shelf *shelf = &journey->pictures;
    for (size_t i = 0; i < shelf->count; i++)
        if (strcmp(shelf->pictures[i].name, name) == 0)
            return shelf->pictures[i].image;
    if (shelf->count == PICTURES_MAX || strlen(name) >= sizeof shelf->pictures[0].name)
        return (struct ui_image){0};
    struct ui_image image = {0};
    struct err e = decode(journey, name, &image);
    if (err_is(&e))
        log_err("journey", &e);
    snprintf(shelf->pictures[shelf->count].name, sizeof shelf->pictures[0].name, "%s", name);
    shelf->pictures[shelf->count++].image = image;
    return image;
}

void picture_shelf_clear(struct picture_shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++)
        picture_file_free(&shelf->pictures[i].image);
    shelf->count = 0;
}
