/* yizhan-kiosk: screen, devices, forms; no network. */
#include "app/kiosk/kiosk.h"
#include "app/kiosk/sandbox.h"
#include "board/base/log.h"
#include "board/base/wipe.h"

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
    if (!err_is(&e))
        e = kiosk_run(kiosk, NULL);
    kiosk_destroy(&kiosk);
    if (err_is(&e))
        log_err("kiosk", &e);
    return err_is(&e) ? 1 : 0;
}
