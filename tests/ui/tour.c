#include "tests/ui/tour_parts.h"

#include "app/journey/walk.h"
#include "app/service/own_form.h"
#include "board/base/file.h"
#include "tests/unit/cmocka.h"
#include "ui/text_input.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PENSION "pension-renewal" /* whose states are visited */
#define LONG    "minimum-living"  /* whose review stands in parts */
enum { FORMS_MAX = 48, NAME_MAX_BYTES = 160 };

/* ---- the forms ---- */

static struct err read_medium(void *context, const char *uri, const char *name, struct buf *out_bytes)
{
    char path[600];
    (void)uri;
    snprintf(path, sizeof path, "%s/%s", (const char *)context, name);
    return file_read(path, 1 << 20, out_bytes);
}

static void load_pictures(const char *folder, struct service *service)
{
    const char *const *names;
    size_t count = xform_media_names(service->form, &names);
    service->pictures = calloc(count + 1, sizeof *service->pictures);
    for (size_t i = 0; i < count; i++) {
        struct service_picture *picture = &service->pictures[service->picture_count];
        if (!strstr(names[i], ".png"))
            continue;
        assert_ok(read_medium((void *)(uintptr_t)folder, NULL, names[i], &picture->bytes));
        snprintf(picture->name, sizeof picture->name, "%s", names[i]);
        service->picture_count++;
    }
}

static void load_service(const char *folder, const char *id, struct service *service)
{
    struct buf xml = {0}, guide = {0};
    char path[600];
    const struct xform_media media = {read_medium, (void *)(uintptr_t)folder};
    snprintf(path, sizeof path, "%s/form.xml", folder);
    assert_ok(file_read(path, 1 << 20, &xml));
    assert_ok(xform_load(buf_text(&xml), xml.length, &media, &service->form));
    struct err e = read_medium((void *)(uintptr_t)folder, NULL, "guide.csv", &guide);
    if (!err_is(&e))
        assert_ok(guide_parse(buf_text(&guide), guide.length, &service->guide));
    snprintf(service->id, sizeof service->id, "%s", id);
    snprintf(service->title, sizeof service->title, "%s", xform_title(service->form));
    load_pictures(folder, service);
    buf_finish(&xml);
    buf_finish(&guide);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct service *)a)->id, ((const struct service *)b)->id);
}

static struct catalogue *all_forms(void)
{
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    catalogue->services = calloc(FORMS_MAX, sizeof *catalogue->services);
    DIR *forms = opendir(YIZHAN_ROOT "/assets/forms");
    assert_non_null(forms);
    for (struct dirent *entry; (entry = readdir(forms)) != NULL;) {
        char folder[600];
        snprintf(folder, sizeof folder, YIZHAN_ROOT "/assets/forms/%s", entry->d_name);
        if (entry->d_name[0] != '.' && catalogue->count + 2 < FORMS_MAX)
            load_service(folder, entry->d_name, &catalogue->services[catalogue->count++]);
    }
    closedir(forms);
    load_service(YIZHAN_ROOT "/tests/ui/questions", "every-question",
                 &catalogue->services[catalogue->count++]);
    load_service(YIZHAN_ROOT "/assets/fleet/service-rating", OWN_FORM_RATING,
                 &catalogue->services[catalogue->count++]);
    qsort(catalogue->services, catalogue->count, sizeof *catalogue->services, by_id);
    return catalogue;
}

/* ---- life ---- */

/* A sheet of paper on a dark desk. */
static struct ui_image preview(void *context)
{
    struct fake_kiosk *kiosk = context;
    struct tour *tour = (struct tour *)kiosk; /* its first member */
    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 64; x++)
            tour->preview[64 * y + x] = x > 12 && x < 52 && y > 6 && y < 34 ? 230 : 70;
    return (struct ui_image){
        .format = UI_IMAGE_GRAY8, .width = 64, .height = 40, .stride = 64, .pixels = tour->preview};
}

