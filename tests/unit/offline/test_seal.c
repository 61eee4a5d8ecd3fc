/* Sealing, opened again by code that shares nothing with it (tests/platform/open_envelope.c) and by
 * openssl(1). */
#include "board/base/file.h"
#include "offline/seal.h"
#include "tests/platform/open_envelope.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/envelope.h"
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

static const char instance[] = "<data id=\"pension\"><name>王秀兰</name><meta><instanceID>"
                               "uuid:0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f</instanceID></meta></data>";
static char photo[50000], page[16384]; /* one of a size that is whole blocks and whole pieces */

static struct seal_subject subject_of(const struct seal_file *media, size_t count)
{
    return (struct seal_subject){
        .form_id = "pension & more",
        .form_version = "2026[encrypted:ab]",
        .instance_id = "uuid:0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f",
        .xml = {.bytes = instance, .size = sizeof instance - 1},
        .media = media,
        .media_count = count,
    };
}

static void seal(const char *suite, const struct county *county, struct sealed *out)
{
    for (size_t i = 0; i < sizeof photo; i++)
        photo[i] = (char)(i * 31);
    memset(page, 'p', sizeof page);
    const struct seal_file media[] = {
        {"portrait.jpg", photo, sizeof photo}, {"page-1.jpg", page, sizeof page}, {"empty.txt", "", 0}};
    struct seal_subject subject = subject_of(media, 3);
    struct seal_sink sink = sealed_sink(out);
    assert_ok(seal_submission(seal_suite_find(suite), county->public_key, &subject, &sink));
}

static void opens_with(const char *suite, const char *key_type)
{
    struct county county;
    struct sealed sealed = {0};
    struct envelope opened;
    county_init(&county, key_type, 2048);
    seal(suite, &county, &sealed);
    assert_ok(open_envelope(county.private_pem, sealed.manifest.data, sealed.manifest.length, sealed_fetch,
                            &sealed, &opened));
    assert_string_equal(opened.form_id, "pension & more");
    assert_string_equal(opened.form_version, "2026[encrypted:ab]");
    assert_string_equal(buf_text(&opened.xml), instance);
    assert_int_equal(opened.count, 3);
    assert_string_equal(opened.files[0].name, "portrait.jpg");
    assert_int_equal(opened.files[0].bytes.length, sizeof photo);
    assert_memory_equal(opened.files[0].bytes.data, photo, sizeof photo);
    assert_int_equal(opened.files[1].bytes.length, sizeof page);
    assert_memory_equal(opened.files[1].bytes.data, page, sizeof page);
    assert_int_equal(opened.files[2].bytes.length, 0);
    envelope_finish(&opened);
    sealed_finish(&sealed);
    county_finish(&county);
}

/* spec: submission manifest, content encryption and initialization vector
 * spec: key encryption and signature, base64RsaPublicKey */
static void the_county_opens_the_odk_suite(void **state)
{
    (void)state;
    opens_with("odk", "RSA");
}

static void the_county_opens_the_sm_suite(void **state)
{
    (void)state;
    opens_with("sm", "SM2");
}

static void nothing_in_the_clear_leaves(const char *suite, const char *key_type)
{
    struct county county;
    struct sealed sealed = {0};
    county_init(&county, key_type, 2048);
    seal(suite, &county, &sealed);
    for (int i = 0; i < sealed.count; i++) {
        assert_null(memmem(sealed.files[i].data, sealed.files[i].length, "王秀兰", strlen("王秀兰")));
        assert_null(memmem(sealed.files[i].data, sealed.files[i].length, "pppppppp", 8));
    }
    assert_null(strstr(sealed.manifest.data, "王秀兰"));
    sealed_finish(&sealed);
    county_finish(&county);
}

static void nothing_sealed_shows_its_content(void **state)
{
    (void)state;
    nothing_in_the_clear_leaves("odk", "RSA");
    nothing_in_the_clear_leaves("sm", "SM2");
}

static void another_countys_key_does_not_open_it(void **state)
{
    (void)state;
    struct county county, other;
    struct sealed sealed = {0};
    struct envelope opened;
    county_init(&county, "RSA", 2048);
    county_init(&other, "RSA", 2048);
    seal("odk", &county, &sealed);
    assert_err_class(open_envelope(other.private_pem, sealed.manifest.data, sealed.manifest.length,
                                   sealed_fetch, &sealed, &opened),
                     ERR_DATA);
    sealed_finish(&sealed);
    county_finish(&county);
    county_finish(&other);
}

static void a_changed_medium_shows(const char *suite, const char *type)
{
    struct county county;
    struct sealed sealed = {0};
    struct envelope opened;
    county_init(&county, type, 2048);
    seal(suite, &county, &sealed);
    sealed.files[0].data[100] ^= 1;
    struct err e = open_envelope(county.private_pem, sealed.manifest.data, sealed.manifest.length,
                                 sealed_fetch, &sealed, &opened);
    assert_int_equal(e.class, ERR_DATA);
    assert_string_equal(e.text, "the element signature does not hold");
    sealed_finish(&sealed);
    county_finish(&county);
}

static void a_swapped_medium_breaks_the_element_signature(void **state)
{
    (void)state;
    a_changed_medium_shows("odk", "RSA");
    a_changed_medium_shows("sm", "SM2");
}

