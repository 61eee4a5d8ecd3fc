#include "app/form/digest.h"
#include "app/form/xpath_fn.h"
#include <math.h>
#include <string.h>

static struct value one_node(struct call *c, const struct node *node, bool *out_ok)
{
    struct nodes nodes = {.is_flat = true};
    *out_ok = !node || nodes_add(c->run, &nodes, node);
    return value_nodes(nodes);
}

/* ---- XPath 1.0, section 4.1 ---- */

static bool fn_last(struct call *c, struct value *out)
{
    *out = value_number((double)c->scope->size);
    return true;
}

/* Spec "position()": with an argument the place among siblings of the same name. */
static bool fn_position(struct call *c, struct value *out)
{
    struct nodes nodes;
    if (arg_count(c) == 0) {
        *out = value_number((double)c->scope->position);
        return true;
    }
    if (!arg_nodes(c, 0, &nodes))
        return false;
    if (nodes.count > 1)
        return arg_fail(c, "position() takes a path to one node, this one leads to %zu", nodes.count);
    bool named = nodes.count == 1 && nodes.items[0]->kind == NODE_ELEMENT;
    *out = value_number(named ? (double)node_position(nodes.items[0]) : NAN);
    return true;
}

static bool fn_count(struct call *c, struct value *out)
{
    struct nodes nodes;
    if (!arg_nodes(c, 0, &nodes))
        return false;
    *out = value_number((double)nodes.count);
    return true;
}

static bool fn_count_non_empty(struct call *c, struct value *out)
{
    struct nodes nodes;
    double count = 0;
    if (!arg_nodes(c, 0, &nodes))
        return false;
    for (size_t i = 0; i < nodes.count; i++) {
        struct text text;
        if (!node_text(c->run, nodes.items[i], &text))
            return false;
        count += text.length > 0;
    }
    *out = value_number(count);
    return run_spend(c->run, nodes.count);
}

/* The first node of the argument, or the context node; NULL when there is none. */
static bool named_node(struct call *c, const struct node **out)
{
    struct nodes nodes;
    *out = c->scope->node;
    if (arg_count(c) == 0)
        return true;
    if (!arg_nodes(c, 0, &nodes))
        return false;
    *out = nodes.count == 0 ? NULL : nodes.items[0];
    return true;
}

static bool fn_local_name(struct call *c, struct value *out)
{
    const struct node *node;
    if (!named_node(c, &node))
        return false;
    *out = value_text(text_of(!node || !node->name ? "" : node->name->local));
    return true;
}

static bool fn_namespace_uri(struct call *c, struct value *out)
{
    const struct node *node;
    if (!named_node(c, &node))
        return false;
    bool has_uri = node && (node->kind == NODE_ELEMENT || node->kind == NODE_ATTRIBUTE);
    *out = value_text(text_of(has_uri ? node->name->uri : ""));
    return true;
}

static bool fn_name(struct call *c, struct value *out)
{
    const struct node *node;
    if (!named_node(c, &node))
        return false;
    *out = value_text(text_of(""));
    if (!node || !node->name)
        return true;
    const struct name *name = node->name;
    size_t size = strlen(name->prefix) + strlen(name->local) + 2;
    char *text = pool_alloc(c->run->pool, size);
    if (!text)
        return run_no_memory(c->run);
    char *end = stpcpy(text, name->prefix);
    end = stpcpy(end, name->prefix[0] == '\0' ? "" : ":");
    end = stpcpy(end, name->local);
    *out = value_text((struct text){text, (size_t)(end - text)});
    return true;
}

/* ---- id() ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The word is one of the space-separated words of list. */
static bool has_word(struct text list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list.bytes; length > 0 && (at = strstr(at, word)); at++) {
        bool begins = at == list.bytes || is_space(at[-1]);
        if (begins && (at[length] == '\0' || is_space(at[length])))
            return true;
    }
    return false;
}

static bool fn_id(struct call *c, struct value *out)
{
    struct text *lists;
    size_t count;
    struct nodes found = {0};
    if (!arg_texts(c, 0, &lists, &count))
        return false;
    const struct node *root = c->run->root;
    for (const struct node *n = root; n; n = node_walk(root, n)) {
        const char *id = n->kind == NODE_ELEMENT ? node_attribute(n, NULL, "id") : NULL;
        bool wanted = false;
        for (size_t i = 0; id && i < count; i++)
            wanted |= has_word(lists[i], id);
        if (!run_spend(c->run, 1) || (wanted && !nodes_add(c->run, &found, n)))
            return false;
    }
    *out = value_nodes(found);
    return true;
}

