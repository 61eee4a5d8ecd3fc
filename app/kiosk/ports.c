/* The journey's ports on the real world: devices, store thread, voice, receipts. */
#include "app/kiosk/internal.h"

#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/idcard/idcard.h"
#include "drivers/printer/printer.h"
#include "drivers/scanner/scanner.h"
#include "ui/picture_png.h"

#include <string.h>

enum {
    PRINT_TIMEOUT_MS = 60000,
    PHOTO_TIMEOUT_MS = 10000,
    PHOTO_SIDE_PX = 1600, /* small print on A4 can still be read */
    SIGNATURE_WIDTH_PX = 800,
    SIGNATURE_HEIGHT_PX = 400
};
enum { SLOW_PER_MINUTE = 130 };
/* Loud is 6 dB more, which anybody hears; the loudspeaker is set up with it (docs/HARDWARE.md). */
enum { USUAL_PERCENT = 50, LOUD_PERCENT = 100 };

static struct device *device(struct kiosk *kiosk, enum device_class class)
{
    return devices_get(kiosk->devices, class);
}

/* ---- card ---- */

static void card_stop(void *context)
{
    struct kiosk *kiosk = context;
    if (kiosk->card_ticket)
        device_cancel(device(kiosk, DEVICE_IDCARD), kiosk->card_ticket);
    kiosk->card_ticket = 0;
}

static struct err card_read(void *context)
{
    struct kiosk *kiosk = context;
    card_stop(kiosk);
    return idcard_read(device(kiosk, DEVICE_IDCARD), 0, &kiosk->card_ticket);
}

static struct err card_await_removal(void *context)
{
    struct kiosk *kiosk = context;
    card_stop(kiosk);
    return idcard_await_removal(device(kiosk, DEVICE_IDCARD), 0, &kiosk->card_ticket);
}

/* ---- printer ---- */

static struct err print_bitmap(struct kiosk *kiosk, uint32_t job, struct receipt_bitmap *bitmap)
{
    const struct printer_bitmap picture = {bitmap->width, bitmap->height, bitmap->stride, bitmap->bits};
    uint32_t ticket;
    struct err e = printer_print(device(kiosk, DEVICE_PRINTER), job, &picture, PRINT_TIMEOUT_MS, &ticket);
    receipt_bitmap_finish(bitmap);
    return e;
}

static struct err print_receipt(void *context, uint32_t job, const struct lang *lang,
                                const struct receipt *receipt)
{
    struct kiosk *kiosk = context;
    struct receipt_bitmap bitmap;
    TRY(receipt_draw(kiosk->receipt_text, lang, receipt, kiosk->printer_dots, &bitmap));
    return print_bitmap(kiosk, job, &bitmap);
}

static struct err print_slip(void *context, uint32_t job, const struct lang *lang,
                             const struct receipt_slip *slip)
{
    struct kiosk *kiosk = context;
    struct receipt_bitmap bitmap;
    TRY(receipt_draw_slip(kiosk->receipt_text, lang, slip, kiosk->printer_dots, &bitmap));
    return print_bitmap(kiosk, job, &bitmap);
}

/* ---- camera and scanner ---- */

static void camera_off(struct kiosk *kiosk)
{
    if (kiosk->camera_ticket)
        device_cancel(device(kiosk, DEVICE_CAMERA), kiosk->camera_ticket);
    if (kiosk->scanner_ticket)
        device_cancel(device(kiosk, DEVICE_SCANNER), kiosk->scanner_ticket);
    kiosk->camera_ticket = kiosk->scanner_ticket = 0;
    kiosk->camera_use = CAMERA_OFF;
    picture_finish(&kiosk->preview);
}

static struct err camera(void *context, enum camera_use use)
{
    struct kiosk *kiosk = context;
    camera_off(kiosk);
    kiosk->camera_use = use;
    if (use == CAMERA_OFF)
        return err_ok();
    if (use != CAMERA_CODES)
        return camera_preview(device(kiosk, DEVICE_CAMERA), kiosk->feed, &kiosk->camera_ticket);
    struct err scanner = scanner_read(device(kiosk, DEVICE_SCANNER), 0, &kiosk->scanner_ticket);
    struct err by_camera =
        camera_read_code(device(kiosk, DEVICE_CAMERA), kiosk->feed, 0, &kiosk->camera_ticket);
    return err_is(&scanner) ? by_camera : err_ok(); /* either one is enough */
}

static struct ui_image camera_preview_image(void *context)
{
    struct kiosk *kiosk = context;
    if (camera_feed_take_frame(kiosk->feed, &kiosk->preview))
        kiosk->preview_generation++;
    return (struct ui_image){
        .format = kiosk->preview.format == PICTURE_RGB ? UI_IMAGE_RGB24 : UI_IMAGE_GRAY8,
        .width = kiosk->preview.width,
        .height = kiosk->preview.height,
        .stride = kiosk->preview.width * (int)kiosk->preview.format,
        .pixels = kiosk->preview.pixels,
        .generation = kiosk->preview_generation,
        .is_mirrored = kiosk->camera_use == CAMERA_PORTRAIT,
    };
}

