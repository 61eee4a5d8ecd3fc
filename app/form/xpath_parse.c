#include "app/form/xpath_parse.h"
#include "app/form/xpath_fn.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX  250 /* a table written as if() in if() has one a row */
#define SOURCE_MAX ((size_t)256 * 1024)

/* ---- Errors ---- */

int xpath_character(const char *source, int at)
{
    int characters = 1;
    for (int i = 0; i < at; i++)
        characters += ((unsigned char)source[i] & 0xc0) != 0x80;
    return characters;
}

static struct err error_va(const char *source, int at, enum err_class class, const char *format, va_list args)
{
    char text[200];
    vsnprintf(text, sizeof text, format, args);
    int character = xpath_character(source, at);
    return err_make(class, "xpath", character, "character %d: %s", character, text);
}

struct err xpath_error(const char *source, int at, enum err_class class, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct err err = error_va(source, at, class, format, args);
    va_end(args);
    return err;
}

struct err parser_error(const struct parser *p, int at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct err err = error_va(p->lexer.source, at, ERR_DATA, format, args);
    va_end(args);
    return err;
}

/* ---- Small tools ---- */

/* Mostly nothing else has been made since the last item: then a list takes no more than its items. */
static bool list_grow(struct arena *arena, struct list *list, size_t size)
{
    if (list->count > 0 && arena_extend(arena, list->items, list->count * size, (list->count + 1) * size)) {
        list->capacity++;
        return true;
    }
    size_t capacity = list->count == 0 ? 1 : list->count * 2;
    void *items = arena_array(arena, capacity, size);
    if (!items)
        return false;
    if (list->count > 0)
        memcpy(items, list->items, list->count * size);
    list->items = items;
    list->capacity = capacity;
    return true;
}

void *parser_push(struct parser *p, struct list *list, size_t size)
{
    if (list->count == list->capacity && !list_grow(p->arena, list, size))
        return NULL;
    return (char *)list->items + list->count++ * size;
}

struct expr *parser_expr(struct parser *p, enum expr_op op, int at)
{
    struct expr *expr = arena_alloc(p->arena, sizeof *expr);
    if (expr) {
        expr->op = op;
        expr->at = at;
    }
    return expr;
}

struct err parser_advance(struct parser *p)
{
    return lexer_next(&p->lexer, &p->token);
}

const char *parser_slip(const struct parser *p)
{
    static const int sign = 3; /* bytes */
    const char *slip = xpath_slip(p->token.text);
    int end = p->token.at;
    while (end > 0 && p->lexer.source[end - 1] == ' ')
        end--;
    return *slip == '\0' && end >= sign ? xpath_slip_in_name(p->lexer.source + end - sign, sign) : slip;
}

struct err parser_expect(struct parser *p, const char *text)
{
    if (token_is(&p->token, text))
        return parser_advance(p);
    if (p->token.kind == TOKEN_END)
        return parser_error(p, p->token.at, "the expression ends where \"%s\" was expected", text);
    return parser_error(p, p->token.at, "\"%s\" was expected before \"%.*s\"%s", text, (int)p->token.length,
                        p->token.text, parser_slip(p));
}

/* UTF-8 of （ ） ＝ ， and their like begins with it. To XML they are letters: they become part of a name. */
#define FULL_WIDTH   "\xef\xbc"
#define CHINESE_SIGN "; write it with the keyboard on English: this sign is a Chinese one"

const char *xpath_slip_in_name(const char *name, size_t length)
{
    return memmem(name, length, FULL_WIDTH, strlen(FULL_WIDTH)) ? CHINESE_SIGN : "";
}

