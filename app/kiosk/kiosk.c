#include "app/kiosk/internal.h"

#include "app/service/zone.h"
#include "board/base/log.h"
#include "board/base/wipe.h"
#include "ui/text_input.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Where Debian's libgooglepinyin0 puts it; the build may name another place. */
#ifndef PINYIN_DICTIONARY
#define PINYIN_DICTIONARY "/usr/lib/" YIZHAN_MULTIARCH "/googlepinyin/data/dict_pinyin.dat"
#endif

enum { FEED_WIDTH_PX = 960, FEED_HEIGHT_PX = 540 };

/* ---- making it ---- */

static struct err create_presenter(struct kiosk *kiosk, const struct kiosk_options *options)
{
    if (strcmp(options->presenter, "window") == 0)
        return ui_presenter_window_create("驿站", options->width_px, options->height_px, &kiosk->presenter);
    if (strcmp(options->presenter, "memory") == 0)
        return ui_presenter_memory_create(options->width_px, options->height_px, &kiosk->presenter);
    const struct ui_kms_options kms = {options->card, options->turn_degrees};
    return ui_presenter_kms_create(&kms, &kiosk->presenter);
}

static struct err create_screen(struct kiosk *kiosk, const struct kiosk_options *options)
{
    char fonts[512];
    snprintf(fonts, sizeof fonts, "%s/fonts", options->assets);
    TRY(create_presenter(kiosk, options));
    struct ui_presenter_size size = ui_presenter_size(kiosk->presenter);
    const struct ui_config config = {
        .presenter = kiosk->presenter,
        .assets = options->assets,
        .panel = {.width_px = size.width_px,
                  .height_px = size.height_px,
                  .width_mm = kiosk->config.kiosk.panel_width_mm,
                  .height_mm = kiosk->config.kiosk.panel_height_mm,
                  .mount_bottom_mm = kiosk->config.kiosk.mount_height_mm},
        .clock = kiosk->clock,
    };
    TRY(ui_create(&config, &kiosk->ui));
    return ui_text_create(fonts, 0, &kiosk->receipt_text);
}

static struct err load_languages(struct kiosk *kiosk, const char *assets)
{
    static const char *const tags[] = {"zh-CN", "en"};
    char folder[512];
    snprintf(folder, sizeof folder, "%s/lang", assets);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        TRY(lang_create(folder, tags[i], i ? kiosk->langs[0] : NULL, &kiosk->langs[i]));
        kiosk->lang_count++;
    }
    return err_ok();
}

static struct err create_voice(struct kiosk *kiosk, const struct kiosk_options *options)
{
    char clips[512];
    snprintf(clips, sizeof clips, "%s/voices", options->assets);
    const struct voice_setup setup = {.backend = options->voice,
                                      .lang = lang_tag(kiosk->langs[0]),
                                      .clips_dir = clips,
                                      .log_path = options->voice_log,
                                      .clock = kiosk->clock};
    kiosk->wants_sound = strcmp(options->voice, "log") != 0 && strcmp(options->voice, "silent") != 0;
    TRY(voice_create(&setup, &kiosk->voice));
    kiosk->was_audible = voice_report(kiosk->voice).audible;
    return err_ok();
}

static struct err create_journey(struct kiosk *kiosk)
{
    const struct journey_setup setup = {
        .config = &kiosk->config,
        .clock = kiosk->clock,
        .ports = &kiosk->ports,
        .langs = (const struct lang *const *)kiosk->langs,
        .lang_count = kiosk->lang_count,
        .tz = kiosk->tz,
        .typing = kiosk->typing,
    };
    kiosk_ports_init(kiosk);
    return journey_create(&setup, &kiosk->journey);
}

static struct err open_signals(struct kiosk *kiosk)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL); /* before any thread: all inherit it */
    signal(SIGPIPE, SIG_IGN);
    kiosk->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return kiosk->signal_fd < 0 ? err_errno("kiosk", errno, "no signalfd") : err_ok();
}

static struct err load_config(struct kiosk *kiosk, const char *path)
{
    struct err e = config_load(path, &kiosk->config);
    if (err_is(&e))
        e.class = ERR_DATA; /* also where it may not be read */
    return e;
}

