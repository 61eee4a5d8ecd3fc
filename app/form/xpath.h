/*
 * XPath 1.0 with ODK's functions and types.
 *
 * Text is compiled once into an immutable expression, which any number of machines in any thread may
 * evaluate. Dates are numbers of days in arithmetic and comparison; the rules for texts that look like dates,
 * empty texts and NaN are those of the ODK XForms specification ("XPath Operators", "XPath Functions").
 *
 * Absolute paths meet repeats as in JavaRosa: a step that names the repeat instance in which the context node
 * stands, has no predicate and is not the last, means that instance.
 *
 * Every error is one sentence with the position in the text (1-based character, also err.code) and a hint.
 */
#ifndef YIZHAN_FORM_XPATH_H
#define YIZHAN_FORM_XPATH_H

#include "app/form/node.h"
#include "board/base/err.h"

struct tz;

/* ---- Compiling ---- */

struct xpath;

struct xpath_namespace {
    const char *prefix; /* "" gives unprefixed element names a namespace */
    const char *uri;
};
struct xpath_namespaces {
    const struct xpath_namespace *list;
    size_t count;
    /* Forms: an unprefixed name means elements that are written without prefix, in whatever default
     * namespace. Otherwise it means the namespace of prefix "", or none, as XPath 1.0 has it. */
    bool unprefixed_as_written;
    /* Unknown functions and wrong numbers of arguments are errors when they are called, not when they are
     * compiled. */
    bool calls_checked_late;
};

/* Compiles text, which is borrowed for as long as the expression is used. The expression's memory is arena's;
 * names go into names, the table of the trees it will be evaluated on (or one above it). namespaces may be
 * NULL: prefixes of ODK (jr, orx, odk, h, xsd, ...) are always known. ERR_DATA: syntax, unknown function or
 * prefix, wrong number of arguments. ERR_REFUSED: too long or too deep. */
MUST_USE struct err xpath_compile(struct arena *arena, struct name_table *names, const char *text,
                                  const struct xpath_namespaces *namespaces, struct xpath **out_expr);

/* The source text. */
const char *xpath_source(const struct xpath *expr);
/* A literal or something folded to one: it can never change. */
bool xpath_is_constant(const struct xpath *expr);
/* Calls jr:itext() or jr:choice-name() or format-date(): a change of language may change it. */
bool xpath_uses_language(const struct xpath *expr);

/* ---- What an expression refers to (for the dependency graph) ---- */

enum xpath_origin {
    XPATH_FROM_ROOT,     /* /a/b */
    XPATH_FROM_CONTEXT,  /* a/b, ./a, ../a: in a predicate relative to the step it stands at, see outer */
    XPATH_FROM_CURRENT,  /* current()/a */
    XPATH_FROM_INSTANCE, /* instance('x')/a; steps begin below what instance() gives */
    XPATH_FROM_PATH,  /* steps after an expression that passes base through: (path)[1]/a, randomize(path)/a */
    XPATH_FROM_VALUE, /* steps after anything else: cannot be known before evaluation */
};
enum xpath_axis {
    XPATH_CHILD,
    XPATH_PARENT,
    XPATH_SELF,
    XPATH_ATTRIBUTE,
    XPATH_DESCENDANT,
    XPATH_DESCENDANT_OR_SELF,
    XPATH_ANCESTOR,
    XPATH_ANCESTOR_OR_SELF,
    XPATH_FOLLOWING,
    XPATH_FOLLOWING_SIBLING,
    XPATH_PRECEDING,
    XPATH_PRECEDING_SIBLING,
    XPATH_NAMESPACE,
};
enum xpath_test {
    XPATH_TEST_NAME,      /* name */
    XPATH_TEST_ANY,       /* * */
    XPATH_TEST_ANY_IN_NS, /* p:* : name->uri counts */
    XPATH_TEST_NODE,      /* node() */
    XPATH_TEST_TEXT,
    XPATH_TEST_COMMENT,
    XPATH_TEST_INSTRUCTION, /* name: the target or NULL */
};
struct xpath_step; /* see xpath_step_*() */
struct xpath_path {
    enum xpath_origin origin;
    const char *instance;           /* XPATH_FROM_INSTANCE: the id, NULL when it is calculated */
    const struct xpath_path *base;  /* XPATH_FROM_PATH */
    const struct xpath_path *outer; /* the path in whose predicate this one stands, NULL at the top */
    size_t outer_step; /* the step of outer that has the predicate; SIZE_MAX: what its steps begin from */
    size_t step_count;
    const struct xpath_step *steps;
    int at;         /* byte of the source where it begins, see xpath_position() */
    int32_t direct; /* set by the form, see xpath_host.direct; -1: none */
};
/* All paths of an expression, those in predicates and arguments too; jr:choice-name()'s
 * quoted path is one of them. Set `direct` before the expression is shared. */
size_t xpath_paths(struct xpath *expr, struct xpath_path *const **out_paths);

/* "; .." with what is to be written where a text begins with a sign of another notation or a Chinese one; "".
 */
const char *xpath_slip(const char *text);
/* The same where a Chinese sign has become part of a name or path of `length` bytes. */
const char *xpath_slip_in_name(const char *name, size_t length);

/* The 1-based character of a byte of the source: authors count what they see. */
int xpath_position(const struct xpath *expr, int at);
/* Every path that is compared with a text in quotes: path = 'x', path != 'x', selected(path, 'x'). position
 * is the text's, as in xpath_path. */
