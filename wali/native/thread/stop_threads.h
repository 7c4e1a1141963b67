/* Stops the other threads before all end at once: by exit_group(2), execve(2) or a fatal signal.
 *
 * The kernel releases the robust locks of a thread that it ends, but only from a list in its own
 * form, which guest threads do not have while they run (robust_list.h).  So each thread stops first
 * and registers a copy of its list.  Threads stay stopped until the process ends, or until
 * execve(2) has failed. */
#ifndef WALI_THREAD_STOP_THREADS_H
#define WALI_THREAD_STOP_THREADS_H

#include <stdbool.h>

struct wali_thread;

/* Stops the other threads: all, or only those with a robust list.  Returns when they have stopped,
 * at the latest after two seconds.  Registers the calling thread's list as well.
 * Async-signal-safe. */
void stop_threads_begin(struct wali_thread *self, bool all) __attribute__((visibility("hidden")));
/* Resumes the others and takes the calling thread's list back. */
void stop_threads_end(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Stops the calling thread for as long as another thread requests it.  Called when a thread was
 * kicked, begins, or has set its robust list.  Async-signal-safe. */
void stop_threads_obey(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Sets the thread's `tid` to 0: from now on no stopper waits for the thread. */
void stop_threads_leave(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Called around a sleep that no signal ends (vfork(2)): the thread counts as stopped. */
void stop_threads_asleep(struct wali_thread *self) __attribute__((visibility("hidden")));
void stop_threads_awake(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Called in a forked child, whose only thread nobody stops. */
void stop_threads_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