static void two_sealings_of_the_same_differ(void **state)
{
    (void)state;
    struct county county;
    struct sealed one = {0}, two = {0};
    county_init(&county, "RSA", 2048);
    seal("odk", &county, &one);
    seal("odk", &county, &two);
    assert_memory_not_equal(one.files[3].data, two.files[3].data, one.files[3].length);
    sealed_finish(&one);
    sealed_finish(&two);
    county_finish(&county);
}

static void a_bad_key_is_refused_in_words(void **state)
{
    (void)state;
    struct county small, sm;
    struct sealed sealed = {0};
    struct seal_sink sink = sealed_sink(&sealed);
    struct seal_subject subject = subject_of(NULL, 0);
    const struct seal_suite *odk = seal_suite_find("odk");
    county_init(&small, "RSA", 1024);
    county_init(&sm, "SM2", 0);
    assert_err_class(seal_submission(odk, "", &subject, &sink), ERR_DATA);
    assert_err_class(seal_submission(odk, "AAAA", &subject, &sink), ERR_DATA);
    assert_err_class(seal_submission(odk, "not base64!", &subject, &sink), ERR_DATA);
    assert_err_class(seal_submission(odk, small.public_key, &subject, &sink), ERR_DATA);
    assert_err_class(seal_submission(odk, sm.public_key, &subject, &sink), ERR_DATA);
    assert_int_equal(sealed.count, 0);
    assert_null(seal_suite_find("rot13"));
    county_finish(&small);
    county_finish(&sm);
}

static void only_a_pinned_key_is_trusted(void **state)
{
    (void)state;
    struct county mine, theirs;
    char pins[2][SEAL_FINGERPRINT_SIZE] = {"", ""};
    char broken[1100];
    county_init(&mine, "RSA", 2048);
    county_init(&theirs, "RSA", 2048);
    assert_ok(seal_key_fingerprint(mine.public_key, pins[1]));
    assert_ok(seal_key_pinned(mine.public_key, (const char(*)[SEAL_FINGERPRINT_SIZE])pins, 2));
    assert_err_class(seal_key_pinned(theirs.public_key, (const char(*)[SEAL_FINGERPRINT_SIZE])pins, 2),
                     ERR_REFUSED);
    assert_err_class(seal_key_pinned(mine.public_key, (const char(*)[SEAL_FINGERPRINT_SIZE])pins, 0),
                     ERR_REFUSED);
    snprintf(broken, sizeof broken, "%.64s\n  %s", mine.public_key,
             mine.public_key + 64); /* as forms wrap it */
    assert_ok(seal_key_pinned(broken, (const char(*)[SEAL_FINGERPRINT_SIZE])pins, 2));
    county_finish(&mine);
    county_finish(&theirs);
}

/* ---- the same by the openssl command ---- */

static void run(const char *const argv[])
{
    pid_t child;
    int status = -1;
    assert_int_equal(posix_spawnp(&child, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void write_element(const struct sealed *sealed, const char *name, const char *path)
{
    char open[64], close[64];
    snprintf(open, sizeof open, "<%s>", name);
    snprintf(close, sizeof close, "</%s>", name);
    const char *begin = strstr(sealed->manifest.data, open) + strlen(open), *end = strstr(begin, close);
    assert_ok(file_write(path, begin, (size_t)(end - begin), 0600));
}

static void openssl_unwraps_key_and_signature(void **state)
{
    (void)state;
    static const char *const elements[] = {"base64EncryptedKey", "base64EncryptedElementSignature"};
    static const size_t sizes[] = {32, 16}; /* an AES-256 key, an MD5 digest */
    struct county county;
    struct sealed sealed = {0};
    char text[128], wrapped[128], clear[128];
    county_init(&county, "RSA", 2048);
    seal("odk", &county, &sealed);
    snprintf(text, sizeof text, "%s/text", county.dir);
    snprintf(wrapped, sizeof wrapped, "%s/wrapped", county.dir);
    snprintf(clear, sizeof clear, "%s/clear", county.dir);
    for (int i = 0; i < 2; i++) {
        write_element(&sealed, elements[i], text);
        run((const char *[]){"openssl", "base64", "-d", "-A", "-in", text, "-out", wrapped, NULL});
        run((const char *[]){"openssl", "pkeyutl", "-decrypt", "-inkey", county.private_pem, "-in", wrapped,
                             "-out", clear, "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt",
                             "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha256", NULL});
        struct buf bytes = {0};
        assert_ok(file_read(clear, 100, &bytes));
        assert_int_equal(bytes.length, sizes[i]);
        buf_finish(&bytes);
    }
    sealed_finish(&sealed);
    county_finish(&county);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_county_opens_the_odk_suite),
        cmocka_unit_test(the_county_opens_the_sm_suite),
        cmocka_unit_test(nothing_sealed_shows_its_content),
        cmocka_unit_test(another_countys_key_does_not_open_it),
        cmocka_unit_test(a_swapped_medium_breaks_the_element_signature),
        cmocka_unit_test(two_sealings_of_the_same_differ),
        cmocka_unit_test(a_bad_key_is_refused_in_words),
        cmocka_unit_test(only_a_pinned_key_is_trusted),
        cmocka_unit_test(openssl_unwraps_key_and_signature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
