#include "app/ctl/desk_case.h"

#include "board/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

static const char MODULE[] = "desk";

enum { PATH_SIZE = 1024, CASE_BYTES_MAX = 64 << 10 };

static const char *const signature_names[DESK_SIGNATURE_COUNT] = {"unread", "known", "unknown", "bad"};
static const char *const statuses[] = {"received", "accepted", "needs-papers", "rejected", "finished"};

const char *desk_signature_name(enum desk_signature signature)
{
    return signature_names[signature];
}

void desk_day(int64_t wall_ms, char out_date[DATE_SIZE])
{
    time_t at = (time_t)(wall_ms / 1000);
    struct tm local;
    localtime_r(&at, &local);
    strftime(out_date, DATE_SIZE, "%Y-%m-%d", &local);
}

bool desk_status_is_known(const char *status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (strcmp(statuses[i], status) == 0)
            return true;
    return false;
}

bool desk_case_is_overdue(const struct desk_case *item, const char *today)
{
    bool is_over = strcmp(item->status, "finished") == 0 || strcmp(item->status, "rejected") == 0;
    return !is_over && *item->due && strcmp(item->due, today) < 0;
}

/* Working days, Monday to Friday; public holidays are the county's own business. */
static void add_working_days(const char *from, long days, char out_date[DATE_SIZE])
{
    struct tm date = {0};
    if (sscanf(from, "%d-%d-%d", &date.tm_year, &date.tm_mon, &date.tm_mday) != 3)
        return;
    date.tm_year -= 1900;
    date.tm_mon -= 1;
    date.tm_hour = 12;
    time_t at = timegm(&date);
    while (days > 0) {
        at += 24 * 60 * 60;
        gmtime_r(&at, &date);
        days -= date.tm_wday != 0 && date.tm_wday != 6;
    }
    gmtime_r(&at, &date);
    strftime(out_date, DATE_SIZE, "%Y-%m-%d", &date);
}

void desk_case_promise(struct desk_case *item, const char *from)
{
    long days = strtol(item->due_days, NULL, 10);
    if (days > 0)
        add_working_days(from, days, item->due);
}

void desk_case_decide(struct desk_case *item, const char *status, const char *today)
{
    if (strcmp(item->status, "needs-papers") == 0)
        desk_case_promise(item, today);
    snprintf(item->status, sizeof item->status, "%s", status);
    snprintf(item->updated, sizeof item->updated, "%s", today);
}

/* ---- files ---- */

static const char *bare(const char *instance_id)
{
    return strncasecmp(instance_id, "uuid:", 5) == 0 ? instance_id + 5 : instance_id;
}

void desk_case_path(const char *dir, const char *instance_id, const char *file, char *out_path, size_t size)
{
    snprintf(out_path, size, "%s/cases/%s/%s", dir, bare(instance_id), file);
}

bool desk_case_exists(const char *dir, const char *instance_id)
{
    char path[PATH_SIZE];
    desk_case_path(dir, instance_id, "case.json", path, sizeof path);
    return access(path, F_OK) == 0;
}

/* One row for each text of a case: written and read by the same table. */
struct text_field {
    const char *key;
    size_t offset, size;
};
#define TEXT_FIELD(name)                                                                                     \
    {                                                                                                        \
#name, offsetof(struct desk_case, name), sizeof((struct desk_case *)0)->name                         \
    }
static const struct text_field text_fields[] = {
    TEXT_FIELD(instance_id), TEXT_FIELD(form_id),  TEXT_FIELD(form_version), TEXT_FIELD(title),
    TEXT_FIELD(number),      TEXT_FIELD(problem),  TEXT_FIELD(received),     TEXT_FIELD(updated),
    TEXT_FIELD(due),         TEXT_FIELD(due_days), TEXT_FIELD(status),       TEXT_FIELD(message),
};
enum { TEXT_FIELD_COUNT = sizeof text_fields / sizeof *text_fields };

