/* The function library: one table, looked up at compile time; handlers live in the xpath_fn_*.c files by
 * subject. */
#ifndef YIZHAN_FORM_XPATH_FN_H
#define YIZHAN_FORM_XPATH_FN_H

#include "app/form/xpath_run.h"

#define FN_URI_JAVAROSA "http://openrosa.org/javarosa"
#define FN_URI_ENKETO   "http://enketo.org/xforms"
#define FN_MANY         255

enum fn_result { FN_STRING, FN_NUMBER, FN_BOOLEAN, FN_NODES, FN_ANY };

struct function {
    const char *name;
    const char *uri; /* NULL: called without prefix */
    uint8_t args_min;
    uint8_t args_max; /* FN_MANY: any number */
    uint8_t result;   /* enum fn_result */
    uint8_t traits;   /* enum expr_trait */
    uint8_t bare;     /* traits when called without arguments */
    bool (*call)(struct call *call, struct value *out);
};

/* Functions of one subject; the lists end with a NULL name. */
extern const struct function xpath_fn_nodes[];
extern const struct function xpath_fn_strings[];
extern const struct function xpath_fn_numbers[];
extern const struct function xpath_fn_booleans[];
extern const struct function xpath_fn_dates[];
extern const struct function xpath_fn_form[];

/* uri NULL for an unprefixed name. NULL when there is none. */
const struct function *xpath_fn_find(const char *uri, const char *name, size_t length);
/* The known name that looks most like a wrong one; NULL when none does. */
const char *xpath_fn_suggest(const char *name, size_t length);

#endif
