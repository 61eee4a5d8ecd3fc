/* The two platforms a kiosk talks to. A form belongs to one of them, and so does every submission of it. */
#ifndef YIZHAN_OFFLINE_ENDPOINT_H
#define YIZHAN_OFFLINE_ENDPOINT_H

enum endpoint {
    ENDPOINT_PLATFORM, /* [platform]: applications, sealed */
    ENDPOINT_FLEET,    /* [fleet]: ratings, health, visits, the cases list: open, free of personal data */
    ENDPOINT_COUNT
};

/* "platform", "fleet". */
const char *endpoint_name(enum endpoint endpoint);

#endif
