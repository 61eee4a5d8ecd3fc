#include "tests/ui/pages.h"
#include "ui/frame.h"
#include "ui/writing.h"
#include <string.h>

enum { CHOOSE = UI_ACTION_APP, NEXT, TYPE, ERASE, CLEAR, SWITCH };

/* Both languages side by side: the pages are samples, not screens of the kiosk. */
static const char *say(struct ui_tree *tree, const char *chinese, const char *english)
{
    return strcmp(lang_tag(ui_tree_lang(tree)), "en") == 0 ? english : chinese;
}

static struct ui_page begin(struct ui_tree *tree, const struct ui_frame *sample)
{
    struct ui_frame frame = *sample;
    frame.place = say(tree, "青溪镇便民点", "Qingxi Town");
    frame.other_language = say(tree, "Eng", "中文");
    frame.voice_is_on = true;
    return ui_frame_build(tree, &frame);
}

static struct ui_choice next_choice(struct ui_tree *tree, const char *chinese, const char *english,
                                    const char *icon)
{
    return (struct ui_choice){
        .id = "next", .label = say(tree, chinese, english), .icon = icon, .action = NEXT};
}

static void build_home(struct ui_tree *tree, int page)
{
    static const struct {
        const char *icon, *chinese, *english;
    } tiles[] = {
        {"person-check", "养老金资格认证", "Pension check"},
        {"heart-plus", "医疗保险", "Health insurance"},
        {"yuan", "高龄津贴", "Age allowance"},
        {"hand-plus", "低保与救助", "Relief"},
        {"baby", "出生登记", "Birth"},
        {"house", "居住证与证明", "Residence"},
    };
    struct ui_choice progress = next_choice(tree, "查办事进度", "My progress", "progress");
    struct ui_choice more = {
        .id = "services", .label = say(tree, "更多服务", "More services"), .icon = "grid", .action = CHOOSE};
    struct ui_page p = begin(tree, &(struct ui_frame){.screen = "home",
                                                      .link = UI_LINK_DOWN,
                                                      .page = page,
                                                      .is_wide = true,
                                                      .primary = &progress,
                                                      .secondary = &more});
    ui_heading(p.ask, say(tree, "您好，要办什么事？", "Hello. What brings you here?"));
    ui_help_text(p.ask,
                 say(tree, "点一下要办的事。不会用，请按右下角“帮助”。", "Tap it. If unsure, tap Help."));
    struct ui_node *grid = ui_tiles(p.body);
    for (int i = 0; i < 6; i++) {
        char id[] = "service:0";
        id[8] = (char)('0' + i);
        ui_tile(grid, &(struct ui_choice){.id = id,
                                          .label = say(tree, tiles[i].chinese, tiles[i].english),
                                          .icon = tiles[i].icon,
                                          .action = CHOOSE,
                                          .arg = i});
    }
    ui_remark(p.body, UI_TONE_CAUTION,
              say(tree, "打印机快没纸了，还能打几张小票。", "Paper is low: a few slips left."));
}

static void build_guide(struct ui_tree *tree, int page)
{
    struct ui_choice start = next_choice(tree, "开始办理", "Start", "next");
    struct ui_page p = begin(tree, &(struct ui_frame){.screen = "guide",
                                                      .link = UI_LINK_DOWN,
                                                      .page = page,
                                                      .has_back = true,
                                                      .has_repeat = true,
                                                      .back_label = say(tree, "不办了", "Back"),
                                                      .repeat_label = say(tree, "念给我听", "Listen"),
                                                      .primary = &start});
    ui_heading(p.ask, say(tree, "养老金领取资格认证", "Pension eligibility"));
    ui_help_text(p.ask, say(tree, "每年一次，本人来办。大约 3 分钟，不收费。",
                            "Once a year, in person. 3 minutes, free."));
    ui_section(p.body, say(tree, "请先备好这些", "Have these ready"));
    ui_paper(p.body, "id-card", say(tree, "身份证", "ID card"),
             say(tree, "原件，一张，在读卡处放一下", "The card itself"));
    ui_paper(p.body, "pencil", say(tree, "您的签名", "Your signature"),
             say(tree, "在屏幕上用手指写", "With a finger"));
    ui_fact(p.body, say(tree, "办结时间", "Takes"), say(tree, "收到后 5 个工作日", "5 working days"));
    ui_fact(p.body, say(tree, "办理部门", "Office"), say(tree, "县社会保险事业中心", "County insurance"));
    ui_fact(p.body, say(tree, "咨询电话", "Phone"), "0000-1234567");
    ui_button(p.extra, UI_BUTTON_SECONDARY,
              &(struct ui_choice){.id = "print",
                                  .label = say(tree, "把这张清单打印出来", "Print this list"),
                                  .icon = "printer",
                                  .action = CHOOSE});
}

