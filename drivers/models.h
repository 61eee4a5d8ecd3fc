/* models.ini in memory: which driver serves what arrived, with which delays and quirks. Immutable once read.
 */
#ifndef YIZHAN_DRIVERS_MODELS_H
#define YIZHAN_DRIVERS_MODELS_H

#include "drivers/driver.h"

struct models;

/* drivers: a registry, NULL at its end. ERR_DATA with file and line for an unknown driver or setting, a value
 * out of range, a section without driver. */
MUST_USE struct err models_load(const char *path, const struct driver *const *drivers,
                                struct models **out_models);
void models_destroy(struct models **models);

/* First row, in file order, that matches the arrival and whose driver's probe says yes; NULL when nothing
 * does. */
const struct model *models_find(const struct models *models, const struct arrival *arrival);

/* The place of a word in "a b c", -1 when it is not there. */
int setting_word(const char *words, const char *word);

#endif
