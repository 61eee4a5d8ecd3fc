#include "tests/unit/journey/fake_kiosk.h"

#include "app/journey/quiet_ports.h"
#include "board/base/file.h"
#include "drivers/picture/jpeg.h"
#include "tests/unit/cmocka.h"
#include "ui/text_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- ports ---- */

static struct fake_kiosk *self(void *context)
{
    return context;
}

static struct err card_read(void *context)
{
    self(context)->card_reads++;
    self(context)->reads_card = true;
    self(context)->watches_card = false;
    return self(context)->status[DEVICE_IDCARD].in_service ? err_ok()
                                                           : self(context)->status[DEVICE_IDCARD].cause;
}

/* One reader does one thing at a time. */
static struct err card_await_removal(void *context)
{
    const struct device_status *reader = &self(context)->status[DEVICE_IDCARD];
    self(context)->reads_card = false;
    self(context)->watches_card = reader->in_service;
    return reader->in_service ? err_ok() : reader->cause;
}

static void card_stop(void *context)
{
    self(context)->reads_card = false;
    self(context)->watches_card = false;
}

static struct err print_receipt(void *context, uint32_t job, const struct lang *lang,
                                const struct receipt *receipt)
{
    (void)job;
    (void)lang;
    assert_non_null(receipt->number);
    const struct device_status *printer = &self(context)->status[DEVICE_PRINTER];
    self(context)->prints++;
    return printer->in_service ? err_ok() : printer->cause;
}

static struct err print_slip(void *context, uint32_t job, const struct lang *lang,
                             const struct receipt_slip *slip)
{
    (void)job;
    (void)lang;
    assert_true(slip->line_count > 0);
    self(context)->prints++;
    return err_ok();
}

/* Codes are read by the camera or by the scanner. */
static struct err camera(void *context, enum camera_use use)
{
    struct fake_kiosk *kiosk = self(context);
    const struct device_status *status = kiosk->status;
    bool can_look =
        status[DEVICE_CAMERA].in_service || (use == CAMERA_CODES && status[DEVICE_SCANNER].in_service);
    kiosk->code_looks += use == CAMERA_CODES && can_look;
    kiosk->live_pictures += (use == CAMERA_DOCUMENT || use == CAMERA_PORTRAIT) && can_look;
    return use == CAMERA_OFF || can_look ? err_ok() : status[DEVICE_CAMERA].cause;
}

static struct err camera_take(void *context, int longer_side_px)
{
    self(context)->photos++;
    self(context)->photo_side_px = longer_side_px;
    return err_ok();
}

/* Grey, as from a camera that looks at nothing. */
static bool camera_photo(void *context, struct buf *out_jpeg)
{
    (void)context;
    struct picture grey = {0};
    struct err e = picture_init(&grey, 64, 48, PICTURE_RGB);
    assert_int_equal(e.class, ERR_NONE);
    e = jpeg_encode(&grey, 80, out_jpeg);
    assert_int_equal(e.class, ERR_NONE);
    picture_finish(&grey);
    return true;
}

static void technician(void *context, const struct technician_event *event)
{
    self(context)->technician_events[event->kind]++;
    self(context)->told = *event;
}

static struct err strokes_png(void *context, const struct ui_strokes *strokes, struct buf *out_png)
{
    (void)context;
    assert_true(strokes->stroke_count > 0);
    buf_append_text(out_png, "PNG");
    return err_ok();
}

static struct err words_png(void *context, const char *words, struct buf *out_png)
{
    (void)context;
    buf_append_text(out_png, words);
    return err_ok();
}

static void device_status(void *context, enum device_class class, struct device_status *out_status)
{
    *out_status = self(context)->status[class];
}

static void take_draft(struct fake_kiosk *kiosk, struct store_request *request)
{
    assert_non_null(strstr(request->text, "99012319420315004X"));
    buf_finish(&kiosk->kept);
    kiosk->kept = request->draft;
    buf_init_private(&request->draft);
    kiosk->keeps++;
    kiosk->wanted_keeps += request->wants_answer;
}

static void take_rating(struct fake_kiosk *kiosk, const struct store_request *request)
{
    assert_string_equal(request->text, kiosk->journey->visit->service ? "pension-renewal" : "");
    kiosk->ratings++;
    kiosk->score = request->score;
}

static void drop_draft(struct fake_kiosk *kiosk)
{
    buf_finish(&kiosk->kept);
    kiosk->kept_drops++;
}

