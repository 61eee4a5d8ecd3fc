/* From a filled form to a saved application, and what a thief finds on the disk before and after delivery. */
#include "board/base/file.h"
#include "offline/application.h"
#include "offline/signature.h"
#include "tests/platform/open_envelope.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/envelope.h"
#include "tests/unit/offline/fixture.h"
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INSTANCE_ID "uuid:0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f"

/* What must never be found: a made-up woman, her made-up ID number, her photo. */
static const char *const marks[] = {"王秀兰", "110101194001011227", "青溪镇东街十八号",
                                    "PORTRAIT-OF-WANG-XIULAN"};

struct desk {
    struct fixture *f;
    struct county county;
    struct config config;
    struct device_key *key;
    char photo[150000];
};

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    if (fixture_setup((void **)&d->f) != 0)
        return 1;
    char secrets[96];
    county_init(&d->county, "RSA", 2048);
    snprintf(secrets, sizeof secrets, "%s/secrets", d->f->dir);
    if (mkdir(secrets, 0700) != 0)
        return 1;
    assert_ok(device_key_open(secrets, &d->key));
    snprintf(d->config.seal.suite, sizeof d->config.seal.suite, "odk");
    assert_ok(seal_key_fingerprint(d->county.public_key, d->config.seal.key_sha256[0]));
    d->config.seal.key_count = 1;
    for (size_t i = 0; i + 23 < sizeof d->photo; i += 1000)
        memcpy(d->photo + i, marks[3], strlen(marks[3]));
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    device_key_close(&d->key);
    county_finish(&d->county);
    fixture_teardown((void **)&d->f);
    free(d);
    return 0;
}

static struct err apply_as(struct desk *d, const char *number, const char *form_id, const char *public_key,
                           enum endpoint endpoint, size_t media_count, char out_code[RECEIPT_CODE_SIZE])
{
    char xml[512];
    int length = snprintf(
        xml, sizeof xml,
        "<data id=\"pension\"><name>%s</name><id_number>%s</id_number><address>%s</address>"
        "<case_number>%s</case_number><portrait>portrait.jpg</portrait><meta><instanceID>" INSTANCE_ID
        "</instanceID></meta></data>",
        marks[0], marks[1], marks[2], number);
    const struct seal_file media[] = {{"portrait.jpg", d->photo, sizeof d->photo}};
    struct application application = {
        .number = number,
        .endpoint = endpoint,
        .form_id = form_id,
        .form_version = "1",
        .public_key = public_key,
        .instance_id = INSTANCE_ID,
        .xml = xml,
        .xml_size = (size_t)length,
        .media = media,
        .media_count = media_count,
        .wants_receipt = true,
    };
    return application_save(&d->config, d->key, d->f->outbox, &application, out_code);
}

static struct err apply_to(struct desk *d, const char *form_id, const char *public_key,
                           enum endpoint endpoint, size_t media_count, char out_code[RECEIPT_CODE_SIZE])
{
    char number[CASE_NUMBER_SIZE];
    TRY(outbox_take_number(d->f->outbox, number));
    return apply_as(d, number, form_id, public_key, endpoint, media_count, out_code);
}

static struct err apply(struct desk *d, const char *public_key, enum endpoint endpoint,
                        char out_code[RECEIPT_CODE_SIZE])
{
    return apply_to(d, "pension", public_key, endpoint, 1, out_code);
}

static struct outbox_case only_case(struct desk *d)
{
    struct outbox_case c;
    bool found = false;
    assert_ok(outbox_find_instance(d->f->outbox, INSTANCE_ID, &c, &found));
    assert_true(found);
    return c;
}

/* ---- the county's side, fed from the outbox as a platform would be ---- */

static struct err fetch(void *context, const char *name, struct buf *out_bytes)
{
    struct desk *d = context;
    struct outbox_files files;
    int64_t row = only_case(d).row;
    static char piece[OUTBOX_CHUNK_SIZE];
    size_t got;
    TRY(outbox_files(d->f->outbox, row, &files));
    for (size_t i = 0; i < files.count; i++) {
        if (strcmp(files.items[i].name, name) != 0)
            continue;
        for (int64_t at = 0; at < files.items[i].size; at += (int64_t)got) {
            TRY(outbox_read(d->f->outbox, row, (int)i, at, piece, sizeof piece, &got));
            buf_append(out_bytes, piece, got);
        }
    }
    outbox_files_finish(&files);
    return buf_check(out_bytes, "test");
}

