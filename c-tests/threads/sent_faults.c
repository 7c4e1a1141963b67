/* A fault signal that is sent to the process is for any thread that lets it in, or waits for it. */
/* CALLS: kill, rt_sigtimedwait, rt_sigpending, rt_sigprocmask, rt_sigqueueinfo */
#include "together.h"

#include <signal.h>

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
static atomic_int ready, handled, by, wrong;
static __thread int number;

static void handler(int signo)
{
    (void)signo;
    by = number;
    handled++;
}

static sigset_t all_faults(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < 4; i++) {
        sigaddset(&set, faults[i]);
    }
    return set;
}

/* The thread for signals, of a program that blocks them everywhere. */
static void *wait_for_signals(void *times)
{
    sigset_t set = all_faults();
    for (int i = 0; i < (int)(intptr_t)times; i++) {
        siginfo_t info;
        ready++;
        wrong += sigwaitinfo(&set, &info) != faults[i % 4];
        wrong += info.si_code != (i % 2 ? SI_QUEUE : SI_USER);
        wrong += i % 2 && info.si_value.sival_int != i;
    }
    return NULL;
}

static void send(int signo, int i)
{
    if (i % 2) {
        OK(sigqueue(getpid(), signo, (union sigval){.sival_int = i}));
    } else {
        OK(kill(getpid(), signo));
    }
}

static void waited_for(int before)
{
    ready = 0;
    pthread_t thread;
    if (!before) {
        send(SIGSEGV, 0); /* it is there already */
    }
    thread = start(wait_for_signals, (void *)8);
    for (int i = before ? 0 : 1; i < 8; i++) {
        wait_until(&ready, i + 1);
        if (i == 3) {
            nap(5); /* asleep by now */
        }
        send(faults[i % 4], i);
    }
    joined(thread);
    IS(wrong, 0);
}

static atomic_int open_it, end;

static void *opens_late(void *argument)
{
    number = (int)(intptr_t)argument;
    sigset_t set = all_faults();
    ready++;
    wait_until(&open_it, number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    ready++;
    while (!end) {
        nap(1);
    }
    return NULL;
}

static void *computes(void *argument)
{
    static volatile unsigned sink;
    number = (int)(intptr_t)argument;
    sigset_t set = all_faults();
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    ready++;
    while (!end) {
        sink++;
    }
    return NULL;
}

static void *reads(void *argument)
{
    int fds[2];
    char byte;
    number = (int)(intptr_t)argument;
    sigset_t set = all_faults();
    wrong += pipe(fds) != 0;
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    ready++;
    wrong += read(fds[0], &byte, 1) != -1 || errno != EINTR;
    return NULL;
}

static sigset_t pending(void)
{
    sigset_t set;
    sigpending(&set);
    return set;
}

/* Pending when the call returns, whichever thread the kernel would choose for it. */
static void *looks_at_once(void *unused)
{
    const struct timespec at_once = {0};
    const sigset_t set = all_faults();
    for (int i = 0; i < 2000; i++) {
        const int signo = faults[i % 4];
        wrong += (i % 3 ? kill(getpid(), signo) : sigqueue(getpid(), signo, (union sigval){.sival_int = i})) != 0;
        const sigset_t now = pending();
        siginfo_t info;
        wrong += !sigismember(&now, signo) || sigtimedwait(&set, &info, &at_once) != signo;
        wrong += info.si_pid != getpid() || info.si_uid != getuid();
    }
    return unused;
}

int main(void)
{
    sigset_t set = all_faults(), now;
    struct sigaction action = {.sa_handler = handler};
    for (int i = 0; i < 4; i++) {
        OK(sigaction(faults[i], &action, NULL));
    }
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    waited_for(1);
    waited_for(0);
    IS(handled, 0);
    joined(start(looks_at_once, NULL));
    IS(wrong, 0);

    /* Pending for all threads, and handled by the first that opens its mask. */
    ready = 0;
    pthread_t thread = start(opens_late, (void *)2);
    wait_until(&ready, 1);
    OK(kill(getpid(), SIGBUS));
    OK(kill(getpid(), SIGBUS));
    now = pending();
    IS(sigismember(&now, SIGBUS), 1);
    nap(5);
    IS(handled, 0);
    open_it = 2;
    wait_until(&ready, 2);
    IS(handled, 1);
    IS(by, 2);
    now = pending();
    IS(sigismember(&now, SIGBUS), 0);
    end = 1;
    joined(thread);

    /* Handled by one that has it open, wherever that is. */
    ready = end = handled = 0;
    thread = start(computes, (void *)3);
    wait_until(&ready, 1);
    for (int i = 0; i < 20; i++) {
        OK(kill(getpid(), faults[i % 4]));
        wait_until(&handled, i + 1);
        IS(by, 3);
    }
    end = 1;
    joined(thread);
    ready = handled = 0;
    thread = start(reads, (void *)4);
    wait_until(&ready, 1);
    nap(5);
    OK(kill(getpid(), SIGFPE));
    joined(thread);
    IS(handled, 1);
    IS(by, 4);
    IS(wrong, 0);

    /* One for a thread is nobody else's. */
    ready = end = handled = 0;
    thread = start(computes, (void *)5);
    wait_until(&ready, 1);
    OK(RAW(SYS_tgkill, getpid(), RAW(SYS_gettid), SIGILL));
    now = pending();
    IS(sigismember(&now, SIGILL), 1);
    nap(5);
    IS(handled, 0);
    end = 1;
    joined(thread);
    OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
    IS(handled, 1);
    IS(by, 0);
    return done();
}
