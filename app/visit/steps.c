#include "app/visit/visit_private.h"
#include "board/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

/* What is brought before what changes; what is told of it all before what is carried away. */
const struct visit_step visit_steps[] = {
    {"config", PASS_CONFIG, step_config},
    {"forms", PASS_FORMS, step_forms},
    {"receipts", PASS_COURIER, step_receipts},
    {"courier", PASS_COURIER, step_courier},
    {"update", PASS_UPDATE, step_update},
    {"selftest", PASS_SELF_TEST, step_selftest},
    {"report", 0, step_report},
    {"slip", ~(unsigned)PASS_COURIER, step_slip},
    {"logs", PASS_LOGS, step_logs},
    {"reset", PASS_RESET, step_reset},
    {"eject", 0, step_eject},
};
const int visit_step_count = sizeof visit_steps / sizeof *visit_steps;

void visit_say(struct technician_step *shown, enum technician_state state, const char *note,
               const char *format, ...)
{
    va_list values;
    shown->state = state;
    snprintf(shown->note, sizeof shown->note, "%s", note);
    va_start(values, format);
    vsnprintf(shown->value, sizeof shown->value, format, values);
    va_end(values);
    utf8_clean(shown->value);
}