void tour_start(struct tour *tour)
{
    static const char *const tags[TOUR_ALL_LANGS] = {"zh-CN", "en", "ug", "bo"};
    struct fake_kiosk *kiosk = &tour->kiosk;
    fake_kiosk_start(kiosk);
    for (int i = 0; i < TOUR_ALL_LANGS; i++)
        assert_ok(lang_create(YIZHAN_BUILD "/assets/lang", tags[i],
                              i < TOUR_LANGS ? NULL : tour->langs[TOUR_ZH], &tour->langs[i]));
    struct journey *journey = kiosk->journey;
    journey->langs = (const struct lang *const *)tour->langs;
    journey->lang_count = TOUR_LANGS;
    text_input_destroy(&kiosk->typing);
    assert_ok(text_input_create("/usr/lib/" YIZHAN_MULTIARCH "/googlepinyin/data/dict_pinyin.dat",
                                YIZHAN_BUILD "/assets", &kiosk->typing));
    journey->typing = kiosk->typing;
    kiosk->ports.camera_preview = preview;
    kiosk->config.kiosk.has_position = true;
    snprintf(kiosk->config.kiosk.phone, sizeof kiosk->config.kiosk.phone, "0000-1234567");
    kiosk->config.kiosk.place_lat = 30.1234;
    kiosk->config.kiosk.place_lon = 104.5678;
    struct store_answer answer = {.kind = STORE_CATALOGUE, .catalogue = all_forms()};
    journey_store(journey, &answer);
    struct store_answer link = {.kind = STORE_LINK};
    link.link.state = OUTBOX_LINK_DOWN;
    journey_store(journey, &link);
}

void tour_stop(struct tour *tour)
{
    fake_kiosk_stop(&tour->kiosk);
    for (int i = TOUR_ALL_LANGS; i > 0; i--)
        lang_destroy(&tour->langs[i - 1]);
}

struct ui_tree *tour_screen(struct tour *tour, const struct ui_theme *theme, int lang, int page)
{
    struct journey *journey = tour->kiosk.journey;
    journey->lang_index = (size_t)lang;
    journey->page = page;
    if (journey->visit->session)
        assert_ok(session_set_language(journey->visit->session, lang_tag(tour->langs[lang])));
    struct ui_tree *tree = journey_screen(journey, theme);
    assert_non_null(tree);
    assert_false(ui_tree_has_failed(tree));
    return tree;
}

/* ---- questions ---- */

struct walk {
    struct tour *tour;
    tour_visit *visit;
    void *context;
    const char *form;
    bool fills; /* each question is seen with an answer, too */
};

static void stop_at(const void *context, const char *what, const char *variant)
{
    const struct walk *walk = context;
    char name[NAME_MAX_BYTES];
    snprintf(name, sizeof name, "%s%s%s%s", walk->form ? walk->form : "", walk->form ? "/" : "", what,
             variant);
    walk->visit(walk->context, walk->tour, name);
}

static void tap(const struct walk *walk, int action, int arg)
{
    fake_tap(&walk->tour->kiosk, action, arg);
}

/* Without going on, as one tap on the screen would. */
static void choose(const struct walk *walk, int index)
{
    const struct ui_event event = {.kind = UI_EVENT_ACTIVATE, .action = ACTION_CHOICE, .arg = index};
    draft_ui(walk->tour->kiosk.journey, &event);
}

/* A stroke on whatever pad there is. */
static void draw(const struct walk *walk)
{
    static const struct ui_pad_point line[] = {
        {2500, 4200}, {3300, 3000}, {4200, 4600}, {5200, 3100}, {6900, 5600}};
    struct ui_event event = {.kind = UI_EVENT_STROKE, .point_count = sizeof line / sizeof *line};
    memcpy(event.points, line, sizeof line);
    journey_ui(walk->tour->kiosk.journey, &event);
}

