/*
 * The outbox: every application this kiosk ever said "saved" about, until the platform has it.
 *
 *     queued -> sending -> delivered -> purged      (purged: the sealed bytes are gone, the case line stays)
 *        ^         |-> queued      (retry, with a time before which it is left alone)
 *        |         '-> parked      (poison, for the technician; '-> queued when released)
 *        '-- on stick              (with a courier) -> delivered, or queued -> sending again
 *
 * outbox.db under [store] dir, shared by yizhan-kiosk (writes applications) and yizhan-sync (moves them on).
 * Each process opens its own handle; a handle belongs to one thread. Every call is one short transaction of
 * its own, so nothing is locked between calls: a sync that hangs in the network never holds up a citizen's
 * commit. A call that cannot get the lock within busy_ms is ERR_RETRY; a full disk is ERR_SPACE and changes
 * nothing; a database written by newer software is ERR_REFUSED. What is stored is sealed before it comes
 * here.
 */
#ifndef YIZHAN_OFFLINE_OUTBOX_H
#define YIZHAN_OFFLINE_OUTBOX_H

#include "board/base/buf.h"
#include "board/base/clock.h"
#include "offline/case_number.h"
#include "offline/endpoint.h"
#include <stdint.h>

#define OUTBOX_ID_SIZE     64          /* instanceID with "uuid:", form version */
#define OUTBOX_FORM_SIZE   128         /* form id */
#define OUTBOX_NAME_SIZE   160         /* file name */
#define OUTBOX_REASON_SIZE 200         /* one line for the technician */
#define OUTBOX_CHUNK_SIZE  (64 * 1024) /* bytes in a chunk row */
#define OUTBOX_CASE_DAYS   180         /* how long a case line answers a receipt */
#define OUTBOX_CUTS_MANY   8           /* so often in a row it was no accident: its road does not carry it */

struct outbox;
struct outbox_writer;

enum outbox_state {
    OUTBOX_QUEUED,
    OUTBOX_SENDING,
    OUTBOX_DELIVERED,
    OUTBOX_PURGED,
    OUTBOX_PARKED,
    OUTBOX_ON_STICK,
    OUTBOX_STATE_COUNT
};

/* "queued", "sending", "delivered", "purged", "parked", "on-stick". */
const char *outbox_state_name(enum outbox_state state);

/* How far a stored wall time can be believed. */
enum outbox_trust { OUTBOX_TIME_UNSET, OUTBOX_TIME_RTC, OUTBOX_TIME_NTP, OUTBOX_TIME_SERVER };
/* "unset", "rtc", "ntp", "server". */
const char *outbox_trust_name(enum outbox_trust trust);

struct outbox_options {
    const char *dir;           /* [store] dir; must exist */
    int kiosk_number;          /* [kiosk] number */
    const struct clock *clock; /* borrowed as long as the outbox lives */
    const char *vfs;           /* name of a SQLite VFS, NULL for the system's; fault tests hand in theirs */
    int busy_ms;               /* longest wait for the other process's lock; 0 means 5000 */
};

/* Opens or creates, migrates under an exclusive lock. A corrupt database is moved to DIR/quarantine, never
 * deleted, and a fresh one serves: outbox_quarantine says so. */
MUST_USE struct err outbox_open(const struct outbox_options *options, struct outbox **out_outbox);
void outbox_close(struct outbox **outbox);

/* Path of the newest quarantined database under DIR, "" when there is none. Borrowed until the next call. */
const char *outbox_quarantine(struct outbox *outbox);

/* ---- the kiosk: number, save, receipt ---- */

/* Takes the next number for good, durably: what is not used becomes a gap, nothing is ever handed out twice,
 * not even after a quarantine. ERR_REFUSED after sequence 99999. */
MUST_USE struct err outbox_take_number(struct outbox *outbox, char out_number[CASE_NUMBER_SIZE]);

/* The kiosk whose applications these are, whoever asks; 0 when none was ever saved. */
MUST_USE struct err outbox_kiosk_number(struct outbox *outbox, int *out_kiosk_number);

/* What is known of an application besides its sealed bytes. Borrowed during outbox_save. */
struct outbox_application {
    const char *number;      /* from outbox_take_number or case_number_own */
    const char *instance_id; /* "uuid:" and a lower-case UUIDv4 */
    enum endpoint endpoint;
    const char *form_id;
    const char *form_version; /* "" for none */
    const uint8_t *card_tag;  /* 32 bytes HMAC of the card for finding it again, or NULL */
    enum outbox_trust trust;  /* of the clock, now */
    bool wants_receipt;       /* writes the receipt's intent in the same transaction */
    const char *withdraws;    /* number of the case that this one takes back; NULL or "" for none */
};

