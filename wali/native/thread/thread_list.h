/* All guest threads of the process. */
#ifndef WALI_THREAD_THREAD_LIST_H
#define WALI_THREAD_THREAD_LIST_H

#include "wali/native/base/fork_lock.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* The process's first thread. */
void thread_list_begin(struct wali_thread *first) __attribute__((visibility("hidden")));

/* One more, all zero; NULL without memory.  With all signals blocked, as its end. */
struct wali_thread *thread_new(void) __attribute__((visibility("hidden")));
void thread_delete(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* The first of the list, linked by `next`.  Needs no lock, in a signal's handler
 * either: threads are put in front, and their memory is used again, never freed.
 * One whose `tid` is 0 has no guest running. */
struct wali_thread *thread_list(void) __attribute__((visibility("hidden")));

/* Whether the process has never had another thread. */
bool thread_is_only_one(void) __attribute__((visibility("hidden")));

/* Whether a guest runs in the thread of the kernel's with that id. */
bool thread_list_has(int32_t tid) __attribute__((visibility("hidden")));

/* Makes another thread look at what it has to do, wherever it is: sends it a
 * SIGSEGV, which nobody can block. */
bool thread_kick(struct wali_thread *thread) __attribute__((visibility("hidden")));
/* Whether a SIGSEGV that came to a thread (or to none of the guest's: NULL) was such. */
bool thread_is_kick(struct wali_thread *self, const siginfo_t *info) __attribute__((visibility("hidden")));

/* Until what libc has to do for threads that have ended is done.  Under the list's
 * lock, so that no other comes to that meanwhile. */
void thread_list_await_ends(void) __attribute__((visibility("hidden")));

/* Of the list itself. */
extern struct fork_lock thread_list_lock __attribute__((visibility("hidden")));
/* In a forked child: only the calling thread is left. */
void thread_list_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