static struct err fill(struct kiosk *kiosk, const struct kiosk_options *options)
{
    TRY(load_config(kiosk, options->config));
    TRY(open_signals(kiosk));
    TRY(load_languages(kiosk, options->assets));
    struct err no_zone = zone_load(&kiosk->tz);
    if (err_is(&no_zone))
        log_err("kiosk", &no_zone);
    TRY(create_screen(kiosk, options));
    TRY(store_thread_create(&kiosk->config, kiosk->clock, &kiosk->store));
    TRY(create_voice(kiosk, options));
    TRY(text_input_create(PINYIN_DICTIONARY, options->assets, &kiosk->typing));
    TRY(camera_feed_create(FEED_WIDTH_PX, FEED_HEIGHT_PX, &kiosk->feed));
    TRY(devices_create(options->models, kiosk_device_classes(kiosk), &kiosk->devices));
    TRY(create_journey(kiosk));
    struct err no_line = technician_line_create(kiosk->config.store.dir, &kiosk->technician);
    if (err_is(&no_line)) /* a kiosk without technicians still serves citizens */
        log_err("kiosk", &no_line);
    return err_ok();
}

struct err kiosk_create(const struct kiosk_options *options, struct kiosk **out_kiosk)
{
    struct kiosk *kiosk = calloc(1, sizeof *kiosk);
    if (!kiosk)
        return err_no_memory("kiosk");
    kiosk->clock = options->clock;
    kiosk->created_ms = kiosk->clock->monotonic_ms(kiosk->clock);
    kiosk->first_frame_ms = -1;
    kiosk->signal_fd = -1;
    notifier_init(&kiosk->notifier);
    kiosk->printer_dots = RECEIPT_80_MM_DOTS;
    struct err e = fill(kiosk, options);
    if (err_is(&e))
        kiosk_destroy(&kiosk);
    else
        *out_kiosk = kiosk;
    return e;
}

void kiosk_destroy(struct kiosk **kiosk)
{
    if (!kiosk || !*kiosk)
        return;
    struct kiosk *k = *kiosk;
    technician_line_destroy(&k->technician);
    journey_destroy(&k->journey);
    devices_destroy(&k->devices);
    camera_feed_destroy(&k->feed);
    picture_finish(&k->preview);
    voice_destroy(&k->voice);
    text_input_destroy(&k->typing);
    store_thread_destroy(&k->store);
    ui_text_destroy(&k->receipt_text);
    ui_destroy(&k->ui);
    ui_presenter_destroy(&k->presenter);
    for (size_t i = k->lang_count; i > 0; i--)
        lang_destroy(&k->langs[i - 1]);
    tz_destroy(&k->tz);
    if (k->signal_fd >= 0)
        close(k->signal_fd);
    notifier_finish(&k->notifier);
    free(k);
    *kiosk = NULL;
}

/* ---- running it ---- */

/* One that never was plugged in sends no status by itself. */
static void note_devices(struct kiosk *kiosk)
{
    for (int class = 0; class < DEVICE_CLASS_COUNT; class ++) {
        struct store_request request = {.kind = REQUEST_DEVICE, .class = (enum device_class) class};
        if (!(kiosk_device_classes(kiosk) & 1u << class))
            continue;
        device_get_status(devices_get(kiosk->devices, request.class), &request.status);
        store_thread_ask(kiosk->store, &request);
    }
}

static void drain_devices(struct kiosk *kiosk)
{
    struct device_message message;
    while (devices_take(kiosk->devices, &message)) {
        bool is_awaited = kiosk_ports_note(kiosk, &message);
        kiosk_touch_note(kiosk, &message);
        if (message.kind == DEVICE_STATUS)
            store_thread_ask(kiosk->store, &(struct store_request){.kind = REQUEST_DEVICE,
                                                                   .class = message.class,
                                                                   .status = message.status});
        if (is_awaited)
            journey_device(kiosk->journey, &message);
        wipe(&message, sizeof message);
    }
}

static void drain_store(struct kiosk *kiosk)
{
    struct store_answer answer;
    while (store_thread_take(kiosk->store, &answer)) {
        journey_store(kiosk->journey, &answer);
    }
}

static void follow_voice(struct kiosk *kiosk)
{
    bool is_audible = voice_report(kiosk->voice).audible;
    if (is_audible != kiosk->was_audible)
        journey_voice(kiosk->journey);
    kiosk->was_audible = is_audible;
}

static void say_focus(struct kiosk *kiosk, const char *id)
{
    struct ui_tree *tree = ui_tree(kiosk->ui);
    struct ui_node *control = tree ? ui_tree_find(tree, id) : NULL;
    if (control)
        journey_focus(kiosk->journey, control);
}

