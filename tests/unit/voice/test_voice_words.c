/* What a person would miss: an amount, a date or a number that the voice says wrong. */
#include "drivers/voice/voice_words.h"
#include "tests/unit/cmocka.h"

struct row {
    const char *text;
    const char *words;
};

static void check(enum voice_tongue tongue, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf words = {0};

        voice_words_expand(tongue, rows[i].text, &words);
        assert_ok(buf_check(&words, "test"));
        assert_string_equal(buf_text(&words), rows[i].words);
        buf_finish(&words);
    }
}

#define CHECK(tongue, rows) check(tongue, rows, sizeof(rows) / sizeof(rows)[0])

static void chinese_numbers(void **state)
{
    static const struct row rows[] = {
        {"0 份", "零份"},
        {"10 天", "十天"},
        {"国发〔2022〕5号", "国发〔二零二二〕五号"},
        {"姓名 · 来自身份证", "姓名，来自身份证"},
        {"家里的人\u00a0· 2 人", "家里的人，两人"},
        {"第3步，共12步", "第三步，共十二步"},
        {"105 人", "一百零五人"},
        {"110 号", "一百一十号"},
        {"1010", "一千零一十"},
        {"2000", "两千"},
        {"10200", "一万零二百"},
        {"20000", "两万"},
        {"100000", "十万"},
        {"1000001", "一百万零一"},
        {"120000000", "一亿两千万"},
        {"3.14", "三点一四"},
        {"0.5", "零点五"},
        {"50%", "百分之五十"},
        {"99.9%", "百分之九十九点九"},
        {"007 号", "零零七号"},
        {"编号 1234567890", "编号幺二三四五六七八九零"},
        {"１２ 份", "十二 份"},
        {"大约 3 分钟", "大约三分钟"},
        {"第 1，修桥", "第一，修桥"},
        {"5-10 天", "五到十天"},
        {"版本 0.3.10", "版本零点三点一零"},
        {"没连上：不打小票", "没连上：不打小票"},
        {"《甲法》\n《乙法》", "《甲法》。《乙法》"},
    };

    (void)state;
    CHECK(VOICE_ZH, rows);
}

static void chinese_personal_numbers(void **state)
{
    static const struct row rows[] = {
        {"身份证号 110105194912310021。", "身份证号幺幺零幺零五，幺九四九幺二三幺，零零二幺。"},
        {"11010519491231002X", "幺幺零幺零五，幺九四九幺二三幺，零零二叉"},
        {"电话 13800138000", "电话幺三八，零零幺三，八零零零"},
        {"0571-88886666", "零五七幺，八八八八六六六六"},
        {"您的编号 4827 00001 0。", "您的编号四八二七，零零零零幺，零。"},
        {"0571-12345", "零五七幺，幺二三四五"},
        {"县 12345 热线办", "县幺二三四五热线办"},
        {"请打 110、119 或 120。120 元", "请打幺幺零、幺幺九或幺二零。一百二十元"},
        {"138 0000 1234", "幺三八，零零零零，幺二三四"},
        {"110105 19491231 002X", "幺幺零幺零五，幺九四九幺二三幺，零零二叉"},
        {"1101\u00a0**** ****\u00a0002X", "幺幺零幺，零零二叉"},
        {"3 4 5", "三 四 五"},
        {"2026-11-22 10:26", "二零二六年十一月二十二日， 上午十点二十六分"},
    };

    (void)state;
    CHECK(VOICE_ZH, rows);
}

static void chinese_dates_and_times(void **state)
{
    static const struct row rows[] = {
        {"2026-11-22", "二零二六年十一月二十二日"},
        {"2026年1月2日前", "二零二六年一月二日前"},
        {"1949/10/1", "一九四九年十月一日"},
        {"生于 19421231，", "生于一九四二年十二月三十一日，"},
        {"2026年", "二零二六年"},
        {"2026 年 11 月", "二零二六年十一月"},
        {"2026-02-30", "两千零二十六-零二-三十"},
        {"8:30 开门", "上午八点半开门"},
        {"14：05", "下午两点零五分"},
        {"2:00", "凌晨两点"},
        {"下午 2 点半", "下午两点半"},
        {"上午 8:40", "上午八点四十分"},
        {"14 点", "下午两点"},
        {"9 点", "九点"},
        {"12:00-21:15", "中午十二点到晚上九点十五分"},
        {"24:00", "夜里十二点"},
        {"还有 2 个", "还有两个"},
        {"第 2 个，共 12 个", "第二个，共十二个"},
        {"2 月 2 号", "二月二号"},
    };

    (void)state;
    CHECK(VOICE_ZH, rows);
}

