/* Whom yizhan-sync believes to be the platform, on clocks that are right and wrong. */
#include "offline/time_floor.h"
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY_S = 24 * 3600 };
static const char SYSTEM_AUTHORITIES[] = "/etc/ssl/certs";

/* ---- certificates ---- */

static void write_pem(const char *path, X509 *certificate, EVP_PKEY *key)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    if (key)
        assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
}

/* A certificate that vouches for itself, from and until days from now, for one host: DIR/NAME.pem with its
 * key for the platform, DIR/NAME.ca for the kiosk to pin. */
static void make_certificate(const char *dir, const char *name, const char *host, int from_day, int until_day)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509V3_CTX context;
    char path[200];

    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), (long)from_day * DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(certificate), (long)until_day * DAY_S);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_set_pubkey(certificate, key);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, host);
    assert_int_equal(X509_add_ext(certificate, names, -1), 1);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    snprintf(path, sizeof path, "%s/%s.pem", dir, name);
    write_pem(path, certificate, key);
    snprintf(path, sizeof path, "%s/%s.ca", dir, name);
    write_pem(path, certificate, NULL);
    X509_EXTENSION_free(names);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

/* This process sees a machine whose authorities are DIR/NAME.ca, in their folder, and DIR/good.ca, in their
 * one file; false where that may not be done. */
static bool system_believes(const char *dir, const char *name)
{
    char folder[160], good[200], from[200], to[200];
    snprintf(good, sizeof good, "%s/good.ca", dir);
    snprintf(from, sizeof from, "%s/%s.ca", dir, name);
    FILE *file = fopen(from, "r");
    assert_non_null(file);
    X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    snprintf(folder, sizeof folder, "%s/system", dir);
    assert_int_equal(mkdir(folder, 0755), 0);
    snprintf(to, sizeof to, "%s/%08lx.0", folder, X509_subject_name_hash(certificate));
    assert_int_equal(link(from, to), 0);
    snprintf(to, sizeof to, "%s/ca-certificates.crt", folder);
    assert_int_equal(link(good, to), 0);
    X509_free(certificate);
    return unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount(folder, SYSTEM_AUTHORITIES, NULL, MS_BIND, NULL) == 0;
}

/* ---- a platform with one of them, a kiosk that pins one ---- */

struct secure {
    struct story *story;
    char pem[200], ca[200];
    const char *arguments[6]; /* of the platform */
};

static void serve(struct secure *secure, const char *name, const char *date_ahead_s)
{
    snprintf(secure->pem, sizeof secure->pem, "%s/%s.pem", secure->story->dir, name);
    const char *const arguments[] = {"--tls", secure->pem, "--date-ahead", date_ahead_s, NULL};
    memcpy(secure->arguments, arguments, sizeof arguments);
    secure->story->platform.arguments = secure->arguments;
    platform_restart(&secure->story->platform);
}

static int64_t judged_at(void *context)
{
    const struct kiosk *kiosk = context;
    return time_for_certificates(kiosk->config.store.dir, &kiosk->clock.clock);
}

/* What the link says after one run with this CA, NULL for the system's, on this clock. */
static struct outbox_link sync_with(struct secure *secure, const char *ca, int64_t wall_ms)
{
    struct kiosk *kiosk = &secure->story->kiosk;
    snprintf(secure->ca, sizeof secure->ca, "%s/%s.ca", secure->story->dir, ca ? ca : "");
    struct http_curl_config config = {.ca = ca ? secure->ca : NULL,
                                      .certificate_ms = judged_at,
                                      .certificate_context = kiosk,
                                      .connect_timeout_ms = 5000,
                                      .stall_timeout_ms = 2000};
    struct sync_setup setup = {.endpoint = ENDPOINT_PLATFORM,
                               .url = secure->story->platform.url,
                               .outbox = kiosk->outbox,
                               .forms = kiosk->forms,
                               .clock = &kiosk->clock.clock,
                               .verified = true,
                               .temp_dir = kiosk->config.store.dir,
                               .policy = policy_default(0)};
    kiosk->clock.wall_now_ms = wall_ms;
    sync_destroy(&kiosk->sync);
    http_destroy(&kiosk->http);
    assert_ok(http_curl_create(&config, &kiosk->http));
    setup.http = kiosk->http;
    assert_ok(sync_create(&setup, &kiosk->sync));
    kiosk_sync(kiosk, SYNC_NOW);
    return kiosk_link(kiosk);
}

static int64_t real_ms(void)
{
    return (int64_t)time(NULL) * 1000;
}

static int secure_setup(void **state)
{
    struct secure *secure = calloc(1, sizeof *secure);
    story_setup((void **)&secure->story);
    const char *dir = secure->story->dir;
    make_certificate(dir, "good", "IP:127.0.0.1", -1000, 100);
    make_certificate(dir, "other", "IP:127.0.0.1", -1000, 100);
    make_certificate(dir, "elsewhere", "DNS:county.example.org", -1000, 100);
    make_certificate(dir, "expired", "IP:127.0.0.1", -2000, -1000);
    *state = secure;
    return 0;
}

