#include "drivers/sequence.h"

static struct err run_step(const struct sequence_step *step, void *context)
{
    struct err e = step->run(context);
    return err_is(&e) ? err_context(e, "%s", step->name) : e;
}

struct err sequence_run(struct worker *worker, const struct sequence_step *steps, size_t count, void *context)
{
    struct err first = err_ok();
    for (size_t i = 0; i < count; i++) {
        if (!err_is(&first) && worker && !steps[i].cleanup && worker_stopped(worker))
            first = worker_stop_error(worker);
        if (err_is(&first) && !steps[i].cleanup)
            continue;
        struct err e = run_step(&steps[i], context);
        if (!err_is(&first))
            first = e;
    }
    return first;
}
