/* CALLS: rt_sigprocmask */
/* sigsetjmp restores the signal mask if asked to; setjmp in Linux leaves it. */
#include "check.h"

#include <setjmp.h>
#include <signal.h>

static bool blocked(int number)
{
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    return sigismember(&mask, number);
}

static void block(int how, int number)
{
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, number);
    sigprocmask(how, &mask, NULL);
}

int main(void)
{
    static sigjmp_buf place;
    static jmp_buf plain;
    if (sigsetjmp(place, 1) == 0) {
        block(SIG_BLOCK, SIGUSR1);
        CHECK(blocked(SIGUSR1));
        siglongjmp(place, 3);
    }
    CHECK(!blocked(SIGUSR1));
    if (sigsetjmp(place, 0) == 0) {
        block(SIG_BLOCK, SIGUSR1);
        siglongjmp(place, 4);
    }
    CHECK(blocked(SIGUSR1));
    if (sigsetjmp(place, 1) == 0) {
        block(SIG_UNBLOCK, SIGUSR1);
        siglongjmp(place, 5);
    }
    CHECK(blocked(SIGUSR1));
    if (setjmp(plain) == 0) {
        block(SIG_UNBLOCK, SIGUSR1);
        longjmp(plain, 6);
    }
    CHECK(!blocked(SIGUSR1));
    return done();
}
