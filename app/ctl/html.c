#include "app/ctl/html.h"

#include "app/form/xml.h"

#include <time.h>

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

void html_text(struct buf *html, const char *text)
{
    xml_escape(text, html);
}

void html_begin(struct buf *html, const char *title)
{
    buf_append_text(html,
                    "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"zh-CN\"><head>"
                    "<meta charset=\"utf-8\"/><title>");
    html_text(html, title);
    buf_append_text(html, "</title><style>");
    buf_append_text(html, STYLE);
    buf_append_text(html, "</style></head><body>\n");
}

void html_end(struct buf *html)
{
    buf_append_text(html, "</body></html>\n");
}

void html_both(struct buf *html, const char *zh, const char *en)
{
    html_text(html, zh);
    buf_append_text(html, " <span class=\"en\">");
    html_text(html, en);
    buf_append_text(html, "</span>");
}

void html_heading(struct buf *html, const char *zh, const char *en)
{
    buf_append_text(html, "<h2>");
    html_both(html, zh, en);
    buf_append_text(html, "</h2>\n");
}

void html_when(struct buf *html, int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm local;
    char text[32] = "—";
    if (ms > 0 && localtime_r(&seconds, &local))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
    buf_append_text(html, text);
}

static void put_count(struct buf *html, int64_t count)
{
    if (count < 0)
        buf_append_text(html, "—");
    else
        buf_printf(html, "%lld", (long long)count);
}

void html_begin_table(struct buf *html, const struct html_column *columns, size_t count)
{
    buf_append_text(html, "<table><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        buf_append_text(html, columns[i].is_number ? "<th class=\"n\">" : "<th>");
        html_text(html, columns[i].zh);
        buf_append_text(html, "<br/><span class=\"en\">");
        html_text(html, columns[i].en);
        buf_append_text(html, "</span></th>");
    }
    buf_append_text(html, "</tr></thead><tbody>\n");
}

void html_end_table(struct buf *html)
{
    buf_append_text(html, "</tbody></table>\n");
}

void html_nothing(struct buf *html)
{
    buf_append_text(html, "<p>没有。<span class=\"en\">None.</span></p>\n");
}

void html_cell(struct buf *html, const char *text)
{
    buf_append_text(html, "<td>");
    html_text(html, *text ? text : "—");
    buf_append_text(html, "</td>");
}

void html_when_cell(struct buf *html, int64_t ms)
{
    buf_append_text(html, "<td class=\"w\">");
    html_when(html, ms);
    buf_append_text(html, "</td>");
}

void html_count_cell(struct buf *html, int64_t count)
{
    buf_append_text(html, "<td class=\"n\">");
    put_count(html, count);
    buf_append_text(html, "</td>");
}
