/* What the files of the kiosk program share. */
#ifndef YIZHAN_KIOSK_INTERNAL_H
#define YIZHAN_KIOSK_INTERNAL_H

#include "app/kiosk/kiosk.h"
#include "app/kiosk/store_thread.h"
#include "board/base/notify.h"
#include "drivers/camera/camera.h"
#include "drivers/voice/voice.h"

enum { LANGS_MAX = 8 };

struct kiosk {
    struct config config;
    const struct clock *clock;
    struct lang *langs[LANGS_MAX];
    size_t lang_count;
    struct tz *tz;

    struct ui_presenter *presenter;
    struct ui *ui;
    struct ui_text *receipt_text; /* fonts at the printer's sizes, apart from the screen's cache */
    struct devices *devices;
    struct store_thread *store;
    struct voice *voice;
    bool was_audible; /* when the journey was told last */
    bool wants_sound; /* not silent or logged by choice: a voice that nobody hears is broken */
    struct text_input *typing;
    struct journey_ports ports;
    struct journey *journey;
    struct technician_line *technician; /* NULL: no stick is served here */

    uint32_t card_ticket;
    uint32_t camera_ticket;
    uint32_t scanner_ticket;
    enum camera_use camera_use;
    struct camera_feed *feed;
    struct picture preview;
    uint32_t preview_generation;
    int printer_dots; /* across, as the printer said last; 80 mm before it did */

    int64_t created_ms; /* monotonic */
    int first_frame_ms;
    int signal_fd;
    struct notifier notifier; /* its watchdog hears from the UI thread only */
    bool is_stopping;
};

/* Fills kiosk->ports. */
void kiosk_ports_init(struct kiosk *kiosk);
/* What the ports must know of a message before the journey hears of it. False: it is not for the journey. A
 * camera that had finished when it was cancelled has a photo, or a code, of the question before. */
bool kiosk_ports_note(struct kiosk *kiosk, const struct device_message *message);

/* app/kiosk/touch.c: the classes this program uses (a window listens to fingers and keys itself), and what
 * comes from touch panel and keypad. */
uint32_t kiosk_device_classes(const struct kiosk *kiosk);
void kiosk_touch_note(struct kiosk *kiosk, const struct device_message *message);

/* app/kiosk/technician.c: the line from yizhan-visit (app/fleet/technician.h). Takes NULL everywhere. */
MUST_USE struct err technician_line_create(const char *store_dir, struct technician_line **out_line);
void technician_line_destroy(struct technician_line **line);
size_t technician_line_fds(const struct technician_line *line, int out_fds[2]);
/* Hears what came, if anything did. */
void technician_line_turn(struct technician_line *line, struct journey *journey);
void technician_line_send(struct technician_line *line, const struct technician_event *event);

#endif
