/* The list of all guest threads of the process, and the kick by which a thread notifies another. */
#ifndef WALI_THREAD_THREAD_LIST_H
#define WALI_THREAD_THREAD_LIST_H

#include "wali/native/base/fork_lock.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* Puts the process's first thread on the list.  Called by that thread. */
void thread_list_begin(struct wali_thread *first) __attribute__((visibility("hidden")));

/* A new entry, zero but for the stack that it may have, which is then of this size; NULL without
 * memory.  thread_delete() gives the entry back.  Both are called with all signals blocked.  With a
 * size of 0 the entry has no stack. */
struct wali_thread *thread_new(uint64_t stack_size) __attribute__((visibility("hidden")));
void thread_delete(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* The first entry; others follow by `next`.  Needs no lock, and is async-signal-safe: threads are
 * put in front, and their memory is used again, never freed.  An entry with a `tid` of 0 runs no
 * guest.  NULL in a process that runs in its
 * parent's memory, where the threads are the parent's. */
struct wali_thread *thread_list(void) __attribute__((visibility("hidden")));

/* True if the process has never had another thread. */
bool thread_is_only_one(void) __attribute__((visibility("hidden")));

/* True if a guest runs in the kernel's thread with that id.  Async-signal-safe. */
bool thread_list_has(int32_t tid) __attribute__((visibility("hidden")));

/* Kicks another thread: a SIGSEGV, which nobody can block, makes the thread look for a request to
 * stop and for held signals.  False if the thread has ended.  Async-signal-safe. */
bool thread_kick(struct wali_thread *thread) __attribute__((visibility("hidden")));
/* True if a signal that came to the calling thread was a kick.  `self` is NULL in a thread without
 * a guest. */
bool thread_is_kick(struct wali_thread *self, const siginfo_t *info) __attribute__((visibility("hidden")));

/* Waits until libc has finished tearing down ended threads.  Called with thread_list_lock held, so
 * that no further thread can end. */
void thread_list_await_ends(void) __attribute__((visibility("hidden")));

/* Guards the list, and which of its entries are unused. */
extern struct fork_lock thread_list_lock __attribute__((visibility("hidden")));
/* Called in a forked child: only the calling thread is left. */
void thread_list_fork_child(struct wali_thread *self) __attribute__((visibility("hidden")));

#endif
