#include "app/form/node.h"
#include "app/form/xml.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <string.h>

static struct arena *arena;
static struct name_table *names;
static struct node_tree *tree;

static int setup(void **state)
{
    (void)state;
    arena = arena_create(ARENA_PLAIN, 0);
    names = name_table_create(arena, NULL);
    tree = node_tree_create(arena, names);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static struct node *element(struct node *parent, const char *local, const char *text)
{
    return node_append(tree, parent, NODE_ELEMENT, name_intern(names, NULL, local, NULL), text, strlen(text));
}

static void assert_path(const struct node *node, const char *expected)
{
    struct buf path = {0};
    node_path(node, false, &path);
    assert_string_equal(buf_text(&path), expected);
    buf_finish(&path);
}

static void names_are_kept_once(void **state)
{
    (void)state;
    const struct name *a = name_intern(names, "urn:x", "a", "p");
    const struct name *b = name_intern(names, "urn:x", "a", "q");
    assert_ptr_equal(a, name_intern(names, "urn:x", "a", "p"));
    assert_ptr_not_equal(a, b);
    assert_true(name_same(a, b));
    assert_ptr_equal(a->local, name_intern(names, NULL, "a", NULL)->local);
    assert_false(name_same(a, name_intern(names, NULL, "a", NULL)));
    assert_false(name_same(name_intern(names, "ab", "c", NULL), name_intern(names, "a", "bc", NULL)));
}

static void a_table_stands_on_another(void **state)
{
    (void)state;
    const struct name *below = name_intern(names, NULL, "known", NULL);
    struct name_table *above = name_table_create(arena, names);
    assert_ptr_equal(name_intern(above, NULL, "known", NULL), below);
    const struct name *fresh = name_intern(above, NULL, "new", NULL);
    assert_ptr_equal(name_intern(above, NULL, "new", NULL), fresh);
    assert_ptr_not_equal(name_intern(names, NULL, "new", NULL), fresh);
}

static void thousands_of_names_stay_apart(void **state)
{
    (void)state;
    const struct name *first[3000];
    char local[16];
    for (int i = 0; i < 3000; i++) {
        snprintf(local, sizeof local, "n%d", i);
        first[i] = name_intern(names, NULL, local, NULL);
    }
    for (int i = 0; i < 3000; i++) {
        snprintf(local, sizeof local, "n%d", i);
        assert_ptr_equal(name_intern(names, NULL, local, NULL), first[i]);
        assert_string_equal(first[i]->local, local);
    }
}

static void positions_count_equal_names(void **state)
{
    (void)state;
    struct node *data = element(&tree->root, "data", "");
    struct node *r1 = element(data, "r", "1");
    element(data, "other", "");
    struct node *r2 = element(data, "r", "2");
    assert_int_equal(node_position(r1), 1);
    assert_int_equal(node_position(r2), 2);
    assert_ptr_equal(node_next_same(r1), r2);
    assert_null(node_next_same(r2));
    assert_path(r2, "/data/r");
    r1->flags = r2->flags = NODE_REPEAT;
    assert_path(r2, "/data/r[2]");
    assert_path(r1, "/data/r[1]");
}

static void order_follows_changes(void **state)
{
    (void)state;
    struct node *data = element(&tree->root, "data", "");
    struct node *a = element(data, "a", "");
    struct node *b = element(data, "b", "");
    struct node *below_a = element(a, "x", ""); /* appended late, stands early */
    assert_true(node_compare(below_a, b) < 0);
    assert_true(node_compare(a, below_a) < 0);
    node_detach(tree, a);
    node_insert(tree, data, NULL, a);
    assert_true(node_compare(b, a) < 0);
    assert_true(node_compare(b, below_a) < 0);
    node_detach(tree, a);
    node_insert(tree, data, b, a);
    assert_true(node_compare(a, b) < 0);
    assert_int_equal(node_compare(a, a), 0);
    struct node *c = element(data, "c", "");
    assert_true(node_compare(b, c) < 0);
}

static void assert_ordered(void)
{
    for (struct node *n = tree->root.first, *next; n != NULL; n = next) {
        next = node_walk(&tree->root, n);
        assert_true(next == NULL || node_compare(n, next) < 0);
        assert_true(n->attributes == NULL || node_compare(n, n->attributes) < 0);
        assert_true(n->attributes == NULL || next == NULL || node_compare(n->attributes, next) < 0);
    }
}

static struct node *nth_child(const struct node *parent, uint32_t n)
{
    struct node *child = parent->first;
    while (child != NULL && n-- > 0)
        child = child->next;
    return child;
}

/* Gaps fill up, are made anew, are at the end and in front. */
static void order_survives_a_thousand_changes(void **state)
{
    (void)state;
    struct node *data = element(&tree->root, "data", ""), *list = element(data, "list", "");
    element(data, "behind", "");
    struct node *model = element(element(data, "model", ""), "r", "");
    node_append(tree, model, NODE_ATTRIBUTE, name_intern(names, NULL, "id", NULL), "7", 1);
    element(model, "x", "");
    uint32_t random = 1;
    for (int i = 0; i < 1000; i++) {
        random = random * 1664525 + 1013904223;
        struct node *parent = (random >> 8) % 5 == 0 ? data : list;
        struct node *before = nth_child(parent, (random >> 12) % 32);
        if ((random >> 20) % 4 == 0 && before != NULL && before != list)
            node_detach(tree, before);
        else if ((random >> 20) % 16 == 1)
            element(parent, "appended", "");
        else
            node_insert(tree, parent, before, node_clone(tree, model));
        if (i % 10 == 0 || i > 950)
            assert_ordered();
    }
}

static void detaching_unlinks_on_all_sides(void **state)
{
    (void)state;
    struct node *data = element(&tree->root, "data", "");
    struct node *a = element(data, "a", "");
    struct node *b = element(data, "b", "");
    struct node *c = element(data, "c", "");
    node_detach(tree, b);
    assert_ptr_equal(a->next, c);
    assert_ptr_equal(c->prev, a);
    assert_null(b->parent);
    assert_null(node_tree_of(b));
    node_detach(tree, c);
    node_detach(tree, a);
    assert_null(data->first);
    assert_null(data->last);
    assert_ptr_equal(node_tree_of(data), tree);
}

static void a_clone_is_deep_and_apart(void **state)
{
    (void)state;
    struct node *data = element(&tree->root, "data", "");
    struct node *r = element(data, "r", "");
    struct node *x = element(r, "x", "old");
    element(element(r, "g", ""), "y", "deep");
    node_append(tree, r, NODE_ATTRIBUTE, name_intern(names, NULL, "id", NULL), "7", 1);
    x->type = NODE_INT;
    x->slot = data;
    struct node *copy = node_clone(tree, r);
    assert_non_null(copy);
    assert_null(copy->parent);
    node_insert(tree, data, NULL, copy);
    assert_true(node_set_text(tree, copy->first, "new"));
    assert_string_equal(x->text, "old");
    assert_string_equal(copy->first->text, "new");
    assert_int_equal(copy->first->type, NODE_INT);
    assert_ptr_equal(copy->first->slot, data);
    assert_string_equal(node_attribute(copy, NULL, "id"), "7");
    assert_string_equal(copy->last->first->text, "deep");
    assert_ptr_equal(copy->last->first->parent, copy->last);
    assert_true(node_is_ancestor(data, copy->last->first));
    assert_false(node_is_ancestor(r, copy->first));
}

static void setting_text_again_and_again_costs_no_memory(void **state)
{
    (void)state;
    struct node *a = element(&tree->root, "a", "a text that is there from the start");
    assert_true(node_set_text(tree, a, "王秀兰"));
    assert_string_equal(a->text, "王秀兰");
    assert_true(node_set_text(tree, a, a->text + 3)); /* a part of itself */
    assert_string_equal(a->text, "秀兰");
    size_t before = arena_used(arena);
    for (int i = 0; i < 1000; i++)
        assert_true(node_set_text(tree, a, i % 2 == 0 ? "" : "an answer that is somewhat long"));
    assert_int_equal(arena_used(arena), before);
}

static void a_full_tree_refuses_nodes(void **state)
{
    (void)state;
    tree->node_limit = 3;
    struct node *a = element(&tree->root, "a", "");
    assert_non_null(element(a, "b", ""));
    assert_null(element(a, "c", ""));
    assert_null(node_clone(tree, a));
    assert_null(a->first->next);
}

static void string_value_is_all_text_below(void **state)
{
    (void)state;
    struct buf text = {0};
    struct node *a = element(&tree->root, "a", "");
    node_append(tree, a, NODE_TEXT, NULL, "一", 3);
    node_append(tree, a, NODE_COMMENT, NULL, "not this", 8);
    element(a, "b", "二");
    node_append(tree, a, NODE_TEXT, NULL, "三", 3);
    node_string(a, &text);
    assert_string_equal(buf_text(&text), "一二三");
    buf_finish(&text);
}

static void namespaces_are_looked_up_outwards(void **state)
{
    (void)state;
    struct node *a = element(&tree->root, "a", "");
    struct node *b = element(a, "b", "");
    node_append(tree, a, NODE_NAMESPACE, name_intern(names, NULL, "p", NULL), "urn:p", 5);
    node_append(tree, a, NODE_NAMESPACE, name_intern(names, NULL, "", NULL), "urn:d", 5);
    node_append(tree, b, NODE_NAMESPACE, name_intern(names, NULL, "", NULL), "", 0);
    assert_string_equal(node_namespace(b, "p"), "urn:p");
    assert_string_equal(node_namespace(a, ""), "urn:d");
    assert_null(node_namespace(b, ""));
    assert_null(node_namespace(b, "q"));
    assert_string_equal(node_namespace(b, "xml"), "http://www.w3.org/XML/1998/namespace");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_are_kept_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_stands_on_another, setup, teardown),
        cmocka_unit_test_setup_teardown(thousands_of_names_stay_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(positions_count_equal_names, setup, teardown),
        cmocka_unit_test_setup_teardown(order_survives_a_thousand_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(order_follows_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(detaching_unlinks_on_all_sides, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clone_is_deep_and_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(setting_text_again_and_again_costs_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_tree_refuses_nodes, setup, teardown),
        cmocka_unit_test_setup_teardown(string_value_is_all_text_below, setup, teardown),
        cmocka_unit_test_setup_teardown(namespaces_are_looked_up_outwards, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
