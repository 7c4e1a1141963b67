/* CALLS: pidfd_send_signal, pidfd_open, clone, clone3, rt_sigqueueinfo */
/* Faults that no instruction has caused: if the runtime took one for real in the middle of a call, the
 * guest's handler would run there, where the host's memory is open for an instant. */
#include "check.h"

#include <linux/sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>

#define PROCESS_GROUP 4 /* PIDFD_SIGNAL_PROCESS_GROUP, Linux 6.9 */

static volatile int found;
static volatile unsigned count;
static sigjmp_buf out;

static void on_fault(int signo)
{
    char byte;
    (void)signo;
    count++;
    for (int fd = 3; fd < 8; fd++) {
        if (RAW(SYS_pread64, fd, &byte, 1, INT64_MAX) == -1 && errno != EBADF && errno != ESPIPE &&
            errno != EISDIR) {
            found = fd;
        }
    }
}

static void jump_out(int signo)
{
    (void)signo;
    siglongjmp(out, 1);
}

static int64_t forge(int pidfd, siginfo_t *info, unsigned flags)
{
    return RAW(SYS_pidfd_send_signal, pidfd, info->si_signo, info, flags);
}

/* The victim opens what it may not have, again and again. */
static void victim(void)
{
    signal(SIGSEGV, on_fault);
    for (int i = 0; i < 20000; i++) {
        open("/proc/self/mem", O_RDWR);
    }
    _exit(found != 0 ? 1 : 0);
}

static void to_a_group(void)
{
    static int place;
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_signo = SIGSEGV;
    info.si_code = SEGV_MAPERR;
    info.si_addr = &place;
    setpgid(0, 0);
    signal(SIGSEGV, SIG_IGN);
    const int self = (int)OK(RAW(SYS_pidfd_open, getpid(), 0));
    const pid_t child = fork();
    if (child == 0) {
        victim();
    }
    int refused = 0, status;
    for (int i = 0; i < 2000; i++) {
        /* What a kernel without the flag says, or one where nobody may. */
        refused += forge(self, &info, PROCESS_GROUP) == -1 && (errno == EPERM || errno == EINVAL);
        usleep(10);
    }
    CHECK(refused == 2000);
    OK(waitpid(child, &status, 0));
    CHECK(status == 0);
    /* To oneself it is allowed, as crash handlers do it. */
    signal(SIGSEGV, on_fault);
    count = 0;
    OK(RAW(SYS_rt_sigqueueinfo, getpid(), SIGSEGV, &info));
    CHECK(count == 1);
}

static void by_the_end_of_a_child(void)
{
    ERR(RAW(SYS_clone, SIGSEGV, 0, 0, 0, 0), EINVAL);
    ERR(RAW(SYS_clone, SIGBUS, 0, 0, 0, 0), EINVAL);
    struct clone_args how = {.exit_signal = SIGSEGV};
    ERR(RAW(SYS_clone3, &how, sizeof how), EINVAL);
    how.exit_signal = SIGILL | 1ull << 32;
    ERR(RAW(SYS_clone3, &how, sizeof how), EINVAL);
}

int main(void)
{
    to_a_group();
    by_the_end_of_a_child();
    signal(SIGSEGV, jump_out);
    if (sigsetjmp(out, 1) == 0) {
        *(volatile int *)0xfff00000 = 1;
    }
    return done();
}
