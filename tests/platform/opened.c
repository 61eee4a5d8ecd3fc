#include "tests/platform/opened.h"

#include "tests/platform/open_envelope.h"

#include <stdio.h>
#include <string.h>

static const char MODULE[] = "platform";

static struct err take_file(void *context, const struct record_file *file)
{
    struct opened *opened = context;
    if (opened->file_count == OPENED_FILES_MAX)
        return err_make(ERR_REFUSED, MODULE, 0, "too many files in one submission");
    struct opened_file *taken = &opened->files[opened->file_count++];
    snprintf(taken->name, sizeof taken->name, "%s", file->name);
    buf_append(&taken->bytes, file->bytes, file->size);
    return buf_check(&taken->bytes, MODULE);
}

static bool has_file(const struct opened *opened, const char *name)
{
    for (size_t i = 0; i < opened->file_count; i++) {
        if (strcmp(opened->files[i].name, name) == 0)
            return true;
    }
    return false;
}

/* A plain submission names its files in leaves that nobody can tell from text: only a manifest can miss one.
 */
static struct err check_name(void *context, const char *name)
{
    struct opened *opened = context;
    if (!has_file(opened, name) && opened->missing_count < OPENED_FILES_MAX)
        snprintf(opened->missing[opened->missing_count++], sizeof opened->missing[0], "%.255s", name);
    return err_ok();
}

static struct err give_file(void *context, const char *name, struct buf *out_bytes)
{
    const struct opened *opened = context;
    for (size_t i = 0; i < opened->file_count; i++) {
        if (strcmp(opened->files[i].name, name) == 0) {
            buf_append(out_bytes, opened->files[i].bytes.data, opened->files[i].bytes.length);
            return buf_check(out_bytes, MODULE);
        }
    }
    return err_make(ERR_DATA, MODULE, 0, "%.100s has not arrived", name);
}

/* From here on instance and files are those in the clear. */
static struct err show_clear(struct opened *opened, struct envelope *envelope)
{
    for (size_t i = 0; i < opened->file_count; i++)
        buf_finish(&opened->files[i].bytes);
    opened->file_count = 0;
    for (size_t i = 0; i < envelope->count && i < OPENED_FILES_MAX; i++) {
        struct opened_file *file = &opened->files[opened->file_count++];
        snprintf(file->name, sizeof file->name, "%s", envelope->files[i].name);
        file->bytes = envelope->files[i].bytes;
        envelope->files[i].bytes = (struct buf){0};
    }
    return instance_read(buf_text(&envelope->xml), envelope->xml.length, opened->arena, &opened->instance);
}

/* What does not open is no error of ours: the county sees why. */
static struct err open_sealed(struct opened *opened, const struct record *record,
                              const char *private_key_path)
{
    struct envelope envelope = {0};
    struct err e =
        open_envelope(private_key_path, record->xml, record->xml_size, give_file, opened, &envelope);
    if (err_is(&e)) {
        snprintf(opened->error, sizeof opened->error, "%s", e.text);
        return err_ok();
    }
    e = show_clear(opened, &envelope);
    envelope_finish(&envelope);
    return e;
}

struct err opened_init(struct opened *opened, struct records *records, const struct record *record,
                       const char *private_key_path)
{
    *opened = (struct opened){.arena = arena_create(ARENA_PLAIN, 0)};
    if (!opened->arena)
        return err_no_memory(MODULE);
    TRY(instance_read(record->xml, record->xml_size, opened->arena, &opened->instance));
    TRY(records_files(records, record->row, take_file, opened));
    TRY(envelope_names(record->xml, record->xml_size, check_name, opened, &opened->is_encrypted));
    opened->is_complete = opened->missing_count == 0;
    return opened->is_encrypted ? open_sealed(opened, record, private_key_path) : err_ok();
}

void opened_finish(struct opened *opened)
{
    for (size_t i = 0; i < opened->file_count; i++)
        buf_finish(&opened->files[i].bytes);
    arena_destroy(&opened->arena);
}
