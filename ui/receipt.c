#include "ui/receipt.h"
#include "board/base/wipe.h"
#include "ui/ticket.h"
#include <SDL2/SDL_surface.h>
#include <stdlib.h>

enum { LEAST_WIDTH = 200, MOST_WIDTH = 832, ARENA_BYTES = 64 << 10, DARK_BELOW = 150 };

/* ---- what stands on it ---- */

static void draw_head(struct ticket *t, const char *place, const char *service)
{
    ticket_text(t, TICKET_TITLE, true, UI_ALIGN_CENTER, 0, lang_text(t->lang, "frame.brand"));
    ticket_text(t, TICKET_SMALL, false, UI_ALIGN_CENTER, 0, place);
    ticket_rule(t);
    ticket_text(t, TICKET_TITLE, true, UI_ALIGN_CENTER, 0, service);
}

static void draw_people(struct ticket *t, const struct receipt *r)
{
    if (r->person)
        ticket_text(t, TICKET_SMALL, false, UI_ALIGN_CENTER, 0,
                    ticket_format(t, "receipt.person", r->person));
    if (r->helper)
        ticket_text(t, TICKET_SMALL, false, UI_ALIGN_CENTER, 0,
                    ticket_format(t, "receipt.helper", r->helper));
}

static void draw_number(struct ticket *t, const struct receipt *r)
{
    if (!r->number)
        return;
    ticket_space(t, 12);
    ticket_text(t, TICKET_SMALL, false, UI_ALIGN_CENTER, 0, lang_text(t->lang, "receipt.number"));
    ticket_text(t, TICKET_NUMBER, true, UI_ALIGN_CENTER, 0, r->number);
    if (r->verdict)
        ticket_text(t, TICKET_TITLE, true, UI_ALIGN_CENTER, 0, r->verdict);
}

static void draw_truths(struct ticket *t, const struct receipt *r)
{
    if (r->truth_count == 0)
        return;
    ticket_rule(t);
    for (size_t i = 0; i < r->truth_count && i < RECEIPT_TRUTHS_MAX; i++)
        ticket_step(t, r->truths[i].state, r->truths[i].title, r->truths[i].detail);
}

/* To be ticked off; else to be read. */
static void draw_list(struct ticket *t, const char *heading, const char *const *lines, size_t count,
                      bool ticks)
{
    if (count == 0)
        return;
    ticket_rule(t);
    ticket_text(t, TICKET_BODY, true, UI_ALIGN_START, 0, heading);
    for (size_t i = 0; i < count; i++) {
        ticket_space(t, 4);
        int y = t->y;
        if (ticks)
            ticket_text(t, TICKET_BODY, false, UI_ALIGN_START, 0, "□");
        t->y = y;
        ticket_text(t, TICKET_BODY, false, UI_ALIGN_START, ticks ? 40 : 0, lines[i]);
    }
}

static void draw_terms(struct ticket *t, const char *time_limit, const char *phone)
{
    bool has_limit = time_limit && *time_limit, has_phone = phone && *phone;
    if (!has_limit && !has_phone)
        return;
    ticket_rule(t);
    if (has_limit)
        ticket_text(t, TICKET_BODY, false, UI_ALIGN_START, 0,
                    ticket_format(t, "receipt.time_limit", time_limit));
    if (has_phone)
        ticket_text(t, TICKET_BODY, false, UI_ALIGN_START, 0, ticket_format(t, "receipt.phone", phone));
}

static struct err draw_receipt(struct ticket *t, const void *model)
{
    const struct receipt *r = model;
    if (r->is_copy)
        ticket_banner(t, lang_text(t->lang, "receipt.copy"));
    draw_head(t, r->place, r->service);
    draw_people(t, r);
    draw_number(t, r);
    draw_truths(t, r);
    draw_list(t, lang_text(t->lang, "receipt.papers"), r->papers, r->paper_count, true);
    draw_terms(t, r->time_limit, r->phone);
    if (r->qr) {
        ticket_rule(t);
        TRY(ticket_qr(t, r->qr));
    }
    ticket_text(t, TICKET_SMALL, false, UI_ALIGN_CENTER, 0,
                lang_text(t->lang, r->finds_by_card ? "receipt.keep" : "receipt.keep_no_card"));
    if (r->printed_at)
        ticket_text(t, TICKET_SMALL, false, UI_ALIGN_CENTER, 0,
                    ticket_format(t, "receipt.printed", r->printed_at));
    return err_ok();
}

