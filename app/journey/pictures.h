/* Decoded pictures of the form, for the question on the screen. */
#ifndef YIZHAN_JOURNEY_PICTURES_H
#define YIZHAN_JOURNEY_PICTURES_H

#include "ui/tree.h"

struct journey;

enum { PICTURES_MAX = 16 };

struct picture_shelf {
    struct {
        char name[64];
        struct ui_image image; /* owned */
    } pictures[PICTURES_MAX];
    size_t count;
    uint32_t generation;
};

/* An empty image when the form has no such picture. Borrowed until the shelf is cleared. */
struct ui_image journey_picture(struct journey *journey, const char *name);
void picture_shelf_clear(struct picture_shelf *shelf);

#endif