static void store(void *context, struct store_request *request)
{
    struct fake_kiosk *kiosk = self(context);
    kiosk->numbers_taken += request->kind == REQUEST_NUMBER;
    kiosk->saves += request->kind == REQUEST_SAVE;
    if (request->kind == REQUEST_SAVE)
        snprintf(kiosk->withdrawn, sizeof kiosk->withdrawn, "%s", request->save->withdraws);
    kiosk->kept_looks += request->kind == REQUEST_FIND_KEPT;
    if (request->kind == REQUEST_FIND_KEPT)
        kiosk->kept_ticket = request->ticket;
    if (request->kind == REQUEST_KEEP)
        take_draft(kiosk, request);
    else if (request->kind == REQUEST_DROP_KEPT)
        drop_draft(kiosk);
    else if (request->kind == REQUEST_RATE)
        take_rating(kiosk, request);
    else if (request->kind == REQUEST_PRINT_OUTCOME) {
        kiosk->is_printed = request->is_printed;
        snprintf(kiosk->printed_number, sizeof kiosk->printed_number, "%s", request->text);
    }
    store_request_finish(request);
}

static bool voice_works(void *context)
{
    return !self(context)->is_mute;
}

static void say(void *context, const struct spoken_line *line)
{
    self(context)->said_slowly = line->is_slow;
    self(context)->said_loudly = line->is_loud;
    snprintf(self(context)->said, sizeof self(context)->said, "%s", line->text);
}

static void forget(void *context)
{
    self(context)->forgets++;
}

/* Behind what no test asks after, nothing is. */
static void init_ports(struct fake_kiosk *kiosk)
{
    struct journey_ports *ports = &kiosk->ports;
    *ports = *quiet_ports();
    ports->context = kiosk;
    ports->card_read = card_read;
    ports->card_await_removal = card_await_removal;
    ports->card_stop = card_stop;
    ports->print_receipt = print_receipt;
    ports->print_slip = print_slip;
    ports->camera = camera;
    ports->camera_take = camera_take;
    ports->camera_photo = camera_photo;
    ports->strokes_png = strokes_png;
    ports->words_png = words_png;
    ports->device_status = device_status;
    ports->store = store;
    ports->voice_works = voice_works;
    ports->say = say;
    ports->technician = technician;
    ports->forget = forget;
}

/* ---- real forms as the services: pension first ---- */

#define ASSETS_DIR YIZHAN_ROOT "/assets/"
static const char *const service_folders[] = {"forms/pension-renewal",   "forms/supplement",
                                              "forms/withdraw",          "fleet/service-rating",
                                              "forms/old-age-allowance", "forms/residence-permit"};
enum { SERVICES = sizeof service_folders / sizeof *service_folders };

static void read_file(const char *folder, const char *name, struct buf *out_bytes)
{
    char path[512];
    snprintf(path, sizeof path, ASSETS_DIR "%s/%s", folder, name);
    assert_ok(file_read(path, 1 << 20, out_bytes));
}

static struct err read_medium(void *context, const char *uri, const char *name, struct buf *out_bytes)
{
    (void)uri;
    read_file(context, name, out_bytes);
    return err_ok();
}

static void load_service(const char *folder, struct service *service)
{
    const struct xform_media media = {read_medium, (void *)(uintptr_t)folder};
    struct buf xml = {0}, guide = {0};
    read_file(folder, "form.xml", &xml);
    read_file(folder, "guide.csv", &guide);
    assert_ok(xform_load(buf_text(&xml), xml.length, &media, &service->form));
    assert_ok(guide_parse(buf_text(&guide), guide.length, &service->guide));
    snprintf(service->id, sizeof service->id, "%s", strchr(folder, '/') + 1);
    buf_finish(&xml);
    buf_finish(&guide);
}

static struct catalogue *real_catalogue(void)
{
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    assert_non_null(catalogue);
    catalogue->services = calloc(SERVICES, sizeof *catalogue->services);
    for (; catalogue->count < SERVICES; catalogue->count++)
        load_service(service_folders[catalogue->count], &catalogue->services[catalogue->count]);
    return catalogue;
}

/* ---- life ---- */

enum { NOON_2026_11_22 = 1795320000 };

void fake_kiosk_start(struct fake_kiosk *kiosk)
{
    const struct ui_panel panel = {1080, 1920, 268, 476, 740};
    *kiosk = (struct fake_kiosk){0};
    clock_fake_init(&kiosk->clock, (int64_t)NOON_2026_11_22 * 1000);
    strcpy(kiosk->config.kiosk.place, "青溪镇便民点");
    strcpy(kiosk->config.kiosk.lang, "zh-CN");
    kiosk->config.kiosk.number = 4827;
    kiosk->config.kiosk.large_text_age = 60;
    for (size_t i = 0; i < DEVICE_CLASS_COUNT; i++)
        kiosk->status[i].in_service = true;
    init_ports(kiosk);
    ui_theme_init(&panel, &(struct ui_prefs){0}, &kiosk->theme);
    assert_ok(lang_create(YIZHAN_BUILD "/assets/lang", "zh-CN", NULL, &kiosk->lang));
    assert_ok(text_input_create("/usr/lib/" YIZHAN_MULTIARCH "/googlepinyin/data/dict_pinyin.dat", "/nowhere",
                                &kiosk->typing));
    const struct journey_setup setup = {
        .config = &kiosk->config,
        .clock = &kiosk->clock.clock,
        .ports = &kiosk->ports,
        .langs = (const struct lang *const *)&kiosk->lang,
        .lang_count = 1,
        .typing = kiosk->typing,
    };
    assert_ok(journey_create(&setup, &kiosk->journey));
    fake_catalogue(kiosk);
}

