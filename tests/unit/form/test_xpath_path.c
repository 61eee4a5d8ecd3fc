#include "tests/unit/cmocka.h"
#include "tests/unit/form/xpath_fixture.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

/* XPath 1.0 section 2 and spec "XPath Paths", "XPath Predicates", "XPath Axes". */

static struct fixture f;

static int setup(void **state)
{
    (void)state;
    fixture_init(&f, "<data><a id='1'>one</a><r><n>1</n><c>x</c></r><r><n>2</n><c/></r><r><n>3</n></r>"
                     "<g><h><i>deep</i></h></g><z>end</z></data>");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_finish(&f);
    return 0;
}

static void axes_reach_what_they_name(void **state)
{
    (void)state;
    fixture_stand(&f, "/data/r[2]");
    assert_nodes(&f, "child::n", "/data/r[2]/n");
    assert_nodes(&f, "..", "/data");
    assert_nodes(&f, "self::r | self::q", "/data/r[2]");
    assert_nodes(&f, "ancestor::*", "/data");
    assert_nodes(&f, "ancestor-or-self::node()", "/ /data /data/r[2]");
    assert_nodes(&f, "following-sibling::*", "/data/r[3] /data/g /data/z");
    assert_nodes(&f, "preceding-sibling::*", "/data/a /data/r[1]");
    assert_nodes(&f, "following::i", "/data/g/h/i");
    assert_nodes(&f, "preceding::*", "/data/a /data/r[1] /data/r[1]/n /data/r[1]/c");
    assert_nodes(&f, "descendant-or-self::*", "/data/r[2] /data/r[2]/n /data/r[2]/c");
    assert_nodes(&f, "../a/@id", "/data/a/@id");
    assert_nodes(&f, "../a/@id/..", "/data/a");
    assert_nodes(&f, "//i/ancestor::g//i", "/data/g/h/i");
    assert_nodes(&f, "/", "/");
    assert_nodes(&f, "/..", "");
}

static void reverse_axes_count_backwards_and_answer_in_order(void **state)
{
    (void)state;
    fixture_stand(&f, "/data/z");
    assert_nodes(&f, "preceding-sibling::*[1]", "/data/g");
    assert_nodes(&f, "preceding-sibling::r[position() < 3]", "/data/r[2] /data/r[3]");
    assert_nodes(&f, "(preceding-sibling::r)[1]", "/data/r[1]");
    assert_nodes(&f, "preceding::*[last()]", "/data/a");
}

static void predicates_count_positions_per_parent(void **state)
{
    (void)state;
    assert_nodes(&f, "/data/r[2]", "/data/r[2]");
    assert_nodes(&f, "/data/r[last()]", "/data/r[3]");
    assert_nodes(&f, "/data/r[n > 1][1]", "/data/r[2]");
    assert_nodes(&f, "/data/r/*[1]", "/data/r[1]/n /data/r[2]/n /data/r[3]/n");
    assert_nodes(&f, "(/data/r/*)[1]", "/data/r[1]/n");
    assert_nodes(&f, "//n[1]", "/data/r[1]/n /data/r[2]/n /data/r[3]/n");
    assert_nodes(&f, "//r[c = 'x' or n = 3]", "/data/r[1] /data/r[3]");
    assert_nodes(&f, "/data/r[position() mod 2 = 1]", "/data/r[1] /data/r[3]");
    assert_nodes(&f, "/data/r['']", "");
    assert_nodes(&f, "/data/r[c]", "/data/r[1] /data/r[2]");
    assert_nodes(&f, "/data/*[@id = '1']", "/data/a");
}

static void unions_are_in_document_order_without_doubles(void **state)
{
    (void)state;
    assert_nodes(&f, "/data/z | /data/a | //a | /data/r[2]/n", "/data/a /data/r[2]/n /data/z");
    assert_nodes(&f, "//r/..", "/data");
    assert_nodes(&f, "//n/ancestor::*", "/data /data/r[1] /data/r[2] /data/r[3]");
}

