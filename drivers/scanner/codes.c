#include "drivers/scanner/codes.h"

#include "board/base/utf8.h"
#include "drivers/scanner/busy.h"
#include "drivers/scanner/ladder.h"
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

static const char module[] = "codes";

/* Each frame climbs two rungs, so that a frame with nothing in it stays affordable; whoever holds a code
 * still for a few frames has climbed them all. The cheap look that reads most stands first in nearly every
 * frame, for nobody knows in which a code appears. zbar's time goes by the pixels it looks along: so it gets
 * the busy part of the frame (busy.h), and of a large one every second line, which reads nearly as much. Once
 * in four frames it gets them all, for a faint code beside something busier. */
#define RUNGS_A_FRAME 2
#define LARGE_PIXELS  (640 * 360)
static const struct look {
    enum rung rung;
    int lines_apart; /* of what is large */
    bool is_whole;
} plan[][RUNGS_A_FRAME] = {
    {{RUNG_HALF, 1, false}, {RUNG_EVEN, 2, false}},
    {{RUNG_HALF, 1, false}, {RUNG_SHARP, 2, false}},
    {{RUNG_SHEET, 1, false}, {RUNG_EVEN, 1, false}},
    {{RUNG_HALF, 1, true}, {RUNG_INVERTED, 2, false}},
};

#define PLANNED_FRAMES (sizeof plan / sizeof plan[0])

struct codes {
    zbar_image_scanner_t *scanner;
    zbar_image_t *image;
    struct busy busy;
    struct picture part; /* the busy one */
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
    busy_finish(&(*codes)->busy);
    picture_finish(&(*codes)->part);
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

/* Bars are looked for in the evened picture only, where they stand out best: each symbology costs its time on
 * every line. */
static void prepare(zbar_image_scanner_t *scanner, const struct look *look, const struct picture *seen)
{
    int lines_apart = picture_size(seen) > LARGE_PIXELS ? look->lines_apart : 1;

    for (size_t i = 0; i < SYMBOLOGIES; i++)
        if (symbologies[i].symbology != CODE_QR)
            zbar_image_scanner_set_config(scanner, symbologies[i].type, ZBAR_CFG_ENABLE,
                                          look->rung == RUNG_EVEN);
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

/* The same mapping, onto a picture of which this one is a part that begins at x, y. */
static void shift(struct homography *mapping, int x, int y)
{
    for (int i = 0; i < 3; i++) {
        mapping->m[i] += x * mapping->m[6 + i];
        mapping->m[3 + i] += y * mapping->m[6 + i];
    }
}

static struct err climb(struct codes *codes, const struct look *look, const struct picture *frame,
                        struct finds *finds)
{
    struct homography to_frame;
    bool there;

    TRY(ladder_climb(&codes->ladder, look->rung, look->is_whole ? frame : &codes->part, &there, &to_frame));
    if (!there)
        return err_ok();
    if (!look->is_whole)
        shift(&to_frame, codes->busy.x, codes->busy.y);
    prepare(codes->scanner, look, &codes->ladder.seen);
    return scan(codes, &codes->ladder.seen, &to_frame, finds);
}

struct err codes_read(struct codes *codes, const struct picture *frame, struct code out_codes[CODES_MAX],
                      int *out_count)
{
    struct finds finds = {.codes = out_codes};
    const struct look *looks = plan[codes->frames++ % PLANNED_FRAMES];

    if (frame->format != PICTURE_LUMA || frame->width < 2 || frame->height < 2)
        return err_make(ERR_DATA, module, 0, "codes are looked for in luma frames");
    TRY(busy_find(&codes->busy, frame));
    TRY(busy_cut_out(&codes->busy, frame, &codes->part));
    for (int i = 0; i < RUNGS_A_FRAME && !finds.count; i++)
        TRY(climb(codes, &looks[i], frame, &finds));
    *out_count = finds.count;
    return err_ok();
}