/* Words, not only characters, and a page of them that is not the first; a group of letters, open. */
static void whole_name(const struct walk *walk, const char *leaf, const char *variant)
{
    char name[32];
    tap(walk, ACTION_ERASE, 0);
    for (const char *c = "wangxiulan"; *c; c++)
        tap(walk, ACTION_TEXT_KEY, *c - 'a');
    snprintf(name, sizeof name, "%s+name", variant);
    stop_at(walk, leaf, name);
    tap(walk, ACTION_MORE_CANDIDATES, 6);
    snprintf(name, sizeof name, "%s+more", variant);
    stop_at(walk, leaf, name);
    tap(walk, ACTION_KEY_GROUP, 5);
    snprintf(name, sizeof name, "%s+group", variant);
    stop_at(walk, leaf, name);
}

/* The writing question in each of its ways. */
static void ways_of_writing(const struct walk *walk, const char *leaf)
{
    draw(walk);
    stop_at(walk, leaf, "+");
    tap(walk, ACTION_CLEAR, 0);
    for (size_t way = 1; way < text_input_way_count(walk->tour->kiosk.typing); way++) {
        char variant[24];
        snprintf(variant, sizeof variant, "+way%zu", way);
        tap(walk, ACTION_WAY, (int)way);
        tap(walk, ACTION_TEXT_KEY, 0);
        stop_at(walk, leaf, variant);
        if (*text_input_initials(walk->tour->kiosk.typing))
            whole_name(walk, leaf, variant);
    }
}

/* It dies before the eyes of who can keep what she gave, and of who cannot. */
static void dead_camera(const struct walk *walk, const char *leaf)
{
    struct journey *journey = walk->tour->kiosk.journey;
    fake_device(&walk->tour->kiosk, DEVICE_CAMERA, false, 0);
    stop_at(walk, leaf, "+dead");
    journey->keeps_cards = journey->visit->person.has_card = journey->visit->person.knows_kept = true;
    fake_device(&walk->tour->kiosk, DEVICE_CAMERA, false, 0);
    stop_at(walk, leaf, "+keep");
    journey->keeps_cards = journey->visit->person.has_card = journey->visit->person.knows_kept = false;
    fake_device(&walk->tour->kiosk, DEVICE_CAMERA, true, 0);
}

/* What the screen looks like once somebody did something on it. */
static void fill(const struct walk *walk, const char *leaf)
{
    struct draft *draft = &walk->tour->kiosk.journey->visit->draft;
    switch (draft->input) {
    case VIEW_ONE:
    case VIEW_SEVERAL:
    case VIEW_RANK:
        if (draft->is_finding) {
            ways_of_writing(walk, leaf);
            tap(walk, ACTION_NEXT, 0);
        }
        choose(walk, 1);
        break;
    case VIEW_DIGITS:
        for (const char *c = "13800001234"; *c; c++)
            tap(walk, ACTION_KEY, *c);
        break;
    case VIEW_RANGE:
        tap(walk, ACTION_STEP, 1);
        break;
    case VIEW_STARS:
        tap(walk, ACTION_STAR, 4);
        break;
    case VIEW_SIGNATURE:
        draw(walk);
        break;
    case VIEW_PHOTO:
    case VIEW_CODE:
        dead_camera(walk, leaf);
        return;
    case VIEW_TEXT:
        ways_of_writing(walk, leaf);
        return;
    case VIEW_NOTE:
        snprintf(draft->message, sizeof draft->message, "question.required");
        break;
    default:
        return;
    }
    stop_at(walk, leaf, "+");
}

static void steps_of_a_date(const struct walk *walk, const char *leaf)
{
    struct draft *draft = &walk->tour->kiosk.journey->visit->draft;
    for (const char *c = "1948"; *c && draft->input == VIEW_YEAR; c++)
        tap(walk, ACTION_KEY, *c);
    while (draft->input != draft->last_step) {
        enum view_input step = draft->input;
        tap(walk, step == VIEW_MONTH ? ACTION_MONTH : step == VIEW_DAY ? ACTION_DAY : ACTION_HOUR, 2);
        tap(walk, ACTION_NEXT, 0);
        char variant[24];
        snprintf(variant, sizeof variant, "+step%d", (int)draft->input - (int)VIEW_YEAR);
        assert_int_not_equal(draft->input, step);
        stop_at(walk, leaf, variant);
    }
}

