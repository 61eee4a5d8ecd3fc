/* Versions of the image: dotted numbers. Any thread. */
#ifndef YIZHAN_BASE_VERSION_H
#define YIZHAN_BASE_VERSION_H

#include <stddef.h>

#define VERSION_RELEASE_PATH "/etc/os-release"

/* <0, 0, >0, number by number; a missing one is 0. */
int version_compare(const char *a, const char *b);

/* VERSION_ID of the image, by its os-release file; the program's own where that is another system's, such as
 * an office's computer. */
void version_running(const char *release_path, char *out_version, size_t size);

#endif
