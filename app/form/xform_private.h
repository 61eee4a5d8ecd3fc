/*
 * The inside of a compiled form, shared by xform*.c and session*.c and nobody else.
 *
 * A form is three things laid over each other: fields (what the primary instance holds), controls (how the
 * body shows them) and rules (how binds make one field depend on others). Everything lies in the form's arena
 * and is immutable once xform_load() has returned.
 */
#ifndef YIZHAN_FORM_XFORM_PRIVATE_H
#define YIZHAN_FORM_XFORM_PRIVATE_H

#include "app/form/node.h"
#include "app/form/text_map.h"
#include "app/form/xform.h"
#include "app/form/xml.h"
#include "app/form/xpath.h"

#define XFORM_MODULE "xform"

#define NS_XFORMS   "http://www.w3.org/2002/xforms"
#define NS_XHTML    "http://www.w3.org/1999/xhtml"
#define NS_JAVAROSA "http://openrosa.org/javarosa"
#define NS_OPENROSA "http://openrosa.org/xforms"
#define NS_ODK      "http://www.opendatakit.org/xforms"
#define NS_EVENTS   "http://www.w3.org/2001/xml-events"

struct field;
struct control;
struct rule;

/* ---- Texts ---- */

/* A text with values in it: literal, then the value of output, and so on. */
struct text_part {
    const char *literal;
    struct xpath *output; /* NULL in the last part or when there is none */
    struct text_part *next;
};

/* One text of one language with its forms. Media are names without their jr:// path. */
struct itext_entry {
    const struct text_part *text; /* NULL: there is no plain text */
    const struct text_part *short_text;
    const struct text_part *guidance;
    const char *image;
    const char *big_image;
    const char *audio;
    const char *video;
};

/* A label, hint or message: written in place, or looked up in itext, or calculated. */
struct text {
    const struct text_part *parts; /* in place; also the fallback for a missing itext; may be NULL */
    const char *itext_id;          /* ref="jr:itext('id')" */
    struct xpath *ref;             /* any other ref */
    uint32_t line;
    uint32_t column;
};

/* itext: id -> array with one entry (may be NULL) for each language. */
struct itext {
    struct xform_language *languages;
    size_t language_count;
    int default_language;  /* -1: no itext */
    struct text_map texts; /* to struct itext_entry *[language_count] */
};

/* ---- Fields: the primary instance ---- */

enum rule_kind {
    RULE_RELEVANT,
    RULE_CALCULATE,
    RULE_READONLY,
    RULE_REQUIRED,
    RULE_CONSTRAINT,
    RULE_COUNT,   /* jr:count of a repeat; evaluated at the node the repeat lies in */
    RULE_CHOICES, /* an itemset: what a select may hold */
};
enum { RULE_KINDS = RULE_CHOICES + 1 };

struct rule {
    enum rule_kind kind;
    struct field *field;
    struct xpath *expr;
    uint32_t line; /* of the element it is written in */
    uint32_t column;
    /* Part of a cycle through a jr:count: the repeat grows by what its own instances say. */
    bool feeds_itself;
    uint32_t rank; /* rules are evaluated in the order of rank: what a rule reads has a lower one */
};

/* A rule that must be looked at again when a field changes. */
struct edge {
    struct rule *rule;
    /* The innermost repeat that holds both field and rule and in whose one instance the rule surely stays;
     * NULL: nodes anywhere in the form are affected. */
    const struct field *scope;
    struct edge *next;
};

enum preload {
    PRELOAD_NONE,
    PRELOAD_UID,
    PRELOAD_UID_IF_BLANK,
    PRELOAD_START,
    PRELOAD_END,
    PRELOAD_TODAY,
    PRELOAD_PROPERTY, /* of the device or its user, see field.property */
};

enum event {
    EVENT_FIRST_LOAD = 1,
    EVENT_LOAD = 2,
    EVENT_NEW_REPEAT = 4,
    EVENT_VALUE_CHANGED = 8,
};

/* setvalue and odk:setgeopoint. */
struct action {
    unsigned events;
    bool is_geopoint;
    struct field *target;
    struct xpath
        *target_expr; /* the ref has predicates: which nodes it means is known only then; else NULL */
    const struct field *source; /* node of the control it is written in; NULL in the model */
    struct xpath *value;        /* NULL: literal */
    const char *literal;        /* never NULL */
    uint32_t line;
    struct action *next;           /* in document order */
    struct action *next_on_source; /* of the same source, see field.on_change */
};