static void build_card(struct ui_tree *tree, int page)
{
    struct ui_page p = begin(tree, &(struct ui_frame){.screen = "card",
                                                      .link = UI_LINK_DOWN,
                                                      .page = page,
                                                      .part = 1,
                                                      .whole = 8,
                                                      .has_stop = true,
                                                      .has_back = true,
                                                      .has_repeat = true});
    ui_heading(p.ask, say(tree, "请把身份证放在下面的读卡处", "Put your ID card on the reader"));
    ui_help_text(p.ask, say(tree, "放平，不要动，听到“叮”一声就好。", "Lay it flat until it rings."));
    ui_picture(p.body, "picture-place-card", say(tree, "身份证放在读卡处", "A card above the reader"));
    struct ui_node *row = ui_button_row(p.extra);
    ui_button(
        row, UI_BUTTON_SECONDARY,
        &(struct ui_choice){.id = "no-card", .label = say(tree, "没带身份证", "No card"), .action = CHOOSE});
    ui_button(row, UI_BUTTON_SECONDARY,
              &(struct ui_choice){
                  .id = "helper", .label = say(tree, "我替别人办", "For another"), .action = CHOOSE});
}

static struct ui_page begin_question(struct ui_tree *tree, int page, int part, const struct ui_choice *next)
{
    return begin(tree, &(struct ui_frame){.screen = "question",
                                          .link = UI_LINK_DOWN,
                                          .page = page,
                                          .part = part,
                                          .whole = 8,
                                          .has_stop = true,
                                          .has_back = true,
                                          .has_repeat = true,
                                          .primary = next});
}

static void build_question(struct ui_tree *tree, int page)
{
    static const char *const options[][2] = {{"本村或本镇", "In this town"},
                                             {"本县的别处", "In this county"},
                                             {"外地，和子女同住", "Away, with my children"},
                                             {"养老院或敬老院", "In a care home"}};
    struct ui_choice next = next_choice(tree, "下一步", "Next", "next");
    struct ui_page p = begin_question(tree, page, 4, &next);
    ui_heading(p.ask, say(tree, "您现在主要住在哪里？", "Where do you live now?"));
    ui_help_text(p.ask, say(tree, "选一个最接近的。选错了可以改。", "Choose one. You can change it."));
    struct ui_node *list = ui_options(p.body, 4);
    for (int i = 0; i < 4; i++) {
        char id[] = "choice:0";
        id[7] = (char)('0' + i);
        ui_option(list, &(struct ui_choice){.id = id,
                                            .label = say(tree, options[i][0], options[i][1]),
                                            .action = CHOOSE,
                                            .arg = i,
                                            .is_selected = i == 1});
    }
}

static void build_ticks(struct ui_tree *tree, int page)
{
    static const char *const options[][2] = {{"洗澡", "Bathing"},     {"穿衣", "Dressing"},
                                             {"吃饭", "Eating"},      {"走路", "Walking"},
                                             {"上下楼", "Stairs"},    {"看病拿药", "Seeing a doctor"},
                                             {"买菜做饭", "Cooking"}, {"都不需要", "None of these"}};
    struct ui_choice next = next_choice(tree, "下一步", "Next", "next");
    struct ui_page p = begin_question(tree, page, 6, &next);
    ui_heading(p.ask, say(tree, "哪些事需要别人帮忙？", "What do you need help with?"));
    ui_help_text(p.ask, say(tree, "可以选几个。", "Choose any."));
    struct ui_node *list = ui_options(p.body, 8);
    for (int i = 0; i < 8; i++) {
        char id[] = "choice:0";
        id[7] = (char)('0' + i);
        ui_tick(list, &(struct ui_choice){.id = id,
                                          .label = say(tree, options[i][0], options[i][1]),
                                          .action = CHOOSE,
                                          .arg = i,
                                          .is_selected = i == 0 || i == 3,
                                          .is_disabled = i == 2});
    }
}

static void build_number(struct ui_tree *tree, int page)
{
    struct ui_choice next = next_choice(tree, "下一步", "Next", "next");
    struct ui_page p = begin_question(tree, page, 5, &next);
    ui_heading(p.ask, say(tree, "您的手机号码是多少？", "What is your phone number?"));
    ui_field(p.body, &(struct ui_field){.id = "field",
                                        .text = ui_grouped_digits(p.body, "13800001234"),
                                        .erase_action = ERASE,
                                        .has_caret = true});
    ui_keypad(p.body, TYPE, "X");
}

static void build_month(struct ui_tree *tree, int page)
{
    struct ui_page p = begin_question(tree, page, 3, NULL);
    ui_heading(p.ask, say(tree, "几月出生？", "Which month of birth?"));
    ui_help_text(p.ask, say(tree, "1948 年。", "1948."));
    ui_month_keys(p.body, TYPE, 3);
}

