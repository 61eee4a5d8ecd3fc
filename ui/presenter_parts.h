/* The face that presenters implement. Private to them. */
#ifndef YIZHAN_UI_PRESENTER_PARTS_H
#define YIZHAN_UI_PRESENTER_PARTS_H

#include "ui/presenter.h"

/* Each op is called on the UI thread and does not block. NULL: this presenter has nothing of the kind. */
struct ui_presenter_ops {
    struct SDL_Surface *(*surface)(struct ui_presenter *presenter);
    struct err (*present)(struct ui_presenter *presenter, const struct ui_rect *rects, size_t count);
    bool (*next)(struct ui_presenter *presenter, struct ui_input *out_input);
    void (*destroy)(struct ui_presenter *presenter); /* frees the presenter too */
};

/* First member of every presenter. */
struct ui_presenter {
    const struct ui_presenter_ops *ops;
    struct ui_presenter_size size;
    bool is_stale;
    int fd, poll_ms;
};

/* SDL's video subsystem, counted: "dummy" for kms and memory, the real one for a window. */
MUST_USE struct err ui_sdl_acquire(const char *video_driver);
void ui_sdl_release(void);

#endif
