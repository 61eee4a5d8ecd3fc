#include "app/form/xpath_fn.h"
#include "app/form/xpath_parse.h"
#include <string.h>

/* ---- What an expression gives, as far as the source shows ---- */

static bool is_boolean(const struct expr *e)
{
    return (e->op >= EXPR_OR && e->op <= EXPR_GE) || e->op == EXPR_BOOLEAN ||
           (e->op == EXPR_CALL && e->function && e->function->result == FN_BOOLEAN);
}

/* A predicate whose outcome for a node does not depend on where among the others the node stands. */
static bool is_unpositioned(const struct expr *e)
{
    return (is_boolean(e) || e->op == EXPR_TEXT || e->op == EXPR_PATH) && (e->traits & TRAIT_POSITION) == 0;
}

static bool is_call(const struct expr *e, const char *name)
{
    return e->op == EXPR_CALL && e->function && !e->function->uri && strcmp(e->function->name, name) == 0;
}

/* ---- Keys: predicates that an index answers ---- */

/* The step of a path that is one plain child step from the context. */
static const struct xpath_step *child_of_context(const struct expr *e)
{
    if (e->op != EXPR_PATH)
        return NULL;
    const struct xpath_path *path = &e->path->seen;
    if (path->origin != XPATH_FROM_CONTEXT || path->step_count != 1)
        return NULL;
    const struct xpath_step *step = path->steps;
    bool plain = step->axis == XPATH_CHILD && step->test == XPATH_TEST_NAME && step->predicate_count == 0;
    return plain ? step : NULL;
}

static bool add_key(struct parser *p, struct list *keys, const struct xpath_step *child,
                    const struct expr *value, bool is_whole)
{
    if (!child || (value->traits & (TRAIT_CONTEXT | TRAIT_POSITION | TRAIT_VOLATILE)) != 0 ||
        keys->count == STEP_KEYS_MAX)
        return true;
    struct step_key *key = parser_push(p, keys, sizeof *key);
    if (key)
        *key = (struct step_key){child, value, is_whole};
    return key != NULL;
}

/* False when there is no memory. */
static bool find_keys(struct parser *p, struct list *keys, const struct expr *e, bool is_whole)
{
    if (e->op == EXPR_AND)
        return find_keys(p, keys, e->left, false) && find_keys(p, keys, e->right, false);
    if (e->op != EXPR_EQ)
        return true;
    size_t before = keys->count;
    if (!add_key(p, keys, child_of_context(e->left), e->right, is_whole))
        return false;
    return keys->count > before || add_key(p, keys, child_of_context(e->right), e->left, is_whole);
}

/* ---- Predicates ---- */

static struct err read_predicates(struct parser *p, const struct xpath_path *path, size_t step_index,
                                  struct list *out_list, uint8_t *traits)
{
    const struct xpath_path *outer = p->outer;
    size_t outer_step = p->outer_step;
    p->outer = path;
    p->outer_step = step_index;
    while (token_is(&p->token, "[")) {
        const struct expr *predicate;
        TRY(parser_advance(p));
        TRY(parser_read(p, &predicate));
        TRY(parser_expect(p, "]"));
        const struct expr **slot = parser_push(p, out_list, sizeof *slot);
        if (!slot)
            return err_no_memory("xpath");
        *slot = predicate;
        *traits |= predicate->traits & (TRAIT_VOLATILE | TRAIT_LANGUAGE);
    }
    p->outer = outer;
    p->outer_step = outer_step;
    return err_ok();
}

/* ---- Steps ---- */

struct steps {
    struct path *path;
    int at;
    struct list list; /* struct xpath_step */
    uint8_t traits;
};

static bool at_step(const struct parser *p)
{
    return p->token.kind == TOKEN_NAME || p->token.kind == TOKEN_AXIS || p->token.kind == TOKEN_NODE_TYPE ||
           token_is(&p->token, "@") || token_is(&p->token, ".") || token_is(&p->token, "..");
}

