/* Driver of SAM_V readers: find, select, read, over whatever link the reader has. */
#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/idcard/driver.h"
#include "drivers/idcard/idcard.h"
#include "drivers/idcard/link.h"
#include "drivers/idcard/mask.h"
#include "drivers/idcard/photo.h"
#include "drivers/idcard/sam.h"
#include "drivers/idcard/text.h"
#include "drivers/idcard/verbs.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MS  1000 /* for everything but reading */
#define ADDRESS_MS 500
#define ATTEMPTS   3 /* unanswered or garbled exchanges in a row before the reader counts as failed */
#define REMOVAL_MS 500
#define REMIND_MS  8000

enum { SET_TRANSPORT, SET_BAUD, SET_POLL_MS, SET_READ_MS, SET_NEW_ADDRESS, SET_DECODER };
static const struct setting settings[] = {
    [SET_TRANSPORT] = {.key = "transport", .words = SAM_TRANSPORT_WORDS},
    [SET_BAUD] = {.key = "baud", .min = 9600, .max = 115200, .fallback = 115200},
    [SET_POLL_MS] = {.key = "poll_ms", .min = 300, .max = 5000, .fallback = 300},
    [SET_READ_MS] = {.key = "read_ms", .min = 500, .max = 10000, .fallback = 3000},
    [SET_NEW_ADDRESS] = {.key = "new_address", .words = "yes no"},
    [SET_DECODER] = {.key = "portrait_decoder", .is_path = true},
    {.key = NULL},
};

struct reader {
    struct worker *worker;
    const struct model *model;
    struct sam_link *link;
    struct sam_decoder decoder;
    struct idcard_decoder *portraits; /* NULL: the site has none */
    bool late;                        /* an exchange was given up: its answer may still come */
    bool selected;                    /* a card was read and may still lie there */
    uint8_t chunk[SAM_LINK_CHUNK];
};

/* --- one exchange --------------------------------------------------------------------------------------- */

static struct err user(enum idcard_cause cause, const char *what)
{
    return err_make(ERR_USER, "idcard", (int)cause, "%s", what);
}

static struct err failed(enum idcard_cause cause, const char *what)
{
    return err_make(ERR_DEVICE, "idcard", (int)cause, "%s", what);
}

static enum sam_feed feed(struct reader *reader, size_t size)
{
    enum sam_feed fed = SAM_FEED_MORE;
    for (size_t i = 0; i < size && fed == SAM_FEED_MORE; i++)
        fed = sam_decoder_push(&reader->decoder, reader->chunk[i]);
    wipe(reader->chunk, size);
    return fed;
}

static struct err receive(struct reader *reader, int64_t deadline_ms, struct sam_answer *out_answer)
{
    const struct clock *clock = worker_clock(reader->worker);
    sam_decoder_reset(&reader->decoder);
    for (;;) {
        size_t size = 0;
        TRY(sam_link_read(reader->link, reader->chunk, clock_left_ms(clock, deadline_ms), &size));
        enum sam_feed fed = feed(reader, size);
        if (fed == SAM_FEED_CHECKSUM)
            return err_make(ERR_RETRY, "idcard", EBADMSG, "answer with a wrong checksum");
        if (fed == SAM_FEED_FRAME) {
            *out_answer = sam_decoder_answer(&reader->decoder);
            return err_ok();
        }
    }
}

/* Answers carry no tag: after one was given up the line must be quiet before the next question. */
static struct err exchange(struct reader *reader, enum sam_command command, int left_ms,
                           struct sam_answer *out_answer)
{
    const struct clock *clock = worker_clock(reader->worker);
    int64_t deadline_ms = clock->monotonic_ms(clock) + left_ms;
    if (reader->late)
        sam_link_flush(reader->link);
    uint8_t frame[SAM_COMMAND_SIZE];
    sam_encode(command, frame);
    struct err e = sam_link_write(reader->link, frame, sizeof frame, left_ms);
    if (!err_is(&e))
        e = receive(reader, deadline_ms, out_answer);
    if (!err_is(&e) && !sam_answers(command, out_answer))
        e = err_make(ERR_RETRY, "idcard", EPROTO, "the answer to another command");
    reader->late = err_is(&e);
    return e;
}

/* Asks again when nothing or nonsense came; gives the reader up after ATTEMPTS. */
static struct err ask(struct reader *reader, enum sam_command command, int each_ms,
                      struct sam_answer *out_answer)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        struct err e = exchange(reader, command, each_ms, out_answer);
        bool garbled_by_us =
            !err_is(&e) && (out_answer->sw3 == SAM_BAD_CHECKSUM || out_answer->sw3 == SAM_BAD_LENGTH);
        if (e.class != ERR_RETRY && !garbled_by_us)
            return e;
        if (worker_stopped(reader->worker))
            return worker_stop_error(reader->worker);
    }
    return failed(IDCARD_NOT_ANSWERING, "the reader does not answer, or not sensibly");
}