struct err desk_case_save(const char *dir, const struct desk_case *item)
{
    char path[PATH_SIZE];
    json_t *object = json_pack("{s:s, s:b}", "signature", signature_names[item->signature], "is_listed",
                               (int)item->is_listed);
    for (size_t i = 0; i < TEXT_FIELD_COUNT; i++)
        json_object_set_new(object, text_fields[i].key,
                            json_string((const char *)item + text_fields[i].offset));
    char *text = json_dumps(object, JSON_INDENT(1));
    json_decref(object);
    if (!text)
        return err_no_memory(MODULE);
    desk_case_path(dir, item->instance_id, "case.json", path, sizeof path);
    struct err e = file_write(path, text, strlen(text), 0600);
    free(text);
    return e;
}

static enum desk_signature signature_of(const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, "signature"));
    for (int i = 0; name && i < DESK_SIGNATURE_COUNT; i++)
        if (strcmp(signature_names[i], name) == 0)
            return (enum desk_signature)i;
    return DESK_SIGNATURE_UNREAD;
}

static struct err read_case(const char *dir, const char *instance_id, struct desk_case *out_case)
{
    char path[PATH_SIZE];
    struct buf bytes = {0};
    desk_case_path(dir, instance_id, "case.json", path, sizeof path);
    struct err e = file_read(path, CASE_BYTES_MAX, &bytes);
    json_t *object = err_is(&e) ? NULL : json_loadb(buf_text(&bytes), bytes.length, 0, NULL);
    buf_finish(&bytes);
    if (!err_is(&e) && !object)
        e = err_make(ERR_DATA, MODULE, 0, "%.200s is damaged", path);
    if (err_is(&e))
        return e;
    *out_case = (struct desk_case){.signature = signature_of(object),
                                   .is_listed = json_is_true(json_object_get(object, "is_listed"))};
    for (size_t i = 0; i < TEXT_FIELD_COUNT; i++) {
        const char *text = json_string_value(json_object_get(object, text_fields[i].key));
        snprintf((char *)out_case + text_fields[i].offset, text_fields[i].size, "%s", text ? text : "");
    }
    json_decref(object);
    return err_ok();
}

/* ---- all of them ---- */

static int by_arrival(const void *a, const void *b)
{
    const struct desk_case *one = a, *other = b;
    int order = strcmp(one->received, other->received);
    return order ? order : strcmp(one->number, other->number);
}

static struct err add_case(struct desk_cases *cases, const char *dir, const char *name)
{
    struct desk_case *more = realloc(cases->items, (cases->count + 1) * sizeof *more);
    if (!more)
        return err_no_memory(MODULE);
    cases->items = more;
    TRY(read_case(dir, name, &more[cases->count]));
    cases->count++;
    return err_ok();
}

struct err desk_cases_read(const char *dir, struct desk_cases *out_cases)
{
    char path[PATH_SIZE];
    struct desk_cases cases = {0};
    struct err e = err_ok();
    snprintf(path, sizeof path, "%s/cases", dir);
    DIR *folder = opendir(path);
    if (!folder && errno != ENOENT)
        return err_errno(MODULE, errno, "cannot read %.200s", path);
    for (struct dirent *entry; folder && !err_is(&e) && (entry = readdir(folder));)
        if (entry->d_name[0] != '.' && desk_case_exists(dir, entry->d_name))
            e = add_case(&cases, dir, entry->d_name);
    if (folder)
        closedir(folder);
    if (err_is(&e)) {
        free(cases.items);
        return e;
    }
    if (cases.count > 0)
        qsort(cases.items, cases.count, sizeof *cases.items, by_arrival);
    *out_cases = cases;
    return err_ok();
}

struct err desk_case_find(const char *dir, const char *word, struct desk_case *out_case)
{
    char number[CASE_NUMBER_SIZE] = "";
    struct desk_cases cases = {0};
    struct err not_a_number = case_number_read(word, number);
    if (err_is(&not_a_number))
        number[0] = '\0';
    TRY(desk_cases_read(dir, &cases));
    const struct desk_case *found = NULL;
    for (size_t i = 0; i < cases.count && !found; i++)
        if ((*number && strcmp(cases.items[i].number, number) == 0) ||
            strcasecmp(bare(cases.items[i].instance_id), bare(word)) == 0)
            found = &cases.items[i];
    if (found)
        *out_case = *found;
    free(cases.items);
    return found ? err_ok() : err_make(ERR_USER, MODULE, 0, "the desk has no case %.60s: fetch first", word);
}
