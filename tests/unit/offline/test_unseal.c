/* The county's desk opens what a kiosk sealed, and nothing that was tampered with. */
#include "board/base/file.h"
#include "offline/unseal.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/envelope.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char instance[] = "<data id=\"pension\"><name>王秀兰</name><meta><instanceID>"
                               "uuid:0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f</instanceID></meta></data>";
static const char photo[] = "not really a photo, but longer than one block of the cipher";

struct world {
    struct county county;
    struct sealed sealed;
    struct unseal_key *key;
    struct unseal_manifest *manifest;
    struct unsealed *opened;
};

static void seal_to(struct world *world, const char *suite, const char *public_key)
{
    const struct seal_file media[] = {{"portrait.jpg", photo, sizeof photo}, {"empty.txt", "", 0}};
    const struct seal_subject subject = {
        .form_id = "pension & more",
        .form_version = "2026[encrypted:ab]",
        .instance_id = "uuid:0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f",
        .xml = {.bytes = instance, .size = sizeof instance - 1},
        .media = media,
        .media_count = 2,
    };
    struct seal_sink sink = sealed_sink(&world->sealed);
    assert_ok(seal_submission(seal_suite_find(suite), public_key, &subject, &sink));
    world->manifest = calloc(1, sizeof *world->manifest);
    world->opened = calloc(1, sizeof *world->opened);
    assert_non_null(world->manifest);
    assert_non_null(world->opened);
    assert_ok(unseal_manifest_read(buf_text(&world->sealed.manifest), world->sealed.manifest.length,
                                   world->manifest));
}

static void begin(struct world *world, const char *suite)
{
    memset(world, 0, sizeof *world);
    county_init(&world->county, strcmp(suite, "sm") == 0 ? "SM2" : "RSA", 2048);
    seal_to(world, suite, world->county.public_key);
    assert_ok(unseal_key_open(world->county.private_pem, NULL, &world->key));
}

static void forget(struct world *world)
{
    unsealed_finish(world->opened);
    free(world->opened);
    free(world->manifest);
    unseal_key_close(&world->key);
    sealed_finish(&world->sealed);
}

static void end(struct world *world)
{
    forget(world);
    county_finish(&world->county);
}

static struct err open_it(struct world *world)
{
    return unseal(world->key, world->manifest, sealed_fetch, &world->sealed, world->opened);
}

static void opens(const char *suite)
{
    struct world world;
    begin(&world, suite);
    assert_string_equal(world.manifest->suite, suite);
    assert_ok(open_it(&world));
    assert_string_equal(buf_text(&world.opened->xml), instance);
    assert_int_equal(world.opened->file_count, 2);
    assert_string_equal(world.opened->files[0].name, "portrait.jpg");
    assert_int_equal(world.opened->files[0].bytes.length, sizeof photo);
    assert_memory_equal(world.opened->files[0].bytes.data, photo, sizeof photo);
    assert_int_equal(world.opened->files[1].bytes.length, 0);
    end(&world);
}

static void both_suites_open(void **state)
{
    (void)state;
    opens("odk");
    opens("sm");
}

static void a_changed_byte_is_seen(void **state)
{
    (void)state;
    static const char *const suites[] = {"odk", "sm"};
    for (int s = 0; s < 2; s++)
        for (int file = 0; file < 3; file++) {
            struct world world;
            begin(&world, suites[s]);
            world.sealed.files[file].data[0] ^= 1;
            assert_err_class(open_it(&world), ERR_DATA);
            end(&world);
        }
}

static void files_that_were_exchanged_are_seen(void **state)
{
    (void)state;
    struct world world;
    begin(&world, "odk");
    struct buf first = world.sealed.files[0];
    world.sealed.files[0] = world.sealed.files[1];
    world.sealed.files[1] = first;
    assert_err_class(open_it(&world), ERR_DATA);
    end(&world);
}

static void another_form_id_is_seen(void **state)
{
    (void)state;
    struct world world;
    begin(&world, "odk");
    strcpy(world.manifest->form_id, "another");
    assert_err_class(open_it(&world), ERR_DATA);
    end(&world);
}

static void another_key_does_not_open(void **state)
{
    (void)state;
    struct world world;
    struct county other;
    begin(&world, "odk");
    county_init(&other, "RSA", 2048);
    unseal_key_close(&world.key);
    assert_ok(unseal_key_open(other.private_pem, NULL, &world.key));
    assert_err_class(open_it(&world), ERR_DATA);
    county_finish(&other);
    end(&world);
}

static void a_file_name_cannot_leave_its_folder(void **state)
{
    (void)state;
    struct world world;
    begin(&world, "odk");
    strcpy(world.manifest->files[0], "../../etc/passwd.enc");
    assert_err_class(open_it(&world), ERR_DATA);
    end(&world);
}

static void a_made_key_opens_and_is_locked_by_its_passphrase(void **state)
{
    (void)state;
    char path[] = "/tmp/yizhan-key-XXXXXX";
    struct buf pem = {0}, public = {0};
    struct world world = {0};
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_ok(unseal_key_make("sm", "kupferne Laterne", &pem, &public));
    assert_non_null(strstr(buf_text(&pem), "ENCRYPTED"));
    assert_ok(file_write(path, pem.data, pem.length, 0600));
    assert_err_class(unseal_key_open(path, NULL, &world.key), ERR_DATA);
    assert_err_class(unseal_key_open(path, "another", &world.key), ERR_DATA);
    assert_ok(unseal_key_open(path, "kupferne Laterne", &world.key));
    seal_to(&world, "sm", buf_text(&public));
    assert_ok(open_it(&world));
    forget(&world);
    buf_finish(&pem);
    buf_finish(&public);
    unlink(path);
    close(fd);
}

static void what_is_no_manifest_is_refused(void **state)
{
    (void)state;
    struct unseal_manifest *manifest = calloc(1, sizeof *manifest);
    static const char clear[] = "<data id=\"rating\"><meta><instanceID>uuid:1</instanceID></meta></data>",
                      bomb[] = "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>", half[] = "<data id=\"rating\">";
    assert_non_null(manifest);
    assert_ok(unseal_manifest_read(clear, sizeof clear - 1, manifest));
    assert_false(manifest->is_sealed);
    assert_string_equal(manifest->form_id, "rating");
    assert_string_equal(manifest->instance_id, "uuid:1");
    assert_err_class(unseal_manifest_read(bomb, sizeof bomb - 1, manifest), ERR_DATA);
    assert_err_class(unseal_manifest_read(half, sizeof half - 1, manifest), ERR_DATA);
    free(manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_suites_open),
        cmocka_unit_test(a_changed_byte_is_seen),
        cmocka_unit_test(files_that_were_exchanged_are_seen),
        cmocka_unit_test(another_form_id_is_seen),
        cmocka_unit_test(another_key_does_not_open),
        cmocka_unit_test(a_file_name_cannot_leave_its_folder),
        cmocka_unit_test(a_made_key_opens_and_is_locked_by_its_passphrase),
        cmocka_unit_test(what_is_no_manifest_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
