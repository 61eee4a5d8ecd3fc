/* What still works. */
#ifndef YIZHAN_JOURNEY_DEGRADED_H
#define YIZHAN_JOURNEY_DEGRADED_H

#include "app/service/catalogue.h"

struct journey;

/* note: what to say of this service before anybody begins, NULL for nothing; blocks: it cannot be done here
 * now. */
struct degraded {
    const char *note;
    bool blocks;
};
struct degraded degraded_service(const struct journey *journey, const struct service *service);
enum { DEGRADED_MAX = 2 };
/* What concerns every service. Returns how many. */
size_t degraded_kiosk(const struct journey *journey, const char *out_notices[DEGRADED_MAX]);

#endif
