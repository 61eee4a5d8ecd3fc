/*
 * The OpenRosa verbs a kiosk speaks, and what a platform's answers mean.
 *
 * Source: OpenRosa 1.0 HTTP, Form Discovery and Form Submission APIs (docs.getodk.org/openrosa), and what ODK
 * Central 2026.2 was seen to answer (docs/ODK_CENTRAL.md). Only this reader parses XML in offline/.
 */
#ifndef YIZHAN_OFFLINE_OPENROSA_H
#define YIZHAN_OFFLINE_OPENROSA_H

#include "board/base/arena.h"
#include "board/base/clock.h"
#include "offline/http.h"

/* ---- form list and manifest ---- */

#define OPENROSA_LIST_MAX_BYTES   ((size_t)4 << 20)
#define OPENROSA_LIST_MAX_ITEMS   4096
#define OPENROSA_ANSWER_MAX_BYTES ((size_t)64 << 10) /* to a submission: one sentence */

struct openrosa_form {
    const char *id;           /* never "" */
    const char *name;         /* "" when not given */
    const char *version;      /* "" when not given */
    const char *hash;         /* as the platform writes it: "md5:..."; never "" */
    const char *download_url; /* never "" */
    const char *manifest_url; /* "" when the form has no media */
};

struct openrosa_media {
    const char *filename; /* one path component: no '/', no NUL, neither "." nor ".." */
    const char *hash;
    const char *download_url;
    const char *type; /* "" or "entityList": then hash is opaque, not of the bytes */
};

/* Arrays and strings live in the arena. ERR_DATA with line and reason: not XML, a DTD, another root element,
 * too deep, too many, a required element missing, an id or file name twice. */
MUST_USE struct err openrosa_read_forms(const char *xml, size_t length, struct arena *arena,
                                        struct openrosa_form **out_forms, size_t *out_count);
MUST_USE struct err openrosa_read_manifest(const char *xml, size_t length, struct arena *arena,
                                           struct openrosa_media **out_media, size_t *out_count);

/* Is this a well-formed OpenRosaResponse? out_message gets its first message's text, cut to size. */
bool openrosa_read_response(const char *xml, size_t length, char *out_message, size_t message_size);

/* ---- what an answer means ---- */

enum openrosa_meaning {
    OPENROSA_ACCEPTED,    /* 201 or 202, OpenRosa header and body: the platform has it */
    OPENROSA_FETCHED,     /* 200 to a GET, 204 to a HEAD */
    OPENROSA_UNCHANGED,   /* 304 */
    OPENROSA_LINK_DOWN,   /* no answer, or not from the platform, or it asks for patience: back off, all of it
                           */
    OPENROSA_CREDENTIALS, /* 401, 403: for the technician; nothing is parked */
    OPENROSA_CONFLICT,    /* 409: once more later, then park */
    OPENROSA_TOO_LARGE,   /* 413 */
    OPENROSA_REJECTED,    /* other 4xx from the platform: park this one */
    OPENROSA_SERVER_ERROR, /* 500 to a submission: count it against that one, back off when it is not the only
                              one */
};

/* Why the link does not work, for the link row, the technician and the citizen's one sentence. */
enum openrosa_trouble {
    OPENROSA_FINE,
    OPENROSA_CLIENT_OFFLINE,
    OPENROSA_SERVER_OFFLINE,
    OPENROSA_TLS,
    OPENROSA_CUT,
    OPENROSA_BUSY,             /* 408, 429, 5xx */
    OPENROSA_REFUSED,          /* credentials */
    OPENROSA_CAPTIVE_PORTAL,   /* 2xx or a redirect without the platform's mark */
    OPENROSA_NOT_THE_PLATFORM, /* an error page of somebody else */
    OPENROSA_NO_FORMS,   /* 200 with an empty list while forms are held: probably a token without rights */
    OPENROSA_BAD_ANSWER, /* malformed list or manifest, hash that does not fit */
    OPENROSA_TROUBLE_COUNT,
};

struct openrosa_answer {
    enum openrosa_meaning meaning;
    enum openrosa_trouble trouble; /* OPENROSA_FINE unless the link is at fault */
    char message[160];             /* what the platform said, or what is wrong; "" when nothing */
};

/* What was asked decides what counts as success. PLAIN is a form or a medium: real platforms send those
 * without the OpenRosa header, and their hash vouches for them. */
enum openrosa_verb { OPENROSA_LIST, OPENROSA_PLAIN, OPENROSA_PROBE, OPENROSA_SUBMIT };

struct openrosa_answer openrosa_classify(enum openrosa_verb verb, const struct http_response *response);

const char *openrosa_meaning_name(enum openrosa_meaning meaning);
/* "fine", "client offline", "captive portal", ...: what the link row holds. */
const char *openrosa_trouble_name(enum openrosa_trouble trouble);

/* ---- the client ---- */

/* One platform. In place; borrows http and clock. */
struct openrosa {
    struct http *http;
    const struct clock *clock; /* for the Date header */
    char base[HTTP_URL_MAX];   /* no slash at its end */
};

/* ERR_DATA when base is not an absolute http(s) URL without query or fragment. */
MUST_USE struct err openrosa_init(struct openrosa *client, struct http *http, const struct clock *clock,
                                  const char *base);

/* Path (and query) of an address from the platform, put under our own scheme, host and port, because the
 * platform may name itself by a domain that this kiosk does not reach it by. A relative one ("formList") is
 * taken under base. ERR_DATA when it has a foreign scheme, control characters or a fragment, or does not fit.
 */
MUST_USE struct err openrosa_own_url(const struct openrosa *client, const char *url,
                                     char out_url[HTTP_URL_MAX]);

struct openrosa_fetch {
    enum openrosa_verb verb; /* OPENROSA_LIST for a form list or manifest, else OPENROSA_PLAIN */
    const char *url;         /* goes through openrosa_own_url */
    const char *etag;        /* of what is held; NULL or "" for none */
    size_t max_body;
    struct err (*sink)(void *context, const void *data,
                       size_t size); /* NULL collects in out_response->body */
    void *sink_context;
};

/* All three: no answer at all is not an error but OPENROSA_LINK_DOWN; an error comes from sink, from a part's
 * read, or from memory. out_response must be initialised, and finished by the caller. */
MUST_USE struct err openrosa_get(struct openrosa *client, const struct openrosa_fetch *fetch,
                                 struct http_response *out_response, struct openrosa_answer *out_answer);

/* HEAD base/submission: answers a challenge without a body in hand, and learns the longest body. */
MUST_USE struct err openrosa_probe(struct openrosa *client, struct http_response *out_response,
                                   struct openrosa_answer *out_answer);

/* All borrowed. */
struct openrosa_submission {
    const struct http_part *parts; /* the first is the submission itself, named "xml_submission_file" */
    size_t part_count;
    void (*meanwhile)(void *context); /* as in struct http_request; NULL for nothing to do */
    void *meanwhile_context;
};

/* POST base/submission. */
MUST_USE struct err openrosa_submit(struct openrosa *client, const struct openrosa_submission *submission,
                                    struct http_response *out_response, struct openrosa_answer *out_answer);

#endif
