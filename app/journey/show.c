#include "app/journey/show.h"

#include "app/journey/card_fill.h"
#include "app/journey/internal.h"
#include "app/journey/quiet_ports.h"
#include "app/journey/scan_group.h"
#include "ui/text_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REF_SIZE = XFORM_REF_SIZE, WAITING_MAX = 512 };

enum shown {
    SHOWN_NOTHING,
    SHOWN_GUIDE,
    SHOWN_CONSENT,
    SHOWN_NODE, /* whatever stands there in the form: decided when its turn comes */
    SHOWN_CARD,
    SHOWN_NO_CARD,
    SHOWN_CARD_FIELD, /* typed by who has no card with her, when the form cannot do without */
    SHOWN_QUESTION,
    SHOWN_REPEAT,
    SHOWN_REVIEW,
    SHOWN_SIGNATURE,
    SHOWN_SAVED
};

/* What is still to be shown; the last one is next. */
struct waiting {
    enum shown what;
    char ref[REF_SIZE];
};

struct show {
    struct show_setup setup;
    struct config config;
    struct journey *journey;
    struct waiting now;
    struct waiting waiting[WAITING_MAX];
    size_t waiting_count;
    char signatures[8][REF_SIZE];
    size_t signature_count;
    char name[REF_SIZE];
};

struct err show_create(const struct show_setup *setup, struct show **out_show)
{
    struct show *show = calloc(1, sizeof *show);
    if (!show)
        return err_no_memory("show");
    show->setup = *setup;
    show->config.kiosk.number = 4827;
    snprintf(show->config.kiosk.place, sizeof show->config.kiosk.place, "青溪镇便民点");
    snprintf(show->config.kiosk.lang, sizeof show->config.kiosk.lang, "zh-CN");
    const struct journey_setup journey = {
        .config = &show->config,
        .clock = setup->clock,
        .ports = quiet_ports(),
        .langs = setup->langs,
        .lang_count = setup->lang_count,
        .tz = setup->tz,
        .typing = setup->typing,
    };
    struct err e = journey_create(&journey, &show->journey);
    if (err_is(&e))
        show_destroy(&show);
    else
        *out_show = show;
    return e;
}

void show_destroy(struct show **show)
{
    if (!show || !*show)
        return;
    journey_destroy(&(*show)->journey);
    free(*show);
    *show = NULL;
}

/* ---- what comes next ---- */

static struct xform_session *session_of(const struct show *show)
{
    return show->journey->visit->session;
}

static void wait_for(struct show *show, enum shown what, const char *ref)
{
    if (show->waiting_count == WAITING_MAX)
        return;
    struct waiting *waiting = &show->waiting[show->waiting_count++];
    waiting->what = what;
    snprintf(waiting->ref, sizeof waiting->ref, "%s", ref);
}

/* The first comes next. */
static void wait_for_children(struct show *show, enum shown what, const struct session_node *node)
{
    for (size_t i = node->child_count; i > 0; i--)
        wait_for(show, what, node->children[i - 1]);
}

static bool look(struct show *show, const char *ref, struct session_node *out_node)
{
    struct err e = session_look(session_of(show), ref, out_node);
    return !err_is(&e);
}

static void wait_for_series(struct show *show, const char *ref)
{
    struct session_node series;
    if (!look(show, ref, &series))
        return;
    bool asks_for_more = !series.count_controlled;
    if (series.child_count == 0) {
        struct err e = session_add_repeat(session_of(show), ref, 0);
        if (err_is(&e) || !look(show, ref, &series))
            return;
    }
    if (asks_for_more)
        wait_for(show, SHOWN_REPEAT, ref);
    wait_for(show, SHOWN_NODE, series.children[0]);
}

static void wait_for_card(struct show *show, const struct session_node *group)
{
    const char *no_card = guide_text(show->setup.service->guide, "no_card", "");
    if (card_is_for_helper(group)) /* who acts for somebody has a card */
        no_card = "";
    if (strcmp(no_card, "typed") == 0)
        wait_for_children(show, SHOWN_CARD_FIELD, group);
    if (*no_card)
        wait_for(show, SHOWN_NO_CARD, show->now.ref);
    wait_for(show, SHOWN_CARD, show->now.ref);
}