static void question(const struct walk *walk, const struct session_node *node)
{
    struct journey *journey = walk->tour->kiosk.journey;
    char leaf[64], ref[300];
    snprintf(leaf, sizeof leaf, "%s", node->name);
    snprintf(ref, sizeof ref, "%s", node->ref);
    struct err e = session_jump(journey->visit->session, ref);
    (void)e; /* what is not relevant now has no place among the others, but it has a screen */
    struct session_node again;
    assert_ok(session_look(journey->visit->session, ref, &again));
    draft_open(journey, &again);
    journey_goto(journey, STATE_QUESTION, "tour");
    stop_at(walk, leaf, "");
    enum view_input input = journey->visit->draft.input;
    if (!walk->fills)
        return;
    if (input == VIEW_YEAR || input == VIEW_HOUR)
        steps_of_a_date(walk, leaf);
    else
        fill(walk, leaf);
}

static void every_node(const struct walk *walk, const char *ref)
{
    struct journey *journey = walk->tour->kiosk.journey;
    struct xform_session *session = journey->visit->session;
    struct session_node node;
    char copy[300];
    snprintf(copy, sizeof copy, "%s", ref);
    assert_ok(session_look(session, copy, &node));
    if (node.kind == XFORM_GROUP && node.intent) {
        struct err e = session_jump(session, copy);
        if (!err_is(&e)) {
            journey_goto(journey, STATE_CARD, "tour");
            stop_at(walk, strrchr(copy, '/') + 1, "");
        }
    } else if (node.kind == XFORM_REPEAT) {
        snprintf(journey->visit->repeat_ref, sizeof journey->visit->repeat_ref, "%s", copy);
        struct err e = session_add_repeat(session, copy, 0);
        (void)e; /* counted ones have theirs */
        journey_goto(journey, STATE_REPEAT, "tour");
        stop_at(walk, strrchr(copy, '/') + 1, "");
    } else if (node.kind >= XFORM_INPUT && node.kind <= XFORM_NOTE) {
        question(walk, &node);
    }
    assert_ok(session_look(session, copy, &node));
    for (size_t i = 0; i < node.child_count; i++) {
        assert_ok(session_look(session, copy, &node));
        every_node(walk, node.children[i]);
    }
}

/* ---- states ---- */

/* A draft of the same service, as it lies there for the card. */
static void stage_kept(struct journey *journey)
{
    struct kept_head head = {.saved_ms = journey->clock->wall_ms(journey->clock), .is_wanted = true};
    struct buf xml = {0}, bytes;
    buf_init_private(&bytes);
    snprintf(head.form_id, sizeof head.form_id, "%s", journey->visit->service->id);
    kept_destroy(&journey->visit->person.offer);
    assert_ok(kept_write(&head, &xml, &(struct buf){0}, NULL, 0, &bytes));
    assert_ok(kept_read(bytes.data, bytes.length, &journey->visit->person.offer));
    buf_finish(&bytes);
}

void tour_stage_case(struct journey *journey)
{
    struct visit *visit = journey->visit;
    snprintf(visit->number, sizeof visit->number, "4827000010");
    struct outbox_case *line = &visit->case_line;
    snprintf(line->number, sizeof line->number, "4827000010");
    snprintf(line->form_id, sizeof line->form_id, "%s", visit->service->id);
    line->saved_ms = journey->clock->wall_ms(journey->clock);
    visit->cases = calloc(1, sizeof *visit->cases);
    assert_non_null(visit->cases);
    visit->cases->count = 3;
    for (size_t i = 0; i < visit->cases->count; i++)
        visit->cases->items[i].line = *line;
    stage_kept(journey);
}

