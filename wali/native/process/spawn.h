/* Guest threads: a host thread, a store and an instance each, on the one memory. */
#ifndef WALI_PROCESS_SPAWN_H
#define WALI_PROCESS_SPAWN_H

#include <stdint.h>

struct wali_thread;

/* A thread that calls the guest's function (its index in the table) with its own id and the
 * argument.  The id, or -errno. */
int64_t thread_spawn(struct wali_thread *self, uint32_t function, int32_t argument)
    __attribute__((visibility("hidden")));

#endif