/* What a status byte means to the person or the technician. */
static const struct {
    uint8_t sw3;
    enum err_class class;
    enum idcard_cause cause;
    const char *text;
} meanings[] = {
    {SAM_BAD_COMMAND, ERR_DEVICE, IDCARD_PROTOCOL, "the reader refuses a command it must know"},
    {SAM_UNKNOWN_COMMAND, ERR_DEVICE, IDCARD_PROTOCOL, "the reader does not know a command"},
    {SAM_READER_REFUSED, ERR_USER, IDCARD_NOT_GENUINE, "the card did not recognise the reader"},
    {SAM_CARD_REFUSED, ERR_USER, IDCARD_NOT_GENUINE, "the reader did not recognise the card"},
    {SAM_NOT_VERIFIED, ERR_USER, IDCARD_NOT_GENUINE, "what the card holds is not verified"},
    {SAM_WRONG_CARD, ERR_USER, IDCARD_NOT_OURS, "not an ID card"},
    {SAM_READ_FAILED, ERR_USER, IDCARD_MOVED, "the card moved while it was read"},
    {SAM_RANDOM_FAILED, ERR_USER, IDCARD_MOVED, "the card moved while it was read"},
    {SAM_SELECT_FAILED, ERR_USER, IDCARD_MOVED, "the card lies askew"},
    {SAM_NO_CARD, ERR_USER, IDCARD_MOVED, "the card was taken away"},
    {SAM_SELF_TEST_FAILED, ERR_DEVICE, IDCARD_SAM_REFUSED, "the security module failed its self-test"},
    {SAM_NOT_AUTHORISED, ERR_DEVICE, IDCARD_SAM_REFUSED, "the security module is not authorised"},
};

static struct err meaning(uint8_t sw3)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].sw3 == sw3)
            return err_make(meanings[i].class, "idcard", (int)meanings[i].cause, "%s (SW3 %02X)",
                            meanings[i].text, sw3);
    return err_make(ERR_USER, "idcard", IDCARD_UNREADABLE, "the card cannot be read (SW3 %02X)", sw3);
}

/* --- reading one card ----------------------------------------------------------------------------------- */

static struct err expect(struct reader *reader, enum sam_command command, int each_ms, uint8_t good,
                         struct sam_answer *out_answer)
{
    TRY(ask(reader, command, each_ms, out_answer));
    return out_answer->sw3 == good ? err_ok() : meaning(out_answer->sw3);
}

static struct err decode(const struct sam_answer *answer, struct idcard *card)
{
    struct sam_card_data data;
    if (!sam_split_card(answer, false, &data) || data.text_size < IDCARD_TEXT_SIZE)
        return user(IDCARD_UNREADABLE, "the card's data have an odd length");
    TRY(idcard_text_decode(data.text, card));
    if (data.photo_size <= sizeof card->photo) {
        memcpy(card->photo, data.photo, data.photo_size);
        card->photo_size = data.photo_size;
    }
    return err_ok();
}

/* Most cards have none and some readers do not know the command: whatever goes wrong leaves the printed
 * address. */
static void read_new_address(struct reader *reader, struct idcard *card)
{
    struct sam_answer answer;
    if (reader->model->values[SET_NEW_ADDRESS] != 0)
        return;
    struct err e = exchange(reader, SAM_READ_ADDRESS, ADDRESS_MS, &answer);
    if (!err_is(&e) && answer.sw3 == SAM_OK)
        idcard_text_set_address(card, answer.data, answer.size);
}

/* A picture that cannot be had costs the picture, not the card. */
static void add_portrait(struct reader *reader, struct idcard *card)
{
    if (!reader->portraits)
        return;
    struct err e = idcard_add_portrait(reader->portraits, card);
    if (err_is(&e))
        log_err("idcard", &e);
}

static struct err read_card(struct reader *reader, struct idcard_event *event)
{
    const struct clock *clock = worker_clock(reader->worker);
    int64_t begun_ms = clock->monotonic_ms(clock);
    struct sam_answer answer;
    TRY(expect(reader, SAM_SELECT, ANSWER_MS, SAM_OK, &answer));
    struct err e = exchange(reader, SAM_READ, reader->model->values[SET_READ_MS], &answer);
    if (e.class == ERR_RETRY)
        return user(IDCARD_MOVED, "reading broke off");
    if (err_is(&e))
        return e;
    if (answer.sw3 != SAM_OK)
        return meaning(answer.sw3);
    TRY(decode(&answer, &event->card));
    reader->selected = true;
    read_new_address(reader, &event->card);
    event->stage = IDCARD_READ;
    event->reader_ms = (int)(clock->monotonic_ms(clock) - begun_ms);
    add_portrait(reader, &event->card);
    return err_ok();
}

static void tell(struct reader *reader, enum idcard_stage stage, struct err notice)
{
    struct idcard_event event = {.stage = stage};
    worker_progress(reader->worker, notice, &event, sizeof event);
}

