/* rt_sigaction(2), rt_sigprocmask(2), rt_sigsuspend(2). */
#include "abi/_generated/guest_structs.h"
#include "signal_mask.h"
#include "syscalls/_generated/handlers.h"
#include "wali/native/kernel.h"

#include <stdatomic.h>

/* Handlers are indices into the guest's table, where 0 and 1 are possible
 * functions: musl's SIG_IGN here is -2. */
#define GUEST_SIG_DFL UINT32_C(0)
#define GUEST_SIG_IGN UINT32_C(0xfffffffe)

#define SIGNALS 64 /* _NSIG of the kernel */

/* The engine's own handlers stand in the kernel for these (SIGTRAP too, for its
 * breakpoints): what the guest asks is recorded only. */
#define ENGINE_SIGNALS (FAULT_SIGNALS | SIGMASK_OF(SIGTRAP))
#define UNCHANGEABLE (SIGMASK_OF(SIGKILL) | SIGMASK_OF(SIGSTOP))

/* The flags that the kernel keeps; it drops all others, so that programs can
 * ask what it knows (sigaction(2), "Dynamically probing for flag bit support"). */
#define KNOWN_FLAGS UINT64_C(0xdc000807)

/* The kernel's struct sigaction, which libc hides. */
struct kernel_sigaction {
    uint64_t handler;
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
};

/* What the guest has set, by signal number minus one. */
static struct {
    bool known; /* else what the process inherited stands */
    struct wali_sigaction action;
} actions[SIGNALS];

/* Held for a few instructions and one system call, never while guest code runs. */
static atomic_flag actions_busy = ATOMIC_FLAG_INIT;

static void lock_actions(void)
{
    while (atomic_flag_test_and_set_explicit(&actions_busy, memory_order_acquire)) {
        KERNEL(sched_yield);
    }
}

static void unlock_actions(void)
{
    atomic_flag_clear_explicit(&actions_busy, memory_order_release);
}

/* What a process inherits through execve(2) is ignored or default, nothing else. */
static struct wali_sigaction inherited(int32_t signo)
{
    struct kernel_sigaction now = {0};
    KERNEL(rt_sigaction, signo, NULL, &now, SIGMASK_SIZE);
    return (struct wali_sigaction){
        .handler = now.handler == (uint64_t)(uintptr_t)SIG_IGN ? GUEST_SIG_IGN : GUEST_SIG_DFL,
    };
}

static int64_t install(int32_t signo, const struct wali_sigaction *action)
{
    if (ENGINE_SIGNALS & SIGMASK_OF(signo)) {
        return 0;
    }
    struct kernel_sigaction new = {
        .handler = (uint64_t)(uintptr_t)(action->handler == GUEST_SIG_IGN ? SIG_IGN : SIG_DFL),
        .flags = action->flags,
    };
    return KERNEL(rt_sigaction, signo, &new, NULL, SIGMASK_SIZE);
}

/* Records and installs *action if there is one; *old is what stood before. */
static int64_t exchange(int32_t signo, const struct wali_sigaction *action, struct wali_sigaction *old)
{
    int64_t result = 0;
    lock_actions();
    *old = actions[signo - 1].known ? actions[signo - 1].action : inherited(signo);
    if (action != NULL) {
        result = install(signo, action);
        if (result == 0) {
            actions[signo - 1].known = true;
            actions[signo - 1].action = *action;
        }
    }
    unlock_actions();
    return result;
}

int64_t sys_rt_sigaction(int32_t signo, gaddr_t action_from, gaddr_t old_to, uint32_t size)
{
    struct wali_sigaction action;
    struct wali_sigaction old;
    bool changes = action_from.v != 0;
    if (size != SIGMASK_SIZE) {
        return -EINVAL;
    }
    if (changes && !copy_in(&action, action_from, sizeof action)) {
        return -EFAULT;
    }
    if (signo < 1 || signo > SIGNALS || (changes && (UNCHANGEABLE & SIGMASK_OF(signo)))) {
        return -EINVAL;
    }
    if (changes && action.handler != GUEST_SIG_DFL && action.handler != GUEST_SIG_IGN) {
        return -ENOSYS; /* signal handlers come with the process model */
    }
    if (changes) {
        action.flags &= KNOWN_FLAGS;
        action.mask &= ~UNCHANGEABLE;
    }
    int64_t result = exchange(signo, changes ? &action : NULL, &old);
    if (result == 0 && old_to.v != 0 && !copy_out(old_to, &old, sizeof old)) {
        return -EFAULT;
    }
    return result;
}

/* The fault signals that the guest believes blocked on this thread. */
static __thread sigmask_t blocked_faults __attribute__((tls_model("initial-exec")));

static sigmask_t changed(sigmask_t old, int32_t how, sigmask_t set)
{
    switch (how) {
    case SIG_BLOCK:
        return old | set;
    case SIG_UNBLOCK:
        return old & ~set;
    default:
        return set;
    }
}

int64_t sys_rt_sigprocmask(int32_t how, gaddr_t set_from, gaddr_t old_to, uint32_t size)
{
    if (size != SIGMASK_SIZE) {
        return -EINVAL;
    }
    sigmask_t set = 0;
    if (set_from.v != 0 && !copy_in(&set, set_from, sizeof set)) {
        return -EFAULT;
    }
    sigmask_t for_kernel = set & ~FAULT_SIGNALS;
    sigmask_t old = 0;
    int64_t result = KERNEL(rt_sigprocmask, how, set_from.v != 0 ? &for_kernel : NULL, &old, SIGMASK_SIZE);
    if (result < 0) {
        return result;
    }
    old |= blocked_faults;
    if (set_from.v != 0) {
        blocked_faults = changed(blocked_faults, how, set & FAULT_SIGNALS);
    }
    return old_to.v != 0 && !copy_out(old_to, &old, sizeof old) ? -EFAULT : 0;
}

int64_t sys_rt_sigsuspend(gaddr_t mask_from, uint32_t size)
{
    sigmask_t mask;
    if (size != SIGMASK_SIZE) {
        return -EINVAL;
    }
    if (!copy_in(&mask, mask_from, sizeof mask)) {
        return -EFAULT;
    }
    mask &= ~FAULT_SIGNALS;
    return KERNEL(rt_sigsuspend, &mask, SIGMASK_SIZE);
}
