/* The reference panels: 21.5", 15.6" and 10.1", portrait and landscape. */
#ifndef YIZHAN_TESTS_UI_PANELS_H
#define YIZHAN_TESTS_UI_PANELS_H

struct panel_case {
    const char *name;
    int width_px, height_px;
    double inch;
};

static const struct panel_case panels[] = {
    {"21p", 1080, 1920, 21.5}, {"21l", 1920, 1080, 21.5}, {"15p", 1080, 1920, 15.6},
    {"15l", 1920, 1080, 15.6}, {"10l", 1280, 800, 10.1},
};
enum { PANELS = sizeof panels / sizeof panels[0] };

#endif
