#include "drivers/scanner/codes.h"

#include "board/base/utf8.h"
#include "drivers/scanner/ladder.h"
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

static const char module[] = "codes";

/* Each frame climbs two rungs, so that a frame with nothing in it stays affordable; whoever holds a code
 * still for a few frames has climbed them all. The cheap look that reads most stands first in nearly every
 * frame, for nobody knows in which a code appears. zbar's time goes by the lines it looks along: every second
 * one of a picture of full size reads nearly as much for half the time, so the thorough look comes once. */
#define RUNGS_A_FRAME 2
static const struct look {
    enum rung rung;
    int lines_apart;
} plan[][RUNGS_A_FRAME] = {
    {{RUNG_HALF, 1}, {RUNG_EVEN, 2}},
    {{RUNG_HALF, 1}, {RUNG_SHARP, 2}},
    {{RUNG_SHEET, 1}, {RUNG_EVEN, 1}},
    {{RUNG_HALF, 1}, {RUNG_INVERTED, 2}},
};

#define PLANNED_FRAMES (sizeof plan / sizeof plan[0])

struct codes {
    zbar_image_scanner_t *scanner;
    zbar_image_t *image;
    struct ladder ladder;
    unsigned frames;
};

/* What a frame is searched for, collected over the rungs. */
struct finds {
    struct code *codes;
    int count;
};

static const struct {
    zbar_symbol_type_t type;
    enum code_symbology symbology;
    int min_length; /* short linear codes are what noise looks like */
} symbologies[] = {
    {ZBAR_QRCODE, CODE_QR, 0},
    {ZBAR_EAN13, CODE_EAN13, 0},
    {ZBAR_CODE128, CODE_CODE128, 4},
    {ZBAR_CODE39, CODE_CODE39, 6},
};

#define SYMBOLOGIES (sizeof symbologies / sizeof symbologies[0])

const char *code_symbology_name(enum code_symbology symbology)
{
    static const char *const names[] = {"qr", "ean13", "code128", "code39"};

    return names[symbology];
}

static void configure(zbar_image_scanner_t *scanner)
{
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_POSITION, 1);
    for (size_t i = 0; i < SYMBOLOGIES; i++) {
        zbar_image_scanner_set_config(scanner, symbologies[i].type, ZBAR_CFG_ENABLE, 1);
        if (symbologies[i].min_length)
            zbar_image_scanner_set_config(scanner, symbologies[i].type, ZBAR_CFG_MIN_LEN,
                                          symbologies[i].min_length);
    }
    /* The bytes as they are in the symbol: zbar's own guess of the character set mistakes GB18030. */
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
}

struct err codes_create(struct codes **out_codes)
{
    struct codes *codes = calloc(1, sizeof *codes);

    if (!codes)
        return err_no_memory(module);
    codes->scanner = zbar_image_scanner_create();
    codes->image = zbar_image_create();
    if (!codes->scanner || !codes->image) {
        codes_destroy(&codes);
        return err_no_memory(module);
    }
    zbar_image_set_format(codes->image, zbar_fourcc('Y', '8', '0', '0'));
    configure(codes->scanner);
    *out_codes = codes;
    return err_ok();
}

void codes_destroy(struct codes **codes)
{
    if (!*codes)
        return;
    if ((*codes)->image)
        zbar_image_destroy((*codes)->image);
    if ((*codes)->scanner)
        zbar_image_scanner_destroy((*codes)->scanner);
    ladder_finish(&(*codes)->ladder);
    free(*codes);
    *codes = NULL;
}

struct err code_set_payload(struct code *out_code, const void *bytes, size_t size)
{
    struct buf text;
    struct err e;

    buf_init_private(&text);
    e = utf8_from_any(bytes, size, &text);
    if (!err_is(&e) && text.length >= CODE_TEXT_MAX)
        e = err_make(ERR_DATA, module, 0, "a payload of %zu bytes", text.length);
    out_code->is_text = !err_is(&e);
    out_code->length = out_code->is_text ? text.length : 0;
    memcpy(out_code->text, buf_text(&text), out_code->length);
    out_code->text[out_code->length] = '\0';
    buf_finish(&text);
    return e.class == ERR_DATA ? err_ok() : e;
}

