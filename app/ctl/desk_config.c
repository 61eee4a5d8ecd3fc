#include "app/ctl/desk_config.h"

#include "board/base/ini.h"
#include "offline/crypto.h"
#include "offline/device_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct err wrong(const struct ini_entry *entry, const char *what)
{
    return err_make(ERR_DATA, "desk", 0, "%s line %d: %s %s", entry->file, entry->line, entry->key, what);
}

static struct err take_text(const struct ini_entry *entry, char *out_text, size_t size)
{
    if (*entry->value == '\0' || strlen(entry->value) >= size)
        return wrong(entry, "is empty or too long");
    snprintf(out_text, size, "%s", entry->value);
    return err_ok();
}

static struct err take_number(const struct ini_entry *entry, int *out_number)
{
    char *end = NULL;
    long number = strtol(entry->value, &end, 10);
    if (end == entry->value || *end || number < 1 || number > 1000000)
        return wrong(entry, "is a number of Central's");
    *out_number = (int)number;
    return err_ok();
}

static struct err take_kiosk(const struct ini_entry *entry, struct desk_config *config)
{
    char *end = NULL;
    long number = strtol(entry->key, &end, 10);
    if (*end || number < 1 || number > 9999)
        return wrong(entry, "is no kiosk's number");
    if (config->kiosk_count == DESK_KIOSKS_MAX)
        return wrong(entry, "is one kiosk too many");
    struct desk_kiosk *kiosk = &config->kiosks[config->kiosk_count++];
    kiosk->number = (int)number;
    struct buf bytes = {0};
    struct err e = crypto_unbase64(entry->value, &bytes);
    bool is_key = !err_is(&e) && bytes.length == DEVICE_KEY_SIZE;
    buf_finish(&bytes);
    return is_key ? take_text(entry, kiosk->public_key, sizeof kiosk->public_key)
                  : wrong(entry, "has another key than a kiosk's: copy the whole line of its key.txt");
}

static struct err take_entry(void *context, const struct ini_entry *entry)
{
    struct desk_config *config = context;
    const struct {
        const char *section, *key;
        char *text;
        size_t size;
        int *number;
    } known[] = {
        {"central", "url", config->url, sizeof config->url, NULL},
        {"central", "user", config->user, sizeof config->user, NULL},
        {"central", "password_file", config->password_file, sizeof config->password_file, NULL},
        {"central", "ca", config->ca, sizeof config->ca, NULL},
        {"central", "project", NULL, 0, &config->project},
        {"central", "fleet", NULL, 0, &config->fleet},
        {"key", "private", config->private_key, sizeof config->private_key, NULL},
        {"key", "passphrase_file", config->passphrase_file, sizeof config->passphrase_file, NULL},
        {"desk", "dir", config->dir, sizeof config->dir, NULL},
    };
    if (!entry->key)
        return err_ok();
    if (strcmp(entry->section, "kiosks") == 0)
        return take_kiosk(entry, config);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(entry->section, known[i].section) == 0 && strcmp(entry->key, known[i].key) == 0)
            return known[i].number ? take_number(entry, known[i].number)
                                   : take_text(entry, known[i].text, known[i].size);
    return wrong(entry, "is not known here");
}

struct err desk_config_load(const char *path, struct desk_config *out_config)
{
    *out_config = (struct desk_config){0};
    TRY(ini_read(path, take_entry, out_config));
    const struct {
        const char *name;
        bool is_there;
    } needed[] = {
        {"[central] url", *out_config->url},
        {"[central] user", *out_config->user},
        {"[central] password_file", *out_config->password_file},
        {"[central] project", out_config->project > 0},
        {"[key] private", *out_config->private_key},
        {"[desk] dir", *out_config->dir},
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed[i].is_there)
            return err_make(ERR_DATA, "desk", 0, "%s: %s is missing", path, needed[i].name);
    return err_ok();
}
