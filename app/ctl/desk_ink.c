#include "app/ctl/desk_ink.h"

#include "board/base/utf8.h"
#include "drivers/picture/jpeg.h"

#include <cairo-ft.h>
#include <cairo-pdf.h>
#include FT_ADVANCES_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "pdf";

enum { LINE_GLYPHS_MAX = 512, RARE_COUNT = 2 };

struct face {
    FT_Face ft;
    cairo_font_face_t *cairo;
};

struct ink {
    FT_Library library;
    struct face regular, bold;
    struct face rare[RARE_COUNT]; /* ft NULL: not there; what a name may hold beyond what people use daily */
    cairo_surface_t *surface;
    cairo_t *cairo;
};

/* ---- beginning and end ---- */

static cairo_status_t append(void *context, const unsigned char *data, unsigned length)
{
    struct buf *pdf = context;
    buf_append(pdf, data, length);
    return pdf->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static bool open_face(FT_Library library, const char *assets, const char *name, struct face *out_face)
{
    char path[512];
    snprintf(path, sizeof path, "%s/fonts/yizhan-%s.otf", assets, name);
    if (FT_New_Face(library, path, 0, &out_face->ft) != 0)
        return false;
    out_face->cairo = cairo_ft_font_face_create_for_ft_face(out_face->ft, FT_LOAD_NO_HINTING);
    return true;
}

static void close_face(struct face *face)
{
    if (face->cairo)
        cairo_font_face_destroy(face->cairo);
    if (face->ft)
        FT_Done_Face(face->ft);
}

static void destroy(struct ink *ink)
{
    if (ink->cairo)
        cairo_destroy(ink->cairo);
    if (ink->surface)
        cairo_surface_destroy(ink->surface);
    close_face(&ink->regular);
    close_face(&ink->bold);
    for (int i = 0; i < RARE_COUNT; i++)
        close_face(&ink->rare[i]);
    cairo_debug_reset_static_data(); /* cairo keeps scaled fonts, and they our faces, beyond their use */
    if (ink->library)
        FT_Done_FreeType(ink->library);
    free(ink);
}

struct err ink_create(const char *assets, double width, double height, struct buf *out_pdf,
                      struct ink **out_ink)
{
    struct ink *ink = calloc(1, sizeof *ink);
    if (!ink)
        return err_no_memory(MODULE);
    if (FT_Init_FreeType(&ink->library) != 0 || !open_face(ink->library, assets, "regular", &ink->regular) ||
        !open_face(ink->library, assets, "bold", &ink->bold)) {
        destroy(ink);
        return err_make(ERR_SYSTEM, MODULE, 0, "no fonts in %.200s/fonts", assets);
    }
    open_face(ink->library, assets, "rare", &ink->rare[0]);
    open_face(ink->library, assets, "rarest", &ink->rare[1]);
    ink->surface = cairo_pdf_surface_create_for_stream(append, out_pdf, width, height);
    ink->cairo = cairo_create(ink->surface);
    *out_ink = ink;
    return err_ok();
}

struct err ink_close(struct ink **ink)
{
    cairo_surface_finish((*ink)->surface);
    cairo_status_t status = cairo_status((*ink)->cairo);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status((*ink)->surface);
    destroy(*ink);
    *ink = NULL;
    return status == CAIRO_STATUS_SUCCESS
               ? err_ok()
               : err_make(ERR_SYSTEM, MODULE, (int)status, "cannot write the PDF: %s",
                          cairo_status_to_string(status));
}

void ink_next_page(struct ink *ink)
{
    cairo_show_page(ink->cairo);
}

/* ---- text ---- */

static const struct face *face_for(const struct ink *ink, enum ink_tone tone, uint32_t character,
                                   FT_UInt *out_glyph)
{
    const struct face *wanted = tone == INK_BOLD ? &ink->bold : &ink->regular;
    *out_glyph = FT_Get_Char_Index(wanted->ft, character);
    for (int i = 0; *out_glyph == 0 && i < RARE_COUNT; i++) {
        *out_glyph = ink->rare[i].ft ? FT_Get_Char_Index(ink->rare[i].ft, character) : 0;
        if (*out_glyph != 0)
            return &ink->rare[i];
    }
    return wanted;
}

static double advance(const struct face *face, FT_UInt glyph, double size)
{
    FT_Fixed units = 0;
    if (FT_Get_Advance(face->ft, glyph, FT_LOAD_NO_SCALE, &units) != 0 || face->ft->units_per_EM == 0)
        return size;
    return size * (double)units / face->ft->units_per_EM;
}

double ink_width(struct ink *ink, enum ink_tone tone, double size, const char *text)
{
    const char *end = text + strlen(text);
    double width = 0;
    while (text < end) {
        FT_UInt glyph;
        const struct face *face = face_for(ink, tone, utf8_next(&text, end), &glyph);
        width += advance(face, glyph, size);
    }
    return width;
}

static bool is_chinese(uint32_t character)
{
    return character >= 0x2E80;
}

/* Marks that begin no line. */
static bool is_closing(uint32_t character)
{
    static const uint32_t marks[] = {0x3001, 0x3002, 0xFF0C, 0xFF01, 0xFF1F,
                                     0xFF1A, 0xFF1B, 0xFF09, 0x300B, 0x201D};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (character == marks[i])
            return true;
    return false;
}

static bool may_break(uint32_t before, uint32_t after)
{
    return after == ' ' || ((is_chinese(before) || is_chinese(after)) && !is_closing(after));
}

size_t ink_fit(struct ink *ink, enum ink_tone tone, double size, double width, const char *text)
{
    const char *end = text + strlen(text);
    size_t fits = 0;
    uint32_t before = 0;
    double used = 0;
    for (const char *at = text, *next; at < end; at = next) {
        FT_UInt glyph;
        next = at;
        uint32_t character = utf8_next(&next, end);
        if (character == '\n')
            return at > text ? (size_t)(at - text) : 1;
        if (at > text && may_break(before, character))
            fits = (size_t)(at - text);
        const struct face *face = face_for(ink, tone, character, &glyph);
        used += advance(face, glyph, size);
        if (used > width)
            return fits > 0 ? fits : at > text ? (size_t)(at - text) : (size_t)(next - text);
        before = character;
    }
    return (size_t)(end - text);
}

/* What one face draws in one go; clusters make the text of the PDF searchable. */
struct run {
    const struct face *face;
    size_t start, end; /* bytes */
    cairo_glyph_t glyphs[LINE_GLYPHS_MAX];
    cairo_text_cluster_t clusters[LINE_GLYPHS_MAX];
    int count;
};

static void show(struct ink *ink, double size, const char *text, struct run *run)
{
    if (run->count == 0)
        return;
    cairo_set_font_face(ink->cairo, run->face->cairo);
    cairo_set_font_size(ink->cairo, size);
    cairo_show_text_glyphs(ink->cairo, text + run->start, (int)(run->end - run->start), run->glyphs,
                           run->count, run->clusters, run->count, 0);
    run->count = 0;
}

void ink_bytes(struct ink *ink, enum ink_tone tone, double size, double x, double y, const char *text,
               size_t length)
{
    struct run run = {0};
    const char *end = text + length;
    double grey = tone == INK_QUIET ? 0.35 : 0;
    cairo_set_source_rgb(ink->cairo, grey, grey, grey);
    for (const char *at = text, *next; at < end; at = next) {
        FT_UInt glyph;
        next = at;
        const struct face *face = face_for(ink, tone, utf8_next(&next, end), &glyph);
        if (face != run.face || run.count == LINE_GLYPHS_MAX) {
            show(ink, size, text, &run);
            run.face = face;
            run.start = (size_t)(at - text);
        }
        run.glyphs[run.count] = (cairo_glyph_t){glyph, x, y};
        run.clusters[run.count++] = (cairo_text_cluster_t){(int)(next - at), 1};
        run.end = (size_t)(next - text);
        x += advance(face, glyph, size);
    }
    show(ink, size, text, &run);
}

void ink_line(struct ink *ink, enum ink_tone tone, double size, double x, double y, const char *text)
{
    ink_bytes(ink, tone, size, x, y, text, strlen(text));
}

void ink_rule(struct ink *ink, double x, double y, double to_x)
{
    cairo_set_source_rgb(ink->cairo, 0.75, 0.75, 0.75);
    cairo_set_line_width(ink->cairo, 0.5);
    cairo_move_to(ink->cairo, x, y);
    cairo_line_to(ink->cairo, to_x, y);
    cairo_stroke(ink->cairo);
}

/* ---- pictures ---- */

struct reading {
    const struct buf *bytes;
    size_t at;
};

static cairo_status_t read_png(void *context, unsigned char *out_bytes, unsigned length)
{
    struct reading *reading = context;
    if (reading->bytes->length - reading->at < length)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(out_bytes, reading->bytes->data + reading->at, length);
    reading->at += length;
    return CAIRO_STATUS_SUCCESS;
}

/* The JPEG goes into the PDF as it is; cairo wants a picture of that size to hang it on. */
static cairo_surface_t *hang_jpeg(const struct buf *bytes)
{
    int width, height;
    struct err e = jpeg_measure(bytes->data, bytes->length, &width, &height);
    if (err_is(&e))
        return NULL;
    unsigned char *copy = malloc(bytes->length);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    if (copy)
        memcpy(copy, bytes->data, bytes->length);
    if (!copy || cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_JPEG, copy, bytes->length, free,
                                             copy) != CAIRO_STATUS_SUCCESS) {
        free(copy);
        cairo_surface_destroy(surface);
        return NULL;
    }
    return surface;
}

