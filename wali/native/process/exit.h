/* The ends of threads and of the process. */
#ifndef WALI_PROCESS_EXIT_H
#define WALI_PROCESS_EXIT_H

#include <stdint.h>

struct wali_thread;

/* Takes apart what the engine and setjmp have for the thread; with threads_lock held. */
void thread_destroy(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* Ends the calling thread for the guest and for the core: no guest code runs any more on it. */
void thread_end(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* What exit(2) does: ends the calling thread, and the process if it is the last.  Returns, to
 * an entry that makes the guest leave its frames, unless the thread is the process's first. */
int64_t thread_exit(int status) __attribute__((visibility("hidden")));

/* What exit_group(2) does, and for the locks that threads hold in memory shared with other
 * processes. */
_Noreturn void process_exit(int status) __attribute__((visibility("hidden")));

#endif