static void the_county_reads_what_was_saved_and_who_sent_it(void **state)
{
    struct desk *d = *state;
    char code[RECEIPT_CODE_SIZE], number[CASE_NUMBER_SIZE];
    uint8_t mine[DEVICE_KEY_SIZE], found[DEVICE_KEY_SIZE];
    struct envelope opened;
    struct buf manifest = {0};
    assert_ok(apply(d, d->county.public_key, ENDPOINT_PLATFORM, code));
    assert_ok(receipt_code_read(d->key, code, number));
    assert_string_equal(only_case(d).number, number);
    assert_ok(outbox_manifest(d->f->outbox, only_case(d).row, &manifest));
    assert_ok(open_envelope(d->county.private_pem, manifest.data, manifest.length, fetch, d, &opened));
    assert_non_null(strstr(opened.xml.data, marks[0]));
    assert_non_null(strstr(opened.xml.data, number));
    assert_ok(signature_check(opened.xml.data, opened.xml.length, found));
    device_key_public(d->key, mine);
    assert_memory_equal(mine, found, sizeof mine);
    assert_int_equal(opened.files[0].bytes.length, sizeof d->photo);
    assert_memory_equal(opened.files[0].bytes.data, d->photo, sizeof d->photo);
    envelope_finish(&opened);
    buf_finish(&manifest);
}

/* ---- the thief's side ---- */

static int files_searched, marks_found;

static int search_file(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    struct buf bytes = {0};
    (void)status;
    (void)where;
    if (kind != FTW_F)
        return 0;
    assert_ok(file_read(path, 64 << 20, &bytes));
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        marks_found += memmem(buf_text(&bytes), bytes.length, marks[i], strlen(marks[i])) != NULL;
    files_searched++;
    buf_finish(&bytes);
    return 0;
}

static int search(const char *dir)
{
    files_searched = marks_found = 0;
    assert_int_equal(nftw(dir, search_file, 8, FTW_PHYS), 0);
    assert_true(files_searched >= 3); /* database, number, secrets */
    return marks_found;
}

static void nothing_in_the_clear_is_on_the_disk(void **state)
{
    struct desk *d = *state;
    char code[RECEIPT_CODE_SIZE];
    struct outbox_list claimed;
    int purged = 0;
    assert_ok(apply(d, d->county.public_key, ENDPOINT_PLATFORM, code));
    assert_int_equal(search(d->f->dir), 0);
    assert_ok(outbox_claim(d->f->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 1, &claimed));
    struct outbox_settlement settled = {.row = claimed.items[0].row, .answer = {.http_status = 201}};
    assert_ok(outbox_settle(d->f->outbox, &settled, 1));
    assert_ok(outbox_sweep(d->f->outbox, &purged));
    outbox_list_finish(&claimed);
    assert_int_equal(search(d->f->dir), 0);
}

/* The search itself can find: a form that is allowed to be in the clear is found, and gone after the purge.
 */
static void what_was_purged_is_gone_even_in_the_clear(void **state)
{
    struct desk *d = *state;
    char code[RECEIPT_CODE_SIZE];
    struct outbox_list claimed;
    int purged = 0;
    d->config.seal.allow_unsealed = true;
    assert_ok(apply(d, "", ENDPOINT_PLATFORM, code));
    assert_int_equal(search(d->f->dir), 4);
    assert_ok(outbox_claim(d->f->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 1, &claimed));
    struct outbox_settlement settled = {.row = claimed.items[0].row, .answer = {.http_status = 201}};
    assert_ok(outbox_settle(d->f->outbox, &settled, 1));
    assert_ok(outbox_sweep(d->f->outbox, &purged));
    outbox_list_finish(&claimed);
    assert_int_equal(search(d->f->dir), 0);
}

/* ---- keys ---- */

/* What a sync program that was broken into tries, and how often it got anywhere. */
static struct {
    int tries, learned, forged;
} hostile_sync;

static void must_refuse(struct err e)
{
    hostile_sync.tries++;
    hostile_sync.learned += !err_is(&e);
    assert_int_equal(e.class, ERR_REFUSED);
}

