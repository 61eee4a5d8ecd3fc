#include "tests/offline/kiosk.h"
#include "board/base/random.h"
#include "offline/application.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CONNECT_MS = 5000, STALL_MS = 2000 };

static const int64_t NOW_MS = 1787500800000; /* 2026-08-23T16:00:00Z */

static const char CONFIG[] =
    "[kiosk]\nnumber = 17\nplace = 青溪镇便民点\nlang = zh-CN\nmount_height_mm = 900\n"
    "panel_mm = 268x476\n[store]\ndir = %s/store\n[platform]\nurl = %s\n%s\n"
    "[seal]\nsuite = odk\nkey_sha256 = %s\n[secrets]\ndir = %s/secrets\n[sync]\nspread_s = 0\n";

void kiosk_write_config(const char *dir, const char *url, const char *key_sha256, const char *extra)
{
    char path[160];

    snprintf(path, sizeof path, "%s/store", dir);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/secrets", dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/kiosk.ini", dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, CONFIG, dir, url, extra, key_sha256, dir);
    assert_int_equal(fclose(file), 0);
}

static void open_sync(struct kiosk *kiosk)
{
    struct http_curl_config http = {.connect_timeout_ms = CONNECT_MS, .stall_timeout_ms = STALL_MS};
    struct sync_setup setup = {
        .endpoint = ENDPOINT_PLATFORM,
        .url = kiosk->config.platform.url,
        .outbox = kiosk->outbox,
        .forms = kiosk->forms,
        .clock = &kiosk->clock.clock,
        .temp_dir = kiosk->config.store.dir,
        .policy = policy_default(0),
    };
    assert_ok(http_curl_create(&http, &kiosk->http));
    setup.http = kiosk->http;
    assert_ok(sync_create(&setup, &kiosk->sync));
}

void kiosk_open(struct kiosk *kiosk, const char *dir)
{
    *kiosk = (struct kiosk){0};
    snprintf(kiosk->dir, sizeof kiosk->dir, "%s", dir);
    snprintf(kiosk->config_path, sizeof kiosk->config_path, "%s/kiosk.ini", dir);
    clock_fake_init(&kiosk->clock, NOW_MS);
    assert_ok(config_load(kiosk->config_path, &kiosk->config));
    assert_ok(device_key_open(kiosk->config.secrets.dir, &kiosk->key));
    struct outbox_options outbox = {.dir = kiosk->config.store.dir,
                                    .kiosk_number = kiosk->config.kiosk.number,
                                    .clock = &kiosk->clock.clock};
    assert_ok(outbox_open(&outbox, &kiosk->outbox));
    struct formstore_options forms = {.dir = kiosk->config.store.dir, .clock = &kiosk->clock.clock};
    assert_ok(formstore_open(&forms, &kiosk->forms));
    open_sync(kiosk);
}

void kiosk_close(struct kiosk *kiosk)
{
    sync_destroy(&kiosk->sync);
    http_destroy(&kiosk->http);
    formstore_close(&kiosk->forms);
    outbox_close(&kiosk->outbox);
    device_key_close(&kiosk->key);
}

/* ---- applications ---- */

/* As the form engine would hand it over; the platform's mark of encryption is an attribute of the form's XML.
 */
static void read_key(const char *form_xml, char *out_key, size_t size)
{
    static const char NAME[] = "base64RsaPublicKey=\"";
    const char *at = strstr(form_xml, NAME);
    out_key[0] = '\0';
    if (at)
        snprintf(out_key, size, "%.*s", (int)strcspn(at + sizeof NAME - 1, "\""), at + sizeof NAME - 1);
}

static struct err find_form(struct kiosk *kiosk, struct formstore_form *out_form, char *out_key,
                            size_t key_size)
{
    struct formstore_list list = {0};
    struct buf xml = {0};

    TRY(formstore_offered(kiosk->forms, &list));
    if (list.count == 0)
        return err_make(ERR_REFUSED, "test", 0, "no form is offered");
    *out_form = list.items[0];
    formstore_list_finish(&list);
    struct err e = formstore_xml(kiosk->forms, out_form->row, &xml);
    read_key(buf_text(&xml), out_key, key_size);
    buf_finish(&xml);
    return e;
}

static int write_instance(const struct formstore_form *form, const char *number, const char *id,
                          char *out_xml, size_t size)
{
    return snprintf(out_xml, size,
                    "<data id=\"%s\" version=\"%s\" "
                    "xmlns:orx=\"http://openrosa.org/xforms\"><case_number>%s</case_number>"
                    "<name>王秀兰</name><photo>photo.jpg</photo><orx:meta><orx:instanceID>%s</orx:instanceID>"
                    "</orx:meta></data>",
                    form->id, form->version, number, id);
}

struct err kiosk_apply(struct kiosk *kiosk, size_t media_size, char out_number[CASE_NUMBER_SIZE])
{
    struct formstore_form form;
    char key[1024], id[64] = "uuid:", xml[1024], code[RECEIPT_CODE_SIZE];
    char *photo = calloc(1, media_size + 1);
    struct seal_file media = {.name = "photo.jpg", .bytes = photo, .size = media_size};

    assert_non_null(photo);
    random_uuid(id + 5);
    struct err e = find_form(kiosk, &form, key, sizeof key);
    if (!err_is(&e))
        e = outbox_take_number(kiosk->outbox, out_number);
    if (!err_is(&e)) {
        int length = write_instance(&form, out_number, id, xml, sizeof xml);
        struct application application = {.number = out_number,
                                          .endpoint = ENDPOINT_PLATFORM,
                                          .form_id = form.id,
                                          .form_version = form.version,
                                          .public_key = key,
                                          .instance_id = id,
                                          .xml = xml,
                                          .xml_size = (size_t)length,
                                          .media = &media,
                                          .media_count = 1,
                                          .trust = OUTBOX_TIME_NTP};
        e = application_save(&kiosk->config, kiosk->key, kiosk->outbox, &application, code);
    }
    free(photo);
    return e;
}

/* ---- asking ---- */

void kiosk_sync(struct kiosk *kiosk, enum sync_urgency urgency)
{
    int purged = 0;
    kiosk->counts = (struct sync_counts){0};
    assert_ok(sync_run(kiosk->sync, urgency, &kiosk->counts));
    assert_ok(outbox_sweep(kiosk->outbox, &purged));
}

struct outbox_case kiosk_case(struct kiosk *kiosk, const char *number)
{
    struct outbox_case item;
    bool found = false;
    assert_ok(outbox_find_number(kiosk->outbox, number, &item, &found));
    assert_true(found);
    return item;
}

struct outbox_counts kiosk_counts(struct kiosk *kiosk)
{
    struct outbox_counts counts;
    assert_ok(outbox_count(kiosk->outbox, &counts));
    return counts;
}

struct outbox_link kiosk_link(struct kiosk *kiosk)
{
    struct outbox_link link;
    assert_ok(outbox_get_link(kiosk->outbox, ENDPOINT_PLATFORM, &link));
    return link;
}
