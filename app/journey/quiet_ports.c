#include "app/journey/quiet_ports.h"

static struct err succeed(void *context)
{
    (void)context;
    return err_ok();
}

static void ignore(void *context)
{
    (void)context;
}

static struct err print_receipt(void *context, uint32_t job, const struct lang *lang,
                                const struct receipt *receipt)
{
    (void)context;
    (void)job;
    (void)lang;
    (void)receipt;
    return err_ok();
}

static struct err print_slip(void *context, uint32_t job, const struct lang *lang,
                             const struct receipt_slip *slip)
{
    (void)context;
    (void)job;
    (void)lang;
    (void)slip;
    return err_ok();
}

static struct err camera(void *context, enum camera_use use)
{
    (void)context;
    (void)use;
    return err_ok();
}

static struct err take_nothing(void *context, int longer_side_px)
{
    (void)context;
    (void)longer_side_px;
    return err_ok();
}

static struct ui_image no_preview(void *context)
{
    (void)context;
    return (struct ui_image){0};
}

static void ignore_event(void *context, const struct technician_event *event)
{
    (void)context;
    (void)event;
}

static bool no_photo(void *context, struct buf *out_jpeg)
{
    (void)context;
    (void)out_jpeg;
    return false;
}

static struct err strokes_png(void *context, const struct ui_strokes *strokes, struct buf *out_png)
{
    (void)context;
    (void)strokes;
    (void)out_png;
    return err_ok();
}

static struct err words_png(void *context, const char *words, struct buf *out_png)
{
    (void)context;
    (void)words;
    (void)out_png;
    return err_ok();
}

static void all_ready(void *context, enum device_class class, struct device_status *out_status)
{
    (void)context;
    (void)class;
    *out_status = (struct device_status){.in_service = true, .cause = err_ok()};
}

static void ask_nobody(void *context, struct store_request *request)
{
    (void)context;
    store_request_finish(request);
}

static bool voice_works(void *context)
{
    (void)context;
    return true;
}

static void say_nothing(void *context, const struct spoken_line *line)
{
    (void)context;
    (void)line;
}

const struct journey_ports *quiet_ports(void)
{
    static const struct journey_ports ports = {
        .card_read = succeed,
        .card_await_removal = succeed,
        .card_stop = ignore,
        .print_receipt = print_receipt,
        .print_slip = print_slip,
        .camera = camera,
        .camera_preview = no_preview,
        .camera_take = take_nothing,
        .camera_photo = no_photo,
        .strokes_png = strokes_png,
        .words_png = words_png,
        .device_status = all_ready,
        .store = ask_nobody,
        .voice_works = voice_works,
        .say = say_nothing,
        .hush = ignore,
        .technician = ignore_event,
        .forget = ignore,
    };
    return &ports;
}
