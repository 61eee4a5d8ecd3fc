/* Tokens of XPath 1.0, section 3.7, with its rules for telling operators from names. */
#ifndef YIZHAN_FORM_XPATH_LEX_H
#define YIZHAN_FORM_XPATH_LEX_H

#include "board/base/err.h"
#include <stddef.h>
#include <string.h>

enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_LITERAL,   /* text: between the quotes */
    TOKEN_NAME,      /* NCName or p:NCName or p:* or * : prefix, text */
    TOKEN_FUNCTION,  /* a name before "(" that is no node type */
    TOKEN_NODE_TYPE, /* node text comment processing-instruction before "(" */
    TOKEN_AXIS,      /* a name before "::" */
    TOKEN_OPERATOR,  /* text: and or div mod * / // | + - = != < <= > >= */
    TOKEN_MARK,      /* text: ( ) [ ] . .. @ , :: */
};

struct token {
    enum token_kind kind;
    int at; /* byte offset */
    const char *text;
    size_t length;
    const char *prefix; /* of names; NULL for none */
    size_t prefix_length;
    double number;
};

struct lexer {
    const char *source;
    const char *at;
    bool last_is_operand; /* what came before can end an operand, so `*` and names are operators now */
};

void lexer_init(struct lexer *lexer, const char *source);
/* ERR_DATA for a character or quote that no token can begin with or end without. */
MUST_USE struct err lexer_next(struct lexer *lexer, struct token *out_token);
/* The token is this operator or mark. Inline, because most calls compare with one constant character. */
static inline bool token_is(const struct token *token, const char *text)
{
    return (token->kind == TOKEN_OPERATOR || token->kind == TOKEN_MARK) && *text == *token->text &&
           strlen(text) == token->length && memcmp(text, token->text, token->length) == 0;
}

#endif