/* The review as it is after a card was read, where the form begins with one. */
static void stage_card(struct fake_kiosk *kiosk)
{
    walk_start(kiosk->journey);
    if (kiosk->journey->state == STATE_CARD)
        fake_place_card(kiosk);
}

static bool is_visited_elsewhere(enum journey_state_id state)
{
    return state == STATE_QUESTION || state == STATE_REPEAT || state == STATE_CARD ||
           (state >= STATE_TECHNICIAN && state <= STATE_TECHNICIAN_TAKE);
}

/* So that what is read off a card, and the review, have something to show. */
static void give_answers(struct xform_session *session)
{
    static const char *const answers[][2] = {{"/data/card/name", "王秀兰"},
                                             {"/data/card/id_number", "99012319420315004X"},
                                             {"/data/card/birth", "1942-03-15"},
                                             {"/data/contact_name", "王小张"},
                                             {"/data/contact_phone", "13800001234"}};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct err e = session_set(session, answers[i][0], answers[i][1]);
        (void)e; /* not every form asks it */
    }
}

void tour_open_service(struct tour *tour, size_t index)
{
    struct journey *journey = tour->kiosk.journey;
    journey_goto(journey, STATE_ATTRACT, "tour");
    journey->is_card_left = false; /* the one that lies there since the review is hers all along */
    fake_tap(&tour->kiosk, ACTION_NEXT, 0);
    fake_tap(&tour->kiosk, ACTION_SERVICE, (int)index);
    assert_state(&tour->kiosk, "guide");
    assert_ok(visit_start_session(journey));
    give_answers(journey->visit->session);
}

static void every_state(const struct walk *walk, size_t service)
{
    struct journey *journey = walk->tour->kiosk.journey;
    for (int state = STATE_GUIDE; state < STATE_COUNT; state++) {
        if (is_visited_elsewhere((enum journey_state_id)state))
            continue;
        tour_open_service(walk->tour, service);
        if (state == STATE_REVIEW)
            stage_card(&walk->tour->kiosk);
        else
            tour_stage_case(journey);
        journey_goto(journey, (enum journey_state_id)state, "tour");
        stop_at(walk, journey_states[state].name, "");
    }
    tour_troubles(walk->tour, service, stop_at, walk);
}

static size_t index_of(const struct catalogue *catalogue, const char *id)
{
    size_t i = 0;
    while (strcmp(catalogue->services[i].id, id) != 0)
        i++;
    return i;
}

