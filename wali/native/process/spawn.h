/* Starts guest threads: each is a host thread with a store and an instance of its own, on the one
 * memory. */
#ifndef WALI_PROCESS_SPAWN_H
#define WALI_PROCESS_SPAWN_H

#include <stdint.h>

struct wali_thread;

/* The guest's function that a thread begins with, of type (i32, i32) -> (). */
struct thread_body {
    const char *exported; /* an export's name, which stays where it is; NULL: */
    uint32_t index;       /* in the guest's table */
};

/* Starts a thread that calls the function with the new thread's id and the argument.  The id, or -errno.
 * Of a function in the table the instance is made here: -EINVAL if there is no such function.  Of an
 * export the new thread makes it, and a module without one is at an end. */
int64_t thread_spawn(struct wali_thread *self, struct thread_body body, int32_t argument)
    __attribute__((visibility("hidden")));

#endif
