/* Character devices that a guest may not open, whatever its rights. */
#ifndef WALI_FILES_DEVICE_REFUSED_H
#define WALI_FILES_DEVICE_REFUSED_H

#include <stdbool.h>
#include <sys/types.h>

/* Whether the device is the memory of the machine, or belongs to a driver that follows addresses in
 * the bytes that are written to it.  No entry could check such addresses.  For a device whose
 * number is_assigned_at_random() this opens files: it is only for callers whose descriptors no
 * other thread of the guest can replace. */
bool is_refused_device(dev_t device) __attribute__((visibility("hidden")));

/* Whether the kernel gives the device's number out as drivers come, so that only /proc knows whose
 * it is. */
bool is_assigned_at_random(dev_t device) __attribute__((visibility("hidden")));

#endif