/* Replaces a node by the screens it means; false when it means none of its own. */
static bool take_node(struct show *show)
{
    struct session_node node;
    if (!look(show, show->now.ref, &node))
        return false;
    switch (node.kind) {
    case XFORM_MODEL:
        return false;
    case XFORM_REPEAT:
        wait_for_series(show, show->now.ref);
        return false;
    case XFORM_ROOT:
    case XFORM_GROUP:
    case XFORM_INSTANCE:
        if (card_is_group(&node))
            wait_for_card(show, &node);
        else
            wait_for_children(show, SHOWN_NODE, &node);
        return false;
    default:
        break;
    }
    if (show->now.what == SHOWN_CARD_FIELD && !node.required)
        return false;
    if (scan_part_of(session_of(show), show->now.ref) == SCAN_SYMBOLOGY)
        return false;
    bool is_signature = node.kind == XFORM_UPLOAD && session_has_appearance(&node, "signature");
    if (is_signature && show->signature_count < sizeof show->signatures / sizeof *show->signatures)
        snprintf(show->signatures[show->signature_count++], REF_SIZE, "%s", show->now.ref);
    show->now.what = SHOWN_QUESTION;
    return !is_signature;
}

/* ---- samples ---- */

static const char *sample_of(const struct show *show, const struct session_node *node)
{
    switch (node->kind) {
    case XFORM_SELECT1:
    case XFORM_SELECT:
    case XFORM_RANK:
        return node->choice_count > 0 ? node->choices[0].value : "";
    case XFORM_TRIGGER:
        return "OK";
    case XFORM_UPLOAD:
        return "sample.jpg";
    case XFORM_NOTE:
        return "";
    default:
        break;
    }
    switch (node->type) {
    case XFORM_INT:
    case XFORM_DECIMAL:
        return "2";
    case XFORM_DATE:
        return "2026-11-22";
    case XFORM_STRING:
    case XFORM_BARCODE:
        return session_has_appearance(node, "numbers")                    ? "13800001234"
               : strcmp(lang_tag(journey_lang(show->journey)), "en") == 0 ? "Sample"
                                                                          : "王小张";
    default:
        return "";
    }
}

/* Constraints are not asked: a sample is there to be looked at. */
static void give_sample(struct show *show, const char *ref)
{
    struct session_node node;
    const char *own = show->setup.answer ? show->setup.answer(show->setup.answer_context, ref) : NULL;
    if (!look(show, ref, &node) || node.readonly)
        return;
    struct err e = session_set(session_of(show), ref, own ? own : sample_of(show, &node));
    (void)e; /* then the screens after it have less to show */
}

/* A made-up person: there is no region 99. A form that has no such card fields, or wants other ones, is
 * filled as far as it goes. */
static void give_card(struct show *show, const char *ref)
{
    static const char *const names[] = {"name",    "sex",    "nation",     "birth",    "card_type",
                                        "address", "issuer", "valid_from", "valid_to", "id_number"};
    static const char *const values[] = {"王秀兰",       "女",
                                         "汉",           "1942-03-15",
                                         "resident",     "江州省青溪县青溪镇柳树村三组12号",
                                         "青溪县公安局", "2012-05-20",
                                         "长期",         "99012319420315004X"};
    enum { COUNT = sizeof names / sizeof *names };
    struct err e = session_fill_group(session_of(show), ref, names, values, COUNT, NULL);
    for (size_t i = 0; err_is(&e) && i < COUNT; i++) {
        char field[REF_SIZE + 16];
        snprintf(field, sizeof field, "%s/%s", ref, names[i]);
        struct err one = session_set(session_of(show), field, values[i]);
        (void)one;
    }
}

/* ---- the screen now ---- */

static const enum journey_state_id states[] = {
    [SHOWN_GUIDE] = STATE_GUIDE,     [SHOWN_CONSENT] = STATE_CONSENT,   [SHOWN_CARD] = STATE_CARD,
    [SHOWN_NO_CARD] = STATE_NO_CARD, [SHOWN_QUESTION] = STATE_QUESTION, [SHOWN_REPEAT] = STATE_REPEAT,
    [SHOWN_REVIEW] = STATE_REVIEW,   [SHOWN_SAVED] = STATE_SAVED,       [SHOWN_SIGNATURE] = STATE_QUESTION,
};

static void name_it(struct show *show, const char *part)
{
    char *name = show->name;
    size_t length = 0;
    const char *ref = show->now.ref;
    length += (size_t)snprintf(name, REF_SIZE, "%s", journey_state(show->journey));
    for (ref = *ref ? strchr(ref + 1, '/') : NULL; ref && *ref && length < REF_SIZE - 16; ref++) {
        if (*ref == '[')
            ref = strchr(ref, ']');
        else
            name[length++] = *ref == '/' || *ref == '_' ? '-' : *ref;
    }
    snprintf(name + length, REF_SIZE - length, "%s%s", *part ? "-" : "", part);
}

static void open_question(struct show *show)
{
    struct session_node node;
    struct err e = session_jump(session_of(show), show->now.ref);
    (void)e; /* one that is hidden has no place on the way, and so no "3 of 12" */
    if (look(show, show->now.ref, &node))
        draft_open(show->journey, &node);
}