static struct err camera_take(void *context, int longer_side_px)
{
    struct kiosk *kiosk = context;
    const struct camera_photo photo = {.max_pixels = longer_side_px > 0 ? longer_side_px : PHOTO_SIDE_PX,
                                       .as_it_is = kiosk->camera_use == CAMERA_PORTRAIT};
    uint32_t ticket;
    if (kiosk->camera_ticket)
        device_cancel(device(kiosk, DEVICE_CAMERA), kiosk->camera_ticket);
    struct err e =
        camera_take_photo(device(kiosk, DEVICE_CAMERA), kiosk->feed, &photo, PHOTO_TIMEOUT_MS, &ticket);
    kiosk->camera_ticket = err_is(&e) ? 0 : ticket;
    return e;
}

static bool camera_photo_taken(void *context, struct buf *out_jpeg)
{
    struct kiosk *kiosk = context;
    return camera_feed_take_photo(kiosk->feed, out_jpeg);
}

/* ---- pictures of words and strokes ---- */

static struct err strokes_png(void *context, const struct ui_strokes *strokes, struct buf *out_png)
{
    (void)context;
    return picture_png_strokes(strokes, SIGNATURE_WIDTH_PX, SIGNATURE_HEIGHT_PX, out_png);
}

static struct err words_png(void *context, const char *words, struct buf *out_png)
{
    struct kiosk *kiosk = context;
    return picture_png_words(kiosk->receipt_text, words, SIGNATURE_WIDTH_PX, SIGNATURE_HEIGHT_PX, out_png);
}

/* ---- the rest ---- */

static void device_status(void *context, enum device_class class, struct device_status *out_status)
{
    device_get_status(device(context, class), out_status);
}

static void store(void *context, struct store_request *request)
{
    store_thread_ask(((struct kiosk *)context)->store, request);
}

static bool voice_works(void *context)
{
    struct kiosk *kiosk = context;
    return !kiosk->wants_sound || voice_report(kiosk->voice).audible;
}

static void say(void *context, const struct spoken_line *line)
{
    struct kiosk *kiosk = context;
    voice_say(kiosk->voice, &(struct voice_line){
                                .lang = line->lang,
                                .text = line->text,
                                .chars_per_minute = line->is_slow ? SLOW_PER_MINUTE : VOICE_USUAL_PACE,
                                .volume_percent = line->is_loud ? LOUD_PERCENT : USUAL_PERCENT,
                            });
}

static void technician(void *context, const struct technician_event *event)
{
    technician_line_send(((struct kiosk *)context)->technician, event);
}

static void hush(void *context)
{
    voice_stop(((struct kiosk *)context)->voice);
}

static void forget(void *context)
{
    struct kiosk *kiosk = context;
    camera_off(kiosk);
    camera_feed_wipe(kiosk->feed);
    ui_text_forget(kiosk->receipt_text);
    ui_forget(kiosk->ui);
}

void kiosk_ports_init(struct kiosk *kiosk)
{
    kiosk->ports = (struct journey_ports){
        .context = kiosk,
        .card_read = card_read,
        .card_await_removal = card_await_removal,
        .card_stop = card_stop,
        .print_receipt = print_receipt,
        .print_slip = print_slip,
        .camera = camera,
        .camera_preview = camera_preview_image,
        .camera_take = camera_take,
        .camera_photo = camera_photo_taken,
        .strokes_png = strokes_png,
        .words_png = words_png,
        .device_status = device_status,
        .store = store,
        .voice_works = voice_works,
        .say = say,
        .hush = hush,
        .technician = technician,
        .forget = forget,
    };
}

/* Where the ticket of what was asked last is kept; NULL for a class that may do several things at once. */
static uint32_t *ticket_of(struct kiosk *kiosk, enum device_class class)
{
    switch (class) {
    case DEVICE_IDCARD:
        return &kiosk->card_ticket;
    case DEVICE_CAMERA:
        return &kiosk->camera_ticket;
    case DEVICE_SCANNER:
        return &kiosk->scanner_ticket;
    default:
        return NULL;
    }
}

bool kiosk_ports_note(struct kiosk *kiosk, const struct device_message *message)
{
    if (message->kind != DEVICE_RESULT)
        return true;
    if (message->class == DEVICE_PRINTER && printer_event(message)->width_dots > 0)
        kiosk->printer_dots = printer_event(message)->width_dots;
    uint32_t *ticket = ticket_of(kiosk, message->class);
    bool is_newest = !ticket || message->ticket == *ticket;
    if (ticket && is_newest)
        *ticket = 0;
    return is_newest || message->class == DEVICE_IDCARD; /* a card lies there, whoever asked */
}
