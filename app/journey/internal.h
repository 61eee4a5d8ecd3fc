/* What the states of the journey share. Only files of this folder include it. */
#ifndef YIZHAN_JOURNEY_INTERNAL_H
#define YIZHAN_JOURNEY_INTERNAL_H

#include "app/form/session.h"
#include "app/journey/journey.h"
#include "app/journey/kept.h"
#include "app/journey/screens.h"
#include "drivers/idcard/idcard.h"
#include "drivers/printer/printer.h"

enum journey_state_id {
    STATE_UNSET,   /* what a blank in the table is: the test of it rejects that */
    STATE_ATTRACT, /* nobody is here: entering it wipes all that was known of the person before */
    STATE_HOME,
    STATE_SEARCH,
    STATE_BOARD,
    STATE_GUIDE,
    STATE_FAQ,
    STATE_CONSENT,
    STATE_CARD,
    STATE_NO_CARD,
    STATE_RESUME,
    STATE_AFRESH,
    STATE_QUESTION,
    STATE_REPEAT,
    STATE_REVIEW,
    STATE_SAVING,
    STATE_SAVE_FAILED,
    STATE_SAVED,
    STATE_TAKE_CARD,
    STATE_RATING,
    STATE_FIND,
    STATE_CASES,
    STATE_CASE,
    STATE_KEPT,
    STATE_TECHNICIAN, /* a stick is in: what is to be said of it */
    STATE_TECHNICIAN_PIN,
    STATE_TECHNICIAN_PLAN,
    STATE_TECHNICIAN_STATUS,
    STATE_TECHNICIAN_TEST,
    STATE_TECHNICIAN_TAKE,
    STATE_HELP,
    STATE_STOP,
    STATE_STILL_THERE,
    STATE_COUNT,
    STATE_UNDER,  /* the state under an overlay */
    STATE_HERE,   /* the state's own ui() decides */
    STATE_NOWHERE /* there is no such key on its screen */
};

/* One row of the state table. A NULL function means that such an event changes nothing there. */
struct state_row {
    const char *name;
    void (*enter)(struct journey *journey);
    void (*leave)(struct journey *journey);
    void (*build)(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame);
    void (*ui)(struct journey *journey, const struct ui_event *event);
    void (*device)(struct journey *journey, const struct device_message *message);
    void (*store)(struct journey *journey, struct store_answer *answer);
    int timeout_ms; /* without any touch; 0: waits for ever */
    enum journey_state_id on_timeout;
    enum journey_state_id on_back;
    enum journey_state_id on_stop;
    bool is_personal; /* says something of a person: dim when nobody touches it for a minute */
    bool is_overlay;  /* lies over another state, which is neither left nor entered */
};
extern const struct state_row journey_states[STATE_COUNT];

enum { STROKES_MAX = 64, STROKE_POINTS_MAX = 4096, TEXT_BYTES_MAX = 1024, FIND_BYTES_MAX = 96 };

/* The answer being given on the question screen, before the form has it. */
struct draft {
    char ref[XFORM_REF_SIZE];
    enum view_input input;
    struct buf text; /* what stands in the field; of choices: one byte each, 1 is chosen; of RANK its place */
    int year, month, day, hour; /* dates and times so far; 0 unknown, hour -1 */
    enum view_input last_step;  /* of a date or time: the one that answers */
    bool is_finding;            /* looks for a choice in a long list instead of seeing it */
    char find[FIND_BYTES_MAX];  /* only choices that this stands in are shown */
    size_t stroke_count, point_count;
    size_t stroke_points[STROKES_MAX];
    struct ui_pad_point points[STROKE_POINTS_MAX];
    bool cannot_sign;
    bool is_trigger;       /* a note that is answered by being understood */
    bool has_photo;        /* text is its name */
    const char *symbology; /* of the code in text; "" for none, NULL as the form has it */
    bool is_taking_photo;  /* asked for, not there yet */
    bool is_camera_down;
    char message[256]; /* what must be mended first: a text id, or the form's own words */
};

enum print_state { PRINT_NONE, PRINT_RUNNING, PRINT_DONE, PRINT_UNPROVED, PRINT_FAILED };

