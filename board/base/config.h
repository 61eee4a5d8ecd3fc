/*
 * The kiosk's configuration: /etc/yizhan/kiosk.ini or --config FILE, the same file for every program.
 *
 * Strict: an unknown section or key, a missing required key, a value out of range stop start-up with file and
 * line. Nothing else decides where state lies.
 */
#ifndef YIZHAN_BASE_CONFIG_H
#define YIZHAN_BASE_CONFIG_H

#include "board/base/err.h"

#define CONFIG_DEFAULT_PATH "/etc/yizhan/kiosk.ini"
#define CONFIG_PINS_MAX     8

struct config {
    struct {
        int number;       /* 1..9999, unique in the fleet */
        char place[96];   /* what the top bar says: "青溪镇便民点" */
        double place_lat; /* from "place = NAME @ LAT LON"; has_position says whether it was given */
        double place_lon;
        bool has_position;
        char phone[32];      /* whom to call at this place, where no service says it; "" for nobody */
        char lang[16];       /* BCP 47 tag of the language a new visitor meets: zh-CN or en */
        int large_text_age;  /* from this age on the card, letters are large by themselves */
        int mount_height_mm; /* floor to the panel's lower edge */
        int panel_width_mm;  /* panel_mm = 268x476 */
        int panel_height_mm;
    } kiosk;
    struct {
        char dir[256];    /* outbox.db, forms.db */
        char mirror[256]; /* folder on a second medium that keeps a copy of the outbox; "" for none */
    } store;
    struct config_endpoint {
        char url[512]; /* the base under which formList and submission are found; "" when not configured */
        char user[128];
        char password_file[256];
        char ca[256];
        char client_cert[256];
    } platform, fleet, update; /* update: where releases lie */
    struct {
        char suite[16]; /* "odk" or "sm" */
        char key_sha256[CONFIG_PINS_MAX]
                       [65]; /* pinned fingerprints: lower-case hex SHA-256 of the key's DER */
        int key_count;
        bool allow_unsealed;
    } seal;
    struct {
        char office_key[CONFIG_PINS_MAX]
                       [65]; /* whose receipts are believed: hex of raw Ed25519 public keys */
        int office_count;
    } courier;
    struct {
        char dir[256]; /* device secret, credentials */
    } secrets;
    struct {
        char dir[256]; /* visit log, PIN tries, copies of what a stick brings: by default "visit" beside
                          [store] dir */
        char ca[256];  /* the fleet's certificate: who may come with a stick; "" for nobody */
        char town[64]; /* a stick for this town is for this kiosk */
        char pin[CONFIG_PINS_MAX][65]; /* one verifier for each who may come: app/fleet/pin.h */
        int pin_count;
        char pin_key[256]; /* file without which nothing is guessed from them: by default "pin.key" beside
                              this configuration */
    } visit;
    char ring[32]; /* [update] ring: when a release is for this kiosk; "" when there is no [update] url */
    struct {
        int spread_s; /* first contact after an outage is spread over this many seconds */
    } sync;
};

/* ERR_DATA names file, line and what to do. out_config is untouched on failure. */
MUST_USE struct err config_load(const char *path, struct config *out_config);

#endif
