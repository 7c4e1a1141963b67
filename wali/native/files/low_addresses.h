/* The addresses of the host below 4 GiB, which are those of a guest's pointers. */
#ifndef WALI_FILES_LOW_ADDRESSES_H
#define WALI_FILES_LOW_ADDRESSES_H

#include <stdbool.h>

/* Whether nothing of this process lies below 4 GiB.  A driver may follow a pointer of the guest's
 * that no handler has seen, which then is a host address (docs/ARCHITECTURE.md). */
bool low_addresses_are_free(void) __attribute__((visibility("hidden")));

#endif
