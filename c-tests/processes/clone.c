/* CALLS: clone */
#include "check.h"
#include "child.h"

#include <linux/sched.h>
#include <sys/mman.h>

/* x86-64's order: flags, stack, parent_tid, child_tid, tls. */
#define CLONE(flags, parent_tid, child_tid) RAW(SYS_clone, flags, 0, parent_tid, child_tid, 0)

int main(void)
{
    int parent_tid = -1, child_tid = -1, status;
    pid_t pid = (pid_t)CLONE(CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, &parent_tid, &child_tid);
    if (pid == 0) {
        _exit(child_tid == getpid() && RAW(SYS_gettid) == getpid() ? 5 : 6);
    }
    TEXT(end_of(pid), "exit 5");
    CHECK(parent_tid == pid);
    IS(child_tid, -1);

    /* Without a signal at its end, a child is of another kind (wait(2), __WCLONE). */
    pid = (pid_t)CLONE(0, 0, 0);
    if (pid == 0) {
        _exit(7);
    }
    ERR(waitpid(pid, &status, 0), ECHILD);
    CHECK(waitpid(pid, &status, __WALL) == pid);
    TEXT(ending(status), "exit 7");

    /* The current directory may be shared. */
    OK(mkdir("folder", 0755));
    pid = (pid_t)CLONE(CLONE_FS | SIGCHLD, 0, 0);
    if (pid == 0) {
        _exit(chdir("folder"));
    }
    TEXT(end_of(pid), "exit 0");
    OK(access("../folder", F_OK));

    int pidfd = -1;
    pid = (pid_t)CLONE(CLONE_PIDFD | SIGCHLD, &pidfd, 0);
    if (pid == 0) {
        _exit(8);
    }
    CHECK(pidfd >= 0);
    CHECK(fcntl(pidfd, F_GETFD) == FD_CLOEXEC);
    TEXT(end_of(pid), "exit 8");

    ERR(CLONE(CLONE_SIGHAND | SIGCHLD, 0, 0), EINVAL);
    ERR(CLONE(CLONE_THREAD | SIGCHLD, 0, 0), EINVAL);
    ERR(CLONE(CLONE_NEWNS | CLONE_FS | SIGCHLD, 0, 0), EINVAL);
    ERR(CLONE(CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, &pidfd, 0), EINVAL);
    ERR(CLONE(CLONE_PIDFD | SIGCHLD, bad_pointer(), 0), EFAULT);
    return done();
}
