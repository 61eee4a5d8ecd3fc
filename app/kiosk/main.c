/* yizhan-kiosk: screen, devices, forms; no network. */
#include "app/kiosk/kiosk.h"
#include "app/kiosk/sandbox.h"
#include "board/base/log.h"
#include "board/base/wipe.h"

/* Left with when a new start would change nothing: yizhan-kiosk.service does not try again, and has
 * yizhan-closed say so on the screen. */
enum { EXIT_TOLD_WRONG = 2 };

int main(int argc, char **argv)
{
    struct kiosk_options options;
    struct kiosk *kiosk = NULL;
    int status;
    if (!kiosk_options_read(argc, argv, NULL, NULL, &options, &status))
        return status;
    forbid_core_dumps();
    forbid_onlookers();
    struct err e = sandbox_enter();
    if (!err_is(&e))
        e = kiosk_create(&options, &kiosk);
    bool is_told_wrong = e.class == ERR_DATA;
    if (!err_is(&e))
        e = kiosk_run(kiosk, NULL);
    kiosk_destroy(&kiosk);
    if (err_is(&e))
        log_err("kiosk", &e);
    return is_told_wrong ? EXIT_TOLD_WRONG : err_is(&e);
}
