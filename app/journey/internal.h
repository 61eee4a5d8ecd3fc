/* The journey itself, and what its files ask of journey.c. Only files of this folder include it. */
#ifndef YIZHAN_JOURNEY_INTERNAL_H
#define YIZHAN_JOURNEY_INTERNAL_H

#include "app/journey/journey.h"
#include "app/journey/pictures.h"
#include "app/journey/speech.h"
#include "app/journey/state_table.h"
#include "app/journey/technician_desk.h"
#include "app/journey/visit.h"
#include "app/journey/words.h"

enum { RECEIPTS_UNDER_WAY = 4 };

struct journey {
    const struct config *config;
    const struct clock *clock;
    const struct journey_ports *ports;
    const struct lang *const *langs;
    size_t lang_count;
    size_t lang_index;
    const struct tz *tz;
    struct text_input *typing;

    enum journey_state_id state;
    enum journey_state_id under; /* of an overlay */
    enum journey_state_id left;  /* the state before */
    bool is_moving;              /* from one state to another, right now */
    int64_t touched_ms;          /* monotonic: the last touch or change of state */
    bool has_changed;
    unsigned turn; /* counts screens, pages and settings: what was to be tapped before is gone */
    enum ui_voice voice;
    bool did_prefs_by_age;
    bool is_large_by_age; /* and not by her: one tap takes it back */
    int page, under_page;
    bool was_seen; /* the screen to its last page */
    struct ui_prefs prefs;
    struct speech speech;
    struct picture_shelf pictures;

    struct catalogue *catalogue;     /* owned */
    struct catalogue *new_catalogue; /* waits until nobody uses the old one */
    struct outbox_link link;
    struct outbox_counts counts;
    bool has_link;
    bool is_store_down;     /* nothing can be saved */
    bool keeps_cards;       /* drafts and cases can be tied to a card */
    bool is_card_on_reader; /* when the reader was last heard: journey_card_lies_there() */
    bool is_card_left;      /* since before this visit: whose it is nobody here knows */
    uint32_t job;           /* of the newest print */
    uint64_t ticket;        /* of the newest request to the store */
    uint64_t void_ticket;   /* up to this one they were asked for somebody who is not here any more */
    /* By job: what came of each is told to the outbox, whoever stands here then. */
    struct receipt_under_way {
        uint32_t job;
        char number[CASE_NUMBER_SIZE]; /* "" for none */
    } receipts[RECEIPTS_UNDER_WAY];
    struct visit *visit;
    struct technician_desk technician;
};

/* The only way from one state to another; logged with its cause (no personal data). */
void journey_goto(struct journey *journey, enum journey_state_id to, const char *cause);
/* The state, or the one under the overlay that lies over it. */
enum journey_state_id journey_place(const struct journey *journey);
/* The screen must be built anew. */
void journey_touch(struct journey *journey);
/* Another screen, or another page of it: a tap that was meant for what stood there before does not count. */
void journey_turn(struct journey *journey, int page);
bool journey_device_ready(const struct journey *journey, enum device_class class);
/* Asks the store thread, which takes what the request owns; text goes into the request. */
void journey_ask(struct journey *journey, struct store_request *request, const char *text);
/* Another person is meant from here on: what is answered to earlier requests is nobody's. */
void journey_void_requests(struct journey *journey);
/* A card lies on the reader, and the reader says so now. */
bool journey_card_lies_there(const struct journey *journey);
/* Reads the card that is laid down. False: the card of whoever was here before lies there, which is read for
 * nobody else; it is watched instead. */
bool journey_read_card(struct journey *journey);
/* Until the card is taken; what the reader said of a card while nobody listened is old. One that is down is
 * asked when it is back. */
void journey_watch_card(struct journey *journey);
/* Nothing is read any more; a card that lies there is watched. */
void journey_stop_reading(struct journey *journey);
void journey_stop_camera(struct journey *journey);
/* Logs what could not be begun, but not that its device is away: that one's status says so. */
void journey_log_device(struct err e);
uint32_t journey_conditions(const struct journey *journey, enum device_class class);

#endif