static int secure_teardown(void **state)
{
    struct secure *secure = *state;
    story_teardown((void **)&secure->story);
    free(secure);
    return 0;
}

/* ---- stories ---- */

static void assert_refused(struct outbox_link link)
{
    assert_int_equal(link.state, OUTBOX_LINK_DOWN);
    if (strncmp(link.reason, "tls", 3) != 0)
        fail_msg("link says \"%s\"", link.reason);
}

static void the_right_platform_is_believed(void **state)
{
    struct secure *secure = *state;
    char number[CASE_NUMBER_SIZE];
    assert_ok(kiosk_apply(&secure->story->kiosk, 1000, number));
    serve(secure, "good", "0");
    assert_int_equal(sync_with(secure, "good", real_ms()).state, OUTBOX_LINK_UP);
    assert_int_equal(kiosk_case(&secure->story->kiosk, number).state, OUTBOX_PURGED);
}

static void strangers_are_not(void **state)
{
    struct secure *secure = *state;
    char number[CASE_NUMBER_SIZE];
    assert_ok(kiosk_apply(&secure->story->kiosk, 1000, number));
    serve(secure, "other", "0");
    assert_refused(sync_with(secure, "good", real_ms()));
    serve(secure, "elsewhere", "0");
    assert_refused(sync_with(secure, "elsewhere", real_ms()));
    serve(secure, "expired", "0");
    assert_refused(sync_with(secure, "expired", real_ms()));
    assert_int_equal(kiosk_case(&secure->story->kiosk, number).state, OUTBOX_QUEUED);
}

/* Any of them may certify whomever it likes: that is why one is pinned. */
static void who_pins_one_authority_believes_no_other_of_the_system(void **state)
{
    struct secure *secure = *state;
    if (!system_believes(secure->story->dir, "other"))
        skip();
    serve(secure, "other", "0");
    assert_int_equal(sync_with(secure, NULL, real_ms()).state, OUTBOX_LINK_UP);
    assert_refused(sync_with(secure, "good", real_ms()));
    assert_int_equal(umount2(SYSTEM_AUTHORITIES, MNT_DETACH), 0);
}

/* 1970 and no NTP: certificates are judged at the floor, and what waits is delivered. */
static void a_dead_clock_delivers(void **state)
{
    struct secure *secure = *state;
    char number[CASE_NUMBER_SIZE];
    assert_ok(kiosk_apply(&secure->story->kiosk, 1000, number));
    serve(secure, "good", "0");
    assert_int_equal(sync_with(secure, "good", 0).state, OUTBOX_LINK_UP);
    assert_int_equal(kiosk_case(&secure->story->kiosk, number).state, OUTBOX_PURGED);
}

/* A certificate that is good at the floor and expired by the platform's own Date: nothing is given to it. */
static void an_old_certificate_gets_nothing(void **state)
{
    struct secure *secure = *state;
    char number[CASE_NUMBER_SIZE];
    assert_ok(kiosk_apply(&secure->story->kiosk, 1000, number));
    serve(secure, "good", "17280000"); /* 200 days */
    assert_refused(sync_with(secure, "good", 0));
    assert_int_equal(kiosk_case(&secure->story->kiosk, number).state, OUTBOX_QUEUED);
}

/* The county's server ran a year ahead for an hour. When it is mended, certificates of today are good again.
 */
static void a_platform_that_ran_ahead_locks_nobody_out(void **state)
{
    struct secure *secure = *state;
    char number[CASE_NUMBER_SIZE];
    const char *store = secure->story->kiosk.config.store.dir;
    serve(secure, "good", "31536000"); /* 365 days */
    assert_int_equal(sync_with(secure, "good", real_ms()).state, OUTBOX_LINK_UP);
    assert_true(time_floor(store) < real_ms() + (int64_t)100 * DAY_S * 1000);
    serve(secure, "good", "0");
    assert_ok(kiosk_apply(&secure->story->kiosk, 1000, number));
    assert_int_equal(sync_with(secure, "good", real_ms()).state, OUTBOX_LINK_UP);
    assert_int_equal(kiosk_case(&secure->story->kiosk, number).state, OUTBOX_PURGED);
}

/* Within the days of its certificate a Date is believed. */
static void a_platforms_date_raises_the_floor(void **state)
{
    struct secure *secure = *state;
    const char *store = secure->story->kiosk.config.store.dir;
    serve(secure, "good", "864000"); /* 10 days */
    assert_int_equal(sync_with(secure, "good", 0).state, OUTBOX_LINK_UP);
    assert_true(time_floor(store) > real_ms() + (int64_t)9 * DAY_S * 1000);
}

int main(void)
{
#define SECURE(test) cmocka_unit_test_setup_teardown(test, secure_setup, secure_teardown)
    const struct CMUnitTest tests[] = {
        SECURE(the_right_platform_is_believed),
        SECURE(strangers_are_not),
        SECURE(who_pins_one_authority_believes_no_other_of_the_system),
        SECURE(a_dead_clock_delivers),
        SECURE(an_old_certificate_gets_nothing),
        SECURE(a_platform_that_ran_ahead_locks_nobody_out),
        SECURE(a_platforms_date_raises_the_floor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