/*
 * Stores a finished application: one transaction with its case line, its receipt intent and whatever fill()
 * writes. Only when this returns without error is it saved, and then through any power cut. fill may be
 * called a second time (on a fresh database, after the first was found corrupt) and must then write the same
 * again; it must not touch the network or a device. An instance_id that is stored already is ERR_REFUSED;
 * what would leave no room to send it is ERR_SPACE (room.h).
 */
MUST_USE struct err outbox_save(struct outbox *outbox, const struct outbox_application *application,
                                struct err (*fill)(void *context, struct outbox_writer *writer),
                                void *context);

/* For fill: begins the next file, then its bytes in pieces of any size, in the end the manifest (exactly
 * once). */
MUST_USE struct err outbox_write_file(struct outbox_writer *writer, const char *name, bool is_xml);
MUST_USE struct err outbox_write_bytes(struct outbox_writer *writer, const void *bytes, size_t size);
MUST_USE struct err outbox_write_manifest(struct outbox_writer *writer, const char *xml, size_t size);

enum outbox_print { OUTBOX_PRINT_NONE, OUTBOX_PRINT_INTENT, OUTBOX_PRINT_DONE, OUTBOX_PRINT_FAILED };
/* "none", "intent", "done", "failed". */
const char *outbox_print_name(enum outbox_print print);

/* Before a receipt goes to the printer (again), and after the printer has proved or failed it. */
MUST_USE struct err outbox_print_intent(struct outbox *outbox, const char *number);
MUST_USE struct err outbox_print_outcome(struct outbox *outbox, const char *number, bool printed);
/* What was being printed when the kiosk ended was never proved: intent -> failed. Call once at start, as the
 * only one who prints. */
MUST_USE struct err outbox_print_recover(struct outbox *outbox);

/* ---- case lines ---- */

struct outbox_case {
    int64_t row; /* the handle of all calls below */
    char number[CASE_NUMBER_SIZE];
    char instance_id[OUTBOX_ID_SIZE]; /* with "uuid:" */
    enum endpoint endpoint;
    char form_id[OUTBOX_FORM_SIZE];
    char form_version[OUTBOX_ID_SIZE];
    enum outbox_state state;
    int64_t saved_ms;                /* wall, UTC, as the kiosk's clock said */
    enum outbox_trust trust;         /* of saved_ms */
    int64_t delivered_ms;            /* wall; 0 before */
    int64_t not_before_ms;           /* wall; 0 for at once */
    int attempts;                    /* sendings begun */
    int64_t sealed_bytes;            /* manifest and files; 0 when purged */
    bool xml_acknowledged;           /* the platform has manifest and sealed XML; only media are missing */
    enum outbox_print print;         /* of the newest receipt */
    char reason[OUTBOX_REASON_SIZE]; /* why it was parked or is tried again; "" */
    bool is_withdrawn;               /* another application that takes it back was saved here */
};

/* Owned: free with outbox_list_finish. */
struct outbox_list {
    struct outbox_case *items;
    size_t count;
};
void outbox_list_finish(struct outbox_list *list);

/* *out_found says whether there is one; out_case is untouched when not. */
MUST_USE struct err outbox_find_number(struct outbox *outbox, const char *number,
                                       struct outbox_case *out_case, bool *out_found);
/* With or without "uuid:", any case. */
MUST_USE struct err outbox_find_instance(struct outbox *outbox, const char *instance_id,
                                         struct outbox_case *out_case, bool *out_found);
/* The newest one filled with this form, whatever became of it. */
MUST_USE struct err outbox_find_newest(struct outbox *outbox, const char *form_id,
                                       struct outbox_case *out_case, bool *out_found);
/* All cases that carry this card's tag, newest first. */
MUST_USE struct err outbox_find_card(struct outbox *outbox, const uint8_t card_tag[32],
                                     struct outbox_list *out_list);
/* By number, newest first, from the given offset, at most limit; states: bit 1 << OUTBOX_x each, 0 for all.
 */
MUST_USE struct err outbox_list(struct outbox *outbox, unsigned states, int offset, int limit,
                                struct outbox_list *out_list);

