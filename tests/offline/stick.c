#include "tests/offline/stick.h"
#include "offline/crypto.h"
#include "tests/unit/cmocka.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

void stick_dir(const struct story *story, char out_path[96])
{
    snprintf(out_path, 96, "%s/stick", story->dir);
    mkdir(out_path, 0755);
}

struct courier_counts stick_export(struct story *story)
{
    struct courier_counts counts;
    char stick[96];
    stick_dir(story, stick);
    assert_ok(courier_export(story->kiosk.outbox, story->kiosk.key, 17, stick, NULL, &counts));
    return counts;
}

struct device_key *stick_key(const struct story *story, const char *name)
{
    struct device_key *key = NULL;
    char dir[96];
    snprintf(dir, sizeof dir, "%s/%s", story->dir, name);
    mkdir(dir, 0700);
    assert_ok(device_key_open(dir, &key));
    return key;
}

struct courier_counts stick_upload_by(struct story *story, const char *office)
{
    struct openrosa client;
    struct courier_counts counts;
    struct device_key *key = stick_key(story, office);
    char stick[96];

    stick_dir(story, stick);
    assert_ok(openrosa_init(&client, story->kiosk.http, &story->kiosk.clock.clock, story->platform.url));
    assert_ok(courier_upload(&client, key, &story->kiosk.clock.clock, stick, &counts));
    device_key_close(&key);
    return counts;
}

struct courier_counts stick_upload(struct story *story)
{
    return stick_upload_by(story, "office");
}

static void public_hex(struct story *story, const char *name, char out_hex[65])
{
    uint8_t public_key[DEVICE_KEY_SIZE];
    struct device_key *key = stick_key(story, name);
    device_key_public(key, public_key);
    device_key_close(&key);
    crypto_hex(public_key, sizeof public_key, out_hex);
}

struct courier_counts stick_import_as(struct story *story, int kiosk_number, int offices)
{
    struct courier_counts counts;
    char stick[96], office_key[1][65];
    const struct courier_trust trust = {story->kiosk.key, office_key, offices};

    public_hex(story, "office", office_key[0]);
    stick_dir(story, stick);
    assert_ok(courier_import(story->kiosk.outbox, &trust, kiosk_number, stick, &counts));
    return counts;
}

struct courier_counts stick_import(struct story *story)
{
    return stick_import_as(story, 17, 1);
}

void stick_save(struct story *story, int count, char numbers[][CASE_NUMBER_SIZE])
{
    for (int i = 0; i < count; i++)
        assert_ok(kiosk_apply(&story->kiosk, 90 * 1000, numbers[i]));
}

void stick_batches(const struct story *story, char out_path[160])
{
    snprintf(out_path, 160, "%s/stick/" COURIER_FOLDER, story->dir);
}

void stick_batch(struct story *story, const char *name, char out_path[300])
{
    char folder[160];
    stick_batches(story, folder);
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
        if (entry->d_name[0] != '.')
            snprintf(out_path, 300, "%s/%.60s%s%.100s", folder, entry->d_name, *name ? "/" : "", name);
    }
    closedir(open);
}

void stick_application(struct story *story, const char *number, const char *name, char out_path[300])
{
    char path[100];
    snprintf(path, sizeof path, "%s%s%.40s", kiosk_case(&story->kiosk, number).instance_id + 5,
             *name ? "/" : "", name);
    stick_batch(story, path, out_path);
}

void stick_damage(const char *path, long at)
{
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
}