/* What people write who know other notations, or whose keyboard stands on Chinese. */
const char *xpath_slip(const char *text)
{
    static const struct {
        const char *written, *advice;
    } slips[] = {
        {"=", "; write = != < <= > >="},
        {">", "; write = != < <= > >="},
        {"<", "; write = != < <= > >="},
        {"!", "; write = != < <= > >="},
        {"&", "; write and, or, not(..)"},
        {"AND ", "; write and, or, div and mod in small letters"},
        {"OR ", "; write and, or, div and mod in small letters"},
        {"And ", "; write and, or, div and mod in small letters"},
        {"Or ", "; write and, or, div and mod in small letters"},
        {"DIV ", "; write and, or, div and mod in small letters"},
        {"MOD ", "; write and, or, div and mod in small letters"},
        {"‘", "; write the quotes as ' with the keyboard on English"},
        {"’", "; write the quotes as ' with the keyboard on English"},
        {"“", "; write the quotes as ' with the keyboard on English"},
        {"”", "; write the quotes as ' with the keyboard on English"},
        {"≥", "; write = != < <= > >="},
        {"≤", "; write = != < <= > >="},
        {"≠", "; write = != < <= > >="},
        {"×", "; write + - * div mod"},
        {"÷", "; write + - * div mod"},
        {"。", CHINESE_SIGN},
        {"，", CHINESE_SIGN},
        {FULL_WIDTH, CHINESE_SIGN},
    };
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
        if (strncmp(text, slips[i].written, strlen(slips[i].written)) == 0)
            return slips[i].advice;
    return "";
}

struct err parser_prefix(const struct parser *p, const struct token *token, const char **out_uri)
{
    static const struct xpath_namespace KNOWN[] = {
        {"jr", FN_URI_JAVAROSA},
        {"javarosa", FN_URI_JAVAROSA},
        {"orx", "http://openrosa.org/xforms"},
        {"odk", "http://www.opendatakit.org/xforms"},
        {"entities", "http://www.opendatakit.org/xforms/entities"},
        {"enk", FN_URI_ENKETO},
        {"xf", "http://www.w3.org/2002/xforms"},
        {"xforms", "http://www.w3.org/2002/xforms"},
        {"h", "http://www.w3.org/1999/xhtml"},
        {"html", "http://www.w3.org/1999/xhtml"},
        {"xhtml", "http://www.w3.org/1999/xhtml"},
        {"ev", "http://www.w3.org/2001/xml-events"},
        {"xsd", "http://www.w3.org/2001/XMLSchema"},
        {"xml", "http://www.w3.org/XML/1998/namespace"},
    };
    const struct xpath_namespace *lists[] = {p->namespaces ? p->namespaces->list : NULL, KNOWN};
    const size_t counts[] = {p->namespaces ? p->namespaces->count : 0, sizeof KNOWN / sizeof *KNOWN};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < counts[l]; i++)
            if (strncmp(lists[l][i].prefix, token->prefix, token->prefix_length) == 0 &&
                lists[l][i].prefix[token->prefix_length] == '\0') {
                *out_uri = lists[l][i].uri;
                return err_ok();
            }
    return parser_error(p, token->at, "the prefix \"%.*s\" is not declared; add xmlns:%.*s to the form",
                        (int)token->prefix_length, token->prefix, (int)token->prefix_length, token->prefix);
}

/* ---- Calls ---- */

static struct err unknown_function(const struct parser *p, const struct token *token, const char *uri)
{
    const char *near = xpath_fn_suggest(token->text, token->length);
    char name[96];
    snprintf(name, sizeof name, "%.*s", (int)token->length, token->text);
    if (uri)
        return parser_error(p, token->at, "there is no function %s in namespace %s", name, uri);
    if (near)
        return parser_error(p, token->at, "there is no function %s(); did you mean %s()?", name, near);
    return parser_error(p, token->at, "there is no function %s()", name);
}

static struct err find_function(const struct parser *p, const struct token *token,
                                const struct function **out)
{
    const char *uri = NULL;
    if (token->prefix)
        TRY(parser_prefix(p, token, &uri));
    *out = xpath_fn_find(uri, token->text, token->length);
    return *out ? err_ok() : unknown_function(p, token, uri);
}

static struct err check_arity(const struct parser *p, const struct expr *call)
{
    const struct function *f = call->function;
    if (call->arg_count >= f->args_min && (f->args_max == FN_MANY || call->arg_count <= f->args_max))
        return err_ok();
    if (f->args_max == FN_MANY)
        return parser_error(p, call->at, "%s() takes at least %d arguments, %zu given", f->name, f->args_min,
                            call->arg_count);
    if (f->args_min == f->args_max)
        return parser_error(p, call->at, "%s() takes %d arguments, %zu given", f->name, f->args_min,
                            call->arg_count);
    return parser_error(p, call->at, "%s() takes %d to %d arguments, %zu given", f->name, f->args_min,
                        f->args_max, call->arg_count);
}