static void build_day(struct ui_tree *tree, int page)
{
    struct ui_page p = begin_question(tree, page, 3, NULL);
    ui_heading(p.ask, say(tree, "几日出生？", "Which day of birth?"));
    ui_help_text(p.ask, say(tree, "1948 年 2 月。", "February 1948."));
    ui_day_keys(p.body, TYPE, 1948, 2, 29);
}

static void build_signature(struct ui_tree *tree, int page)
{
    static const struct ui_pad_point points[] = {{2500, 4200}, {4200, 4000}, {4300, 5200},
                                                 {3300, 6600}, {6000, 3000}, {6100, 5200},
                                                 {6000, 7300}, {4800, 5000}, {7600, 4800}};
    static const size_t counts[] = {4, 3, 2};
    struct ui_choice done = next_choice(tree, "签好了", "Done", "check");
    struct ui_page p = begin_question(tree, page, 8, &done);
    ui_heading(p.ask, say(tree, "请在框里签名", "Please sign in the box"));
    struct ui_choice clear = {.id = "clear", .label = say(tree, "擦掉重签", "Clear"), .action = CLEAR};
    ui_pad(p.body, &(struct ui_pad){.id = "signature",
                                    .label = say(tree, "签名框", "Signature"),
                                    .hint = say(tree, "用手指写您的名字", "Write your name"),
                                    .strokes = {3, counts, points},
                                    .clear = &clear});
    ui_button(p.extra, UI_BUTTON_SECONDARY,
              &(struct ui_choice){
                  .id = "cannot", .label = say(tree, "我不会签名", "I cannot sign"), .action = CHOOSE});
}

static void build_review(struct ui_tree *tree, int page)
{
    static const char *const rows[][4] = {
        {"姓名（身份证）", "Name (ID card)", "王秀兰", "王秀兰"},
        {"身份证号", "ID number", "1101 **** **** 0021", "1101 **** **** 0021"},
        {"现在住在", "Lives", "本县的别处", "In this county"},
        {"联系人", "Contact", "王小张", "王小张"},
        {"联系电话", "Phone", "138 0000 1234", "138 0000 1234"},
        {"签名", "Signature", "已签", "Signed"}};
    struct ui_choice send = next_choice(tree, "交上去", "Hand in", "check");
    struct ui_page p = begin(tree, &(struct ui_frame){.screen = "review",
                                                      .is_wide = true,
                                                      .link = UI_LINK_DOWN,
                                                      .page = page,
                                                      .has_back = true,
                                                      .has_repeat = true,
                                                      .repeat_label = say(tree, "念给我听", "Listen"),
                                                      .primary = &send});
    ui_heading(p.ask, say(tree, "请看一遍，对不对？", "Is everything right?"));
    ui_help_text(p.ask, say(tree, "哪一行不对，就点哪一行改。", "Tap a line to change it."));
    struct ui_node *list = ui_answers(p.body);
    for (int i = 0; i < 6; i++) {
        char id[] = "answer:0";
        id[7] = (char)('0' + i);
        bool is_from_card = i < 2;
        ui_answer(list, &(struct ui_answer){.id = id,
                                            .name = say(tree, rows[i][0], rows[i][1]),
                                            .value = say(tree, rows[i][2], rows[i][3]),
                                            .badge = is_from_card ? say(tree, "来自身份证", "from card")
                                                                  : say(tree, "改", "Change"),
                                            .badge_icon = is_from_card ? NULL : "pencil",
                                            .action = is_from_card ? 0 : CHOOSE,
                                            .arg = i});
    }
    ui_help_text(p.body, say(tree, "按“交上去”以后，材料会锁好存在这台机器里。只有县社保中心能打开。",
                             "After handing in, your papers are locked in this machine. Only the county "
                             "office can open them."));
}

static void build_saved(struct ui_tree *tree, int page)
{
    struct ui_choice done = next_choice(tree, "办好了", "Done", "check");
    struct ui_choice again = {.id = "again", .label = say(tree, "再办一件", "One more"), .action = CHOOSE};
    struct ui_page p = begin(
        tree,
        &(struct ui_frame){
            .screen = "saved", .link = UI_LINK_DOWN, .page = page, .secondary = &again, .primary = &done});
    ui_verdict(p.ask, UI_STATE_DONE, say(tree, "已经存好，还没送到", "Saved, not yet sent"),
               say(tree, "网络一通，机器自动送出。", "It goes out by itself."));
    ui_number(p.body, say(tree, "您的编号", "Your number"), "482719365",
              say(tree, "凭编号、小票或身份证查进度", "It shows your progress"));
    ui_step(p.body, UI_STATE_DONE, "check", say(tree, "存在本机", "Kept here"),
            say(tree, "今天 10:26 存好，已加锁", "Today 10:26, locked"));
    ui_step(p.body, UI_STATE_WAITING, "cloud", say(tree, "送到县里", "Sent"),
            say(tree, "还没有。网络一通，马上自动送出", "Not yet. By itself, when online"));
    ui_step(p.body, UI_STATE_LATER, "building", say(tree, "部门受理", "Accepted"),
            say(tree, "收到后 5 个工作日办结", "5 working days after"));
    ui_notice(p.extra, "id-card", say(tree, "请拿好身份证和小票", "Take your card and slip"));
}

