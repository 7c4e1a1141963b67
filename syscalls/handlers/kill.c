/* kill(2), rt_sigqueueinfo(2).
 *
 * A signal that the caller sends to its own process, and blocks, is pending when the call returns.
 * The kernel cannot do that for SYNC_SIGNALS, which are blocked nowhere in the kernel: it would
 * give the signal to some thread, and the signal would be pending nowhere until that thread runs.
 * So the core holds these signals without the kernel (held_signals.h). */
#include "syscalls/_generated/handlers.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/thread/thread.h"

static bool is_held_here(const struct wali_thread *self, int32_t pid, int32_t signo)
{
    return signo > 0 && signo <= SIGNALS && (self->signals.blocked_sync & SIGMASK_OF(signo)) != 0 &&
           pid == KERNEL(getpid);
}

static int64_t hold(struct wali_thread *self, const siginfo_t *info)
{
    held_signal_add(self, info->si_signo, info);
    held_signals_offer(self);
    return 0;
}

int64_t sys_kill(int32_t pid, int32_t signo)
{
    struct wali_thread *const self = wali_self;
    if (!is_held_here(self, pid, signo)) {
        return KERNEL_WAIT(kill, pid, signo);
    }
    const siginfo_t info = {
        .si_signo = signo, .si_code = SI_USER, .si_pid = pid, .si_uid = (uid_t)KERNEL(getuid)};
    return hold(self, &info);
}

int64_t sys_rt_sigqueueinfo(int32_t pid, int32_t signo, gaddr_t info_from)
{
    struct wali_thread *const self = wali_self;
    siginfo_t info;
    if (!copy_in(&info, info_from, sizeof info)) {
        return -EFAULT;
    }
    info.si_signo = signo;
    if (!is_held_here(self, pid, signo) || info.si_code >= 0 || info.si_code == SI_TKILL) {
        return KERNEL_WAIT(rt_sigqueueinfo, pid, signo, &info);
    }
    return hold(self, &info);
}
