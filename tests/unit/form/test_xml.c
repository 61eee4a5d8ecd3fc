#include "app/form/xml.h"
#include "tests/unit/cmocka.h"
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct name_table *names;
static struct node_tree *tree;

static int setup(void **state)
{
    (void)state;
    arena = arena_create(ARENA_PLAIN, 0);
    names = name_table_create(arena, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static struct err parse(const char *xml, const struct xml_options *options)
{
    return xml_parse(xml, strlen(xml), options, arena, names, &tree);
}

static void assert_written(const struct node *node, const char *expected)
{
    struct buf xml = {0};
    xml_write(node, NULL, &xml);
    assert_string_equal(buf_text(&xml), expected);
    buf_finish(&xml);
}

static void assert_round(const char *xml)
{
    assert_ok(parse(xml, NULL));
    assert_written(&tree->root, xml);
}

static void assert_error(const char *xml, const struct xml_options *options, enum err_class class,
                         const char *part)
{
    struct err err = parse(xml, options);
    assert_int_equal(err.class, class);
    if (strstr(err.text, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

static void what_is_read_is_written_the_same(void **state)
{
    (void)state;
    assert_round("<a/>");
    assert_round("<a b=\"1\" c=\"&lt;&quot;&amp;&#10;\"><d>&lt;王&gt;&amp;</d></a>");
    assert_round("<data xmlns=\"urn:d\" xmlns:p=\"urn:p\" p:v=\"1\"><p:meta><x xmlns=\"\"/></p:meta></data>");
    assert_round("<l>Hello <o value=\"/a\"/> and <o/>!</l>");
    assert_round("<a xml:lang=\"zh\"/>");
    assert_round("<a>line&#13;break</a>");
}

static void layout_is_dropped_and_text_kept(void **state)
{
    (void)state;
    assert_ok(parse("<a>\n  <b> x </b>\n  <c/>\n  tail\n</a>", NULL));
    assert_written(&tree->root, "<a><b> x </b><c/>\n  tail\n</a>");
    assert_ok(parse("<a><b/> <b/></a>", NULL));
    assert_written(&tree->root, "<a><b/> <b/></a>"); /* a space between two outputs is text */
    static const char *const MIXED[] = {"l", NULL};
    struct xml_options options = {.mixed = MIXED};
    assert_ok(parse("<a>\n<l><o/>\n<o/></l>\n</a>", &options));
    assert_written(&tree->root, "<a><l><o/>\n<o/></l></a>");
}

static void everything_is_kept_when_asked(void **state)
{
    (void)state;
    struct xml_options options = {.keep = XML_KEEP_ALL};
    static const char XML[] = "<a>\n <!--c--><?p i?> <b>x</b>\n</a>";
    assert_ok(parse(XML, &options));
    assert_written(&tree->root, XML);
    assert_int_equal(tree->root.first->first->kind, NODE_TEXT);
    assert_ok(parse("<!DOCTYPE html><a>x<![CDATA[<y>]]>z</a>", &options));
    assert_int_equal(tree->root.first->kind, NODE_DOCTYPE);
    assert_string_equal(tree->root.last->first->next->text, "<y>");
}

static void places_are_lines_and_columns(void **state)
{
    (void)state;
    assert_ok(parse("<a>\n  <b x='1'\n y='2'/>\n\n   <c/></a>", NULL));
    const struct node *b = tree->root.first->first;
    assert_int_equal(b->line, 2);
    assert_int_equal(b->column, 3);
    assert_int_equal(b->next->line, 5);
    assert_int_equal(b->next->column, 4);
}

static void names_carry_namespace_and_prefix(void **state)
{
    (void)state;
    assert_ok(parse("<p:a xmlns:p='urn:1' xmlns='urn:2' p:x='v' x='w'><b/></p:a>", NULL));
    const struct node *a = tree->root.first;
    assert_string_equal(a->name->uri, "urn:1");
    assert_string_equal(a->name->prefix, "p");
    assert_string_equal(a->name->local, "a");
    assert_string_equal(a->first->name->uri, "urn:2");
    assert_string_equal(a->first->name->prefix, "");
    assert_string_equal(node_attribute(a, "urn:1", "x"), "v");
    assert_string_equal(node_attribute(a, NULL, "x"), "w");
}

static void a_prefix_means_what_the_nearest_tag_declares(void **state)
{
    (void)state;
    assert_ok(parse("<a xmlns='urn:1' xmlns:p='urn:p1'><p:b/><b xmlns='urn:2' xmlns:p='urn:p2'><p:b/><b/></b>"
                    "<p:b/><b b='x'/><c xmlns=''><b/></c></a>",
                    NULL));
    const struct node *first = tree->root.first->first;
    const struct node *second = first->next;
    assert_string_equal(first->name->uri, "urn:p1");
    assert_string_equal(second->name->uri, "urn:2");
    assert_string_equal(second->first->name->uri, "urn:p2");
    assert_string_equal(second->last->name->uri, "urn:2");
    assert_string_equal(second->next->name->uri, "urn:p1"); /* what was declared inside is over */
    const struct node *plain = second->next->next;
    assert_string_equal(plain->name->uri, "urn:1");
    assert_string_equal(plain->attributes->name->uri, ""); /* the default is for elements only */
    assert_string_equal(plain->next->first->name->uri, "");
}

static void namespaces_that_cannot_be_are_refused(void **state)
{
    (void)state;
    assert_error("<a xmlns:p=''/>", NULL, ERR_DATA, "a prefix cannot stand for no namespace");
    assert_error("<a xmlns:xmlns='urn:x'/>", NULL, ERR_DATA, "always stand for");
    assert_error("<a xmlns:xml='urn:x'/>", NULL, ERR_DATA, "always stand for");
    assert_error("<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", NULL, ERR_DATA, "always stand for");
    assert_ok(parse("<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='zh'/>", NULL));
    assert_error("<a:b:c xmlns:a='u'/>", NULL, ERR_DATA, "one colon at most");
    assert_error("<a:/>", NULL, ERR_DATA, "one colon at most");
    assert_error("<a xmlns:='u'/>", NULL, ERR_DATA, "one colon at most");
    assert_error("<a xmlns:p:q='u'/>", NULL, ERR_DATA, "one colon at most");
    assert_error("<a>\n<b p:c='1'/></a>", NULL, ERR_DATA, "line 2, column 1: a prefix is used");
    assert_error("<a xmlns:p='u' xmlns:q='u' p:c='1' q:c='2'/>", NULL, ERR_DATA, "duplicate attribute");
    assert_ok(parse("<a xmlns:p='u' xmlns:q='v' c='0' p:c='1' q:c='2'/>", NULL));
}

static void attributes_and_declarations_keep_their_order(void **state)
{
    (void)state;
    assert_ok(parse("<a b='1' xmlns:p='u' p:c='2'/>", NULL));
    const struct node *b = tree->root.first->attributes;
    assert_int_equal(b->kind, NODE_ATTRIBUTE);
    assert_int_equal(b->next->kind, NODE_NAMESPACE);
    assert_string_equal(b->next->next->name->uri, "u"); /* also when it is declared after it */
}

static void a_part_is_written_with_the_namespaces_it_needs(void **state)
{
    (void)state;
    assert_ok(parse(
        "<h xmlns='urn:h' xmlns:p='urn:p' xmlns:q='urn:q'><data p:a='1'><p:b q:c='2'/></data></h>", NULL));
    assert_written(
        tree->root.first->first,
        "<data xmlns=\"urn:h\" xmlns:p=\"urn:p\" p:a=\"1\"><p:b xmlns:q=\"urn:q\" q:c=\"2\"/></data>");
}

static bool not_secret(void *context, const struct node *node)
{
    (void)context;
    return node->name == NULL || strcmp(node->name->local, "secret") != 0;
}

static void a_filter_leaves_nodes_out(void **state)
{
    (void)state;
    struct xml_filter filter = {.keep = not_secret};
    struct buf xml = {0};
    assert_ok(parse("<a><secret>1</secret><b/></a>", NULL));
    xml_write(tree->root.first, &filter, &xml);
    assert_string_equal(buf_text(&xml), "<a><b/></a>");
    buf_clear(&xml);
    assert_ok(parse("<a><b><secret/></b></a>", NULL));
    xml_write(tree->root.first, &filter, &xml);
    assert_string_equal(buf_text(&xml), "<a><b/></a>"); /* empty as if it had never held anything */
    buf_finish(&xml);
}

static void broken_xml_is_one_clear_error(void **state)
{
    (void)state;
    assert_error("<a>\n<b></a>", NULL, ERR_DATA, "line 2, column 6: this closing tag");
    assert_error("<a>&nbsp;</a>", NULL, ERR_DATA, "unknown entity");
    assert_error("<a><p:b/></a>", NULL, ERR_DATA, "no xmlns attribute declares");
    assert_error("<a b='1' b='2'/>", NULL, ERR_DATA, "duplicate attribute");
    assert_error("", NULL, ERR_DATA, "line 1, column 1: the file is empty");
    assert_error("<a>\xff</a>", NULL, ERR_DATA, "no UTF-8");
    assert_error("<?xml version='1.0' encoding='UTF-16'?><a/>", NULL, ERR_DATA,
                 "another encoding than the file's");
    assert_error("<?xml version='1.0' encoding='EBCDIC'?><a/>", NULL, ERR_DATA,
                 "an encoding that is not read");
    assert_error("<a>1 & 2</a>", NULL, ERR_DATA, "line 1, column 7: a & that is text");
    assert_error("<a>1 < 2</a>", NULL, ERR_DATA, "a < that is text");
    assert_error("<a>\x01</a>", NULL, ERR_DATA, "this character cannot stand here");
    assert_error("<a>\n<b>", NULL, ERR_DATA, "line 2, column 4: the file ends in the middle: <b> of line 2");
    assert_error("<a><b", NULL, ERR_DATA, "the file ends in the middle: <a> of line 1");
    assert_error(" \n", NULL, ERR_DATA, "nothing in the file but blanks");
    assert_error("PK\x03\x04", NULL, ERR_DATA, "this is a spreadsheet");
}

static void dtds_and_entities_are_refused(void **state)
{
    (void)state;
    assert_error("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", NULL, ERR_DATA, "a DTD is not allowed");
    assert_error("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", NULL, ERR_DATA, "a DTD is not allowed");
    assert_ok(parse("<!DOCTYPE html><a/>", NULL));
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct xml_options options = {.depth_max = 3};
    assert_ok(parse("<a><b><c/></b></a>", &options));
    assert_error("<a><b><c><d/></c></b></a>", &options, ERR_REFUSED, "nested deeper");
    options = (struct xml_options){.nodes_max = 4};
    assert_error("<a><b/><b/><b/></a>", &options, ERR_REFUSED, "more elements");
    options = (struct xml_options){.bytes_max = 10};
    assert_error("<abcdefgh/>", &options, ERR_REFUSED, "at most 10");
    struct buf many = {0};
    buf_append_text(&many, "<a");
    for (int i = 0; i < 1001; i++)
        buf_printf(&many, " xmlns:p%d='u'", i);
    buf_append_text(&many, "/>");
    assert_error(buf_text(&many), NULL, ERR_REFUSED, "more attributes");
    buf_finish(&many);
}

static void a_full_arena_is_an_error_not_a_crash(void **state)
{
    (void)state;
    static const char XML[] = "<a xmlns:p='urn:p'><b c='d'>text</b><p:e>more<f/>text</p:e></a>";
    size_t refused = 0;
    for (size_t limit = 64; limit < 20000; limit += 48) {
        struct arena *small = arena_create(ARENA_PLAIN, limit);
        struct name_table *table = name_table_create(small, NULL);
        struct node_tree *parsed = NULL;
        if (table != NULL) {
            struct err err = xml_parse(XML, sizeof XML - 1, NULL, small, table, &parsed);
            assert_true(err_is(&err) ? err.class == ERR_SPACE && parsed == NULL : parsed != NULL);
            refused += err_is(&err);
        }
        arena_destroy(&small);
    }
    assert_true(refused > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_read_is_written_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(layout_is_dropped_and_text_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(everything_is_kept_when_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(places_are_lines_and_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(names_carry_namespace_and_prefix, setup, teardown),
        cmocka_unit_test_setup_teardown(a_prefix_means_what_the_nearest_tag_declares, setup, teardown),
        cmocka_unit_test_setup_teardown(namespaces_that_cannot_be_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(attributes_and_declarations_keep_their_order, setup, teardown),
        cmocka_unit_test_setup_teardown(a_part_is_written_with_the_namespaces_it_needs, setup, teardown),
        cmocka_unit_test_setup_teardown(a_filter_leaves_nodes_out, setup, teardown),
        cmocka_unit_test_setup_teardown(broken_xml_is_one_clear_error, setup, teardown),
        cmocka_unit_test_setup_teardown(dtds_and_entities_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(limits_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_arena_is_an_error_not_a_crash, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
