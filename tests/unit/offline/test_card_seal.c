#include "board/base/file.h"
#include "offline/card_seal.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char draft[] = "<data><name>王秀兰</name></data>";
static const char card[] = "110101194001011227", other_card[] = "110101195002022238";

struct desk {
    char disk[64];   /* a folder on a disk */
    char memory[64]; /* a folder in memory */
    struct device_key *apart, *beside;
};

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    snprintf(d->disk, sizeof d->disk, "/var/tmp/yizhan-card-XXXXXX");
    snprintf(d->memory, sizeof d->memory, "/dev/shm/yizhan-card-XXXXXX");
    if (!mkdtemp(d->disk) || !mkdtemp(d->memory))
        return 1;
    assert_ok(device_key_open(d->disk, &d->beside));
    assert_ok(device_key_open(d->memory, &d->apart));
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    device_key_close(&d->apart);
    device_key_close(&d->beside);
    fixture_remove_dir(d->disk);
    fixture_remove_dir(d->memory);
    free(d);
    return 0;
}

static bool load(struct desk *d, const char *with, struct buf *out)
{
    bool found = false;
    assert_ok(card_draft_load(d->apart, d->disk, with, strlen(with), out, &found));
    return found;
}

/* The path of the only draft there is. */
static void only_draft(struct desk *d, char out_path[128])
{
    glob_t found;
    char pattern[128];
    snprintf(pattern, sizeof pattern, "%s/drafts/*.sealed", d->disk);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    snprintf(out_path, 128, "%s", found.gl_pathv[0]);
    globfree(&found);
}

static void a_secret_on_the_same_disk_keeps_nothing_of_a_card(void **state)
{
    struct desk *d = *state;
    uint8_t tag[CARD_TAG_SIZE];
    char path[128];
    struct buf out = {0};
    bool found = false;
    if (device_key_is_apart(d->beside))
        skip(); /* /var/tmp lies in memory on this machine */
    assert_err_class(card_tag_make(d->beside, card, tag), ERR_REFUSED);
    assert_err_class(card_draft_save(d->beside, d->disk, card, sizeof card - 1, draft, sizeof draft),
                     ERR_REFUSED);
    assert_err_class(card_draft_load(d->beside, d->disk, card, sizeof card - 1, &out, &found), ERR_REFUSED);
    snprintf(path, sizeof path, "%s/drafts", d->disk);
    assert_int_equal(access(path, F_OK), -1);
}

static void a_draft_opens_for_its_own_card_only(void **state)
{
    struct desk *d = *state;
    struct buf out, file = {0};
    char path[128];
    buf_init_private(&out);
    assert_true(device_key_is_apart(d->apart));
    assert_false(load(d, card, &out));
    assert_ok(card_draft_save(d->apart, d->disk, card, sizeof card - 1, draft, sizeof draft));
    assert_false(load(d, other_card, &out));
    assert_int_equal(out.length, 0);
    assert_true(load(d, card, &out));
    assert_string_equal(buf_text(&out), draft);
    only_draft(d, path);
    assert_null(strstr(path, "1101"));
    assert_ok(file_read(path, 1 << 20, &file));
    assert_null(memmem(file.data, file.length, "王秀兰", strlen("王秀兰")));
    card_draft_drop(d->apart, d->disk, card, sizeof card - 1);
    buf_clear(&out);
    assert_false(load(d, card, &out));
    buf_finish(&file);
    buf_finish(&out);
}

static void a_damaged_draft_is_as_good_as_none(void **state)
{
    struct desk *d = *state;
    struct buf out, file = {0};
    char path[128];
    buf_init_private(&out);
    assert_ok(card_draft_save(d->apart, d->disk, card, sizeof card - 1, draft, sizeof draft));
    only_draft(d, path);
    assert_ok(file_read(path, 1 << 20, &file));
    for (size_t i = 0; i < file.length; i++) {
        file.data[i] ^= 0x10;
        assert_ok(file_write(path, file.data, file.length, 0600));
        assert_false(load(d, card, &out));
        file.data[i] ^= 0x10;
    }
    assert_ok(file_write(path, file.data, 5, 0600));
    assert_false(load(d, card, &out));
    buf_finish(&file);
    buf_finish(&out);
}