static void an_elements_own_text_is_a_node_when_asked(void **state)
{
    (void)state;
    assert_text(&f, "/data/a/text()", "one");
    assert_nodes(&f, "/data/a/text()/..", "/data/a");
    assert_number(&f, "count(//text())", 7);
    assert_number(&f, "count(//text() | //text())", 7);
    assert_number(&f, "count(/data/r[2]/c/text())", 0);
}

static void current_is_where_the_question_stands(void **state)
{
    (void)state;
    fixture_stand(&f, "/data/r[2]/n");
    assert_nodes(&f, "/data/r[n = current()]", "/data/r[2]");
    assert_nodes(&f, "/data/r[n > current()/../n]", "/data/r[3]");
    assert_nodes(&f, "current()/..", "/data/r[2]");
}

/* JavaRosa: a step that names the repeat around the context node means that instance; but a path to the
 * repeat itself counts them all, and so do functions over nodesets. */
static void absolute_paths_are_narrowed_to_the_repeat_around(void **state)
{
    (void)state;
    for (struct node *r = fixture_node(&f, "/data/r[1]"); r != NULL; r = node_next_same(r))
        r->flags |= NODE_REPEAT;
    fixture_stand(&f, "/data/r[2]/c");
    assert_number(&f, "/data/r/n * 10", 20);
    assert_text(&f, "/data/r/n", "2");
    assert_number(&f, "count(/data/r)", 3);
    assert_number(&f, "sum(/data/r/n)", 2);
    assert_text(&f, "/data/r[3]/n", "3");
    assert_boolean(&f, "/data/r/n = 3", false);
    fixture_stand(&f, "/data/a");
    assert_text(&f, "/data/r/n", "1");
    assert_boolean(&f, "/data/r/n = 3", true);
    assert_number(&f, "sum(/data/r/n)", 6);
}

static void what_is_not_relevant_is_not_there(void **state)
{
    (void)state;
    struct node *number = fixture_node(&f, "/data/r[2]/n");
    number->flags |= NODE_IRRELEVANT;
    assert_number(&f, "sum(/data/r/n)", 4);
    assert_text(&f, "/data/r[2]/n", "");
    assert_number(&f, "count(//n)", 2);
    f.context = number;
    assert_text(&f, ".", "2"); /* its own value is kept */
    assert_nodes(&f, "..", "/data/r[2]");
}

static const struct node *direct_node(void *user, uint32_t direct)
{
    struct fixture *fixture = user;
    return direct == 5 ? node_child_local(fixture->tree->root.first, "z") : NULL;
}

static void known_nodes_are_asked_of_the_host(void **state)
{
    (void)state;
    struct xpath *expr = NULL;
    struct xpath_path *const *paths;
    struct xpath_context context = {.host = &f.host, .node = &f.tree->root};
    const char *text = NULL;
    assert_ok(xpath_compile(f.arena, f.names, "/data/elsewhere", NULL, &expr));
    assert_int_equal(xpath_paths(expr, &paths), 1);
    paths[0]->direct = 5;
    f.host.direct = direct_node;
    assert_ok(xpath_eval_string(f.machine, expr, &context, &text));
    assert_string_equal(text, "end");
    paths[0]->direct = 6; /* unknown to the host: the path is walked */
    assert_ok(xpath_eval_string(f.machine, expr, &context, &text));
    assert_string_equal(text, "");
}

/* ---- Lists and their indexes ---- */

#define ITEMS 12000

static void make_list(struct fixture *list)
{
    struct buf xml = {0};
    buf_append_text(&xml, "<root>");
    for (int i = 0; i < ITEMS; i++)
        buf_printf(&xml, "<item><name>w%d</name><lga>l%d</lga><no>%d.0</no></item>", i, i / 40, i % 100);
    buf_append_text(&xml, "</root>");
    fixture_init(list, buf_text(&xml));
    buf_finish(&xml);
}