static bool known_symbology(zbar_symbol_type_t type, enum code_symbology *out_symbology)
{
    for (size_t i = 0; i < SYMBOLOGIES; i++) {
        if (symbologies[i].type != type)
            continue;
        *out_symbology = symbologies[i].symbology;
        return true;
    }
    return false;
}

static bool caught_already(const struct finds *finds, const struct code *code)
{
    for (int i = 0; i < finds->count; i++) {
        const struct code *other = &finds->codes[i];

        if (other->symbology == code->symbology && other->length == code->length &&
            !memcmp(other->text, code->text, code->length))
            return true;
    }
    return false;
}

static void set_corners(struct code *code, const zbar_symbol_t *symbol, const struct homography *to_frame)
{
    memset(code->corners, 0, sizeof code->corners);
    if (code->symbology != CODE_QR || zbar_symbol_get_loc_size(symbol) != 4)
        return;
    for (unsigned i = 0; i < 4; i++) {
        struct vec2 seen = {zbar_symbol_get_loc_x(symbol, i), zbar_symbol_get_loc_y(symbol, i)};
        struct vec2 at = homography_map(to_frame, seen);

        code->corners[i] = (struct code_point){(int)at.x, (int)at.y};
    }
}

static struct err catch_symbol(struct finds *finds, const zbar_symbol_t *symbol,
                               const struct homography *to_frame)
{
    struct code *code = &finds->codes[finds->count];

    if (!known_symbology(zbar_symbol_get_type(symbol), &code->symbology))
        return err_ok();
    TRY(code_set_payload(code, zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol)));
    set_corners(code, symbol, to_frame);
    if (!caught_already(finds, code))
        finds->count++;
    return err_ok();
}

static void set_density(zbar_image_scanner_t *scanner, int lines_apart)
{
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, lines_apart);
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, lines_apart);
}

static struct err scan(struct codes *codes, const struct picture *luma, const struct homography *to_frame,
                       struct finds *finds)
{
    struct err e = err_ok();

    zbar_image_set_size(codes->image, (unsigned)luma->width, (unsigned)luma->height);
    zbar_image_set_data(codes->image, luma->pixels, picture_size(luma), NULL);
    if (zbar_scan_image(codes->scanner, codes->image) < 0)
        e = err_make(ERR_SPACE, module, 0, "zbar cannot scan %d x %d pixels", luma->width, luma->height);
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(codes->image);
         symbol && !err_is(&e) && finds->count < CODES_MAX; symbol = zbar_symbol_next(symbol))
        e = catch_symbol(finds, symbol, to_frame);
    zbar_image_set_data(codes->image, NULL, 0, NULL);
    return e;
}

static struct err climb(struct codes *codes, const struct look *look, const struct picture *frame,
                        struct finds *finds)
{
    struct homography to_frame;
    bool there;

    TRY(ladder_climb(&codes->ladder, look->rung, frame, &there, &to_frame));
    set_density(codes->scanner, look->lines_apart);
    return there ? scan(codes, &codes->ladder.seen, &to_frame, finds) : err_ok();
}

struct err codes_read(struct codes *codes, const struct picture *frame, struct code out_codes[CODES_MAX],
                      int *out_count)
{
    struct finds finds = {.codes = out_codes};
    const struct look *looks = plan[codes->frames++ % PLANNED_FRAMES];

    if (frame->format != PICTURE_LUMA || frame->width < 2 || frame->height < 2)
        return err_make(ERR_DATA, module, 0, "codes are looked for in luma frames");
    for (int i = 0; i < RUNGS_A_FRAME && !finds.count; i++)
        TRY(climb(codes, &looks[i], frame, &finds));
    *out_count = finds.count;
    return err_ok();
}
