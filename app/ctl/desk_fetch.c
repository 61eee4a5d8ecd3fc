/* New submissions and their forms, from Central into the desk's folder. */
#include "app/ctl/desk_fetch.h"

#include "app/ctl/desk_record.h"
#include "board/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char MODULE[] = "desk";

enum { PATH_SIZE = 1024 };

struct fetching {
    const struct desk_config *config;
    struct central *central;
    const struct unseal_key *key;
    const char *today;
    struct desk_counts *counts;
};

static struct err make_folder_of(const char *file)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s", file);
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return err_errno(MODULE, errno, "cannot make the folder %.200s", path);
        *slash = '/';
    }
    return err_ok();
}

/* GET a path, into a file. */
static struct err fetch_file(struct central *central, const char *path, const char *file)
{
    struct buf bytes = {0};
    struct err e = central_get(central, path, &bytes);
    if (!err_is(&e))
        e = make_folder_of(file);
    if (!err_is(&e))
        e = file_write(file, buf_text(&bytes), bytes.length, 0600);
    buf_finish(&bytes);
    return e;
}

/* ---- the form that a submission was made with ---- */

/* "/projects/1/forms/ID/versions/VERSION"; a form without version has "___" there. */
static void append_version_path(const struct desk_config *config, const struct desk_case *item,
                                struct buf *path)
{
    buf_printf(path, "/projects/%d/forms/", config->project);
    central_escape(path, item->form_id);
    buf_append_text(path, "/versions/");
    central_escape(path, *item->form_version ? item->form_version : "___");
}

static bool has_file(const struct desk_config *config, const struct desk_case *item, const char *name)
{
    char path[PATH_SIZE];
    struct stat info;
    desk_form_path(config->dir, item->form_id, item->form_version, name, path, sizeof path);
    return stat(path, &info) == 0;
}

static struct err fetch_form_file(struct fetching *fetching, const struct desk_case *item, const char *end,
                                  const char *name)
{
    struct buf path = {0};
    char file[PATH_SIZE];
    append_version_path(fetching->config, item, &path);
    buf_append_text(&path, end);
    if (end[0] == '/')
        central_escape(&path, name);
    desk_form_path(fetching->config->dir, item->form_id, item->form_version, name, file, sizeof file);
    struct err e = fetch_file(fetching->central, buf_text(&path), file);
    buf_finish(&path);
    return e;
}

/* The form itself comes last: it is there when all of it is. */
static struct err fetch_form(struct fetching *fetching, const struct desk_case *item)
{
    struct buf path = {0};
    json_t *media = NULL, *medium;
    size_t i;
    if (has_file(fetching->config, item, "form.xml"))
        return err_ok();
    append_version_path(fetching->config, item, &path);
    buf_append_text(&path, "/attachments");
    struct err e = central_get_json(fetching->central, buf_text(&path), &media);
    buf_finish(&path);
    json_array_foreach(media, i, medium)
    {
        const char *name = json_string_value(json_object_get(medium, "name"));
        bool is_there = json_is_true(json_object_get(medium, "exists"));
        if (!err_is(&e) && is_there && name && !strchr(name, '/'))
            e = fetch_form_file(fetching, item, "/attachments/", name);
    }
    json_decref(media);
    return err_is(&e) ? e : fetch_form_file(fetching, item, ".xml", "form.xml");
}

/* ---- one submission ---- */

static void append_submission_path(const struct desk_config *config, const char *form_id,
                                   const char *instance_id, struct buf *path)
{
    buf_printf(path, "/projects/%d/forms/", config->project);
    central_escape(path, form_id);
    buf_append_text(path, "/submissions/");
    central_escape(path, instance_id);
}

static struct err fetch_sealed_file(struct fetching *fetching, const struct desk_case *item, const char *name)
{
    struct buf path = {0};
    char file[PATH_SIZE];
    append_submission_path(fetching->config, item->form_id, item->instance_id, &path);
    buf_append_text(&path, "/attachments/");
    central_escape(&path, name);
    desk_case_path(fetching->config->dir, item->instance_id, name, file, sizeof file);
    struct err e = fetch_file(fetching->central, buf_text(&path), file);
    buf_finish(&path);
    return e;
}

static struct err fetch_manifest(struct fetching *fetching, const struct desk_case *item,
                                 struct unseal_manifest *out_manifest)
{
    struct buf path = {0}, xml = {0};
    char file[PATH_SIZE];
    append_submission_path(fetching->config, item->form_id, item->instance_id, &path);
    buf_append_text(&path, ".xml");
    desk_case_path(fetching->config->dir, item->instance_id, "manifest.xml", file, sizeof file);
    struct err e = central_get(fetching->central, buf_text(&path), &xml);
    if (!err_is(&e))
        e = unseal_manifest_read(buf_text(&xml), xml.length, out_manifest);
    if (!err_is(&e) && !out_manifest->is_sealed)
        e = err_make(ERR_DATA, MODULE, 0,
                     "it is not sealed: nothing of a person belongs into Central in the clear");
    if (!err_is(&e))
        e = make_folder_of(file);
    if (!err_is(&e))
        e = file_write(file, xml.data, xml.length, 0600);
    buf_finish(&xml);
    buf_finish(&path);
    return e;
}

