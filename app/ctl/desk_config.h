/*
 * The county desk's configuration, an INI file, strict like the kiosk's:
 *
 *     [central]
 *     url = https://central.example.org/v1
 *     user = clerk@example.org
 *     password_file = /etc/yizhan-desk/password
 *     ca = /etc/ssl/county.pem            (when it is not one the system knows)
 *     project = 1                         (of the sealed applications)
 *     fleet = 2                           (of the cases list)
 *
 *     [key]
 *     private = /etc/yizhan-desk/county.pem
 *     passphrase_file = /etc/yizhan-desk/passphrase   (when the key has one)
 *
 *     [kiosks]
 *     4827 = <the kiosk's public key, base64, as yizhanctl status says it>
 *
 *     [desk]
 *     dir = /var/lib/yizhan-desk
 */
#ifndef YIZHAN_CTL_DESK_CONFIG_H
#define YIZHAN_CTL_DESK_CONFIG_H

#include "board/base/err.h"

enum { DESK_PATH_SIZE = 512, DESK_KIOSKS_MAX = 1024 };

struct desk_config {
    char url[DESK_PATH_SIZE], user[128], password_file[DESK_PATH_SIZE], ca[DESK_PATH_SIZE];
    int project, fleet; /* Central's numbers; fleet 0: there is no cases list to keep */
    char private_key[DESK_PATH_SIZE], passphrase_file[DESK_PATH_SIZE];
    char dir[DESK_PATH_SIZE];
    struct desk_kiosk {
        int number;
        char public_key[64]; /* base64 */
    } kiosks[DESK_KIOSKS_MAX];
    int kiosk_count;
};

/* ERR_DATA names file, line and what to do. */
MUST_USE struct err desk_config_load(const char *path, struct desk_config *out_config);

#endif
