/* What a thread's filters say of a call.  Acts on nothing: calls/gate.c does. */
#ifndef WALI_SECCOMP_VERDICT_H
#define WALI_SECCOMP_VERDICT_H

#include "wali/native/seccomp/filters.h"
#include "wali/native/thread/thread.h"

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

/* The strictest verdict of all filters.  Of equally strict ones, the newest filter's. */
uint32_t seccomp_verdict(const struct seccomp_filter *newest, const struct seccomp_data *call)
    __attribute__((visibility("hidden")));

/* True if the filters allow the call whatever its arguments.  The fast path: it covers most
 * calls. */
static inline bool is_always_allowed(const struct seccomp_filter *newest, int number)
{
    return number >= 0 && number < SECCOMP_NUMBERS &&
           (newest->allowed[number / 64] >> (number % 64) & 1) != 0;
}

/* True if strict mode allows the call. */
static inline bool is_strictly_allowed(int number)
{
    return number == SYS_read || number == SYS_write || number == SYS_exit || number == SYS_rt_sigreturn;
}

/* True if a call that a signal has interrupted was judged by all filters that the thread has now.
 * Only such a call may be restarted. */
static inline bool seccomp_is_judged(const struct wali_thread *self)
{
    return self->call.judged_by == __atomic_load_n(&self->seccomp.filter, __ATOMIC_SEQ_CST);
}

#endif
