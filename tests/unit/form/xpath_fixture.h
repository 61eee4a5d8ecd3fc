/* One tree and one machine, and assertions about expressions on them. */
#ifndef YIZHAN_TESTS_XPATH_FIXTURE_H
#define YIZHAN_TESTS_XPATH_FIXTURE_H

#include "app/form/tz.h"
#include "app/form/xml.h"
#include "app/form/xpath.h"

struct fixture {
    struct arena *arena;
    struct name_table *names;
    struct node_tree *tree;
    struct tz *tz;
    struct xpath_machine *machine;
    struct xpath_host host;
    struct xpath_namespaces namespaces;
    const struct node *context; /* NULL: the root */
    uint64_t random_state;
};

/* Fails the test when the XML is not well-formed. The zone is fixed at +08:00, now is
 * 2026-11-22T10:00:00+08:00. */
void fixture_init(struct fixture *f, const char *xml);
void fixture_finish(struct fixture *f);
/* The first node of a path becomes the context. */
void fixture_stand(struct fixture *f, const char *path);
/* A node to change flags or text of. */
struct node *fixture_node(struct fixture *f, const char *path);

void assert_text(struct fixture *f, const char *expr, const char *expected);
/* NaN equals NaN here. */
void assert_number(struct fixture *f, const char *expr, double expected);
void assert_near(struct fixture *f, const char *expr, double expected, double within);
void assert_boolean(struct fixture *f, const char *expr, bool expected);
/* Paths of the nodes with all positions, separated by spaces. */
void assert_nodes(struct fixture *f, const char *expr, const char *expected);
/* Compiling or evaluating fails, the message holds part. */
void assert_refused(struct fixture *f, const char *expr, const char *part);

#endif
