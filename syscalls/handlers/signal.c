/* rt_sigaction(2), rt_sigprocmask(2), rt_sigsuspend(2), rt_sigpending(2), rt_sigtimedwait(2),
 * sigaltstack(2). */
#include "abi/_generated/guest_structs.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/call_mask.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/alternate_stack.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/thread/thread.h"

#include <time.h>

#define UNCHANGEABLE (SIGMASK_OF(SIGKILL) | SIGMASK_OF(SIGSTOP))

/* The flags that the kernel keeps.  It drops all others, so that programs can ask which it knows
 * (sigaction(2), "Dynamically probing for flag bit support"). */
#define KNOWN_FLAGS UINT64_C(0xdc000807)

int64_t sys_rt_sigaction(int32_t signo, gaddr_t action_from, gaddr_t old_to, uint32_t size)
{
    struct wali_sigaction action;
    struct wali_sigaction old;
    const bool changes = action_from.v != 0;
    if (size != SIGMASK_SIZE) {
        return -EINVAL;
    }
    if (changes && !copy_in(&action, action_from, sizeof action)) {
        return -EFAULT;
    }
    if (signo < 1 || signo > SIGNALS || (changes && (UNCHANGEABLE & SIGMASK_OF(signo)))) {
        return -EINVAL;
    }
    if (changes) {
        action.flags &= KNOWN_FLAGS;
        action.mask &= ~UNCHANGEABLE;
        last_exit_locate(wali_self->engine.vm_store);
    }
    const int64_t result = action_exchange(signo, changes ? &action : NULL, &old);
    if (result == 0 && old_to.v != 0 && !copy_out(old_to, &old, sizeof old)) {
        return -EFAULT;
    }
    return result;
}

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

/* Uses KERNEL_WAIT, because the kernel's mask is not the guest's while a record waits. */
FORK_TEXT int64_t sys_rt_sigprocmask(int32_t how, gaddr_t set_from, gaddr_t old_to, uint32_t size)
{
    struct wali_thread *const self = wali_self;
    const sigmask_t blocked_sync = self->signals.blocked_sync;
    if (size != SIGMASK_SIZE) {
        return -EINVAL;
    }
    sigmask_t set = 0;
    if (set_from.v != 0 && !copy_in(&set, set_from, sizeof set)) {
        return -EFAULT;
    }
    const sigmask_t for_kernel = set & ~SYNC_SIGNALS;
    sigmask_t old = 0;
    const int64_t result =
        KERNEL_WAIT(rt_sigprocmask, how, set_from.v != 0 ? &for_kernel : NULL, &old, SIGMASK_SIZE);
    if (result < 0) {
        return result;
    }
    old |= blocked_sync;
    if (set_from.v != 0) {
        blocked_sync_set(self, changed(blocked_sync, how, set));
    }
    return old_to.v != 0 && !copy_out(old_to, &old, sizeof old) ? -EFAULT : 0;
}

int64_t sys_rt_sigsuspend(gaddr_t mask_from, uint32_t size)
{
    struct call_mask mask;
    if (size != SIGMASK_SIZE) {
        return -EINVAL;
    }
    if (!copy_in(&mask.bits, mask_from, sizeof mask.bits)) {
        return -EFAULT;
    }
    call_mask_clean(&mask);
    begin_wait(&mask);
    return end_wait(KERNEL_WAIT(rt_sigsuspend, mask.set, SIGMASK_SIZE));
}

int64_t sys_rt_sigpending(gaddr_t set_to, uint32_t size)
{
    sigmask_t set;
    if (size > SIGMASK_SIZE) {
        return -EINVAL;
    }
    const int64_t result = KERNEL_WAIT(rt_sigpending, &set, SIGMASK_SIZE);
    set |= held_signals(wali_self) & wali_self->signals.blocked_sync;
    return result == 0 && !copy_out(set_to, &set, size) ? -EFAULT : result;
}

/* Whether the thread was kicked for a signal that another thread has taken meanwhile, and has no
 * handler to run. */
static bool woken_in_vain(const struct wali_thread *self)
{
    return (self->signals.woken_in_vain || wali_pending == HELD_PENDING) &&
           (wali_pending & RECORD_PENDING) == 0 && (held_signals(self) & ~self->signals.blocked_sync) == 0;
}

/* Held signals in the set are let in during the call, so that they end the wait.  The kernel waits
 * only for the other signals: it would take the SIGSEGV that kicks the thread. */
int64_t sys_rt_sigtimedwait(gaddr_t set_from, gaddr_t info_to, gaddr_t timeout, uint32_t size)
{
    struct wali_thread *const self = wali_self;
    const sigmask_t blocked_sync = self->signals.blocked_sync;
    sigmask_t set;
    siginfo_t info;
    if (size != SIGMASK_SIZE) {
        return -EINVAL;
    }
    if (!copy_in(&set, set_from, sizeof set)) {
        return -EFAULT;
    }
    const sigmask_t for_kernel = set & ~SYNC_SIGNALS;
    self->signals.woken_in_vain = false;
    blocked_sync_set(self, blocked_sync & ~set);
    const int64_t result = KERNEL_WAIT(rt_sigtimedwait, &for_kernel, host_pointer(info_to, sizeof info),
                                       host_pointer(timeout, sizeof(struct timespec)), SIGMASK_SIZE);
    const int held = result < 0 ? held_signal_take(self, set & blocked_sync, &info) : 0;
    blocked_sync_set(self, blocked_sync);
    held_signals_offer(self);
    if (held != 0) {
        return info_to.v != 0 && !copy_out(info_to, &info, sizeof info) ? -EFAULT : held;
    }
    return result == -EINTR && woken_in_vain(self) ? -RESTART : result;
}

/* Switches the guest's shadow stack, never the host's stack. */
int64_t sys_sigaltstack(gaddr_t new_from, gaddr_t old_to)
{
    struct wali_thread *const self = wali_self;
    struct wali_stack *const stack = &self->signals.alternate;
    const bool in_use = on_alternate_stack(self, stack_pointer_get(self));
    struct wali_stack old = *stack;
    if (old.ss_size == 0) {
        old.ss_flags = SS_DISABLE;
    } else if (in_use) {
        old.ss_flags |= SS_ONSTACK;
    }
    struct wali_stack new;
    if (new_from.v != 0 && !copy_in(&new, new_from, sizeof new)) {
        return -EFAULT;
    }
    const int64_t result = new_from.v != 0 ? alternate_stack_set(self, &new, in_use) : 0;
    if (result == 0 && old_to.v != 0 && !copy_out(old_to, &old, sizeof old)) {
        return -EFAULT;
    }
    return result;
}
