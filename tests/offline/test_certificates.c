/*
 * The kiosk's own certificate is shown to a platform that asks for one. And boot in 1970: the platform's
 * certificate is not valid yet by the kiosk's clock, and without the platform's Date the clock is never
 * mended. Here it is the certificate that lies a year ahead; a floor in its days must be enough, and must be
 * all that is given away. However lenient the system's OpenSSL is, nothing older than TLS 1.2 is spoken.
 */
#include "board/base/clock.h"
#include "offline/http.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DAY_S ((long)24 * 60 * 60)

struct server {
    char ca[96];   /* path of its certificate */
    char both[96]; /* of it with its key: who has them is let in, where the server asks who comes */
    bool asks;
    bool is_old; /* knows TLS 1.1, no more */
    EVP_PKEY *key;
    X509 *certificate;
    int listener;
    int port;
    pthread_t thread;
};

static void write_pem(const struct server *s, const char *path, bool with_key)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, s->certificate), 1);
    if (with_key)
        assert_int_equal(PEM_write_PrivateKey(file, s->key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
}

static void make_certificate(struct server *s, const char *name)
{
    X509V3_CTX context;
    s->key = EVP_EC_gen("P-256");
    s->certificate = X509_new();
    X509_set_version(s->certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(s->certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(s->certificate), 365 * DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(s->certificate), 2 * 365 * DAY_S);
    X509_set_pubkey(s->certificate, s->key);
    X509_NAME *subject = X509_get_subject_name(s->certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)"platform", -1, -1, 0);
    X509_set_issuer_name(s->certificate, subject);
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, s->certificate, s->certificate, NULL, NULL, 0);
    X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, name);
    assert_non_null(names);
    X509_add_ext(s->certificate, names, -1);
    X509_EXTENSION_free(names);
    assert_true(X509_sign(s->certificate, s->key, EVP_sha256()) > 0);
    write_pem(s, s->ca, false);
    write_pem(s, s->both, true);
}

static void answer(SSL *tls)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    char request[4096];
    if (SSL_accept(tls) == 1 && SSL_read(tls, request, sizeof request) > 0)
        SSL_write(tls, text, (int)strlen(text));
    SSL_shutdown(tls);
}

/* Its own certificate is the only one it lets in, on a day when that is valid. */
static void ask_who_comes(const struct server *s, SSL_CTX *tls)
{
    X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), s->certificate);
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(tls), time(NULL) + 500 * DAY_S);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}

/* Until the listener is shut down. */
static void *serve(void *context)
{
    struct server *s = context;
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(tls, s->certificate);
    SSL_CTX_use_PrivateKey(tls, s->key);
    if (s->asks)
        ask_who_comes(s, tls);
    if (s->is_old)
        SSL_CTX_set_max_proto_version(tls, TLS1_1_VERSION);
    for (int fd; (fd = accept(s->listener, NULL, NULL)) >= 0;) {
        SSL *connection = SSL_new(tls);
        SSL_set_fd(connection, fd);
        answer(connection);
        SSL_free(connection);
        close(fd);
    }
    SSL_CTX_free(tls);
    return NULL;
}

static void start(struct server *s, const char *dir, const char *name)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    snprintf(s->ca, sizeof s->ca, "%s/ca.pem", dir);
    snprintf(s->both, sizeof s->both, "%s/both.pem", dir);
    make_certificate(s, name);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s->listener, 4), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &size), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(struct server *s)
{
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listener);
    X509_free(s->certificate);
    EVP_PKEY_free(s->key);
}

static int64_t given_ms(void *context)
{
    return *(int64_t *)context;
}

static enum http_failure try_as(const struct server *s, int64_t certificate_ms, const char *client_cert)
{
    struct http *http = NULL;
    struct http_response response;
    char url[64];
    struct http_curl_config config = {.ca = s->ca,
                                      .client_cert = client_cert,
                                      .certificate_ms = given_ms,
                                      .certificate_context = &certificate_ms,
                                      .connect_timeout_ms = 10000,
                                      .stall_timeout_ms = 10000};
    snprintf(url, sizeof url, "https://127.0.0.1:%d/", s->port);
    struct http_request request = {.method = HTTP_GET, .url = url, .max_body = 1000};
    assert_ok(http_curl_create(&config, &http));
    http_response_init(&response);
    struct err e = http->exchange(http, &request, &response);
    enum http_failure failure = response.failure;
    assert_int_equal(err_is(&e), failure != HTTP_ANSWERED);
    http_response_finish(&response);
    http_destroy(&http);
    return failure;
}