void fake_kiosk_stop(struct fake_kiosk *kiosk)
{
    journey_destroy(&kiosk->journey);
    buf_finish(&kiosk->kept);
    text_input_destroy(&kiosk->typing);
    lang_destroy(&kiosk->lang);
}

int fake_kiosk_setup(void **state)
{
    struct fake_kiosk *kiosk = calloc(1, sizeof *kiosk);
    assert_non_null(kiosk);
    fake_kiosk_start(kiosk);
    *state = kiosk;
    return 0;
}

int fake_kiosk_teardown(void **state)
{
    fake_kiosk_stop(*state);
    free(*state);
    return 0;
}

/* ---- what happens to it ---- */

void fake_tap(struct fake_kiosk *kiosk, int action, int arg)
{
    const struct ui_event event = {.kind = UI_EVENT_ACTIVATE, .action = action, .arg = arg};
    kiosk->taps++;
    journey_ui(kiosk->journey, &event);
}

void fake_look(struct fake_kiosk *kiosk)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    assert_non_null(tree);
    assert_false(ui_tree_has_failed(tree));
    ui_tree_destroy(&tree);
}

void fake_pass(struct fake_kiosk *kiosk, int ms)
{
    clock_fake_advance(&kiosk->clock, ms);
    journey_tick(kiosk->journey);
}

void fake_catalogue(struct fake_kiosk *kiosk)
{
    struct store_answer answer = {.kind = STORE_CATALOGUE, .catalogue = real_catalogue()};
    journey_store(kiosk->journey, &answer);
}

void fake_device(struct fake_kiosk *kiosk, enum device_class class, bool in_service, uint32_t conditions)
{
    struct device_status *status = &kiosk->status[class];
    *status = (struct device_status){.in_service = in_service, .conditions = conditions};
    if (!in_service)
        status->cause = err_make(ERR_DEVICE, device_class_name(class), 0, "unplugged");
    const struct device_message message = {.class = class, .kind = DEVICE_STATUS, .status = *status};
    journey_device(kiosk->journey, &message);
}

void fake_place_card_of(struct fake_kiosk *kiosk, const char *name, const char *id_number)
{
    struct device_message message = {.class = DEVICE_IDCARD, .kind = DEVICE_RESULT};
    struct idcard_event event = {
        .stage = IDCARD_READ,
        .card = {.sex = "女",
                 .nation = "汉",
                 .address = "江州省青溪县青溪镇",
                 .issuer = "青溪县公安局",
                 .valid_from = "2012-05-20",
                 .valid_to = "长期"},
    };
    snprintf(event.card.name, sizeof event.card.name, "%s", name);
    snprintf(event.card.name_zh, sizeof event.card.name_zh, "%s", name);
    snprintf(event.card.id_number, sizeof event.card.id_number, "%s", id_number);
    snprintf(event.card.birth, sizeof event.card.birth, "%.4s-%.2s-%.2s", id_number + 6, id_number + 10,
             id_number + 12);
    memcpy(&message.payload, &event, sizeof event);
    if (!kiosk->reads_card)
        fake_take_card(kiosk); /* what lay there */
    if (!kiosk->reads_card)
        fail_msg("%s's card is laid on a reader that nobody told to read", name);
    kiosk->reads_card = false;
    journey_device(kiosk->journey, &message);
}

void fake_place_card(struct fake_kiosk *kiosk)
{
    fake_place_card_of(kiosk, "王秀兰", "99012319420315004X");
}

void fake_take_card(struct fake_kiosk *kiosk)
{
    struct device_message message = {.class = DEVICE_IDCARD, .kind = DEVICE_RESULT};
    const struct idcard_event event = {.stage = IDCARD_REMOVED};
    memcpy(&message.payload, &event, sizeof event);
    if (kiosk->reads_card || kiosk->watches_card)
        journey_device(kiosk->journey, &message);
}

