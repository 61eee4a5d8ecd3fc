#include "app/fleet/pass_private.h"
#include "board/base/ini.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct reader {
    struct pass pass;
    bool has_visit;
};

static const char *const actions[] = {"update", "forms", "courier", "logs", "config", "selftest", "reset"};
enum { ACTION_COUNT = sizeof actions / sizeof *actions };

const char *pass_action_name(enum pass_action action)
{
    for (int i = 0; i < ACTION_COUNT; i++)
        if ((unsigned)action == 1u << i)
            return actions[i];
    return "";
}

static struct err garbled(const struct ini_entry *entry)
{
    return pass_refuse(PASS_FAULT_GARBLED, "line %d of it cannot be read", entry->line);
}

static struct err copy(const struct ini_entry *entry, char *out_text, size_t size)
{
    return snprintf(out_text, size, "%s", entry->value) < (int)size ? err_ok() : garbled(entry);
}

static struct err read_actions(const struct ini_entry *entry, unsigned *out_actions)
{
    char words[128], *rest = words;
    TRY(copy(entry, words, sizeof words));
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        int i = 0;
        while (i < ACTION_COUNT && strcmp(word, actions[i]) != 0)
            i++;
        if (i == ACTION_COUNT)
            return garbled(entry);
        *out_actions |= 1u << i;
    }
    return err_ok();
}

static struct err read_time(const struct ini_entry *entry, int64_t *out_ms)
{
    struct tm when = {0};
    const char *end = strptime(entry->value, "%Y-%m-%dT%H:%M:%SZ", &when);
    if (!end || *end)
        return garbled(entry);
    *out_ms = (int64_t)timegm(&when) * 1000;
    return err_ok();
}

static struct err read_visit(struct pass *pass, const struct ini_entry *entry)
{
    if (strcmp(entry->key, "id") == 0)
        return copy(entry, pass->id, sizeof pass->id);
    if (strcmp(entry->key, "town") == 0)
        return copy(entry, pass->town, sizeof pass->town);
    if (strcmp(entry->key, "kiosks") == 0)
        return copy(entry, pass->kiosks, sizeof pass->kiosks);
    if (strcmp(entry->key, "from") == 0)
        return read_time(entry, &pass->from_ms);
    if (strcmp(entry->key, "until") == 0)
        return read_time(entry, &pass->until_ms);
    return strcmp(entry->key, "actions") == 0 ? read_actions(entry, &pass->actions) : garbled(entry);
}

static struct err read_update(struct pass *pass, const struct ini_entry *entry)
{
    if (strcmp(entry->key, "version") == 0)
        return copy(entry, pass->update_version, sizeof pass->update_version);
    return strcmp(entry->key, "file") == 0 ? copy(entry, pass->update_file, sizeof pass->update_file)
                                           : garbled(entry);
}

/* A name is one in the stick's own folder. */
static struct err begin_file(struct pass *pass, const struct ini_entry *entry)
{
    const char *name = entry->section + strlen("file ");
    if (pass->file_count == PASS_FILES_MAX || strlen(name) >= sizeof pass->files[0].name ||
        strchr(name, '/') || *name == '.' || *name == '\0')
        return garbled(entry);
    strcpy(pass->files[pass->file_count++].name, name);
    return err_ok();
}

static struct err read_file(struct pass *pass, const struct ini_entry *entry)
{
    struct pass_file *file = &pass->files[pass->file_count - 1];
    if (strcmp(entry->key, "sha256") == 0)
        return copy(entry, file->sha256, sizeof file->sha256);
    char *end = NULL;
    file->size = strtoll(entry->value, &end, 10);
    return strcmp(entry->key, "size") == 0 && *end == '\0' && file->size >= 0 ? err_ok() : garbled(entry);
}

static struct err visit(void *context, const struct ini_entry *entry)
{
    struct reader *reader = context;
    struct pass *pass = &reader->pass;
    if (strncmp(entry->section, "file ", 5) == 0)
        return entry->key ? read_file(pass, entry) : begin_file(pass, entry);
    if (strcmp(entry->section, "visit") == 0) {
        reader->has_visit = true;
        return entry->key ? read_visit(pass, entry) : err_ok();
    }
    if (strcmp(entry->section, "update") == 0)
        return entry->key ? read_update(pass, entry) : err_ok();
    return garbled(entry);
}

struct err pass_parse(struct buf *text, struct pass *out_pass)
{
    struct reader reader = {0};
    struct err e = ini_parse("the pass", text, visit, &reader);
    if (err_is(&e) && e.class == ERR_REFUSED)
        return e;
    const struct pass *pass = &reader.pass;
    if (err_is(&e) || !reader.has_visit || !pass->id[0] || !pass->until_ms || !pass->actions ||
        !pass->kiosks[0])
        return pass_refuse(PASS_FAULT_GARBLED, "it does not say what it must");
    *out_pass = reader.pass;
    return err_ok();
}
