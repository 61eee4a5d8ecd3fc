/* yizhanctl courier export | upload | import: sealed applications on a stick, for a kiosk without a link. */
#include "offline/courier.h"
#include "app/ctl/command.h"
#include "app/ctl/options.h"
#include "app/ctl/stores.h"
#include "offline/credentials.h"
#include "offline/crypto.h"
#include "offline/http.h"
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONNECT_TIMEOUT_MS = 20 * 1000, STALL_TIMEOUT_MS = 60 * 1000, EXIT_LEFT = 1 };

static json_t *counts_json(const struct courier_counts *counts)
{
    return json_pack("{s:b, s:i, s:i, s:s, s:i, s:i, s:s}", "ok", counts->refused == 0, "applications",
                     counts->applications, "left", counts->left, "why_left", counts->why_left, "batches",
                     counts->batches, "refused", counts->refused, "error", counts->refusal);
}

static void print_json(const struct courier_counts *counts)
{
    json_t *object = counts_json(counts);
    json_dumpf(object, stdout, JSON_COMPACT);
    puts("");
    json_decref(object);
}

/* What was refused is said, whatever else went well. */
static int report(bool json, const char *done, const struct courier_counts *counts)
{
    if (json)
        print_json(counts);
    else
        printf("%d applications %s, %d batches\n", counts->applications, done, counts->batches);
    if (!json && counts->left > 0)
        printf("%d were not taken now (%s): the stick keeps them, try again\n", counts->left,
               counts->why_left);
    if (!json && counts->refused > 0)
        fprintf(stderr, "yizhanctl: refused %d, nothing was taken from them: %s\n", counts->refused,
                counts->refusal);
    return counts->left > 0 || counts->refused > 0 ? EXIT_LEFT : 0;
}

/* A folder that is not there is a stick that is not mounted: not the same as one with nothing on it. */
static struct err check_folder(const char *dir)
{
    struct stat info;
    if (!dir)
        return err_make(ERR_DATA, "ctl", 0, "which folder? name where the stick is mounted");
    if (stat(dir, &info) != 0)
        return err_errno("ctl", errno, "no stick at %.150s", dir);
    return S_ISDIR(info.st_mode) ? err_ok() : err_make(ERR_DATA, "ctl", 0, "%.150s is not a folder", dir);
}

static struct err export_to(struct stores *stores, const struct device_key *key,
                            struct courier_counts *counts)
{
    return courier_export(stores->outbox, key, stores->config.kiosk.number, stores->word, NULL, counts);
}

static struct err import_from(struct stores *stores, const struct device_key *key,
                              struct courier_counts *counts)
{
    const struct config *config = &stores->config;
    const struct courier_trust trust = {key, config->courier.office_key, config->courier.office_count};
    return courier_import(stores->outbox, &trust, config->kiosk.number, stores->word, counts);
}

static int with_stick(int argc, char **argv, const char *done,
                      struct err (*work)(struct stores *stores, const struct device_key *key,
                                         struct courier_counts *counts))
{
    struct stores stores;
    struct device_key *key = NULL;
    struct courier_counts counts = {0};
    int status = 0;

    if (!stores_open(&stores, argc, argv, &status))
        return status;
    struct err e = check_folder(stores.word);
    if (!err_is(&e))
        e = device_key_open(stores.config.secrets.dir, &key);
    if (!err_is(&e))
        e = work(&stores, key, &counts);
    device_key_close(&key);
    if (err_is(&e))
        return stores_fail(&stores, &e);
    status = report(stores.json, done, &counts);
    stores_close(&stores);
    return status;
}

int command_courier_export(int argc, char **argv)
{
    return with_stick(argc, argv, "are on the stick", export_to);
}

int command_courier_import(int argc, char **argv)
{
    return with_stick(argc, argv, "were received", import_from);
}

/* ---- at the office: no kiosk, no stores ---- */

struct office {
    const char *dir, *url, *password_file, *key_dir;
    struct http_curl_config http;
    bool json;
};

static bool read_options(struct office *office, int argc, char **argv)
{
    const struct option_place places[] = {{"url", .value = &office->url},
                                          {"key", .value = &office->key_dir},
                                          {"user", .value = &office->http.user},
                                          {"password-file", .value = &office->password_file},
                                          {"ca", .value = &office->http.ca},
                                          {"json", .given = &office->json},
                                          {.name = NULL}};
    *office = (struct office){
        .http = {.connect_timeout_ms = CONNECT_TIMEOUT_MS, .stall_timeout_ms = STALL_TIMEOUT_MS}};
    return options_read(argc, argv, places, &office->dir, 1) && office->dir && office->url && office->key_dir;
}

/* A folder beside the right one holds nothing to send, and a key made anew signs receipts that no kiosk
 * believes. */
static struct err check_office(const struct office *office)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/" COURIER_FOLDER, office->dir);
    if (length < 0 || (size_t)length >= sizeof path || access(path, F_OK) != 0)
        return err_make(ERR_DATA, "ctl", 0,
                        "no kiosk has left anything at %.150s: there is no folder " COURIER_FOLDER,
                        office->dir);
    return device_key_is_made(office->key_dir)
               ? err_ok()
               : err_make(ERR_DATA, "ctl", 0,
                          "no key in %.150s: name the folder that yizhanctl courier key made",
                          office->key_dir);
}

static struct err upload(struct office *office, struct courier_counts *counts)
{
    struct buf password;
    struct http *http = NULL;
    struct device_key *key = NULL;
    struct openrosa client;

    buf_init_private(&password);
    struct err e = device_key_open(office->key_dir, &key);
    if (!err_is(&e) && office->password_file)
        e = credentials_read(office->password_file, &password);
    office->http.password = buf_text(&password);
    if (!err_is(&e))
        e = http_curl_create(&office->http, &http);
    if (!err_is(&e))
        e = openrosa_init(&client, http, clock_system(), office->url);
    if (!err_is(&e))
        e = courier_upload(&client, key, clock_system(), office->dir, counts);
    device_key_close(&key);
    http_destroy(&http);
    buf_finish(&password);
    return e;
}

int command_courier_upload(int argc, char **argv)
{
    struct office office;
    struct courier_counts counts = {0};

    signal(SIGPIPE, SIG_IGN); /* a TLS connection that closes is an error, not the end */

    if (!read_options(&office, argc, argv))
        return COMMAND_USAGE;
    struct err e = check_folder(office.dir);
    if (!err_is(&e))
        e = check_office(&office);
    if (!err_is(&e))
        e = upload(&office, &counts);
    if (err_is(&e)) {
        struct stores none = {.json = office.json};
        return stores_fail(&none, &e);
    }
    return report(office.json, "were received", &counts);
}

/* The office's key is made where it will stay; only its public half is told. */
int command_courier_key(int argc, char **argv)
{
    struct device_key *key = NULL;
    uint8_t public_key[DEVICE_KEY_SIZE];
    char hex[2 * DEVICE_KEY_SIZE + 1];

    if (argc != 1)
        return COMMAND_USAGE;
    struct err e = mkdir(argv[0], 0700) == 0 || errno == EEXIST
                       ? device_key_open(argv[0], &key)
                       : err_errno("ctl", errno, "make %.150s", argv[0]);
    if (err_is(&e)) {
        struct stores none = {0};
        return stores_fail(&none, &e);
    }
    device_key_public(key, public_key);
    device_key_close(&key);
    crypto_hex(public_key, sizeof public_key, hex);
    printf("%s\n", hex);
    return 0;
}