/* ---- XForms ---- */

static bool fn_current(struct call *c, struct value *out)
{
    bool ok;
    *out = one_node(c, c->scope->current, &ok);
    return ok;
}

static bool fn_instance(struct call *c, struct value *out)
{
    struct text id;
    bool ok;
    if (!arg_text(c, 0, &id))
        return false;
    const struct xpath_host *host = c->run->host;
    const struct node *instance = host->instance ? host->instance(host->user, id.bytes) : NULL;
    if (!instance)
        return arg_fail(c, "there is no instance \"%.60s\" in this form", id.bytes);
    *out = one_node(c, instance, &ok);
    return ok;
}

/* ---- randomize(): "inside-out" Fisher-Yates with Park and Miller's generator, as JavaRosa shuffles ---- */

#define PARK_MILLER_MODULUS    2147483647
#define PARK_MILLER_MULTIPLIER 16807

/* Java's (long) of a double: cut off, kept in range, NaN is 0. */
static int64_t java_long(double number)
{
    if (isnan(number))
        return 0;
    if (number >= 0x1p63)
        return INT64_MAX;
    return number <= -0x1p63 ? INT64_MIN : (int64_t)number;
}

/* A seed that is no number is hashed; an empty one is 0. */
static bool seed_of(struct call *c, int64_t *out)
{
    struct value value;
    double number;
    struct text text;
    if (!arg_single(c, 1, &value) || !to_number(c->run, &value, &number) || !to_text(c->run, &value, &text))
        return false;
    *out = java_long(number);
    if (isnan(number) && text.length > 0) {
        uint8_t digest[DIGEST_MAX];
        uint64_t hash = 0;
        digest_of("SHA-256", text.bytes, text.length, digest);
        for (size_t i = 0; i < 8; i++)
            hash = hash << 8 | digest[i];
        *out = (int64_t)hash;
    }
    return true;
}

static bool random_seed(struct call *c, int64_t *out)
{
    const struct xpath_host *host = c->run->host;
    uint32_t bits;
    if (!host->random)
        return arg_fail(c, "randomize() without a seed has no source of randomness here");
    host->random(host->user, &bits, sizeof bits);
    *out = bits % (PARK_MILLER_MODULUS - 1) + 1;
    return true;
}

static bool fn_randomize(struct call *c, struct value *out)
{
    struct nodes nodes;
    struct nodes shuffled = {0};
    int64_t seed = 0;
    if (!arg_nodes(c, 0, &nodes) || !(arg_count(c) > 1 ? seed_of(c, &seed) : random_seed(c, &seed)))
        return false;
    int64_t state = seed % PARK_MILLER_MODULUS;
    if (state <= 0)
        state += PARK_MILLER_MODULUS - 1;
    for (size_t i = 0; i < nodes.count; i++) {
        state = state * PARK_MILLER_MULTIPLIER % PARK_MILLER_MODULUS;
        double random = (double)(state - 1) / (PARK_MILLER_MODULUS - 1);
        size_t j = (size_t)(random * (double)(i + 1));
        if (!nodes_add(c->run, &shuffled, nodes.items[i]))
            return false;
        shuffled.items[i] = shuffled.items[j];
        shuffled.items[j] = nodes.items[i];
    }
    *out = value_nodes(shuffled);
    return run_spend(c->run, nodes.count);
}

/* ---- indexed-repeat(target, repeat, index, ...) ---- */

/* The repeats of each pair, outermost first. */
struct level {
    struct nodes repeats;
    double index;
};
#define LEVELS_MAX 16

static bool is_inside(const struct level *inner, const struct level *outer)
{
    for (size_t i = 0; i < inner->repeats.count; i++)
        for (size_t j = 0; j < outer->repeats.count; j++)
            if (inner->repeats.items[i] != outer->repeats.items[j] &&
                node_is_ancestor(outer->repeats.items[j], inner->repeats.items[i]))
                return true;
    return false;
}

/* Argument i with the nodes of all repeat instances: which of them are meant is what the indexes say. */
static bool arg_all_nodes(struct call *c, size_t i, struct nodes *out)
{
    struct scope scope = *c->scope;
    scope.all_instances = true;
    return run_nodes(c->run, c->expr->args[i], &scope, out);
}