static enum http_failure try(const struct server *s, int64_t certificate_ms)
{
    return try_as(s, certificate_ms, NULL);
}

static void a_platform_that_asks_who_comes_is_told(void **state)
{
    struct fixture *f = *state;
    struct server server = {.asks = true};
    int64_t then_ms = clock_system()->wall_ms(clock_system()) + (int64_t)500 * DAY_S * 1000;
    start(&server, f->dir, "IP:127.0.0.1");
    assert_int_equal(try_as(&server, then_ms, server.both), HTTP_ANSWERED);
    assert_int_not_equal(try(&server, then_ms), HTTP_ANSWERED);
    stop(&server);
}

static void a_floor_in_the_certificates_days_lets_the_platform_speak(void **state)
{
    struct fixture *f = *state;
    struct server server = {0};
    int64_t now_ms = clock_system()->wall_ms(clock_system());
    start(&server, f->dir, "IP:127.0.0.1");
    assert_int_equal(try(&server, 0), HTTP_TLS_FAILED);
    assert_int_equal(try(&server, now_ms + (int64_t)500 * DAY_S * 1000), HTTP_ANSWERED);
    assert_int_equal(try(&server, now_ms + (int64_t)900 * DAY_S * 1000),
                     HTTP_TLS_FAILED); /* expired by then */
    stop(&server);
}

static void the_host_name_is_still_checked(void **state)
{
    struct fixture *f = *state;
    struct server server = {0};
    int64_t now_ms = clock_system()->wall_ms(clock_system());
    start(&server, f->dir, "DNS:elsewhere.test");
    assert_int_equal(try(&server, now_ms + (int64_t)500 * DAY_S * 1000), HTTP_TLS_FAILED);
    stop(&server);
}

static void the_chain_is_still_checked(void **state)
{
    struct fixture *f = *state;
    struct server server = {0}, other = {0};
    int64_t now_ms = clock_system()->wall_ms(clock_system());
    start(&server, f->dir, "IP:127.0.0.1");
    snprintf(other.ca, sizeof other.ca, "%s/other.pem", f->dir);
    snprintf(other.both, sizeof other.both, "%s/other-both.pem", f->dir);
    make_certificate(&other, "IP:127.0.0.1");
    snprintf(server.ca, sizeof server.ca, "%s", other.ca);
    assert_int_equal(try(&server, now_ms + (int64_t)500 * DAY_S * 1000), HTTP_TLS_FAILED);
    stop(&server);
    X509_free(other.certificate);
    EVP_PKEY_free(other.key);
}

/* A client that asks for nothing: without it nobody would know whether the server can be reached at all. */
static bool a_lenient_client_gets_in(const struct server *s)
{
    struct sockaddr_in there = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)s->port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *tls = SSL_new(context);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&there, sizeof there), 0);
    SSL_set_fd(tls, fd);
    bool is_in = SSL_connect(tls) == 1;
    SSL_free(tls);
    SSL_CTX_free(context);
    close(fd);
    return is_in;
}

static void who_speaks_only_tls_1_1_is_no_platform(void **state)
{
    struct fixture *f = *state;
    struct server server = {.is_old = true};
    int64_t now_ms = clock_system()->wall_ms(clock_system());
    start(&server, f->dir, "IP:127.0.0.1");
    assert_true(a_lenient_client_gets_in(&server));
    assert_int_equal(try(&server, now_ms + (int64_t)500 * DAY_S * 1000), HTTP_TLS_FAILED);
    stop(&server);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(a_platform_that_asks_who_comes_is_told),
        WITH_FOLDER(a_floor_in_the_certificates_days_lets_the_platform_speak),
        WITH_FOLDER(the_host_name_is_still_checked),
        WITH_FOLDER(the_chain_is_still_checked),
        WITH_FOLDER(who_speaks_only_tls_1_1_is_no_platform),
    };
    setenv("OPENSSL_CONF", OLD_TLS, 1); /* read at the first use of OpenSSL */
    signal(SIGPIPE, SIG_IGN);           /* a client that refuses the certificate hangs up on our server */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
