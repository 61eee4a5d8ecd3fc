#include "app/ctl/desk_page.h"

#include "app/ctl/desk_ink.h"
#include "board/base/file.h"

#include <stdio.h>
#include <string.h>

static const char MODULE[] = "desk page";

/* Points; A4. */
static const double page_width = 595.28, page_height = 841.89, margin = 50, footer_y = 806;
static const double label_width = 190, picture_height = 330, small_height = 120;

struct page {
    struct ink *ink;
    const struct desk_case *item;
    double y;   /* where the next thing begins */
    int number; /* of this page, from 1 */
    int count;  /* of all pages; 0 while they are being counted */
};

/* ---- pages ---- */

static void draw_footer(struct page *page)
{
    char grouped[CASE_NUMBER_GROUPED_SIZE], text[64];
    case_number_group(page->item->number, grouped);
    ink_line(page->ink, INK_QUIET, 9, margin, footer_y, grouped);
    snprintf(text, sizeof text, "第 %d 页，共 %d 页", page->number, page->count);
    ink_line(page->ink, INK_QUIET, 9, page_width - margin - ink_width(page->ink, INK_QUIET, 9, text),
             footer_y, text);
}

static void new_page(struct page *page)
{
    draw_footer(page);
    ink_next_page(page->ink);
    page->number++;
    page->y = margin;
}

static void need(struct page *page, double height)
{
    if (page->y + height > footer_y - 20)
        new_page(page);
}

/* A wrapped text; the height it took. */
static double draw_text(struct page *page, enum ink_tone tone, double size, double x, double width, double y,
                        const char *text)
{
    double at = y;
    while (*text) {
        size_t length = ink_fit(page->ink, tone, size, width, text);
        ink_bytes(page->ink, tone, size, x, at + size, text, length);
        at += size * 1.5;
        text += length;
        while (*text == ' ' || *text == '\n')
            text++;
    }
    return at - y;
}

static double height_of(struct page *page, enum ink_tone tone, double size, double width, const char *text)
{
    double height = 0;
    while (*text) {
        text += ink_fit(page->ink, tone, size, width, text);
        height += size * 1.5;
        while (*text == ' ' || *text == '\n')
            text++;
    }
    return height;
}

/* ---- what stands on them ---- */

static const char *status_word(const char *status)
{
    static const struct {
        const char *status, *word;
    } words[] = {{"received", "已收到"},
                 {"accepted", "已受理"},
                 {"needs-papers", "待补材料"},
                 {"rejected", "不予受理"},
                 {"finished", "已办结"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].status, status) == 0)
            return words[i].word;
    return status;
}

static const char *signature_word(enum desk_signature signature)
{
    switch (signature) {
    case DESK_SIGNATURE_KNOWN:
        return "本县登记的机器所签，内容未经改动";
    case DESK_SIGNATURE_UNKNOWN:
        return "签名有效，但这台机器没有登记";
    default:
        return "没有有效的签名，不要据此办理";
    }
}

static void draw_row(struct page *page, const char *label, const char *value)
{
    double value_x = margin + label_width, value_width = page_width - margin - value_x;
    double label_height = height_of(page, INK_QUIET, 10, label_width - 16, label);
    double value_height = height_of(page, INK_BLACK, 11, value_width, *value ? value : " ");
    double height = label_height > value_height ? label_height : value_height;
    need(page, height + 10);
    draw_text(page, INK_QUIET, 10, margin, label_width - 16, page->y + 5, label);
    draw_text(page, INK_BLACK, 11, value_x, value_width, page->y + 4, value);
    page->y += height + 8;
    ink_rule(page->ink, margin, page->y, page_width - margin);
}

/* "2026-11-22T17:30:05.000+08:00" as people write it. */
static void draw_consent(struct page *page, struct desk_record *record)
{
    char when[17];
    snprintf(when, sizeof when, "%s", desk_record_field(record, "consent_time"));
    if (strlen(when) < sizeof when - 1)
        return;
    when[10] = ' ';
    draw_row(page, "同意告知的时间", when);
}

/* Several for a matter that several offices share: each takes its part of this page. */
static void draw_items(struct page *page, struct desk_record *record)
{
    char codes[160] = "";
    const char *code;
    for (size_t i = 0, length = 0; (code = guide_item(record->guide, "item_code", "", i)) != NULL; i++)
        if (length < sizeof codes)
            length += (size_t)snprintf(codes + length, sizeof codes - length, "%s%s", i ? "、" : "", code);
    if (*codes)
        draw_row(page, "事项编码", codes);
}

