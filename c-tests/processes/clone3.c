/* CALLS: clone3 */
#include "check.h"
#include "child.h"

#include <linux/sched.h>

static uint64_t address(void *p)
{
    return (uint64_t)(uintptr_t)p;
}

int main(void)
{
    /* A kernel behind a seccomp filter may not know it. */
    if (RAW(SYS_clone3, 0, 0) == -1 && errno == ENOSYS) {
        skip("no clone3 here");
    }
    int parent_tid = -1, child_tid = -1, pidfd = -1;
    struct clone_args how = {
        .flags = CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID,
        .exit_signal = SIGCHLD,
        .pidfd = address(&pidfd),
        .parent_tid = address(&parent_tid),
        .child_tid = address(&child_tid),
    };
    pid_t pid = (pid_t)RAW(SYS_clone3, &how, sizeof how);
    if (pid == 0) {
        _exit(child_tid == getpid() ? 5 : 6);
    }
    TEXT(end_of(pid), "exit 5");
    CHECK(parent_tid == pid);
    CHECK(pidfd >= 0);
    IS(child_tid, -1);

    how = (struct clone_args){.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD};
    ERR(RAW(SYS_clone3, &how, 63), EINVAL);
    ERR(RAW(SYS_clone3, &how, 4097), E2BIG);
    ERR(RAW(SYS_clone3, bad_pointer(), sizeof how), EFAULT);
    char longer[sizeof how + 8] = {0};
    how.flags = 0;
    memcpy(longer, &how, sizeof how);
    pid = (pid_t)RAW(SYS_clone3, longer, sizeof longer);
    if (pid == 0) {
        _exit(3);
    }
    TEXT(end_of(pid), "exit 3");
    longer[sizeof how] = 1;
    ERR(RAW(SYS_clone3, longer, sizeof longer), E2BIG);
    how.exit_signal = 65;
    ERR(RAW(SYS_clone3, &how, sizeof how), EINVAL);
    how = (struct clone_args){.flags = CLONE_SIGHAND, .exit_signal = SIGCHLD};
    ERR(RAW(SYS_clone3, &how, sizeof how), EINVAL);
    how = (struct clone_args){.exit_signal = SIGCHLD, .set_tid_size = 1};
    ERR(RAW(SYS_clone3, &how, sizeof how), EINVAL);
    how = (struct clone_args){.exit_signal = SIGCHLD, .stack_size = 4096};
    ERR(RAW(SYS_clone3, &how, sizeof how), EINVAL);
    return done();
}