/* How an application came to where it is, oldest first. Owned: free with outbox_history_finish. */
struct outbox_history {
    struct outbox_event_line {
        int64_t at_ms; /* wall */
        enum outbox_state from, to;
        char cause[OUTBOX_REASON_SIZE];
    } * items;
    size_t count;
};
MUST_USE struct err outbox_history(struct outbox *outbox, int64_t row, struct outbox_history *out_history);
void outbox_history_finish(struct outbox_history *history);

struct outbox_counts {
    int64_t in_state[OUTBOX_STATE_COUNT];
    int64_t waiting;           /* queued, sending, on stick: what the platform does not have yet */
    int64_t waiting_bytes;     /* sealed bytes of those */
    int64_t oldest_waiting_ms; /* wall time saved; 0 when none waits */
    int64_t for_courier; /* of those: cut OUTBOX_CUTS_MANY times since the platform last took a part of it */
};
MUST_USE struct err outbox_count(struct outbox *outbox, struct outbox_counts *out_counts);

/* ---- sync: next, read, move on ---- */

/* What was being sent when a sync died goes back to queued. Call once at start, as the only sender. */
MUST_USE struct err outbox_recover(struct outbox *outbox);

/*
 * The next queued application for this endpoint that is due at now_ms (wall). Small first: those whose
 * manifest and XML the platform does not have yet come before those that only miss media; then by sequence.
 */
MUST_USE struct err outbox_next(struct outbox *outbox, enum endpoint endpoint, int64_t now_ms,
                                struct outbox_case *out_case, bool *out_found);

/* Whether an error of the calls below says that this one application's bytes do not lie here whole, and
 * nothing of the others. */
bool outbox_is_damage(const struct err *e);

/* Appends the manifest's exact bytes (for an unsealed form: the submission XML) to out_xml. */
MUST_USE struct err outbox_manifest(struct outbox *outbox, int64_t row, struct buf *out_xml);

struct outbox_file {
    int index; /* 0.. in the order written */
    char name[OUTBOX_NAME_SIZE];
    bool is_xml; /* the sealed instance: goes with the manifest */
    int64_t size;
    bool acknowledged; /* by itself; of what is delivered every file is, marked or not */
    void *bytes; /* owned by the list: the whole of a small one, where outbox_open_row brought it; or NULL */
};

/* The files of one application, owned: free with outbox_files_finish. */
struct outbox_files {
    struct outbox_file *items;
    size_t count;
};
MUST_USE struct err outbox_files(struct outbox *outbox, int64_t row, struct outbox_files *out_files);
void outbox_files_finish(struct outbox_files *files);

/* Both, and the bytes of what is not acknowledged and fits a chunk, in one transaction: for most applications
 * all that a sender needs. */
MUST_USE struct err outbox_open_row(struct outbox *outbox, int64_t row, struct buf *out_manifest,
                                    struct outbox_files *out_files);

/* Reads at an offset, up to the end of the chunk it falls in: between 1 and OUTBOX_CHUNK_SIZE bytes, 0 at the
 * end of the file. Nothing stays open afterwards. */
MUST_USE struct err outbox_read(struct outbox *outbox, int64_t row, int index, int64_t offset,
                                void *out_bytes, size_t capacity, size_t *out_size);

/* What the platform answered; kept as the newest attempt, except of what outbox_settle delivers. */
struct outbox_answer {
    int http_status;          /* 0 when there was none */
    int64_t bytes_sent;       /* on the wire, this attempt */
    int64_t platform_date_ms; /* its Date header, 0 when none */
    const char *reason;       /* one line, no personal data; NULL for "" */
};

/*
 * The fast way, two commits for many applications: claim marks up to limit due ones as sending (they come as
 * from outbox_next; of those that only miss media a few, so that newcomers do not wait for long), settle says
 * for each what came of it. A power cut in between costs nothing but a repeat of exact bytes, which the
 * platform answers as it did the first time. Claiming alone is for tests.
 */
MUST_USE struct err outbox_claim(struct outbox *outbox, enum endpoint endpoint, int64_t now_ms, int limit,
                                 struct outbox_list *out_list);
struct outbox_settlement {
    int64_t row;
    struct outbox_answer answer; /* by which the platform acknowledged the XML and every file */
};
/* sending -> delivered, in one commit for all; their files are not marked one by one. outbox_sweep purges
 * them later: deleting what is sealed costs the disk more than sending it did. */
MUST_USE struct err outbox_settle(struct outbox *outbox, const struct outbox_settlement *items, size_t count);
/* The settlement of the last ones and the claim of the next in one commit. */
MUST_USE struct err outbox_settle_and_claim(struct outbox *outbox, const struct outbox_settlement *items,
                                            size_t count, enum endpoint endpoint, int64_t now_ms, int limit,
                                            struct outbox_list *out_list);