static struct err read_axis(struct parser *p, uint8_t *out_axis)
{
    static const char *const AXES[] = {
        [XPATH_CHILD] = "child",
        [XPATH_PARENT] = "parent",
        [XPATH_SELF] = "self",
        [XPATH_ATTRIBUTE] = "attribute",
        [XPATH_DESCENDANT] = "descendant",
        [XPATH_DESCENDANT_OR_SELF] = "descendant-or-self",
        [XPATH_ANCESTOR] = "ancestor",
        [XPATH_ANCESTOR_OR_SELF] = "ancestor-or-self",
        [XPATH_FOLLOWING] = "following",
        [XPATH_FOLLOWING_SIBLING] = "following-sibling",
        [XPATH_PRECEDING] = "preceding",
        [XPATH_PRECEDING_SIBLING] = "preceding-sibling",
        [XPATH_NAMESPACE] = "namespace",
    };
    *out_axis = XPATH_CHILD;
    if (token_is(&p->token, "@")) {
        *out_axis = XPATH_ATTRIBUTE;
        return parser_advance(p);
    }
    if (p->token.kind != TOKEN_AXIS)
        return err_ok();
    for (size_t i = 0; i < sizeof AXES / sizeof *AXES; i++)
        if (strlen(AXES[i]) == p->token.length && memcmp(AXES[i], p->token.text, p->token.length) == 0) {
            *out_axis = (uint8_t)i;
            TRY(parser_advance(p));
            return parser_expect(p, "::");
        }
    return parser_error(p, p->token.at, "there is no axis \"%.*s\"", (int)p->token.length, p->token.text);
}

static struct err read_name_test(struct parser *p, struct xpath_step *step)
{
    const struct token *token = &p->token;
    const char *uri = "";
    bool any = token->length == 1 && *token->text == '*';
    step->test = any ? (token->prefix ? XPATH_TEST_ANY_IN_NS : XPATH_TEST_ANY) : XPATH_TEST_NAME;
    bool takes_default = step->axis != XPATH_ATTRIBUTE && step->axis != XPATH_NAMESPACE;
    if (token->prefix)
        TRY(parser_prefix(p, token, &uri));
    else if (p->namespaces && takes_default) {
        step->as_written = p->namespaces->unprefixed_as_written;
        for (size_t i = 0; i < p->namespaces->count; i++)
            if (p->namespaces->list[i].prefix[0] == '\0')
                uri = p->namespaces->list[i].uri;
    }
    const struct name_part parts[] = {{uri, strlen(uri)}, {token->text, token->length}, {"", 0}};
    step->name = name_intern_parts(p->names, parts[0], parts[1], parts[2]);
    return step->name ? parser_advance(p) : err_no_memory("xpath");
}

static struct err read_type_test(struct parser *p, struct xpath_step *step)
{
    static const struct {
        const char *word;
        uint8_t test;
    } TYPES[] = {{"node", XPATH_TEST_NODE},
                 {"text", XPATH_TEST_TEXT},
                 {"comment", XPATH_TEST_COMMENT},
                 {"processing-instruction", XPATH_TEST_INSTRUCTION}};
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (p->token.length == strlen(TYPES[i].word) &&
            memcmp(p->token.text, TYPES[i].word, p->token.length) == 0)
            step->test = TYPES[i].test;
    TRY(parser_advance(p));
    TRY(parser_expect(p, "("));
    if (step->test == XPATH_TEST_INSTRUCTION && p->token.kind == TOKEN_LITERAL) {
        const struct name_part parts[] = {{"", 0}, {p->token.text, p->token.length}};
        step->name = name_intern_parts(p->names, parts[0], parts[1], parts[0]);
        if (!step->name)
            return err_no_memory("xpath");
        TRY(parser_advance(p));
    }
    return parser_expect(p, ")");
}

