/* A kiosk without a world: the real journey and the real pension form on fake ports and a clock that stands
 * still. */
#ifndef YIZHAN_TESTS_FAKE_KIOSK_H
#define YIZHAN_TESTS_FAKE_KIOSK_H

#include "app/journey/internal.h"
#include "board/base/clock.h"
#include "drivers/printer/printer.h"

struct fake_kiosk {
    struct clock_fake clock;
    struct config config;
    struct journey_ports ports;
    struct lang *lang;
    struct text_input *typing;
    struct ui_theme theme;
    struct journey *journey;
    struct device_status status[DEVICE_CLASS_COUNT];
    bool reads_card;   /* what the reader was told last; a card laid down otherwise fails the test */
    bool watches_card; /* whether it is to tell when the card is gone */
    int card_reads, prints, numbers_taken, saves, forgets;
    char withdrawn[CASE_NUMBER_SIZE]; /* by what was saved last */
    struct buf kept;                  /* the draft that the store was given last */
    int keeps, wanted_keeps, kept_looks, kept_drops;
    uint64_t kept_ticket; /* of the newest look */
    int ratings, score;
    int photos, photo_side_px; /* of the last */
    int live_pictures;         /* how often the camera began to show what it sees */
    int code_looks;            /* how often something began to look for a code */
    int taps;
    bool is_mute;    /* the voice is broken */
    bool is_printed; /* what the outbox was told last, and of which receipt */
    char printed_number[CASE_NUMBER_SIZE];
    int technician_events[TECHNICIAN_EVENTS];
    struct technician_event told; /* to yizhan-visit, last */
    bool said_slowly, said_loudly;
    char said[2048]; /* what the voice was given last */
};

void fake_kiosk_start(struct fake_kiosk *kiosk);
void fake_kiosk_stop(struct fake_kiosk *kiosk);
/* The same around a test, whose state it is. */
int fake_kiosk_setup(void **state);
int fake_kiosk_teardown(void **state);
#define KIOSK_TEST(test_) cmocka_unit_test_setup_teardown(test_, fake_kiosk_setup, fake_kiosk_teardown)

void fake_tap(struct fake_kiosk *kiosk, int action, int arg);
/* Builds the screen; fails the test when it cannot be built. */
void fake_look(struct fake_kiosk *kiosk);
void fake_pass(struct fake_kiosk *kiosk, int ms);
/* The county's list of services comes (again). */
void fake_catalogue(struct fake_kiosk *kiosk);
void fake_device(struct fake_kiosk *kiosk, enum device_class class, bool in_service, uint32_t conditions);
void fake_place_card(struct fake_kiosk *kiosk);
void fake_place_card_of(struct fake_kiosk *kiosk, const char *name, const char *id_number);
/* Off the reader again, as the driver tells it to whoever watches. */
void fake_take_card(struct fake_kiosk *kiosk);
/* The reader goes out of service in the middle of what it was told; fake_device() brings it back. */
void fake_lose_reader(struct fake_kiosk *kiosk);
void fake_printed(struct fake_kiosk *kiosk, enum printer_outcome outcome, struct err err,
                  uint32_t conditions);
/* Her receipt is printed, and she wants another service. */
void fake_another(struct fake_kiosk *kiosk);
void fake_store(struct fake_kiosk *kiosk, enum store_answer_kind kind, struct err err);
/* The store says that drafts and cases can be tied to a card. */
void fake_keeps_cards(struct fake_kiosk *kiosk);
/* The store's answer to "is there a draft of this card": the one it was given last, or none. */
void fake_found_kept(struct fake_kiosk *kiosk, bool found);
/* What a person does on the screen that is there. */
void fake_step(struct fake_kiosk *kiosk);
/* From attract to the state: "card", "question", "review", "saved". */
void fake_go(struct fake_kiosk *kiosk, const char *state);
void assert_state(const struct fake_kiosk *kiosk, const char *state);

#endif
