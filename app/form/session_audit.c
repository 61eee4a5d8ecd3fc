/*
 * The audit log that a form asks for with meta/audit (sub-specification "Client audit logs"): when each
 * question was shown and left, instances added and removed, begin and end. What was answered is written only
 * with odk:track-changes; a log without it says nothing of the person but how long each question took.
 */
#include "app/form/session_private.h"
#include <string.h>

enum { ROWS_MAX = 20000 }; /* then the log ends: a record must not grow without bound */

static bool is_on(const struct xform_session *session)
{
    return session->form->audit.field && session->audit.rows < ROWS_MAX;
}

/* Values with commas or line ends are quoted, and quotes doubled only there (sub-specification, "CSV
 * Format"). */
static void append_cell(struct buf *csv, const char *text)
{
    if (!strpbrk(text, ",\r\n")) {
        buf_append_text(csv, text);
        return;
    }
    buf_append_byte(csv, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buf_append_byte(csv, '"');
        buf_append_byte(csv, (uint8_t)*text);
    }
    buf_append_byte(csv, '"');
}

/* "lat lon alt accuracy" gives three cells. */
static void append_place(struct buf *csv, const char *place)
{
    const char *words[4] = {"", "", "", ""};
    size_t lengths[4] = {0}, count = 0;
    for (place = place ? place : ""; *place != '\0' && count < 4; count++) {
        words[count] = place;
        lengths[count] = strcspn(place, " ");
        place += lengths[count];
        place += strspn(place, " ");
    }
    buf_printf(csv, ",%.*s,%.*s,%.*s", (int)lengths[0], words[0], (int)lengths[1], words[1], (int)lengths[3],
               words[3]);
}

struct row {
    const char *event;
    const char *ref;
    int64_t start_ms;
    int64_t end_ms; /* 0: the event has no end */
    const char *old_value;
    const char *new_value;
};

static void append_row(struct xform_session *session, const struct row *row)
{
    const struct audit_wish *wish = &session->form->audit;
    struct buf *csv = &session->audit.csv;
    session->audit.rows++;
    buf_printf(csv, "%s,", row->event);
    append_cell(csv, row->ref);
    buf_printf(csv, ",%lld,", (long long)row->start_ms);
    if (row->end_ms != 0)
        buf_printf(csv, "%lld", (long long)row->end_ms);
    if (wish->has_place)
        append_place(csv, session->place);
    if (wish->has_values) {
        buf_append_byte(csv, ',');
        append_cell(csv, row->old_value);
        buf_append_byte(csv, ',');
        append_cell(csv, row->new_value);
    }
    buf_append_byte(csv, '\n');
}

void session_audit_event(struct xform_session *session, const char *event, const struct node *node)
{
    if (!is_on(session))
        return;
    const char *ref = node ? session_ref(session, node) : "";
    append_row(session, &(struct row){event, ref ? ref : "", session->host.now_ms, 0, "", ""});
}

/* A question is one row, written when it is left. */
static void close_question(struct xform_session *session)
{
    struct audit *audit = &session->audit;
    if (!audit->event)
        return;
    bool is_there = audit->node && !state_of(audit->node)->gone;
    const char *ref = is_there ? session_ref(session, audit->node) : "";
    const char *value = is_there && state_of(audit->node)->field->is_leaf ? audit->node->text : "";
    bool has_changed = strcmp(buf_text(&audit->old_value), value) != 0;
    append_row(session,
               &(struct row){audit->event, ref ? ref : "", audit->start_ms, session->host.now_ms,
                             has_changed ? buf_text(&audit->old_value) : "", has_changed ? value : ""});
    audit->event = NULL;
}

/* NULL for steps that are no screen of their own. */
static const char *event_of(enum session_step step)
{
    static const char *const names[SESSION_END + 1] = {[SESSION_START] = "beginning of form",
                                                       [SESSION_QUESTION] = "question",
                                                       [SESSION_GROUP] = "group questions",
                                                       [SESSION_END] = "end screen"};
    return names[step];
}

void session_audit_moved(struct xform_session *session)
{
    struct audit *audit = &session->audit;
    if (!is_on(session))
        return;
    close_question(session);
    audit->event = event_of(session->walk.step);
    audit->node = session->walk.node;
    audit->start_ms = session->host.now_ms;
    buf_clear(&audit->old_value);
    if (session->form->audit.has_values && audit->event && audit->node &&
        state_of(audit->node)->field->is_leaf)
        buf_append_text(&audit->old_value, audit->node->text);
}

/* An answer to a question that is not the one shown: of an intent's group, by a script. */
void session_audit_answer(struct xform_session *session, const struct node *node, const char *old_value)
{
    if (!is_on(session) || !session->form->audit.has_values || node == session->audit.node ||
        strcmp(old_value, node->text) == 0)
        return;
    const char *ref = session_ref(session, node);
    int64_t now = session->host.now_ms;
    append_row(session, &(struct row){"question", ref ? ref : "", now, now, old_value, node->text});
}

struct err session_audit_end(struct xform_session *session)
{
    const struct field *field = session->form->audit.field;
    struct node *node = field ? session->by_field[field->id] : NULL;
    if (!node)
        return err_ok();
    close_question(session);
    session_audit_event(session, "form finalize", NULL);
    return session_write(session, node, SESSION_AUDIT_NAME);
}

static const char *header(const struct audit_wish *wish)
{
    if (wish->has_place)
        return wish->has_values ? "event,node,start,end,latitude,longitude,accuracy,old-value,new-value\n"
                                : "event,node,start,end,latitude,longitude,accuracy\n";
    return wish->has_values ? "event,node,start,end,old-value,new-value\n" : "event,node,start,end\n";
}

/* Rows under another header are left behind: the form has changed what it asks for since. */
void session_audit_resume(struct xform_session *session, const char *csv)
{
    const char *columns = header(&session->form->audit);
    if (!csv || !is_on(session) || strncmp(csv, columns, strlen(columns)) != 0)
        return;
    csv += strlen(columns);
    buf_append_text(&session->audit.csv, csv);
    for (; (csv = strchr(csv, '\n')); csv++)
        session->audit.rows++;
}

struct err session_audit(const struct xform_session *session, struct buf *out_csv)
{
    if (!session->form->audit.field)
        return err_ok();
    buf_append_text(out_csv, header(&session->form->audit));
    buf_append(out_csv, buf_text(&session->audit.csv), session->audit.csv.length);
    TRY(buf_check(&session->audit.csv, SESSION_MODULE));
    return buf_check(out_csv, SESSION_MODULE);
}
