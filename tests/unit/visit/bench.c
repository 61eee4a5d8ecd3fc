#include "tests/unit/visit/bench.h"

#include "app/fleet/pin.h"
#include "app/visit/child.h"
#include "board/base/file.h"
#include "offline/courier_internal.h"
#include "offline/device_key.h"
#include "offline/formstore.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WHO     "Technician of the development fleet"
#define PIN     "204816"
#define PIN_KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
enum { KIOSK = 42, IDS_MAX = 64 };

static const char VISIT_FORM[] =
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head>"
    "<h:title>Visit</h:title><model><instance><data id=\"technician-visit\" "
    "version=\"1\"><technician/><result/>"
    "<meta><instanceID/></meta></data></instance></model></h:head><h:body><input ref=\"/data/technician\">"
    "<label>Who</label></input></h:body></h:html>";
static const char NEW_FORM[] =
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head>"
    "<h:title>New</h:title><model><instance><data id=\"new-form\" "
    "version=\"1\"><a/><meta><instanceID/></meta>"
    "</data></instance></model></h:head><h:body><input "
    "ref=\"/data/a\"><label>A</label></input></h:body></h:html>";

static void run(const char *const *argv)
{
    assert_ok(child_run(argv, NULL, NULL));
}

static void copy_folder(const char *from, const char *to)
{
    run((const char *const[]){"cp", "-r", from, to, NULL});
}

static void write_text(const char *folder, const char *name, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_ok(file_write(path, text, strlen(text), 0644));
}

/* ---- the fleet and its stick ---- */

static void install(const char *dir, const struct clock *clock, enum endpoint endpoint, const char *id,
                    const char *xml)
{
    struct formstore *forms = NULL;
    int64_t row = 0;
    const struct formstore_options options = {.dir = dir, .clock = clock};
    const struct formstore_install form = {.endpoint = endpoint,
                                           .id = id,
                                           .version = "1",
                                           .title = id,
                                           .hash = "md5:1",
                                           .manifest_hash = "",
                                           .xml = xml,
                                           .xml_size = strlen(xml)};
    assert_ok(formstore_open(&options, &forms));
    assert_ok(formstore_install(forms, &form, &row));
    formstore_close(&forms);
}

static void print_config(char *out_text, size_t size, const char *store, const char *fleet,
                         const char *verifier, const char *place)
{
    snprintf(out_text, size,
             "[kiosk]\nnumber = %d\nplace = %s\n[store]\ndir = %s\n[platform]\nurl = https://example.org/v1\n"
             "[secrets]\ndir = %s/secrets\n[seal]\nallow_unsealed = yes\n[visit]\nca = %s/ca/ca.pem\ntown = "
             "qingxi\n"
             "pin = %s\npin_key = %s/pin.key\n",
             KIOSK, place, store, store, fleet, verifier, fleet);
}

/* The restored configuration names another place. */
void bench_make_fleet(char out_dir[64])
{
    char path[200], stick[200], verifier[PIN_HEX], config[2000], ca[200];
    struct clock_fake clock;
    struct pin_key key;
    clock_fake_init(&clock, FIXTURE_NOW_MS);
    strcpy(out_dir, "/dev/shm/yizhan-fleet-XXXXXX");
    assert_non_null(mkdtemp(out_dir));
    snprintf(ca, sizeof ca, "%s/ca", out_dir);
    run((const char *const[]){YIZHAN_ROOT "/board/rauc/test-ca", ca, NULL});
    snprintf(path, sizeof path, "%s/pin.key", out_dir);
    assert_ok(file_write(path, PIN_KEY, strlen(PIN_KEY), 0600));
    assert_ok(pin_key_read(path, &key));
    assert_ok(pin_make(&key, WHO, PIN, verifier));
    write_text(out_dir, "verifier", verifier);
    snprintf(stick, sizeof stick, "%s/stick", out_dir);
    assert_int_equal(mkdir(stick, 0755), 0);
    install(stick, &clock.clock, ENDPOINT_PLATFORM, "new-form", NEW_FORM);
    write_text(out_dir, "bundle", "not a bundle, but signed for");
    print_config(config, sizeof config, "/var/lib/yizhan/store", "/etc", verifier, "restored");
    write_text(stick, "kiosk-0042.ini", config);
    snprintf(path, sizeof path, "%s/bundle", out_dir);
    run((const char *const[]){YIZHAN_ROOT "/board/stick/make", "--unchecked", "--town", "qingxi", "--ca", ca,
                              "--out", stick, "--bundle", path, "--bundle-version", "0.4.0", "--actions",
                              "update,forms,courier,logs,config,selftest", NULL});
}

