/* Ports behind which nothing is: every device stands ready and never answers, nothing is saved, said or
 * printed. For drawing screens without a kiosk, and what fakes begin with. */
#ifndef YIZHAN_JOURNEY_QUIET_PORTS_H
#define YIZHAN_JOURNEY_QUIET_PORTS_H

#include "app/journey/ports.h"

/* Static; no port uses its context. */
const struct journey_ports *quiet_ports(void);

#endif
