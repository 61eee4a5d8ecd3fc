#include "tests/platform/opened.h"

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

/* Of a manifest, every file it names; a plain submission names its files in leaves nobody can tell from text.
 */
static void find_missing(struct opened *opened)
{
    for (const struct instance_leaf *leaf = opened->instance.leaves; leaf; leaf = leaf->next) {
        bool names_file =
            strcmp(leaf->path, "media/file") == 0 || strcmp(leaf->path, "encryptedXmlFile") == 0;
        if (opened->is_encrypted && names_file && !has_file(opened, leaf->value) &&
            opened->missing_count < OPENED_FILES_MAX)
            snprintf(opened->missing[opened->missing_count++], sizeof opened->missing[0], "%.255s",
                     leaf->value);
    }
    opened->is_complete = opened->missing_count == 0;
}

struct err opened_init(struct opened *opened, struct records *records, const struct record *record,
                       const char *private_key_path)
{
    (void)private_key_path;
    *opened = (struct opened){.arena = arena_create(ARENA_PLAIN, 0)};
    if (!opened->arena)
        return err_no_memory(MODULE);
    TRY(instance_read(record->xml, record->xml_size, opened->arena, &opened->instance));
    TRY(records_files(records, record->row, take_file, opened));
    opened->is_encrypted = opened->instance.is_encrypted;
    find_missing(opened);
    return err_ok();
}

void opened_finish(struct opened *opened)
{
    for (size_t i = 0; i < opened->file_count; i++)
        buf_finish(&opened->files[i].bytes);
    buf_finish(&opened->xml);
    arena_destroy(&opened->arena);
}
