/*
 * The form store: what the platform has published and this kiosk holds. forms.db under [store] dir.
 *
 * yizhan-sync puts whole forms in; yizhan-kiosk offers them. A form is installed in one transaction, when its
 * XML and every medium are there, so a half-pulled form never shows. A version is *fresh* until the kiosk has
 * compiled it, then *good* or *refused*; refusing one brings the last good version back. Versions that were
 * replaced stay until nothing on screen and in the outbox uses them. Media are stored once by content,
 * however many forms name them.
 *
 * Handles, threads and errors as in outbox.h.
 */
#ifndef YIZHAN_OFFLINE_FORMSTORE_H
#define YIZHAN_OFFLINE_FORMSTORE_H

#include "board/base/buf.h"
#include "board/base/clock.h"
#include "offline/endpoint.h"
#include <stdint.h>

#define FORMSTORE_ID_SIZE     128 /* form id, version, title */
#define FORMSTORE_NAME_SIZE   160 /* media file name */
#define FORMSTORE_HASH_SIZE   96  /* "md5:..." as the platform writes it */
#define FORMSTORE_SHA256_SIZE 65
#define FORMSTORE_REASON_SIZE 400
#define FORMSTORE_URL_SIZE    512

struct formstore;

struct formstore_options {
    const char *dir;           /* [store] dir; must exist */
    const struct clock *clock; /* borrowed */
    const char *vfs;           /* as in outbox_options */
    int busy_ms;
};
MUST_USE struct err formstore_open(const struct formstore_options *options, struct formstore **out_store);
void formstore_close(struct formstore **store);

enum formstore_state {
    FORMSTORE_FRESH,   /* installed, not compiled yet */
    FORMSTORE_GOOD,    /* compiled: this is offered */
    FORMSTORE_REFUSED, /* the engine or the key check said no: reason says why */
    FORMSTORE_OLD      /* replaced by a newer good one; kept while in use */
};
const char *formstore_state_name(enum formstore_state state);

struct formstore_form {
    int64_t row; /* the handle of one version */
    enum endpoint endpoint;
    char id[FORMSTORE_ID_SIZE];
    char version[FORMSTORE_ID_SIZE];         /* "" for none */
    char title[FORMSTORE_ID_SIZE];           /* as the form list names it */
    char hash[FORMSTORE_HASH_SIZE];          /* the form list's hash, opaque */
    char manifest_hash[FORMSTORE_HASH_SIZE]; /* over the media, so that changed media alone are noticed; ""
                                                for none */
    enum formstore_state state;
    bool listed; /* still in the platform's form list */
    int64_t xml_size;
    int64_t installed_ms; /* wall */
    char reason[FORMSTORE_REASON_SIZE];
};
/* Owned: free with formstore_list_finish. */
struct formstore_list {
    struct formstore_form *items;
    size_t count;
};
void formstore_list_finish(struct formstore_list *list);

/* ---- the kiosk ---- */

/* What to offer: for each listed form id its newest fresh or good version. By id. */
MUST_USE struct err formstore_offered(struct formstore *store, struct formstore_list *out_list);
/* Changes whenever offered forms may have; cheap, for "has anything changed since". */
MUST_USE struct err formstore_generation(struct formstore *store, int64_t *out_generation);
/* By id, newest offered version. */
MUST_USE struct err formstore_find(struct formstore *store, const char *id, struct formstore_form *out_form,
                                   bool *out_found);

/* Appends the form's XML. */
MUST_USE struct err formstore_xml(struct formstore *store, int64_t row, struct buf *out_xml);

struct formstore_media {
    char name[FORMSTORE_NAME_SIZE];
    char hash[FORMSTORE_HASH_SIZE]; /* the manifest's, opaque */
    char sha256[FORMSTORE_SHA256_SIZE];
    int64_t size;
};
struct formstore_media_list {
    struct formstore_media *items;
    size_t count;
};
MUST_USE struct err formstore_media_of(struct formstore *store, int64_t row,
                                       struct formstore_media_list *out_list);
