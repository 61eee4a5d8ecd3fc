/* Inside of the XPath compiler: the tree that the parser makes and the evaluator walks. Immutable once
 * compiled. */
#ifndef YIZHAN_FORM_XPATH_AST_H
#define YIZHAN_FORM_XPATH_AST_H

#include "app/form/xpath.h"

enum expr_op {
    EXPR_NUMBER,
    EXPR_TEXT,
    EXPR_BOOLEAN,
    EXPR_OR,
    EXPR_AND,
    EXPR_EQ,
    EXPR_NE,
    EXPR_LT,
    EXPR_LE,
    EXPR_GT,
    EXPR_GE,
    EXPR_ADD,
    EXPR_SUB,
    EXPR_MUL,
    EXPR_DIV,
    EXPR_MOD,
    EXPR_NEG,
    EXPR_UNION,
    EXPR_PATH,
    EXPR_CALL,
};

/* What an expression depends on besides its operands; a node has its own and its operands'. */
enum expr_trait {
    TRAIT_CONTEXT = 1,  /* the context node: relative paths, string() without argument */
    TRAIT_POSITION = 2, /* position() or last() */
    TRAIT_VOLATILE = 4,
    TRAIT_LANGUAGE = 8,
};

struct expr {
    enum expr_op op;
    uint8_t traits;
    int at; /* byte offset in the source */
    union {
        double number;
        const char *text;
        bool boolean;
        struct {
            const struct expr *left;
            const struct expr *right; /* NULL for EXPR_NEG */
        };
        struct path *path;
        struct {
            const struct function *function; /* NULL: what is wrong is said when it is called */
            const char *wrong;
            const struct expr *const *args;
            size_t arg_count;
        };
    };
};

/* A conjunct `child = value` of a step's first predicate whose value does not depend on the step's nodes: an
 * index over the children answers it, see xpath_index.h. */
struct step_key {
    const struct xpath_step *child; /* the one step of the path that is compared */
    const struct expr *value;
    bool is_whole; /* the predicate is this comparison and nothing else */
};

#define STEP_KEYS_MAX 4

struct xpath_step {
    uint8_t axis;        /* enum xpath_axis */
    uint8_t test;        /* enum xpath_test */
    bool as_written;     /* unprefixed: any element written without prefix */
    uint8_t key_count;   /* at most STEP_KEYS_MAX, mostly 0 */
    uint32_t stop_after; /* child steps: no more nodes are looked for, as in item[3]; 0: all are */
    const struct name *name;
    const struct expr *const *predicates;
    const struct step_key *keys;
    size_t predicate_count;
};

struct path {
    struct xpath_path seen;   /* must be first: what the form room sees */
    const struct expr *start; /* the expression before the steps; NULL when they begin at root or context */
    const struct expr *const *start_predicates;
    size_t start_predicate_count;
};

struct xpath {
    const char *source;
    const struct expr *top;
    struct xpath_path **paths;
    size_t path_count;
};

/* Whether a step's test accepts an element or attribute name. */
bool step_accepts(const struct xpath_step *step, const struct name *name);

/* left op right, for the operators from EXPR_ADD to EXPR_MOD and from EXPR_EQ to EXPR_GE. */
double number_calculate(enum expr_op op, double left, double right);
bool number_compare(enum expr_op op, double left, double right);

/* The 1-based character of a byte offset: authors count what they see. */
int xpath_character(const char *source, int at);
/* An error at a byte offset of the source: "character N: text". */
struct err xpath_error(const char *source, int at, enum err_class class, const char *format, ...)
    PRINTF_LIKE(4, 5);

#endif
