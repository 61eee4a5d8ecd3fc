/*
 * A form session: one instance being filled.
 *
 * A function of its inputs: the form, `struct session_inputs`, and the calls made. No clock, no files, no
 * randomness inside. All it knows of a person lies in one private arena, wiped by session_destroy().
 *
 * One thread. Refs are absolute paths with positions on every repeat and nowhere else
 * ("/data/child[2]/name"), superfluous [1] are accepted. Texts and views returned are borrowed from the
 * session. Looking and walking take none of them back, and the next change (a call that answers, sets, fills,
 * adds, removes, recalculates or turns the language) does not either, so that what it is given may be one of
 * them: the change after that does. Copy what must live longer.
 *
 * One answer costs what it affects: session_set() recalculates the dependents of the changed node and no
 * others.
 */
#ifndef YIZHAN_FORM_SESSION_H
#define YIZHAN_FORM_SESSION_H

#include "app/form/xform.h"
#include <stdint.h>

struct xform_session;
struct tz; /* app/form/tz.h */

struct session_inputs {
    int64_t now_ms;          /* wall clock, milliseconds since 1970 UTC; see session_set_now() */
    const struct tz *tz;     /* outlives the session; NULL is UTC */
    uint64_t seed;           /* for random(), randomize(), uuid() */
    const char *instance_id; /* "uuid:..." for meta/instanceID; NULL derives one from the seed (tests) */
    const char *device_id;   /* jr:preload property deviceid; NULL leaves it blank */
    const char *user_name;   /* the same for username, email and phonenumber */
    const char *email;
    const char *phone_number;
    const char *language;     /* a wish, see xform_language_match(); NULL for the form's default */
    const char *instance_xml; /* an instance to go on with (a draft, an edit); NULL for a new one */
    size_t instance_length;
    const char
        *audit_csv; /* what session_audit() gave when instance_xml was written: its rows stay; or NULL */
    bool
        plain_texts; /* labels, hints and messages are given without their markdown: for screens and voices */
    const char *
        outputs; /* stands for whatever an <output> would fill in: to read the words without a record; NULL */
    bool edit;   /* instance_xml is a finished submission: its instanceID becomes deprecatedID */
    /* instance_xml is a finished submission that is only read, and maybe on another day: what it holds is
     * relevant, what it lacks is not, and nothing is calculated again. */
    bool as_sent;
    /* "lat lon alt accuracy" for geopoints and odk:setgeopoint; NULL, or anything else, when not known. */
    const char *place;
    uint64_t steps_max; /* of XPath that one change may take before it is refused; 0: 400 million */
};

/* form is borrowed and must outlive the session; inputs are copied (tz borrowed). Runs first-load events,
 * defaults, preloads and all calculations. ERR_DATA: instance_xml does not fit the form. ERR_REFUSED: a
 * limit. */
MUST_USE struct err session_create(const struct xform *form, const struct session_inputs *inputs,
                                   struct xform_session **out_session);
/* Wipes and frees; takes NULL. */
void session_destroy(struct xform_session **session);

const struct xform *session_form(const struct xform_session *session);

/* For who looks again and again and changes nothing, as a screen that is built anew: counts as a change for
 * what was handed out. */
void session_let_go(struct xform_session *session);

/* What now() and today() say from here on. Nothing is recalculated by this alone. */
void session_set_now(struct xform_session *session, int64_t now_ms);

/* The same for the place that geopoints and odk:setgeopoint take, see struct session_inputs. */
MUST_USE struct err session_set_place(struct xform_session *session, const char *place);
/* What of the given record was left out, and why: one sentence each, for the log. */
size_t session_remarks(const struct xform_session *session, const char *const **out_remarks);

/* Changes texts, and what is calculated from jr:itext(). See xform_language_match(). */
MUST_USE struct err session_set_language(struct xform_session *session, const char *wish);
/* Name of the language in use, "" when the form has none. */
const char *session_language(const struct xform_session *session);

/* ---- Walking through, one question a step ---- */

enum session_step {
    SESSION_START,
    SESSION_QUESTION,
    SESSION_GROUP,  /* a group with a ref begins; its questions follow. Screens pass over one that has nothing
                       to say */
    SESSION_REPEAT, /* a repeat instance begins */
    /* After the last instance: one more? ref is the series ("/data/child"), for session_add_repeat(). */
    SESSION_PROMPT_REPEAT,
    SESSION_END
};
struct session_position {
    enum session_step step;
    const char *ref; /* "" at start and end */
};