static void a_key_that_is_not_pinned_saves_nothing(void **state)
{
    struct desk *d = *state;
    struct county hostile;
    struct outbox_counts counts;
    char code[RECEIPT_CODE_SIZE] = "", own[CASE_NUMBER_SIZE];
    case_number_own(INSTANCE_ID, own);
    county_init(&hostile, "RSA", 2048);
    must_refuse(apply(d, hostile.public_key, ENDPOINT_PLATFORM, code));
    must_refuse(apply(d, "", ENDPOINT_PLATFORM, code)); /* nor by taking the key away */
    must_refuse(apply(d, "", ENDPOINT_FLEET, code));    /* nor by saying it is of the fleet */
    must_refuse(apply_as(d, own, "service-rating", "", ENDPOINT_FLEET, 1, code)); /* with a photo? */
    must_refuse(apply_as(d, own, "service-rating", "", ENDPOINT_PLATFORM, 0, code));
    must_refuse(apply_as(d, own, "pension", "", ENDPOINT_FLEET, 0, code));
    must_refuse(apply_to(d, "service-rating", "", ENDPOINT_FLEET, 0, code)); /* a visitor led into it? */
    assert_ok(outbox_count(d->f->outbox, &counts));
    assert_int_equal(counts.waiting, 0);
    assert_string_equal(code, "");
    assert_ok(apply_as(d, own, "service-rating", "", ENDPOINT_FLEET, 0, code)); /* the kiosk's own figures */
    county_finish(&hostile);
}

/* ---- a hostile sync program: it has the outbox and the form's public key, and may write whatever it likes
 * ---- */

static void forge(struct desk *d, const struct device_key *signer, struct envelope *out_opened)
{
    static const char forged[] = "<data id=\"pension\"><name>forged</name><meta><instanceID>" INSTANCE_ID
                                 "</instanceID></meta></data>";
    struct sealed sealed = {0};
    struct buf xml = {0};
    if (signer)
        assert_ok(signature_add(signer, forged, strlen(forged), &xml));
    else
        buf_append_text(&xml, forged);
    struct seal_subject subject = {.form_id = "pension",
                                   .form_version = "1",
                                   .instance_id = INSTANCE_ID,
                                   .xml = {.bytes = xml.data, .size = xml.length}};
    struct seal_sink sink = sealed_sink(&sealed);
    assert_ok(seal_submission(seal_suite_find("odk"), d->county.public_key, &subject, &sink));
    assert_ok(open_envelope(d->county.private_pem, sealed.manifest.data, sealed.manifest.length, sealed_fetch,
                            &sealed, out_opened));
    sealed_finish(&sealed);
    buf_finish(&xml);
}

static void a_forged_submission_is_told_from_a_kiosks(void **state)
{
    struct desk *d = *state;
    struct device_key *hostile = NULL;
    struct envelope opened;
    uint8_t mine[DEVICE_KEY_SIZE], found[DEVICE_KEY_SIZE];
    device_key_public(d->key, mine);
    forge(d, NULL, &opened); /* it opens, anybody can seal to the county; but nobody signed it */
    struct err unsigned_err = signature_check(opened.xml.data, opened.xml.length, found);
    hostile_sync.tries++;
    hostile_sync.forged += !err_is(&unsigned_err);
    assert_int_equal(unsigned_err.class, ERR_DATA);
    envelope_finish(&opened);
    assert_ok(
        device_key_open(d->county.dir, &hostile)); /* a key of its own, which the county does not know */
    forge(d, hostile, &opened);
    assert_ok(signature_check(opened.xml.data, opened.xml.length, found));
    hostile_sync.tries++;
    hostile_sync.forged += memcmp(mine, found, sizeof mine) == 0;
    assert_memory_not_equal(mine, found, sizeof mine);
    envelope_finish(&opened);
    device_key_close(&hostile);
}

/* By another connection, as sync's would be. */
static void write_outbox(struct desk *d, const char *sql)
{
    char path[128], *message = NULL;
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/outbox.db", d->f->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
}

/* Code of its own in the schema would make the kiosk say "saved" of what it threw away. */
static void what_sync_leaves_in_the_schema_does_not_run(void **state)
{
    struct desk *d = *state;
    char code[RECEIPT_CODE_SIZE], number[CASE_NUMBER_SIZE];
    write_outbox(d, "CREATE TRIGGER t BEFORE INSERT ON submission BEGIN SELECT RAISE(IGNORE); END;"
                    "CREATE TRIGGER u AFTER INSERT ON manifest BEGIN UPDATE manifest SET xml = x'00'; END");
    hostile_sync.tries++;
    assert_ok(apply(d, d->county.public_key, ENDPOINT_PLATFORM, code));
    assert_ok(receipt_code_read(d->key, code, number));
    struct buf manifest = {0};
    assert_ok(outbox_manifest(d->f->outbox, only_case(d).row, &manifest));
    hostile_sync.forged += manifest.length < 100 || strcmp(only_case(d).number, number) != 0;
    assert_int_equal(hostile_sync.forged, 0);
    buf_finish(&manifest);
}

