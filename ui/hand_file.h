/* The file of templates: this header, then three tables of `count` rows, each in the order of the characters.
 * Little endian; written by assets/hand/pack.c, mapped by ui/input_hand.c. */
#ifndef YIZHAN_UI_HAND_FILE_H
#define YIZHAN_UI_HAND_FILE_H

#include "ui/hand_shape.h"

static const char HAND_MAGIC[8] = {'Y', 'Z', 'H', 'A', 'N', 'D', '0', '1'};

struct hand_header {
    char magic[8];
    uint32_t count;
    uint32_t shape_size; /* sizeof(struct hand_shape): refuses a file of another build */
};

/* Rarer characters must match better. */
struct hand_character {
    uint32_t code_point;
    uint32_t rarity; /* 0: among the 3,500 commonest, 1: among 6,500, 2: among 8,105, 3: none of these */
};

#endif
