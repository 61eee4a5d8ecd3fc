/*
 * What the kiosk's devices can do, told by the kiosk to those who cannot ask them: the daily report and
 * yizhanctl. One small file in the store's folder, replaced whole whenever a device comes or goes:
 *
 *   idcard ready
 *   camera missing nothing plugged in          "missing", and why it is not in service
 *   printer ready paper-near                   what the clerk can mend
 *
 * It also knows which of them a service cannot do without (guide.csv, "devices"). Nothing in it says anything
 * of a person. Any thread.
 */
#ifndef YIZHAN_SERVICE_DEVICE_NOTE_H
#define YIZHAN_SERVICE_DEVICE_NOTE_H

#include "app/service/guide.h"
#include "board/base/buf.h"
#include "drivers/device.h"
#include "offline/formstore.h"

/* "printer ready paper-near; camera missing ...": one line of status, at most size bytes. */
enum { DEVICE_NOTE_LINE = 160 };
struct device_note {
    bool is_told;                                     /* a kiosk has run here and said so */
    uint32_t ready;                                   /* 1u << class of each device in service */
    char lines[DEVICE_CLASS_COUNT][DEVICE_NOTE_LINE]; /* what is said of each; "" for one nobody looks for */
};

/* Notes one device's status. */
void device_note_status(struct device_note *note, enum device_class class,
                        const struct device_status *status);

/* store_dir: [store] dir. An absent file is a note in which nothing is told. */
MUST_USE struct err device_note_save(const struct device_note *note, const char *store_dir);
MUST_USE struct err device_note_load(const char *store_dir, struct device_note *out_note);

/* Appends "idcard ready; camera missing nothing plugged in". */
void device_note_print(const struct device_note *note, struct buf *out_text);

/* "enough", "near-end", "out", "unknown" (no printer, or it does not say). */
const char *device_note_paper(const struct device_note *note);

enum { DEVICE_LACK_SIZE = 120 };
/* Why nobody can apply for this form here now, as one sentence for the clerk: "needs a camera, and none is in
 * service here"; "" when somebody can, or when no device was told of. Errors are the form store's. */
MUST_USE struct err device_note_lack(const struct device_note *note, struct formstore *forms, int64_t row,
                                     char out_sentence[DEVICE_LACK_SIZE]);

/* A device of the guide's "devices" that a service cannot go without and that has no substitute in service;
 * NULL when there is none. name: as the guide spells it. lack: id of what a person is told. A printer and a
 * voice are never needed. */
struct device_need {
    const char *name;
    enum device_class class, instead; /* instead: another device that does as well; the same for none */
    const char *lack;
    const char *lack_for_clerk;
};
const struct device_need *device_need_missing(const char *name, uint32_t ready);
/* The first that stops this service here, as home screen and report both see it: without a reader a service
 * goes on that takes a typed number. guide may be NULL. */
const struct device_need *device_need_stops(const struct guide *guide, uint32_t ready);

#endif
