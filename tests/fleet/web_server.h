/* A web server and the link to it, on the kiosk's own clock: ranges, ETags, cuts at random bytes. */
#ifndef YIZHAN_TESTS_FLEET_WEB_SERVER_H
#define YIZHAN_TESTS_FLEET_WEB_SERVER_H

#include "board/base/clock.h"
#include "offline/http.h"

enum { WEB_LINK_BYTES_S = 100 * 1000 };

struct web_server {
    struct http http; /* must be first */
    struct clock_fake *clock;
    struct buf file, descriptor;
    const char *etag; /* "" for none */
    bool gives_ranges;
    unsigned cut_one_in; /* of exchanges, at a random byte; 0 never */
    uint64_t dice;
    int64_t served; /* bytes of the file */
    int exchanges;
    bool is_interrupted; /* an application was saved during the exchange */
};

/* What a struct web_server begins with. */
extern const struct http web_http;

/* The next of its dice. */
uint64_t web_roll(struct web_server *server);
/* For updater_setup.stopped; context is a struct web_server. */
bool web_is_interrupted(void *server);

#endif
