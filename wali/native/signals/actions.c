#include "wali/native/signals/actions.h"

#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/base/watch.h"
#include "wali/native/signals/state.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/thread.h"

#include <stdatomic.h>

#define KERNEL_SA_SIGINFO UINT64_C(4)
#define KERNEL_SA_RESTORER UINT64_C(0x04000000)
/* The host's handler runs on the interrupted native stack.  An alternate stack is one of the
 * guest's shadow stacks (alternate_stack.h). */
#define NOT_FOR_KERNEL (GUEST_SA_ONSTACK | KERNEL_SA_RESTORER)

/* Signals arrive one at a time: delivery.c sets the mask that the guest's handler is to have. */
#define BLOCKED_ON_ARRIVAL ALL_SIGNALS

/* The kernel's action for these is always the core's: the guest's traps arrive by them. */
#define CLAIMED_ALWAYS SYNC_SIGNALS

/* The instructions must be, bit by bit, those by which unwinders recognise a signal frame. */
void return_from_signal(void) __attribute__((visibility("hidden")));
__asm__(".text\n"
        "    nop\n" /* unwinders look at the address before the return address */
        ".globl return_from_signal\n"
        ".hidden return_from_signal\n"
        ".type return_from_signal,@function\n"
        "return_from_signal:\n"
        "    movq $15, %rax\n"
        "    syscall\n"
        ".size return_from_signal, . - return_from_signal\n");

static void (*arrived)(int, siginfo_t *, void *);

static struct action_table of_process;

void actions_begin(void (*arrival)(int, siginfo_t *, void *))
{
    arrived = arrival;
    of_process.claimed = CLAIMED_ALWAYS; /* here, for it would fill half the page of FORK_DATA */
}

/* The calling thread's: a process in its parent's memory has a table of its own. */
static struct action_table *table(void)
{
    return thread_borrows(wali_self) ? &wali_self->borrowed->actions : &of_process;
}

#define FIRST_FOR_PROGRAMS 35 /* SIGRTMIN: libc keeps 32 to 34 */

struct fork_lock actions_lock FORK_DATA;

void actions_copy(struct action_table *to)
{
    *to = *table();
}

void actions_replace(const struct action_table *from)
{
    of_process = *from;
}

/* Blocks ALL_SIGNALS as well: handlers of these take the lock.  Handlers of a synchronous signal that
 * was sent may interrupt the holder, and take it in compiled code only, where nobody holds it.  Held
 * for a few instructions and one system call. */
static sigmask_t lock_actions(void)
{
    const sigmask_t mask = signal_mask_set(ALL_SIGNALS);
    fork_lock_acquire(&actions_lock);
    return mask;
}

static void unlock_actions(sigmask_t mask)
{
    fork_lock_release(&actions_lock);
    signal_mask_set(mask);
}

static bool is_function(const struct wali_sigaction *action)
{
    return action->handler != GUEST_SIG_DFL && action->handler != GUEST_SIG_IGN;
}

/* A signal is ignored or has its default action after execve(2), nothing else. */
static struct wali_sigaction inherited(int signo)
{
    struct kernel_sigaction now = {0};
    KERNEL(rt_sigaction, signo, NULL, &now, SIGMASK_SIZE);
    return (struct wali_sigaction){
        .handler = now.handler == (uint64_t)(uintptr_t)SIG_IGN ? GUEST_SIG_IGN : GUEST_SIG_DFL,
    };
}

/* Leaves the core's handler installed.  Only SA_RESTART is the guest's to choose. */
static int64_t adjust_claimed(int signo, const struct wali_sigaction *action)
{
    struct kernel_sigaction now;
    KERNEL(rt_sigaction, signo, NULL, &now, SIGMASK_SIZE);
    now.flags = (now.flags & ~GUEST_SA_RESTART) | (action->flags & GUEST_SA_RESTART);
    return KERNEL(rt_sigaction, signo, &now, NULL, SIGMASK_SIZE);
}

static int64_t install(int signo, const struct wali_sigaction *action)
{
    struct kernel_sigaction new = {.flags = action->flags & ~NOT_FOR_KERNEL, .mask = action->mask};
    if ((table()->claimed & SIGMASK_OF(signo)) != 0) {
        return adjust_claimed(signo, action);
    }
    /* The default action of a former timer signal might kill: one may still be in flight. */
    const bool by_default = action->handler == GUEST_SIG_DFL;
    const bool is_ours = (table()->once_private & SIGMASK_OF(signo)) != 0 || action_is_watched(signo);
    if (is_function(action) || (by_default && is_ours)) {
        new.handler = (uint64_t)(uintptr_t)arrived;
        new.flags |= KERNEL_SA_SIGINFO | KERNEL_SA_RESTORER;
        new.restorer = (uint64_t)(uintptr_t)return_from_signal;
        new.mask = BLOCKED_ON_ARRIVAL;
    } else {
        new.handler = (uint64_t)(uintptr_t)(action->handler == GUEST_SIG_IGN ? SIG_IGN : SIG_DFL);
    }
    return KERNEL(rt_sigaction, signo, &new, NULL, SIGMASK_SIZE);
}

