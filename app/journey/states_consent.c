/* What happens to her data, before she gives any; what she agreed to goes into the submission. */
#include "app/journey/states.h"

#include "app/form/datetime.h"
#include "app/journey/walk.h"
#include "board/base/log.h"

#include <stdio.h>
#include <string.h>

static bool reads_card(const struct service *service)
{
    const char *device;
    for (size_t i = 0; (device = guide_item(service->guide, "devices", "", i)) != NULL; i++)
        if (strcmp(device, "idcard") == 0)
            return true;
    return false;
}

enum { READ_SIZE = 320 };

/* All that this form takes of her, by name. */
static void name_what_is_read(const struct service *service, const struct lang *lang,
                              char out_read[READ_SIZE])
{
    snprintf(out_read, READ_SIZE, "%s%s%s",
             lang_text(lang, reads_card(service) ? "consent.read_card" : "consent.read_answers"),
             xform_asks_picture(service->form) ? lang_text(lang, "consent.and_pictures") : "",
             xform_asks_signature(service->form) ? lang_text(lang, "consent.and_signature") : "");
}

/* read is borrowed by the view. */
static struct view_consent view_of(const struct journey *journey, char read[READ_SIZE])
{
    const struct service *service = journey->visit->service;
    const char *lang = lang_tag(journey_lang(journey));
    name_what_is_read(service, journey_lang(journey), read);
    return (struct view_consent){
        .read = read,
        .purpose = guide_text(service->guide, "purpose", lang),
        .recipient = guide_text(service->guide, "recipient", lang),
        .retention = guide_text(service->guide, "retention", lang),
        .phone = guide_text(service->guide, "phone", lang),
        .was_seen = journey->was_seen,
    };
}

void consent_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    char read[READ_SIZE];
    const struct view_consent view = view_of(journey, read);
    screen_consent(tree, frame, &view);
}

static void add_line(const struct lang *lang, const char *name_id, const char *words, struct buf *out_text)
{
    const char *const parts[] = {out_text->length > 0 ? "\n" : "", lang_text(lang, name_id), ": ", words};
    for (size_t i = 0; *words && i < sizeof parts / sizeof *parts; i++)
        buf_append_text(out_text, parts[i]);
}

static void write_field(struct xform_session *session, const char *name, const char *value)
{
    struct err e = session_set_field(session, name, value);
    (void)e; /* a form without that node does not record it */
}

/* Her consent as she gave it: when, and to which words in which language. The words' version the form takes
 * from the guide itself. It goes into this application alone: what she agreed to for one service she did not
 * agree to for another. */
static void record(struct journey *journey)
{
    char read[READ_SIZE], time[DATETIME_TEXT];
    const struct view_consent view = view_of(journey, read);
    const struct lang *lang = journey_lang(journey);
    struct buf text = {0};
    add_line(lang, "consent.read", view.read, &text);
    add_line(lang, "consent.purpose", view.purpose, &text);
    add_line(lang, "consent.recipient", view.recipient, &text);
    add_line(lang, "consent.retention", view.retention, &text);
    datetime_write(journey->clock->wall_ms(journey->clock), journey->tz, time);
    write_field(journey->visit->session, "consent_time", time);
    write_field(journey->visit->session, "consent_text", buf_text(&text));
    buf_finish(&text);
}

void consent_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action != ACTION_YES)
        return;
    struct err e = err_ok();
    if (!journey->visit->session)
        e = visit_start_session(journey);
    if (err_is(&e)) {
        log_err("journey", &e);
        journey_goto(journey, STATE_HOME, "the form cannot be started");
        return;
    }
    record(journey);
    walk_start(journey);
}