static void give(struct xform_session *session, const char *const answers[][2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_ok(session_set(session, answers[i][0], answers[i][1]));
}

/* More answers than one looks at in one go: some short, some long, some of persons on a list. */
static void give_many_answers(struct xform_session *session)
{
    static const char *const answers[][2] = {
        {"/data/home/whole", "family"},
        {"/data/home/address", "三组十二号，过了桥第二家，门口有一棵大槐树"},
        {"/data/home/registered", "yes"},
        {"/data/home/before", "no"},
        {"/data/me/marriage", "married"},
        {"/data/me/health", "good"},
        {"/data/me/work", "some"},
        {"/data/me/income", "600"},
        {"/data/earn/land", "2"},
        {"/data/earn/land_use", "self"},
        {"/data/earn/stock", "0"},
        {"/data/own/house", "own"},
        {"/data/own/rooms", "3"},
        {"/data/member[1]/name", "李国强"},
        {"/data/member[1]/relation", "spouse"},
        {"/data/member[1]/health", "chronic"},
        {"/data/member[2]/name", "李小梅"},
        {"/data/member[2]/relation", "child"},
        {"/data/member[2]/health", "good"},
        {"/data/phone", "13800001234"},
        {"/data/bank_number", "6222000000000000000"},
    };
    assert_ok(session_set(session, answers[0][0], answers[0][1]));
    for (int i = 0; i < 2; i++)
        assert_ok(session_add_repeat(session, "/data/member", 0));
    give(session, answers, sizeof answers / sizeof *answers);
}

/* A review in parts; one of them open, with the answers of a person; all again, one looked at. */
static void long_review(const struct walk *walk)
{
    struct journey *journey = walk->tour->kiosk.journey;
    tour_open_service(walk->tour, index_of(journey->catalogue, LONG));
    give_many_answers(journey->visit->session);
    stage_card(&walk->tour->kiosk);
    journey_goto(journey, STATE_REVIEW, "tour");
    stop_at(walk, "review", "");
    tap(walk, ACTION_PART, 2);
    stop_at(walk, "review", "+part");
    tap(walk, ACTION_DONE, 0);
    tap(walk, ACTION_PART, 4);
    stop_at(walk, "review", "+person");
    tap(walk, ACTION_DONE, 0);
    stop_at(walk, "review", "+looked-at");
}

void tour_run(struct tour *tour, const char *only_form, tour_visit *visit, void *context)
{
    struct journey *journey = tour->kiosk.journey;
    struct walk walk = {tour, visit, context, NULL, false};
    stop_at(&walk, "attract", "");
    journey_goto(journey, STATE_HOME, "tour");
    stop_at(&walk, "home", "");
    for (size_t i = 0; i < journey->catalogue->count; i++) {
        const struct service *service = &journey->catalogue->services[i];
        if (own_form_is(service->id) || (only_form && strcmp(service->id, only_form) != 0))
            continue;
        walk.form = service->id;
        walk.fills = strcmp(service->id, "every-question") == 0;
        tour_open_service(tour, i);
        every_node(&walk, session_root_ref(journey->visit->session));
        if (only_form)
            break;
        journey_goto(journey, STATE_REVIEW, "tour");
        stop_at(&walk, "review", "");
        tour_open_service(tour, i);
        stop_at(&walk, "guide", "");
        journey_goto(journey, STATE_CONSENT, "tour");
        stop_at(&walk, "consent", "");
    }
    if (only_form) {
        walk.form = PENSION;
        every_state(&walk, index_of(journey->catalogue, PENSION));
        walk.form = LONG;
        long_review(&walk);
    }
    journey_goto(journey, STATE_ATTRACT, "tour");
}

/* ---- other scripts ---- */

static void offer_peoples(struct journey *journey)
{
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    assert_non_null(catalogue);
    catalogue->services = calloc(1, sizeof *catalogue->services);
    assert_non_null(catalogue->services);
    load_service(YIZHAN_ROOT "/tests/ui/peoples", "peoples", &catalogue->services[catalogue->count++]);
    journey_goto(journey, STATE_ATTRACT, "tour");
    struct store_answer answer = {.kind = STORE_CATALOGUE, .catalogue = catalogue};
    journey_store(journey, &answer);
}

void tour_peoples(struct tour *tour, tour_visit *visit, void *context)
{
    static const enum journey_state_id states[] = {STATE_GUIDE, STATE_DETAILS, STATE_CONSENT, STATE_REVIEW};
    struct journey *journey = tour->kiosk.journey;
    struct walk walk = {tour, visit, context, "peoples", true};
    offer_peoples(journey);
    journey->lang_count = TOUR_ALL_LANGS; /* the bar offers the next of them */
    journey_goto(journey, STATE_HOME, "tour");
    stop_at(&walk, "home", "");
    tour_open_service(tour, 0);
    every_node(&walk, session_root_ref(journey->visit->session));
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        tour_open_service(tour, 0);
        assert_ok(session_set(journey->visit->session, "/data/name", "王秀兰"));
        assert_ok(session_set(journey->visit->session, "/data/phone", "13800001234"));
        assert_ok(session_set(journey->visit->session, "/data/born", "1942-03-15"));
        journey_goto(journey, states[i], "tour");
        stop_at(&walk, journey_states[states[i]].name, "");
    }
}
