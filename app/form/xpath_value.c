#include "app/form/datetime.h"
#include "app/form/xpath_run.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making ---- */

struct value value_number(double number)
{
    return (struct value){.kind = XPATH_NUMBER, .number = number};
}

struct value value_boolean(bool boolean)
{
    return (struct value){.kind = XPATH_BOOLEAN, .boolean = boolean};
}

struct value value_text(struct text text)
{
    return (struct value){.kind = XPATH_STRING, .text = text};
}

struct value value_nodes(struct nodes nodes)
{
    return (struct value){.kind = XPATH_NODES, .nodes = nodes};
}

struct text text_of(const char *bytes)
{
    return (struct text){bytes, strlen(bytes)};
}

bool text_copy(struct run *run, const char *bytes, size_t length, struct text *out)
{
    char *copy = pool_alloc(run->pool, length + 1);
    if (!copy)
        return run_no_memory(run);
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    *out = (struct text){copy, length};
    return true;
}

/* ---- Nodes as text and number ---- */

static bool joined_text(struct run *run, const struct node *node, struct text *out)
{
    size_t length = strlen(node->text);
    for (const struct node *n = node->first; n; n = node_walk(node, n))
        if (n->kind == NODE_TEXT || n->kind == NODE_ELEMENT)
            length += strlen(n->text);
    char *all = pool_alloc(run->pool, length + 1);
    if (!all)
        return run_no_memory(run);
    char *end = stpcpy(all, node->text);
    for (const struct node *n = node->first; n; n = node_walk(node, n))
        if (n->kind == NODE_TEXT || n->kind == NODE_ELEMENT)
            end = stpcpy(end, n->text);
    *out = (struct text){all, length};
    return true;
}

bool node_text(struct run *run, const struct node *node, struct text *out)
{
    if (node->first)
        return joined_text(run, node, out);
    *out = text_of(node->text);
    return true;
}

bool node_number(struct run *run, const struct node *node, double *out)
{
    struct text text;
    if (!node_text(run, node, &text))
        return false;
    *out = xpath_text_number(text.bytes, run->host->tz);
    return true;
}

/* ---- Numbers ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_digits(const char *at)
{
    while (*at >= '0' && *at <= '9')
        at++;
    return at;
}

/* XPath 1.0's Number with an optional sign and white space around, and the exponent that other programs
 * write; no "Infinity". */
static bool read_decimal(const char *text, double *out)
{
    const char *begin = text + (*text == '-');
    const char *at = skip_digits(begin);
    bool has_digits = at > begin;
    if (*at == '.') {
        begin = at + 1;
        at = skip_digits(begin);
        has_digits |= at > begin;
    }
    if (has_digits && (*at == 'e' || *at == 'E')) {
        begin = at + (at[1] == '-' || at[1] == '+' ? 2 : 1);
        at = skip_digits(begin);
        has_digits = at > begin;
    }
    while (is_space(*at))
        at++;
    if (!has_digits || *at != '\0')
        return false;
    *out = strtod(text, NULL);
    return true;
}

/* The digits of a whole number that a double holds exactly, without the cost of strtod. */
static bool read_small_integer(const char *text, double *out)
{
    int64_t value = 0;
    const char *at = text + (*text == '-');
    const char *first = at;
    for (; *at >= '0' && *at <= '9' && at - first < 15; at++)
        value = value * 10 + (*at - '0');
    if (at == first || *at != '\0')
        return false;
    *out = *text == '-' ? -(double)value : (double)value;
    return true;
}

double xpath_text_number(const char *text, const struct tz *tz)
{
    double number;
    int64_t ms;
    while (is_space(*text))
        text++;
    if (read_small_integer(text, &number) || read_decimal(text, &number))
        return number;
    if (datetime_parse(text, tz, &ms))
        return (double)ms / DAY_MS;
    return NAN;
}

/* Shortest digits that read back as the same double, as ECMAScript and XPath want it. */
static int shortest_digits(double number, char out_digits[32])
{
    char text[40];
    for (int precision = 14; precision < 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, number);
        if (strtod(text, NULL) == number)
            break;
    }
    size_t count = 0;
    const char *exponent = strchr(text, 'e');
    for (const char *c = text; c < exponent; c++)
        if (*c >= '0' && *c <= '9')
            out_digits[count++] = *c;
    while (count > 1 && out_digits[count - 1] == '0')
        count--;
    out_digits[count] = '\0';
    return (int)strtol(exponent + 1, NULL, 10);
}

/* Digits d1.d2d3... times 10^exponent, written out with as many zeros as that takes. */
static void write_digits(const char *digits, int exponent, char *out)
{
    if (exponent < 0) {
        *out++ = '0';
        *out++ = '.';
        for (int i = -1; i > exponent; i--)
            *out++ = '0';
        strcpy(out, digits);
        return;
    }
    int place = exponent;
    for (; *digits != '\0' || place >= 0; place--) {
        if (place == -1)
            *out++ = '.';
        *out++ = *digits != '\0' ? *digits++ : '0';
    }
    *out = '\0';
}