static cairo_surface_t *read_picture(const struct buf *bytes)
{
    struct reading reading = {bytes, 0};
    bool is_png = bytes->length > 8 && memcmp(bytes->data, "\x89PNG\r\n\x1a\n", 8) == 0;
    cairo_surface_t *surface =
        is_png ? cairo_image_surface_create_from_png_stream(read_png, &reading) : hang_jpeg(bytes);
    if (surface && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(surface);
        return NULL;
    }
    return surface;
}

double ink_picture(struct ink *ink, const struct buf *bytes, double x, double y, double width, double height)
{
    cairo_surface_t *picture = read_picture(bytes);
    if (!picture)
        return 0;
    double own_width = cairo_image_surface_get_width(picture),
           own_height = cairo_image_surface_get_height(picture);
    double scale = width / own_width < height / own_height ? width / own_width : height / own_height;
    if (scale > 0.75) /* never larger than 96 pixels an inch */
        scale = 0.75;
    cairo_save(ink->cairo);
    cairo_translate(ink->cairo, x, y);
    cairo_scale(ink->cairo, scale, scale);
    cairo_set_source_surface(ink->cairo, picture, 0, 0);
    cairo_paint(ink->cairo);
    cairo_restore(ink->cairo);
    cairo_surface_destroy(picture);
    return own_height * scale;
}
