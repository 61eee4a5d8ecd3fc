/* Sample pages: every widget on the page where it belongs, in both languages. For goldens, the lint and for
 * looking at. */
#ifndef YIZHAN_TESTS_UI_PAGES_H
#define YIZHAN_TESTS_UI_PAGES_H

#include "ui/tree.h"

struct page {
    const char *name;
    void (*build)(struct ui_tree *tree, int page);
};

extern const struct page pages[];
extern const size_t page_count;

/* The panels, languages and folders the pages are tried on. */
struct panel_case {
    const char *name;
    int width_px, height_px;
    double inch;
};
extern const struct panel_case panels[];
extern const size_t panel_count;

#endif