static void build_rating(struct ui_tree *tree, int page)
{
    struct ui_choice skip = next_choice(tree, "不评了", "Skip", NULL);
    struct ui_page p = begin(
        tree,
        &(struct ui_frame){
            .screen = "rating", .link = UI_LINK_UP, .page = page, .has_repeat = true, .primary = &skip});
    ui_heading(p.ask, say(tree, "这次办得怎么样？", "How was it?"));
    ui_help_text(p.ask, say(tree, "不记名字。", "No name is kept."));
    ui_faces(p.body, CHOOSE, 4);
}

static void build_handwriting(struct ui_tree *tree, int page)
{
    static const char *const candidates[] = {"张", "章", "涨", "弓", "长", "弘", "引", "弛"};
    static const struct ui_pad_point points[] = {
        {5000, 1500},  {7600, 1500},  {7600, 3300},  {5200, 3300},  {5000, 5200}, {7500, 5300},
        {7300, 7200},  {6300, 7400},  {11500, 1500}, {9500, 3600},  {8800, 4500}, {13500, 4500},
        {10200, 1800}, {10200, 8200}, {11800, 7000}, {10800, 4800}, {12800, 7600}};
    static const size_t counts[] = {8, 2, 2, 3, 2};
    const char *const ways[] = {say(tree, "手写", "Hand"), say(tree, "拼音", "Pinyin"),
                                say(tree, "字母", "Abc"), "123"};
    struct ui_choice next = next_choice(tree, "下一步", "Next", "next");
    struct ui_page p = begin_question(tree, page, 5, &next);
    ui_heading(p.ask, say(tree, "联系人叫什么名字？", "What is the contact's name?"));
    ui_writing(p.body, &(struct ui_writing){
                           .field = {.id = "field", .text = "王小", .erase_action = ERASE, .has_caret = true},
                           .has_candidates = true,
                           .candidates = candidates,
                           .candidate_count = 8,
                           .candidate_action = TYPE,
                           .has_pad = true,
                           .strokes = {5, counts, points},
                           .clear_action = CLEAR,
                           .ways = ways,
                           .way_count = 4,
                           .way_action = SWITCH});
}

static void build_pinyin(struct ui_tree *tree, int page)
{
    static const char *const letters[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
                                          "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"};
    static const char *const candidates[] = {"王小", "网销", "王", "网", "往", "忘", "望", "旺"};
    const char *const ways[] = {say(tree, "手写", "Hand"), say(tree, "拼音", "Pinyin"),
                                say(tree, "字母", "Abc"), "123"};
    struct ui_choice next = next_choice(tree, "下一步", "Next", "next");
    struct ui_page p = begin_question(tree, page, 5, &next);
    ui_heading(p.ask, say(tree, "联系人叫什么名字？", "What is the contact's name?"));
    ui_writing(p.body,
               &(struct ui_writing){
                   .field = {.id = "field", .text = "wangxiao", .erase_action = ERASE, .has_caret = true},
                   .has_candidates = true,
                   .candidates = candidates,
                   .candidate_count = 8,
                   .candidate_action = TYPE,
                   .keys = letters,
                   .key_count = 26,
                   .key_action = TYPE,
                   .ways = ways,
                   .way_count = 4,
                   .way = 1,
                   .way_action = SWITCH});
}

const struct page pages[] = {
    {"home", build_home},           {"guide", build_guide},
    {"card", build_card},           {"question", build_question},
    {"ticks", build_ticks},         {"number", build_number},
    {"month", build_month},         {"day", build_day},
    {"signature", build_signature}, {"handwriting", build_handwriting},
    {"pinyin", build_pinyin},       {"review", build_review},
    {"saved", build_saved},         {"rating", build_rating},
};
const size_t page_count = sizeof pages / sizeof pages[0];

const struct panel_case panels[] = {
    {"21p", 1080, 1920, 21.5}, {"21l", 1920, 1080, 21.5}, {"15p", 1080, 1920, 15.6},
    {"15l", 1920, 1080, 15.6}, {"10l", 1280, 800, 10.1},
};
const size_t panel_count = sizeof panels / sizeof panels[0];
