#include "tests/scenes/page_scene.h"

#include <string.h>

#define WIDTH     620
#define HEIGHT    877
#define MARGIN    60
#define LINE_STEP 26
#define STROKE_PX 3
#define GLYPH_PX  16
#define STAMP_PX  45

static void box(struct picture *paper, int left, int top, int width, int height, const uint8_t rgb[3])
{
    for (int y = top; y < top + height; y++)
        for (int x = left; x < left + width; x++)
            memcpy(paper->pixels + 3 * ((size_t)y * WIDTH + (size_t)x), rgb, 3);
}

/* Something as dense as a Chinese character: some of three strokes across and two down. */
static void glyph(struct picture *paper, int x, int y, unsigned shape)
{
    static const uint8_t ink[3] = {30, 30, 36};

    for (int i = 0; i < 3; i++)
        if (shape >> i & 1)
            box(paper, x, y + i * 6, GLYPH_PX, STROKE_PX, ink);
    for (int i = 0; i < 2; i++)
        if (shape >> (3 + i) & 1)
            box(paper, x + 2 + i * 9, y, STROKE_PX, GLYPH_PX, ink);
}

struct err page_paper(struct picture *out_paper)
{
    static const uint8_t red[3] = {200, 30, 30};
    unsigned shape = 7;

    TRY(picture_reshape(out_paper, WIDTH, HEIGHT, PICTURE_RGB));
    memset(out_paper->pixels, 255, picture_size(out_paper));
    for (int y = MARGIN; y < HEIGHT - MARGIN - GLYPH_PX; y += LINE_STEP)
        for (int x = MARGIN; x < WIDTH - MARGIN - GLYPH_PX; x += GLYPH_PX + 4) {
            shape = shape * 1103515245u + 12345u;
            glyph(out_paper, x, y, shape >> 16);
        }
    box(out_paper, (int)(PAGE_STAMP_X * WIDTH) - STAMP_PX, (int)(PAGE_STAMP_Y * HEIGHT) - STAMP_PX,
        2 * STAMP_PX, 2 * STAMP_PX, red);
    return err_ok();
}
