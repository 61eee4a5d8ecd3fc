/* The kiosk's half: an application goes in whole, and its receipt's story is kept. */
#include "board/base/log.h"
#include "offline/outbox_internal.h"
#include "offline/room.h"
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Bytes are gathered to full chunks, so that every chunk row but a file's last has OUTBOX_CHUNK_SIZE. */
struct outbox_writer {
    struct store *store;
    int64_t row;
    int files;
    int64_t file_size;
    int64_t total;
    int chunk_number;
    bool has_manifest;
    size_t gathered;
    uint8_t chunk[OUTBOX_CHUNK_SIZE];
};

struct save {
    struct outbox *outbox;
    const struct outbox_application *application;
    struct err (*fill)(void *context, struct outbox_writer *writer);
    void *context;
    struct outbox_writer *writer;
};

void outbox_bare_instance(const char *instance_id, char out_bare[OUTBOX_ID_SIZE])
{
    const char *from = strncasecmp(instance_id, "uuid:", 5) == 0 ? instance_id + 5 : instance_id;
    size_t length = 0;
    while (from[length] && length < OUTBOX_ID_SIZE - 1) {
        out_bare[length] = (char)tolower((unsigned char)from[length]);
        length++;
    }
    out_bare[length] = 0;
}

/* ---- writer ---- */

static struct err flush_chunk(struct outbox_writer *writer)
{
    if (writer->gathered == 0)
        return err_ok();
    TRY(store_run(writer->store,
                  "INSERT INTO chunk(submission, position, number, bytes) VALUES(?1, ?2, ?3, ?4)",
                  STORE_BIND(store_int(writer->row), store_int(writer->files - 1),
                             store_int(writer->chunk_number), store_blob(writer->chunk, writer->gathered))));
    writer->file_size += (int64_t)writer->gathered;
    writer->chunk_number++;
    writer->gathered = 0;
    return err_ok();
}

static struct err end_file(struct outbox_writer *writer)
{
    if (writer->files == 0)
        return err_ok();
    TRY(flush_chunk(writer));
    TRY(store_run(
        writer->store, "UPDATE media SET size = ?3 WHERE submission = ?1 AND position = ?2",
        STORE_BIND(store_int(writer->row), store_int(writer->files - 1), store_int(writer->file_size))));
    writer->total += writer->file_size;
    writer->file_size = 0;
    writer->chunk_number = 0;
    return err_ok();
}

struct err outbox_write_file(struct outbox_writer *writer, const char *name, bool is_xml)
{
    if (strlen(name) >= OUTBOX_NAME_SIZE)
        return err_make(ERR_REFUSED, "outbox", 0, "a file's name is too long");
    TRY(end_file(writer));
    TRY(store_run(
        writer->store,
        "INSERT INTO media(submission, position, name, is_xml, size) VALUES(?1, ?2, ?3, ?4, 0)",
        STORE_BIND(store_int(writer->row), store_int(writer->files), store_text(name), store_int(is_xml))));
    writer->files++;
    return err_ok();
}

struct err outbox_write_bytes(struct outbox_writer *writer, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    assert(writer->files > 0);
    while (size > 0) {
        size_t room = OUTBOX_CHUNK_SIZE - writer->gathered, take = size < room ? size : room;
        memcpy(writer->chunk + writer->gathered, from, take);
        writer->gathered += take;
        from += take;
        size -= take;
        if (writer->gathered == OUTBOX_CHUNK_SIZE)
            TRY(flush_chunk(writer));
    }
    return err_ok();
}

struct err outbox_write_manifest(struct outbox_writer *writer, const char *xml, size_t size)
{
    assert(!writer->has_manifest && size > 0);
    TRY(store_run(writer->store, "INSERT INTO manifest(submission, xml) VALUES(?1, ?2)",
                  STORE_BIND(store_int(writer->row), store_blob(xml, size))));
    writer->total += (int64_t)size;
    writer->has_manifest = true;
    return err_ok();
}

/* ---- save ---- */

static struct err insert_case(struct store *store, const struct save *save)
{
    const struct outbox_application *a = save->application;
    const struct clock *clock = save->outbox->clock;
    char bare[OUTBOX_ID_SIZE];
    outbox_bare_instance(a->instance_id, bare);
    return store_run(
        store,
        "INSERT INTO submission(number, instance, instance_id, endpoint, form_id, form_version, card, "
        "state,"
        " saved_ms, trust, bytes, print) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11)",
        STORE_BIND(store_text(a->number), store_text(bare), store_text(a->instance_id),
                   store_int(a->endpoint), store_text(a->form_id), store_text(a->form_version),
                   a->card_tag ? store_blob(a->card_tag, 32) : store_text(NULL), store_int(OUTBOX_QUEUED),
                   store_int(clock->wall_ms(clock)), store_int(a->trust),
                   store_int(a->wants_receipt ? OUTBOX_PRINT_INTENT : OUTBOX_PRINT_NONE)));
}

