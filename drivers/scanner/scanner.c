/* What the three kinds of hand scanner have in common. */
#include "drivers/scanner/scanner.h"

#include "drivers/scanner/verbs.h"

struct err scanner_read(struct device *scanner, int timeout_ms, uint32_t *out_ticket)
{
    const struct device_command command = {.verb = SCANNER_DO_READ, .timeout_ms = timeout_ms};

    return device_send(scanner, &command, out_ticket);
}

const struct scanner_event *scanner_event(const struct device_message *message)
{
    return (const struct scanner_event *)(const void *)message->payload.bytes;
}
