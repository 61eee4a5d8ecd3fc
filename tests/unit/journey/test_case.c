#include "tests/unit/journey/fake_kiosk.h"

#include "app/form/datetime.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill_case(struct outbox_case *line, enum outbox_state outbox_state)
{
    *line = (struct outbox_case){.state = outbox_state, .saved_ms = (int64_t)1795310000 * 1000};
    strcpy(line->number, "4827000010");
    strcpy(line->instance_id, "uuid:00000000-0000-4000-8000-000000000000");
    strcpy(line->form_id, "pension-renewal");
    if (outbox_state == OUTBOX_PURGED)
        line->delivered_ms = line->saved_ms + 1000;
}

static void find_number(struct fake_kiosk *kiosk, enum case_stage stage, const char *message)
{
    struct store_answer answer = {.kind = STORE_CASE, .found = true};
    fill_case(&answer.case_line, stage >= CASE_RECEIVED ? OUTBOX_PURGED : OUTBOX_QUEUED);
    answer.progress.stage = stage;
    strcpy(answer.progress.message, message);
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_PROGRESS, 0);
    assert_state(kiosk, "find");
    journey_store(kiosk->journey, &answer);
    assert_state(kiosk, "case");
    fake_look(kiosk);
}

static void each_stage_has_its_own_words(void **state)
{
    (void)state;
    static const char *const words[CASE_STAGE_COUNT] = {
        [CASE_SAVED] = "还没送到",          [CASE_SENT] = "还没送到",
        [CASE_RECEIVED] = "县里收到了",     [CASE_ACCEPTED] = "部门已经受理",
        [CASE_NEEDS_PAPERS] = "还要补材料", [CASE_REJECTED] = "这次没有办成",
        [CASE_FINISHED] = "这件事已经办完",
    };
    for (enum case_stage stage = 0; stage < CASE_STAGE_COUNT; stage++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        find_number(&kiosk, stage, "缺户口本首页");
        assert_non_null(strstr(kiosk.said, words[stage]));
        assert_non_null(strstr(kiosk.said, "缺户口本首页"));
        fake_kiosk_stop(&kiosk);
    }
}

/* A case leads into its supplement, and its number is not typed again. */
static void a_case_leads_on_and_brings_its_number(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    find_number(&kiosk, CASE_NEEDS_PAPERS, "");
    fake_tap(&kiosk, ACTION_SUPPLEMENT, 0);
    assert_state(&kiosk, "consent");
    assert_string_equal(kiosk.journey->visit->service->id, "supplement");
    fake_tap(&kiosk, ACTION_YES, 0);
    fake_place_card(&kiosk);
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/parent_number"), "4827000010");
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/parent_id"),
                        "uuid:00000000-0000-4000-8000-000000000000");
    assert_string_not_equal(kiosk.journey->visit->draft.ref, "/data/parent_number");
    fake_kiosk_stop(&kiosk);
}

static const struct ui_node *find_node(struct ui_tree *tree, const char *id)
{
    const struct ui_node *node = ui_tree_root(tree);
    while (node && !(node->id && strcmp(node->id, id) == 0))
        node = ui_node_walk(node);
    return node;
}

/* What she is waited for is the key where going on always is; where it cannot be done here, that is said. */
static void papers_that_are_wanted_are_the_first_thing_to_do(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    find_number(&kiosk, CASE_NEEDS_PAPERS, "");
    struct ui_tree *tree = journey_screen(kiosk.journey, &kiosk.theme);
    const struct ui_node *bring = find_node(tree, "supplement"), *done = find_node(tree, "done");
    assert_true(bring && done);
    assert_string_equal(bring->parent->id, "actions");
    assert_null(done->parent->id);
    ui_tree_destroy(&tree);
    struct service *pension = &kiosk.journey->catalogue->services[0];
    guide_destroy(&pension->guide);
    tree = journey_screen(kiosk.journey, &kiosk.theme);
    assert_null(find_node(tree, "supplement"));
    assert_string_equal(find_node(tree, "done")->parent->id, "actions");
    ui_tree_destroy(&tree);
    assert_non_null(strstr(kiosk.said, "请带材料到窗口"));
    fake_kiosk_stop(&kiosk);
}

/* Who has handed in a withdrawal is told so, and not asked to hand in another. */
static void a_case_is_withdrawn_once(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    find_number(&kiosk, CASE_RECEIVED, "");
    struct ui_tree *tree = journey_screen(kiosk.journey, &kiosk.theme);
    assert_non_null(find_node(tree, "withdraw"));
    ui_tree_destroy(&tree);
    kiosk.journey->visit->case_line.is_withdrawn = true;
    tree = journey_screen(kiosk.journey, &kiosk.theme);
    assert_null(find_node(tree, "withdraw"));
    ui_tree_destroy(&tree);
    assert_non_null(strstr(kiosk.said, "撤回申请已经交了"));
    fake_tap(&kiosk, ACTION_WITHDRAW, 0);
    assert_state(&kiosk, "case");
    fake_kiosk_stop(&kiosk);
}

