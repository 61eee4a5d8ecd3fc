#include "app/fleet/stick.h"
#include "app/fleet/pass_private.h"
#include "board/base/file.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MODULE[] = "stick";

enum { PATH_SIZE = 512, VISIT_BYTES_MAX = 256 * 1024, PASS_BYTES_MAX = 256 * 1024 };

/* One row for each text: written and read by the same table. */
struct text_field {
    const char *key;
    size_t offset, size;
};
#define TEXT(type, name)                                                                                     \
    {                                                                                                        \
#name, offsetof(struct type, name), sizeof((struct type *)0)->name                                   \
    }
static const struct text_field visit_fields[] = {TEXT(stick_visit, pass), TEXT(stick_visit, who),
                                                 TEXT(stick_visit, place), TEXT(stick_visit, version_before),
                                                 TEXT(stick_visit, version_after)};
static const struct text_field step_fields[] = {TEXT(stick_step, step), TEXT(stick_step, outcome),
                                                TEXT(stick_step, detail)};
#define COUNT(table) (sizeof(table) / sizeof *(table))

static void put_texts(json_t *object, const struct text_field *fields, size_t count, const void *from)
{
    for (size_t i = 0; i < count; i++)
        json_object_set_new(object, fields[i].key, json_string((const char *)from + fields[i].offset));
}

static void take_texts(const json_t *object, const struct text_field *fields, size_t count, void *to)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_object_get(object, fields[i].key));
        snprintf((char *)to + fields[i].offset, fields[i].size, "%s", text ? text : "");
    }
}

static void folder_of(const char *dir, int kiosk, char *out_path, size_t size)
{
    snprintf(out_path, size, "%s/" STICK_VISITS "/%04d", dir, kiosk);
}

struct err stick_folder(const char *dir, int kiosk, char *out_path, size_t size)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/" STICK_VISITS, dir);
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "make %.200s", path);
    folder_of(dir, kiosk, path, sizeof path);
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "make %.200s", path);
    snprintf(out_path, size, "%s", path);
    return err_ok();
}

struct err stick_visit_save(const char *dir, const struct stick_visit *visit)
{
    char folder[PATH_SIZE], path[PATH_SIZE + 16];
    TRY(stick_folder(dir, visit->kiosk, folder, sizeof folder));
    json_t *steps = json_array();
    json_t *object =
        json_pack("{s:i, s:I, s:I, s:o}", "kiosk", visit->kiosk, "began_ms", (json_int_t)visit->began_ms,
                  "ended_ms", (json_int_t)visit->ended_ms, "steps", steps);
    put_texts(object, visit_fields, COUNT(visit_fields), visit);
    for (int i = 0; i < visit->step_count; i++) {
        json_t *step = json_object();
        put_texts(step, step_fields, COUNT(step_fields), &visit->steps[i]);
        json_array_append_new(steps, step);
    }
    char *text = json_dumps(object, JSON_INDENT(1));
    json_decref(object);
    if (!text)
        return err_no_memory(MODULE);
    snprintf(path, sizeof path, "%s/visit.json", folder);
    struct err e = file_write(path, text, strlen(text), 0644);
    free(text);
    return e;
}

static void take_visit(const json_t *object, struct stick_visit *visit)
{
    const json_t *steps = json_object_get(object, "steps");
    visit->kiosk = (int)json_integer_value(json_object_get(object, "kiosk"));
    visit->began_ms = json_integer_value(json_object_get(object, "began_ms"));
    visit->ended_ms = json_integer_value(json_object_get(object, "ended_ms"));
    take_texts(object, visit_fields, COUNT(visit_fields), visit);
    for (size_t i = 0; i < json_array_size(steps) && i < STICK_STEPS_MAX; i++)
        take_texts(json_array_get(steps, i), step_fields, COUNT(step_fields),
                   &visit->steps[visit->step_count++]);
}

struct err stick_visit_read(const char *dir, int kiosk, struct stick_visit *out_visit, bool *out_found)
{
    char path[PATH_SIZE], *end = path;
    struct buf bytes = {0};
    struct stick_visit visit = {0};
    folder_of(dir, kiosk, path, sizeof path);
    end += strlen(path);
    snprintf(end, sizeof path - (size_t)(end - path), "/visit.json");
    if (access(path, F_OK) != 0) {
        *out_found = false;
        return err_ok();
    }
    struct err e = file_read(path, VISIT_BYTES_MAX, &bytes);
    json_t *object = err_is(&e) ? NULL : json_loadb(buf_text(&bytes), bytes.length, 0, NULL);
    buf_finish(&bytes);
    if (!err_is(&e) && !json_is_object(object))
        e = err_make(ERR_DATA, MODULE, 0, "%.200s is damaged", path);
    if (!err_is(&e)) {
        take_visit(object, &visit);
        if (visit.kiosk != kiosk)
            e = err_make(ERR_DATA, MODULE, 0, "%.200s is of kiosk %d", path, visit.kiosk);
    }
    json_decref(object);
    if (err_is(&e))
        return e;
    *out_visit = visit;
    *out_found = true;
    return err_ok();
}

struct err stick_pass(const char *dir, const char *ca, int64_t now_ms, struct pass *out_pass)
{
    char path[PATH_SIZE];
    struct buf bytes = {0}, text = {0};
    struct pass pass = {0};
    struct pass_signer signer = {0};
    snprintf(path, sizeof path, "%s/" PASS_FILE, dir);
    struct err e = file_read(path, PASS_BYTES_MAX, &bytes);
    if (!err_is(&e))
        e = pass_open(&bytes, ca, now_ms, &text, &signer);
    if (!err_is(&e))
        e = pass_parse(&text, &pass);
    buf_finish(&bytes);
    buf_finish(&text);
    if (err_is(&e))
        return e;
    snprintf(pass.who, sizeof pass.who, "%s", signer.name);
    snprintf(pass.office, sizeof pass.office, "%s", signer.office);
    *out_pass = pass;
    return err_ok();
}
