/* yizhan-kiosk-control: yizhan-kiosk with one more input source, for tests, the demo and ./dev run; never
 * installed. */
#include "app/kiosk/sandbox.h"
#include "board/base/log.h"
#include "board/base/wipe.h"
#include "tests/control/control.h"

#include <stdio.h>

static struct err run(struct kiosk_options *options, const char *socket_path)
{
    struct kiosk *kiosk = NULL;
    struct control *control = NULL;
    forbid_core_dumps();
    struct err e = sandbox_enter();
    if (!err_is(&e))
        e = control_create(socket_path, &control);
    if (!err_is(&e)) {
        options->clock = control_clock(control);
        e = kiosk_create(options, &kiosk);
    }
    if (!err_is(&e)) {
        const struct kiosk_source source = control_source(control);
        e = kiosk_run(kiosk, &source);
    }
    kiosk_destroy(&kiosk);
    control_destroy(&control);
    return e;
}

int main(int argc, char **argv)
{
    struct kiosk_options options;
    const char *socket_path = NULL;
    int status;
    if (!kiosk_options_read(argc, argv, "control", &socket_path, &options, &status))
        return status;
    if (!socket_path) {
        fprintf(stderr, "yizhan-kiosk-control: --control SOCKET is missing\n");
        return 2;
    }
    struct err e = run(&options, socket_path);
    if (err_is(&e))
        log_err("kiosk", &e);
    return err_is(&e) ? 1 : 0;
}
