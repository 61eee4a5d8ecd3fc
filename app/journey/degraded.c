/*
 * What still works when something is broken, asked before anybody begins.
 *
 * A printer is never needed: the number stands on the screen until the person has noted it. The voice is
 * never needed either. Without the reader some services take a typed number, as their guide says.
 */
#include "app/journey/degraded.h"

#include "app/journey/internal.h"
#include "app/service/device_note.h"
#include "drivers/printer/printer.h"

static uint32_t devices_ready(const struct journey *journey)
{
    uint32_t ready = 0;
    for (int class = 0; class < DEVICE_CLASS_COUNT; class ++)
        if (journey_device_ready(journey, (enum device_class) class))
            ready |= 1u << class;
    return ready;
}

struct degraded degraded_service(const struct journey *journey, const struct service *service)
{
    uint32_t ready = devices_ready(journey);
    const struct device_need *need = device_need_stops(service->guide, ready);
    if (need)
        return (struct degraded){journey_text(journey, need->lack), true};
    const char *name;
    for (size_t i = 0; (name = guide_item(service->guide, "devices", "", i)) != NULL; i++)
        if (device_need_missing(name, ready)) /* the reader: a number can be typed */
            return (struct degraded){journey_text(journey, "home.no_reader_typed"), false};
    return (struct degraded){0};
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
