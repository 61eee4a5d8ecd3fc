/* Which fields of a form the kiosk fills by their names; docs/ADDING_A_SERVICE.md has them for authors. */
#ifndef YIZHAN_JOURNEY_FILLERS_H
#define YIZHAN_JOURNEY_FILLERS_H

#include "app/form/xform.h"

/* For xform_study(). */
extern const struct xform_filler journey_fillers[];

#endif