static void drain_ui(struct kiosk *kiosk)
{
    struct ui_event event;
    ui_pump(kiosk->ui);
    while (ui_next_event(kiosk->ui, &event)) {
        if (event.kind == UI_EVENT_QUIT)
            kiosk->is_stopping = true;
        else
            journey_ui(kiosk->journey, &event);
        if (event.kind == UI_EVENT_FOCUS)
            say_focus(kiosk, event.id);
        wipe(&event, sizeof event);
    }
}

static struct err show(struct kiosk *kiosk)
{
    /* Building a screen may start something that changes it again (a camera picture): once a turn is enough.
     */
    if (journey_has_changed(kiosk->journey)) {
        ui_set_prefs(kiosk->ui, journey_prefs(kiosk->journey));
        struct ui_tree *tree = journey_screen(kiosk->journey, ui_theme(kiosk->ui));
        if (tree)
            ui_show(kiosk->ui, &tree);
        if (ui_tree(kiosk->ui))
            journey_shown(kiosk->journey, ui_tree_is_last_page(ui_tree(kiosk->ui)));
    }
    ui_set_dim(kiosk->ui, journey_is_dim(kiosk->journey));
    return ui_draw(kiosk->ui, NULL);
}

enum { OWN_FDS = 5, LINE_FDS = 2, SOURCE_FDS = 18 };

static size_t listen_to(const int *from, size_t count, struct pollfd *out_fds)
{
    for (size_t i = 0; i < count; i++)
        out_fds[i] = (struct pollfd){.fd = from[i], .events = POLLIN};
    return count;
}

static void wait_for_something(struct kiosk *kiosk, const struct kiosk_source *source, bool is_busy)
{
    struct pollfd fds[OWN_FDS + LINE_FDS + SOURCE_FDS];
    int line[LINE_FDS], extra[SOURCE_FDS];
    const int own[OWN_FDS] = {kiosk->signal_fd, devices_fd(kiosk->devices), store_thread_fd(kiosk->store),
                              ui_fd(kiosk->ui), voice_fd(kiosk->voice)};
    size_t count = listen_to(own, OWN_FDS, fds);
    count += listen_to(line, technician_line_fds(kiosk->technician, line), fds + count);
    if (source)
        count += listen_to(extra, source->fds(source->context, extra, SOURCE_FDS), fds + count);
    int wait_ms = clock_sooner_ms(journey_wait_ms(kiosk->journey), ui_poll_ms(kiosk->ui));
    wait_ms = clock_sooner_ms(wait_ms,
                              notifier_wait_ms(&kiosk->notifier, kiosk->clock->monotonic_ms(kiosk->clock)));
    if (poll(fds, count, is_busy || journey_has_changed(kiosk->journey) ? 0 : wait_ms) > 0 && fds[0].revents)
        kiosk->is_stopping = true;
}

struct err kiosk_run(struct kiosk *kiosk, const struct kiosk_source *source)
{
    struct err e = show(kiosk);
    note_devices(kiosk);
    kiosk->first_frame_ms = (int)(kiosk->clock->monotonic_ms(kiosk->clock) - kiosk->created_ms);
    if (!err_is(&e))
        notifier_ready(&kiosk->notifier);
    bool is_busy = false;
    while (!kiosk->is_stopping && !err_is(&e)) {
        wait_for_something(kiosk, source, is_busy);
        drain_devices(kiosk);
        drain_store(kiosk);
        follow_voice(kiosk);
        drain_ui(kiosk);
        technician_line_turn(kiosk->technician, kiosk->journey);
        journey_tick(kiosk->journey);
        e = show(kiosk);
        notifier_turn(&kiosk->notifier, kiosk->clock->monotonic_ms(kiosk->clock));
        is_busy = source && source->turn(source->context, kiosk);
    }
    return e;
}

void kiosk_stop(struct kiosk *kiosk)
{
    kiosk->is_stopping = true;
}

struct ui *kiosk_ui(struct kiosk *kiosk)
{
    return kiosk->ui;
}

const struct journey *kiosk_journey(const struct kiosk *kiosk)
{
    return kiosk->journey;
}

struct ui_presenter *kiosk_presenter(struct kiosk *kiosk)
{
    return kiosk->presenter;
}

int kiosk_first_frame_ms(const struct kiosk *kiosk)
{
    return kiosk->first_frame_ms;
}

uint32_t kiosk_camera_frames(const struct kiosk *kiosk)
{
    return kiosk->preview_generation;
}
