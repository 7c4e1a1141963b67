/* CALLS: signalfd, signalfd4, pidfd_open, pidfd_send_signal */
#include "check.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#define BIT(signo) (UINT64_C(1) << ((signo)-1))

int main(void)
{
    uint64_t set = BIT(SIGUSR1) | BIT(SIGRTMIN);
    OK(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &set, 0, 8));
    int fd = (int)OK(RAW(SYS_signalfd4, -1, &set, 8, SFD_NONBLOCK | SFD_CLOEXEC)), pid = getpid();
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    struct signalfd_siginfo got[3];
    ERR(read(fd, got, sizeof got), EAGAIN);
    OK(RAW(SYS_kill, pid, SIGUSR1));
    siginfo_t sent = {.si_code = SI_QUEUE};
    sent.si_pid = pid;
    sent.si_value.sival_int = 88;
    OK(RAW(SYS_rt_sigqueueinfo, pid, SIGRTMIN, &sent));
    struct pollfd waiting = {fd, POLLIN, 0};
    IS(poll(&waiting, 1, 0), 1);
    IS(read(fd, got, sizeof got), 2 * sizeof *got);
    IS(got[0].ssi_signo, SIGUSR1);
    IS(got[0].ssi_code, SI_USER);
    CHECK(got[0].ssi_pid == (uint32_t)pid && got[0].ssi_uid == getuid());
    CHECK(got[1].ssi_signo == (uint32_t)SIGRTMIN);
    IS(got[1].ssi_int, 88);

    /* Another set for the same descriptor. */
    set = BIT(SIGUSR1);
    CHECK(RAW(SYS_signalfd4, fd, &set, 8, 0) == fd);
    OK(RAW(SYS_rt_sigqueueinfo, pid, SIGRTMIN, &sent));
    ERR(read(fd, got, sizeof got), EAGAIN);
    set = BIT(SIGRTMIN);
    CHECK(RAW(SYS_signalfd, fd, &set, 8) == fd);
    IS(read(fd, got, sizeof got), sizeof *got);
    ERR(read(fd, got, 127), EINVAL);

    int self = (int)OK(RAW(SYS_pidfd_open, pid, 0));
    IS(RAW(SYS_pidfd_send_signal, self, SIGRTMIN, 0, 0), 0);
    IS(read(fd, got, sizeof got), sizeof *got);
    IS(got[0].ssi_code, SI_USER);
    IS(RAW(SYS_pidfd_send_signal, self, 0, 0, 0), 0);
    ERR(RAW(SYS_pidfd_send_signal, self, 65, 0, 0), EINVAL);
    ERR(RAW(SYS_pidfd_send_signal, self, 0, 0, 0x1000), EINVAL);
    ERR(RAW(SYS_pidfd_send_signal, -1, 0, 0, 0), EBADF);
    ERR(RAW(SYS_pidfd_open, -1, 0), EINVAL);
    ERR(RAW(SYS_pidfd_open, 0x7fffffff, 0), ESRCH);

    ERR(RAW(SYS_signalfd4, -1, &set, 4, 0), EINVAL);
    ERR(RAW(SYS_signalfd4, -1, &set, 8, 1), EINVAL);
    ERR(RAW(SYS_signalfd4, -1, bad_pointer(), 8, 0), EFAULT);
    ERR(RAW(SYS_signalfd4, 9999, &set, 8, 0), EBADF);
    ERR(RAW(SYS_signalfd4, make_file("file", ""), &set, 8, 0), EINVAL);
    return done();
}
