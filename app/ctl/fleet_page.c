#include "app/ctl/fleet_page.h"

#include "app/ctl/fleet_tally.h"
#include "app/ctl/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OLDEST_SHOWN = 20 };

struct page {
    const struct fleet *fleet;
    const struct desk_cases *cases;
    const struct fleet_limits *limits;
    char today[DATE_SIZE];
    struct buf *html;
};

static void put(struct page *page, const char *html)
{
    buf_append_text(page->html, html);
}

static void put_who(struct page *page, const struct fleet_kiosk *kiosk)
{
    buf_printf(page->html, "<tr><td class=\"w\"><b>%04d</b></td><td>", kiosk->number);
    html_text(page->html, kiosk->text[FLEET_PLACE]);
    put(page, "</td>");
}

/* ---- the head ---- */

static void put_tile(struct page *page, const char *zh, const char *en, int64_t count, bool is_bad)
{
    buf_printf(page->html, "<div class=\"tile%s\"><b>%lld</b>", is_bad && count > 0 ? " bad" : "",
               (long long)count);
    html_both(page->html, zh, en);
    put(page, "</div>\n");
}

static int64_t count_with(const struct page *page, unsigned troubles)
{
    int64_t count = 0;
    for (size_t i = 0; i < page->fleet->count; i++)
        count += (fleet_troubles(&page->fleet->kiosks[i], page->limits) & troubles) != 0;
    return count;
}

static int64_t count_waiting(const struct page *page)
{
    int64_t count = 0;
    for (size_t i = 0; i < page->fleet->count; i++)
        count += page->fleet->kiosks[i].waiting > 0 ? page->fleet->kiosks[i].waiting : 0;
    return count;
}

static int64_t count_overdue(const struct page *page)
{
    int64_t count = 0;
    for (size_t i = 0; page->cases && i < page->cases->count; i++)
        count += desk_case_is_overdue(&page->cases->items[i], page->today);
    return count;
}

static void put_head(struct page *page)
{
    char title[64];
    snprintf(title, sizeof title, "驿站机器情况 %s", page->today);
    html_begin(page->html, title);
    put(page, "<h1>驿站机器情况 <small>How the kiosks are · ");
    html_when(page->html, page->limits->now_ms);
    put(page, "</small></h1>\n<div class=\"tiles\">\n");
    put_tile(page, "台机器", "kiosks", (int64_t)page->fleet->count, false);
    put_tile(page, "很久没有消息", "silent", count_with(page, 1u << FLEET_SILENT | 1u << FLEET_NEVER_HEARD),
             true);
    put_tile(page, "要有人管", "need somebody", count_with(page, ~0u), false);
    put_tile(page, "件在等着送", "applications wait", count_waiting(page), false);
    put_tile(page, "台有件等得太久", "with old queues", count_with(page, 1u << FLEET_OLD_QUEUE), true);
    if (page->cases)
        put_tile(page, "件超期", "cases overdue", count_overdue(page), true);
    put(page, "</div>\n");
}

/* ---- who needs somebody ---- */

static void put_troubles(struct page *page, unsigned troubles)
{
    put(page, "<td>");
    for (unsigned i = 0; i < FLEET_TROUBLE_COUNT; i++) {
        if (!(troubles & 1u << i))
            continue;
        put(page, i <= FLEET_OLD_QUEUE ? "<span class=\"t hot\">" : "<span class=\"t\">");
        html_both(page->html, fleet_trouble_zh((enum fleet_trouble)i),
                  fleet_trouble_en((enum fleet_trouble)i));
        put(page, "</span>");
    }
    put(page, "</td>");
}

/* What a technician asks next, in the kiosk's own words. */
static void put_details(struct page *page, const struct fleet_kiosk *kiosk, unsigned troubles)
{
    static const enum fleet_field told[] = {FLEET_LINK_REASON, FLEET_FORMS_REFUSED, FLEET_FORMS_LACKING,
                                            FLEET_QUARANTINE, FLEET_MIRROR};
    bool is_first = true;
    put(page, "<td>");
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        bool is_mirror = told[i] == FLEET_MIRROR;
        if (!*kiosk->text[told[i]] || (is_mirror && !(troubles & 1u << FLEET_MIRROR_FAILED)))
            continue;
        put(page, is_first ? "" : "<br/>");
        html_text(page->html, kiosk->text[told[i]]);
        is_first = false;
    }
    put(page, "</td>");
}

