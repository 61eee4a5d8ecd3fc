/* A screen in memory for the ui's unit tests: 21.5" portrait, Chinese. */
#ifndef YIZHAN_TESTS_UNIT_UI_FIXTURE_H
#define YIZHAN_TESTS_UNIT_UI_FIXTURE_H

#include "tests/unit/cmocka.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>

struct fixture {
    struct clock_fake clock;
    struct ui_presenter *presenter;
    struct ui *ui;
    struct lang *lang;
};

static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct ui_panel panel;
    clock_fake_init(&f->clock, 0);
    assert_ok(ui_panel_from_diagonal(1080, 1920, 21.5, &panel));
    assert_ok(ui_presenter_memory_create(1080, 1920, &f->presenter));
    assert_ok(
        ui_create(&(struct ui_config){f->presenter, YIZHAN_BUILD "/assets", panel, &f->clock.clock}, &f->ui));
    assert_ok(lang_create(YIZHAN_BUILD "/assets/lang", "zh-CN", NULL, &f->lang));
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    ui_destroy(&f->ui);
    ui_presenter_destroy(&f->presenter);
    lang_destroy(&f->lang);
    free(f);
    return 0;
}

#endif
