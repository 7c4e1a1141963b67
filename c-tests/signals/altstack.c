/* CALLS: sigaltstack */
#include "check.h"

#include <setjmp.h>
#include <signal.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif
#define SIZE 65536

static char room[SIZE] __attribute__((aligned(64))), other[SIZE];
static volatile sig_atomic_t on_it, flags_inside, change_result, count;
static uintptr_t nested_at;
static sigjmp_buf back;
static int jump;

static int inside(const void *at)
{
    return (uintptr_t)at >= (uintptr_t)room && (uintptr_t)at < (uintptr_t)room + SIZE;
}

static void handler(int signo, siginfo_t *info, void *context)
{
    volatile char here = 0;
    stack_t now, new = {.ss_sp = other, .ss_size = sizeof other};
    ucontext_t *uc = context;
    (void)signo, (void)info;
    on_it = inside((const void *)&here);
    sigaltstack(NULL, &now);
    flags_inside = now.ss_flags;
    change_result = sigaltstack(&new, NULL) == 0 ? 0 : errno;
    nested_at = (uintptr_t)&here;
    count++;
    if (uc->uc_stack.ss_sp != (void *)room && uc->uc_stack.ss_size != 0) {
        on_it = -1;
    }
    if (jump) {
        siglongjmp(back, 1);
    }
}

static void nested(int signo)
{
    volatile char here = 0;
    uintptr_t outer = (uintptr_t)&here;
    (void)signo;
    raise(SIGUSR1);
    CHECK(inside((const void *)&here) && nested_at < outer);
}

static void set(int signo, unsigned flags)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = (int)(SA_SIGINFO | flags)};
    sigaction(signo, &action, NULL);
}

int main(void)
{
    stack_t now, stack = {.ss_sp = room, .ss_size = SIZE};
    OK(sigaltstack(NULL, &now));
    IS(now.ss_flags, SS_DISABLE);
    IS(now.ss_size, 0);
    stack.ss_size = 1000;
    ERR(sigaltstack(&stack, NULL), ENOMEM);
    stack.ss_size = SIZE;
    stack.ss_flags = 8;
    ERR(sigaltstack(&stack, NULL), EINVAL);
    stack.ss_flags = 0;
    ERR(RAW(SYS_sigaltstack, bad_pointer(), 0), EFAULT);
    OK(sigaltstack(&stack, NULL));
    ERR(RAW(SYS_sigaltstack, 0, bad_pointer()), EFAULT);
    OK(sigaltstack(NULL, &now));
    CHECK(now.ss_sp == room && now.ss_size == SIZE && now.ss_flags == 0);

    set(SIGUSR1, 0);
    raise(SIGUSR1);
    IS(on_it, 0);
    IS(flags_inside, 0);
    IS(change_result, 0); /* ... until the handler returns */
    OK(sigaltstack(NULL, &now));
    CHECK(now.ss_sp == room);

    set(SIGUSR1, SA_ONSTACK);
    raise(SIGUSR1);
    IS(on_it, 1);
    IS(flags_inside, SS_ONSTACK);
    IS(change_result, EPERM);
    OK(sigaltstack(NULL, &now));
    CHECK(now.ss_sp == room && now.ss_flags == 0);

    /* On it already: the next handler goes on where this one stands. */
    struct sigaction action = {.sa_handler = nested, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR2, &action, NULL);
    raise(SIGUSR2);

    stack.ss_flags = (int)SS_AUTODISARM;
    OK(sigaltstack(&stack, NULL));
    raise(SIGUSR1);
    IS(on_it, 1);
    IS(flags_inside, SS_DISABLE);
    IS(change_result, 0);
    OK(sigaltstack(NULL, &now));
    CHECK(now.ss_sp == room && now.ss_flags == (int)SS_AUTODISARM);

    /* Jumps leave it. */
    stack.ss_flags = 0;
    OK(sigaltstack(&stack, NULL));
    jump = 1;
    count = 0;
    volatile int wrong = 0;
    for (volatile int i = 0; i < 2000; i++) {
        if (sigsetjmp(back, 1) == 0) {
            raise(SIGUSR1);
            wrong++;
        }
        sigaltstack(NULL, &now);
        wrong += now.ss_flags != 0;
    }
    IS(wrong, 0);
    IS(count, 2000);
    jump = 0;
    stack.ss_flags = SS_DISABLE;
    OK(sigaltstack(&stack, &now));
    CHECK(now.ss_sp == room);
    raise(SIGUSR1);
    IS(on_it == 1, 0);
    return done();
}
