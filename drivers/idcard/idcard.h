/*
 * ID cards as the app sees them. Source of the fields: GA 450 / GA 467 text block, through
 * drivers/idcard/text.h.
 *
 * Holds personal data: whoever has one wipes it with wipe(&card, sizeof card).
 */
#ifndef YIZHAN_DRIVERS_IDCARD_H
#define YIZHAN_DRIVERS_IDCARD_H

#include "drivers/device.h"

enum idcard_type {
    IDCARD_RESIDENT,      /* 居民身份证 */
    IDCARD_HMT_PERMIT,    /* 港澳台居民居住证, 'J' */
    IDCARD_FOREIGNER_2017 /* 外国人永久居留身份证, 2017 layout, 'I' */
};

/* What does not agree on a card that was read; the form decides what that means. */
enum idcard_doubt {
    IDCARD_DOUBT_CHECK_DIGIT = 1 << 0, /* GB 11643 */
    IDCARD_DOUBT_BIRTH = 1 << 1,       /* number and birth date differ, or it is no date */
    IDCARD_DOUBT_SEX = 1 << 2,         /* number and sex differ */
    IDCARD_DOUBT_VALIDITY = 1 << 3     /* validity is no pair of dates in order */
};

#define IDCARD_PHOTO_SIZE    1024
#define IDCARD_PORTRAIT_JPEG 4096 /* at most */

/* All texts UTF-8, NUL-terminated, without padding, "" when the card has none. Characters are as on the card.
 */
struct idcard {
    enum idcard_type type;
    uint32_t doubts;                        /* enum idcard_doubt bits */
    char name[184];                         /* foreigner: English name */
    char name_zh[64];                       /* foreigner's Chinese name, else the same as name */
    char sex[12];                           /* 男 女 未说明 未知 */
    char nation[32];                        /* 汉 ...; foreigner: three-letter code of the nationality */
    char birth[28];                         /* 1942-03-15 */
    char address[112];                      /* newest known: the card's appended address where there is one */
    char id_number[56];                     /* 18 characters; foreigner 2017: 15 */
    char issuer[64];                        /* issuing authority */
    char valid_from[28];                    /* 2010-05-01 */
    char valid_to[28];                      /* 2030-05-01 or 长期 */
    char pass_number[32];                   /* HK/Macao/Taiwan permit: number of the travel permit */
    char issue_count[8];                    /* HK/Macao/Taiwan permit: how often issued */
    uint8_t photo[IDCARD_PHOTO_SIZE];       /* WLT-compressed, opaque */
    size_t photo_size;                      /* 0 when the reader gave none */
    uint8_t portrait[IDCARD_PORTRAIT_JPEG]; /* the same as a JPEG, where a site has a decoder (photo.h) */
    size_t portrait_size;                   /* 0: none */
};

/* "resident", "hmt-permit", "foreigner-2017": the form's card_type. */
const char *idcard_type_name(enum idcard_type type);
/* The texts of a card, as a form names them (docs/ADDING_A_SERVICE.md). photo is not text. */
enum { IDCARD_FIELDS = 13 };
extern const char *const idcard_fields[IDCARD_FIELDS];
/* The text of that name; NULL for an unknown one. */
const char *idcard_field(const struct idcard *card, const char *field);
/* GB 11643: 17 digits and the ISO 7064 MOD 11-2 check character. */
bool idcard_number_valid(const char *number);
/* Completed years on a day ("2026-11-22"); -1 when the birth date is no date. */
int idcard_age(const struct idcard *card, const char *today);

/* err.code of notices (ERR_USER) and failures (ERR_DEVICE). */
enum idcard_cause {
    IDCARD_MOVED = 1,     /* user: lifted too early or lying askew: lift it and place it again */
    IDCARD_NOT_OURS,      /* user: something else lies there: a bank card, a transport card */
    IDCARD_UNREADABLE,    /* user: the card's chip fails */
    IDCARD_UNSUPPORTED,   /* user: a kind of card this kiosk does not know (foreigner 2023) */
    IDCARD_NOT_GENUINE,   /* user: reader and card did not recognise each other */
    IDCARD_SAM_REFUSED,   /* device: security module not authorised or self-test failed */
    IDCARD_NOT_ANSWERING, /* device: nothing, or nothing sensible, came within the deadline */
    IDCARD_PROTOCOL       /* device: refuses commands it must know */
};

enum idcard_stage {
    IDCARD_WAITING, /* reader ready: "place your card" */
    IDCARD_FOUND,   /* a card lies there: "leave it" */
    IDCARD_NOTICE,  /* message.err says what to tell the person; reading goes on */
    IDCARD_READ,    /* result of idcard_read: `card` is filled */
    IDCARD_REMOVED, /* result of idcard_await_removal */
    IDCARD_LEFT     /* progress of idcard_await_removal: it still lies there, said every few seconds; of one
                       that was not read, also at once */
};

struct idcard_event {
    enum idcard_stage stage;
    struct idcard card;
    int reader_ms; /* how long the reader itself took, for the bench */
};
_Static_assert(sizeof(struct idcard_event) <= DEVICE_PAYLOAD_SIZE, "raise DEVICE_PAYLOAD_SIZE");

/* Reads the next card placed, over and over through the person's mistakes, until one is read (result with
 * IDCARD_READ), the reader fails, or it is cancelled. timeout_ms 0: until cancelled. */
MUST_USE struct err idcard_read(struct device *reader, int timeout_ms, uint32_t *out_ticket);
/* Ends with IDCARD_REMOVED when no card lies on the reader. */
MUST_USE struct err idcard_await_removal(struct device *reader, int timeout_ms, uint32_t *out_ticket);

/* The event of a message of class DEVICE_IDCARD. */
const struct idcard_event *idcard_event(const struct device_message *message);

#endif