static void put_needy_row(struct page *page, const struct fleet_kiosk *kiosk, unsigned troubles)
{
    put_who(page, kiosk);
    put_troubles(page, troubles);
    html_when_cell(page->html, kiosk->heard_ms);
    html_count_cell(page->html, kiosk->waiting);
    put_details(page, kiosk, troubles);
    put(page, "</tr>\n");
}

/* By the most urgent of each kiosk's troubles, then by number. */
static void put_needy(struct page *page)
{
    html_heading(page->html, "要有人管的机器", "Kiosks that need somebody, the most urgent first");
    if (count_with(page, ~0u) == 0) {
        html_nothing(page->html);
        return;
    }
    HTML_BEGIN_TABLE(page->html, {"编号", "kiosk", false}, {"地点", "place", false},
                     {"什么事", "what", false}, {"最后消息", "last heard", false}, {"在等", "waiting", true},
                     {"它自己怎么说", "in its own words", false});
    for (unsigned most = 0; most < FLEET_TROUBLE_COUNT; most++)
        for (size_t i = 0; i < page->fleet->count; i++) {
            unsigned troubles = fleet_troubles(&page->fleet->kiosks[i], page->limits);
            if (troubles & 1u << most && !(troubles & ((1u << most) - 1)))
                put_needy_row(page, &page->fleet->kiosks[i], troubles);
        }
    html_end_table(page->html);
}

/* ---- counted ---- */

static void count_part(void *context, const char *part, size_t length)
{
    tally_add(context, part, length);
}

static void count_text(struct tally *tally, const char *text)
{
    if (*text)
        tally_add(tally, text, strlen(text));
}

static struct err put_tally(struct page *page, const char *zh, const char *en, struct tally *tally)
{
    TRY(tally_sort(tally));
    put(page, "<div>");
    html_heading(page->html, zh, en);
    if (tally->count == 0)
        html_nothing(page->html);
    else
        HTML_BEGIN_TABLE(page->html, {"", "", false}, {"台数", "kiosks", true});
    for (size_t i = 0; i < tally->count; i++) {
        put(page, "<tr>");
        html_cell(page->html, tally->lines[i].text);
        html_count_cell(page->html, tally->lines[i].count);
        put(page, "</tr>\n");
    }
    if (tally->count > 0)
        html_end_table(page->html);
    put(page, "</div>\n");
    return err_ok();
}

/* "client offline: Could not resolve host": the cause is what stands before the colon. */
static void count_cause(struct tally *tally, const struct fleet_kiosk *kiosk)
{
    const char *reason = kiosk->text[FLEET_LINK_REASON];
    if (strcmp(kiosk->text[FLEET_LINK_STATE], "up") != 0 && *reason)
        tally_add(tally, reason, strcspn(reason, ":"));
}

static struct err put_counted(struct page *page)
{
    struct tally software, forms, causes;
    tally_init(&software, page->fleet->arena);
    tally_init(&forms, page->fleet->arena);
    tally_init(&causes, page->fleet->arena);
    for (size_t i = 0; i < page->fleet->count; i++) {
        const struct fleet_kiosk *kiosk = &page->fleet->kiosks[i];
        count_text(&software, kiosk->text[FLEET_SOFTWARE]);
        fleet_each_part(kiosk->text[FLEET_FORMS_OFFERED], count_part, &forms);
        count_cause(&causes, kiosk);
    }
    put(page, "<div class=\"two\">\n");
    struct err e = put_tally(page, "软件版本", "Firmware versions", &software);
    if (!err_is(&e))
        e = put_tally(page, "网络不通的原因", "Why the link was down at the last report", &causes);
    if (!err_is(&e))
        e = put_tally(page, "服务表的版本", "Forms and their versions", &forms);
    put(page, "</div>\n");
    tally_finish(&software);
    tally_finish(&forms);
    tally_finish(&causes);
    return e;
}

/* ---- the longest waits ---- */

static int by_oldest(const void *a, const void *b)
{
    int64_t one = (*(const struct fleet_kiosk *const *)a)->oldest_ms;
    int64_t other = (*(const struct fleet_kiosk *const *)b)->oldest_ms;
    return one < other ? -1 : one > other;
}

