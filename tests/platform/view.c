#include "tests/platform/view.h"

#include "tests/platform/opened.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static json_t *text_of(const char *bytes, size_t length)
{
    json_t *text = json_stringn(bytes, length);
    return text ? text : json_string("(not UTF-8)");
}

/* ISO 8601 in local time, as the log has it. */
static json_t *time_of(int64_t ms)
{
    char text[40], zone[8];
    time_t seconds = (time_t)(ms / 1000);
    struct tm local;
    localtime_r(&seconds, &local);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &local);
    strftime(zone, sizeof zone, "%z", &local);
    return json_sprintf("%s.%03d%s", text, (int)(ms % 1000), zone);
}

static json_t *fields_of(const struct instance *instance)
{
    json_t *fields = json_object();
    for (const struct instance_leaf *leaf = instance->leaves; leaf; leaf = leaf->next) {
        json_t *before = json_object_get(fields, leaf->path);
        json_t *value = text_of(leaf->value, strlen(leaf->value));
        if (!before) /* the usual case: one leaf of that path */
            json_object_set_new(fields, leaf->path, value);
        else if (json_is_array(before))
            json_array_append_new(before, value);
        else
            json_object_set_new(fields, leaf->path, json_pack("[O,o]", before, value));
    }
    return fields;
}

static json_t *media_of(const struct opened *opened)
{
    json_t *media = json_array();
    for (size_t i = 0; i < opened->file_count; i++)
        json_array_append_new(media, json_pack("{s:s,s:I}", "name", opened->files[i].name, "size",
                                               (json_int_t)opened->files[i].bytes.length));
    return media;
}

static json_t *missing_of(const struct opened *opened)
{
    json_t *missing = json_array();
    for (size_t i = 0; i < opened->missing_count; i++)
        json_array_append_new(missing, json_string(opened->missing[i]));
    return missing;
}

static json_t *view_of(const struct record *record, const struct opened *opened)
{
    json_t *view = json_object();
    json_object_set_new(view, "instance_id", json_string(record->instance_id));
    json_object_set_new(view, "form_id", json_string(record->form_id));
    json_object_set_new(view, "version", json_string(record->version));
    json_object_set_new(view, "project", json_integer(record->project));
    json_object_set_new(view, "received", time_of(record->received_ms));
    json_object_set_new(view, "encrypted", json_boolean(opened->is_encrypted));
    json_object_set_new(view, "complete", json_boolean(opened->is_complete));
    json_object_set_new(view, "opened", json_boolean(!*opened->error));
    json_object_set_new(view, "error", json_string(opened->error));
    json_object_set_new(view, "fields", fields_of(&opened->instance));
    json_object_set_new(view, "media", media_of(opened));
    json_object_set_new(view, "missing", missing_of(opened));
    json_object_set_new(view, "posts", json_integer(record->posts));
    json_object_set_new(view, "repeats", json_integer(record->repeats));
    json_object_set_new(view, "conflicts", json_integer(record->conflicts));
    return view;
}

struct gather {
    struct platform *platform;
    json_t *list;
    json_t *numbers; /* case_number -> times seen */
    int64_t submissions, complete, repeats, conflicts, duplicates;
};

static void count_number(struct gather *gather, const struct opened *opened)
{
    const char *number = *opened->error ? NULL : instance_value(&opened->instance, "case_number");
    if (!number || !*number)
        return;
    if (json_object_get(gather->numbers, number))
        gather->duplicates++;
    json_object_set_new(gather->numbers, number, json_true());
}

static struct err on_record(void *context, const struct record *record)
{
    struct gather *gather = context;
    struct opened *opened = calloc(1, sizeof *opened);
    if (!opened)
        return err_no_memory("platform");
    struct err e =
        opened_init(opened, gather->platform->records, record, gather->platform->keys.private_path);
    if (!err_is(&e)) {
        gather->submissions++;
        gather->complete += opened->is_complete;
        gather->repeats += record->repeats;
        gather->conflicts += record->conflicts;
        count_number(gather, opened);
        if (gather->list)
            json_array_append_new(gather->list, view_of(record, opened));
    }
    opened_finish(opened);
    free(opened);
    return e;
}

static json_t *failure(const struct err *e)
{
    return json_pack("{s:b,s:s}", "ok", 0, "error", e->text);
}

json_t *view_submissions(struct platform *platform)
{
    struct gather gather = {.platform = platform, .list = json_array(), .numbers = json_object()};
    struct err e = records_each(platform->records, NULL, on_record, &gather);
    json_decref(gather.numbers);
    if (!err_is(&e))
        return gather.list;
    json_decref(gather.list);
    return failure(&e);
}

json_t *view_counts(struct platform *platform)
{
    struct gather gather = {.platform = platform, .numbers = json_object()};
    struct err e = records_each(platform->records, NULL, on_record, &gather);
    json_decref(gather.numbers);
    if (err_is(&e))
        return failure(&e);
    pthread_mutex_lock(&platform->lock);
    json_t *counts =
        json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "submissions", (json_int_t)gather.submissions, "complete",
                  (json_int_t)gather.complete, "repeats", (json_int_t)gather.repeats, "conflicts",
                  (json_int_t)gather.conflicts, "duplicates", (json_int_t)gather.duplicates, "requests",
                  (json_int_t)platform->requests, "bytes_in", (json_int_t)platform->bytes_in);
    pthread_mutex_unlock(&platform->lock);
    return counts;
}
