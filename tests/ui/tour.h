/*
 * Every screen that a person can meet, built by the real journey: each state, and each question of each
 * shipped form and of tests/ui/questions, where every kind of question stands once.
 *
 * The walk stops at each screen and calls a function, which builds that screen as often as it likes, in any
 * look. For goldens, the lint, the reading test and contact sheets.
 */
#ifndef YIZHAN_TESTS_UI_TOUR_H
#define YIZHAN_TESTS_UI_TOUR_H

#include "tests/unit/journey/fake_kiosk.h"

/* Uyghur and Tibetan are samples: tour_peoples() alone goes through them. */
enum { TOUR_ZH, TOUR_EN, TOUR_LANGS, TOUR_UG = TOUR_LANGS, TOUR_BO, TOUR_ALL_LANGS };

struct tour {
    struct fake_kiosk kiosk;
    struct lang *langs[TOUR_ALL_LANGS];
    struct xform_session *session; /* of the service on the way, to change its language */
    uint8_t preview[64 * 40];      /* what the camera shows */
};

/* name: "home", "pension-renewal/contact_phone", "every-question/range+": unique. */
typedef void tour_visit(void *context, struct tour *tour, const char *name);

void tour_start(struct tour *tour);
void tour_stop(struct tour *tour);
/* only_form: "every-question": that and every state, on good days and bad; NULL: every question of every
 * form. */
void tour_run(struct tour *tour, const char *only_form, tour_visit *visit, void *context);

/* From home to review through tests/ui/peoples, the form that speaks Uyghur and Tibetan. No other form is
 * offered any more: the last tour. */
void tour_peoples(struct tour *tour, tour_visit *visit, void *context);

/* The technician's screens; all_faults: each thing that may be wrong with a stick too. */
void tour_technician(struct tour *tour, bool all_faults, tour_visit *visit, void *context);

/* The screen where the walk stands, not laid out. page: of what pages. */
struct ui_tree *tour_screen(struct tour *tour, const struct ui_theme *theme, int lang, int page);

#endif
