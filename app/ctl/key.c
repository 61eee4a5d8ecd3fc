/* yizhanctl key: this kiosk's public key, as the county's desk.ini wants it. */
#include "app/ctl/command.h"
#include "app/ctl/stores.h"
#include "offline/crypto.h"
#include "offline/device_key.h"

#include <stdio.h>

int command_key(int argc, char **argv)
{
    struct stores stores;
    struct device_key *key = NULL;
    struct buf text = {0};
    uint8_t public[DEVICE_KEY_SIZE];
    int status = 0;
    if (!stores_open(&stores, argc, argv, &status))
        return status;
    int number = stores.config.kiosk.number;
    struct err e = device_key_open(stores.config.secrets.dir, &key);
    if (!err_is(&e)) {
        device_key_public(key, public);
        e = crypto_base64(public, sizeof public, &text);
    }
    device_key_close(&key);
    if (err_is(&e)) {
        status = stores_fail(&stores, &e);
    } else if (stores.json) {
        status = stores_print(&stores,
                              json_pack("{s:b, s:i, s:s}", "ok", 1, "kiosk", number, "key", buf_text(&text)));
    } else {
        printf("%04d = %s\n", number, buf_text(&text));
        stores_close(&stores);
    }
    buf_finish(&text);
    return status;
}
