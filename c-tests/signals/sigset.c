/* System V's calls (sigset(3)): a handler set by them runs, SIG_HOLD blocks, and each tells what was before.
 */
/* CALLS: rt_sigaction, rt_sigprocmask */
#include "check.h"

#include <signal.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

typedef void handler(int);

static int taken[4];

/* Several, so that whichever number a pointer to a function has, small ones are among them. */
static void first(int signo)
{
    taken[0] += signo == SIGUSR1;
}
static void second(int signo)
{
    taken[1] += signo == SIGUSR1;
}
static void third(int signo)
{
    taken[2] += signo == SIGUSR1;
}
static void fourth(int signo)
{
    taken[3] += signo == SIGUSR1;
}

static bool is_blocked(void)
{
    sigset_t set;
    OK(sigprocmask(SIG_BLOCK, NULL, &set));
    return sigismember(&set, SIGUSR1) == 1;
}

int main(void)
{
    handler *const all[] = {first, second, third, fourth};
    CHECK(sigset(SIGUSR1, first) == SIG_DFL);
    for (int i = 0; i < 4; i++) {
        CHECK(sigset(SIGUSR1, all[i]) == all[i == 0 ? 0 : i - 1]);
        CHECK(!is_blocked());
        OK(raise(SIGUSR1));
        IS(taken[i], 1);
    }
    CHECK(sigset(SIGUSR1, SIG_HOLD) == fourth);
    CHECK(is_blocked());
    OK(raise(SIGUSR1));
    IS(taken[3], 1);
    CHECK(sigset(SIGUSR1, first) == SIG_HOLD);
    IS(taken[0] + taken[3], 3); /* what was pending came, to the new one */
    CHECK(!is_blocked());
    OK(sighold(SIGUSR1));
    OK(raise(SIGUSR1));
    IS(taken[0], 2);
    OK(sigrelse(SIGUSR1));
    IS(taken[0], 3);
    OK(sigignore(SIGUSR1));
    OK(raise(SIGUSR1));
    CHECK(sigset(SIGUSR1, SIG_DFL) == SIG_IGN);
    errno = 0;
    CHECK(sigset(SIGKILL, first) == SIG_ERR && errno == EINVAL);
    return done();
}
