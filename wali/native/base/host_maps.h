/* The mappings of the process, as the kernel lists them (proc_pid_maps(5)). */
#ifndef WALI_BASE_HOST_MAPS_H
#define WALI_BASE_HOST_MAPS_H

#include <stdbool.h>
#include <stdint.h>

/* Calls visit for each mapping, by ascending addresses, until it answers false.  False if the list
 * cannot be read (no /proc, no descriptor), or visit has ended it.  Allocates nothing.  Takes a
 * descriptor meanwhile. */
bool host_maps_each(bool (*visit)(uint64_t start, uint64_t end, void *argument), void *argument)
    __attribute__((visibility("hidden")));

#endif