void xpath_each_comparison(const struct xpath *expr,
                           void (*visit)(void *context, const struct xpath_path *path, const char *text,
                                         int position),
                           void *context);

/* ERR_DATA: the pattern of a regex() that is written in quotes is none; where its text begins. */
MUST_USE struct err xpath_check_patterns(const struct xpath *expr, int *out_position);

enum xpath_axis xpath_step_axis(const struct xpath_path *path, size_t step);
enum xpath_test xpath_step_test(const struct xpath_path *path, size_t step);
/* NULL where the test has none. */
const struct name *xpath_step_name(const struct xpath_path *path, size_t step);
bool xpath_step_has_predicates(const struct xpath_path *path, size_t step);
/* Whether the step's test accepts an element or attribute of that name. */
bool xpath_step_accepts(const struct xpath_path *path, size_t step, const struct name *name);

/* ---- Values ---- */

enum xpath_kind { XPATH_STRING, XPATH_NUMBER, XPATH_BOOLEAN, XPATH_NODES };
struct xpath_value {
    enum xpath_kind kind;
    bool is_date; /* numbers: days since 1970, made by a date function; strings: an ISO date it made */
    double number;
    bool boolean;
    const char *string; /* UTF-8, NUL-terminated; base64-decode() may put NULs inside */
    size_t string_length;
    const struct node *const *nodes;
    size_t node_count;
};

/* A number as ODK writes it: "3", "3.5", "NaN", "Infinity"; never an exponent. out_text: at least 32 bytes
 * suffice for anything below 1e21, XPATH_NUMBER_TEXT for all. */
#define XPATH_NUMBER_TEXT 360
void xpath_number_text(double number, char out_text[XPATH_NUMBER_TEXT]);
/* XPath's number() of a text, dates as days; NaN for what is neither. tz as in xpath_host. */
double xpath_text_number(const char *text, const struct tz *tz);

/* ---- Evaluating ---- */

/* What the surroundings supply. Callbacks may be NULL: the function in question then is an error. They may
 * evaluate other expressions on the same machine. */
struct xpath_host {
    void *user;
    /* The node above an instance's root element: instance('x')/root/item starts here. NULL: no such instance.
     */
    const struct node *(*instance)(void *user, const char *id);
    /* jr:itext(id) in the language in use; NULL: no such text. */
    const char *(*itext)(void *user, const char *id);
    /* The first of the <value> elements behind a text, when jr:itext() shall give them as nodes; NULL: only
     * the text. */
    const struct node *(*itext_values)(void *user, const char *id);
    /* jr:choice-name(): the label of a question's choice; NULL: none. */
    const char *(*choice_label)(void *user, const struct node *question, const char *value);
    /* The node for a path's `direct` number, or NULL to have the path walked. Relevance is looked at either
     * way. */
    const struct node *(*direct)(void *user, uint32_t direct);
    /* Fills with random bytes, reproducible where the caller wants that. */
    void (*random)(void *user, void *out_bytes, size_t size);
    int64_t now_ms;        /* wall clock, milliseconds since 1970 UTC */
    const struct tz *tz;   /* NULL is UTC */
    const char *language;  /* BCP 47 tag for names of months and days; NULL is English */
    const char *device_id; /* property('deviceid'); NULL: blank */
};

struct xpath_context {
    const struct xpath_host *host;
    const struct node *node;    /* the context node */
    const struct node *current; /* current(); NULL: node */
    const struct node *root;    /* "/"; NULL: the root of node's tree */
    size_t position;            /* 0 counts as 1 */
    size_t size;
};

/* A machine holds the working memory, the lazily built indexes of [child = value] predicates over frozen
 * trees, and the compiled regular expressions. One thread; one per session. Working memory is wiped between
 * evaluations. */
struct xpath_machine;

struct xpath_limits {
    uint64_t steps; /* nodes visited and functions called in one outermost evaluation; 0: 20 million */
    size_t memory;  /* bytes of working memory; 0: 64 MB */
};
MUST_USE struct err xpath_machine_create(const struct xpath_limits *limits,
                                         struct xpath_machine **out_machine);
void xpath_machine_destroy(struct xpath_machine **machine);
/* By all its evaluations so far. */
uint64_t xpath_steps_taken(const struct xpath_machine *machine);

/* out_value's string and nodes are the machine's: valid until the next outermost evaluation on it.
 * ERR_DATA: a wrong argument, an instance that is not there; ERR_REFUSED: the budget of steps or memory. */
MUST_USE struct err xpath_eval(struct xpath_machine *machine, const struct xpath *expr,
                               const struct xpath_context *context, struct xpath_value *out_value);
/* The same, converted as string(), number(), boolean() do. */
MUST_USE struct err xpath_eval_string(struct xpath_machine *machine, const struct xpath *expr,
                                      const struct xpath_context *context, const char **out_text);
MUST_USE struct err xpath_eval_number(struct xpath_machine *machine, const struct xpath *expr,
                                      const struct xpath_context *context, double *out_number);
MUST_USE struct err xpath_eval_boolean(struct xpath_machine *machine, const struct xpath *expr,
                                       const struct xpath_context *context, bool *out_boolean);
/* Only nodesets; in document order (but randomize()'s own). ERR_DATA for anything else. */
MUST_USE struct err xpath_eval_nodes(struct xpath_machine *machine, const struct xpath *expr,
                                     const struct xpath_context *context,
                                     const struct node *const **out_nodes, size_t *out_count);

#endif
