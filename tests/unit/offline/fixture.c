#include "tests/unit/offline/fixture.h"
#include "board/base/random.h"
#include "tests/unit/cmocka.h"
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct outbox *fixture_open(const char *dir, const struct clock *clock, const char *vfs)
{
    struct outbox *outbox = NULL;
    struct outbox_options options = {
        .dir = dir, .kiosk_number = 42, .clock = clock, .vfs = vfs, .busy_ms = 200};
    assert_ok(outbox_open(&options, &outbox));
    return outbox;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

void fixture_remove_dir(const char *dir)
{
    if (nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
        fail_msg("cannot remove %s", dir);
}

bool fixture_is_long(void)
{
    const char *length = getenv("YIZHAN_TEST_LENGTH");
    return length && strcmp(length, "long") == 0;
}

const char *fixture_place(void)
{
    struct statvfs room;
    bool has_room = statvfs("/dev/shm", &room) == 0 && room.f_bavail * room.f_frsize > 1 << 30;
    return has_room ? "/dev/shm" : "/tmp";
}

int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    snprintf(f->dir, sizeof f->dir, "%s/yizhan-store-XXXXXX", fixture_place());
    if (!mkdtemp(f->dir))
        return 1;
    clock_fake_init(&f->clock, FIXTURE_NOW_MS);
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    outbox_close(&f->outbox);
    fixture_remove_dir(f->dir);
    free(f);
    return 0;
}

struct content {
    const char *number;
    size_t media_size;
};

static struct err fill(void *context, struct outbox_writer *writer)
{
    const struct content *content = context;
    char manifest[64];
    int length = snprintf(manifest, sizeof manifest, "<data id=\"pension\">%s</data>", content->number);
    TRY(outbox_write_file(writer, "portrait.jpg.enc", false));
    for (size_t at = 0; at < content->media_size;) { /* pieces that fit no chunk */
        uint8_t piece[1000];
        size_t take = content->media_size - at < sizeof piece ? content->media_size - at : sizeof piece;
        for (size_t i = 0; i < take; i++)
            piece[i] = (uint8_t)((at + i) * 7);
        TRY(outbox_write_bytes(writer, piece, take));
        at += take;
    }
    TRY(outbox_write_file(writer, "submission.xml.enc", true));
    TRY(outbox_write_bytes(writer, "sealed instance", 15));
    return outbox_write_manifest(writer, manifest, (size_t)length);
}

struct err fixture_save_as(struct outbox *outbox, const char *number, size_t media_size)
{
    char uuid[37], instance_id[64];
    random_uuid(uuid);
    snprintf(instance_id, sizeof instance_id, "uuid:%s", uuid);
    struct outbox_application application = {
        .number = number,
        .instance_id = instance_id,
        .endpoint = ENDPOINT_PLATFORM,
        .form_id = "pension",
        .form_version = "2026",
        .trust = OUTBOX_TIME_NTP,
        .wants_receipt = true,
    };
    struct content content = {.number = number, .media_size = media_size};
    return outbox_save(outbox, &application, fill, &content);
}

struct err fixture_save(struct outbox *outbox, size_t media_size, char out_number[CASE_NUMBER_SIZE])
{
    char number[CASE_NUMBER_SIZE];
    TRY(outbox_take_number(outbox, number));
    TRY(fixture_save_as(outbox, number, media_size));
    memcpy(out_number, number, sizeof number);
    return err_ok();
}

void fixture_forget_bytes(const char *dir, const char *number)
{
    char path[256], sql[160];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/outbox.db", dir);
    snprintf(sql, sizeof sql,
             "DELETE FROM chunk WHERE submission = (SELECT id FROM submission WHERE number = '%s')", number);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_changes(db) > 0);
    sqlite3_close(db);
}
