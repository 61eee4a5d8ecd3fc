/* Inside of the machine: what outlives one evaluation. */
#ifndef YIZHAN_FORM_XPATH_MACHINE_H
#define YIZHAN_FORM_XPATH_MACHINE_H

#include "app/form/xpath_index.h"
#include "app/form/xpath_regex.h"
#include "app/form/xpath_run.h"

struct xpath_machine {
    struct pool pool;
    struct xpath_limits limits;
    unsigned depth; /* evaluations under way, one inside the other */
    uint64_t steps_left;
    uint64_t steps_taken; /* by all evaluations that are over */
    struct err cause;     /* of the failure that is on its way out */
    struct index_set indexes;
    struct regex_cache regexes;
};

#endif