/* One look: true when a card was read, or something else than the person's mistake went wrong. */
static bool try_card(struct reader *reader, struct idcard_event *event, struct err *out_err)
{
    struct sam_answer answer;
    *out_err = ask(reader, SAM_FIND, ANSWER_MS, &answer);
    if (err_is(out_err))
        return true;
    if (answer.sw3 == SAM_NO_CARD)
        return false;
    if (answer.sw3 == SAM_FOUND) {
        tell(reader, IDCARD_FOUND, err_ok());
        *out_err = read_card(reader, event);
    } else {
        *out_err = meaning(answer.sw3);
    }
    if (out_err->class != ERR_USER)
        return true;
    wipe(&event->card, sizeof event->card);
    tell(reader, IDCARD_NOTICE, *out_err);
    return false;
}

static struct err do_read(struct reader *reader, struct idcard_event *event)
{
    struct err e = err_ok();
    reader->selected = false;
    tell(reader, IDCARD_WAITING, err_ok());
    while (!try_card(reader, event, &e))
        if (!worker_sleep(reader->worker, reader->model->values[SET_POLL_MS]))
            return worker_stop_error(reader->worker);
    return e;
}

/* --- waiting until the card is gone -----------------------------------------------------------------------
 */

/* A card that was read answers no FIND until it is lifted; a further read shows whether it is still there. Of
 * a reader that was opened anew nobody knows which of the two its card answers. */
static struct err look_for_card(struct reader *reader, bool *out_present)
{
    struct sam_answer answer;
    if (!reader->selected) {
        TRY(ask(reader, SAM_FIND, ANSWER_MS, &answer));
        *out_present = answer.sw3 == SAM_FOUND;
        if (*out_present || reader->model->values[SET_NEW_ADDRESS] != 0)
            return err_ok();
    }
    TRY(ask(reader, SAM_READ_ADDRESS, ANSWER_MS, &answer));
    *out_present = answer.sw3 == SAM_OK || answer.sw3 == SAM_NOTHING_APPENDED;
    return err_ok();
}

static struct err do_await_removal(struct reader *reader, struct idcard_event *event)
{
    bool was_read = reader->selected; /* else nobody knows of it yet */
    for (int waited_ms = 0;; waited_ms += REMOVAL_MS) {
        bool present = false;
        TRY(look_for_card(reader, &present));
        if (!present)
            break;
        if (waited_ms % REMIND_MS == 0 && (waited_ms > 0 || !was_read))
            tell(reader, IDCARD_LEFT, err_ok());
        if (!worker_sleep(reader->worker, REMOVAL_MS))
            return worker_stop_error(reader->worker);
    }
    reader->selected = false;
    event->stage = IDCARD_REMOVED;
    return err_ok();
}

/* --- ops ------------------------------------------------------------------------------------------------ */

static void sam_close(void *handle)
{
    struct reader *reader = handle;
    sam_link_close(&reader->link);
    idcard_decoder_destroy(&reader->portraits);
    private_free(reader, sizeof *reader);
}

static void open_decoder(struct reader *reader)
{
    if (!*reader->model->path)
        return;
    struct err e = idcard_decoder_create(reader->model->path, &reader->portraits);
    if (err_is(&e))
        log_err("idcard", &e);
}

static struct err sam_open(struct worker *worker, const struct arrival *arrival, const struct model *model,
                           int left_ms, void **out_handle)
{
    (void)left_ms;
    struct reader *reader = private_alloc(sizeof *reader);
    if (!reader)
        return err_no_memory("idcard");
    reader->worker = worker;
    reader->model = model;
    reader->late = true; /* of whoever used the reader before us */
    struct err e = sam_link_open(worker, arrival, (enum sam_transport)model->values[SET_TRANSPORT],
                                 model->values[SET_BAUD], &reader->link);
    if (err_is(&e)) {
        sam_close(reader);
        return e;
    }
    open_decoder(reader);
    *out_handle = reader;
    return err_ok();
}

static struct err sam_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    (void)worker;
    struct sam_answer answer;
    TRY(expect(handle, SAM_STATUS, left_ms / ATTEMPTS, SAM_OK, &answer));
    *out_conditions = 0;
    return err_ok();
}

static struct err sam_execute(struct worker *worker, void *handle, const struct device_command *command,
                              union device_payload *out_payload)
{
    (void)worker;
    struct idcard_event *event = (void *)out_payload->bytes;
    struct reader *reader = handle;
    struct err e = command->verb == IDCARD_DO_READ ? do_read(reader, event) : do_await_removal(reader, event);
    sam_decoder_reset(&reader->decoder);
    return e;
}

static void sam_cancel(void *handle)
{
    sam_link_wake(((struct reader *)handle)->link);
}

const struct driver sam_driver = {
    .name = "sam",
    .class = DEVICE_IDCARD,
    .settings = settings,
    .open = sam_open,
    .sense = sam_sense,
    .sense_ms = 120000,
    .execute = sam_execute,
    .cancel = sam_cancel,
    .close = sam_close,
    .mask = sam_mask,
};
