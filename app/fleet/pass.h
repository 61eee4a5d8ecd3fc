/*
 * A visit pass: `visit.cms` on a technician's stick says who comes, to which kiosks, until when, to do what,
 * and names every file the stick brings with its size and SHA-256. It is CMS signed data (RFC 5652, DER,
 * content inside, signer's certificate inside) by somebody the fleet's certificate vouches for; the subject's
 * OU is the office: `technician` or `courier`. The content is an INI text:
 *
 *     [visit]     id town kiosks from until actions        kiosks = 1-20 27; times as 2026-11-22T00:00:00Z
 *     [update]    version file                             when it brings one
 *     [file NAME] size sha256                              one section a file
 *
 * Nothing of a stick is believed, and nothing of the kiosk changed, before all of it has been checked. What
 * is wrong is one of a short list, because somebody in a village must be told it in one sentence. Blocks on
 * the disk; one thread; no personal data.
 */
#ifndef YIZHAN_FLEET_PASS_H
#define YIZHAN_FLEET_PASS_H

#include "board/base/err.h"
#include <stdint.h>

#define PASS_FILE      "visit.cms"
#define PASS_FILES_MAX 32

/* struct err's code says which; the class is ERR_REFUSED for all of them. */
enum pass_fault {
    PASS_FAULT_NONE,
    PASS_FAULT_NO_PASS,  /* some other stick */
    PASS_FAULT_GARBLED,  /* cut short, bit-flipped, not CMS, not our text */
    PASS_FAULT_NOT_OURS, /* unsigned, or by nobody the fleet vouches for */
    PASS_FAULT_OFFICE,   /* the signer's office may not do what the pass says */
    PASS_FAULT_EARLY,    /* not yet valid */
    PASS_FAULT_EXPIRED,
    PASS_FAULT_OTHER_TOWN,
    PASS_FAULT_OTHER_KIOSK,
    PASS_FAULT_FILE_MISSING,
    PASS_FAULT_FILE_DAMAGED,
    PASS_FAULT_OLDER_VERSION,
    PASS_FAULT_NO_ROOM,    /* the stick is full or write-protected, and something is to be carried on it */
    PASS_FAULT_DISK_FULL,  /* this machine's own */
    PASS_FAULT_NO_PIN,     /* nobody's PIN is known here */
    PASS_FAULT_CANCELLED,  /* whoever stood there did not go on */
    PASS_FAULT_FAILED,     /* something of this machine's */
    PASS_FAULT_UNREADABLE, /* no file system of it that we read */
    PASS_FAULT_NOT_PLAIN,  /* it says that it is something else besides: a keyboard */
    PASS_FAULT_COUNT,
};

enum pass_action {
    PASS_UPDATE = 1 << 0,
    PASS_FORMS = 1 << 1,
    PASS_COURIER = 1 << 2,
    PASS_LOGS = 1 << 3,
    PASS_CONFIG = 1 << 4,
    PASS_SELF_TEST = 1 << 5,
    PASS_RESET = 1 << 6, /* factory reset: a pass that says so names one kiosk only */
};
#define PASS_ACTION_LAST PASS_RESET

/* What needs files on the stick. Whoever may do none of these brings no file at all. */
#define PASS_BRINGS ((unsigned)PASS_UPDATE | PASS_FORMS | PASS_CONFIG)

/* kiosks as in struct pass, "1-20 27": whether number is among them. */
bool pass_names_kiosk(const char *kiosks, int number);

struct pass {
    char id[40];
    char who[128];   /* the signer's common name */
    char office[32]; /* "technician" or "courier" */
    char town[64];
    char kiosks[256];
    unsigned actions; /* of enum pass_action */
    int64_t from_ms, until_ms;
    char update_version[32], update_file[64];
    struct pass_file {
        char name[64], sha256[65];
        int64_t size;
    } files[PASS_FILES_MAX];
    int file_count;
};

/* What this kiosk is; strings are borrowed during the call. */
struct pass_rules {
    const char *ca; /* PEM file */
    const char *town;
    int kiosk_number;
    const char *version; /* what runs here: dotted numbers */
    int64_t carry_bytes; /* what a courier would carry away: the outbox's waiting_bytes; 0 when not known */
    /* time_for_certificates(): a dead clock must not let an expired pass in nor a good one out */
    int64_t now_ms;
};

/* Reads and checks dir/visit.cms and every file it names. */
MUST_USE struct err pass_read(const char *dir, const struct pass_rules *rules, struct pass *out_pass);
/* The same in its parts, for who copies the files before they are judged: the pass itself; one file it names;
 * room on the stick for what is asked. */
MUST_USE struct err pass_read_text(const char *dir, const struct pass_rules *rules, struct pass *out_pass);
MUST_USE struct err pass_check_file(const char *dir, const struct pass_file *file);
MUST_USE struct err pass_check_room(const char *dir, unsigned actions, int64_t carry_bytes);
/* NULL when it names no such file. */
const struct pass_file *pass_find_file(const struct pass *pass, const char *name);
/* Another thing that is wrong, found outside this file. */
MUST_USE struct err pass_refuse(enum pass_fault fault, const char *format, ...) PRINTF_LIKE(2, 3);

/* "expired", for logs and JSON, and the sentence for the screen, in Chinese. */
const char *pass_fault_name(enum pass_fault fault);
const char *pass_fault_sentence(enum pass_fault fault);
const char *pass_action_name(enum pass_action action);

#endif