static void what_is_withdrawn_is_told_to_the_outbox(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    find_number(&kiosk, CASE_RECEIVED, "");
    fake_tap(&kiosk, ACTION_WITHDRAW, 0);
    fake_go(&kiosk, "saved");
    assert_string_equal(kiosk.withdrawn, "4827000010");
    fake_another(&kiosk);
    fake_go(&kiosk, "saved");
    assert_string_equal(kiosk.withdrawn, "");
    fake_kiosk_stop(&kiosk);
}

/* A mistake is corrected on the same way: what was wrong, what is right, and no paper. */
static void a_case_is_corrected(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    find_number(&kiosk, CASE_RECEIVED, "");
    fake_tap(&kiosk, ACTION_SUPPLEMENT, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    fake_place_card(&kiosk);
    assert_string_equal(kiosk.journey->visit->draft.ref, "/data/want");
    fake_tap(&kiosk, ACTION_CHOICE, 1);
    assert_string_equal(kiosk.journey->visit->draft.ref, "/data/wrong");
    fake_step(&kiosk);
    assert_string_equal(kiosk.journey->visit->draft.ref, "/data/right");
    fake_step(&kiosk);
    assert_string_equal(kiosk.journey->visit->draft.ref, "/data/words"); /* no list of papers between */
    fake_kiosk_stop(&kiosk);
}

/* When, and to which words: what stood on the screen, not what a later version of the guide says. */
static void consent_is_recorded_as_it_was_given(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "consent");
    assert_null(kiosk.journey->visit->session); /* nothing before she agrees */
    fake_tap(&kiosk, ACTION_YES, 0);
    struct xform_session *session = kiosk.journey->visit->session;
    const char *purpose = guide_text(kiosk.journey->visit->service->guide, "purpose", "zh-CN");
    const char *said = session_value(session, "/data/consent_text");
    assert_true(*purpose);
    assert_non_null(strstr(said, purpose));
    assert_non_null(strstr(said, journey_text(kiosk.journey, "consent.read_card")));
    assert_non_null(strstr(said, guide_text(kiosk.journey->visit->service->guide, "retention", "zh-CN")));
    char now[DATETIME_TEXT];
    datetime_write(kiosk.clock.wall_now_ms, kiosk.journey->tz, now);
    assert_string_equal(session_value(session, "/data/consent_time"), now);
    /* thought over, and agreed to again a minute later */
    kiosk.clock.wall_now_ms += 60000;
    journey_goto(kiosk.journey, STATE_CONSENT, "test");
    fake_tap(&kiosk, ACTION_YES, 0);
    datetime_write(kiosk.clock.wall_now_ms, kiosk.journey->tz, now);
    assert_string_equal(session_value(session, "/data/consent_time"), now);
    fake_kiosk_stop(&kiosk);
}

#define PLAIN_FORM                                                                                           \
    "<h:html xmlns:h='http://www.w3.org/1999/xhtml' xmlns='http://www.w3.org/2002/xforms'><h:head>"          \
    "<h:title>t</h:title><model><instance><data id='plain'><a/></data></instance>"                           \
    "<bind nodeset='/data/a' type='%s'/></model></h:head><h:body>%s</h:body></h:html>"

static void replace_form(struct fake_kiosk *kiosk, const char *type, const char *body)
{
    struct service *service = &kiosk->journey->catalogue->services[0];
    char xml[1024];
    int length = snprintf(xml, sizeof xml, PLAIN_FORM, type, body);
    xform_destroy(&service->form);
    guide_destroy(&service->guide);
    assert_ok(xform_load(xml, (size_t)length, NULL, &service->form));
}

/* What a form takes of her is named before she gives it; what it does not take is not. */
static void consent_names_what_this_form_takes(void **state)
{
    (void)state;
    static const struct {
        const char *type, *body;
        bool has_card, has_picture, has_signature;
    } forms[] = {
        {NULL, NULL, true, true, true}, /* the pension's own */
        {"string", "<input ref='/data/a'><label>l</label></input>", false, false, false},
        {"binary", "<upload ref='/data/a' mediatype='image/*'><label>l</label></upload>", false, true, false},
        {"binary",
         "<upload ref='/data/a' mediatype='image/*' appearance='signature'><label>l</label></upload>", false,
         false, true},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        if (forms[i].body)
            replace_form(&kiosk, forms[i].type, forms[i].body);
        fake_go(&kiosk, "consent");
        assert_int_equal(strstr(kiosk.said, "证上的字和照片") != NULL, forms[i].has_card);
        assert_int_equal(strstr(kiosk.said, "、拍的") != NULL, forms[i].has_picture);
        assert_int_equal(strstr(kiosk.said, "、签名") != NULL, forms[i].has_signature);
        fake_kiosk_stop(&kiosk);
    }
}

