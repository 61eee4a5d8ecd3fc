#include "app/ctl/fleet_page.h"

#include "app/ctl/fleet_tally.h"
#include "app/form/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { OLDEST_SHOWN = 20 };

struct page {
    const struct fleet *fleet;
    const struct desk_cases *cases;
    const struct fleet_limits *limits;
    char today[DATE_SIZE];
    struct buf *html;
};

static const char STYLE[] =
    "@page{size:A4 landscape;margin:12mm}"
    "*{box-sizing:border-box}"
    "body{font:15px/1.5 'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif;color:#111;"
    "max-width:1180px;margin:24px auto;padding:0 20px}"
    "h1{font-size:26px;margin:0}h2{font-size:19px;margin:30px 0 8px;break-after:avoid}"
    "small,.en{color:#555;font-size:12px;font-weight:400}"
    ".tiles{display:flex;gap:12px;margin:18px 0;flex-wrap:wrap}"
    ".tile{border:1px solid #bbb;border-radius:6px;padding:8px 14px;flex:1;white-space:nowrap}"
    ".tile .en{display:block}"
    ".tile b{display:block;font-size:30px;line-height:1.2}.bad{border:2px solid #b00020}.bad b{color:#b00020}"
    "table{border-collapse:collapse;width:100%;font-size:13px}"
    "th{text-align:left;border-bottom:2px solid #333;padding:4px 8px 4px 0;vertical-align:bottom}"
    "td{border-bottom:1px solid #ddd;padding:4px 8px 4px 0;vertical-align:top}"
    "td.n,th.n{text-align:right;white-space:nowrap;padding-right:24px}.w{white-space:nowrap}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    ".t{border:1px solid #888;border-radius:4px;padding:0 5px;margin:0 3px 3px 0;display:inline-block;"
    "white-space:nowrap}.hot{border:2px solid #b00020;font-weight:700}"
    ".two{display:grid;grid-template-columns:1fr 1fr;gap:0 40px}"
    "@media print{body{margin:0;padding:0;max-width:none;font-size:12px}table{font-size:11px}}";

/* ---- pieces ---- */

static void put(struct page *page, const char *html)
{
    buf_append_text(page->html, html);
}

static void put_text(struct page *page, const char *text)
{
    xml_escape(text, page->html);
}

static void put_both(struct page *page, const char *zh, const char *en)
{
    put_text(page, zh);
    put(page, " <span class=\"en\">");
    put_text(page, en);
    put(page, "</span>");
}

static void put_heading(struct page *page, const char *zh, const char *en)
{
    put(page, "<h2>");
    put_both(page, zh, en);
    put(page, "</h2>\n");
}

static void put_when(struct page *page, int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm local;
    char text[32] = "—";
    if (ms > 0 && localtime_r(&seconds, &local))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
    put(page, text);
}

static void put_count(struct page *page, int64_t count)
{
    if (count < 0)
        put(page, "—");
    else
        buf_printf(page->html, "%lld", (long long)count);
}

struct column {
    const char *zh, *en;
    bool is_number;
};

static void begin_table(struct page *page, const struct column *columns, size_t count)
{
    put(page, "<table><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        put(page, columns[i].is_number ? "<th class=\"n\">" : "<th>");
        put_text(page, columns[i].zh);
        put(page, "<br/><span class=\"en\">");
        put_text(page, columns[i].en);
        put(page, "</span></th>");
    }
    put(page, "</tr></thead><tbody>\n");
}
#define BEGIN_TABLE(page, ...)                                                                               \
    begin_table(page, (const struct column[]){__VA_ARGS__},                                                  \
                sizeof((const struct column[]){__VA_ARGS__}) / sizeof(struct column))

static void end_table(struct page *page)
{
    put(page, "</tbody></table>\n");
}

static void put_nothing(struct page *page)
{
    put(page, "<p>没有。<span class=\"en\">None.</span></p>\n");
}

static void put_who(struct page *page, const struct fleet_kiosk *kiosk)
{
    buf_printf(page->html, "<tr><td class=\"w\"><b>%04d</b></td><td>", kiosk->number);
    put_text(page, kiosk->text[FLEET_PLACE]);
    put(page, "</td>");
}

static void put_cell(struct page *page, const char *text)
{
    put(page, "<td>");
    put_text(page, *text ? text : "—");
    put(page, "</td>");
}

static void put_when_cell(struct page *page, int64_t ms)
{
    put(page, "<td class=\"w\">");
    put_when(page, ms);
    put(page, "</td>");
}

static void put_count_cell(struct page *page, int64_t count)
{
    put(page, "<td class=\"n\">");
    put_count(page, count);
    put(page, "</td>");
}

/* ---- the head ---- */

static void put_tile(struct page *page, const char *zh, const char *en, int64_t count, bool is_bad)
{
    buf_printf(page->html, "<div class=\"tile%s\"><b>%lld</b>", is_bad && count > 0 ? " bad" : "",
               (long long)count);
    put_both(page, zh, en);
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
    put(page, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"zh-CN\"><head>"
              "<meta charset=\"utf-8\"/><title>驿站机器情况 ");
    put(page, page->today);
    put(page, "</title><style>");
    put(page, STYLE);
    put(page, "</style></head><body>\n<h1>驿站机器情况 <small>How the kiosks are · ");
    put_when(page, page->limits->now_ms);
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
        put_both(page, fleet_trouble_zh((enum fleet_trouble)i), fleet_trouble_en((enum fleet_trouble)i));
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
        put_text(page, kiosk->text[told[i]]);
        is_first = false;
    }
    put(page, "</td>");
}