static void claim(int signo)
{
    const struct kernel_sigaction new = {
        .handler = (uint64_t)(uintptr_t)arrived,
        .flags = KERNEL_SA_SIGINFO | KERNEL_SA_RESTORER | GUEST_SA_RESTART,
        .restorer = (uint64_t)(uintptr_t)return_from_signal,
        .mask = BLOCKED_ON_ARRIVAL,
    };
    KERNEL(rt_sigaction, signo, &new, NULL, SIGMASK_SIZE);
    table()->claimed |= SIGMASK_OF(signo);
    table()->once_private |= SIGMASK_OF(signo);
}

bool action_is_watched(int signo)
{
    return watch != NULL && watch->wants_deaths && signal_kills(signo) && signo != table()->private_signal &&
           (SIGMASK_OF(signo) & CLAIMED_ALWAYS) == 0;
}

/* The default action of a watched signal is the core's to take, once the trace has told of it. */
static void watch_default(int signo)
{
    const struct kernel_sigaction new = {
        .handler = (uint64_t)(uintptr_t)arrived,
        .flags = KERNEL_SA_SIGINFO | KERNEL_SA_RESTORER | GUEST_SA_RESTART,
        .restorer = (uint64_t)(uintptr_t)return_from_signal,
        .mask = BLOCKED_ON_ARRIVAL,
    };
    if (signo != SIGKILL && inherited(signo).handler == GUEST_SIG_DFL) {
        KERNEL(rt_sigaction, signo, &new, NULL, SIGMASK_SIZE);
    }
}

void actions_watch(void)
{
    for (int signo = 1; signo <= SIGNALS; signo++) {
        if (action_is_watched(signo)) {
            watch_default(signo);
        }
    }
}

/* The highest real-time signal, but the present one, for which the guest has set no action, and
 * which is not ignored.  0 if there is none. */
static int find_private(void)
{
    for (int signo = SIGNALS; signo >= FIRST_FOR_PROGRAMS; signo--) {
        if (signo != table()->private_signal && !table()->actions[signo - 1].known &&
            inherited(signo).handler == GUEST_SIG_DFL) {
            return signo;
        }
    }
    return 0;
}

/* A timer signal already in flight is recognised by si_value, whatever its number. */
static void move_private(void)
{
    const int next = find_private();
    if (next != 0) {
        claim(next);
        table()->claimed &= ~SIGMASK_OF(table()->private_signal);
        table()->private_signal = next;
    }
}

void actions_claim_private(void)
{
    const sigmask_t mask = lock_actions();
    const int found = find_private();
    table()->private_signal = found != 0 ? found : SIGNALS;
    claim(table()->private_signal);
    unlock_actions(mask);
}

int action_private(void)
{
    return table()->private_signal;
}

int64_t action_exchange(int signo, const struct wali_sigaction *action, struct wali_sigaction *old)
{
    int64_t result = 0;
    const sigmask_t mask = lock_actions();
    *old = table()->actions[signo - 1].known ? table()->actions[signo - 1].action : inherited(signo);
    if (action != NULL) {
        if (signo == table()->private_signal && action->handler != GUEST_SIG_DFL) {
            move_private();
        }
        result = install(signo, action);
        if (result == 0) {
            table()->actions[signo - 1].known = true;
            table()->actions[signo - 1].action = *action;
        }
    }
    unlock_actions(mask);
    return result;
}

void actions_each_handler(void (*visit)(uint32_t handler, const void *argument), const void *argument)
{
    const struct action_table *const now = table();
    for (int i = 0; i < SIGNALS; i++) {
        if (now->actions[i].known && is_function(&now->actions[i].action)) {
            visit(now->actions[i].action.handler, argument);
        }
    }
}

bool action_take(int signo, struct wali_sigaction *action)
{
    const sigmask_t mask = lock_actions();
    *action = table()->actions[signo - 1].action;
    const bool guests = table()->actions[signo - 1].known && is_function(action);
    if (guests && (action->flags & GUEST_SA_RESETHAND) != 0) {
        table()->actions[signo - 1].action.handler = GUEST_SIG_DFL;
    }
    unlock_actions(mask);
    return guests;
}

void action_ignore(int signo)
{
    table()->actions[signo - 1].known = true;
    table()->actions[signo - 1].action = (struct wali_sigaction){.handler = GUEST_SIG_IGN};
}

bool action_is_ignored(int signo)
{
    return table()->actions[signo - 1].known && table()->actions[signo - 1].action.handler == GUEST_SIG_IGN;
}

/* Signals that the core has claimed keep its handler in the kernel. */
void actions_clear_handlers(void)
{
    const sigmask_t mask = lock_actions();
    for (int signo = 1; signo <= SIGNALS; signo++) {
        struct wali_sigaction *action = &table()->actions[signo - 1].action;
        struct wali_sigaction cleared = {.handler = GUEST_SIG_DFL};
        if (action->handler == GUEST_SIG_IGN) {
            cleared.handler = GUEST_SIG_IGN;
        }
        if (table()->actions[signo - 1].known && install(signo, &cleared) == 0) {
            *action = cleared;
        }
    }
    unlock_actions(mask);
}
