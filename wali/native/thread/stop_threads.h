/* Before what ends all threads at once: exit_group(2), execve(2), a fatal fault.
 *
 * The kernel releases the robust locks of a thread that it ends, but only those of
 * a native list, and no thread of the guest's has one while it runs (threads.c).
 * So the others stand still first, and each makes one of what it holds.  They stand
 * until the process ends, or goes on because execve(2) failed. */
#ifndef WALI_THREAD_STOP_THREADS_H
#define WALI_THREAD_STOP_THREADS_H

#include <stdbool.h>

struct wali_thread;

/* Returns when the other threads stand still, those with a robust list or all, and
 * when the calling thread's own locks are the kernel's as well. */
void stop_threads_begin(struct wali_thread *self, bool all) __attribute__((visibility("hidden")));
/* They go on. */
void stop_threads_end(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Stands still, if that is asked for: by a thread that was kicked, or has made its
 * robust list known. */
void stop_threads_join(struct wali_thread *self) __attribute__((visibility("hidden")));

/* The thread's `tid` is 0 from now on: nobody waits for it. */
void stop_threads_leave(struct wali_thread *self) __attribute__((visibility("hidden")));

/* Around a sleep that no signal ends (vfork(2)): it counts as standing still. */
void stop_threads_asleep(struct wali_thread *self) __attribute__((visibility("hidden")));
void stop_threads_awake(struct wali_thread *self) __attribute__((visibility("hidden")));

/* In a forked child. */
void stop_threads_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