struct field {
    uint32_t id;      /* in instance order */
    uint32_t last_id; /* the largest id below it: its subtree is id..last_id */
    uint32_t index;   /* among its parent's children */
    uint32_t depth;   /* 0: the root element */
    uint32_t child_count;
    uint32_t repeat_count; /* how many of its children are repeats */
    uint32_t repeat_index; /* repeats: among those of its parent */
    const struct name *name;
    struct field *parent;
    struct field *first;
    struct field *last;
    struct field *next;
    const char *path; /* "/data/child/name", "/data/entity/@id" */
    uint32_t line;
    uint32_t column;
    bool is_attribute;
    bool is_repeat;
    bool is_multiple; /* several siblings of it stand in the instance, though no <repeat> says so */
    bool is_leaf;
    bool no_add_remove;
    bool asks;                   /* has questions in it, or is one */
    bool count_from_parent;      /* jr:count is relative to the node around the repeat, not to the repeat */
    const struct node *defaults; /* counted repeats: the first instance the form itself gives, in blank */
    bool always_readonly;        /* readonly="true()" */
    bool always_required;
    enum xform_type type;
    const struct field *repeat; /* innermost repeat around it, itself included; NULL outside repeats */
    const struct node *blank;   /* repeats: what a new instance is copied from */
    const struct node *seen_in; /* during load: the element in which one was met last */
    const struct node *bind;    /* its <bind>, NULL when it has none */
    struct control *control;    /* NULL: none in the body */
    struct rule *rules[RULE_KINDS];
    struct edge *dependents;
    const struct text *constraint_message;
    const struct text *required_message;
    enum preload preload;
    const char *property;     /* PRELOAD_PROPERTY: which one */
    struct action *on_change; /* actions that its change triggers */
};

/* ---- Controls: the body ---- */

struct item {
    const char *value;
    const struct text *label; /* NULL: none */
    struct item *next;
};

struct itemset {
    struct xpath *nodes;
    struct xpath *value;
    struct xpath *label;     /* NULL: none */
    const char *value_child; /* the common cases: a child element of the item, by interned local name */
    const char *label_child;
    bool label_is_itext; /* label is jr:itext(label_child) */
    uint32_t line;
    uint32_t column;
};

struct attribute {
    const char *name;
    const char *value;
    struct attribute *next;
};

struct control {
    enum xform_kind kind; /* GROUP, REPEAT, or a question */
    struct field *field;  /* NULL: a group without ref, or one whose ref is its repeat's */
    struct control *parent;
    struct control *first;
    struct control *last;
    struct control *next;
    uint32_t order; /* in body order */
    uint32_t line;
    uint32_t column;
    const struct text *label;
    const struct text *hint;
    const char *const *appearance;
    size_t appearance_count;
    struct attribute *attributes;
    size_t attribute_count;
    const char *intent;
    const char *intent_arguments;
    struct item *items; /* in place */
    size_t item_count;
    struct itemset *itemset; /* NULL: items in place */
    bool is_broken;          /* while a form is studied: its fault has been told */
    double range_start;
    double range_end;
    double range_step;
};

/* ---- The form ---- */

struct instance {
    const char *id;
    const char *src;               /* NULL: inline */
    const struct node *above_root; /* where instance('id') starts; NULL: last-saved, nothing */
    uint32_t line;
    struct instance *next;
};

/* What meta/audit asks for (sub-specification "Client audit logs"). */
struct audit_wish {
    const struct field *field; /* NULL: no log */
    bool has_values;           /* odk:track-changes */
    bool has_place;            /* all three odk:location-* */
};

struct finding_list {
    struct xform_finding *items;
    size_t count;
    size_t capacity;
};

struct xform {
    struct arena *arena;
    struct name_table *names;
    struct node_tree *source; /* the form's own XML, frozen */
    const struct node *head;
    const struct node *model;
    const struct node *body;
    bool declares_namespace;    /* the primary instance has an xmlns of its own */
    const struct node *primary; /* the primary instance's root element, within source */

    struct node_tree *nothing; /* an empty tree: what last-saved holds */
    struct node_tree
        *blank; /* what a new session's instance is copied from: no templates in it; slot: field */
    struct field *root;
    struct field **fields; /* by id */
    size_t field_count;
    struct text_map field_by_path;
    struct field *deprecated_id; /* meta/deprecatedID, in edits only where the form has none */
    struct field *instance_id;   /* meta/instanceID; a form without one has been given it */

    struct audit_wish audit;

    struct control *controls;      /* a nameless group: the body */
    struct control **control_list; /* by order, the body itself not counted */
    size_t control_count;

    struct rule **rules; /* by rank */
    size_t rule_count;
    size_t rule_capacity;
    struct action *actions;
    struct action *last_action;

    struct itext itext;
    struct instance *instances;
    struct text_map instance_by_id;

    const char *id;
    bool has_id; /* as an attribute, which instances then carry too */
    const char *version;
    const char *title;
    struct xform_submission submission;
    struct finding_list findings;
    struct text_map media_seen;
    const char **media_names;
    size_t media_count;
    size_t media_capacity;

