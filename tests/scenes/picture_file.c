#include "tests/scenes/picture_file.h"

#include "board/base/file.h"
#include "drivers/picture/jpeg.h"
#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <string.h>

static const char module[] = "picture_file";

#define FILE_MAX_BYTES (64u << 20)

static struct err read_png(const struct buf *file, struct picture *out_picture)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    const png_color white = {255, 255, 255};
    struct err e;

    if (!png_image_begin_read_from_memory(&image, file->data, file->length))
        return err_make(ERR_DATA, module, 0, "%s", image.message);
    image.format = PNG_FORMAT_RGB;
    e = picture_reshape(out_picture, (int)image.width, (int)image.height, PICTURE_RGB);
    if (!err_is(&e) && !png_image_finish_read(&image, &white, out_picture->pixels, 0, NULL))
        e = err_make(ERR_DATA, module, 0, "%s", image.message);
    png_image_free(&image);
    return e;
}

/* P5 or P6, 8 bits, without comments: as ImageMagick and our own tests write them. */
static struct err read_pnm(const struct buf *file, struct picture *out_picture)
{
    struct picture raw = {0};
    int width, height, most, used = 0, channels;
    char kind;
    struct err e;

    if (sscanf(file->data, "P%c %d %d %d%n", &kind, &width, &height, &most, &used) != 4 || most != 255)
        return err_make(ERR_DATA, module, 0, "neither an 8-bit PGM nor PPM");
    channels = kind == '6' ? PICTURE_RGB : PICTURE_LUMA;
    e = picture_init(&raw, width, height, (enum picture_format)channels);
    if (!err_is(&e) && file->length < (size_t)used + 1 + picture_size(&raw))
        e = err_make(ERR_DATA, module, 0, "the file is cut short");
    if (!err_is(&e)) {
        memcpy(raw.pixels, file->data + used + 1, picture_size(&raw));
        e = picture_reshape(out_picture, width, height, PICTURE_RGB);
    }
    for (size_t i = 0; !err_is(&e) && i < picture_size(out_picture); i++)
        out_picture->pixels[i] = raw.pixels[channels == PICTURE_RGB ? i : i / 3];
    picture_finish(&raw);
    return e;
}

static struct err read_any(const struct buf *file, struct picture *out_picture)
{
    if (file->length > 8 && !memcmp(file->data, "\x89PNG", 4))
        return read_png(file, out_picture);
    if (file->length > 8 && !memcmp(file->data, "\xff\xd8\xff", 3))
        return jpeg_decode(file->data, file->length, 1, PICTURE_RGB, out_picture);
    if (file->length > 8 && (!memcmp(file->data, "P5", 2) || !memcmp(file->data, "P6", 2)))
        return read_pnm(file, out_picture);
    return err_make(ERR_DATA, module, 0, "neither PNG, JPEG, PGM nor PPM");
}

struct err picture_file_read(const char *path, struct picture *out_picture)
{
    struct buf file = {0};
    struct err e = file_read(path, FILE_MAX_BYTES, &file);

    if (!err_is(&e))
        e = read_any(&file, out_picture);
    buf_finish(&file);
    return err_is(&e) ? err_context(e, "%s", path) : e;
}

struct err picture_file_write(const char *path, const struct picture *picture)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (unsigned)picture->width,
                       .height = (unsigned)picture->height,
                       .format = picture->format == PICTURE_RGB ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY};

    if (!png_image_write_to_file(&image, path, 0, picture->pixels, 0, NULL))
        return err_make(ERR_SYSTEM, module, errno, "%s: %s", path, image.message);
    return err_ok();
}