/* Not relevant nodes and nodes without a control are passed over. Each returns where the session then stands.
 */
struct session_position session_first(struct xform_session *session);
struct session_position session_next(struct xform_session *session);
struct session_position session_prev(struct xform_session *session);
/* ERR_DATA when there is no such node or it has no place in the body; not relevant is ERR_REFUSED. */
MUST_USE struct err session_jump(struct xform_session *session, const char *ref);
struct session_position session_here(struct xform_session *session);
/* From a group or repeat instance to the first step after all of it: its questions need no asking. */
struct session_position session_next_after(struct xform_session *session);

/* Steps that ask something (questions that are relevant and not readonly, an intent group counts as one)
 * before and in all; here is 1-based among them when the session stands on one, for "3 of 12". */
struct session_progress {
    int here;
    int total;
};
struct session_progress session_progress(struct xform_session *session);

/* ---- Looking at a node ---- */

struct session_text {
    bool given; /* the form has such a text here, blank or not */
    const char
        *text; /* "" when there is none; <output> is filled in; may hold markdown as the author wrote it */
    const char *image; /* media names ("sample.jpg"), NULL when there is none */
    const char *big_image;
    const char *audio;
    const char *video;
};
struct session_choice {
    const char *value;
    struct session_text label;
    bool selected;
    const struct node *item; /* what the itemset took it from, see node.h; NULL when written in place */
};
struct session_attribute {
    const char *name; /* as the form spells it: "orx:max-pixels", "accept", "start", "rows", "intent" */
    const char *value;
};
enum session_violation_kind { SESSION_VALID, SESSION_REQUIRED, SESSION_CONSTRAINT };
struct session_violation {
    const char *ref;
    enum session_violation_kind kind;
    const char *message; /* the form's own in the session's language, "" when it gives none */
};

struct session_node {
    const char *ref;
    const char *name; /* local name of the node: what an intent fills by */
    enum xform_kind kind;
    enum xform_type type;
    const char *value; /* text as it stands in the instance, kept while not relevant */
    bool relevant;     /* itself and all around it */
    bool readonly;
    bool required;
    bool count_controlled;              /* repeats: jr:count decides, the person adds none */
    bool from_intent;                   /* filled by session_fill_group() and not changed since */
    struct session_violation violation; /* kind SESSION_VALID when there is none; relevant nodes only */
    struct session_text label;
    struct session_text hint;
    const char *guidance; /* long help, "" when there is none */
    const char *const *appearance;
    size_t appearance_count;
    /* Of the instance's node, its control and its bind, other than those named above. */
    const struct session_attribute *attributes;
    size_t attribute_count;
    const struct session_choice *choices; /* select1, select, rank; also range: its steps are in attributes */
    size_t choice_count;
    const char *intent;           /* groups: XFORM_INTENT_CARD; NULL when there is none */
    const char *intent_arguments; /* groups: what stood in the parentheses, "" when nothing */
    const char *const *children;  /* refs in instance order; repeats: their instances */
    size_t child_count;
};

/* ERR_DATA when there is no such node. */
MUST_USE struct err session_look(struct xform_session *session, const char *ref,
                                 struct session_node *out_node);
/* What the form says when an answer does not hold, and when there is none: "" without words of its own. */
MUST_USE struct err session_messages(struct xform_session *session, const char *ref,
                                     const char **out_constraint, const char **out_required);
/* Refs of the groups and repeat instances around a node, outermost first; look at them for their labels. */
MUST_USE struct err session_path(struct xform_session *session, const char *ref, const char *const **out_refs,
                                 size_t *out_count);
/* "/data": the ref of the root element, from which all others are reached. */
const char *session_root_ref(struct xform_session *session);
/* Only the value, as it stands in the node until the next change; "" when blank. NULL when there is no such
 * node. */
const char *session_value(struct xform_session *session, const char *ref);
/* Value for people: choice labels, not names; a decimal as it was typed ("1200", not "1200.0"); dates as they
 * stand. NULL when there is no such node. */
const char *session_display_value(struct xform_session *session, const char *ref);
/* The appearance list holds word. */
bool session_has_appearance(const struct session_node *node, const char *word);
/* NULL when the node has no such attribute. */
const char *session_attribute(const struct session_node *node, const char *name);

