/* What the guest has set for each signal (sigaction(2)). */
#ifndef WALI_ACTIONS_H
#define WALI_ACTIONS_H

#include "abi/_generated/guest_structs.h"
#include "fork_lock.h"

#include <stdbool.h>
#include <stdint.h>

/* Handlers are indices into the guest's table, where 0 and 1 are possible
 * functions: musl's SIG_IGN here is -2. */
#define GUEST_SIG_DFL UINT32_C(0)
#define GUEST_SIG_IGN UINT32_C(0xfffffffe)

/* The guest's flags that the runtime gives a meaning. */
#define GUEST_SA_ONSTACK UINT64_C(0x08000000)
#define GUEST_SA_RESTART UINT64_C(0x10000000)
#define GUEST_SA_NODEFER UINT64_C(0x40000000)
#define GUEST_SA_RESETHAND UINT64_C(0x80000000)

/* Sets *action if it is not NULL, and gives back what stood before.  0 or -errno. */
int64_t action_exchange(int signo, const struct wali_sigaction *action, struct wali_sigaction *old)
    __attribute__((visibility("hidden")));

/* The kernel's struct sigaction, which libc hides. */
struct kernel_sigaction {
    uint64_t handler;
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
};

/* For a signal of which the kernel does not know what the guest wants (exec_signals.c). */
void action_ignore(int signo) __attribute__((visibility("hidden")));
bool action_is_ignored(int signo) __attribute__((visibility("hidden")));

/* What has a handler gets its default action, as by execve(2) and CLONE_CLEAR_SIGHAND. */
void actions_clear_handlers(void) __attribute__((visibility("hidden")));

/* For a signal that has arrived: its action, which SA_RESETHAND undoes now.
 * True if it is a function of the guest's.  Async-signal-safe. */
bool action_take(int signo, struct wali_sigaction *action) __attribute__((visibility("hidden")));

/* A real-time signal that comes to signal_arrived() and that the guest does not handle:
 * when it begins to, another takes the place. */
int action_private(void) __attribute__((visibility("hidden")));

/* Of all that. */
extern struct fork_lock actions_lock __attribute__((visibility("hidden")));

#endif
