/* CALLS: rt_sigqueueinfo, rt_tgsigqueueinfo */
/* A thread may send itself what looks like a fault, as crash handlers do to hand one on. */
#include "check.h"

#include <setjmp.h>
#include <signal.h>

static volatile sig_atomic_t count;
static siginfo_t last;
static sigjmp_buf back;
static volatile int jump;

static void handler(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    last = *info;
    count++;
    if (jump) {
        siglongjmp(back, 1);
    }
}

/* One that is blocked, and waited for instead. */
static void waited(int pid, int tid)
{
    sigset_t set;
    siginfo_t got;
    siginfo_t made = {.si_signo = SIGSEGV, .si_code = 1};
    const struct timespec now = {0, 0};
    made.si_addr = (void *)(uintptr_t)0x123456;
    sigemptyset(&set);
    sigaddset(&set, SIGSEGV);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    OK(RAW(SYS_rt_tgsigqueueinfo, pid, tid, SIGSEGV, &made));
    IS(sigtimedwait(&set, &got, &now), SIGSEGV);
    IS(memcmp(&got, &made, sizeof got), 0);
    OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
}

int main(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    int pid = getpid(), tid = (int)RAW(SYS_gettid);
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    for (int i = 0; i < 4; i++) {
        siginfo_t made = {.si_signo = faults[i], .si_code = 1, .si_errno = 5};
        made.si_addr = (void *)(uintptr_t)0x123456;
        OK(sigaction(faults[i], &action, NULL));
        OK(RAW(SYS_rt_tgsigqueueinfo, pid, tid, faults[i], &made));
        IS(count, 2 * i + 1);
        IS(last.si_signo, faults[i]);
        IS(last.si_code, 1);
        IS(last.si_errno, 5);
        if (i < 2) {
            CHECK(last.si_addr == made.si_addr);
        }
        OK(RAW(SYS_rt_sigqueueinfo, pid, faults[i], &made));
        IS(count, 2 * i + 2);
    }
    waited(pid, tid);
    jump = 1;
    for (volatile int i = 0; i < 1000; i++) {
        siginfo_t made = {.si_signo = SIGSEGV, .si_code = SEGV_MAPERR};
        if (sigsetjmp(back, 1) == 0) {
            RAW(SYS_rt_tgsigqueueinfo, pid, tid, SIGSEGV, &made);
            say("NOT REACHED");
        }
    }
    IS(count, 1008);
    return done();
}