static struct err read_arguments(struct parser *p, struct expr *call)
{
    struct list args = {0};
    TRY(parser_expect(p, "("));
    while (!token_is(&p->token, ")")) {
        if (args.count > 0 && !token_is(&p->token, ","))
            return parser_error(p, p->token.at,
                                "\",\" or \")\" was expected after an argument of the function%s",
                                parser_slip(p));
        if (args.count > 0)
            TRY(parser_advance(p));
        const struct expr *arg;
        TRY(parser_read(p, &arg));
        const struct expr **slot = parser_push(p, &args, sizeof *slot);
        if (!slot)
            return err_no_memory("xpath");
        *slot = arg;
        call->traits |= arg->traits;
    }
    call->args = args.items;
    call->arg_count = args.count;
    return parser_advance(p);
}

/* The path in quotes of jr:choice-name(value, '/path') is read as the path it is. */
static struct err read_quoted_path(struct parser *p, struct expr *call)
{
    const struct expr *quoted = call->args[1];
    if (quoted->op != EXPR_TEXT)
        return err_ok();
    struct lexer lexer = p->lexer;
    struct token token = p->token;
    const struct expr **args = arena_array(p->arena, 2, sizeof *args);
    if (!args)
        return err_no_memory("xpath");
    lexer_init(&p->lexer, quoted->text);
    TRY(parser_advance(p));
    args[0] = call->args[0];
    TRY(parser_read(p, &args[1]));
    if (p->token.kind != TOKEN_END || args[1]->op != EXPR_PATH)
        return xpath_error(lexer.source, quoted->at, ERR_DATA,
                           "jr:choice-name() needs a path in quotes here");
    call->args = args;
    call->traits |= args[1]->traits;
    p->lexer = lexer;
    p->token = token;
    return err_ok();
}

/* Function and arguments of a call whose name is `name`, checked against each other. */
static struct err read_checked(struct parser *p, const struct token *name, struct expr *call)
{
    struct err unknown = find_function(p, name, &call->function);
    bool late = p->namespaces && p->namespaces->calls_checked_late;
    if (err_is(&unknown) && !late)
        return unknown;
    TRY(parser_advance(p));
    TRY(read_arguments(p, call));
    struct err err = err_is(&unknown) ? unknown : check_arity(p, call);
    if (!err_is(&err) || !late)
        return err;
    call->function = NULL;
    call->wrong = arena_strdup(p->arena, err.text);
    return call->wrong ? err_ok() : err_no_memory("xpath");
}

static struct err read_call(struct parser *p, const struct expr **out_expr)
{
    struct token name = p->token;
    struct expr *call = parser_expr(p, EXPR_CALL, name.at);
    if (!call)
        return err_no_memory("xpath");
    TRY(read_checked(p, &name, call));
    *out_expr = call;
    if (!call->function)
        return err_ok();
    if (call->function->uri && strcmp(call->function->name, "choice-name") == 0)
        TRY(read_quoted_path(p, call));
    call->traits |= call->function->traits;
    if (call->arg_count == 0)
        call->traits |= call->function->bare;
    parser_fold(call);
    return err_ok();
}

/* ---- Primaries ---- */

bool parser_at_primary(const struct parser *p)
{
    return p->token.kind == TOKEN_NUMBER || p->token.kind == TOKEN_LITERAL ||
           p->token.kind == TOKEN_FUNCTION || token_is(&p->token, "(");
}

static struct err read_constant(struct parser *p, const struct expr **out_expr)
{
    bool is_number = p->token.kind == TOKEN_NUMBER;
    struct expr *expr = parser_expr(p, is_number ? EXPR_NUMBER : EXPR_TEXT, p->token.at);
    if (!expr)
        return err_no_memory("xpath");
    if (is_number)
        expr->number = p->token.number;
    else
        expr->text = arena_strndup(p->arena, p->token.text, p->token.length);
    if (!is_number && !expr->text)
        return err_no_memory("xpath");
    *out_expr = expr;
    return parser_advance(p);
}

struct err parser_primary(struct parser *p, const struct expr **out_expr)
{
    if (p->token.kind == TOKEN_FUNCTION)
        return read_call(p, out_expr);
    if (p->token.kind == TOKEN_NUMBER || p->token.kind == TOKEN_LITERAL)
        return read_constant(p, out_expr);
    TRY(parser_expect(p, "("));
    TRY(parser_read(p, out_expr));
    return parser_expect(p, ")");
}