static struct err put_oldest(struct page *page)
{
    const struct fleet_kiosk **waiting = calloc(page->fleet->count + 1, sizeof *waiting);
    size_t count = 0;
    if (!waiting)
        return err_no_memory("fleet");
    for (size_t i = 0; i < page->fleet->count; i++)
        if (page->fleet->kiosks[i].waiting > 0 && page->fleet->kiosks[i].oldest_ms > 0)
            waiting[count++] = &page->fleet->kiosks[i];
    qsort(waiting, count, sizeof *waiting, by_oldest);
    html_heading(page->html, "等得最久的申请", "The oldest queues");
    if (count == 0)
        html_nothing(page->html);
    else
        HTML_BEGIN_TABLE(page->html, {"编号", "kiosk", false}, {"地点", "place", false},
                         {"最早一件", "oldest of", false}, {"在等", "waiting", true},
                         {"要人看", "parked", true}, {"上次连上", "last contact", false},
                         {"网络", "link", false});
    for (size_t i = 0; i < count && i < OLDEST_SHOWN; i++) {
        put_who(page, waiting[i]);
        html_when_cell(page->html, waiting[i]->oldest_ms);
        html_count_cell(page->html, waiting[i]->waiting);
        html_count_cell(page->html, waiting[i]->parked);
        html_when_cell(page->html, waiting[i]->last_contact_ms);
        html_cell(page->html, waiting[i]->text[FLEET_LINK_REASON]);
        put(page, "</tr>\n");
    }
    if (count > 0)
        html_end_table(page->html);
    free(waiting);
    return err_ok();
}

/* ---- cases, and everybody ---- */

static void put_overdue(struct page *page)
{
    if (!page->cases)
        return;
    html_heading(page->html, "超期的件", "Cases overdue");
    if (count_overdue(page) == 0) {
        html_nothing(page->html);
        return;
    }
    HTML_BEGIN_TABLE(page->html, {"号码", "number", false}, {"服务", "service", false},
                     {"收到", "received", false}, {"到期", "due", false}, {"办到哪一步", "status", false});
    for (size_t i = 0; i < page->cases->count; i++) {
        const struct desk_case *item = &page->cases->items[i];
        char number[CASE_NUMBER_GROUPED_SIZE] = "—";
        if (!desk_case_is_overdue(item, page->today))
            continue;
        if (*item->number)
            case_number_group(item->number, number);
        put(page, "<tr>");
        html_cell(page->html, number);
        html_cell(page->html, *item->title ? item->title : item->form_id);
        html_cell(page->html, item->received);
        html_cell(page->html, item->due);
        html_cell(page->html, item->status);
        put(page, "</tr>\n");
    }
    html_end_table(page->html);
}

static void put_all(struct page *page)
{
    html_heading(page->html, "所有机器", "All kiosks");
    HTML_BEGIN_TABLE(page->html, {"编号", "kiosk", false}, {"地点", "place", false},
                     {"最后消息", "last heard", false}, {"版本", "version", false}, {"在等", "waiting", true},
                     {"要人看", "parked", true}, {"网络", "link", false}, {"纸", "paper", false},
                     {"空间 MB", "disk free", true}, {"时钟", "clock", false}, {"设备", "devices", false});
    for (size_t i = 0; i < page->fleet->count; i++) {
        const struct fleet_kiosk *kiosk = &page->fleet->kiosks[i];
        put_who(page, kiosk);
        html_when_cell(page->html, kiosk->heard_ms);
        html_cell(page->html, kiosk->text[FLEET_SOFTWARE]);
        html_count_cell(page->html, kiosk->waiting);
        html_count_cell(page->html, kiosk->parked);
        html_cell(page->html, kiosk->text[FLEET_LINK_STATE]);
        html_cell(page->html, kiosk->text[FLEET_PAPER]);
        html_count_cell(page->html, kiosk->disk_free_mb);
        html_cell(page->html, kiosk->text[FLEET_CLOCK]);
        html_cell(page->html, kiosk->text[FLEET_DEVICES]);
        put(page, "</tr>\n");
    }
    html_end_table(page->html);
}

struct err fleet_page(const struct fleet *fleet, const struct desk_cases *cases,
                      const struct fleet_limits *limits, struct buf *out_html)
{
    struct page page = {.fleet = fleet, .cases = cases, .limits = limits, .html = out_html};
    desk_day(limits->now_ms, page.today);
    put_head(&page);
    put_needy(&page);
    TRY(put_oldest(&page));
    put_overdue(&page);
    TRY(put_counted(&page));
    put_all(&page);
    html_end(out_html);
    return buf_check(out_html, "fleet");
}