static struct err draw_slip(struct ticket *t, const void *model)
{
    const struct receipt_slip *slip = model;
    draw_head(t, slip->place, slip->service);
    draw_list(t, slip->heading, slip->lines, slip->line_count, !slip->is_report);
    draw_terms(t, slip->time_limit, slip->phone);
    return err_ok();
}

/* ---- paper ---- */

static bool is_dark(uint32_t pixel)
{
    unsigned luminance = ((pixel >> 16 & 0xFF) * 77 + (pixel >> 8 & 0xFF) * 151 + (pixel & 0xFF) * 28) >> 8;
    return luminance < DARK_BELOW;
}

static struct err to_bits(const SDL_Surface *surface, struct receipt_bitmap *out_bitmap)
{
    size_t stride = (size_t)(surface->w + 7) / 8;
    uint8_t *bits = calloc((size_t)surface->h, stride);
    if (!bits)
        return err_no_memory("receipt");
    for (int y = 0; y < surface->h; y++) {
        const uint32_t *row = (const uint32_t *)((const char *)surface->pixels + y * surface->pitch);
        for (int x = 0; x < surface->w; x++)
            if (is_dark(row[x]))
                bits[(size_t)y * stride + (size_t)x / 8] |= (uint8_t)(0x80 >> (x % 8));
    }
    *out_bitmap = (struct receipt_bitmap){surface->w, surface->h, stride, bits};
    return err_ok();
}

typedef struct err draw_function(struct ticket *ticket, const void *model);

static struct err draw_on_paper(struct ticket *t, draw_function *draw, const void *model,
                                struct receipt_bitmap *out_bitmap)
{
    t->y = t->margin;
    TRY(draw(t, model));
    int height = t->y + t->margin;
    t->surface = SDL_CreateRGBSurfaceWithFormat(0, t->width, height, 32, SDL_PIXELFORMAT_RGB888);
    if (!t->surface || t->has_failed)
        return err_no_memory("receipt");
    ui_canvas_begin(t->canvas, t->surface, (struct ui_rect){0, 0, t->width, height});
    ui_canvas_fill(t->canvas, (struct ui_rect){0, 0, t->width, height}, 0xFFFFFF);
    t->y = t->margin;
    TRY(draw(t, model));
    struct err failure = to_bits(t->surface, out_bitmap);
    wipe(t->surface->pixels, (size_t)t->surface->pitch * (size_t)height);
    return failure;
}

static struct err make(struct ui_text *text, const struct lang *lang, int width_dots, draw_function *draw,
                       const void *model, struct receipt_bitmap *out_bitmap)
{
    if (width_dots < LEAST_WIDTH || width_dots > MOST_WIDTH)
        return err_make(ERR_DATA, "receipt", 0, "paper of %d dots is out of range", width_dots);
    struct ticket ticket = {.text = text, .lang = lang, .width = width_dots, .margin = width_dots / 48};
    struct err failure = ui_canvas_create("", &ticket.canvas);
    ticket.arena = arena_create(ARENA_PRIVATE, ARENA_BYTES);
    if (!err_is(&failure))
        failure = ticket.arena ? draw_on_paper(&ticket, draw, model, out_bitmap) : err_no_memory("receipt");
    SDL_FreeSurface(ticket.surface);
    arena_destroy(&ticket.arena);
    ui_canvas_destroy(&ticket.canvas);
    return failure;
}

struct err receipt_draw(struct ui_text *text, const struct lang *lang, const struct receipt *receipt,
                        int width_dots, struct receipt_bitmap *out_bitmap)
{
    return make(text, lang, width_dots, draw_receipt, receipt, out_bitmap);
}

struct err receipt_draw_slip(struct ui_text *text, const struct lang *lang, const struct receipt_slip *slip,
                             int width_dots, struct receipt_bitmap *out_bitmap)
{
    return make(text, lang, width_dots, draw_slip, slip, out_bitmap);
}

void receipt_bitmap_finish(struct receipt_bitmap *bitmap)
{
    if (bitmap->bits)
        wipe(bitmap->bits, bitmap->stride * (size_t)bitmap->height);
    free(bitmap->bits);
    *bitmap = (struct receipt_bitmap){0};
}
