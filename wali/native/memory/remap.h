/* mremap(2) in the guest's address space. */
#ifndef WALI_MEMORY_REMAP_H
#define WALI_MEMORY_REMAP_H

#include "abi/guest.h"

#include <stdint.h>

/* mremap(2): the new guest address, or -errno. */
int64_t wali_memory_move(gaddr_t old_address, uint64_t old_length, uint64_t new_length, int flags,
                         gaddr_t new_address);

#endif