    const struct xform_media *media; /* during load only */
    const char *text;                /* the form as it was handed in, length bytes; during load only */
    size_t length;
    const struct xform_filler *fillers; /* during xform_study() only */
    bool is_studied;                    /* for its author: faults become findings and loading goes on */
    struct xpath_namespaces namespaces; /* those declared on the form's root */
};

/* ---- Pieces of loading, in the order in which they run ---- */

MUST_USE struct err xform_read_itext(struct xform *form);
MUST_USE struct err xform_read_instances(struct xform *form);
MUST_USE struct err xform_read_fields(struct xform *form);
MUST_USE struct err xform_measure_refs(struct xform *form); /* when repeats are known */
MUST_USE struct err xform_read_body(struct xform *form);
MUST_USE struct err xform_order_controls(struct xform *form);
MUST_USE struct err xform_make_blank(struct xform *form);
MUST_USE struct err xform_read_binds(struct xform *form);
MUST_USE struct err xform_read_actions(struct xform *form);
MUST_USE struct err xform_link(struct xform *form);
MUST_USE struct err xform_rank(struct xform *form);
MUST_USE struct err xform_check(struct xform *form);
/* Parts of xform_check(): what the rules of a field say of lists and choices; what a select shows of its
 * list. */
void xform_check_rules(struct xform *form, const struct field *field);
void xform_check_author(struct xform *form);
MUST_USE struct err xform_check_itemset(struct xform *form, const struct control *control);

/* ---- Helpers of loading ---- */

extern const char *const xform_rule_names[RULE_KINDS]; /* "calculate": as the author writes them */
/* The rule waits for itself by way of the chain. A finding where the form is studied, else ERR_DATA. */
MUST_USE struct err xform_cycle_error(struct xform *form, const struct rule *rule, const char *chain);
/* As the last within parent. */
void xform_append_control(struct control *parent, struct control *control);

/* ERR_DATA with "line N: " in front. */
MUST_USE struct err xform_error(uint32_t line, const char *format, ...) PRINTF_LIKE(2, 3);
void xform_find(struct xform *form, enum xform_severity severity, const struct node *where, const char *hint,
                const char *format, ...) PRINTF_LIKE(5, 6);
/* what: "calculate of /data/a"; the error carries line and what. */
MUST_USE struct err xform_compile(struct xform *form, const char *text, const struct node *where,
                                  const char *what, struct xpath **out_expr);
/* While a form is studied an error becomes a finding and is forgiven, but for want of memory. */
MUST_USE struct err xform_forgive(struct xform *form, const struct node *where, struct err e);
/* An XFORM_ERROR; a "; did you mean .." or "; write .." at the end of the text is its hint. */
void xform_say(struct xform *form, const struct node *place, const char *what, const char *text);
/* A node that stands for a place in the form's text. */
struct node xform_place(uint32_t line, uint32_t column);
/* Moves a place from an element's beginning to a character (1-based) of the attribute value that says
 * `value`, where it is found there. */
void xform_narrow(const struct xform *form, const char *value, int position, struct node *place);
/* A hint "did you mean ..?", in the form's arena; otherwise when nothing comes near. */
const char *xform_did_you_mean(struct xform *form, const char *best, const char *otherwise);
/* Names that were meant are still looked for. */
bool xform_may_guess(const struct xform *form);
/* The name of a field that looks most like the last step of a wrong path; NULL when none does. */
const char *xform_nearest_field(const struct xform *form, const char *path);
/* The field a simple path (names, ".", "..", "@") means; context NULL: the root element. NULL when there is
 * none. */
struct field *xform_field_at(const struct xform *form, const struct field *context, const char *path);
/* The text of a label, hint or message element. */
MUST_USE struct err xform_read_text(struct xform *form, const struct node *element,
                                    const struct text **out_text);
/* The parts of an element that holds text and <output>. */
MUST_USE struct err xform_read_parts(struct xform *form, const struct node *element,
                                     const struct text_part **out_parts);
/* A message attribute: literal or jr:itext('id'). */
MUST_USE struct err xform_read_message(struct xform *form, const struct node *where, const char *value,
                                       const struct text **out_text);
/* "jr://images/a/b.jpg" gives "a/b.jpg", anything else itself; remembers it as one of the form's media. */
const char *xform_media_name(struct xform *form, const char *uri);
/* The local name when text is one plain name, interned; else NULL. */
const char *xform_plain_name(const struct xform *form, const char *text);
/* Value of ref, nodeset or, for those with bind, of that bind's nodeset; NULL when there is none of them. */
const char *xform_reference(const struct xform *form, const struct node *element);
/* Words of a space-separated list, in the arena. */
bool xform_split(struct arena *arena, const char *text, const char *const **out_words, size_t *out_count);

/* The entry of a text id in a language, the default language's when that has none; NULL when neither has. */
const struct itext_entry *itext_find(const struct itext *itext, const char *id, int language);

#endif