static void assert_same_with_index(struct fixture *list, const char *expr)
{
    struct xpath *compiled = NULL;
    struct xpath_context context = {.host = &list->host, .node = &list->tree->root};
    const struct node *const *nodes;
    const struct node *scanned[ITEMS];
    size_t count = 0;
    size_t indexed = 0;
    assert_ok(xpath_compile(list->arena, list->names, expr, NULL, &compiled));
    list->tree->frozen = false;
    assert_ok(xpath_eval_nodes(list->machine, compiled, &context, &nodes, &count));
    for (size_t i = 0; i < count; i++)
        scanned[i] = nodes[i];
    node_freeze(list->tree);
    assert_ok(xpath_eval_nodes(list->machine, compiled, &context, &nodes, &indexed));
    assert_int_equal(indexed, count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(nodes[i], scanned[i]);
}

static void an_index_answers_as_walking_would(void **state)
{
    (void)state;
    struct fixture list;
    make_list(&list);
    assert_same_with_index(&list, "/root/item[lga = 'l17']/name");
    assert_same_with_index(&list, "/root/item[lga = 'none']");
    assert_same_with_index(&list, "/root/item['l3' = lga][2]");
    assert_same_with_index(&list, "/root/item[no = 7]");
    assert_same_with_index(&list, "/root/item[no = '7.0'][last()]");
    assert_same_with_index(&list, "/root/item[lga = 'l17' and no = 3 and name != 'w1']");
    assert_same_with_index(&list, "/root/item[lga = /root/item[2]/lga]/name");
    assert_same_with_index(&list, "/root/item[lga = /root/item[1]/none]");
    assert_same_with_index(&list, "/root/item[lga = /root/item[1]/lga | /root/item[90]/lga]/name");
    assert_same_with_index(&list, "/root/item[lga = true()][1]");
    assert_same_with_index(&list, "/root/item[lga = 'l17' or no = 3]");
    fixture_finish(&list);
}

static void an_index_costs_steps_for_what_it_finds_only(void **state)
{
    (void)state;
    struct fixture list;
    make_list(&list);
    node_freeze(list.tree);
    xpath_machine_destroy(&list.machine);
    struct xpath_limits limits = {.steps = 500};
    assert_ok(xpath_machine_create(&limits, &list.machine));
    assert_number(&list, "count(/root/item[lga = 'l17'])", 40);
    assert_refused(&list, "count(/root/item[lga != 'l17'])", "more steps than it may");
    fixture_finish(&list);
}

static void the_budget_ends_endless_work(void **state)
{
    (void)state;
    struct fixture list;
    make_list(&list);
    assert_refused(&list, "count(//*[count(//*[count(//*) > 0]) > 0])", "more steps than it may");
    assert_number(&list, "1 + 1", 2); /* and the machine goes on */
    fixture_finish(&list);
}

static void working_memory_is_bounded(void **state)
{
    (void)state;
    struct xpath_limits limits = {.memory = 100000};
    struct fixture list;
    make_list(&list);
    xpath_machine_destroy(&list.machine);
    assert_ok(xpath_machine_create(&limits, &list.machine));
    assert_refused(&list, "join(',', //name)", "working memory");
    assert_text(&list, "/root/item[2]/name", "w1");
    fixture_finish(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(axes_reach_what_they_name, setup, teardown),
        cmocka_unit_test_setup_teardown(reverse_axes_count_backwards_and_answer_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(predicates_count_positions_per_parent, setup, teardown),
        cmocka_unit_test_setup_teardown(unions_are_in_document_order_without_doubles, setup, teardown),
        cmocka_unit_test_setup_teardown(an_elements_own_text_is_a_node_when_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(current_is_where_the_question_stands, setup, teardown),
        cmocka_unit_test_setup_teardown(absolute_paths_are_narrowed_to_the_repeat_around, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_relevant_is_not_there, setup, teardown),
        cmocka_unit_test_setup_teardown(known_nodes_are_asked_of_the_host, setup, teardown),
        cmocka_unit_test(an_index_answers_as_walking_would),
        cmocka_unit_test(an_index_costs_steps_for_what_it_finds_only),
        cmocka_unit_test(the_budget_ends_endless_work),
        cmocka_unit_test(working_memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
