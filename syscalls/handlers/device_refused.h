/* Character devices that a guest may not open, whatever its rights. */
#ifndef WALI_DEVICE_REFUSED_H
#define WALI_DEVICE_REFUSED_H

#include <stdbool.h>
#include <sys/types.h>

/* Whether the device is the memory of the machine, or belongs to a driver that follows addresses in
 * the bytes that are written to it.  No entry could check such addresses. */
bool is_refused_device(dev_t device) __attribute__((visibility("hidden")));

#endif
