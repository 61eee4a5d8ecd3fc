/* Things to read: the county's notices, details of a service. Both come from the guides. */
#include "app/journey/states.h"

#include <string.h>

enum { ARTICLES_MAX = 24, ARTICLE_SIZE = 600 };

/* "title|text" */
static void add_article(struct arena *arena, const char *value, struct view_reading *reading)
{
    char part[ARTICLE_SIZE];
    struct view_article *articles = (struct view_article *)reading->articles;
    guide_part(value, 0, part, sizeof part);
    articles[reading->count].title = arena_strdup(arena, part);
    guide_part(value, 1, part, sizeof part);
    articles[reading->count++].text = arena_strdup(arena, part);
}

/* ---- the notice board ---- */

/* A notice is "title|text|first day|last day"; days may be left out. */
static bool is_current(const struct journey *journey, const char *notice)
{
    char today[DATE_SIZE], from[16], to[16];
    journey_today(journey, today);
    guide_part(notice, 2, from, sizeof from);
    guide_part(notice, 3, to, sizeof to);
    return strcmp(today, from) >= 0 && (!*to || strcmp(today, to) <= 0);
}

/* The place-th current notice of all services, NULL after the last. */
static const char *notice_at(const struct journey *journey, size_t place)
{
    const struct catalogue *catalogue = journey->catalogue;
    const char *lang = lang_tag(journey_lang(journey)), *notice;
    for (size_t s = 0; catalogue && s < catalogue->count; s++)
        for (size_t i = 0; (notice = guide_item(catalogue->services[s].guide, "notice", lang, i)) != NULL;
             i++)
            if (is_current(journey, notice) && place-- == 0)
                return notice;
    return NULL;
}

size_t board_count(const struct journey *journey)
{
    size_t count = 0;
    while (count < ARTICLES_MAX && notice_at(journey, count))
        count++;
    return count;
}

void board_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct arena *arena = ui_tree_arena(tree);
    struct view_reading reading = {.heading = journey_text(journey, "board.title"),
                                   .help = "",
                                   .articles = arena_array(arena, ARTICLES_MAX, sizeof(struct view_article))};
    const char *notice;
    while (reading.articles && reading.count < ARTICLES_MAX && (notice = notice_at(journey, reading.count)))
        add_article(arena, notice, &reading);
    screen_reading(tree, frame, &reading);
}

/* ---- details of a service ---- */

/* Long names, for who wants them: the last thing there. */
static void add_laws(struct journey *journey, const struct service *service, struct arena *arena,
                     struct view_reading *reading)
{
    const char *lang = lang_tag(journey_lang(journey)), *law;
    struct view_article *article = (struct view_article *)&reading->articles[reading->count];
    struct buf text = {0};
    for (size_t i = 0; (law = guide_item(service->guide, "legal_basis", lang, i)) != NULL; i++)
        buf_printf(&text, "%s%s", i > 0 ? "\n" : "", law);
    if (text.length > 0) {
        article->title = journey_text(journey, "guide.legal_basis");
        article->text = arena_strdup(arena, buf_text(&text));
        reading->count++;
    }
    buf_finish(&text);
}

bool details_exist(const struct guide *guide)
{
    return guide_item(guide, "faq", "", 0) || guide_item(guide, "legal_basis", "", 0);
}

void details_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct service *service = journey->visit->service;
    const char *lang = lang_tag(journey_lang(journey)), *faq;
    struct arena *arena = ui_tree_arena(tree);
    struct view_reading reading = {.heading = journey_text(journey, "details.title"),
                                   .help = service_title(service, lang),
                                   .articles = arena_array(arena, ARTICLES_MAX, sizeof(struct view_article))};
    while (reading.articles && reading.count + 1 < ARTICLES_MAX &&
           (faq = guide_item(service->guide, "faq", lang, reading.count)))
        add_article(arena, faq, &reading);
    if (reading.articles)
        add_laws(journey, service, arena, &reading);
    screen_reading(tree, frame, &reading);
}
