/* CALLS: rt_sigaction, setitimer, rt_sigprocmask, tgkill */
/* Jumps out of handlers: from loops without a call, from blocked calls, from several handlers at once, from
 * the alternate stack, without the mask. 2,000 of each. */
#include "check.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#define ROUNDS 2000
#define BIT(signo) (UINT64_C(1) << ((signo) - 1))

static sigjmp_buf back;
static jmp_buf plain_back;
static volatile sig_atomic_t jumps, depth, reach;
static volatile uint64_t spins;
static char alternate[65536];

static uint64_t mask_now(void)
{
    uint64_t mask = 0;
    RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &mask, 8);
    return mask;
}

static void jump(int signo)
{
    jumps++;
    siglongjmp(back, signo);
}

static void plain_jump(int signo)
{
    jumps++;
    longjmp(plain_back, signo);
}

/* Interrupts itself, in turn by a call and by waiting in a loop, and jumps over all from the deepest. */
static void nested(int signo)
{
    struct itimerval soon = {{0, 0}, {0, 20}};
    volatile sig_atomic_t now = ++depth;
    if (depth == reach) {
        depth = 0;
        jump(signo);
    }
    if (depth % 2) {
        raise(signo);
    } else {
        setitimer(ITIMER_REAL, &soon, NULL);
    }
    while (depth >= now) {
        spins++;
    }
}

static void act(void (*function)(int), unsigned flags)
{
    struct sigaction action = {.sa_handler = function, .sa_flags = (int)flags};
    sigaction(SIGALRM, &action, NULL);
}

static void arm(long microseconds)
{
    struct itimerval soon = {{0, 0}, {0, microseconds}};
    setitimer(ITIMER_REAL, &soon, NULL);
}

int main(void)
{
    volatile int i, wrong = 0;
    int fds[2];
    char byte;
    OK(pipe(fds));

    act(jump, 0);
    for (i = 0; i < ROUNDS; i++) {
        if (sigsetjmp(back, 1) == 0) {
            arm(1 + i % 60);
            for (;;) {
                spins++;
            }
        }
        wrong += mask_now() != 0;
    }
    IS(jumps, ROUNDS);
    IS(wrong, 0);

    for (i = 0; i < ROUNDS; i++) {
        if (sigsetjmp(back, 1) == 0) {
            arm(1 + i % 60);
            wrong += 1 + (int)read(fds[0], &byte, 1);
            wrong++;
        }
        wrong += mask_now() != 0;
    }
    IS(jumps, 2 * ROUNDS);
    IS(wrong, 0);

    for (i = 0; i < ROUNDS; i++) {
        if (sigsetjmp(back, 1) == 0) {
            raise(SIGALRM);
            wrong++;
        }
    }
    IS(jumps, 3 * ROUNDS);
    IS(wrong, 0);

    act(nested, SA_NODEFER);
    for (i = 0; i < ROUNDS; i++) {
        if (sigsetjmp(back, 1) == 0) {
            reach = 1 + i % 7;
            raise(SIGALRM);
            wrong++;
        }
    }
    IS(jumps, 4 * ROUNDS);
    IS(wrong, 0);

    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate}, now;
    OK(sigaltstack(&stack, NULL));
    act(jump, SA_ONSTACK);
    for (i = 0; i < ROUNDS; i++) {
        if (sigsetjmp(back, 1) == 0) {
            arm(1 + i % 60);
            for (;;) {
                spins++;
            }
        }
        sigaltstack(NULL, &now);
        wrong += now.ss_flags != 0 || mask_now() != 0;
    }
    IS(jumps, 5 * ROUNDS);
    IS(wrong, 0);

    /* The mask stays as the handler had it, unless the handler was not to block anything. */
    act(plain_jump, 0);
    if (setjmp(plain_back) == 0) {
        arm(20);
        for (;;) {
            spins++;
        }
    }
    CHECK(mask_now() == BIT(SIGALRM));
    uint64_t none = 0;
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, 8);
    act(plain_jump, SA_NODEFER);
    for (i = 0; i < ROUNDS; i++) {
        if (setjmp(plain_back) == 0) {
            arm(1 + i % 60);
            for (;;) {
                spins++;
            }
        }
        wrong += mask_now() != 0;
    }
    IS(jumps, 6 * ROUNDS + 1);
    IS(wrong, 0);

    /* From a handler over the handler of another signal, which a loop was in: signals go on as before. */
    act(jump, 0);
    for (i = 0; i < ROUNDS; i++) {
        struct itimerval often = {{0, 100}, {0, 100}};
        if (sigsetjmp(back, 1) == 0) {
            if (i == 0) { /* not before: it would jump to where the last loop was */
                setitimer(ITIMER_REAL, &often, NULL);
            }
            for (;;) {
                spins++;
                wrong += i % 2 && getppid() < 0;
            }
        }
    }
    act(SIG_IGN, 0);
    CHECK(jumps >= 7 * ROUNDS + 1);
    IS(wrong, 0);
    return done();
}
