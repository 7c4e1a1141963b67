/* Character devices that a guest may not open, whoever it is. */
#ifndef WALI_DEVICE_REFUSED_H
#define WALI_DEVICE_REFUSED_H

#include <stdbool.h>
#include <sys/types.h>

/* The memory of the machine, and drivers that follow addresses which they find in
 * what is written to them: there no call's arguments could be checked. */
bool is_refused_device(dev_t device) __attribute__((visibility("hidden")));

#endif
