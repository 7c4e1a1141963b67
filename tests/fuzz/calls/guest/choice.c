#include "guest.h"

#include <sys/syscall.h>

/* Only in loud runs: what ends the process, stops it or takes the clock of its waits away, and what changes
 * rights and signals for good. */
static const short loud[] = {
    SYS_exit,
    SYS_exit_group,
    SYS_execve,
    SYS_execveat,
    SYS_kill,
    SYS_tkill,
    SYS_tgkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_pidfd_send_signal,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_setitimer,
    SYS_alarm,
    SYS_timer_create,
    SYS_mq_notify,
    SYS_seccomp,
    SYS_prctl,
    SYS_close_range,
    SYS_setrlimit,
    SYS_prlimit64,
    SYS_rt_sigsuspend,
    SYS_vhangup,
    SYS_sigaltstack,
    SYS_unshare,
    SYS_setns,
    SYS_chroot,
    SYS_pivot_root,
    SYS_dup2,
    SYS_dup3,
    SYS_sync, /* waits for all of the machine */
};
/* These end most runs: seldom. */
static const short seldom[] = {SYS_exit,
                               SYS_exit_group,
                               SYS_execve,
                               SYS_execveat,
                               SYS_seccomp,
                               SYS_kill,
                               SYS_tkill,
                               SYS_tgkill,
                               SYS_setrlimit,
                               SYS_prlimit64,
                               SYS_clone,
                               SYS_clone3,
                               SYS_fork,
                               SYS_vfork,
                               SYS_rt_sigprocmask,
                               SYS_rt_sigsuspend,
                               SYS_rt_sigaction,
                               SYS_rt_sigqueueinfo,
                               SYS_rt_tgsigqueueinfo,
                               SYS_pidfd_send_signal,
                               SYS_pause,
                               SYS_close_range,
                               SYS_prctl,
                               SYS_sync};

static bool is_in(int number, const short *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == number) {
            return true;
        }
    }
    return false;
}
#define IS_IN(number, list) is_in(number, list, sizeof list / sizeof *list)

bool may_call(const struct call *call, uint64_t *state)
{
    if (!mode.loud && IS_IN(call->number, loud)) {
        return false;
    }
    return !IS_IN(call->number, seldom) || one_in(state, 12);
}