/* A state is looked up in a table of names, and the name goes into the health report in the clear: a number
 * that lies outside would be an address of the kiosk's memory. */
static void what_sync_writes_is_no_address(void **state)
{
    static const int far = 1 << 20;
    struct desk *d = *state;
    char code[RECEIPT_CODE_SIZE];
    struct outbox_link link;
    struct outbox_history history = {0};
    assert_ok(outbox_get_link(d->f->outbox, ENDPOINT_PLATFORM, &link));
    assert_ok(outbox_set_link(d->f->outbox, ENDPOINT_PLATFORM, &link));
    assert_ok(apply(d, d->county.public_key, ENDPOINT_PLATFORM, code));
    assert_ok(outbox_mark_on_stick(d->f->outbox, only_case(d).row));
    write_outbox(d, "UPDATE link SET state = 1 << 20;"
                    "UPDATE submission SET state = 1 << 20, trust = -1, print = 1 << 20, endpoint = -1 << 20;"
                    "UPDATE event SET from_state = 1 << 20, to_state = -1");
    hostile_sync.tries++;
    assert_ok(outbox_get_link(d->f->outbox, ENDPOINT_PLATFORM, &link));
    struct outbox_case item = only_case(d);
    assert_ok(outbox_history(d->f->outbox, item.row, &history));
    hostile_sync.learned +=
        (int)link.state == far || (int)item.state == far || (int)history.items[0].from == far;
    assert_string_equal(outbox_link_state_name(link.state), "unknown");
    assert_string_equal(outbox_state_name(item.state), "queued");
    assert_string_equal(outbox_trust_name(item.trust), "unset");
    assert_string_equal(outbox_print_name(item.print), "none");
    assert_string_equal(endpoint_name(item.endpoint), "platform");
    assert_string_equal(outbox_state_name(history.items[0].to), "queued");
    outbox_history_finish(&history);
    assert_int_equal(hostile_sync.learned, 0);
}

/* It may mix up rows as it likes: who opens an envelope sees it. */
static void an_envelope_of_two_halves_does_not_open(void **state)
{
    struct desk *d = *state;
    char code[RECEIPT_CODE_SIZE], own[CASE_NUMBER_SIZE];
    struct envelope opened;
    struct buf manifest = {0};
    assert_ok(apply(d, d->county.public_key, ENDPOINT_PLATFORM, code));
    case_number_own("uuid:0b8f7d0e-6f3c-4a52-9d33-000000000002", own);
    assert_ok(fixture_save_as(d->f->outbox, own, sizeof d->photo)); /* bytes of somebody else, as many */
    write_outbox(d, "UPDATE chunk SET bytes = (SELECT o.bytes FROM chunk o WHERE o.submission = 2 AND"
                    " o.position = 0 AND o.number = 0) WHERE submission = 1 AND position = 0 AND number = 0");
    assert_ok(outbox_manifest(d->f->outbox, only_case(d).row, &manifest));
    hostile_sync.tries++;
    struct err e = open_envelope(d->county.private_pem, manifest.data, manifest.length, fetch, d, &opened);
    hostile_sync.forged += !err_is(&e);
    assert_true(err_is(&e));
    buf_finish(&manifest);
}

#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static int say(void **state)
{
    (void)state;
    print_message("hostile sync: %d tries, learned %d, forged %d\n", hostile_sync.tries, hostile_sync.learned,
                  hostile_sync.forged);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DESK(the_county_reads_what_was_saved_and_who_sent_it),
        WITH_DESK(nothing_in_the_clear_is_on_the_disk),
        WITH_DESK(what_was_purged_is_gone_even_in_the_clear),
        WITH_DESK(a_key_that_is_not_pinned_saves_nothing),
        WITH_DESK(what_sync_leaves_in_the_schema_does_not_run),
        WITH_DESK(what_sync_writes_is_no_address),
        WITH_DESK(an_envelope_of_two_halves_does_not_open),
        WITH_DESK(a_forged_submission_is_told_from_a_kiosks),
    };
    return cmocka_run_group_tests(tests, NULL, say);
}
