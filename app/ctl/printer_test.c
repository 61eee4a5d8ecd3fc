/*
 * yizhanctl printer test: one receipt as a citizen gets it, made up, through the very renderer and driver of
 * the kiosk. Shows fonts, rare characters, the QR code, the knife, and whether this printer proves what it
 * prints.
 */
#include "app/ctl/command.h"
#include "app/ctl/devices.h"
#include "ui/receipt.h"
#include <stdio.h>
#include <time.h>

struct ink {
    struct lang *lang;
    struct ui_text *text;
};

static struct err load(const char *assets, struct ink *ink)
{
    char folder[512];
    snprintf(folder, sizeof folder, "%s/lang", assets);
    TRY(lang_create(folder, "zh-CN", NULL, &ink->lang));
    snprintf(folder, sizeof folder, "%s/fonts", assets);
    return ui_text_create(folder, 0, &ink->text);
}

static struct err draw(const struct ink *ink, int width_dots, struct receipt_bitmap *out_bitmap)
{
    char now[32];
    time_t seconds = time(NULL);
    struct tm local;
    strftime(now, sizeof now, "%Y-%m-%d %H:%M", localtime_r(&seconds, &local));
    const struct receipt receipt = {
        .place = "测试页 TEST PAGE",
        .service = "打印机测试",
        .person = "王** 赵𤥂 㛃",
        .number = "0000 00000 0",
        .verdict = "这不是业务小票",
        .printed_at = now,
        .truths = {{UI_STATE_DONE, "字体", "ABC abc 0123456789 ¥12.50"},
                   {UI_STATE_WAITING, "二维码", "用手机或本机摄像头扫一扫"},
                   {UI_STATE_LATER, "四边", "左右两端的横线都完整吗？"},
                   {UI_STATE_LATER, "切刀", "小票切断了吗？"}},
        .truth_count = 4,
        .qr = "驿站 打印机测试 printer test 0123456789",
    };
    return receipt_draw(ink->text, ink->lang, &receipt, width_dots, out_bitmap);
}

static int print(struct devices *devices, const struct devices_options *options, void *context)
{
    const struct receipt_bitmap *drawn = context;
    const struct printer_bitmap bitmap = {drawn->width, drawn->height, drawn->stride, drawn->bits};
    return devices_print(devices, options, &bitmap);
}

int command_printer_test(int argc, char **argv)
{
    struct devices_options options;
    if (!devices_options_parse(argc, argv, &options) || options.file)
        return COMMAND_USAGE;
    struct ink ink = {0};
    struct receipt_bitmap bitmap = {0};
    int status;
    struct err e = load(options.assets, &ink);
    if (!err_is(&e))
        e = draw(&ink, options.width_dots, &bitmap);
    if (err_is(&e))
        status = devices_fail(&options, &e);
    else
        status = devices_run(&options, 1u << DEVICE_PRINTER, print, &bitmap);
    receipt_bitmap_finish(&bitmap);
    ui_text_destroy(&ink.text);
    lang_destroy(&ink.lang);
    return status;
}