static void draw_head(struct page *page, struct desk_record *record)
{
    char grouped[CASE_NUMBER_GROUPED_SIZE], due[64];
    const struct desk_case *item = page->item;
    const char *department = guide_text(record->guide, "department", DESK_LANG);
    case_number_group(item->number, grouped);
    page->y += draw_text(page, INK_BOLD, 20, margin, page_width - 2 * margin, page->y, item->title) + 4;
    if (*department)
        page->y += draw_text(page, INK_QUIET, 10, margin, page_width - 2 * margin, page->y, department) + 8;
    ink_rule(page->ink, margin, page->y, page_width - margin);
    draw_row(page, "编号", grouped);
    draw_items(page, record);
    draw_row(page, "收到", item->received);
    snprintf(due, sizeof due, "%s%s%s", status_word(item->status), *item->due ? "，期限 " : "", item->due);
    draw_row(page, "现在", due);
    if (*item->message)
        draw_row(page, "给群众的话", item->message);
    draw_row(page, "机器签名", signature_word(record->signature));
    if (desk_record_is_unverified(record))
        draw_row(page, DESK_UNVERIFIED_LABEL, DESK_UNVERIFIED_WORDS);
    draw_consent(page, record);
    page->y += 18;
}

static const char *answer_words(const struct session_answer_line *line)
{
    return line->kind == XFORM_UPLOAD ? "见所附图片" : desk_record_words(line);
}

static void draw_answers(struct page *page, struct desk_record *record)
{
    const struct session_answer_line *lines;
    size_t count = session_answers(record->session, &lines);
    page->y += draw_text(page, INK_BOLD, 13, margin, page_width - 2 * margin, page->y, "填写的内容") + 6;
    ink_rule(page->ink, margin, page->y, page_width - margin);
    for (size_t i = 0; i < count; i++)
        if (lines[i].kind != XFORM_NOTE)
            draw_row(page, lines[i].label, answer_words(&lines[i]));
}

/* Portraits, signatures and the card's photo are told apart at a glance; papers must be read. */
static bool is_seen_at_a_glance(struct xform_session *session, const char *ref)
{
    struct session_node node;
    char group[XFORM_REF_SIZE];
    struct err e = session_look(session, ref, &node);
    if (!err_is(&e) &&
        (session_has_appearance(&node, "signature") || session_has_appearance(&node, "new-front")))
        return true;
    snprintf(group, sizeof group, "%.*s", (int)(strrchr(ref, '/') - ref), ref);
    e = session_look(session, group, &node);
    return !err_is(&e) && node.intent;
}

static void draw_picture(struct page *page, const char *label, const struct unsealed_file *file,
                         double most_height)
{
    need(page, most_height + 40);
    page->y += draw_text(page, INK_BOLD, 12, margin, page_width - 2 * margin, page->y, label) + 4;
    double height =
        ink_picture(page->ink, &file->bytes, margin, page->y, page_width - 2 * margin, most_height);
    if (height <= 0)
        height = draw_text(page, INK_QUIET, 10, margin, page_width - 2 * margin, page->y,
                           "这个文件在这里显示不了（读卡器的照片，或者不是图片）。");
    page->y += height + 20;
}

static void draw_pictures(struct page *page, struct desk_record *record)
{
    const struct session_answer_line *lines;
    page->y += 20;
    for (size_t i = 0; i < session_answers(record->session, &lines);
         i++) { /* anew: looking ends their time */
        const struct unsealed_file *file =
            lines[i].kind == XFORM_UPLOAD ? desk_record_file(record, lines[i].display) : NULL;
        char label[256], ref[XFORM_REF_SIZE];
        snprintf(label, sizeof label, "%s", lines[i].label);
        snprintf(ref, sizeof ref, "%s", lines[i].ref);
        if (file)
            draw_picture(page, label, file,
                         is_seen_at_a_glance(record->session, ref) ? small_height : picture_height);
    }
}

/* Draws all pages; how many there were. */
static int draw(struct ink *ink, struct desk_record *record, const struct desk_case *item, int count)
{
    struct page page = {.ink = ink, .item = item, .y = margin, .number = 1, .count = count};
    draw_head(&page, record);
    draw_answers(&page, record);
    draw_pictures(&page, record);
    draw_footer(&page);
    ink_next_page(ink);
    return page.number;
}

/* Twice: "page 1 of 3" wants to know the 3. */
struct err desk_page_write(struct desk_record *record, const struct desk_case *item, const char *assets,
                           const char *path)
{
    struct buf pdf;
    int count = 0;
    struct err e = err_ok();
    buf_init_private(&pdf);
    for (int pass = 0; pass < 2 && !err_is(&e); pass++) {
        struct ink *ink = NULL;
        buf_clear(&pdf);
        e = ink_create(assets, page_width, page_height, &pdf, &ink);
        if (!err_is(&e)) {
            count = draw(ink, record, item, count);
            e = ink_close(&ink);
        }
    }
    if (!err_is(&e))
        e = buf_check(&pdf, MODULE);
    if (!err_is(&e))
        e = file_write(path, pdf.data, pdf.length, 0600);
    buf_finish(&pdf);
    return e;
}
