/* The action that the guest has set for each signal (sigaction(2)), and what the kernel is told of
 * it. */
#ifndef WALI_SIGNALS_ACTIONS_H
#define WALI_SIGNALS_ACTIONS_H

#include "abi/_generated/guest_structs.h"
#include "wali/native/base/fork_lock.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* The guest's handlers are indices into its table, where 0 and 1 may be functions.  So the guest's
 * libc defines SIG_IGN as -2. */
#define GUEST_SIG_DFL UINT32_C(0)
#define GUEST_SIG_IGN UINT32_C(0xfffffffe)

/* Flags of the guest's that mean something to the runtime. */
#define GUEST_SA_ONSTACK UINT64_C(0x08000000)
#define GUEST_SA_RESTART UINT64_C(0x10000000)
#define GUEST_SA_NODEFER UINT64_C(0x40000000)
#define GUEST_SA_RESETHAND UINT64_C(0x80000000)

/* Called before any other function here.  `arrival` is the host's handler for every signal that the
 * guest handles. */
void actions_begin(void (*arrival)(int, siginfo_t *, void *)) __attribute__((visibility("hidden")));

/* Sets the guest's action, unless `action` is NULL, and stores the previous one in *old.  0, or
 * -errno of rt_sigaction(2). */
int64_t action_exchange(int signo, const struct wali_sigaction *action, struct wali_sigaction *old)
    __attribute__((visibility("hidden")));

/* Record and read "ignored" without telling the kernel, which must have the core's handler for a
 * synchronous signal (exec_signals.h). */
void action_ignore(int signo) __attribute__((visibility("hidden")));
bool action_is_ignored(int signo) __attribute__((visibility("hidden")));

/* Of a run that is watched (base/watch.h): makes signals arrive that would end the process unseen, and
 * tells whether a signal is one that arrives only therefore. */
void actions_watch(void) __attribute__((visibility("hidden")));
bool action_is_watched(int signo) __attribute__((visibility("hidden")));

/* Replaces all handlers by the default action, as execve(2) and CLONE_CLEAR_SIGHAND do. */
void actions_clear_handlers(void) __attribute__((visibility("hidden")));

/* Calls visit for each handler of the guest's.  Takes no lock. */
void actions_each_handler(void (*visit)(uint32_t handler, const void *argument), const void *argument)
    __attribute__((visibility("hidden")));

/* Reads the action for a signal that has arrived; SA_RESETHAND takes effect now.  True if the
 * action is a function of the guest's.  Async-signal-safe. */
bool action_take(int signo, struct wali_sigaction *action) __attribute__((visibility("hidden")));

/* Claims a real-time signal for the retry timer: one the guest has no action for.  If the guest sets
 * one, another signal is chosen.  Called before a handler may run. */
void actions_claim_private(void) __attribute__((visibility("hidden")));
/* The signal that is claimed now.  Async-signal-safe, and takes no lock. */
int action_private(void) __attribute__((visibility("hidden")));

struct action_table;

/* Copies the process's actions; replaces them, in a process that has copied its parent's memory
 * and a table that was another process's.  Called with actions_lock held. */
void actions_copy(struct action_table *to) __attribute__((visibility("hidden")));
void actions_replace(const struct action_table *from) __attribute__((visibility("hidden")));

/* Guards all actions.  Taken with all signals blocked. */
extern struct fork_lock actions_lock __attribute__((visibility("hidden")));

#endif