static struct err note_withdrawn(struct store *store, const char *number)
{
    return number ? store_run(store, "UPDATE submission SET withdrawn = 1 WHERE number = ?1",
                              STORE_BIND(store_text(number)))
                  : err_ok();
}

static struct err note_owner(struct store *store, int kiosk_number)
{
    return store_run(store,
                     "INSERT INTO owner(id, kiosk) VALUES(1, ?1)"
                     " ON CONFLICT(id) DO UPDATE SET kiosk = ?1 WHERE kiosk <> ?1",
                     STORE_BIND(store_int(kiosk_number)));
}

/* What was purged is free inside the file, which never shrinks. */
static struct err find_room(struct store *store, const char *dir, int64_t *out_room)
{
    int64_t pages = 0, page_size = 0;
    TRY(store_number(store, "PRAGMA freelist_count", STORE_NO_BIND, &pages));
    TRY(store_number(store, "PRAGMA page_size", STORE_NO_BIND, &page_size));
    int64_t on_disk = room_left(dir), inside = pages * page_size;
    *out_room = on_disk > INT64_MAX - inside ? INT64_MAX : on_disk + inside;
    return err_ok();
}

static struct err save_work(struct store *store, void *context)
{
    struct save *save = context;
    struct outbox_writer *writer = save->writer;
    int64_t room = 0;
    TRY(find_room(store, save->outbox->dir, &room));
    TRY(note_owner(store, save->outbox->kiosk_number));
    TRY(note_withdrawn(store, save->application->withdraws));
    TRY(insert_case(store, save));
    *writer = (struct outbox_writer){.store = store, .row = store_last_row(store)};
    TRY(save->fill(save->context, writer));
    TRY(end_file(writer));
    if (!writer->has_manifest)
        return err_make(ERR_DATA, "outbox", 0, "an application without its manifest is not saved");
    if (writer->total > room)
        return err_make(ERR_SPACE, "outbox", 0, "the disk has no room: what is left is for sending");
    return store_run(store, "UPDATE submission SET bytes = ?2 WHERE id = ?1",
                     STORE_BIND(store_int(writer->row), store_int(writer->total)));
}

static struct err confirm_work(struct store *store, void *context)
{
    return store_run(store, "UPDATE submission SET bytes = bytes WHERE number = ?1",
                     STORE_BIND(store_text((const char *)context)));
}

/* A commit that reported an error may have happened all the same: the journal was gone, only its folder's
 * sync failed. If the application is there, one more durable transaction makes sure of it, and it is saved.
 */
static struct err resolve_commit(struct outbox *outbox, const struct outbox_application *application,
                                 struct err cause)
{
    struct outbox_case found_case;
    bool found = false;
    if (cause.class == ERR_REFUSED || cause.class == ERR_RETRY)
        return cause;
    struct err e = outbox_find_number(outbox, application->number, &found_case, &found);
    if (err_is(&e) || !found)
        return cause;
    e = store_write(outbox->store, confirm_work, found_case.number);
    return err_is(&e) ? cause : err_ok();
}

struct err outbox_save(struct outbox *outbox, const struct outbox_application *application,
                       struct err (*fill)(void *context, struct outbox_writer *writer), void *context)
{
    struct save save = {.outbox = outbox, .application = application, .fill = fill, .context = context};
    save.writer = malloc(sizeof *save.writer);
    if (!save.writer)
        return err_no_memory("outbox");
    struct err e = store_write(outbox->store, save_work, &save);
    free(save.writer);
    if (err_is(&e))
        e = resolve_commit(outbox, application, e);
    if (!err_is(&e))
        log_info("outbox", "%s saved: new -> queued (%s)", application->number, application->form_id);
    return e;
}

/* ---- receipt ---- */

struct print_work {
    const char *number;
    enum outbox_print print;
};

static struct err print_update(struct store *store, void *context)
{
    const struct print_work *work = context;
    TRY(store_run(store, "UPDATE submission SET print = ?2 WHERE number = ?1",
                  STORE_BIND(store_text(work->number), store_int(work->print))));
    if (store_changed(store) == 0)
        return err_make(ERR_REFUSED, "outbox", 0, "no application %s to print a receipt of", work->number);
    return err_ok();
}

struct err outbox_print_intent(struct outbox *outbox, const char *number)
{
    struct print_work work = {.number = number, .print = OUTBOX_PRINT_INTENT};
    return store_write(outbox->store, print_update, &work);
}

static struct err print_recover(struct store *store, void *context)
{
    (void)context;
    return store_run(store, "UPDATE submission SET print = ?2 WHERE print = ?1",
                     STORE_BIND(store_int(OUTBOX_PRINT_INTENT), store_int(OUTBOX_PRINT_FAILED)));
}

struct err outbox_print_recover(struct outbox *outbox)
{
    return store_write(outbox->store, print_recover, NULL);
}

struct err outbox_print_outcome(struct outbox *outbox, const char *number, bool printed)
{
    struct print_work work = {.number = number, .print = printed ? OUTBOX_PRINT_DONE : OUTBOX_PRINT_FAILED};
    return store_write(outbox->store, print_update, &work);
}