enum keep_state { KEEP_NONE, KEEP_RUNNING, KEEP_DONE, KEEP_FAILED };

enum { REMEMBERED_MAX = 48, DONE_MAX = 8, SUGGESTED_MAX = 64 };

/* What stays known from one service of a visit to the next: nobody is asked twice. See person.c. */
struct person {
    struct idcard card, helper;
    bool has_card, has_helper;
    bool is_here;    /* the card read last has lain on the reader since */
    bool is_helping; /* somebody acts for the applicant */
    struct remembered {
        char name[64];  /* of the question's node */
        uint64_t label; /* hash of how it was asked */
        struct buf value;
    } answers[REMEMBERED_MAX];
    size_t answer_count;
    char done[DONE_MAX][FORMSTORE_ID_SIZE]; /* services finished in this visit */
    size_t done_count;
    uint64_t suggested;    /* bit i: the i-th service of the catalogue may fit her */
    struct kept *offer;    /* found for this card, not yet decided on */
    bool holds_other_kept; /* that of another service, which stays where it is */
};

enum { FACTS_MAX = 2 };

/* All that is known of the person at the kiosk. Private pages, wiped as one. */
struct visit {
    struct person person;
    struct person *absent;         /* whose card was taken: nothing of it is used before it is back. NULL */
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
    struct buf asked;                 /* see walk.c: what was on the screen, or needed none */
    int review_page;                  /* where she left the review */
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
    bool is_copy;
    const char *print_trouble; /* text id: why print failed */
    /* looking for a case */
    struct case_list *cases; /* of her card */
    struct case_progress progress;
    char typed_number[16];
    bool has_searched;      /* for a service: the results are on the screen */
    char find_message[256]; /* as draft.message */
    bool wants_to_leave;
    int rating;
};

enum { SPOKEN_MAX = 64 };

/* What was said of the screen, as hashes: what is new on it is said, what was said is not said twice. */
struct speech {
    uint64_t subject; /* of the state and what it asks */
    uint64_t said[SPOKEN_MAX];
    size_t said_count;
    bool is_asked_for; /* the person wants to hear it again, her own answers too */
    const char *news;  /* id of what is said before all else: how the voice is now. NULL: nothing */
};

/* Decoded pictures of the form, for the question on the screen. */
enum { PICTURES_MAX = 16 };

struct picture_shelf {
    struct {
        char name[64];
        struct ui_image image; /* owned */
    } pictures[PICTURES_MAX];
    size_t count;
    uint32_t generation;
};

/* Of the technician at the kiosk; nothing of a citizen. */
struct technician_desk {
    struct technician_view view; /* the newest */
    bool has_view;
    bool is_dismissed; /* nobody looked: the screen is the citizens' again until the next view */
    char pin[TECHNICIAN_PIN_SIZE];
    enum technician_test test; /* of the self-test */
    enum technician_verdict verdict, tests[TEST_COUNT];
    const char *notice; /* id of what the reader says of a card; NULL */
    unsigned fields;    /* touched so far */
    bool owes_slip;     /* one is asked for, and waits until the screen is the technician's */
    uint32_t slip_job;  /* 0: no slip is being printed */
};

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
    enum ui_voice voice;
    bool did_prefs_by_age;
    int page, under_page;
    bool was_seen; /* the screen to its last page, from where one gets back to the first */
    struct ui_prefs prefs;
    struct speech speech;
    struct picture_shelf pictures;

    struct catalogue *catalogue;     /* owned */
    struct catalogue *new_catalogue; /* waits until nobody uses the old one */
    struct outbox_link link;
    struct outbox_counts counts;
    bool has_link;
    bool is_store_down; /* nothing can be saved */
    bool keeps_cards;   /* drafts and cases can be tied to a card */
    bool is_card_on_reader;
    uint32_t job; /* of the newest print */
    struct visit *visit;
    struct technician_desk technician;
};

/* ---- journey.c ---- */

