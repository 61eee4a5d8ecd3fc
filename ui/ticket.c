#include "ui/ticket.h"
#include <SDL2/SDL_surface.h>
#include <qrencode.h>
#include <string.h>

/* Em in dots on 58 mm paper; wider paper takes larger letters. 8 dots are 1 mm. */
static const int size_dots[] = {
    [TICKET_SMALL] = 24, [TICKET_BODY] = 27, [TICKET_TITLE] = 33, [TICKET_NUMBER] = 62};
static const uint32_t BLACK = 0x000000, WHITE = 0xFFFFFF;

static int scaled(const struct ticket *ticket, int dots)
{
    return ticket->width >= RECEIPT_80_MM_DOTS ? dots * 5 / 4 : dots;
}

void ticket_space(struct ticket *ticket, int dots)
{
    ticket->y += scaled(ticket, dots);
}

static void fill(struct ticket *ticket, struct ui_rect rect, uint32_t colour)
{
    if (ticket->surface)
        ui_canvas_fill(ticket->canvas, rect, colour);
}

void ticket_rule(struct ticket *ticket)
{
    ticket_space(ticket, 10);
    fill(ticket, (struct ui_rect){ticket->margin, ticket->y, ticket->width - 2 * ticket->margin, 2}, BLACK);
    ticket_space(ticket, 12);
}

static void draw_lines(struct ticket *ticket, const struct ui_text_style *style, enum ui_align align,
                       int indent, uint32_t colour, const char *words)
{
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    int left = ticket->margin + indent, room = ticket->width - ticket->margin - left;
    int line_height = style->size_px * 27 / 20;
    size_t count = ui_text_wrap(ticket->text, style, words, room, lines, NULL);
    for (size_t i = 0; i < count; i++, ticket->y += line_height) {
        int spare = room - lines[i].width_px;
        int offset = align == UI_ALIGN_CENTER ? spare / 2 : align == UI_ALIGN_END ? spare : 0;
        if (ticket->surface)
            ui_text_draw(ticket->text, ticket->surface, style, colour, words + lines[i].start,
                         lines[i].length, left + offset, ticket->y, line_height);
    }
}

static struct ui_text_style style_of(const struct ticket *ticket, enum ticket_size size, bool is_bold)
{
    return (struct ui_text_style){.size_px = scaled(ticket, size_dots[size]),
                                  .is_bold = is_bold,
                                  .is_rtl = lang_direction(ticket->lang) == LANG_RTL};
}

void ticket_text(struct ticket *ticket, enum ticket_size size, bool is_bold, enum ui_align align, int indent,
                 const char *words)
{
    if (!words)
        return;
    struct ui_text_style style = style_of(ticket, size, is_bold);
    if (style.is_rtl && align != UI_ALIGN_CENTER)
        align = align == UI_ALIGN_START ? UI_ALIGN_END : UI_ALIGN_START;
    draw_lines(ticket, &style, align, indent, BLACK, words);
}

void ticket_banner(struct ticket *ticket, const char *words)
{
    struct ui_text_style style = style_of(ticket, TICKET_TITLE, true);
    int height = style.size_px * 8 / 5;
    fill(ticket, (struct ui_rect){ticket->margin, ticket->y, ticket->width - 2 * ticket->margin, height},
         BLACK);
    ticket->y += height / 8;
    draw_lines(ticket, &style, UI_ALIGN_CENTER, 0, WHITE, words);
    ticket->y += height / 8;
}

static void draw_tick(struct ticket *ticket, struct ui_rect r, uint32_t colour)
{
    double line = r.w / 9.0;
    ui_canvas_line(ticket->canvas, r.x + r.w * 0.27, r.y + r.h * 0.52, r.x + r.w * 0.43, r.y + r.h * 0.68,
                   line, colour);
    ui_canvas_line(ticket->canvas, r.x + r.w * 0.43, r.y + r.h * 0.68, r.x + r.w * 0.74, r.y + r.h * 0.34,
                   line, colour);
}

static void draw_cross(struct ticket *ticket, struct ui_rect r)
{
    double line = r.w / 9.0, near = 0.32, far = 0.68;
    ui_canvas_line(ticket->canvas, r.x + r.w * near, r.y + r.h * near, r.x + r.w * far, r.y + r.h * far, line,
                   BLACK);
    ui_canvas_line(ticket->canvas, r.x + r.w * far, r.y + r.h * near, r.x + r.w * near, r.y + r.h * far, line,
                   BLACK);
}

/* The same signs as on the screen: a filled tick, a dashed ring, an empty ring, a cross. */
static void draw_mark(struct ticket *ticket, struct ui_rect r, enum ui_state state)
{
    struct ui_round_box box = {.radius = r.w / 2,
                               .border = 3,
                               .border_colour = BLACK,
                               .fill_colour = WHITE,
                               .is_dashed = state == UI_STATE_WAITING};
    if (state == UI_STATE_DONE)
        box.fill_colour = BLACK;
    ui_canvas_box(ticket->canvas, r, &box);
    if (state == UI_STATE_DONE)
        draw_tick(ticket, r, WHITE);
    else if (state == UI_STATE_FAILED)
        draw_cross(ticket, r);
}

void ticket_step(struct ticket *ticket, enum ui_state state, const char *title, const char *detail)
{
    int side = scaled(ticket, 40), indent = side + scaled(ticket, 14);
    if (ticket->surface)
        draw_mark(ticket, (struct ui_rect){ticket->margin, ticket->y + 2, side, side}, state);
    ticket_text(ticket, TICKET_BODY, true, UI_ALIGN_START, indent, title);
    ticket_text(ticket, TICKET_SMALL, false, UI_ALIGN_START, indent, detail);
    ticket_space(ticket, 8);
}

static void draw_code(struct ticket *ticket, const QRcode *code, int module, int left)
{
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if (code->data[y * code->width + x] & 1)
                fill(ticket, (struct ui_rect){left + x * module, ticket->y + y * module, module, module},
                     BLACK);
}

struct err ticket_qr(struct ticket *ticket, const char *content)
{
    enum { QUIET_MODULES = 4, LEAST_MODULE_DOTS = 3 }; /* ISO 18004; a thermal dot bleeds: never below 3 */
    QRcode *code = QRcode_encodeData((int)strlen(content), (const unsigned char *)content, 0, QR_ECLEVEL_M);
    if (!code)
        return err_make(ERR_DATA, "receipt", 0, "the text is too long for a code");
    int across = code->width + 2 * QUIET_MODULES, module = ticket->width * 2 / 3 / across;
    if (module < LEAST_MODULE_DOTS)
        module = LEAST_MODULE_DOTS;
    bool fits = across * module <= ticket->width;
    if (fits) {
        ticket->y += QUIET_MODULES * module / 2;
        draw_code(ticket, code, module, (ticket->width - code->width * module) / 2);
        ticket->y += (code->width + QUIET_MODULES / 2) * module;
    }
    QRcode_free(code);
    return fits ? err_ok()
                : err_make(ERR_DATA, "receipt", 0, "the text is too long for a code on this paper");
}

const char *ticket_format(struct ticket *ticket, const char *id, const char *value)
{
    const char *words = lang_format(ticket->lang, ticket->arena, id, 1, &value);
    ticket->has_failed |= words == NULL;
    return words;
}
