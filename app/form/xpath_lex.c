#include "app/form/xpath_lex.h"
#include "app/form/xpath_ast.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void lexer_init(struct lexer *lexer, const char *source)
{
    *lexer = (struct lexer){.source = source, .at = source};
}

/* ---- Characters ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Everything beyond ASCII counts as a letter: names were checked where they were declared. */
static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool continues_name(char c)
{
    return starts_name(c) || is_digit(c) || c == '-' || c == '.';
}

static const char *skip_space(const char *at)
{
    while (is_space(*at))
        at++;
    return at;
}

static const char *skip_name(const char *at)
{
    while (continues_name(*at))
        at++;
    return at;
}

/* ---- Tokens ---- */

static bool is_word(const struct token *token, const char *word)
{
    return !token->prefix && strlen(word) == token->length && memcmp(word, token->text, token->length) == 0;
}

/* Length of the operator a name begins with, 0 for none. After an operand no name can stand, so "1or2" is
 * three tokens, as other engines read it. */
static size_t operator_word(const char *at)
{
    static const char *const WORDS[] = {"and", "or", "div", "mod"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strncmp(at, WORDS[i], strlen(WORDS[i])) == 0)
            return strlen(WORDS[i]);
    return 0;
}

static bool is_node_type(const struct token *token)
{
    return is_word(token, "node") || is_word(token, "text") || is_word(token, "comment") ||
           is_word(token, "processing-instruction");
}

static void read_number(struct lexer *l, struct token *token)
{
    const char *end = l->at;
    while (is_digit(*end))
        end++;
    if (*end == '.')
        end++;
    while (is_digit(*end))
        end++;
    token->kind = TOKEN_NUMBER;
    token->length = (size_t)(end - l->at);
    /* strtod would go on into "1e5" or "0x1": give it what the token holds, nothing more. */
    char digits[320];
    snprintf(digits, sizeof digits, "%.*s", (int)token->length, l->at);
    token->number = strtod(digits, NULL);
    l->at = end;
}

static struct err read_literal(struct lexer *l, struct token *token)
{
    const char *end = strchr(l->at + 1, *l->at);
    if (!end)
        return xpath_error(l->source, token->at, ERR_DATA, "the text that begins here has no closing %c",
                           *l->at);
    token->kind = TOKEN_LITERAL;
    token->text = l->at + 1;
    token->length = (size_t)(end - l->at - 1);
    l->at = end + 1;
    return err_ok();
}

/* A name, with its prefix if it has one, and what follows it says what it is. */
static void read_name(struct lexer *l, struct token *token)
{
    size_t operator_length = l->last_is_operand ? operator_word(l->at) : 0;
    if (operator_length > 0) {
        token->kind = TOKEN_OPERATOR;
        token->length = operator_length;
        l->at += operator_length;
        return;
    }
    const char *end = skip_name(l->at);
    token->length = (size_t)(end - l->at);
    if (end[0] == ':' && (starts_name(end[1]) || end[1] == '*')) {
        token->prefix = token->text;
        token->prefix_length = token->length;
        token->text = end + 1;
        end = end[1] == '*' ? end + 2 : skip_name(end + 1);
        token->length = (size_t)(end - token->text);
    }
    const char *after = skip_space(end);
    l->at = end;
    if (*after == '(' && is_node_type(token))
        token->kind = TOKEN_NODE_TYPE;
    else if (*after == '(')
        token->kind = TOKEN_FUNCTION;
    else if (after[0] == ':' && after[1] == ':' && !token->prefix)
        token->kind = TOKEN_AXIS;
    else
        token->kind = TOKEN_NAME;
}

static struct err read_variable(struct lexer *l, struct token *token)
{
    return xpath_error(l->source, token->at, ERR_DATA,
                       "a form has no variables such as $name or ${name}; write the path to the question");
}

/* Operators and punctuation: two characters where the second fits the first. */
static struct err read_symbol(struct lexer *l, struct token *token)
{
    static const char DOUBLES[][3] = {"//", "!=", "<=", ">=", "::", ".."};
    token->length = 1;
    for (size_t i = 0; i < sizeof DOUBLES / sizeof *DOUBLES; i++)
        if (l->at[0] == DOUBLES[i][0] && l->at[1] == DOUBLES[i][1])
            token->length = 2;
    if (strchr("/|+-=<>", *l->at) || (*l->at == '!' && token->length == 2))
        token->kind = TOKEN_OPERATOR;
    else if (strchr("()[]@,.", *l->at) || token->length == 2)
        token->kind = TOKEN_MARK;
    else
        return xpath_error(l->source, token->at, ERR_DATA, "\"%c\" has no meaning here", *l->at);
    l->at += token->length;
    return err_ok();
}

static bool ends_operand(const struct token *token)
{
    if (token->kind == TOKEN_MARK)
        return token_is(token, ")") || token_is(token, "]") || token_is(token, ".") || token_is(token, "..");
    return token->kind == TOKEN_NUMBER || token->kind == TOKEN_LITERAL || token->kind == TOKEN_NAME;
}

static struct err read_token(struct lexer *l, struct token *token)
{
    char c = *l->at;
    if (is_digit(c) || (c == '.' && is_digit(l->at[1]))) {
        read_number(l, token);
        return err_ok();
    }
    if (c == '"' || c == '\'')
        return read_literal(l, token);
    if (starts_name(c)) {
        read_name(l, token);
        return err_ok();
    }
    if (c == '*') {
        token->kind = l->last_is_operand ? TOKEN_OPERATOR : TOKEN_NAME;
        token->length = 1;
        l->at++;
        return err_ok();
    }
    return c == '$' ? read_variable(l, token) : read_symbol(l, token);
}

struct err lexer_next(struct lexer *lexer, struct token *out_token)
{
    lexer->at = skip_space(lexer->at);
    struct token token = {.kind = TOKEN_END, .at = (int)(lexer->at - lexer->source), .text = lexer->at};
    if (*lexer->at != '\0')
        TRY(read_token(lexer, &token));
    lexer->last_is_operand = ends_operand(&token);
    *out_token = token;
    return err_ok();
}