/* Whoever can write the form store can write a guide: a visitor's answers must not end in an open form. */
static void a_case_never_leads_into_an_open_form(void **state)
{
    (void)state;
    static const char guide[] = "key,lang,value\nsupplement_form,,service-rating\n";
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    struct service *pension = &kiosk.journey->catalogue->services[0];
    guide_destroy(&pension->guide);
    assert_ok(guide_parse(guide, sizeof guide - 1, &pension->guide));
    find_number(&kiosk, CASE_NEEDS_PAPERS, "");
    fake_tap(&kiosk, ACTION_SUPPLEMENT, 0);
    assert_state(&kiosk, "case");
    fake_kiosk_stop(&kiosk);
}

static void a_decided_case_leads_nowhere(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    find_number(&kiosk, CASE_FINISHED, "");
    fake_tap(&kiosk, ACTION_WITHDRAW, 0);
    fake_tap(&kiosk, ACTION_SUPPLEMENT, 0);
    assert_state(&kiosk, "case");
    fake_kiosk_stop(&kiosk);
}

/* The card finds its cases and what was kept for it. */
static void a_card_finds_what_it_did_here(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_keeps_cards(&kiosk);
    fake_go(&kiosk, "home");
    fake_tap(&kiosk, ACTION_PROGRESS, 0);
    fake_place_card(&kiosk);
    struct store_answer answer = {.kind = STORE_CASES, .cases = calloc(1, sizeof *answer.cases)};
    answer.cases->count = 2;
    for (size_t i = 0; i < 2; i++)
        fill_case(&answer.cases->items[i].line, OUTBOX_PURGED);
    answer.cases->items[1].progress.stage = CASE_FINISHED;
    journey_store(kiosk.journey, &answer);
    assert_int_equal(kiosk.kept_looks, 1);
    fake_found_kept(&kiosk, false);
    assert_state(&kiosk, "cases");
    fake_look(&kiosk);
    uint64_t asked = kiosk.journey->ticket;
    fake_tap(&kiosk, ACTION_CASE, 1);
    assert_state(&kiosk, "case");
    assert_true(kiosk.journey->ticket > asked); /* as it is now, not as the list was */
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "这件事已经办完"));
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "cases");
    fake_kiosk_stop(&kiosk);
}

static void a_card_without_cases_is_told_so(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_keeps_cards(&kiosk);
    fake_go(&kiosk, "home");
    fake_tap(&kiosk, ACTION_PROGRESS, 0);
    fake_place_card(&kiosk);
    struct store_answer answer = {.kind = STORE_CASES, .cases = calloc(1, sizeof *answer.cases)};
    journey_store(kiosk.journey, &answer);
    fake_found_kept(&kiosk, false);
    assert_state(&kiosk, "find");
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "没有办过事"));
    fake_kiosk_stop(&kiosk);
}

/* The store opens after somebody has come to look for a case: her card is read from then on, once. */
static void a_store_that_opens_late_has_her_card_read(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    fake_tap(&kiosk, ACTION_PROGRESS, 0);
    assert_false(kiosk.reads_card);
    fake_keeps_cards(&kiosk);
    assert_true(kiosk.reads_card);
    int reads = kiosk.card_reads;
    fake_keeps_cards(&kiosk);
    assert_int_equal(kiosk.card_reads, reads);
    fake_kiosk_stop(&kiosk);
}

/* She was here before, and what she typed then is answered only now. */
static void what_was_looked_for_before_is_found_for_nobody(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    fake_tap(&kiosk, ACTION_PROGRESS, 0);
    strcpy(kiosk.journey->visit->typed_number, "4827000010");
    fake_tap(&kiosk, ACTION_NEXT, 0);
    struct store_answer answer = {.kind = STORE_CASE, .ticket = kiosk.journey->ticket, .found = true};
    fill_case(&answer.case_line, OUTBOX_QUEUED);
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    fake_tap(&kiosk, ACTION_PROGRESS, 0);
    journey_store(kiosk.journey, &answer);
    assert_state(&kiosk, "find");
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_stage_has_its_own_words),
        cmocka_unit_test(a_case_leads_on_and_brings_its_number),
        cmocka_unit_test(a_case_is_withdrawn_once),
        cmocka_unit_test(what_is_withdrawn_is_told_to_the_outbox),
        cmocka_unit_test(papers_that_are_wanted_are_the_first_thing_to_do),
        cmocka_unit_test(a_case_is_corrected),
        cmocka_unit_test(consent_is_recorded_as_it_was_given),
        cmocka_unit_test(consent_names_what_this_form_takes),
        cmocka_unit_test(a_case_never_leads_into_an_open_form),
        cmocka_unit_test(a_decided_case_leads_nowhere),
        cmocka_unit_test(a_card_finds_what_it_did_here),
        cmocka_unit_test(a_card_without_cases_is_told_so),
        cmocka_unit_test(a_store_that_opens_late_has_her_card_read),
        cmocka_unit_test(what_was_looked_for_before_is_found_for_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
