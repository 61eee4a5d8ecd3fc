/* One person at the kiosk, from her first touch until all of her is forgotten (visit.c). */
#ifndef YIZHAN_JOURNEY_VISIT_H
#define YIZHAN_JOURNEY_VISIT_H

#include "app/journey/draft.h"
#include "app/journey/person.h"
#include "app/journey/store_port.h"

struct journey;

/* PRINT_SLOW: still under way, for longer than a receipt takes. */
enum print_state { PRINT_NONE, PRINT_RUNNING, PRINT_SLOW, PRINT_DONE, PRINT_UNPROVED, PRINT_FAILED };

enum keep_state { KEEP_NONE, KEEP_RUNNING, KEEP_DONE, KEEP_FAILED };

enum { FACTS_MAX = 2 };

/* All that is known of the person at the kiosk. Private pages, wiped as one. */
struct visit {
    struct person person;
    bool has_rated;        /* whoever plays with the faces counts once; for good until all is forgotten */
    struct person *absent; /* whose card was taken: nothing of it is used before it is back. NULL */
    const struct service *service; /* borrowed from the catalogue; NULL before one is chosen. From here on
                                      all is of one service */
    struct {
        const char *name; /* of a node, whatever the words of its question */
        char value[OUTBOX_ID_SIZE];
    } facts[FACTS_MAX]; /* what the case that led here answers */
    size_t fact_count;
    struct xform_session *session;
    char instance_id[OUTBOX_ID_SIZE];
    struct draft draft;
    struct attachment attachments[SAVE_MEDIA_MAX];
    size_t attachment_count;
    bool types_card;                  /* no card: its required fields are asked for */
    bool changes_answer;              /* from the review, and back to it */
    bool signs;                       /* the review is done: signatures, then saving */
    struct buf asked;                 /* refs of what was on the screen, or needed none */
    int review_page;                  /* where she left the review */
    int overview_page;                /* and where she left it for one of its parts */
    char review_part[XFORM_REF_SIZE]; /* the first answer of the part that is open; "" for none */
    struct buf looked_at;             /* the first answers of those that were */
    char repeat_ref[XFORM_REF_SIZE];  /* of the series whose prompt is on the screen */
    char closing_ref[XFORM_REF_SIZE]; /* of the note that the review says; "" for none */
    char card_notice[256];            /* as draft.message */
    bool is_card_found;
    /* the draft on disk */
    enum keep_state keep; /* of "keep it, I go home for the papers" */
    bool has_news;        /* an answer was given that no draft holds yet */
    bool has_draft;       /* one lies there in case the power fails */
    bool is_draft_wanted; /* she asked for it */
    /* after saving */
    char number[CASE_NUMBER_SIZE];
    char code[RECEIPT_CODE_SIZE];
    struct outbox_case case_line;
    enum print_state print;
    uint32_t print_job; /* of the receipt */
    int64_t print_ms;   /* monotonic: when it was begun */
    bool is_copy;
    const char *print_trouble; /* text id: why print failed */
    /* looking for a case */
    struct case_list *cases; /* of her card */
    struct case_progress progress;
    char typed_number[CASE_NUMBER_SIZE];
    bool finds_by_card;     /* the reader was told to read */
    bool has_searched;      /* for a service: the results are on the screen */
    char find_message[256]; /* as draft.message */
    bool wants_to_leave, wants_another;
    int rating;
};

/* A set of refs, a line each. */
bool refs_have(const struct buf *refs, const char *ref);
void refs_add(struct buf *refs, const char *ref);

struct visit *visit_create(void);
void visit_destroy(struct visit **visit);
/* Forgets the service and its answers; card and preferences stay for the next one. */
void visit_close_service(struct journey *journey);
/* Forgets all. */
void visit_forget(struct journey *journey);
/* Another service. */
void visit_choose(struct journey *journey, const struct service *service);
/* From applying for oneself to acting for somebody, and back: whose card is whose is asked anew. */
void visit_turn_helper(struct journey *journey);
/* Of the chosen service, from its first question. */
MUST_USE struct err visit_start_session(struct journey *journey);
/* Goes on where she was interrupted. Takes kept when there is no error. ERR_REFUSED: its service is not
 * offered any more. */
MUST_USE struct err visit_resume(struct journey *journey, struct kept **kept);
/* A file of the form's media question; replaces one of the same name. Takes the bytes when there is no error.
 * ERR_REFUSED: there are SAVE_MEDIA_MAX already. */
MUST_USE struct err visit_attach(struct visit *visit, const char *name, struct buf *bytes);
/* Without such a file nothing happens. */
void visit_detach(struct visit *visit, const char *name);
/* The application of this visit lies in the outbox. A number alone is no proof: it is taken before saving. */
bool visit_is_saved(const struct visit *visit);
/* Everything for the store thread, for REQUEST_SAVE. Errors as save_request_create(). */
MUST_USE struct err visit_save_request(struct journey *journey, struct save_request **out_request);

#endif
