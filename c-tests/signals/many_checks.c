/* CALLS: rt_sigaction, rt_sigprocmask */
/* Hundreds of divisions side by side, each of which is handled as what it is: a compiler notes for its checks
 * which one failed, in a form that depends on what stands beside. */
#include "check.h"

#include <setjmp.h>
#include <signal.h>

static sigjmp_buf back;

static void handler(int signo)
{
    siglongjmp(back, signo);
}

/* Nothing that a compiler could take together with the next. */
#define ONE(n)                                                                                               \
    case n: {                                                                                                \
        const int result = a / (b - (n));                                                                    \
        __asm__ volatile("# " #n : : "r"(result));                                                           \
        return result;                                                                                       \
    }
#define EIGHT(n) ONE(n) ONE(n + 1) ONE(n + 2) ONE(n + 3) ONE(n + 4) ONE(n + 5) ONE(n + 6) ONE(n + 7)
#define ALL EIGHT(0) EIGHT(8) EIGHT(16) EIGHT(24) EIGHT(32) EIGHT(40) EIGHT(48) EIGHT(56)
enum { MANY = 64 };

#define DIVIDE(name)                                                                                         \
    __attribute__((noinline)) static int name(int which, int a, volatile int *divisor)                       \
    {                                                                                                        \
        const int b = *divisor;                                                                              \
        switch (which) {                                                                                     \
            ALL default : return 0;                                                                          \
        }                                                                                                    \
    }
DIVIDE(first)
DIVIDE(second)
DIVIDE(third)
DIVIDE(fourth)

static int signal_of(int (*divide)(int, int, volatile int *), int which)
{
    volatile int divisor = which, result;
    const int signo = sigsetjmp(back, 1);
    if (signo == 0) {
        result = divide(which, 7, &divisor);
        (void)result;
    }
    return signo;
}

int main(void)
{
    static int (*const ways[])(int, int, volatile int *) = {first, second, third, fourth};
    volatile int wrong = 0; /* outlives jumps */
    signal(SIGFPE, handler);
    signal(SIGILL, handler);
    signal(SIGSEGV, handler);
    for (volatile int way = 0; way < 4; way++) {
        for (volatile int i = 0; i < MANY; i++) {
            wrong += signal_of(ways[way], i) != SIGFPE;
        }
    }
    IS(wrong, 0);
    return done();
}
