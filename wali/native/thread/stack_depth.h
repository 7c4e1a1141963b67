/* How deep a thread's native stack is, shown in the guest's stack pointer.
 *
 * A function that keeps nothing in guest memory does not move the guest's stack pointer.  A program
 * that measures its stack by addresses of locals, to stop a recursion in time, would see no depth
 * while the native stack ends.  So the limit of compiled code is set at some distance above the end
 * of the native stack.  A function that reaches the limit goes on with a lower limit, and with a
 * stack pointer that has gone as large a part of the guest's stack as of the native one.  When the
 * function returns, both are as before.
 *
 * So that the return is noticed, the function's return address is another one meanwhile, that of a
 * trap. */
#ifndef WALI_THREAD_STACK_DEPTH_H
#define WALI_THREAD_STACK_DEPTH_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

struct wali_thread;

/* Called before the thread's code runs, and when its guest stack gets known: sets the limit. */
void stack_depth_begin(struct wali_thread *thread) __attribute__((visibility("hidden")));

/* Called for a trap of the calling thread's code: true if the thread may go on.  Either its code has
 * reached its limit, or a function has returned that had.  Async-signal-safe. */
bool stack_depth_trapped(struct wali_thread *self, ucontext_t *context) __attribute__((visibility("hidden")));

/* The address that the function with this frame returns to, marked or not.  0 if none is known. */
uintptr_t stack_depth_return_address(const struct wali_thread *self, uintptr_t frame)
    __attribute__((visibility("hidden")));

/* Notices also when a function returns that has not reached a limit, to know that none of its callers
 * has returned meanwhile: `callers`, not 0, is what the caller knows of those.  Does nothing if that
 * cannot be.  stack_depth_guarded() gives it back as long as the function with this frame runs; 0 if
 * there is none. */
void stack_depth_guard(struct wali_thread *self, uintptr_t frame, uint64_t callers)
    __attribute__((visibility("hidden")));
uint64_t stack_depth_guarded(const struct wali_thread *self, uintptr_t frame)
    __attribute__((visibility("hidden")));

/* Called when frames of the calling thread have gone without returning: all that the frame at this
 * native address has called. */
void stack_depth_left(struct wali_thread *self, uintptr_t native) __attribute__((visibility("hidden")));

/* Called around a child that runs on the calling thread's stack: keeps what is noted of marked
 * functions in NATIVE_SPARE bytes, and takes that back after the thread's state. */
void stack_depth_keep(const struct wali_thread *self, void *kept) __attribute__((visibility("hidden")));
void stack_depth_take_back(const struct wali_thread *self, const void *kept)
    __attribute__((visibility("hidden")));

#endif
