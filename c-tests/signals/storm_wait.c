/* CALLS: rt_sigsuspend, ppoll, pselect6, epoll_pwait, read, futex */
/* No wake-up is lost between looking and waiting. Each round sends one signal, which a thread does at a
 * random moment, and waits for it in one of the ways that close the gap; one lost would never end. */
#include "check.h"

#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>

#define ROUNDS 2000
#define BIT(signo) (UINT64_C(1) << ((signo) - 1))

static volatile sig_atomic_t arrived;
static int self_pipe[2];
static int round_wanted, main_tid, process;
static uint32_t word;

static void handler(int signo)
{
    (void)signo;
    arrived++;
}

static void pipe_handler(int signo)
{
    char byte = (char)signo;
    int saved = errno;
    if (write(self_pipe[1], &byte, 1) != 1) {
        abort();
    }
    errno = saved;
    arrived++;
}

static void futex_handler(int signo)
{
    (void)signo;
    word++;
    RAW(SYS_futex, &word, FUTEX_WAKE, INT_MAX, 0, 0, 0);
    arrived++;
}

static void *sender(void *unused)
{
    uint32_t seed = 1;
    for (int next = 1;; next++) {
        while (__atomic_load_n(&round_wanted, __ATOMIC_ACQUIRE) < next) {
            sched_yield();
        }
        seed = seed * 1103515245 + 12345;
        for (volatile uint32_t i = 0; i < (seed >> 16) % 3000; i++) {
        }
        RAW(SYS_tgkill, process, main_tid, SIGUSR1);
        if (next == 6 * ROUNDS) {
            return unused;
        }
    }
}

static void block(int how)
{
    uint64_t set = BIT(SIGUSR1);
    RAW(SYS_rt_sigprocmask, how, &set, 0, 8);
}

static void act(void (*function)(int))
{
    struct sigaction action = {.sa_handler = function, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
}

static int wait_once(int way, int epoll)
{
    sigset_t none;
    struct epoll_event event;
    sigemptyset(&none);
    switch (way) {
    case 0:
        return sigsuspend(&none);
    case 1:
        return ppoll(NULL, 0, NULL, &none);
    case 2:
        return pselect(0, NULL, NULL, NULL, NULL, &none);
    default:
        return epoll_pwait(epoll, &event, 1, -1, &none);
    }
}

int main(void)
{
    pthread_t thread;
    char byte;
    int epoll = epoll_create1(0), wrong = 0;
    process = getpid();
    main_tid = (int)RAW(SYS_gettid);
    OK(pipe(self_pipe));
    act(handler);
    IS(pthread_create(&thread, NULL, sender, NULL), 0);
    block(SIG_BLOCK);
    for (int way = 0; way < 4; way++) {
        for (int i = 0; i < ROUNDS; i++) {
            int before = arrived;
            __atomic_add_fetch(&round_wanted, 1, __ATOMIC_RELEASE);
            while (arrived == before) {
                wrong += wait_once(way, epoll) != -1 || errno != EINTR;
            }
            wrong += arrived != before + 1;
        }
        say("way %d", way);
        IS(wrong, 0);
    }
    act(pipe_handler);
    block(SIG_UNBLOCK);
    for (int i = 0; i < ROUNDS; i++) {
        int before = arrived;
        __atomic_add_fetch(&round_wanted, 1, __ATOMIC_RELEASE);
        wrong += read(self_pipe[0], &byte, 1) != 1 || byte != SIGUSR1 || arrived != before + 1;
    }
    IS(wrong, 0);
    act(futex_handler);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t old = word;
        __atomic_add_fetch(&round_wanted, 1, __ATOMIC_RELEASE);
        while (__atomic_load_n(&word, __ATOMIC_ACQUIRE) == old) {
            RAW(SYS_futex, &word, FUTEX_WAIT, old, 0, 0, 0);
        }
        wrong += word != old + 1;
    }
    IS(wrong, 0);
    IS(pthread_join(thread, NULL), 0);
    return done();
}
