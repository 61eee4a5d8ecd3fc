/* The small OpenRosa platform of the tests and the demo: what its files share. For production see
 * docs/ODK_CENTRAL.md. */
#ifndef YIZHAN_TESTS_PLATFORM_PLATFORM_H
#define YIZHAN_TESTS_PLATFORM_PLATFORM_H

#include "board/base/buf.h"
#include "tests/platform/faults.h"
#include "tests/platform/forms.h"
#include "tests/platform/keys.h"
#include "tests/platform/records.h"

#include <jansson.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>

/* Central's project numbers: 1 takes sealed applications, 2 is open. */
enum { PROJECT_SEALED = 1, PROJECT_OPEN = 2, PROJECT_COUNT = 2 };

struct platform_options {
    const char *dir;        /* platform.db, key pair, port, log.txt */
    const char *forms;      /* folder of project 1 */
    const char *open_forms; /* folder of project 2; NULL for none */
    const char *suite;      /* "odk" or "sm" */
    const char *token;      /* of /v1/key/TOKEN/... */
    const char *user;       /* of /v1/projects/...; NULL refuses all there */
    const char *password;
    const char *auth;   /* "basic" or "digest" */
    const char *domain; /* named in downloadUrl; NULL for the one asked under */
    const char *tls;    /* PEM with certificate and key: serves https; NULL for http */
    size_t max_body;
    bool is_durable;
    int date_ahead_s; /* its own clock is wrong by this */
    int port;         /* 0 picks one */
};

struct platform {
    struct platform_options options;
    struct keys keys;
    struct records *records;
    struct faults *faults;
    pthread_mutex_t lock; /* around forms, log and the counters */
    struct forms forms[PROJECT_COUNT];
    FILE *log;
    json_t *reviews; /* {instanceID: {"state", "comments": [newest first]}} */
    int64_t requests, bytes_in;
    struct MHD_Daemon *daemon;
    struct buf tls_pem;
    int port;
};

struct posted_part {
    char name[256];
    char filename[256];
    struct buf bytes;
};

enum route {
    ROUTE_NONE,
    ROUTE_LIST,
    ROUTE_MANIFEST,
    ROUTE_FORM,
    ROUTE_ATTACHMENT,
    ROUTE_SUBMISSION,
    ROUTE_ADMIN,
    ROUTE_CENTRAL, /* Central's REST API, as a clerk's program uses it */
};
const char *route_name(enum route route);

/* Where a path leads. */
struct target {
    enum route route;
    int project;    /* 1 or 2 */
    char token[80]; /* "" when the path has none */
    char base[160]; /* "/v1/key/TOKEN/projects/1" */
    char form[128]; /* decoded */
    char
        name[256]; /* of an attachment, decoded; of an admin or Central route, what follows /admin/ or /v1/ */
};
struct target target_of(const char *path);

struct request {
    struct platform *platform;
    struct MHD_Connection *connection;
    char *method; /* owned */
    char *path;   /* owned */
    struct target target;
    struct fault fault;
    struct MHD_PostProcessor *post;
    struct posted_part *parts; /* owned */
    size_t part_count;
    struct buf body; /* of an admin or Central request */
    size_t received;
    bool too_large;
    bool stale_nonce; /* the digest was right for another nonce: libmicrohttpd's are good for one address only
                       */
    bool close_idle;  /* after the answer the connection is closed without a word */
};

struct reply {
    int status;
    bool marked; /* with X-OpenRosa-Version */
    const char *content_type;
    char etag[40]; /* "" for none */
    int retry_after_s;
    const char *location;
    struct buf body;
};

/* Answers of OpenRosa's verbs, of Central's REST API and of /admin/; reply starts empty with status 0. */
void answer_openrosa(struct request *request, struct reply *reply);
void answer_central(struct request *request, struct reply *reply);
void answer_admin(struct request *request, struct reply *reply);

/* An OpenRosaResponse with this status. */
void reply_message(struct reply *reply, int status, const char *message);

/* One line with time and thread-safe. */
void platform_log(struct platform *platform, const char *format, ...) PRINTF_LIKE(2, 3);
/* Wall milliseconds. */
int64_t platform_now_ms(void);
/* Reads the folders again; new versions are published. */
MUST_USE struct err platform_load_forms(struct platform *platform);

/* Starts threads; answers until server_stop. */
MUST_USE struct err server_start(struct platform *platform);
void server_stop(struct platform *platform);

#endif