void xpath_number_text(double number, char out_text[XPATH_NUMBER_TEXT])
{
    char digits[32];
    if (isnan(number) || isinf(number)) {
        strcpy(out_text, isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity");
        return;
    }
    if (fabs(number) < 1e15 && number == (double)(int64_t)number) {
        snprintf(out_text, XPATH_NUMBER_TEXT, "%lld", (long long)number);
        return;
    }
    char *at = out_text;
    if (number < 0)
        *at++ = '-';
    int exponent = shortest_digits(fabs(number), digits);
    write_digits(digits, exponent, at);
}

/* ---- Conversions ---- */

bool to_boolean(const struct value *value)
{
    if (value->is_date)
        return !isnan(value->number) && value->number != 0;
    switch (value->kind) {
    case XPATH_NUMBER:
        return !isnan(value->number) && value->number != 0;
    case XPATH_BOOLEAN:
        return value->boolean;
    case XPATH_NODES:
        /* ODK: a node that is bound as boolean is read as one. */
        if (value->nodes.count == 1 && value->nodes.items[0]->type == NODE_BOOLEAN)
            return strcmp(value->nodes.items[0]->text, "1") == 0 ||
                   strcmp(value->nodes.items[0]->text, "true") == 0;
        return value->nodes.count > 0;
    default:
        return value->text.length > 0;
    }
}

bool to_number(struct run *run, const struct value *value, double *out)
{
    if (value->is_date || value->kind == XPATH_NUMBER)
        *out = value->number;
    else if (value->kind == XPATH_BOOLEAN)
        *out = value->boolean;
    else if (value->kind == XPATH_STRING)
        *out = xpath_text_number(value->text.bytes, run->host->tz);
    else if (value->nodes.count > 0)
        return node_number(run, value->nodes.items[0], out);
    else
        *out = NAN;
    return true;
}

bool to_text(struct run *run, const struct value *value, struct text *out)
{
    char number[XPATH_NUMBER_TEXT];
    *out = value->text;
    if (value->text.bytes) /* strings, dates, and nodes that come with a text of their own */
        return true;
    if (value->kind == XPATH_BOOLEAN) {
        *out = text_of(value->boolean ? "true" : "false");
        return true;
    }
    if (value->kind == XPATH_NODES) {
        *out = text_of("");
        return value->nodes.count == 0 || node_text(run, value->nodes.items[0], out);
    }
    *out = text_of(""); /* what is no number is blank in a form */
    if (isnan(value->number))
        return true;
    xpath_number_text(value->number, number);
    return text_copy(run, number, strlen(number), out);
}

/* ---- Comparison, XPath 1.0 section 3.4, dates being numbers ---- */

/* As in JavaRosa, 0.1 + 0.2 equals 0.3. */
static bool same_number(double left, double right)
{
    return left == right || fabs(left - right) < 1e-12;
}

bool number_compare(enum expr_op op, double left, double right)
{
    switch (op) {
    case EXPR_EQ:
        return same_number(left, right);
    case EXPR_NE:
        return !same_number(left, right);
    case EXPR_LT:
        return left < right;
    case EXPR_LE:
        return left <= right;
    case EXPR_GT:
        return left > right;
    default:
        return left >= right;
    }
}

static bool is_number(const struct value *value)
{
    return value->is_date || value->kind == XPATH_NUMBER;
}

static bool is_equality(enum expr_op op)
{
    return op == EXPR_EQ || op == EXPR_NE;
}

/* Two values neither of which is a nodeset. */
static bool compare_single(struct run *run, enum expr_op op, const struct value *left,
                           const struct value *right, bool *out)
{
    bool either_boolean = left->kind == XPATH_BOOLEAN || right->kind == XPATH_BOOLEAN;
    if (is_equality(op) && either_boolean) {
        *out = (to_boolean(left) == to_boolean(right)) == (op == EXPR_EQ);
        return true;
    }
    if (is_equality(op) && !is_number(left) && !is_number(right)) {
        bool same = left->text.length == right->text.length &&
                    memcmp(left->text.bytes, right->text.bytes, left->text.length) == 0;
        *out = same == (op == EXPR_EQ);
        return true;
    }
    double a;
    double b;
    if (!to_number(run, left, &a) || !to_number(run, right, &b))
        return false;
    *out = number_compare(op, a, b);
    return true;
}

/* True when the comparison holds for any node. swapped: the nodes stand on the right. */
static bool compare_nodes(struct run *run, enum expr_op op, const struct nodes *nodes,
                          const struct value *other, bool swapped, bool *out)
{
    *out = false;
    for (size_t i = 0; i < nodes->count && !*out; i++) {
        struct value value = {.kind = XPATH_STRING};
        if (!node_text(run, nodes->items[i], &value.text))
            return false;
        bool ok = other->kind == XPATH_NODES ? compare_nodes(run, op, &other->nodes, &value, true, out)
                  : swapped                  ? compare_single(run, op, other, &value, out)
                                             : compare_single(run, op, &value, other, out);
        if (!ok || !run_spend(run, 1))
            return false;
    }
    return true;
}

/* ODK: what is not relevant is blank. `x != 'yes'` holds for it, and so does `x = ''`. */
static const struct value *blank_when_hidden(const struct value *value)
{
    static const struct value blank = {.kind = XPATH_STRING, .text = {.bytes = "", .length = 0}};
    bool is_hidden = value->kind == XPATH_NODES && value->nodes.count == 0 && value->nodes.is_hidden;
    return is_hidden ? &blank : value;
}

bool compare_values(struct run *run, enum expr_op op, const struct value *left, const struct value *right,
                    bool *out)
{
    left = blank_when_hidden(left);
    right = blank_when_hidden(right);
    bool left_nodes = left->kind == XPATH_NODES;
    bool right_nodes = right->kind == XPATH_NODES;
    bool either_boolean = left->kind == XPATH_BOOLEAN || right->kind == XPATH_BOOLEAN;
    if ((left_nodes || right_nodes) && either_boolean && is_equality(op)) {
        struct value a = value_boolean(to_boolean(left));
        struct value b = value_boolean(to_boolean(right));
        return compare_single(run, op, &a, &b, out);
    }
    if (left_nodes)
        return compare_nodes(run, op, &left->nodes, right, false, out);
    if (right_nodes)
        return compare_nodes(run, op, &right->nodes, left, true, out);
    return compare_single(run, op, left, right, out);
}
