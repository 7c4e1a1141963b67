/* CALLS: waitid, pidfd_open */
#include "check.h"
#include "child.h"

static int end_with_7(void)
{
    return 7;
}

static void show(siginfo_t *info, pid_t pid)
{
    CHECK(info->si_pid == pid);
    CHECK(info->si_uid == getuid());
    say("signo %d, errno %d, code %d, status %d", info->si_signo, info->si_errno, info->si_code,
        info->si_status);
    memset(info, 0x55, sizeof *info);
}

int main(void)
{
    siginfo_t info;
    ERR(waitid(P_ALL, 0, &info, WEXITED), ECHILD);
    ERR(waitid(P_ALL, 0, &info, 0), EINVAL);
    ERR(waitid(99, 0, &info, WEXITED), EINVAL);
    ERR(waitid(P_PID, 0, &info, WEXITED), EINVAL);

    pid_t pid = start(end_with_7);
    memset(&info, 0x55, sizeof info);
    OK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
    show(&info, pid);
    OK(waitid(P_ALL, 0, &info, WEXITED));
    show(&info, pid);
    ERR(waitid(P_PID, (id_t)pid, &info, WEXITED), ECHILD);

    pid = start(sleep_forever);
    memset(&info, 0x55, sizeof info);
    OK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG));
    IS(info.si_pid, 0);
    IS(info.si_signo, 0);
    OK(kill(pid, SIGSTOP));
    OK(waitid(P_PID, (id_t)pid, &info, WSTOPPED));
    show(&info, pid);
    OK(kill(pid, SIGCONT));
    OK(waitid(P_PID, (id_t)pid, &info, WCONTINUED));
    show(&info, pid);
    OK(kill(pid, SIGUSR2));
    OK(waitid(P_PGID, (id_t)getpgrp(), &info, WEXITED));
    show(&info, pid);

    int fd;
    pid = start(end_with_7);
    CHECK((fd = (int)RAW(SYS_pidfd_open, pid, 0)) >= 0);
    OK(waitid(3 /* P_PIDFD */, (id_t)fd, &info, WEXITED));
    show(&info, pid);
    ERR(waitid(3, (id_t)fd, &info, WEXITED), ECHILD);

    /* No place for the answer is no error. */
    pid = start(end_with_7);
    OK(waitid(P_PID, (id_t)pid, NULL, WEXITED));
    pid = start(end_with_7);
    ERR(RAW(SYS_waitid, P_PID, pid, bad_pointer(), WEXITED, 0), EFAULT);
    return done();
}