/* The helper's is there only while somebody acts. */
static void open_card(struct show *show)
{
    struct xform_session *session = session_of(show);
    struct session_node group;
    bool is_helper = look(show, show->now.ref, &group) && card_is_for_helper(&group);
    struct err e = session_set_field(session, "acting", is_helper ? "yes" : "no");
    (void)e; /* a form in which nobody acts has no such field */
    e = session_jump(session, show->now.ref);
    (void)e;
}

static void pretend_saved(struct visit *visit, int64_t now_ms)
{
    snprintf(visit->number, sizeof visit->number, "4827000010");
    memcpy(visit->case_line.number, visit->number, sizeof visit->number);
    visit->case_line.state = OUTBOX_QUEUED;
    visit->case_line.saved_ms = now_ms;
    visit->print = PRINT_DONE;
}

/* Not through journey_goto(): nobody walks here, and nothing may begin (reading a card, printing). */
static void stand(struct show *show)
{
    struct journey *journey = show->journey;
    struct visit *visit = journey->visit;
    enum shown what = show->now.what;
    journey->state = states[what];
    visit->signs = what == SHOWN_SIGNATURE;
    if (what == SHOWN_QUESTION || what == SHOWN_SIGNATURE) {
        open_question(show);
    } else if (what == SHOWN_CARD || what == SHOWN_NO_CARD) {
        open_card(show);
    } else if (what == SHOWN_REPEAT) {
        snprintf(visit->repeat_ref, sizeof visit->repeat_ref, "%s", show->now.ref);
    } else if (what == SHOWN_SAVED) {
        pretend_saved(visit, journey->clock->wall_ms(journey->clock));
    }
    name_it(show, "");
}

/* A question may take several screens: the parts of a date, the ways of writing. */
static bool next_part(struct show *show)
{
    struct draft *draft = &show->journey->visit->draft;
    struct text_input *typing = show->journey->typing;
    if (draft->input == VIEW_YEAR || draft->input == VIEW_MONTH) {
        draft->input++;
        draft->year = 2026;
        draft->month = draft->input == VIEW_DAY ? 11 : 0;
        name_it(show, draft->input == VIEW_MONTH ? "month" : "day");
        return true;
    }
    if (draft->input != VIEW_TEXT || text_input_way(typing) + 1 >= text_input_way_count(typing))
        return false;
    char part[32];
    text_input_set_way(typing, text_input_way(typing) + 1);
    snprintf(part, sizeof part, "way-%zu", text_input_way(typing) + 1);
    name_it(show, part);
    return true;
}

static void leave(struct show *show)
{
    if (show->now.what == SHOWN_QUESTION || show->now.what == SHOWN_SIGNATURE)
        give_sample(show, show->now.ref);
    else if (show->now.what == SHOWN_CARD)
        give_card(show, show->now.ref);
    else if (show->now.what == SHOWN_REVIEW)
        for (size_t i = show->signature_count; i > 0; i--)
            wait_for(show, SHOWN_SIGNATURE, show->signatures[i - 1]);
}

struct err show_begin(struct show *show, size_t lang, const struct ui_prefs *prefs)
{
    struct journey *journey = show->journey;
    visit_close_service(journey);
    journey->visit->service = show->setup.service;
    journey->lang_index = lang;
    journey->prefs = *prefs;
    journey->state = STATE_GUIDE;
    show->waiting_count = show->signature_count = 0;
    show->now.what = SHOWN_NOTHING;
    TRY(visit_start_session(journey));
    wait_for(show, SHOWN_SAVED, "");
    wait_for(show, SHOWN_REVIEW, "");
    wait_for(show, SHOWN_NODE, session_root_ref(journey->visit->session));
    wait_for(show, SHOWN_CONSENT, "");
    wait_for(show, SHOWN_GUIDE, "");
    return err_ok();
}

bool show_next(struct show *show)
{
    if ((show->now.what == SHOWN_QUESTION || show->now.what == SHOWN_SIGNATURE) && next_part(show))
        return true;
    leave(show);
    while (show->waiting_count > 0) {
        show->now = show->waiting[--show->waiting_count];
        bool is_node = show->now.what == SHOWN_NODE || show->now.what == SHOWN_CARD_FIELD;
        if (is_node && !take_node(show))
            continue;
        stand(show);
        return true;
    }
    show->now.what = SHOWN_NOTHING;
    return false;
}

const char *show_name(const struct show *show)
{
    return show->name;
}

struct ui_tree *show_screen(struct show *show, int page, const struct ui_theme *theme)
{
    show->journey->page = page;
    return journey_screen(show->journey, theme);
}
