/*
 * What the journey asks of the store thread, and what it answers. Requests are taken by the thread, answers
 * come back in order; a failed request answers too, with its error.
 */
#ifndef YIZHAN_JOURNEY_STORE_PORT_H
#define YIZHAN_JOURNEY_STORE_PORT_H

#include "app/service/case_progress.h"
#include "app/service/catalogue.h"
#include "app/service/save_request.h"
#include "drivers/device.h"
#include "offline/outbox.h"

/* Cases of one card, newest first. */
enum { CASE_LIST_MAX = 24 };
struct case_list {
    size_t count;
    struct case_list_item {
        struct outbox_case line;
        struct case_progress progress;
    } items[CASE_LIST_MAX];
};

/* A request about nothing but one text needs no more than kind and text. */
enum store_request_kind {
    REQUEST_NUMBER,        /* answers STORE_NUMBER */
    REQUEST_SAVE,          /* save; STORE_SAVED */
    REQUEST_FIND_NUMBER,   /* text: a case's number; STORE_CASE */
    REQUEST_FIND_CODE,     /* text: as scanned; STORE_CASE. ERR_USER: no receipt, ERR_REFUSED: not ours */
    REQUEST_FIND_CARD,     /* text: an ID number; STORE_CASES */
    REQUEST_KEEP,          /* text: card_secret(); draft; STORE_KEPT to whoever wants_answer */
    REQUEST_FIND_KEPT,     /* text: card_secret(); STORE_FOUND_KEPT */
    REQUEST_DROP_KEPT,     /* text: card_secret(); this and what follows answers nothing */
    REQUEST_PRINT_INTENT,  /* text: a case's number */
    REQUEST_PRINT_OUTCOME, /* text: a case's number; is_printed */
    REQUEST_USE_FORM,      /* row, is_in_use */
    REQUEST_RATE,          /* text: a service's id, "" for the kiosk as a whole; score */
    REQUEST_DEVICE,        /* class, status: how one device is now, for report and yizhanctl */
    REQUEST_STOP           /* the thread's owner only */
};

enum { REQUEST_TEXT_MAX = 1024 };

struct store_request {
    enum store_request_kind kind;
    uint64_t ticket; /* the answer has the same */
    char text[REQUEST_TEXT_MAX];
    struct save_request *save; /* owned */
    struct buf draft;          /* owned, private */
    bool wants_answer, is_printed, is_in_use;
    int64_t row; /* of the form store */
    int score;   /* a face, 1..5 */
    enum device_class class;
    struct device_status status;
};

/* Frees what it owns, wipes the rest. */
void store_request_finish(struct store_request *request);

enum store_answer_kind {
    STORE_CATALOGUE,  /* `catalogue` is new, owned by whoever takes the answer */
    STORE_NUMBER,     /* `number` is taken for good */
    STORE_SAVED,      /* durable, or err says why not; `code` goes on the receipt */
    STORE_CASE,       /* `found`, `case_line` and `progress` */
    STORE_CASES,      /* `cases` of a card, owned by whoever takes the answer */
    STORE_KEPT,       /* the draft is durable, or err says why not */
    STORE_FOUND_KEPT, /* `found` and `kept`, a private buffer owned by whoever takes the answer */
    STORE_LINK        /* unasked: `link`, `counts` and `keeps_cards` as they are now */
};

struct store_answer {
    enum store_answer_kind kind;
    uint64_t ticket; /* of the request; 0: unasked */
    struct err err;
    struct catalogue *catalogue;
    char number[CASE_NUMBER_SIZE];
    char code[RECEIPT_CODE_SIZE];
    bool found;
    struct outbox_case case_line;
    struct case_progress progress;
    struct case_list *cases;
    struct buf kept;
    struct outbox_link link;
    struct outbox_counts counts;
    bool keeps_cards; /* the device secret is apart from the disk: drafts and cases can be tied to a card */
};

/* Wipes and frees what an answer owns. */
void store_answer_finish(struct store_answer *answer);

#endif