static void another_persons_draft_stays(void **state)
{
    struct desk *d = *state;
    struct buf out;
    buf_init_private(&out);
    assert_ok(card_draft_save(d->apart, d->disk, card, sizeof card - 1, draft, sizeof draft));
    assert_ok(card_draft_save(d->apart, d->disk, other_card, sizeof other_card - 1, "other", 6));
    card_draft_drop(d->apart, d->disk, other_card, sizeof other_card - 1);
    assert_true(load(d, card, &out));
    assert_string_equal(buf_text(&out), draft);
    buf_finish(&out);
}

static void set_days_ahead(const char *path, int days)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) + days * 24 * 3600}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* After the power cut that it is kept for, before anybody has told the time. */
static void a_clock_that_stopped_drops_no_draft(void **state)
{
    struct desk *d = *state;
    struct buf out;
    buf_init_private(&out);
    assert_ok(card_draft_save(d->apart, d->disk, card, sizeof card - 1, draft, sizeof draft));
    card_draft_sweep(d->disk, 0);
    assert_true(load(d, card, &out));
    buf_finish(&out);
}

static void a_draft_waits_thirty_days_and_not_one_more(void **state)
{
    struct desk *d = *state;
    const int64_t day_ms = (int64_t)24 * 3600 * 1000;
    struct buf out;
    struct stat status;
    char path[128];
    buf_init_private(&out);
    assert_ok(card_draft_save(d->apart, d->disk, card, sizeof card - 1, draft, sizeof draft));
    only_draft(d, path);
    assert_int_equal(stat(path, &status), 0);
    int64_t saved_ms = (int64_t)status.st_mtim.tv_sec * 1000;
    card_draft_sweep(d->disk, saved_ms + CARD_DRAFT_DAYS * day_ms);
    assert_true(load(d, card, &out));
    card_draft_sweep(d->disk, saved_ms + CARD_DRAFT_DAYS * day_ms + 1);
    assert_false(load(d, card, &out));
    assert_ok(card_draft_save(d->apart, d->disk, card, sizeof card - 1, draft, sizeof draft));
    only_draft(d, path);
    set_days_ahead(path, 3); /* written under a clock that was */
    card_draft_sweep(d->disk, saved_ms);
    assert_false(load(d, card, &out));
    buf_finish(&out);
}

static void a_tag_finds_one_persons_cases_and_tells_nothing(void **state)
{
    struct desk *d = *state;
    uint8_t tag[CARD_TAG_SIZE], again[CARD_TAG_SIZE], other[CARD_TAG_SIZE];
    assert_ok(card_tag_make(d->apart, card, tag));
    assert_ok(card_tag_make(d->apart, card, again));
    assert_ok(card_tag_make(d->apart, other_card, other));
    assert_memory_equal(tag, again, sizeof tag);
    assert_memory_not_equal(tag, other, sizeof tag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_secret_on_the_same_disk_keeps_nothing_of_a_card, setup, teardown),
        cmocka_unit_test_setup_teardown(a_draft_opens_for_its_own_card_only, setup, teardown),
        cmocka_unit_test_setup_teardown(a_damaged_draft_is_as_good_as_none, setup, teardown),
        cmocka_unit_test_setup_teardown(another_persons_draft_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_that_stopped_drops_no_draft, setup, teardown),
        cmocka_unit_test_setup_teardown(a_draft_waits_thirty_days_and_not_one_more, setup, teardown),
        cmocka_unit_test_setup_teardown(a_tag_finds_one_persons_cases_and_tells_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