/* "." and "..", or axis and test. */
static struct err read_test(struct parser *p, struct xpath_step *step)
{
    bool parent = token_is(&p->token, "..");
    if (parent || token_is(&p->token, ".")) {
        step->axis = parent ? XPATH_PARENT : XPATH_SELF;
        step->test = XPATH_TEST_NODE;
        return parser_advance(p);
    }
    TRY(read_axis(p, &step->axis));
    if (p->token.kind == TOKEN_NODE_TYPE)
        return read_type_test(p, step);
    if (p->token.kind == TOKEN_NAME)
        return read_name_test(p, step);
    if (p->token.kind == TOKEN_END)
        return parser_error(p, p->token.at, "the path ends where a name was expected");
    return parser_error(p, p->token.at, "a name was expected before \"%.*s\"%s", (int)p->token.length,
                        p->token.text, parser_slip(p));
}

static bool is_bare(const struct xpath_step *step, enum xpath_axis axis)
{
    return step->axis == axis && step->test == XPATH_TEST_NODE && step->predicate_count == 0;
}

static bool counts_positions(const struct xpath_step *step)
{
    for (size_t i = 0; i < step->predicate_count; i++)
        if (!is_unpositioned(step->predicates[i]))
            return true;
    return false;
}

/* Paths in the predicates of a step follow it to its new place. */
static void move_step(struct parser *p, struct path *path, struct xpath_step *steps, size_t from, size_t to)
{
    steps[to] = steps[from];
    for (size_t i = 0; i < p->paths.count; i++) {
        struct xpath_path *inner = ((struct xpath_path **)p->paths.items)[i];
        if (inner->outer == &path->seen && inner->outer_step == from)
            inner->outer_step = to;
    }
}

/* `//x` is written out as descendant-or-self::node()/child::x; where no predicate counts positions it is the
 * same as descendant::x, which visits less. `.` alone says nothing. */
static void simplify(struct parser *p, struct path *path, struct xpath_step *steps, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_bare(&steps[i], XPATH_SELF))
            continue;
        bool merges = kept > 0 && is_bare(&steps[kept - 1], XPATH_DESCENDANT_OR_SELF) &&
                      steps[i].axis == XPATH_CHILD && !counts_positions(&steps[i]);
        kept -= merges;
        move_step(p, path, steps, i, kept);
        if (merges) {
            steps[kept].axis = XPATH_DESCENDANT;
            steps[kept].key_count = 0;
        }
        kept++;
    }
    path->seen.steps = steps;
    path->seen.step_count = kept;
}

static struct err push_step(struct parser *p, struct steps *s, const struct xpath_step *step)
{
    struct xpath_step *slot = parser_push(p, &s->list, sizeof *slot);
    if (!slot)
        return err_no_memory("xpath");
    *slot = *step;
    return err_ok();
}

/* n of [n]; 0 for anything else. */
static uint32_t plain_position(const struct expr *predicate)
{
    double number = predicate->op == EXPR_NUMBER ? predicate->number : 0;
    return number >= 1 && number < UINT32_MAX && number == (double)(uint32_t)number ? (uint32_t)number : 0;
}

static struct err read_step(struct parser *p, struct steps *s)
{
    struct xpath_step step = {.axis = XPATH_CHILD};
    struct list predicates = {0}, keys = {0};
    TRY(read_test(p, &step));
    TRY(read_predicates(p, &s->path->seen, s->list.count, &predicates, &s->traits));
    step.predicates = predicates.items;
    step.predicate_count = predicates.count;
    if (step.predicate_count > 0) {
        if (!find_keys(p, &keys, step.predicates[0], true))
            return err_no_memory("xpath");
        step.keys = keys.items;
        step.key_count = (uint8_t)keys.count;
        step.stop_after = plain_position(step.predicates[0]);
    }
    return push_step(p, s, &step);
}

/* Steps after each "/" or "//" for as long as there are any. */
static struct err read_more_steps(struct parser *p, struct steps *s)
{
    static const struct xpath_step ALL_BELOW = {.axis = XPATH_DESCENDANT_OR_SELF, .test = XPATH_TEST_NODE};
    while (token_is(&p->token, "/") || token_is(&p->token, "//")) {
        if (token_is(&p->token, "//"))
            TRY(push_step(p, s, &ALL_BELOW));
        TRY(parser_advance(p));
        TRY(read_step(p, s));
    }
    return err_ok();
}