void formstore_media_list_finish(struct formstore_media_list *list);
/* Appends one medium by its name; *out_found false when the form has none of that name. */
MUST_USE struct err formstore_medium(struct formstore *store, int64_t row, const char *name,
                                     struct buf *out_bytes, bool *out_found);

/* The engine's verdict. A refused version is not offered any more and the last good one is; it is not pulled
 * again while the platform's hash stays the same. */
MUST_USE struct err formstore_accept(struct formstore *store, int64_t row);
MUST_USE struct err formstore_refuse(struct formstore *store, int64_t row, const char *reason);

/* While a version is on screen it is not removed. */
MUST_USE struct err formstore_use(struct formstore *store, int64_t row);
MUST_USE struct err formstore_release(struct formstore *store, int64_t row);
/* When a kiosk starts: uses of one that died are forgotten, and what was refused is fresh again, because
 * another engine (an update, or the way back from one) and another configuration (a key pinned since) judge
 * otherwise. */
MUST_USE struct err formstore_begin(struct formstore *store);

/* ---- sync ---- */

/* The newest version of every form of an endpoint, refused ones included: what conditional requests compare
 * with. */
MUST_USE struct err formstore_installed(struct formstore *store, enum endpoint endpoint,
                                        struct formstore_list *out_list);
/* Everything, for `yizhanctl forms list`. */
MUST_USE struct err formstore_all(struct formstore *store, struct formstore_list *out_list);

/* Stores a downloaded file by content (chunk by chunk, no long transaction); already stored content costs
 * nothing. */
MUST_USE struct err formstore_put_medium(struct formstore *store, const char *path,
                                         char out_sha256[FORMSTORE_SHA256_SIZE]);
/* Whether some form of this endpoint already has a medium of this name and platform's hash: then it need not
 * be downloaded. */
MUST_USE struct err formstore_has_medium(struct formstore *store, enum endpoint endpoint, const char *name,
                                         const char *hash, char out_sha256[FORMSTORE_SHA256_SIZE],
                                         bool *out_found);
/* Whether a file that was put is still here: a sweep takes what no form has. */
MUST_USE struct err formstore_has_content(struct formstore *store, const char *sha256, bool *out_found);

struct formstore_install_medium {
    const char *name;
    const char *hash;   /* the platform's */
    const char *sha256; /* from formstore_put_medium or formstore_has_medium */
};
struct formstore_install {
    enum endpoint endpoint;
    const char *id;
    const char *version;
    const char *title;
    const char *hash;
    const char *manifest_hash;
    const void *xml;
    size_t xml_size;
    const struct formstore_install_medium *media;
    size_t media_count;
};
/* Swaps a whole form in: fresh, listed, replacing the version before it. ERR_REFUSED when a medium is not
 * stored. */
MUST_USE struct err formstore_install(struct formstore *store, const struct formstore_install *install,
                                      int64_t *out_row);

/* Says which ids the platform's list names now; others are no longer offered. Never call it for an empty
 * list, which is what a platform answers to a token without access: ERR_REFUSED. */
MUST_USE struct err formstore_set_listed(struct formstore *store, enum endpoint endpoint,
                                         const char *const *ids, size_t count);

/* Removes replaced versions that nothing uses, and media that no version names: not while a pull is under
 * way. in_outbox as outbox_uses_form. */
MUST_USE struct err
formstore_sweep(struct formstore *store,
                bool (*in_outbox)(void *context, const char *form_id, const char *version), void *context);

/* ETags of what was pulled completely, by URL path. *out_found false when there is none. */
MUST_USE struct err formstore_etag(struct formstore *store, enum endpoint endpoint, const char *path,
                                   char *out_etag, size_t capacity, bool *out_found);
MUST_USE struct err formstore_set_etag(struct formstore *store, enum endpoint endpoint, const char *path,
                                       const char *etag);

#endif
