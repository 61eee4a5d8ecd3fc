/* apply_driver DIR COUNT MEDIA_BYTES: saves sealed applications as the kiosk under DIR does, one line each:
 * its number. For benches, and for trying a real ODK Central (docs/ODK_CENTRAL.md). */
#include "board/base/log.h"
#include "tests/offline/kiosk.h"
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct kiosk kiosk;
    struct err e = err_ok();
    char number[CASE_NUMBER_SIZE];

    if (argc != 4) {
        fputs("usage: apply_driver DIR COUNT MEDIA_BYTES\n", stderr);
        return 2;
    }
    kiosk_open(&kiosk, argv[1]);
    for (long i = 0; i < strtol(argv[2], NULL, 10) && !err_is(&e); i++) {
        e = kiosk_apply(&kiosk, strtoul(argv[3], NULL, 10), number);
        if (!err_is(&e))
            puts(number);
    }
    kiosk_close(&kiosk);
    if (err_is(&e))
        log_err("test", &e);
    return err_is(&e) ? 1 : 0;
}
