/* EAN-13 and Code 128 (set B) on white paper, for tests. Sources: GS1 General Specifications, ISO/IEC 15417.
 */
#ifndef YIZHAN_TESTS_BAR_SCENE_H
#define YIZHAN_TESTS_BAR_SCENE_H

#include "drivers/picture/picture.h"

/* digits: 13, the check digit included. module_px: width of the narrowest bar. */
MUST_USE struct err bar_ean13(const char *digits, int module_px, struct picture *out_paper);
/* text: printable ASCII. */
MUST_USE struct err bar_code128(const char *text, int module_px, struct picture *out_paper);

#endif