/* The same step by step. queued | on stick -> sending */
MUST_USE struct err outbox_mark_sending(struct outbox *outbox, int64_t row);
/* The platform has the manifest and the sealed XML: remembered, so that they are not what is sent next. */
MUST_USE struct err outbox_acknowledge_xml(struct outbox *outbox, int64_t row,
                                           const struct outbox_answer *answer);
/* The platform has this file. */
MUST_USE struct err outbox_acknowledge_file(struct outbox *outbox, int64_t row, int index,
                                            const struct outbox_answer *answer);
/* sending -> delivered, alone as tests do it. ERR_REFUSED while XML or a file is not acknowledged: nothing
 * may be called received early. */
MUST_USE struct err outbox_mark_delivered(struct outbox *outbox, int64_t row,
                                          const struct outbox_answer *answer);
/* on stick, or what became of it by network meanwhile (queued, parked) -> delivered, by a courier's receipt
 * for the whole application. */
MUST_USE struct err outbox_mark_delivered_by_courier(struct outbox *outbox, int64_t row,
                                                     const struct outbox_answer *answer);
/* What the platform's server errors (5xx) say against one application, since it was last released. */
struct outbox_server_errors {
    int64_t count;
    bool others_taken; /* the endpoint has acknowledged another one since the first of them */
};
MUST_USE struct err outbox_server_errors(struct outbox *outbox, int64_t row,
                                         struct outbox_server_errors *out_errors);
/* sending -> queued, left alone until not_before_ms (wall). */
MUST_USE struct err outbox_retry(struct outbox *outbox, int64_t row, int64_t not_before_ms,
                                 const struct outbox_answer *answer);
/* sending -> parked; answer->reason tells the technician why. */
MUST_USE struct err outbox_park(struct outbox *outbox, int64_t row, const struct outbox_answer *answer);
/* parked -> queued: the technician has mended the cause. Attempts start again at 0. */
MUST_USE struct err outbox_release(struct outbox *outbox, int64_t row);
/* queued -> on stick, or onto one more: the first may be lost. */
MUST_USE struct err outbox_mark_on_stick(struct outbox *outbox, int64_t row);
/* delivered -> purged: deletes manifest and files. */
MUST_USE struct err outbox_purge(struct outbox *outbox, int64_t row);
/* Purges every delivered row, a few in a transaction so that nobody's commit waits for long; drops the lines
 * of purged ones that are OUTBOX_CASE_DAYS older than both now and the newest acknowledgement. *out_purged
 * counts the former. */
MUST_USE struct err outbox_sweep(struct outbox *outbox, int *out_purged);
/* Whether anything not yet purged was filled with this version of a form. For formstore_sweep. */
bool outbox_uses_form(void *outbox, const char *form_id, const char *form_version);

/* ---- link: what sync knows of a platform, for whoever asks ---- */

enum outbox_link_state {
    OUTBOX_LINK_UNKNOWN,      /* sync has not tried yet */
    OUTBOX_LINK_UP,           /* the platform itself answered */
    OUTBOX_LINK_DOWN,         /* no connection, timeout, TLS, 5xx */
    OUTBOX_LINK_NOT_PLATFORM, /* something answered, not the platform: portal, proxy */
    OUTBOX_LINK_CREDENTIALS   /* 401, 403, or an empty list: for the technician */
};
/* "unknown", "up", "down", "not-platform", "credentials". */
const char *outbox_link_state_name(enum outbox_link_state state);

struct outbox_link {
    enum outbox_link_state state;
    int64_t changed_ms;      /* wall, when state last changed; set by outbox_set_link */
    int64_t last_contact_ms; /* wall, last answer of the platform itself; 0 never */
    int64_t last_pull_ms;    /* wall, last complete pull of forms; 0 never */
    int64_t next_try_ms;     /* wall, backoff kept across reboots; 0 at once */
    int64_t wait_ms; /* how long that wait was when it was set: a clock that jumps back must not prolong it */
    int64_t next_pull_ms; /* wall, when forms are pulled again; 0 at once */
    int failures;         /* in a row, for the backoff */
    char reason[OUTBOX_REASON_SIZE];
};
MUST_USE struct err outbox_get_link(struct outbox *outbox, enum endpoint endpoint,
                                    struct outbox_link *out_link);
MUST_USE struct err outbox_set_link(struct outbox *outbox, enum endpoint endpoint,
                                    const struct outbox_link *link);

#endif
