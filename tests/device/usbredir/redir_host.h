/*
 * The other end of usb-redir, as far as a test needs it: what QEMU does between a guest and a device.
 * Connects to an outlet's socket, asks, waits for the answer; each wait fails the test after a minute.
 */
#ifndef YIZHAN_TESTS_REDIR_HOST_H
#define YIZHAN_TESTS_REDIR_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct redir_host;

struct redir_host *redir_host_connect(const char *path);
void redir_host_destroy(struct redir_host **host);

/* Waits until the other end says that a device is there, or gone. */
void redir_host_await_device(struct redir_host *host, bool present);
uint16_t redir_host_vendor(const struct redir_host *host);
uint32_t redir_host_interfaces(const struct redir_host *host);
/* Transfer type of the endpoint as announced, 255 for none. */
uint8_t redir_host_endpoint_type(const struct redir_host *host, uint8_t endpoint);

/* Each waits for the answer and returns its usb-redir status, 0 for success. */
int redir_host_control(struct redir_host *host, uint8_t type, uint8_t request, uint16_t value,
                       uint16_t interface, void *data, uint16_t size, size_t *out_size);
int redir_host_out(struct redir_host *host, uint8_t endpoint, const void *data, size_t size);
int redir_host_in(struct redir_host *host, uint8_t endpoint, void *out_data, size_t size, size_t *out_size);

/* Begins reading without waiting, and ends it as QEMU does when the guest gives up: its status. */
uint64_t redir_host_begin_in(struct redir_host *host, uint8_t endpoint, size_t size);
int redir_host_cancel(struct redir_host *host, uint64_t id);

#endif