void fake_lose_reader(struct fake_kiosk *kiosk)
{
    struct device_message message = {.class = DEVICE_IDCARD, .kind = DEVICE_RESULT};
    message.err = err_make(ERR_DEVICE, "idcard", 0, "unplugged");
    bool was_busy = kiosk->reads_card || kiosk->watches_card;
    kiosk->reads_card = kiosk->watches_card = false;
    if (was_busy)
        journey_device(kiosk->journey, &message);
    fake_device(kiosk, DEVICE_IDCARD, false, 0);
}

void fake_printed(struct fake_kiosk *kiosk, enum printer_outcome outcome, struct err err, uint32_t conditions)
{
    struct device_message message = {.class = DEVICE_PRINTER, .kind = DEVICE_RESULT, .err = err};
    const struct printer_event event = {
        .job = kiosk->journey->job, .outcome = outcome, .conditions = conditions};
    memcpy(&message.payload, &event, sizeof event);
    journey_device(kiosk->journey, &message);
}

void fake_another(struct fake_kiosk *kiosk)
{
    fake_printed(kiosk, PRINTER_PROVED, err_ok(), 0);
    fake_tap(kiosk, ACTION_ANOTHER, 0);
}

void fake_store(struct fake_kiosk *kiosk, enum store_answer_kind kind, struct err err)
{
    struct store_answer answer = {
        .kind = kind, .err = err, .number = "4827000010", .code = "YZ1:4827000010:X"};
    strcpy(answer.case_line.number, "4827000010");
    answer.case_line.saved_ms = kiosk->clock.wall_now_ms;
    journey_store(kiosk->journey, &answer);
}

void fake_keeps_cards(struct fake_kiosk *kiosk)
{
    struct store_answer answer = {.kind = STORE_LINK, .keeps_cards = true};
    journey_store(kiosk->journey, &answer);
}

void fake_found_kept(struct fake_kiosk *kiosk, bool found)
{
    struct store_answer answer = {.kind = STORE_FOUND_KEPT, .ticket = kiosk->kept_ticket, .found = found};
    buf_init_private(&answer.kept);
    if (found)
        buf_append(&answer.kept, kiosk->kept.data, kiosk->kept.length);
    journey_store(kiosk->journey, &answer);
}

static void answer_text(struct fake_kiosk *kiosk, const char *text)
{
    buf_clear(&kiosk->journey->visit->draft.text);
    buf_append_text(&kiosk->journey->visit->draft.text, text);
}

static void answer_question(struct fake_kiosk *kiosk)
{
    switch (kiosk->journey->visit->draft.input) {
    case VIEW_ONE:
        /* The usual case: the bank card is still in use, papers are added. */
        fake_tap(kiosk, ACTION_CHOICE,
                 strstr(kiosk->journey->visit->draft.ref, "bank_ok") ||
                         strstr(kiosk->journey->visit->draft.ref, "/want")
                     ? 0
                     : 1);
        return;
    case VIEW_TEXT:
        answer_text(kiosk, "王小张");
        break;
    case VIEW_DIGITS:
        answer_text(kiosk, "13800001234");
        break;
    default:
        break;
    }
    fake_tap(kiosk, kiosk->journey->visit->draft.input == VIEW_SIGNATURE ? ACTION_CANNOT_SIGN : ACTION_NEXT,
             0);
}

void fake_step(struct fake_kiosk *kiosk)
{
    switch (kiosk->journey->state) {
    case STATE_ATTRACT:
    case STATE_GUIDE:
        fake_tap(kiosk, ACTION_NEXT, 0);
        break;
    case STATE_HOME:
        fake_tap(kiosk, ACTION_SERVICE, 0);
        break;
    case STATE_CONSENT:
        fake_tap(kiosk, ACTION_YES, 0);
        break;
    case STATE_CARD:
        fake_place_card(kiosk);
        break;
    case STATE_QUESTION:
        answer_question(kiosk);
        break;
    case STATE_REVIEW:
        fake_tap(kiosk, ACTION_SUBMIT, 0);
        break;
    case STATE_SAVING:
        fake_store(kiosk, kiosk->journey->visit->number[0] ? STORE_SAVED : STORE_NUMBER, err_ok());
        break;
    default:
        fail_msg("nobody knows the way from %s", journey_state(kiosk->journey));
    }
}

void fake_go(struct fake_kiosk *kiosk, const char *state)
{
    for (int i = 0; i < 40 && strcmp(journey_state(kiosk->journey), state) != 0; i++) {
        fake_look(kiosk);
        fake_step(kiosk);
    }
    assert_state(kiosk, state);
    fake_look(kiosk);
}

void assert_state(const struct fake_kiosk *kiosk, const char *state)
{
    assert_string_equal(journey_state(kiosk->journey), state);
}