static void chinese_money(void **state)
{
    static const struct row rows[] = {
        {"¥12.50", "十二元五角"},
        {"12.05元", "十二元零五分"},
        {"12.50 元", "十二元五角"},
        {"0.5元", "五角"},
        {"￥100", "一百元"},
        {"每月 215元", "每月二百一十五元"},
        {"2元", "两元"},
        {"1234.56元", "一千二百三十四元五角六分"},
    };

    (void)state;
    CHECK(VOICE_ZH, rows);
}

static void english(void **state)
{
    static const struct row rows[] = {
        {"3 of 12", "three of twelve"},
        {"105 people", "one hundred and five people"},
        {"21", "twenty-one"},
        {"1,234,000", "one million two hundred and thirty-four thousand"},
        {"1,2,3", "one,two,three"},
        {"1234567", "one million two hundred and thirty-four thousand five hundred and sixty-seven"},
        {"2005", "two thousand and five"},
        {"2026-11-22", "November twenty-second, twenty twenty-six"},
        {"1942-03-01", "March first, nineteen forty-two"},
        {"1905-03-01", "March first, nineteen oh five"},
        {"¥12.50", "twelve yuan and fifty fen"},
        {"100 yuan", "one hundred yuan"},
        {"50%", "fifty percent"},
        {"8:30", "eight thirty in the morning"},
        {"14:00", "two o'clock in the afternoon"},
        {"0:05", "twelve oh five at night"},
        {"12:00", "twelve o'clock at noon"},
        {"3:30 in the afternoon", "three thirty in the afternoon"},
        {"2026-11-02 18:26", "November second, twenty twenty-six, six twenty-six in the evening"},
        {"before 11/2027", "before November twenty twenty-seven"},
        {"1948: which month?", "nineteen forty-eight: which month?"},
        {"1950 yuan", "one thousand nine hundred and fifty yuan"},
        {"Decree No. 765", "Decree number seven hundred and sixty-five"},
        {"Please call 110 or 119.", "Please call one one zero or one one nine."},
        {"the 12345 hotline", "the one two three four five hotline"},
        {"3-5 days", "three to five days"},
        {"15 March 1942", "March fifteenth, nineteen forty-two"},
        {"6 December", "December sixth"},
        {"30 Maybe", "thirty Maybe"},
        {"4827 00001 0", "four eight two seven, zero zero zero zero one, zero"},
        {"13800138000", "one three eight, zero zero one three, eight zero zero zero"},
        {"11010519491231002X",
         "one one zero one zero five, one nine four nine one two three one, zero zero two X"},
        {"3.14", "three point one four"},
        {"USB3 and A4", "USB3 and A4"},
    };

    (void)state;
    CHECK(VOICE_EN, rows);
}

static void other_languages_stay_as_they_are(void **state)
{
    static const struct row rows[] = {{"2026-11-22 ¥12.50", "2026-11-22 ¥12.50"}};

    (void)state;
    CHECK(VOICE_OTHER, rows);
    assert_int_equal(voice_tongue("zh-CN"), VOICE_ZH);
    assert_int_equal(voice_tongue("en"), VOICE_EN);
    assert_int_equal(voice_tongue("ug-CN"), VOICE_OTHER);
    assert_int_equal(voice_tongue("zha"), VOICE_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_numbers),
        cmocka_unit_test(chinese_personal_numbers),
        cmocka_unit_test(chinese_dates_and_times),
        cmocka_unit_test(chinese_money),
        cmocka_unit_test(english),
        cmocka_unit_test(other_languages_stay_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
