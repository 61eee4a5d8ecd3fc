/*
 * The inside of a session, shared by session*.c and nobody else.
 *
 * The instance is a tree of node.h; each of its elements and attributes carries a struct state in its slot. A
 * change puts the rules it affects into a queue ordered by rank; session_settle() runs the queue dry.
 * Everything lies in one private arena.
 */
#ifndef YIZHAN_FORM_SESSION_PRIVATE_H
#define YIZHAN_FORM_SESSION_PRIVATE_H

#include "app/form/session.h"
#include "app/form/xform_private.h"

#define SESSION_MODULE "session"

#define SESSION_BYTES_MAX     (256u << 20)
#define SESSION_INSTANCES_MAX 5000 /* instances of one repeat */
#define SESSION_NODES_MAX     1000000
/* How often one rule of one node is looked at while a change settles; more means that rules hunt each other.
 */
#define SESSION_ROUNDS_MAX 64
/* Of XPath, while one change settles: thousands of instances that each look at all others take 25 million. */
#define SESSION_STEPS_MAX 400000000

struct state {
    const struct field *field;
    struct node *node;
    /* First node of each child field, by field->index; then the last instance of each repeat among them, by
     * field->repeat_index. NULL for leaves and attributes. */
    struct node **children;
    uint16_t queued; /* one bit for each rule kind */
    uint16_t rounds; /* evaluations since the change numbered `round` began */
    uint32_t round;
    uint32_t born; /* repeat instances: the change in which they were added, 0 for those given */
    bool relevant; /* its own; with all around it: node->flags */
    bool readonly;
    bool required;
    bool constraint_holds;
    bool gone;   /* taken out with its repeat instance */
    bool unsent; /* read as it was sent, and not in it */
    bool changed;
    bool from_intent;
    bool overwritten; /* by a person, although it is calculated */
    char *
        wanted; /* selects with an itemset: what was chosen, of which the value holds what is to be had now */
    size_t wanted_capacity;
};

struct task {
    uint64_t key; /* rank, then the order in which it was queued */
    const struct rule *rule;
    struct node *node;
};

struct task_queue {
    struct task *items; /* a binary heap */
    size_t count;
    size_t capacity;
    uint32_t sequence;
};

struct walk {
    enum session_step step;
    const struct control *control; /* NULL at start and end */
    struct node *node; /* question, group, repeat instance; for a prompt the node the repeat lies in */
};

/* The rows so far, and the question that is being shown. */
struct audit {
    struct buf csv;
    size_t rows;
    const char *event; /* NULL: none */
    const struct node *node;
    int64_t start_ms;
    struct buf old_value; /* with values only */
};

struct xform_session {
    const struct xform *form;
    struct arena *arena;
    struct name_table *names;
    struct node_tree *tree;
    struct node *root;
    struct node
        *placeholder;       /* stands where a series without instances would be; detached while not in use */
    struct node **by_field; /* by field id: its node, for fields outside repeats */
    struct xpath_machine *machine;
    struct xpath_host host;
    const struct node *context; /* node of the rule being evaluated */
    int language;
    bool plain_texts;
    const char *outputs;
    bool as_sent;
    uint64_t random_state;
    const char *instance_id;
    const char *device_id;
    const char *user_name;
    const char *email;
    const char *phone_number;
    const char *place;

    struct task_queue queue;
    struct node **pending; /* values that have changed and have actions waiting for that */
    size_t pending_count;
    size_t pending_capacity;
    uint32_t round;
    uint64_t steps_max;          /* that one change may take */
    uint64_t steps_begun;        /* taken before it began */
    const struct node *answered; /* what the change began with, while it settles; NULL: no answer */
    bool loading;
    bool going_on; /* while loading: with a record that was given */
    const char **remarks;
    size_t remark_count;
    struct node **changed; /* not sorted until asked for */
    size_t changed_count;
    size_t changed_capacity;

    struct walk walk;
    struct audit audit;
    struct arena *views;     /* texts handed out since the last change began */
    struct arena *old_views; /* those before: a caller may hand one of them in as an argument */
    struct buf scratch;
    /* Kept from call to call: private pages cost more to get and give back than most answers cost otherwise.
     */
    struct buf answer;     /* an answer as the form keeps it, during session_set() */
    struct buf calculated; /* the outcome of one rule or action */
    struct buf allowed;    /* what the choices leave of a value */
    struct buf texts;      /* texts being put together, those that an output asks for behind their asker */
};

static inline struct state *state_of(const struct node *node)
{
    return node->slot;
}

