/* The files a form needs, for the command line: the form itself, its media, time zones. The engine reads
 * none. */
#ifndef YIZHAN_CTL_FORM_FILES_H
#define YIZHAN_CTL_FORM_FILES_H

#include "app/form/tz.h"
#include "app/form/xform.h"
#include <jansson.h>

enum { FORM_FILE_BYTES_MAX = 64 << 20 };

/* Where media lie: a folder, or a JSON object from names to paths; either may be NULL. Borrowed. */
struct form_media {
    const char *dir;
    const json_t *paths;
};

/* What reads media for the engine; media is borrowed as long as it is used. */
struct xform_media form_files_reader(struct form_media *media);
/* Loads FORM.xml with its media. */
MUST_USE struct err form_files_load(const char *path, struct form_media *media, struct xform **out_form);
/* Called a picture, and none: neither PNG nor JPEG. */
bool form_files_fake_picture(const char *name, const struct buf *bytes);
/* name as in /usr/share/zoneinfo; NULL: the machine's own zone (TZ, /etc/localtime). */
MUST_USE struct err form_files_zone(const char *name, struct tz **out_tz);

#endif