/* The only way from one state to another; logged with its cause (no personal data). */
void journey_goto(struct journey *journey, enum journey_state_id to, const char *cause);
/* The screen must be built anew. */
void journey_touch(struct journey *journey);
const struct lang *journey_lang(const struct journey *journey);
const char *journey_text(const struct journey *journey, const char *id);
/* What stands in draft.message and its like, in the language of now; NULL when nothing does. */
const char *journey_notice(const struct journey *journey, const char *id_or_words);
/* Whom to call: the service's own number, else the place's; "" when nobody knows one. */
const char *journey_phone(const struct journey *journey);
/* One {0} replaced; lives in the arena. */
const char *journey_text_with(const struct journey *journey, struct arena *arena, const char *id,
                              const char *value);
/* "2026-11-22" */
void journey_today(const struct journey *journey, char out_date[11]);
/* In the language's words: "今天 10:26", "11月22日 10:26". */
const char *journey_when(const struct journey *journey, struct arena *arena, int64_t wall_ms);
/* "1942年3月15日" of "1942-03-15", whatever follows it; anything else as it is. */
const char *journey_day(const struct journey *journey, struct arena *arena, const char *date);
/* The same, without the year when it is this one. */
const char *journey_near_day(const struct journey *journey, struct arena *arena, const char *date);
/* "2026-11-22 10:26": for paper, which is read on another day. */
const char *journey_date_time(const struct journey *journey, struct arena *arena, int64_t wall_ms);
bool journey_device_ready(const struct journey *journey, enum device_class class);
/* Asks the store thread, which takes what the request owns; text goes into the request. */
void journey_ask(struct journey *journey, struct store_request *request, const char *text);
/* Until the card is taken; what the reader said of a card while nobody listened is old. */
void journey_watch_card(struct journey *journey);
uint32_t journey_conditions(const struct journey *journey, enum device_class class);

/* ---- speech.c ---- */

/* Gives the voice what this screen has to say and has not said yet. */
void speech_of_screen(struct journey *journey, struct ui_tree *tree);
/* The next screen says everything. */
void speech_again(struct journey *journey);
/* The voice key: louder, slower, off, as usual; the voice says so, and the screen again without what is
 * personal. */
void speech_turn_voice(struct journey *journey);

/* ---- discretion.c ---- */

/* Takes names and numbers of people out of what is said aloud. */
void discretion_apply(struct journey *journey, struct buf *sentence);

/* ---- scan_group.c ---- */

enum scan_part { SCAN_NONE, SCAN_TEXT, SCAN_SYMBOLOGY };
/* What a question is of a group "ex:yizhan.scan". Looks at the session: nodes looked at before are stale. */
enum scan_part scan_part_of(struct journey *journey, const char *ref);
/* What the group around it says; NULL when it says nothing. */
const char *scan_label(struct journey *journey, const char *ref, struct arena *arena);
/* The kind of code that a question of such a group was answered with; nothing for other questions. */
void scan_note_symbology(struct journey *journey, const char *ref, const char *symbology);

/* ---- visit.c ---- */

struct visit *visit_create(void);
void visit_destroy(struct visit **visit);
/* Forgets the service and its answers; card and preferences stay for the next one. */
void visit_close_service(struct journey *journey);
/* Forgets all. */
void visit_forget(struct journey *journey);
/* Another service. */
void visit_choose(struct journey *journey, const struct service *service);
/* Tells the form whether somebody acts for the applicant. */
void visit_say_who_acts(struct journey *journey);
/* From applying for oneself to acting for somebody, and back: whose card is whose is asked anew. */
void visit_turn_helper(struct journey *journey);
struct err visit_start_session(struct journey *journey);
/* Goes on where she was interrupted. Takes kept when there is no error. */
struct err visit_resume(struct journey *journey, struct kept **kept);
/* A file of the form's media question; replaces one of the same name. The bytes are taken. */
struct err visit_attach(struct visit *visit, const char *name, struct buf *bytes);
/* The application of this visit lies in the outbox. A number alone is no proof: it is taken before saving. */
bool visit_is_saved(const struct visit *visit);
/* Everything for the store thread. */
struct err visit_save_request(struct journey *journey, struct save_request **out_request);

/* ---- person.c: who stands here, from one service to the next ---- */

/* This card was read, as the applicant's or the helper's. What was known before stays if it is of this card.
 */
void person_meet(struct journey *journey, const struct idcard *card);
void person_meet_helper(struct journey *journey, const struct idcard *card);
/* Between two services: what is known of whoever's card does not lie there waits for that card; what no card
 * stands for goes. */
