/* Guest memory without a reservation that is mapped: for a process whose address space is limited
 * (RLIMIT_AS, getrlimit(2)). */
#ifndef WALI_ENGINE_INTERNALS_SPARSE_MEMORY_H
#define WALI_ENGINE_INTERNALS_SPARSE_MEMORY_H

#include <stdbool.h>

/* Until sparse_memory_end, the engine's reservation of address space is answered with addresses
 * where nothing is mapped, and where the kernel maps nothing that does not ask for them.  What the
 * engine makes accessible there is mapped.  False if the kernel cannot do that (Linux 5.11), or
 * the mappings of the process cannot be read.  For the only thread of a process. */
bool sparse_memory_begin(void) __attribute__((visibility("hidden")));
/* Whether the engine has taken a reservation meanwhile. */
bool sparse_memory_end(void) __attribute__((visibility("hidden")));

#endif
