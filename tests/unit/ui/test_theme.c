#include "ui/theme.h"

#include "tests/unit/cmocka.h"

#include <string.h>

static const struct {
    int width_px, height_px;
    double inch;
} panels[] = {{1080, 1920, 21.5}, {1920, 1080, 21.5}, {1080, 1920, 15.6},
              {1920, 1080, 15.6}, {1280, 800, 10.1},  {800, 1280, 10.1}};
enum { PANELS = sizeof panels / sizeof panels[0] };

static struct ui_theme theme_for(int panel, struct ui_prefs prefs)
{
    struct ui_panel p;
    assert_ok(
        ui_panel_from_diagonal(panels[panel].width_px, panels[panel].height_px, panels[panel].inch, &p));
    struct ui_theme theme;
    ui_theme_init(&p, &prefs, &theme);
    return theme;
}

/* The design's hard numbers, on every panel. */
static void text_and_targets_are_never_too_small(void **state)
{
    (void)state;
    for (int panel = 0; panel < PANELS; panel++)
        for (int size = 0; size < UI_TEXT_SIZES; size++) {
            struct ui_theme t = theme_for(panel, (struct ui_prefs){.text_size = (enum ui_text_size)size});
            for (int type = 0; type < UI_TYPES; type++)
                assert_true(t.type_px[type] >= 10.0 * t.px_per_mm);
            assert_true(t.type_px[UI_TYPE_HEADING] >= 12.0 * t.px_per_mm);
            assert_true(t.space_px[UI_SPACE_TARGET] >= 20.0 * t.px_per_mm);
            assert_true(t.space_px[UI_SPACE_GAP] >= 6.0 * t.px_per_mm);
            assert_true(t.line_height_px[UI_TYPE_BODY] * 2 >= t.type_px[UI_TYPE_BODY] * 3);
        }
}

static void larger_text_is_larger_but_bars_stay(void **state)
{
    (void)state;
    struct ui_theme normal = theme_for(0, (struct ui_prefs){0});
    struct ui_theme large = theme_for(0, (struct ui_prefs){.text_size = UI_TEXT_LARGEST});
    assert_in_range(large.type_px[UI_TYPE_BODY], normal.type_px[UI_TYPE_BODY] * 159 / 100,
                    normal.type_px[UI_TYPE_BODY] * 161 / 100 + 1);
    assert_int_equal(large.type_px[UI_TYPE_BAR], normal.type_px[UI_TYPE_BAR]);
    assert_int_equal(large.type_px[UI_TYPE_ACTION], normal.type_px[UI_TYPE_ACTION]);
    struct ui_theme small_panel = theme_for(4, (struct ui_prefs){.text_size = UI_TEXT_LARGEST});
    assert_int_equal(small_panel.prefs.text_size, UI_TEXT_LARGE);
}

static double ratio(const struct ui_theme *t, enum ui_colour a, enum ui_colour b)
{
    return ui_contrast_ratio(t->colour[a], t->colour[b]);
}

static void contrasts_keep_their_promise(void **state)
{
    (void)state;
    static const enum ui_colour texts[] = {UI_COLOUR_INK, UI_COLOUR_QUIET, UI_COLOUR_ACCENT,
                                           UI_COLOUR_CAUTION, UI_COLOUR_DANGER};
    static const enum ui_colour surfaces[] = {UI_COLOUR_PAPER, UI_COLOUR_CARD};
    for (int contrast = 0; contrast < UI_CONTRASTS; contrast++) {
        struct ui_theme t = theme_for(0, (struct ui_prefs){.contrast = (enum ui_contrast)contrast});
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
            for (size_t j = 0; j < 2; j++)
                assert_true(ratio(&t, texts[i], surfaces[j]) >= 7.0);
        assert_true(ratio(&t, UI_COLOUR_ON_ACCENT, UI_COLOUR_ACCENT) >= 7.0);
        assert_true(ratio(&t, UI_COLOUR_ON_SELECTED, UI_COLOUR_SELECTED) >= 7.0);
        assert_true(ratio(&t, UI_COLOUR_INK, UI_COLOUR_BAR) >= 7.0);
        assert_true(ratio(&t, UI_COLOUR_CAUTION, UI_COLOUR_CAUTION_CARD) >= 7.0);
        assert_true(ratio(&t, UI_COLOUR_BORDER, UI_COLOUR_PAPER) >= 3.0);
        assert_true(ratio(&t, UI_COLOUR_BORDER, UI_COLOUR_CARD) >= 3.0);
        assert_true(ratio(&t, UI_COLOUR_ACCENT, UI_COLOUR_RULE) >= 3.0);
    }
    struct ui_theme yellow = theme_for(0, (struct ui_prefs){.contrast = UI_YELLOW_ON_BLACK});
    assert_true(ratio(&yellow, UI_COLOUR_INK, UI_COLOUR_PAPER) >= 15.0);
}

static void the_ratio_is_the_standards(void **state)
{
    (void)state;
    assert_true(ui_contrast_ratio(0xFFFFFF, 0x000000) > 20.99);
    assert_true(ui_contrast_ratio(0x777777, 0xFFFFFF) > 4.47 && ui_contrast_ratio(0x777777, 0xFFFFFF) < 4.49);
    assert_true(ui_contrast_ratio(0x123456, 0x123456) < 1.001);
}

static void low_reach_moves_the_page_down(void **state)
{
    (void)state;
    struct ui_panel panel;
    assert_ok(ui_panel_from_diagonal(1080, 1920, 21.5, &panel));
    panel.mount_bottom_mm = 740;
    struct ui_theme normal, low;
    ui_theme_init(&panel, &(struct ui_prefs){0}, &normal);
    ui_theme_init(&panel, &(struct ui_prefs){.low_reach = true}, &low);
    assert_int_equal(normal.reach_top_px, 0);
    double top_mm = panel.mount_bottom_mm + panel.height_mm - low.reach_top_px / low.px_per_mm;
    assert_true(top_mm <= 1000.0);
    panel.mount_bottom_mm = 900; /* hung too high: even a standing person may not reach the top */
    ui_theme_init(&panel, &(struct ui_prefs){0}, &normal);
    assert_true(panel.mount_bottom_mm + panel.height_mm - normal.reach_top_px / normal.px_per_mm <= 1220.0);
}

static void refuses_odd_panels(void **state)
{
    (void)state;
    struct ui_panel panel = {.width_px = 5};
    assert_int_equal(ui_panel_from_diagonal(100, 1080, 21.5, &panel).class, ERR_DATA);
    assert_int_equal(ui_panel_from_diagonal(1920, 1080, 2, &panel).class, ERR_DATA);
    assert_int_equal(ui_panel_from_diagonal(1920, 1080, 0.0 / 0.0, &panel).class, ERR_DATA);
    assert_int_equal(panel.width_px, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_targets_are_never_too_small),
        cmocka_unit_test(larger_text_is_larger_but_bars_stay),
        cmocka_unit_test(contrasts_keep_their_promise),
        cmocka_unit_test(the_ratio_is_the_standards),
        cmocka_unit_test(low_reach_moves_the_page_down),
        cmocka_unit_test(refuses_odd_panels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
