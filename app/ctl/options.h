/* How every subcommand reads what stands behind it. */
#ifndef YIZHAN_CTL_OPTIONS_H
#define YIZHAN_CTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { OPTIONS_MAX = 12 }; /* of one subcommand */

/* One of three kinds: "--name VALUE" (the last one counts), "--name VALUE" again and again, "--name". */
struct option_place {
    const char *name;
    const char **value;
    const char **values; /* filled from the front; most: its room */
    size_t most;
    bool *given;
};

/* places: ends with one without a name. Words are what is no option; places that are not named and words that
 * are not there stay as they are. Values are borrowed from argv. False: an option is unknown, lacks its value
 * or comes too often, or there are more words than `most_words`; stderr says which. */
bool options_read(int argc, char **argv, const struct option_place *places, const char **words,
                  size_t most_words);

/* A whole number from least to most and nothing beside it. A text that was not given (NULL) leaves
 * *out_number as it is; false: it is no such number, which stderr says. */
bool options_number(const char *text, int least, int most, int *out_number);

/* What --assets is when nobody says: of a checkout the build's own, else the image's. Static. */
const char *options_assets(void);
/* The same for --models: the models.ini beside them. Static. */
const char *options_models(void);

#endif