void bench_sign(struct bench *bench, const char *fleet, const char *actions)
{
    bench_sign_later(bench, fleet, actions, "0");
}

void bench_sign_later(struct bench *bench, const char *fleet, const char *actions, const char *from)
{
    char ca[200];
    snprintf(ca, sizeof ca, "%s/ca", fleet);
    fixture_remove_dir(bench->stick);
    run((const char *const[]){YIZHAN_ROOT "/board/stick/make", "--unchecked", "--town", "qingxi", "--kiosks",
                              "42", "--ca", ca, "--out", bench->stick, "--actions", actions, "--from", from,
                              NULL});
    bench->clock.wall_now_ms =
        clock_system()->wall_ms(clock_system()) + 1000; /* the pass was made by that clock */
}

/* ---- the technician ---- */

static struct bench *self(void *context)
{
    return context;
}

static void show(void *context, const struct technician_view *view)
{
    struct bench *bench = self(context);
    bench->view = *view;
    if (++bench->shown == bench->pull_at && !bench->is_pulled) {
        assert_int_equal(rename(bench->stick, bench->away), 0);
        bench->is_pulled = true;
    }
}

static bool answer_plan(const struct bench *bench, struct technician_event *event)
{
    event->kind = bench->cancels                                 ? TECHNICIAN_CANCEL
                  : bench->view.ask == TECHNICIAN_ASKS_START     ? TECHNICIAN_START
                  : bench->view.ask == TECHNICIAN_ASKS_SELF_TEST ? TECHNICIAN_TESTED
                                                                 : TECHNICIAN_PRINTED;
    event->print = VERDICT_GOOD;
    for (int i = 0; i < TEST_COUNT; i++)
        event->tests[i] = VERDICT_GOOD;
    return bench->view.ask != TECHNICIAN_ASKS_NOTHING;
}

static bool await(void *context, int timeout_ms, struct technician_event *out_event)
{
    struct bench *bench = self(context);
    *out_event = (struct technician_event){.kind = TECHNICIAN_SHOWN};
    switch (bench->view.screen) {
    case TECHNICIAN_CHECKING:
        return true;
    case TECHNICIAN_PIN:
        clock_fake_advance(&bench->clock, bench->view.wait_s > 0 ? timeout_ms : 0);
        if (bench->view.wait_s > 0 || !bench->pin)
            clock_fake_advance(&bench->clock, timeout_ms);
        out_event->kind = TECHNICIAN_PIN_TYPED;
        snprintf(out_event->pin, sizeof out_event->pin, "%s", bench->pin ? bench->pin : "");
        bench->pins += bench->pin && bench->view.wait_s == 0;
        return bench->pin && bench->view.wait_s == 0;
    case TECHNICIAN_PLAN:
        return answer_plan(bench, out_event);
    default:
        clock_fake_advance(&bench->clock, timeout_ms);
        return false;
    }
}

static struct err install_bundle(void *context, const char *bundle,
                                 void (*progress)(void *context, int percent), void *progress_context)
{
    struct bench *bench = self(context);
    progress(progress_context, 40);
    if (bench->rauc_fails)
        return err_make(ERR_REFUSED, "rauc", 1, "signature verification failed");
    progress(progress_context, 100);
    bench->installs++;
    snprintf(bench->installed, sizeof bench->installed, "%s", bundle);
    return access(bundle, R_OK) == 0 ? err_ok() : err_make(ERR_DATA, "rauc", 0, "no such bundle");
}

static bool is_on_trial(void *context)
{
    return self(context)->on_trial;
}

static struct err journal(void *context, struct buf *out_text)
{
    (void)context;
    buf_append_text(out_text, "yizhan-kiosk: started\n");
    return buf_check(out_text, "bench");
}

/* ---- the kiosk ---- */

static void queue_applications(struct bench *bench)
{
    char number[CASE_NUMBER_SIZE];
    struct outbox *outbox = fixture_open(bench->store, &bench->clock.clock, NULL);
    for (int i = 0; i < BENCH_APPLICATIONS; i++)
        assert_ok(fixture_save(outbox, 1000, number));
    outbox_close(&outbox);
}

