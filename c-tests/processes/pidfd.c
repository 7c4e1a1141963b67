/* CALLS: pidfd_open, pidfd_send_signal, poll */
#include "check.h"
#include "child.h"

#include <poll.h>

static int end_with_3(void)
{
    return 3;
}

int main(void)
{
    pid_t pid = start(sleep_forever);
    int fd = (int)RAW(SYS_pidfd_open, pid, 0);
    CHECK(fd >= 0);
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    IS(poll(&entry, 1, 0), 0);
    OK(RAW(SYS_pidfd_send_signal, fd, 0, 0, 0));
    OK(RAW(SYS_pidfd_send_signal, fd, SIGTERM, 0, 0));
    IS(poll(&entry, 1, 10000), 1);
    IS(entry.revents & POLLIN, POLLIN);
    TEXT(end_of(pid), "signal 15");
    ERR(RAW(SYS_pidfd_send_signal, fd, SIGTERM, 0, 0), ESRCH);

    pid = start(end_with_3);
    fd = (int)RAW(SYS_pidfd_open, pid, 0);
    entry = (struct pollfd){.fd = fd, .events = POLLIN};
    IS(poll(&entry, 1, 10000), 1);
    /* A siginfo of one's own, to a process that is dead, and to oneself. */
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
    info.si_pid = getpid();
    ERR(RAW(SYS_pidfd_send_signal, fd, SIGUSR2, &info, 0), EINVAL);
    TEXT(end_of(pid), "exit 3");
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    fd = (int)RAW(SYS_pidfd_open, getpid(), 0);
    info.si_value.sival_int = 77;
    OK(RAW(SYS_pidfd_send_signal, fd, SIGUSR1, &info, 0));
    siginfo_t got;
    IS(sigwaitinfo(&set, &got), SIGUSR1);
    IS(got.si_code, SI_QUEUE);
    IS(got.si_value.sival_int, 77);

    ERR(RAW(SYS_pidfd_open, -1, 0), EINVAL);
    ERR(RAW(SYS_pidfd_open, 0x7ffffff0, 0), ESRCH);
    ERR(RAW(SYS_pidfd_open, getpid(), 0x1000000), EINVAL);
    ERR(RAW(SYS_pidfd_send_signal, 0, SIGUSR1, 0, 0), EBADF);
    return done();
}