/* What the desk may know of a case without its person. */
static void describe(struct fetching *fetching, struct desk_case *item)
{
    struct desk_record record;
    struct err e = desk_record_open(fetching->config, fetching->key, item, DESK_LANG, &record);
    if (err_is(&e)) {
        snprintf(item->problem, sizeof item->problem, "%s", e.text);
        fetching->counts->unopened++;
    } else {
        const char *title = guide_text(record.guide, "title", DESK_LANG);
        snprintf(item->title, sizeof item->title, "%s", *title ? title : xform_title(record.form));
        snprintf(item->number, sizeof item->number, "%s", desk_record_field(&record, "case_number"));
        item->signature = record.signature;
        if (record.signature == DESK_SIGNATURE_UNKNOWN)
            snprintf(item->problem, sizeof item->problem,
                     "desk.ini does not name the key of its kiosk: %.4s = %s", item->number,
                     record.kiosk_key);
        else if (record.signature == DESK_SIGNATURE_BAD)
            snprintf(item->problem, sizeof item->problem, "no kiosk signed this: do not act on it");
        snprintf(item->due_days, sizeof item->due_days, "%s", guide_text(record.guide, "due_days", ""));
        desk_case_promise(item, item->received);
    }
    desk_record_finish(&record);
}

/* ERR_DATA with Central's 404 for a file: the kiosk has not sent all of it yet. */
static struct err fetch_files(struct fetching *fetching, struct desk_case *item)
{
    struct unseal_manifest *manifest = calloc(1, sizeof *manifest);
    struct err e = manifest ? fetch_manifest(fetching, item, manifest) : err_no_memory(MODULE);
    for (size_t i = 0; !err_is(&e) && i < manifest->file_count; i++)
        e = fetch_sealed_file(fetching, item, manifest->files[i]);
    if (!err_is(&e))
        e = fetch_sealed_file(fetching, item, manifest->xml_name);
    if (!err_is(&e))
        snprintf(item->form_version, sizeof item->form_version, "%s", manifest->form_version);
    free(manifest);
    return e;
}

/* Central's clock is UTC: what comes in before eight in the morning would count from the day before. */
static void day_of(const char *utc, char out_date[DATE_SIZE])
{
    struct tm at = {0};
    if (strptime(utc, "%Y-%m-%dT%H:%M:%S", &at))
        desk_day((int64_t)timegm(&at) * 1000, out_date);
}

static struct err fetch_case(struct fetching *fetching, const char *form_id, const json_t *submission)
{
    const char *instance = json_string_value(json_object_get(submission, "instanceId"));
    const char *created = json_string_value(json_object_get(submission, "createdAt"));
    struct desk_case item = {.status = "received"};
    /* An instanceID becomes a folder's name, and anybody who can post chooses it. */
    if (!instance || strchr(instance, '/') || strstr(instance, "..") ||
        strlen(instance) >= sizeof item.instance_id || desk_case_exists(fetching->config->dir, instance))
        return err_ok();
    snprintf(item.instance_id, sizeof item.instance_id, "%s", instance);
    snprintf(item.form_id, sizeof item.form_id, "%s", form_id);
    snprintf(item.received, sizeof item.received, "%s", fetching->today);
    if (created)
        day_of(created, item.received);
    snprintf(item.updated, sizeof item.updated, "%s", item.received);
    struct err e = fetch_files(fetching, &item);
    if (e.class == ERR_DATA && e.code == 404) {
        fetching->counts->incomplete++;
        return err_ok();
    }
    if (err_is(&e) && e.class != ERR_DATA)
        return e;
    if (err_is(&e)) {
        fprintf(stderr, "yizhanctl: %s is left out: %s\n", instance, e.text);
        return err_ok();
    }
    TRY(fetch_form(fetching, &item));
    describe(fetching, &item);
    fetching->counts->fetched++;
    return desk_case_save(fetching->config->dir, &item);
}

/* ---- all of them ---- */

static struct err fetch_submissions(struct fetching *fetching, const char *form_id)
{
    struct buf path = {0};
    json_t *submissions = NULL, *submission;
    size_t i;
    buf_printf(&path, "/projects/%d/forms/", fetching->config->project);
    central_escape(&path, form_id);
    buf_append_text(&path, "/submissions");
    struct err e = central_get_json(fetching->central, buf_text(&path), &submissions);
    buf_finish(&path);
    json_array_foreach(submissions, i, submission)
    {
        if (!err_is(&e))
            e = fetch_case(fetching, form_id, submission);
    }
    json_decref(submissions);
    return e;
}

struct err desk_fetch(const struct desk_config *config, struct central *central, const struct unseal_key *key,
                      const char *today, struct desk_counts *counts)
{
    struct fetching fetching = {config, central, key, today, counts};
    char path[64];
    json_t *forms = NULL, *form;
    size_t i;
    snprintf(path, sizeof path, "/projects/%d/forms", config->project);
    struct err e = central_get_json(central, path, &forms);
    json_array_foreach(forms, i, form)
    {
        const char *id = json_string_value(json_object_get(form, "xmlFormId"));
        if (!err_is(&e) && id)
            e = fetch_submissions(&fetching, id);
    }
    json_decref(forms);
    return e;
}
