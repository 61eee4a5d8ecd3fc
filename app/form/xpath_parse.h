/* Inside of the parser, shared by its two files: expressions (xpath_parse.c) and location paths
 * (xpath_parse_path.c). */
#ifndef YIZHAN_FORM_XPATH_PARSE_H
#define YIZHAN_FORM_XPATH_PARSE_H

#include "app/form/xpath_ast.h"
#include "app/form/xpath_lex.h"

/* A growing array in the arena. */
struct list {
    void *items;
    size_t count;
    size_t capacity;
};

struct parser {
    struct lexer lexer;
    struct token token; /* the one to be taken next */
    struct arena *arena;
    struct name_table *names;
    const struct xpath_namespaces *namespaces;
    struct list paths;              /* struct xpath_path * */
    const struct xpath_path *outer; /* the path whose predicate is being read */
    size_t outer_step;
    int depth;
};

/* Room for one more item of size; NULL when there is no memory. */
void *parser_push(struct parser *p, struct list *list, size_t size);
struct expr *parser_expr(struct parser *p, enum expr_op op, int at);
MUST_USE struct err parser_advance(struct parser *p);
/* Takes the mark or operator, or says what was expected instead. */
MUST_USE struct err parser_expect(struct parser *p, const char *text);
/* xpath_slip() of the token, or of the sign that became part of the name before it. */
const char *parser_slip(const struct parser *p);
MUST_USE struct err parser_error(const struct parser *p, int at, const char *format, ...) PRINTF_LIKE(3, 4);
/* The namespace of a prefix; ERR_DATA when nobody declared it. */
MUST_USE struct err parser_prefix(const struct parser *p, const struct token *token, const char **out_uri);

/* What is known at compile time: arithmetic and comparison of numbers, true(), false(). Changes the node in
 * place. */
void parser_fold(struct expr *expr);

/* Expr: the whole grammar below "or". */
MUST_USE struct err parser_read(struct parser *p, const struct expr **out_expr);
/* PrimaryExpr: literal, number, call, parentheses. */
MUST_USE struct err parser_primary(struct parser *p, const struct expr **out_expr);
bool parser_at_primary(const struct parser *p);
/* PathExpr: a location path, or a primary with predicates and steps after it. */
MUST_USE struct err parser_path(struct parser *p, const struct expr **out_expr);

#endif
