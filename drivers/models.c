#include "drivers/models.h"
#include "board/base/ini.h"
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define MODELS_MAX 128

struct models {
    struct model rows[MODELS_MAX];
    size_t count;
};

struct loader {
    struct models *models;
    const struct driver *const *drivers;
};

static struct err complain(const struct ini_entry *entry, const char *what)
{
    return err_make(ERR_DATA, "models", 0, "%s:%d: [%s] %s: %s", entry->file, entry->line, entry->section,
                    entry->key ? entry->key : "", what);
}

int setting_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    int place = 0;
    for (const char *at = words; *at; place++) {
        size_t span = strcspn(at, " ");
        if (span == length && strncmp(at, word, span) == 0)
            return place;
        at += span + (at[span] == ' ');
    }
    return -1;
}

static const struct driver *find_driver(const struct driver *const *drivers, const char *name)
{
    for (; *drivers; drivers++)
        if (strcmp((*drivers)->name, name) == 0)
            return *drivers;
    return NULL;
}

static struct err begin_row(struct loader *loader, const struct ini_entry *entry)
{
    struct models *models = loader->models;
    if (models->count > 0 && !models->rows[models->count - 1].driver)
        return complain(entry, "the section before it names no driver");
    if (models->count == MODELS_MAX || strlen(entry->section) >= sizeof models->rows[0].match)
        return complain(entry, "too many sections or too long a name");
    struct model *row = &models->rows[models->count++];
    strcpy(row->match, entry->section);
    return err_ok();
}

static struct err set_driver(struct loader *loader, struct model *row, const struct ini_entry *entry)
{
    row->driver = find_driver(loader->drivers, entry->value);
    if (!row->driver)
        return complain(entry, "no such driver");
    const struct setting *settings = row->driver->settings;
    for (int i = 0; settings && settings[i].key; i++)
        row->values[i] = settings[i].fallback;
    return err_ok();
}

static struct err parse_value(const struct setting *setting, const struct ini_entry *entry, int *out_value)
{
    if (setting->words) {
        *out_value = setting_word(setting->words, entry->value);
        return *out_value >= 0 ? err_ok() : complain(entry, "not one of the words it may be");
    }
    char *end;
    errno = 0;
    long value = strtol(entry->value, &end, 0);
    if (errno || end == entry->value || *end || value < setting->min || value > setting->max)
        return complain(entry, "not a number, or out of range");
    *out_value = (int)value;
    return err_ok();
}

static struct err set_path(struct model *row, const struct ini_entry *entry)
{
    if (entry->value[0] != '/' || strlen(entry->value) >= sizeof row->path)
        return complain(entry, "not an absolute path, or too long");
    strcpy(row->path, entry->value);
    return err_ok();
}

static struct err set_value(struct model *row, const struct ini_entry *entry)
{
    if (!row->driver)
        return complain(entry, "driver must come first");
    const struct setting *settings = row->driver->settings;
    for (int i = 0; settings && settings[i].key; i++)
        if (strcmp(settings[i].key, entry->key) == 0)
            return settings[i].is_path ? set_path(row, entry)
                                       : parse_value(&settings[i], entry, &row->values[i]);
    return complain(entry, "unknown setting of this driver");
}

static struct err set_name(struct model *row, const struct ini_entry *entry)
{
    if (strlen(entry->value) >= sizeof row->name)
        return complain(entry, "too long");
    strcpy(row->name, entry->value);
    return err_ok();
}

static struct err visit(void *context, const struct ini_entry *entry)
{
    struct loader *loader = context;
    if (!entry->key)
        return begin_row(loader, entry);
    if (loader->models->count == 0)
        return complain(entry, "stands before the first section");
    struct model *row = &loader->models->rows[loader->models->count - 1];
    if (strcmp(entry->key, "name") == 0)
        return set_name(row, entry);
    if (strcmp(entry->key, "driver") == 0)
        return set_driver(loader, row, entry);
    return set_value(row, entry);
}

struct err models_load(const char *path, const struct driver *const *drivers, struct models **out_models)
{
    struct models *models = calloc(1, sizeof *models);
    if (!models)
        return err_no_memory("models");
    struct loader loader = {.models = models, .drivers = drivers};
    struct err e = ini_read(path, visit, &loader);
    if (!err_is(&e) && models->count > 0 && !models->rows[models->count - 1].driver)
        e = err_make(ERR_DATA, "models", 0, "%s: the last section names no driver", path);
    if (err_is(&e))
        models_destroy(&models);
    else
        *out_models = models;
    return e;
}

void models_destroy(struct models **models)
{
    free(*models);
    *models = NULL;
}

static bool matches(const struct model *row, const struct arrival *arrival)
{
    for (int i = 0; i < arrival->key_count; i++)
        if (fnmatch(row->match, arrival->keys[i], 0) == 0)
            return !row->driver->probe || row->driver->probe(arrival, row);
    return false;
}

const struct model *models_find(const struct models *models, const struct arrival *arrival)
{
    for (size_t i = 0; i < models->count; i++)
        if (matches(&models->rows[i], arrival))
            return &models->rows[i];
    return NULL;
}
