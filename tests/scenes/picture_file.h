/* Picture files for tests and the demo: PNG, JPEG, binary PGM and PPM, by their first bytes. */
#ifndef YIZHAN_TESTS_PICTURE_FILE_H
#define YIZHAN_TESTS_PICTURE_FILE_H

#include "drivers/picture/picture.h"

/* RGB, transparent parts on white. ERR_DATA when it is none of these or damaged. */
MUST_USE struct err picture_file_read(const char *path, struct picture *out_picture);

/* Writes a PNG: what a test saw, for a person to look at. */
MUST_USE struct err picture_file_write(const char *path, const struct picture *picture);

#endif
