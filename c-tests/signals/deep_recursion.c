/* Handlers that come while a recursion goes deep and comes back: they return, jump, and go deep
 * themselves; and a child that a deep function forks. */
/* CALLS: rt_sigaction, setitimer */
#include "check.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#define DEEP 40000
#define ROUNDS 150
#define LETTERS ((DEEP + 2) / 3) /* that deep_child counts */

static volatile sig_atomic_t handled, jumps;
static volatile bool may_jump;
static sigjmp_buf out;

long odd(const char *text, long n);

__attribute__((noinline)) long even(const char *text, long n)
{
    return n == 0 ? 1 : odd(text, n - 1) + (text[n % 3] == 'a') * 2;
}

__attribute__((noinline)) long odd(const char *text, long n)
{
    return n == 0 ? 2 : even(text, n - 1) * 3 + (text[n % 2] != 'a');
}

__attribute__((noinline)) static long deep_child(const char *text, long n)
{
    if (n > 0) {
        return deep_child(text, n - 1) + (text[n % 3] == 'b');
    }
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
        return even(text, 1000) != 0;
    }
    waitpid(child, &status, 0);
    return status;
}

static void tick(int number)
{
    (void)number;
    handled = handled + 1;
    even("abc", handled % 4 * 2000);
    if (may_jump && handled % 3 == 0) {
        jumps = jumps + 1;
        siglongjmp(out, 1);
    }
}

int main(void)
{
    static const struct itimerval often = {{0, 700}, {0, 700}}, never;
    const struct sigaction action = {.sa_handler = tick};
    const pid_t self = getpid();
    volatile int wrong = 0, rounds = 0;
    const long right = even("abc", DEEP);
    OK(sigaction(SIGALRM, &action, NULL));
    OK(setitimer(ITIMER_REAL, &often, NULL));
    while (rounds < ROUNDS) {
        rounds++;
        may_jump = true;
        if (sigsetjmp(out, 1) == 0) {
            wrong += even("abc", DEEP) != right;
        }
        may_jump = false;
        wrong += even("abc", DEEP) != right;
    }
    OK(setitimer(ITIMER_REAL, &never, NULL));
    IS(wrong, 0);
    CHECK(handled > 10);
    fflush(stdout);
    const long found = deep_child("abc", DEEP);
    if (getpid() != self) {
        _exit(found == LETTERS + 1 ? 7 : 8);
    }
    IS(found - LETTERS, 7 << 8);
    return done();
}