static inline bool is_relevant(const struct node *node)
{
    return (node->flags & NODE_IRRELEVANT) == 0;
}

/* The node or a group around it. */
static inline bool is_readonly(const struct node *node)
{
    for (; node && node->slot; node = node->parent)
        if (state_of(node)->readonly)
            return true;
    return false;
}

/* ---- session_tree.c: nodes and their states ---- */

/* Gives a freshly cloned element and all below it states; its parent already has one. */
MUST_USE struct err session_adopt(struct xform_session *session, struct node *element);
/* First node of a child field under a node, NULL when there is none; and its next sibling of the same field.
 */
struct node *session_child(const struct node *parent, const struct field *field);
struct node *session_next_instance(const struct node *node);
struct node *session_instance_before(const struct node *instance);
/* The last instance of a repeat; NULL when there is none. Its place is how many there are. */
struct node *session_last_instance(const struct node *parent, const struct field *repeat);
/* This instance has come among others: numbers it and those behind it. */
void session_number_instances(struct node *instance);
/* Takes an instance out of its series and its tree. */
void session_unlink_instance(struct node_tree *tree, struct node *instance);
/* The series has no instances any more. */
void session_clear_series(struct node *parent, const struct field *repeat);
/* The instance of `repeat` around a node (or the node itself); the root element when repeat is NULL. */
struct node *session_anchor(const struct xform_session *session, struct node *node,
                            const struct field *repeat);
/* Calls visit for every node of a field below (or at) anchor. */
MUST_USE struct err session_each(struct node *anchor, const struct field *field,
                                 struct err (*visit)(void *context, struct node *node), void *context);
/* The one node of a field in the same repeat instances as a node; NULL when there is none. */
struct node *session_near(const struct xform_session *session, struct node *node, const struct field *field);

/* ---- session_ref.c ---- */

struct place {
    const struct field *field;
    struct node *node;   /* NULL: a series of repeat instances, see parent */
    struct node *parent; /* series: the node they lie in */
};
MUST_USE struct err session_find(struct xform_session *session, const char *ref, struct place *out_place);
/* The ref of a node, or of a series: in the views' arena. NULL when there is no memory. */
const char *session_ref(struct xform_session *session, const struct node *node);
const char *session_series_ref(struct xform_session *session, const struct node *parent,
                               const struct field *repeat);

/* ---- session_calc.c: recalculation ---- */

/* Every change begins here: forgets the last one's `changed` and the views. */
void session_begin_change(struct xform_session *session);
void session_mark_changed(struct xform_session *session, struct node *node);
MUST_USE struct err session_queue(struct xform_session *session, const struct rule *rule, struct node *node);
/* All rules of a node and of what lies below it. */
MUST_USE struct err session_queue_subtree(struct xform_session *session, struct node *node);
/* Queues what depends on a node. */
MUST_USE struct err session_touch(struct xform_session *session, struct node *node);
/* Writes a value and queues what depends on it; nothing happens when it is the same. */
MUST_USE struct err session_write(struct xform_session *session, struct node *node, const char *value);
/* The same for a value that only follows what the choices allow. */
MUST_USE struct err session_write_allowed(struct xform_session *session, struct node *node,
                                          const char *value);
/* Runs the queue dry. */
MUST_USE struct err session_settle(struct xform_session *session);
struct xpath_context session_context(struct xform_session *session, struct node *node);
/* What the expression gives at the node, as the field's type reads it; blank when it is no value of it. */
MUST_USE struct err session_calculate(struct xform_session *session, const struct field *field,
                                      const struct xpath *expr, struct node *node, struct buf *out_text);

/* ---- session_repeat.c ---- */

size_t session_instance_count(const struct node *parent, const struct field *repeat);
/* A new instance from the template, before `before` or after the last; nothing is told of it. */
MUST_USE struct err session_place_instance(struct xform_session *session, struct node *parent,
                                           const struct field *repeat, struct node *before,
                                           struct node **out_node);
/* The same, with its event, and all that depends on it queued. */
MUST_USE struct err session_insert_instance(struct xform_session *session, struct node *parent,
                                            const struct field *repeat, struct node *before,
                                            struct node **out_node);
MUST_USE struct err session_take_instance(struct xform_session *session, struct node *instance);
/* Adds or removes instances at the end until there are count. */
MUST_USE struct err session_set_count(struct xform_session *session, struct node *parent,
                                      const struct field *repeat, double count);
/* The person may add and remove. */
bool session_repeat_is_free(const struct field *repeat);
/* Evaluates where the instances of a series stand, with `..` the node they lie in, whether there are any or
 * not. */