static void put_needy_row(struct page *page, const struct fleet_kiosk *kiosk, unsigned troubles)
{
    put_who(page, kiosk);
    put_troubles(page, troubles);
    put_when_cell(page, kiosk->heard_ms);
    put_count_cell(page, kiosk->waiting);
    put_details(page, kiosk, troubles);
    put(page, "</tr>\n");
}

/* By the most urgent of each kiosk's troubles, then by number. */
static void put_needy(struct page *page)
{
    put_heading(page, "要有人管的机器", "Kiosks that need somebody, the most urgent first");
    if (count_with(page, ~0u) == 0) {
        put_nothing(page);
        return;
    }
    BEGIN_TABLE(page, {"编号", "kiosk", false}, {"地点", "place", false}, {"什么事", "what", false},
                {"最后消息", "last heard", false}, {"在等", "waiting", true},
                {"它自己怎么说", "in its own words", false});
    for (unsigned most = 0; most < FLEET_TROUBLE_COUNT; most++)
        for (size_t i = 0; i < page->fleet->count; i++) {
            unsigned troubles = fleet_troubles(&page->fleet->kiosks[i], page->limits);
            if (troubles & 1u << most && !(troubles & ((1u << most) - 1)))
                put_needy_row(page, &page->fleet->kiosks[i], troubles);
        }
    end_table(page);
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
    put_heading(page, zh, en);
    if (tally->count == 0)
        put_nothing(page);
    else
        BEGIN_TABLE(page, {"", "", false}, {"台数", "kiosks", true});
    for (size_t i = 0; i < tally->count; i++) {
        put(page, "<tr>");
        put_cell(page, tally->lines[i].text);
        put_count_cell(page, tally->lines[i].count);
        put(page, "</tr>\n");
    }
    if (tally->count > 0)
        end_table(page);
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
    put_heading(page, "等得最久的申请", "The oldest queues");
    if (count == 0)
        put_nothing(page);
    else
        BEGIN_TABLE(page, {"编号", "kiosk", false}, {"地点", "place", false},
                    {"最早一件", "oldest of", false}, {"在等", "waiting", true}, {"要人看", "parked", true},
                    {"上次连上", "last contact", false}, {"网络", "link", false});
    for (size_t i = 0; i < count && i < OLDEST_SHOWN; i++) {
        put_who(page, waiting[i]);
        put_when_cell(page, waiting[i]->oldest_ms);
        put_count_cell(page, waiting[i]->waiting);
        put_count_cell(page, waiting[i]->parked);
        put_when_cell(page, waiting[i]->last_contact_ms);
        put_cell(page, waiting[i]->text[FLEET_LINK_REASON]);
        put(page, "</tr>\n");
    }
    if (count > 0)
        end_table(page);
    free(waiting);
    return err_ok();
}

/* ---- cases, and everybody ---- */

static void put_overdue(struct page *page)
{
    if (!page->cases)
        return;
    put_heading(page, "超期的件", "Cases overdue");
    if (count_overdue(page) == 0) {
        put_nothing(page);
        return;
    }
    BEGIN_TABLE(page, {"号码", "number", false}, {"服务", "service", false}, {"收到", "received", false},
                {"到期", "due", false}, {"办到哪一步", "status", false});
    for (size_t i = 0; i < page->cases->count; i++) {
        const struct desk_case *item = &page->cases->items[i];
        char number[CASE_NUMBER_GROUPED_SIZE] = "—";
        if (!desk_case_is_overdue(item, page->today))
            continue;
        if (*item->number)
            case_number_group(item->number, number);
        put(page, "<tr>");
        put_cell(page, number);
        put_cell(page, *item->title ? item->title : item->form_id);
        put_cell(page, item->received);
        put_cell(page, item->due);
        put_cell(page, item->status);
        put(page, "</tr>\n");
    }
    end_table(page);
}

static void put_all(struct page *page)
{
    put_heading(page, "所有机器", "All kiosks");
    BEGIN_TABLE(page, {"编号", "kiosk", false}, {"地点", "place", false}, {"最后消息", "last heard", false},
                {"版本", "version", false}, {"在等", "waiting", true}, {"要人看", "parked", true},
                {"网络", "link", false}, {"纸", "paper", false}, {"空间 MB", "disk free", true},
                {"时钟", "clock", false}, {"设备", "devices", false});
    for (size_t i = 0; i < page->fleet->count; i++) {
        const struct fleet_kiosk *kiosk = &page->fleet->kiosks[i];
        put_who(page, kiosk);
        put_when_cell(page, kiosk->heard_ms);
        put_cell(page, kiosk->text[FLEET_SOFTWARE]);
        put_count_cell(page, kiosk->waiting);
        put_count_cell(page, kiosk->parked);
        put_cell(page, kiosk->text[FLEET_LINK_STATE]);
        put_cell(page, kiosk->text[FLEET_PAPER]);
        put_count_cell(page, kiosk->disk_free_mb);
        put_cell(page, kiosk->text[FLEET_CLOCK]);
        put_cell(page, kiosk->text[FLEET_DEVICES]);
        put(page, "</tr>\n");
    }
    end_table(page);
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
    put(&page, "</body></html>\n");
    return buf_check(out_html, "fleet");
}
