#include "app/ctl/form_files.h"
#include "board/base/file.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MODULE "form"

enum { MEDIA_BYTES_MAX = 64 << 20, ZONE_BYTES_MAX = 1 << 20 };

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *path_in_list(const json_t *paths, const char *uri, const char *name)
{
    const char *path = json_string_value(json_object_get(paths, name));
    if (!path)
        path = json_string_value(json_object_get(paths, uri));
    return path ? path : json_string_value(json_object_get(paths, last_part(name)));
}

static struct err read_media(void *context, const char *uri, const char *name, struct buf *out_bytes)
{
    const struct form_media *media = context;
    const char *path = path_in_list(media->paths, uri, name);
    char in_dir[4096];
    if (!path && media->dir) {
        int length = snprintf(in_dir, sizeof in_dir, "%s/%s", media->dir, last_part(name));
        if (length < 0 || (size_t)length >= sizeof in_dir)
            return err_make(ERR_DATA, MODULE, 0, "the path of %s is too long", name);
        path = in_dir;
    }
    if (!path)
        return err_make(ERR_DATA, MODULE, 0, "no file was given for %s", name);
    struct err e = file_read(path, MEDIA_BYTES_MAX, out_bytes);
    if (err_is(&e) && e.code == ENOENT)
        e.class = ERR_DATA; /* as struct xform_media wants it */
    return e;
}

struct xform_media form_files_reader(struct form_media *media)
{
    return (struct xform_media){.read = read_media, .context = media};
}

struct err form_files_load(const char *path, struct form_media *media, struct xform **out_form)
{
    const struct xform_media reader = form_files_reader(media);
    struct buf bytes = {0};
    struct err e = file_read(path, FORM_FILE_BYTES_MAX, &bytes);
    if (!err_is(&e))
        e = xform_load(buf_text(&bytes), bytes.length, &reader, out_form);
    buf_finish(&bytes);
    return e;
}

bool form_files_fake_picture(const char *name, const struct buf *bytes)
{
    const char *data = buf_text(bytes), *dot = strrchr(name, '.');
    bool is_named =
        dot && (strcmp(dot, ".png") == 0 || strcmp(dot, ".jpg") == 0 || strcmp(dot, ".jpeg") == 0);
    bool is_picture = (bytes->length > 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0) ||
                      (bytes->length > 3 && memcmp(data, "\xFF\xD8\xFF", 3) == 0);
    return is_named && !is_picture;
}

static bool is_zone_name(const char *name)
{
    return *name != '\0' && *name != '/' && !strstr(name, "..");
}

struct err form_files_zone(const char *name, struct tz **out_tz)
{
    char path[300] = "/etc/localtime";
    const char *wanted = name ? name : getenv("TZ");
    if (wanted && *wanted == ':')
        wanted++;
    if (wanted && is_zone_name(wanted))
        snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", wanted);
    else if (name)
        return err_make(ERR_DATA, MODULE, 0, "%.100s is no time zone", name);
    if (!name && access(path, R_OK) != 0)
        return tz_create_fixed(0, out_tz);
    struct buf bytes = {0};
    struct err e = file_read(path, ZONE_BYTES_MAX, &bytes);
    if (!err_is(&e))
        e = tz_create(bytes.data, bytes.length, out_tz);
    buf_finish(&bytes);
    return e;
}
