/* How threads and the process end. */
#ifndef WALI_PROCESS_EXIT_H
#define WALI_PROCESS_EXIT_H

#include <stdint.h>

struct wali_thread;

/* Frees what the engine and setjmp hold for the thread.  With threads_lock held. */
void thread_destroy(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* Ends the calling thread for the guest and for the core, which may use the structure for another
 * thread then.  The host's thread goes on, and runs no guest code any more. */
void thread_end(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* exit(2): ends the calling thread, and with the last one the process.  `status` is the guest's.
 * Does not return in the process's first thread.  In others it returns -RESTART, and the entry
 * makes the guest leave its frames. */
int64_t thread_exit(int status) __attribute__((visibility("hidden")));

/* exit_group(2).  First stops the other threads, so that the kernel releases robust locks in memory
 * that other processes share. */
_Noreturn void process_exit(int status) __attribute__((visibility("hidden")));

#endif
