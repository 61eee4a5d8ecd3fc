#include "app/journey/kept.h"

#include "app/form/session.h"
#include "board/base/wipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The magic, then fields of four length bytes (big endian) and their content. The audit log is one more file,
 * of the name that no media question's file has. */
static const char MAGIC[] = "YZKEPT1\n";
enum { MAGIC_SIZE = sizeof MAGIC - 1, LENGTH_SIZE = 4 };

/* ---- writing ---- */

static void put_field(struct buf *out, const void *bytes, size_t size)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_append_byte(out, (uint8_t)(size >> shift));
    buf_append(out, bytes, size);
}

static void put_text(struct buf *out, const char *text)
{
    put_field(out, text, strlen(text));
}

static void put_file(struct buf *out, const char *name, const struct buf *bytes)
{
    put_text(out, name);
    put_field(out, bytes->data, bytes->length);
}

struct err kept_write(const struct kept_head *head, const struct buf *xml, const struct buf *audit,
                      const struct attachment *files, size_t file_count, struct buf *out_bytes)
{
    char saved[24];
    const char flags[] = {head->is_wanted ? 'w' : '-', head->is_helping ? 'h' : '-', '\0'};
    snprintf(saved, sizeof saved, "%lld", (long long)head->saved_ms);
    buf_append(out_bytes, MAGIC, MAGIC_SIZE);
    put_text(out_bytes, head->form_id);
    put_text(out_bytes, head->instance_id);
    put_text(out_bytes, head->at);
    put_text(out_bytes, saved);
    put_text(out_bytes, flags);
    put_field(out_bytes, xml->data, xml->length);
    if (audit->length > 0)
        put_file(out_bytes, SESSION_AUDIT_NAME, audit);
    for (size_t i = 0; i < file_count; i++)
        put_file(out_bytes, files[i].name, &files[i].bytes);
    return buf_check(out_bytes, "kept");
}

/* ---- reading ---- */

struct reader {
    const unsigned char *at, *end;
    bool failed;
};

static const unsigned char *take_field(struct reader *reader, size_t *out_size)
{
    size_t size = 0;
    *out_size = 0;
    reader->failed = reader->failed || reader->end - reader->at < LENGTH_SIZE;
    for (int i = 0; !reader->failed && i < LENGTH_SIZE; i++)
        size = size << 8 | *reader->at++;
    reader->failed = reader->failed || (size_t)(reader->end - reader->at) < size;
    if (reader->failed)
        return reader->end;
    reader->at += size;
    *out_size = size;
    return reader->at - size;
}

static void take_text(struct reader *reader, char *out_text, size_t room)
{
    size_t size;
    const unsigned char *bytes = take_field(reader, &size);
    reader->failed = reader->failed || size >= room || memchr(bytes, '\0', size) != NULL;
    if (reader->failed)
        return;
    memcpy(out_text, bytes, size);
    out_text[size] = '\0';
}

static void take_bytes(struct reader *reader, struct buf *out)
{
    size_t size;
    const unsigned char *bytes = take_field(reader, &size);
    buf_append(out, bytes, size);
}

static void take_head(struct reader *reader, struct kept_head *head)
{
    char saved[24] = "", flags[3] = "";
    take_text(reader, head->form_id, sizeof head->form_id);
    take_text(reader, head->instance_id, sizeof head->instance_id);
    take_text(reader, head->at, sizeof head->at);
    take_text(reader, saved, sizeof saved);
    take_text(reader, flags, sizeof flags);
    head->saved_ms = strtoll(saved, NULL, 10);
    head->is_wanted = flags[0] == 'w';
    head->is_helping = flags[0] && flags[1] == 'h';
}

/* NULL when there are more files than an application has. */
static struct buf *file_place(struct kept *kept, const char *name)
{
    if (strcmp(name, SESSION_AUDIT_NAME) == 0)
        return &kept->audit;
    if (kept->file_count == KEPT_FILES_MAX)
        return NULL;
    struct attachment *file = &kept->files[kept->file_count++];
    snprintf(file->name, sizeof file->name, "%s", name);
    return &file->bytes;
}

static void take_files(struct reader *reader, struct kept *kept)
{
    while (!reader->failed && reader->at < reader->end) {
        char name[sizeof kept->files[0].name] = "";
        take_text(reader, name, sizeof name);
        struct buf *bytes = file_place(kept, name);
        if (!bytes) {
            reader->failed = true;
            return;
        }
        take_bytes(reader, bytes);
        reader->failed = reader->failed || bytes->failed;
    }
}

static struct kept *create_empty(void)
{
    struct kept *kept = private_alloc(sizeof *kept);
    if (!kept)
        return NULL;
    buf_init_private(&kept->xml);
    buf_init_private(&kept->audit);
    for (size_t i = 0; i < KEPT_FILES_MAX; i++)
        buf_init_private(&kept->files[i].bytes);
    return kept;
}

struct err kept_read(const void *bytes, size_t size, struct kept **out_kept)
{
    if (size < MAGIC_SIZE || memcmp(bytes, MAGIC, MAGIC_SIZE) != 0)
        return err_make(ERR_DATA, "kept", 0, "this is no interrupted application");
    struct reader reader = {(const unsigned char *)bytes + MAGIC_SIZE, (const unsigned char *)bytes + size,
                            false};
    struct kept *kept = create_empty();
    if (!kept)
        return err_no_memory("kept");
    take_head(&reader, &kept->head);
    take_bytes(&reader, &kept->xml);
    take_files(&reader, kept);
    if (reader.failed || kept->xml.failed) {
        kept_destroy(&kept);
        return err_make(ERR_DATA, "kept", 0, "the interrupted application is damaged");
    }
    *out_kept = kept;
    return err_ok();
}

void kept_destroy(struct kept **kept)
{
    if (!kept || !*kept)
        return;
    buf_finish(&(*kept)->xml);
    buf_finish(&(*kept)->audit);
    for (size_t i = 0; i < KEPT_FILES_MAX; i++)
        buf_finish(&(*kept)->files[i].bytes);
    private_free(*kept, sizeof **kept);
    *kept = NULL;
}