void person_doubt(struct journey *journey);
/* What is known waits until that card is read again. */
void person_put_aside(struct visit *visit);
/* Somebody else is the applicant: nothing stays but that she has a helper. */
void person_replace(struct journey *journey);
/* All of it. */
void person_forget(struct person *person);
void person_forget_absent(struct visit *visit);

/* ---- card_fill.c: what a card gives ---- */

bool card_is_group(const struct session_node *node);
bool card_is_for_helper(const struct session_node *group);
/* Fills the group. ERR_USER: out_message says why it does not fit. */
struct err card_fill(struct journey *journey, const struct session_node *group, const struct idcard *card,
                     const char **out_message);
/* The photo on the card, its pixels in the arena; *out_image stays as it is when it cannot be opened. */
void card_portrait(const struct idcard *card, struct arena *arena, struct ui_image *out_image);
/* The card of whom this group asks for; NULL when it was not read in this visit. */
const struct idcard *card_known(const struct journey *journey, const struct session_node *group);
/* Text id of what to tell the person about a reader's notice. */
const char *card_notice_of(const struct err *e);
/* Larger text for the elderly, once a visit. */
void card_prefer_by_age(struct journey *journey);

enum { CARD_SECRET_SIZE = 320 };
/* What only this card yields. Personal. */
void card_secret(const struct idcard *card, char out_secret[CARD_SECRET_SIZE]);

/* ---- degraded.c: what still works ---- */

/* note: what to say of this service before anybody begins, NULL for nothing; blocks: it cannot be done here
 * now. */
struct degraded {
    const char *note;
    bool blocks;
};
struct degraded degraded_service(const struct journey *journey, const struct service *service);
enum { DEGRADED_MAX = 2 };
/* What concerns every service. Returns how many. */
size_t degraded_kiosk(const struct journey *journey, const char *out_notices[DEGRADED_MAX]);

/* ---- states_choose.c ---- */

/* The tile of the index-th service of the catalogue, with what is to be said of it now. */
struct view_tile home_tile_of(const struct journey *journey, size_t index);
/* To the guide of that service. */
void home_open(struct journey *journey, int index);

/* ---- states_read.c ---- */

/* How many notices of the county there are to read today. */
size_t board_count(const struct journey *journey);

/* ---- states_end.c ---- */

/* The number of what was saved, grouped, as long as no receipt that says it was proved; else NULL. */
const char *number_to_note(const struct journey *journey, struct arena *arena);

/* ---- suggest.c: "you may also claim this" ---- */

/* This service is finished: nobody suggests it again. */
void suggest_done(struct journey *journey);
/* Looks anew which services fit the card of this visit. */
void suggest_find(struct journey *journey);
/* Of the index-th service of the catalogue. */
bool suggest_has(const struct journey *journey, size_t index);

/* ---- keep.c: drafts tied to the card ---- */

/* Whether what was filled in can wait for this person's card: a card keeps one application, and the one of
 * another service is not written over. */
bool keep_is_possible(const struct journey *journey);
/* In case the power fails. */
void keep_note(struct journey *journey);
/* Because she asks for it; the store thread answers. */
void keep_for_later(struct journey *journey);
/* She walked away in the middle: what her card can open again stays, as after a power cut. */
void keep_unasked(struct journey *journey);
/* What nobody asked to keep goes; also what was asked for when `all`. */
void keep_forget(struct journey *journey, bool all);
/* Asks the store thread for the draft of the card just read. */
void keep_look_for(struct journey *journey);
/* From its answer; true when there is something to go on with. */
bool keep_found(struct journey *journey, const struct store_answer *answer);

/* Goes on with what was found. */
void keep_resume(struct journey *journey);

/* ---- review_value.c ---- */

/* An answer as a person writes it: a date in words, a number in groups, money with its unit, a citizen number
 * without its middle. Lives in the tree, or is the line's own. */
const char *review_value(const struct journey *journey, struct ui_tree *tree,
                         const struct session_answer_line *line);

/* ---- remember.c: asked once a visit ---- */

