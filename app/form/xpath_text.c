#include "app/form/xpath_text.h"
#include "app/form/xml.h"
#include <stdlib.h>
#include <string.h>

struct xpath_answer {
    struct arena *arena;
    struct name_table *names;
    struct xpath_machine *machine;
    struct node_tree *tree;
    const struct node *model; /* of an XForm, else NULL */
    const struct node *root;  /* what "/" is */
    const struct node *context;
    const char *language;
    struct xpath_host host;
    struct xpath_value value;
    uint64_t random_state;
};

/* ---- The XForm, if it is one ---- */

static const struct node *child(const struct node *parent, const char *local)
{
    return parent ? node_child_local(parent, local) : NULL;
}

static void find_model(struct xpath_answer *a)
{
    const struct node *html = child(&a->tree->root, "html");
    const struct node *model = child(child(html, "head"), "model");
    const struct node *instance = child(model, "instance");
    a->root = &a->tree->root;
    if (!instance)
        return;
    a->model = model;
    a->root = instance;
}

static const struct node *find_instance(void *user, const char *id)
{
    const struct xpath_answer *a = user;
    for (const struct node *n = child(a->model, "instance"); n; n = node_next_same(n)) {
        const char *own = node_attribute(n, NULL, "id");
        if (own && strcmp(own, id) == 0)
            return n;
    }
    return NULL;
}

/* ---- itext ---- */

static const struct node *find_translation(const struct xpath_answer *a)
{
    const struct node *first = child(child(a->model, "itext"), "translation");
    const struct node *fallback = first;
    for (const struct node *n = first; n; n = node_next_same(n)) {
        const char *lang = node_attribute(n, NULL, "lang");
        if (a->language && lang && strcmp(lang, a->language) == 0)
            return n;
        if (fallback == first && node_attribute(n, NULL, "default"))
            fallback = n;
    }
    return fallback;
}

static const struct node *find_text(const struct xpath_answer *a, const char *id)
{
    for (const struct node *n = child(find_translation(a), "text"); n; n = node_next_same(n)) {
        const char *own = node_attribute(n, NULL, "id");
        if (own && strcmp(own, id) == 0)
            return n;
    }
    return NULL;
}

/* The value without a form is the text; the first one stands in when each has one. */
static const char *find_itext(void *user, const char *id)
{
    struct xpath_answer *a = user;
    const struct node *first = child(find_text(a, id), "value");
    const struct node *plain = first;
    while (plain && node_attribute(plain, NULL, "form"))
        plain = node_next_same(plain);
    if (!first)
        return NULL;
    struct buf text = {0};
    node_string(plain ? plain : first, &text);
    const char *copy = text.failed ? NULL : arena_strdup(a->arena, buf_text(&text));
    buf_finish(&text);
    return copy;
}

static const struct node *find_itext_values(void *user, const char *id)
{
    return child(find_text(user, id), "value");
}

/* ---- Randomness: splitmix64 over the seed ---- */

static void fill_random(void *user, void *out_bytes, size_t size)
{
    struct xpath_answer *a = user;
    for (size_t i = 0; i < size; i++) {
        uint64_t z = a->random_state += 0x9e3779b97f4a7c15U;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
        z = (z ^ z >> 27) * 0x94d049bb133111ebU;
        ((uint8_t *)out_bytes)[i] = (uint8_t)(z >> 56);
    }
}

/* ---- Evaluating ---- */

/* The declarations of the XML's own root element, when the request gives none. */
static struct err own_namespaces(struct xpath_answer *a, struct xpath_namespaces *out)
{
    const struct node *element = a->tree->root.first;
    while (element && element->kind != NODE_ELEMENT)
        element = element->next;
    size_t count = 0;
    for (const struct node *n = element ? element->attributes : NULL; n; n = n->next)
        count += n->kind == NODE_NAMESPACE;
    struct xpath_namespace *list = arena_array(a->arena, count, sizeof *list);
    if (!list)
        return err_no_memory("xpath");
    out->list = list;
    for (const struct node *n = element ? element->attributes : NULL; n; n = n->next)
        if (n->kind == NODE_NAMESPACE)
            list[out->count++] = (struct xpath_namespace){n->name->local, n->text};
    return err_ok();
}

/* The context's path is looked for in the document first, then below "/". */
static struct err find_context(struct xpath_answer *a, const char *path,
                               const struct xpath_namespaces *namespaces)
{
    struct xpath *expr;
    const struct node *const roots[] = {&a->tree->root, a->root};
    a->context = a->root;
    if (!path)
        return err_ok();
    TRY(xpath_compile(a->arena, a->names, path, namespaces, &expr));
    for (size_t i = 0; i < 2; i++) {
        struct xpath_context at = {.host = &a->host, .node = roots[i], .root = roots[i]};
        const struct node *const *nodes;
        size_t count;
        TRY(xpath_eval_nodes(a->machine, expr, &at, &nodes, &count));
        if (count > 0) {
            a->context = nodes[0];
            return err_ok();
        }
    }
    return err_make(ERR_DATA, "xpath", 0, "the context path leads to no node");
}

static struct err answer(struct xpath_answer *a, const struct xpath_request *request)
{
    static const struct xml_options KEEP_ALL = {.keep = XML_KEEP_ALL};
    struct xpath_namespaces namespaces = {
        .list = request->namespaces, .count = request->namespace_count, .calls_checked_late = true};
    struct xpath *expr;
    TRY(xml_parse(request->xml, request->xml_length, &KEEP_ALL, a->arena, a->names, &a->tree));
    node_freeze(a->tree);
    find_model(a);
    if (!request->namespaces)
        TRY(own_namespaces(a, &namespaces));
    TRY(xpath_compile(a->arena, a->names, request->expr, &namespaces, &expr));
    TRY(find_context(a, request->context, &namespaces));
    struct xpath_context context = {.host = &a->host, .node = a->context, .root = a->root};
    return xpath_eval(a->machine, expr, &context, &a->value);
}

struct err xpath_answer_create(const struct xpath_request *request, struct xpath_answer **out_answer)
{
    struct xpath_answer *a = calloc(1, sizeof *a);
    if (!a)
        return err_no_memory("xpath");
    a->random_state = request->seed;
    a->host = (struct xpath_host){.user = a,
                                  .instance = find_instance,
                                  .itext = find_itext,
                                  .itext_values = find_itext_values,
                                  .random = fill_random,
                                  .now_ms = request->now_ms,
                                  .tz = request->tz,
                                  .language = request->language};
    a->arena = arena_create(ARENA_PLAIN, 0);
    a->names = a->arena ? name_table_create(a->arena, NULL) : NULL;
    a->language = request->language;
    struct xpath_limits limits = {.steps = request->steps};
    struct err err = !a->names ? err_no_memory("xpath") : xpath_machine_create(&limits, &a->machine);
    if (!err_is(&err))
        err = answer(a, request);
    if (err_is(&err))
        xpath_answer_destroy(&a);
    else
        *out_answer = a;
    return err;
}

void xpath_answer_destroy(struct xpath_answer **answer)
{
    if (!*answer)
        return;
    xpath_machine_destroy(&(*answer)->machine);
    arena_destroy(&(*answer)->arena);
    free(*answer);
    *answer = NULL;
}

const struct xpath_value *xpath_answer_value(const struct xpath_answer *answer)
{
    return &answer->value;
}
