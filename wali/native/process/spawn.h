/* Starts guest threads: each is a host thread with a store and an instance of its own, on the one
 * memory. */
#ifndef WALI_PROCESS_SPAWN_H
#define WALI_PROCESS_SPAWN_H

#include <stdint.h>

struct wali_thread;

/* Starts a thread that calls the guest's function, given by its index in the table, with the new
 * thread's id and the argument.  The id, or -errno. */
int64_t thread_spawn(struct wali_thread *self, uint32_t function, int32_t argument)
    __attribute__((visibility("hidden")));

#endif
