/*
 * What udev says on a testbed. umockdev ends the program when a listener's queue is full or a listener is
 * just going; the kernel does neither: here the one is waited for, the other told nothing.
 */
#ifndef YIZHAN_TESTS_UEVENTS_H
#define YIZHAN_TESTS_UEVENTS_H

#include <umockdev.h>

/* Adds devices, as umockdev_testbed_add_from_string() does, which says "add" of each. Any thread. */
gboolean uevents_add(UMockdevTestbed *testbed, const char *text, GError **out_error);
/* action: "add", "remove". Any thread. */
void uevents_say(UMockdevTestbed *testbed, const char *syspath, const char *action);

#endif
