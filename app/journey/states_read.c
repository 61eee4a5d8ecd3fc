/* Things to read: the county's notices, questions and answers of a service. Both come from the guides. */
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

/* ---- questions and answers ---- */

void faq_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct service *service = journey->visit->service;
    const char *lang = lang_tag(journey_lang(journey)), *faq;
    struct arena *arena = ui_tree_arena(tree);
    struct view_reading reading = {.heading = journey_text(journey, "faq.title"),
                                   .help = service_title(service, lang),
                                   .articles = arena_array(arena, ARTICLES_MAX, sizeof(struct view_article))};
    while (reading.articles && reading.count < ARTICLES_MAX &&
           (faq = guide_item(service->guide, "faq", lang, reading.count)))
        add_article(arena, faq, &reading);
    screen_reading(tree, frame, &reading);
}