struct xpath_context session_enter_series(struct xform_session *session, struct node *parent,
                                          const struct field *repeat);
void session_leave_series(struct xform_session *session);
/* Whether the series as a whole is to be shown, also when it has no instance. */
MUST_USE struct err session_series_relevant(struct xform_session *session, struct node *parent,
                                            const struct field *repeat, bool *out_relevant);

/* ---- session_action.c: events and actions, preloads ---- */

/* source: the new repeat instance, the node that has changed; NULL for the load events. */
MUST_USE struct err session_fire(struct xform_session *session, enum event event, struct node *source);
MUST_USE struct err session_preload(struct xform_session *session, bool edit);
/* timestamp/end: when the instance is finished. */
MUST_USE struct err session_preload_end(struct xform_session *session);
/* What random(), uuid() and the like draw from. */
void session_random(void *session, void *out_bytes, size_t size);

/* ---- session_value.c: what a value may look like ---- */

/* Appends the value in its type's form. False: the text is no value of the type (out_text is then as it was).
 */
bool session_cast(const struct field *field, const char *text, struct buf *out_text);
/* The same for what a calculation gave, which keeps the form XPath wrote it in where that is right. */
bool session_cast_calculated(const struct field *field, const char *text, struct buf *out_text);
/* Appends the date or moment of a number of days, which is what arithmetic with dates gives ("today() + 30").
 * False: the field holds neither, or it is no day of the years 1 to 9999. */
bool session_cast_days(const struct field *field, double days, const struct tz *tz, struct buf *out_text);

/* ---- session_choice.c ---- */

struct choice {
    const char *value;         /* in the views' arena */
    const struct item *item;   /* in place; or */
    const struct node *source; /* the itemset's item */
};
/* The choices of a select as they stand: in the views' arena. */
MUST_USE struct err session_choices(struct xform_session *session, struct node *node,
                                    const struct choice **out_choices, size_t *out_count);
MUST_USE struct err session_choice_label(struct xform_session *session, struct node *node,
                                         const struct choice *choice, struct session_text *out_label);
/* Takes what is no longer among the choices out of the value. */
MUST_USE struct err session_filter_choices(struct xform_session *session, struct node *node);
/* The value of a select as the choices allow it: unknown ones dropped, for select in the order of the
 * choices. */
MUST_USE struct err session_allowed_choices(struct xform_session *session, struct node *node,
                                            const char *value, struct buf *out_value);
/* A rank's value holds every choice. */
bool session_ranks_all(const struct choice *choices, size_t count, const char *value);
bool session_is_selected(const struct control *control, const char *value, const char *choice);
/* jr:choice-name(). */
const char *session_choice_name(void *session, const struct node *question, const char *value);

/* ---- session_text.c ---- */

/* text may be NULL: then all is empty. node: where its outputs are evaluated. */
MUST_USE struct err session_text(struct xform_session *session, struct node *node, const struct text *text,
                                 struct session_text *out_text, const char **out_guidance);
const char *session_itext(void *session, const char *id);
/* The text as the caller wants to see it: for those who asked for plain texts without markdown and outer
 * spaces. Never NULL. */
const char *session_plain(struct xform_session *session, const char *text);
/* A copy in the views' arena. */
const char *session_keep(struct xform_session *session, const char *text);
void *session_view_alloc(struct xform_session *session, size_t count, size_t size);

/* ---- session_load.c ---- */

/* Instances of the given record that are left out: session_remarks() says so. Best effort. */
void session_remark_excess(struct xform_session *session, const struct field *repeat, size_t count);
/* Lays the values of a filled instance over the blank one. */
MUST_USE struct err session_restore(struct xform_session *session, const char *xml, size_t length);

/* ---- session_audit.c: nothing happens in forms that ask for no log ---- */

/* The rows of the log so far of a record that is gone on with. */
void session_audit_resume(struct xform_session *session, const char *csv);

/* An event without an end; node may be NULL. */
void session_audit_event(struct xform_session *session, const char *event, const struct node *node);
/* The session stands elsewhere now. */
void session_audit_moved(struct xform_session *session);
void session_audit_answer(struct xform_session *session, const struct node *node, const char *old_value);
/* The record is finished: it names its log. */
MUST_USE struct err session_audit_end(struct xform_session *session);

/* ---- session_walk.c ---- */

struct walk session_walk_next(struct xform_session *session, struct walk walk, struct err *error);

/* ---- session_look.c ---- */

struct session_violation session_violation_of(struct xform_session *session, struct node *node);

#endif
