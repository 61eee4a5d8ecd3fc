/*
 * What still works when something is broken: one table of what a service can need, asked before anybody
 * begins.
 *
 * A printer is never needed: the number stands on the screen until the person has noted it. The voice is
 * never needed either. Without the reader some services take a typed number, as their guide says.
 */
#include "app/journey/internal.h"

#include <string.h>

struct need {
    const char *guide_name;           /* in the guide's "devices" */
    enum device_class class, instead; /* instead: another device that does as well; the same for none */
    const char *lack;                 /* what to say when it is missing */
};

static const struct need needs[] = {
    {"idcard", DEVICE_IDCARD, DEVICE_IDCARD, "home.no_reader"},
    {"camera", DEVICE_CAMERA, DEVICE_CAMERA, "home.no_camera"},
    {"scanner", DEVICE_SCANNER, DEVICE_CAMERA, "home.no_scanner"},
};

static const struct need *missing(const struct journey *journey, const char *guide_name)
{
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (strcmp(guide_name, needs[i].guide_name) == 0 && !journey_device_ready(journey, needs[i].class) &&
            !journey_device_ready(journey, needs[i].instead))
            return &needs[i];
    return NULL;
}

static bool may_type_number(const struct service *service)
{
    return strncmp(guide_text(service->guide, "no_card", ""), "typed", 5) == 0;
}

struct degraded degraded_service(const struct journey *journey, const struct service *service)
{
    struct degraded state = {0};
    const char *name;
    for (size_t i = 0; (name = guide_item(service->guide, "devices", "", i)) != NULL; i++) {
        const struct need *need = missing(journey, name);
        if (!need)
            continue;
        if (need->class != DEVICE_IDCARD || !may_type_number(service))
            return (struct degraded){journey_text(journey, need->lack), true};
        state.note = journey_text(journey, "home.no_reader_typed");
    }
    return state;
}

static const char *printer_notice(const struct journey *journey)
{
    uint32_t printer = journey_conditions(journey, DEVICE_PRINTER);
    if (!journey_device_ready(journey, DEVICE_PRINTER))
        return "home.no_printer";
    if (printer & PRINTER_CANNOT_PRINT)
        return printer & PRINTER_PAPER_OUT ? "home.paper_out" : "home.printer_stopped";
    return printer & PRINTER_PAPER_NEAR ? "home.paper_near" : NULL;
}

size_t degraded_kiosk(const struct journey *journey, const char *out_notices[DEGRADED_MAX])
{
    const char *printer = printer_notice(journey);
    size_t count = 0;
    if (printer)
        out_notices[count++] = journey_text(journey, printer);
    if (!journey->ports->voice_works(journey->ports->context))
        out_notices[count++] = journey_text(journey, "home.no_voice");
    return count;
}
