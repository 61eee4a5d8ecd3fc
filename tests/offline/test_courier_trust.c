/* A stick from anybody, and receipts from anybody: whose word is taken, and that nobody else's is. */
#include "board/base/utf8.h"
#include "tests/offline/stick.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a stick from anybody: whatever lies on it, nothing outside it is read and nothing is sent ---- */

#define AN_ID   "0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f"
#define A_HASH  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define A_BATCH "yizhan courier 1\nkiosk 17\n"

static void sign_as_stranger(struct story *story, const char *path, const char *content)
{
    struct device_key *stranger = stick_key(story, "stranger");
    struct buf text = {0};
    buf_append_text(&text, content);
    assert_ok(courier_signed_write(path, &text, stranger));
    buf_finish(&text);
    device_key_close(&stranger);
}

/* On a terminal, and in JSON. */
static void assert_one_line(const char *text)
{
    assert_true(utf8_valid(text, strlen(text)));
    for (const char *at = text; *at; at++)
        assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
}

static void an_index_of_anything_is_refused(void **state)
{
    static const char *const indices[] = {
        "",
        "\n",
        "yizhan courier 2\n",
        A_BATCH "application ../../../../../../../../etc/shadow..\n",
        A_BATCH "application " AN_ID "/\n",
        A_BATCH "application .hidden\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 ../../../../etc/hostname\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 a/b\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 \n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " -1 submission.xml\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 99999999999999999999 submission.xml\n",
        A_BATCH "application " AN_ID "\nfile short 0 submission.xml\n",
        A_BATCH "file " A_HASH " 0 submission.xml\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 missing.xml\n",
        A_BATCH "rm -rf\n",
        A_BATCH "application 0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e\xff\x1b\nfile " A_HASH " 0 manifest\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 manifest\nfile " A_HASH " 0 \x1b[2J\x1b]0;\a\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 9000000000000 manifest\n",
    };
    struct story *story = *state;
    char stick[96], folder[160], path[300];

    stick_dir(story, stick);
    stick_batches(story, folder);
    mkdir(folder, 0755);
    snprintf(path, sizeof path, "%s/batch", folder);
    mkdir(path, 0755);
    stick_batch(story, "INDEX", path);
    for (size_t i = 0; i < sizeof indices / sizeof *indices; i++) {
        sign_as_stranger(story, path, indices[i]);
        struct courier_counts counts = stick_upload(story);
        if (counts.refused != 1 || counts.applications != 0)
            fail_msg("taken: %s", indices[i]);
        assert_one_line(counts.refusal);
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0644), 0); /* nobody waits for who writes into it */
    assert_int_equal(stick_upload(story).refused, 1);
    assert_int_equal(platform_count(&story->platform, "submissions"), 0);
}

static void refuses_link_at(struct story *story, const char *path)
{
    char away[160];
    snprintf(away, sizeof away, "%s/away", story->dir);
    assert_int_equal(rename(path, away), 0);
    assert_int_equal(symlink(away, path), 0);
    struct courier_counts counts = stick_upload(story);
    assert_int_equal(counts.applications, 0);
    assert_int_equal(counts.refused, 1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rename(away, path), 0);
}

/* Whatever it leads to, a link on a stick does not lead to what lies on the stick. */
static void a_link_is_not_followed(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];

    stick_save(story, 1, numbers);
    stick_export(story);
    stick_application(story, numbers[0], "photo.jpg.enc", path);
    refuses_link_at(story, path);
    stick_application(story, numbers[0], "", path);
    refuses_link_at(story, path);
    stick_batch(story, "INDEX", path);
    refuses_link_at(story, path);
    stick_batch(story, "", path);
    refuses_link_at(story, path);
    assert_int_equal(stick_upload(story).applications, 1);
}

/* ---- receipts that nobody may believe: each is refused in a sentence, and nothing is forgotten ---- */

static void assert_refused(struct story *story, const struct courier_counts *counts, const char *number,
                           const char *sentence)
{
    assert_int_equal(counts->refused, 1);
    assert_int_equal(counts->applications, 0);
    if (!strstr(counts->refusal, sentence))
        fail_msg("\"%s\" does not say \"%s\"", counts->refusal, sentence);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_ON_STICK);
    assert_true(kiosk_case(&story->kiosk, number).sealed_bytes > 0);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void receipts_that_nobody_signed_are_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300], text[200];

    stick_save(story, 1, numbers);
    stick_export(story);
    struct outbox_case item = kiosk_case(&story->kiosk, numbers[0]);
    stick_batch(story, "RECEIPTS", path);
    snprintf(text, sizeof text, "%s 201 1787500800000\n", item.instance_id + 5);
    write_text(path, text);
    struct courier_counts counts = stick_import(story);
    assert_refused(story, &counts, numbers[0], "not signed");
    /* and at the office they do not keep anything from being sent */
    assert_int_equal(stick_upload(story).applications, 1);
    assert_int_equal(stick_import(story).applications, 1);
}