/* ---- Paths ---- */

static struct err begin_path(struct parser *p, enum xpath_origin origin, int at, struct steps *out_steps)
{
    struct path *path = arena_alloc(p->arena, sizeof *path);
    struct xpath_path **slot = parser_push(p, &p->paths, sizeof *slot);
    if (!path || !slot)
        return err_no_memory("xpath");
    *slot = &path->seen;
    path->seen =
        (struct xpath_path){.origin = origin, .outer = p->outer, .outer_step = p->outer_step, .direct = -1};
    path->seen.at = at;
    *out_steps = (struct steps){.path = path, .at = at};
    return err_ok();
}

static struct err end_path(struct parser *p, struct steps *s, const struct expr **out_expr)
{
    struct expr *expr = parser_expr(p, EXPR_PATH, s->at);
    if (!expr)
        return err_no_memory("xpath");
    simplify(p, s->path, s->list.items, s->list.count);
    expr->path = s->path;
    expr->traits = s->traits;
    if (s->path->start)
        expr->traits |= s->path->start->traits;
    else if (s->path->seen.origin == XPATH_FROM_CONTEXT)
        expr->traits |= TRAIT_CONTEXT;
    *out_expr = expr;
    return err_ok();
}

static struct err read_location(struct parser *p, const struct expr **out_expr)
{
    struct steps s;
    bool all = token_is(&p->token, "//");
    bool absolute = all || token_is(&p->token, "/");
    TRY(begin_path(p, absolute ? XPATH_FROM_ROOT : XPATH_FROM_CONTEXT, p->token.at, &s));
    if (absolute && !all)
        TRY(parser_advance(p));
    if (!all && (!absolute || at_step(p)))
        TRY(read_step(p, &s));
    if (all || s.list.count > 0)
        TRY(read_more_steps(p, &s));
    return end_path(p, &s, out_expr);
}

/* The path an expression hands on unchanged, so that steps after it can be foreseen; NULL when there is none.
 */
static const struct xpath_path *passed_path(const struct expr *e)
{
    if (e->op == EXPR_PATH)
        return &e->path->seen;
    return is_call(e, "randomize") ? passed_path(e->args[0]) : NULL;
}

static void classify(struct path *path)
{
    const struct expr *start = path->start;
    path->seen.base = passed_path(start);
    if (is_call(start, "current")) {
        path->seen.origin = XPATH_FROM_CURRENT;
    } else if (is_call(start, "instance")) {
        path->seen.origin = XPATH_FROM_INSTANCE;
        path->seen.instance = start->args[0]->op == EXPR_TEXT ? start->args[0]->text : NULL;
    } else if (path->seen.base) {
        path->seen.origin = XPATH_FROM_PATH;
    }
}

struct err parser_path(struct parser *p, const struct expr **out_expr)
{
    if (!parser_at_primary(p))
        return read_location(p, out_expr);
    int at = p->token.at;
    const struct expr *start;
    TRY(parser_primary(p, &start));
    bool is_nodes = is_call(start, "current") || is_call(start, "instance");
    bool goes_on = token_is(&p->token, "[") || token_is(&p->token, "/") || token_is(&p->token, "//");
    if (!goes_on && !is_nodes) {
        *out_expr = start;
        return err_ok();
    }
    struct steps s;
    struct list predicates = {0};
    TRY(begin_path(p, XPATH_FROM_VALUE, at, &s));
    s.path->start = start;
    classify(s.path);
    TRY(read_predicates(p, &s.path->seen, SIZE_MAX, &predicates, &s.traits));
    s.path->start_predicates = predicates.items;
    s.path->start_predicate_count = predicates.count;
    TRY(read_more_steps(p, &s));
    return end_path(p, &s, out_expr);
}