/* ---- Answering ---- */

/* Takes an answer as a person gives it: type, required and constraint are looked at, and what does not hold
 * is not kept. ERR_USER: out_message is what to tell the person, in the session's language ("" when the form
 * has no words of its own for it: err text then says which rule). ERR_REFUSED: readonly or not relevant. ""
 * clears. out_message may be NULL. */
MUST_USE struct err session_answer(struct xform_session *session, const char *ref, const char *value,
                                   const char **out_message);
/* Sets without judging (the protocol's `set`): constraints show up as violations. For select and rank values
 * are separated by spaces; an upload's value is the media name, its bytes stay with the caller. ERR_USER: the
 * text is no value of the type; ERR_REFUSED: readonly; ERR_DATA: no such node or not a value node. */
MUST_USE struct err session_set(struct xform_session *session, const char *ref, const char *value);
/* Fills the children of an intent group by name, names unknown to the group are passed over (spec "Groups",
 * intent). All or nothing: ERR_USER with out_message when a constraint or type does not hold. */
MUST_USE struct err session_fill_group(struct xform_session *session, const char *ref,
                                       const char *const *names, const char *const *values, size_t count,
                                       const char **out_message);
/* Sets the first node of that local name without a control (e.g. "case_number"), for what the kiosk itself
 * adds to a record before it is serialised. ERR_DATA when the form has no place for it. */
MUST_USE struct err session_set_field(struct xform_session *session, const char *name, const char *value);

/* at: 1-based position of the new instance, 0 after the last. ERR_REFUSED: count-controlled, jr:noAddRemove
 * or the limit. */
MUST_USE struct err session_add_repeat(struct xform_session *session, const char *repeat_ref, size_t at);
MUST_USE struct err session_remove_repeat(struct xform_session *session, const char *instance_ref);

/* Refs of every node whose value or state the last changing call altered, in instance order. */
size_t session_changed(struct xform_session *session, const char *const **out_refs);

/* ---- Asking by XPath ---- */

/* Evaluates an expression as a bind of the node would (context_ref NULL: of the root element). The value is
 * the session's, valid until the next call that takes a non-const session; see xpath.h. */
struct xpath_value;
MUST_USE struct err session_eval(struct xform_session *session, const char *expr, const char *context_ref,
                                 struct xpath_value *out_value);
struct node;
/* The ref of a node that session_eval() gave; for nodes of lists their path there. NULL when there is no
 * memory. */
const char *session_node_ref(struct xform_session *session, const struct node *node);

/* ---- Finishing ---- */

/* Violations of all relevant nodes, in instance order. */
size_t session_validate(struct xform_session *session, const struct session_violation **out_violations);

/* One line of the review screen. */
struct session_answer_line {
    const char *ref;
    const char *label;
    const char *display; /* see session_display_value() */
    enum xform_kind kind;
    enum xform_type type;
    bool from_intent;
};
/* All answered, relevant questions in the order in which they are asked. */
size_t session_answers(struct xform_session *session, const struct session_answer_line **out_lines);

/* Calculates again what a person has overwritten: a calculation has the last word, as in ODK Collect when it
 * saves. Before a review, so that what is read there is what is sent. */
MUST_USE struct err session_recalculate(struct xform_session *session);
/* Recalculates, then appends the submission: relevant nodes only, namespaces and attributes kept (spec
 * "Submission"). out_xml should be a private buffer. With final the session is validated first (ERR_USER
 * names the first violation), `end` is set from now, and the instance counts as finished. */
MUST_USE struct err session_submission(struct xform_session *session, bool final, struct buf *out_xml);
/* The audit log of a form that asks for one with meta/audit (sub-specification "Client audit logs"): appends
 * the CSV, nothing for other forms. Times are the session's now, see session_set_now(). Answers are in it
 * only where the form says odk:track-changes: out_csv should be a private buffer then. A finished submission
 * names it in meta/audit: the caller attaches it under this name, which is not among session_media_names().
 */
#define SESSION_AUDIT_NAME "audit.csv"
MUST_USE struct err session_audit(const struct xform_session *session, struct buf *out_csv);
/* Names of the media the submission refers to, each once; until the next change, as session_value(). */
size_t session_media_names(struct xform_session *session, const char *const **out_names);

#endif
