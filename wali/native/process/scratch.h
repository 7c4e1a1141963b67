/* Host memory for the time of one call, in large pieces. */
#ifndef WALI_PROCESS_SCRATCH_H
#define WALI_PROCESS_SCRATCH_H

#include <stdint.h>

/* Memory of any contents, or NULL.  A process that runs in its parent's memory gets it from what the parent
 * has made, and will unmap, for that: an execve(2) that succeeds unmaps nothing there. */
void *scratch_map(uint64_t bytes) __attribute__((visibility("hidden")));
void scratch_unmap(const void *memory, uint64_t bytes) __attribute__((visibility("hidden")));

#endif