void bench_start(struct bench *bench, const char *fleet)
{
    char path[200], text[2000];
    struct buf verifier = {0};
    *bench = (struct bench){.pin = PIN};
    strcpy(bench->dir, "/dev/shm/yizhan-visit-XXXXXX");
    assert_non_null(mkdtemp(bench->dir));
    snprintf(bench->store, sizeof bench->store, "%s/store", bench->dir);
    snprintf(bench->stick, sizeof bench->stick, "%s/stick", bench->dir);
    snprintf(bench->away, sizeof bench->away, "%s/away", bench->dir);
    snprintf(bench->config_path, sizeof bench->config_path, "%s/kiosk.ini", bench->dir);
    snprintf(path, sizeof path, "%s/secrets", bench->store);
    assert_int_equal(mkdir(bench->store, 0755), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/verifier", fleet);
    assert_ok(file_read(path, 100, &verifier));
    print_config(text, sizeof text, bench->store, fleet, buf_text(&verifier), "as it was");
    buf_finish(&verifier);
    write_text(bench->dir, "kiosk.ini", text);
    assert_ok(config_load(bench->config_path, &bench->config));
    snprintf(path, sizeof path, "%s/stick", fleet);
    copy_folder(path, bench->stick);
    /* now: the pass was made by the wall clock */
    clock_fake_init(&bench->clock, clock_system()->wall_ms(clock_system()) + 1000);
    install(bench->store, &bench->clock.clock, ENDPOINT_FLEET, "technician-visit", VISIT_FORM);
    queue_applications(bench);
    bench->ports = (struct visit_ports){bench, show, await, install_bundle, is_on_trial, journal};
}

void bench_stop(struct bench *bench)
{
    run((const char *const[]){"rm", "-rf", bench->dir, NULL});
}

struct visit_result bench_visit(struct bench *bench)
{
    const struct visit_setup setup = {&bench->config, bench->config_path, "0.3.0", &bench->clock.clock,
                                      &bench->ports};
    struct visit_result result = {.end = VISIT_REFUSED};
    struct mount *stick = NULL;
    assert_ok(mount_open(bench->stick, bench->dir, &stick));
    assert_ok(visit_run(&setup, stick, &result));
    mount_close(&stick);
    return result;
}

void bench_put_back(struct bench *bench)
{
    if (bench->is_pulled)
        assert_int_equal(rename(bench->away, bench->stick), 0);
    bench->is_pulled = false;
    bench->pull_at = 0;
}

/* ---- counting ---- */

struct carried {
    struct bench_count *count;
    char ids[IDS_MAX][40];
};

static struct err count_batch(void *context, const struct courier_batch *batch)
{
    struct carried *carried = context;
    for (const struct courier_application *a = batch->applications; a; a = a->next) {
        int known = 0;
        for (const struct courier_file *file = a->files; file; file = file->next) {
            struct buf bytes = {0};
            struct err e = courier_file_read(batch, a, file, &bytes);
            buf_finish(&bytes);
            if (err_is(&e))
                return e;
        }
        while (known < carried->count->carried && strcmp(carried->ids[known], a->id) != 0)
            known++;
        if (known == carried->count->carried)
            snprintf(carried->ids[carried->count->carried++], sizeof carried->ids[0], "%s", a->id);
    }
    carried->count->batches++;
    return err_ok();
}

struct bench_count bench_count(struct bench *bench)
{
    struct bench_count count = {0};
    struct carried carried = {.count = &count};
    struct courier_counts seen = {0};
    struct outbox_list list = {0};
    struct formstore *forms = NULL;
    struct formstore_list offered = {0};
    struct outbox *outbox = fixture_open(bench->store, &bench->clock.clock, NULL);
    const struct formstore_options options = {.dir = bench->store, .clock = &bench->clock.clock};
    assert_ok(outbox_list(outbox, 0, 0, 100, &list));
    for (size_t i = 0; i < list.count; i++) {
        bool is_visit = strcmp(list.items[i].form_id, "technician-visit") == 0;
        count.visits += is_visit;
        count.queued += !is_visit && list.items[i].state == OUTBOX_QUEUED;
        count.on_stick += !is_visit && list.items[i].state == OUTBOX_ON_STICK;
    }
    outbox_list_finish(&list);
    outbox_close(&outbox);
    assert_ok(formstore_open(&options, &forms));
    assert_ok(formstore_offered(forms, &offered));
    count.forms = (int)offered.count;
    formstore_list_finish(&offered);
    formstore_close(&forms);
    assert_ok(
        courier_each_batch(bench->is_pulled ? bench->away : bench->stick, &seen, count_batch, &carried));
    return count;
}

bool bench_config_is_restored(const struct bench *bench)
{
    struct buf text = {0};
    assert_ok(file_read(bench->config_path, 10000, &text));
    bool restored = strstr(buf_text(&text), "place = restored") != NULL;
    assert_true(restored || strstr(buf_text(&text), "place = as it was"));
    buf_finish(&text);
    return restored;
}

const struct technician_step *bench_step(const struct bench *bench, const char *name)
{
    for (size_t i = 0; i < bench->view.step_count; i++)
        if (strcmp(bench->view.steps[i].name, name) == 0)
            return &bench->view.steps[i];
    return NULL;
}
