#include "tests/scenes/bar_scene.h"

#include <string.h>

#define QUIET_MODULES  12
#define HEIGHT_MODULES 40
#define MODULES_MAX    512

/* Bars and spaces as they come, one byte a module: 1 is a bar. */
struct modules {
    uint8_t dark[MODULES_MAX];
    int count;
};

static void add(struct modules *modules, bool dark, int width)
{
    for (; width > 0 && modules->count < MODULES_MAX; width--)
        modules->dark[modules->count++] = dark;
}

static struct err draw(struct modules *modules, int module_px, struct picture *out_paper)
{
    add(modules, false, QUIET_MODULES);
    TRY(picture_reshape(out_paper, modules->count * module_px, HEIGHT_MODULES * module_px, PICTURE_LUMA));
    for (int y = 0; y < out_paper->height; y++)
        for (int x = 0; x < out_paper->width; x++) {
            bool in_margin = y < 4 * module_px || y >= out_paper->height - 4 * module_px;

            out_paper->pixels[(size_t)y * (size_t)out_paper->width + (size_t)x] =
                modules->dark[x / module_px] && !in_margin ? 0 : 255;
        }
    return err_ok();
}

/* Seven modules of a digit, read from bit 6: set A; B is C backwards, C is A inverted. */
static void add_digit(struct modules *modules, int digit, char set)
{
    static const uint8_t set_a[] = {0x0D, 0x19, 0x13, 0x3D, 0x23, 0x31, 0x2F, 0x3B, 0x37, 0x0B};

    for (int i = 6; i >= 0; i--) {
        int bit = set == 'B' ? 6 - i : i;
        bool dark = set_a[digit] >> bit & 1;

        add(modules, set == 'A' ? dark : !dark, 1);
    }
}

struct err bar_ean13(const char *digits, int module_px, struct picture *out_paper)
{
    static const char *const parities[] = {"AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB",
                                           "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"};
    struct modules modules = {0};

    add(&modules, false, QUIET_MODULES);
    for (int i = 0; i < 3; i++)
        add(&modules, i % 2 == 0, 1);
    for (int i = 1; i < 7; i++)
        add_digit(&modules, digits[i] - '0', parities[digits[0] - '0'][i - 1]);
    for (int i = 0; i < 5; i++)
        add(&modules, i % 2 == 1, 1);
    for (int i = 7; i < 13; i++)
        add_digit(&modules, digits[i] - '0', 'C');
    for (int i = 0; i < 3; i++)
        add(&modules, i % 2 == 0, 1);
    return draw(&modules, module_px, out_paper);
}

/* Widths of bar, space, bar ... for each value; 104 starts set B, 106 stops. */
static const char *const patterns[] = {
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112"};

static void add_value(struct modules *modules, int value)
{
    bool dark = true;

    for (const char *width = patterns[value]; *width; width++, dark = !dark)
        add(modules, dark, *width - '0');
}

struct err bar_code128(const char *text, int module_px, struct picture *out_paper)
{
    struct modules modules = {0};
    int sum = 104;

    add(&modules, false, QUIET_MODULES);
    add_value(&modules, 104);
    for (int i = 0; text[i]; i++) {
        add_value(&modules, text[i] - ' ');
        sum += (i + 1) * (text[i] - ' ');
    }
    add_value(&modules, sum % 103);
    add_value(&modules, 106);
    return draw(&modules, module_px, out_paper);
}