/* Takes what was answered in the session that ends. */
void remember_answers(struct journey *journey);
/* Answers this question as it was answered before in this visit. False: it must be asked. */
bool remember_answer(struct journey *journey, const struct session_node *node);
/* An answer for the service just chosen that the kiosk itself knows, whatever the words of the question. The
 * name is borrowed. */
void remember_fact(struct visit *visit, const char *name, const char *value);
/* Puts such facts where a new session has a field without a question for them. */
void remember_fields(struct journey *journey);
void remember_nothing(struct person *person);

/* ---- walk.c: from question to question ---- */

void walk_start(struct journey *journey);
void walk_next(struct journey *journey);
void walk_back(struct journey *journey);
/* Past the card group in which the session stands. */
void walk_after_group(struct journey *journey);
/* To where the person was interrupted: that question, else the first that is still open, else the review. */
void walk_resume(struct journey *journey, const char *at);
/* To one question of the review, and back to the review after it. */
void walk_to(struct journey *journey, const char *ref);
/* She wants no more of visit->repeat_ref. */
void walk_past_list(struct journey *journey);
/* To the first answer that does not hold, as saving found. False: it has no screen. */
bool walk_to_violation(struct journey *journey);
/* What is still open; else the signatures that come after the review; then saving. */
void walk_sign(struct journey *journey);

/* One more instance of visit->repeat_ref: its first question. */
void walk_into_new_instance(struct journey *journey);

/* ---- pictures.c: the pictures of the form on the screen ---- */

/* An empty image when the form has no such picture. Borrowed until the shelf is cleared. */
struct ui_image journey_picture(struct journey *journey, const char *name);
void picture_shelf_clear(struct picture_shelf *shelf);

/* ---- answer.c: the draft of the question on screen ---- */

void draft_open(struct journey *journey, const struct session_node *node);
void draft_clear(struct draft *draft);
void draft_ui(struct journey *journey, const struct ui_event *event);
/* Gives the answer to the form. False: draft.message says what must be mended. */
bool draft_commit(struct journey *journey);
/* One step back within the question: from the month to the year, from finding to the list. False: there is
 * none. */
bool draft_step_back(struct draft *draft);
/* A code was read for the question on screen; false when it holds nothing that could be an answer. */
bool draft_take_code(struct journey *journey, const char *text);
/* A photo lies in the camera's feed: attaches it. False when there is none. */
bool draft_take_photo(struct journey *journey);
void draft_view(struct journey *journey, const struct session_node *node, struct arena *arena,
                struct view_question *out_view);

/* ---- states_technician.c ---- */

/* Shows what waits as soon as nobody is served. */
void technician_tick(struct journey *journey);
/* On the way to attract. */
void technician_dismiss(struct journey *journey);
void technician_tell(struct journey *journey, enum technician_event_kind kind);
/* The visit's steps in words, which live in the arena; how many. */
size_t technician_works(struct journey *journey, struct arena *arena,
                        struct view_work out_works[TECHNICIAN_STEPS_MAX]);

/* ---- states_status.c ---- */

/* Prints the slip of the visit; the event comes when it is proved. */
void technician_slip(struct journey *journey);
void technician_slip_device(struct journey *journey, const struct device_message *message);

/* ---- receipt_view.c ---- */

struct err receipt_print(struct journey *journey);
/* What became of a case, for the drawer at home; message: the county's own words, NULL for none. */
struct err result_print(struct journey *journey, const char *verdict, const char *message);
bool printer_can_print(const struct journey *journey);
bool slip_can_be_printed(const struct journey *journey);
/* Prints the list of papers of the chosen service. */
void slip_start(struct journey *journey);
/* A slip, or the result of a case, was given to the printer: visit->print says what became of it. */
void paper_started(struct journey *journey, struct err e);
void slip_device(struct journey *journey, const struct device_message *message);
/* It waits for nothing but its turn: the network is there. */
bool case_is_being_sent(const struct journey *journey, const struct outbox_case *line);
/* How a text tells when something was: for the screen, for paper. */
typedef const char *case_when(const struct journey *journey, struct arena *arena, int64_t wall_ms);
/* The steps with their truths for a case, as known now. */
size_t case_steps(struct journey *journey, struct arena *arena, const struct outbox_case *line,
                  const struct case_progress *progress, case_when *when, struct view_step out_steps[3]);

#endif