/* ---- Operators ---- */

/* From the loosest binding to the tightest, XPath 1.0 section 3. */
struct binary {
    const char *text;
    enum expr_op op;
    int level;
};
static const struct binary BINARIES[] = {
    {"or", EXPR_OR, 1}, {"and", EXPR_AND, 2}, {"=", EXPR_EQ, 3},    {"!=", EXPR_NE, 3},   {"<", EXPR_LT, 4},
    {"<=", EXPR_LE, 4}, {">", EXPR_GT, 4},    {">=", EXPR_GE, 4},   {"+", EXPR_ADD, 5},   {"-", EXPR_SUB, 5},
    {"*", EXPR_MUL, 6}, {"div", EXPR_DIV, 6}, {"mod", EXPR_MOD, 6}, {"|", EXPR_UNION, 8},
};
enum { LEVEL_NEGATE = 7, LEVEL_UNION = 8 };

static const struct binary *binary_at(const struct parser *p)
{
    if (p->token.kind != TOKEN_OPERATOR)
        return NULL;
    for (size_t i = 0; i < sizeof BINARIES / sizeof *BINARIES; i++)
        if (token_is(&p->token, BINARIES[i].text))
            return &BINARIES[i];
    return NULL;
}

static struct err read_level(struct parser *p, int level, const struct expr **out_expr);

static struct err read_negated(struct parser *p, const struct expr **out_expr)
{
    int at = p->token.at;
    TRY(parser_advance(p));
    struct expr *negated = parser_expr(p, EXPR_NEG, at);
    if (!negated)
        return err_no_memory("xpath");
    TRY(read_level(p, LEVEL_NEGATE, &negated->left));
    negated->traits = negated->left->traits;
    parser_fold(negated);
    *out_expr = negated;
    return err_ok();
}

static struct err read_operand(struct parser *p, int level, const struct expr **out_expr)
{
    if (++p->depth > DEPTH_MAX)
        return xpath_error(p->lexer.source, p->token.at, ERR_REFUSED, "more than %d levels deep; split it up",
                           DEPTH_MAX);
    struct err err = level <= LEVEL_NEGATE && token_is(&p->token, "-") ? read_negated(p, out_expr)
                                                                       : parser_path(p, out_expr);
    p->depth--;
    return err;
}

/* An operand and the operators of this level or tighter that follow it, all of which associate to the left.
 */
static struct err read_level(struct parser *p, int level, const struct expr **out_expr)
{
    const struct expr *left;
    TRY(read_operand(p, level, &left));
    for (;;) {
        const struct binary *binary = binary_at(p);
        if (!binary || binary->level < level)
            break;
        struct expr *expr = parser_expr(p, binary->op, p->token.at);
        if (!expr)
            return err_no_memory("xpath");
        TRY(parser_advance(p));
        TRY(read_level(p, binary->level + 1, &expr->right));
        expr->left = left;
        expr->traits = expr->left->traits | expr->right->traits;
        parser_fold(expr);
        left = expr;
    }
    *out_expr = left;
    return err_ok();
}

struct err parser_read(struct parser *p, const struct expr **out_expr)
{
    return read_level(p, 1, out_expr);
}

/* ---- The whole ---- */

struct err xpath_compile(struct arena *arena, struct name_table *names, const char *text,
                         const struct xpath_namespaces *namespaces, struct xpath **out_expr)
{
    if (strlen(text) > SOURCE_MAX)
        return err_make(ERR_REFUSED, "xpath", 0, "the expression is longer than %zu bytes", SOURCE_MAX);
    struct xpath *expr = arena_alloc(arena, sizeof *expr);
    struct parser p = {.arena = arena, .names = names, .namespaces = namespaces};
    if (!expr)
        return err_no_memory("xpath");
    lexer_init(&p.lexer, text);
    TRY(parser_advance(&p));
    if (p.token.kind == TOKEN_END)
        return parser_error(&p, 0, "the expression is empty");
    TRY(parser_read(&p, &expr->top));
    if (p.token.kind != TOKEN_END)
        return parser_error(&p, p.token.at, "an operator was expected before \"%.*s\"%s", (int)p.token.length,
                            p.token.text, parser_slip(&p));
    expr->source = text;
    expr->paths = p.paths.items;
    expr->path_count = p.paths.count;
    *out_expr = expr;
    return err_ok();
}