static bool read_levels(struct call *c, struct level *levels, size_t *out_count)
{
    size_t count = 0;
    for (size_t i = 1; i < arg_count(c) && count < LEVELS_MAX; i += 2, count++) {
        struct level level;
        if (i + 1 >= arg_count(c))
            return arg_fail(c, "indexed-repeat() needs an index after every repeat");
        if (!arg_all_nodes(c, i, &level.repeats) || !arg_number(c, i + 1, &level.index))
            return false;
        size_t place = count;
        for (; place > 0 && is_inside(&levels[place - 1], &level); place--)
            levels[place] = levels[place - 1];
        levels[place] = level;
    }
    *out_count = count;
    return true;
}

/* The index-th of the level's repeats inside `within`; NULL when there is none. */
static const struct node *pick(const struct level *level, const struct node *within)
{
    double position = 0;
    for (size_t i = 0; i < level->repeats.count; i++)
        if (!within || node_is_ancestor(within, level->repeats.items[i]))
            if (++position == level->index)
                return level->repeats.items[i];
    return NULL;
}

/* The repeat instance around the current node that holds the outermost level: of a repeat for which no index
 * is given, the own instance is meant. */
static const struct node *instance_around(const struct node *current, const struct level *outermost)
{
    for (const struct node *n = current; n; n = n->parent)
        for (size_t i = 0; (n->flags & NODE_REPEAT) != 0 && i < outermost->repeats.count; i++)
            if (n != outermost->repeats.items[i] && node_is_ancestor(n, outermost->repeats.items[i]))
                return n;
    return NULL;
}

/* A target that lies in none of the repeats is a mistake of the form, not an index out of range. */
static bool is_outside(const struct nodes *targets, const struct level *innermost)
{
    for (size_t i = 0; i < targets->count; i++)
        for (size_t j = 0; j < innermost->repeats.count; j++)
            if (node_is_ancestor(innermost->repeats.items[j], targets->items[i]))
                return false;
    return targets->count > 0 && innermost->repeats.count > 0;
}

static bool fn_indexed_repeat(struct call *c, struct value *out)
{
    struct level levels[LEVELS_MAX];
    struct nodes targets;
    size_t count = 0;
    if (!read_levels(c, levels, &count) || !arg_all_nodes(c, 0, &targets))
        return false;
    if (is_outside(&targets, &levels[count - 1]))
        return arg_fail(c, "the first argument of indexed-repeat() leads to nothing inside the repeat");
    const struct node *within = instance_around(c->scope->current, &levels[0]);
    bool found = true;
    for (size_t i = 0; i < count && found; i++) {
        within = pick(&levels[i], within);
        found = within != NULL;
    }
    size_t kept = 0;
    for (size_t i = 0; i < targets.count; i++)
        if (found && node_is_ancestor(within, targets.items[i]))
            targets.items[kept++] = targets.items[i];
    targets.count = kept;
    *out = value_nodes(targets);
    return run_spend(c->run, targets.count);
}

const struct function xpath_fn_nodes[] = {
    {"last", NULL, 0, 0, FN_NUMBER, TRAIT_POSITION, 0, fn_last},
    {"position", NULL, 0, 1, FN_NUMBER, 0, TRAIT_POSITION, fn_position},
    {"count", NULL, 1, 1, FN_NUMBER, 0, 0, fn_count},
    {"count-non-empty", NULL, 1, 1, FN_NUMBER, 0, 0, fn_count_non_empty},
    {"local-name", NULL, 0, 1, FN_STRING, 0, TRAIT_CONTEXT, fn_local_name},
    {"namespace-uri", NULL, 0, 1, FN_STRING, 0, TRAIT_CONTEXT, fn_namespace_uri},
    {"name", NULL, 0, 1, FN_STRING, 0, TRAIT_CONTEXT, fn_name},
    {"id", NULL, 1, 1, FN_NODES, 0, 0, fn_id},
    {"current", NULL, 0, 0, FN_NODES, 0, 0, fn_current},
    {"instance", NULL, 1, 1, FN_NODES, 0, 0, fn_instance},
    {"randomize", NULL, 1, 2, FN_NODES, 0, 0, fn_randomize},
    {"indexed-repeat", NULL, 3, FN_MANY, FN_NODES, 0, 0, fn_indexed_repeat},
    {0},
};
