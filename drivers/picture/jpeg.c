#include "drivers/picture/jpeg.h"

#include "board/base/wipe.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

static const char module[] = "jpeg";

#define QUALITY_BEST  90
#define QUALITY_WORST 30

/* libjpeg calls back with its error manager, which is the first member here. */
struct trap {
    struct jpeg_error_mgr manager;
    jmp_buf escape;
    char text[JMSG_LENGTH_MAX];
};

static void on_error(j_common_ptr codec)
{
    struct trap *trap = (struct trap *)codec->err;

    trap->manager.format_message(codec, trap->text);
    longjmp(trap->escape, 1);
}

/* Warnings about stray bytes are usual with cameras; missing picture data is damage. */
static void on_message(j_common_ptr codec, int level)
{
    int code = codec->err->msg_code;

    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER))
        on_error(codec);
}

static struct jpeg_error_mgr *trap_init(struct trap *trap)
{
    jpeg_std_error(&trap->manager);
    trap->manager.error_exit = on_error;
    trap->manager.emit_message = on_message;
    return &trap->manager;
}

/* Header read and output shaped; false when the picture would be too large. */
static bool start_decoding(struct jpeg_decompress_struct *decoder, int shrink, enum picture_format format)
{
    jpeg_read_header(decoder, TRUE);
    if (decoder->image_width > PICTURE_SIDE_MAX_PX || decoder->image_height > PICTURE_SIDE_MAX_PX)
        return false;
    decoder->out_color_space = format == PICTURE_RGB ? JCS_RGB : JCS_GRAYSCALE;
    decoder->scale_num = 1;
    decoder->scale_denom = (unsigned)shrink;
    jpeg_start_decompress(decoder);
    return true;
}

static struct err decode(struct jpeg_decompress_struct *decoder, struct trap *trap, const void *bytes,
                         size_t size, int shrink, enum picture_format format, struct picture *out)
{
    if (setjmp(trap->escape))
        return err_make(ERR_DATA, module, trap->manager.msg_code, "damaged picture: %s", trap->text);
    jpeg_create_decompress(decoder);
    jpeg_mem_src(decoder, bytes, size);
    if (!start_decoding(decoder, shrink, format))
        return err_make(ERR_DATA, module, 0, "picture of %u x %u pixels is too large", decoder->image_width,
                        decoder->image_height);
    TRY(picture_reshape(out, (int)decoder->output_width, (int)decoder->output_height, format));
    while (decoder->output_scanline < decoder->output_height) {
        size_t row_bytes = (size_t)out->width * (size_t)format;
        JSAMPROW row = out->pixels + decoder->output_scanline * row_bytes;

        jpeg_read_scanlines(decoder, &row, 1);
    }
    jpeg_finish_decompress(decoder);
    return err_ok();
}

static struct err measure(struct jpeg_decompress_struct *decoder, struct trap *trap, const void *bytes,
                          size_t size)
{
    if (setjmp(trap->escape))
        return err_make(ERR_DATA, module, trap->manager.msg_code, "damaged picture: %s", trap->text);
    jpeg_create_decompress(decoder);
    jpeg_mem_src(decoder, bytes, size);
    jpeg_read_header(decoder, TRUE);
    return err_ok();
}

struct err jpeg_measure(const void *bytes, size_t size, int *out_width, int *out_height)
{
    struct trap trap;
    struct jpeg_decompress_struct decoder = {.err = trap_init(&trap)};
    struct err e = measure(&decoder, &trap, bytes, size);

    if (!err_is(&e)) {
        *out_width = (int)decoder.image_width;
        *out_height = (int)decoder.image_height;
    }
    jpeg_destroy_decompress(&decoder);
    return e;
}

struct err jpeg_decode(const void *bytes, size_t size, int shrink, enum picture_format format,
                       struct picture *out)
{
    struct trap trap;
    struct jpeg_decompress_struct decoder = {.err = trap_init(&trap)};
    struct err e = decode(&decoder, &trap, bytes, size, shrink, format, out);

    jpeg_destroy_decompress(&decoder);
    return e;
}

static void encode_rows(struct jpeg_compress_struct *encoder, const struct picture *picture, int quality)
{
    size_t row_bytes = (size_t)picture->width * (size_t)picture->format;

    encoder->image_width = (JDIMENSION)picture->width;
    encoder->image_height = (JDIMENSION)picture->height;
    encoder->input_components = (int)picture->format;
    encoder->in_color_space = picture->format == PICTURE_RGB ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(encoder);
    jpeg_set_quality(encoder, quality, TRUE);
    encoder->optimize_coding = TRUE;
    jpeg_start_compress(encoder, TRUE);
    while (encoder->next_scanline < encoder->image_height) {
        JSAMPROW row = picture->pixels + encoder->next_scanline * row_bytes;

        jpeg_write_scanlines(encoder, &row, 1);
    }
    jpeg_finish_compress(encoder);
}

/* What libjpeg has written so far; outlives its longjmp. */
struct written {
    unsigned char *bytes;
    unsigned long size;
};

static struct err encode(struct jpeg_compress_struct *encoder, struct trap *trap,
                         const struct picture *picture, int quality, struct written *written)
{
    if (setjmp(trap->escape))
        return err_make(ERR_SPACE, module, trap->manager.msg_code, "cannot compress: %s", trap->text);
    jpeg_create_compress(encoder);
    jpeg_mem_dest(encoder, &written->bytes, &written->size);
    encode_rows(encoder, picture, quality);
    return err_ok();
}

struct err jpeg_encode(const struct picture *picture, int quality, struct buf *out_jpeg)
{
    struct trap trap;
    struct jpeg_compress_struct encoder = {.err = trap_init(&trap)};
    struct written written = {0};
    struct err e = encode(&encoder, &trap, picture, quality, &written);

    if (!err_is(&e)) {
        buf_append(out_jpeg, written.bytes, written.size);
        e = buf_check(out_jpeg, module);
    }
    jpeg_destroy_compress(&encoder);
    if (written.bytes)
        wipe(written.bytes, written.size);
    free(written.bytes);
    return e;
}

struct err jpeg_encode_within(const struct picture *picture, size_t budget_bytes, struct buf *out_jpeg)
{
    int low = QUALITY_WORST, high = QUALITY_BEST, best = 0;
    struct buf trial;
    struct err e = err_ok();

    buf_init_private(&trial);
    for (int quality = QUALITY_BEST; low <= high && !err_is(&e); quality = (low + high) / 2) {
        buf_clear(&trial);
        e = jpeg_encode(picture, quality, &trial);
        if (trial.length <= budget_bytes) {
            best = quality;
            low = quality + 1;
        } else {
            high = quality - 1;
        }
    }
    buf_finish(&trial);
    TRY(e);
    if (!best)
        return err_make(ERR_REFUSED, module, 0, "a picture of %d x %d pixels does not fit into %zu bytes",
                        picture->width, picture->height, budget_bytes);
    return jpeg_encode(picture, best, out_jpeg);
}