/* Whoever holds the stick can sign whatever he likes, by a key of his own. */
static void receipts_of_another_office_are_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE];

    stick_save(story, 1, numbers);
    stick_export(story);
    assert_int_equal(stick_upload_by(story, "stranger").applications, 1);
    struct courier_counts counts = stick_import(story);
    assert_refused(story, &counts, numbers[0], "who is not in [courier] office_key");
    counts = stick_import_as(story, 17, 0);
    assert_refused(story, &counts, numbers[0], "this kiosk knows no office");
}

static void a_changed_receipt_is_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];

    stick_save(story, 1, numbers);
    stick_export(story);
    stick_upload(story);
    stick_batch(story, "RECEIPTS", path);
    stick_damage(path, 100);
    struct courier_counts counts = stick_import(story);
    assert_refused(story, &counts, numbers[0], "the signature does not fit");
}

static void copy_file(const char *from, const char *to)
{
    char bytes[4096];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    assert_true(in && out);
    size_t length = fread(bytes, 1, sizeof bytes, in);
    assert_int_equal(fwrite(bytes, 1, length, out), length);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* A true receipt of last month's batch, laid beside this month's. */
static void replayed_receipts_are_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], second[1][CASE_NUMBER_SIZE], path[300], folder[160], kept[160],
        old[160];

    stick_save(story, 1, numbers);
    stick_export(story);
    stick_upload(story);
    stick_batch(story, "RECEIPTS", path);
    snprintf(kept, sizeof kept, "%s/receipts.kept", story->dir);
    copy_file(path, kept);
    assert_int_equal(stick_import(story).applications, 1);
    stick_batches(story, folder);
    snprintf(old, sizeof old, "%s/old-batches", story->dir);
    assert_int_equal(rename(folder, old), 0);
    stick_save(story, 1, second);
    stick_export(story);
    stick_batch(story, "RECEIPTS", path);
    copy_file(kept, path);
    struct courier_counts counts = stick_import(story);
    assert_refused(story, &counts, second[0], "belongs to another batch");
}

/* A batch with our number and the name of our application, made and signed by somebody else, and receipts for
 * it by an office that was taken in. */
static void a_batch_that_this_kiosk_did_not_make_is_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];
    struct device_key *forger = stick_key(story, "forger");
    struct buf text = {0};
    uint8_t key[DEVICE_KEY_SIZE];

    stick_save(story, 1, numbers);
    stick_export(story);
    stick_batch(story, "INDEX", path);
    assert_ok(courier_signed_read(path, &text, key));
    assert_ok(courier_signed_write(path, &text, forger));
    buf_finish(&text);
    device_key_close(&forger);
    assert_int_equal(stick_upload(story).applications, 1);
    struct courier_counts counts = stick_import(story);
    assert_refused(story, &counts, numbers[0], "this kiosk did not make it");
}

static void receipts_of_nothing_are_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];

    stick_save(story, 1, numbers);
    stick_export(story);
    stick_batch(story, "RECEIPTS", path);
    sign_as_stranger(story, path, "");
    struct courier_counts counts = stick_import(story);
    assert_refused(story, &counts, numbers[0], "names no batch");
}

static void another_kiosks_receipts_are_not_ours(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE];

    stick_save(story, 1, numbers);
    stick_export(story);
    stick_upload(story);
    assert_int_equal(stick_import_as(story, 18, 1).applications, 0);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_ON_STICK);
}

int main(void)
{
#define STORY(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)
    const struct CMUnitTest tests[] = {
        STORY(an_index_of_anything_is_refused),
        STORY(a_link_is_not_followed),
        STORY(receipts_that_nobody_signed_are_refused),
        STORY(receipts_of_another_office_are_refused),
        STORY(a_changed_receipt_is_refused),
        STORY(replayed_receipts_are_refused),
        STORY(a_batch_that_this_kiosk_did_not_make_is_refused),
        STORY(receipts_of_nothing_are_refused),
        STORY(another_kiosks_receipts_are_not_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
