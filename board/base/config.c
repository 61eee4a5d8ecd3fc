#include "board/base/config.h"

#include "board/base/ini.h"

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct key;

/* Reads one value into the config; the text of its error says what the value should look like. */
#define PARSER(name) struct err name(const struct key *key, const char *value, struct config *config)

struct key {
    const char *section;
    const char *name;
    PARSER((*parse));
    size_t offset; /* of the field in struct config */
    size_t size;   /* of a text field */
    long min, max; /* of a number */
    bool required;
};

static PARSER(parse_text);
static PARSER(parse_number);
static PARSER(parse_bool);
static PARSER(parse_place);
static PARSER(parse_lang);
static PARSER(parse_panel);
static PARSER(parse_suite);
static PARSER(parse_pins);
static PARSER(parse_offices);
static PARSER(parse_visitors);
static PARSER(parse_url);

#define FIELD(member) offsetof(struct config, member), sizeof((struct config *)0)->member
#define TEXT(s, n, member)                                                                                   \
    {                                                                                                        \
        s, n, parse_text, FIELD(member), 0, 0, false                                                         \
    }
#define ENDPOINT(name, required)                                                                             \
    {#name, "url", parse_url, FIELD(name.url), 0, 0, required}, TEXT(#name, "user", name.user),              \
        TEXT(#name, "password_file", name.password_file), TEXT(#name, "ca", name.ca),                        \
        TEXT(#name, "client_cert", name.client_cert)

static const struct key keys[] = {
    {"kiosk", "number", parse_number, FIELD(kiosk.number), 1, 9999, true},
    {"kiosk", "place", parse_place, FIELD(kiosk.place), 0, 0, true},
    TEXT("kiosk", "phone", kiosk.phone),
    {"kiosk", "lang", parse_lang, FIELD(kiosk.lang), 0, 0, false},
    {"kiosk", "large_text_age", parse_number, FIELD(kiosk.large_text_age), 0, 150, false},
    {"kiosk", "mount_height_mm", parse_number, FIELD(kiosk.mount_height_mm), 0, 2000, false},
    {"kiosk", "panel_mm", parse_panel, 0, 0, 0, 0, false},
    {"store", "dir", parse_text, FIELD(store.dir), 0, 0, true},
    TEXT("store", "mirror", store.mirror),
    ENDPOINT(platform, true),
    ENDPOINT(fleet, false),
    ENDPOINT(update, false),
    TEXT("update", "ring", ring),
    {"seal", "suite", parse_suite, FIELD(seal.suite), 0, 0, false},
    {"seal", "key_sha256", parse_pins, 0, 0, 0, 0, false},
    {"seal", "allow_unsealed", parse_bool, FIELD(seal.allow_unsealed), 0, 0, false},
    {"courier", "office_key", parse_offices, 0, 0, 0, 0, false},
    {"secrets", "dir", parse_text, FIELD(secrets.dir), 0, 0, true},
    TEXT("visit", "dir", visit.dir),
    TEXT("visit", "ca", visit.ca),
    TEXT("visit", "town", visit.town),
    {"visit", "pin", parse_visitors, 0, 0, 0, 0, false},
    TEXT("visit", "pin_key", visit.pin_key),
    {"sync", "spread_s", parse_number, FIELD(sync.spread_s), 0, 86400, false},
};
enum { KEY_COUNT = sizeof keys / sizeof *keys };

struct loader {
    struct config config;
    bool seen[KEY_COUNT];
};

static struct err wrong(const char *format, ...) PRINTF_LIKE(1, 2);
static struct err wrong(const char *format, ...)
{
    char text[160];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_make(ERR_DATA, "config", 0, "%s", text);
}

static struct err copy_text(const char *value, size_t size, char *out_text)
{
    if (*value == '\0')
        return wrong("must not be empty");
    if (strlen(value) >= size)
        return wrong("is longer than %zu bytes", size - 1);
    memcpy(out_text, value, strlen(value) + 1);
    return err_ok();
}

static struct err parse_text(const struct key *key, const char *value, struct config *config)
{
    return copy_text(value, key->size, (char *)config + key->offset);
}

/* The languages that the kiosk's own words are written in; app/kiosk loads the same. */
static struct err parse_lang(const struct key *key, const char *value, struct config *config)
{
    if (strcmp(value, "zh-CN") != 0 && strcmp(value, "en") != 0)
        return wrong("must be zh-CN or en");
    return parse_text(key, value, config);
}

static struct err parse_number(const struct key *key, const char *value, struct config *config)
{
    char *end;
    long number = strtol(value, &end, 10);
    if (end == value || *end || number < key->min || number > key->max)
        return wrong("must be a whole number from %ld to %ld", key->min, key->max);
    *(int *)(void *)((char *)config + key->offset) = (int)number;
    return err_ok();
}

static struct err parse_bool(const struct key *key, const char *value, struct config *config)
{
    bool yes = strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "no") != 0)
        return wrong("must be yes or no");
    *(bool *)((char *)config + key->offset) = yes;
    return err_ok();
}

/* place = NAME or NAME @ LATITUDE LONGITUDE */
static struct err parse_place(const struct key *key, const char *value, struct config *config)
{
    char name[sizeof config->kiosk.place + 64];
    if (strlen(value) >= sizeof name)
        return wrong("is too long");
    strcpy(name, value);
    char *at = strrchr(name, '@');
    if (at) {
        double lat, lon;
        char rest;
        if (sscanf(at + 1, "%lf %lf %c", &lat, &lon, &rest) != 2 || lat < -90 || lat > 90 || lon < -180 ||
            lon > 180)
            return wrong("must be written NAME @ LATITUDE LONGITUDE, in degrees");
        config->kiosk.place_lat = lat;
        config->kiosk.place_lon = lon;
        config->kiosk.has_position = true;
        while (at > name && isspace((unsigned char)at[-1]))
            at--;
        *at = '\0';
    }
    return copy_text(name, key->size, config->kiosk.place);
}

static struct err parse_panel(const struct key *key, const char *value, struct config *config)
{
    (void)key;
    int width, height;
    char rest;
    if (sscanf(value, "%dx%d%c", &width, &height, &rest) != 2 || width < 50 || width > 2000 || height < 50 ||
        height > 2000)
        return wrong("must be the panel's WIDTHxHEIGHT in mm, 50 to 2000 each, as in 268x476");
    config->kiosk.panel_width_mm = width;
    config->kiosk.panel_height_mm = height;
    return err_ok();
}

static struct err parse_suite(const struct key *key, const char *value, struct config *config)
{
    if (strcmp(value, "odk") != 0 && strcmp(value, "sm") != 0)
        return wrong("must be odk or sm");
    return parse_text(key, value, config);
}

static bool is_hex_256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* HEX HEX ...: more than one while keys are rotated. */
static struct err take_pins(const char *value, const char *what, char (*pins)[65], int *count)
{
    char list[CONFIG_PINS_MAX * 66 + 1];
    if (strlen(value) >= sizeof list)
        return wrong("holds more than %d", CONFIG_PINS_MAX);
    strcpy(list, value);
    char *rest = list;
    for (char *pin; (pin = strtok_r(rest, " ,\t", &rest)) != NULL;) {
        if (!is_hex_256(pin))
            return wrong("must be %s, 64 lower-case hex digits each", what);
        if (*count == CONFIG_PINS_MAX)
            return wrong("holds more than %d", CONFIG_PINS_MAX);
        strcpy(pins[(*count)++], pin);
    }
    return err_ok();
}

static struct err parse_pins(const struct key *key, const char *value, struct config *config)
{
    (void)key;
    return take_pins(value, "SHA-256 fingerprints", config->seal.key_sha256, &config->seal.key_count);
}

static struct err parse_offices(const struct key *key, const char *value, struct config *config)
{
    (void)key;
    return take_pins(value, "offices' public keys (yizhanctl courier key)", config->courier.office_key,
                     &config->courier.office_count);
}

static struct err parse_visitors(const struct key *key, const char *value, struct config *config)
{
    (void)key;
    return take_pins(value, "PIN verifiers (yizhan-visit pin)", config->visit.pin, &config->visit.pin_count);
}

static struct err parse_url(const struct key *key, const char *value, struct config *config)
{
    if (strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0)
        return wrong("must begin with https:// (or http:// in tests)");
    TRY(parse_text(key, value, config));
    char *url = (char *)config + key->offset;
    for (size_t length = strlen(url); length > 0 && url[length - 1] == '/'; length--)
        url[length - 1] = '\0';
    return err_ok();
}

static int find_key(const struct ini_entry *entry)
{
    for (int i = 0; i < KEY_COUNT; i++)
        if (strcmp(keys[i].section, entry->section) == 0 &&
            (!entry->key || strcmp(keys[i].name, entry->key) == 0))
            return i;
    return -1;
}

static struct err visit(void *context, const struct ini_entry *entry)
{
    struct loader *loader = context;
    int i = find_key(entry);
    if (i < 0 && !entry->key)
        return err_make(ERR_DATA, "config", 0, "%s:%d: there is no section [%s]", entry->file, entry->line,
                        entry->section);
    if (i < 0)
        return err_make(ERR_DATA, "config", 0, "%s:%d: [%s] has no key %s", entry->file, entry->line,
                        entry->section, entry->key);
    if (!entry->key)
        return err_ok();
    if (loader->seen[i])
        return err_make(ERR_DATA, "config", 0, "%s:%d: [%s] %s is given twice", entry->file, entry->line,
                        entry->section, entry->key);
    loader->seen[i] = true;
    struct err e = keys[i].parse(&keys[i], entry->value, &loader->config);
    if (err_is(&e))
        return err_make(ERR_DATA, "config", 0, "%s:%d: %s %s", entry->file, entry->line, entry->key, e.text);
    return err_ok();
}

static void set_defaults(struct config *config)
{
    strcpy(config->kiosk.lang, "zh-CN");
    config->kiosk.large_text_age = 60;
    config->kiosk.mount_height_mm = 740;
    config->kiosk.panel_width_mm = 268;
    config->kiosk.panel_height_mm = 476;
    strcpy(config->seal.suite, "odk");
    config->sync.spread_s = 600;
}

static void put_beside(const char *path, const char *name, char *out_path, size_t size)
{
    const char *last = strrchr(path, '/');
    snprintf(out_path, size, "%.*s%s", last ? (int)(last - path) + 1 : 0, path, name);
}

struct err config_load(const char *path, struct config *out_config)
{
    struct loader loader = {0};
    set_defaults(&loader.config);
    TRY(ini_read(path, visit, &loader));
    for (int i = 0; i < KEY_COUNT; i++)
        if (keys[i].required && !loader.seen[i])
            return err_make(ERR_DATA, "config", 0, "%s: [%s] %s is missing", path, keys[i].section,
                            keys[i].name);
    if (*loader.config.update.url && (!*loader.config.ring || !*loader.config.visit.ca))
        return err_make(ERR_DATA, "config", 0,
                        "%s: [update] url needs [update] ring, and [visit] ca to check releases by", path);
    /* Beside the store, which yizhan-sync may write to; nobody who has the network shares this one. */
    if (!loader.config.visit.dir[0])
        put_beside(loader.config.store.dir, "visit", loader.config.visit.dir, sizeof loader.config.visit.dir);
    if (!loader.config.visit.pin_key[0])
        put_beside(path, "pin.key", loader.config.visit.pin_key, sizeof loader.config.visit.pin_key);
    *out_config = loader.config;
    return err_ok();
}
