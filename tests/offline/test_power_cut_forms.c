/* The power goes at every step of pulling a new version of a form: the old one whole or the new one whole,
 * never half. */
#include "board/base/file.h"
#include "offline/formstore.h"
#include "tests/offline/cutfs.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VFS         "formfs"
#define MEDIUM_SIZE 150000

struct world {
    char dir[64]; /* real, for the downloaded files; the database is in the VFS */
    struct clock_fake clock;
    struct cutfs *fs;
};

static struct err open_forms(const struct world *w, struct formstore **out_forms)
{
    struct formstore_options options = {.dir = w->dir, .clock = &w->clock.clock, .vfs = VFS};
    return formstore_open(&options, out_forms);
}

/* A version whose every byte of XML and medium is its own digit. */
static struct err install(const struct world *w, struct formstore *forms, char version)
{
    static char bytes[MEDIUM_SIZE];
    char path[128], name[] = {version, 0}, sha256[FORMSTORE_SHA256_SIZE];
    int64_t row;
    memset(bytes, version, sizeof bytes);
    snprintf(path, sizeof path, "%s/download", w->dir);
    TRY(file_write(path, bytes, sizeof bytes, 0600));
    TRY(formstore_put_medium(forms, path, sha256));
    const struct formstore_install_medium medium = {"guide.csv", name, sha256};
    const struct formstore_install form = {.id = "pension",
                                           .version = name,
                                           .title = "养老",
                                           .hash = name,
                                           .manifest_hash = name,
                                           .xml = bytes,
                                           .xml_size = 9000,
                                           .media = &medium,
                                           .media_count = 1};
    TRY(formstore_install(forms, &form, &row));
    return formstore_accept(forms, row);
}

static bool nothing_in_outbox(void *context, const char *form_id, const char *version)
{
    (void)context;
    (void)form_id;
    (void)version;
    return false;
}

static struct err pull(const struct world *w)
{
    struct formstore *forms = NULL;
    struct err e = open_forms(w, &forms);
    if (!err_is(&e))
        e = install(w, forms, '2');
    if (!err_is(&e))
        e = formstore_sweep(forms, nothing_in_outbox, NULL);
    formstore_close(&forms);
    return e;
}

static void assert_all(const struct buf *bytes, size_t size, char version)
{
    assert_int_equal(bytes->length, size);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes->data[i], version);
}

static void check(const struct world *w, bool pulled)
{
    struct formstore *forms = NULL;
    struct formstore_form form;
    struct buf bytes = {0};
    bool found = false;
    assert_ok(open_forms(w, &forms));
    assert_ok(formstore_find(forms, "pension", &form, &found));
    assert_true(found);
    assert_true(form.version[0] == '2' || (form.version[0] == '1' && !pulled));
    assert_ok(formstore_xml(forms, form.row, &bytes));
    assert_all(&bytes, 9000, form.version[0]);
    buf_clear(&bytes);
    assert_ok(formstore_medium(forms, form.row, "guide.csv", &bytes, &found));
    assert_true(found);
    assert_all(&bytes, MEDIUM_SIZE, form.version[0]);
    buf_finish(&bytes);
    assert_ok(install(w, forms, '3')); /* and the next pull works */
    formstore_close(&forms);
}

static void begin(struct world *w, uint64_t seed)
{
    struct formstore *forms = NULL;
    memset(w, 0, sizeof *w);
    snprintf(w->dir, sizeof w->dir, "/dev/shm/yizhan-forms-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    clock_fake_init(&w->clock, FIXTURE_NOW_MS);
    w->fs = cutfs_create(VFS, seed);
    assert_ok(open_forms(w, &forms));
    assert_ok(install(w, forms, '1'));
    formstore_close(&forms);
}

static void finish(struct world *w)
{
    cutfs_destroy(&w->fs);
    fixture_remove_dir(w->dir);
}

/* Fates of the unsynced writes tried at every step. */
static uint64_t seeds(void)
{
    return fixture_is_long() ? 20 : 1;
}

static void a_cut_pull_leaves_a_whole_form(void **state)
{
    (void)state;
    int points = 0;
    for (int64_t at = 1;; at++) {
        bool cut = false;
        for (uint64_t seed = 1; seed <= seeds(); seed++) {
            struct world w;
            begin(&w, seed * 1000 + (uint64_t)at);
            cutfs_arm(w.fs, at, 0, 0);
            struct err e = pull(&w);
            cut = cutfs_is_off(w.fs);
            cutfs_power_on(w.fs);
            check(&w, !err_is(&e));
            finish(&w);
            points++;
        }
        if (!cut)
            break;
    }
    print_message("power cut while pulling: %d fault points hit, half forms 0\n", points);
    assert_true(points > 100);
}

static void a_failing_write_leaves_a_whole_form(void **state)
{
    (void)state;
    for (int64_t at = 1;; at++) {
        struct world w;
        begin(&w, (uint64_t)at);
        cutfs_arm(w.fs, 0, at, SQLITE_FULL);
        struct err e = pull(&w);
        bool done = cutfs_steps(w.fs) < at;
        cutfs_arm(w.fs, 0, 0, 0);
        check(&w, !err_is(&e));
        finish(&w);
        if (done)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_pull_leaves_a_whole_form),
        cmocka_unit_test(a_failing_write_leaves_a_whole_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
