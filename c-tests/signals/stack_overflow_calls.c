/* Calls without local arrays, so that it is the processor's stack that overflows: the handler has a stack of
 * its own, jumps out, and the next time says what it was told. */
/* CALLS: sigaltstack, rt_sigaction */
/* EXPECT: status: 3 */
#include "check.h"

#include <setjmp.h>
#include <signal.h>

static char alternate[1 << 16];
static sigjmp_buf back;
static volatile int times, depth;

static int work(int n)
{
    return n == 0 ? 1 : work(n - 1) + n % 2;
}

static void overflowed(int number)
{
    char text[64];
    CHECK(work(200) == 101);
    if (times++ < 3) {
        siglongjmp(back, number);
    }
    int n = snprintf(text, sizeof text, "handled: %d\n", number);
    fflush(stdout);
    _exit(write(1, text, (size_t)n) == n ? 3 : 4);
}

__attribute__((noinline)) static int deeper(int n)
{
    return ++depth < 1000000000 ? deeper(n + 1) + depth % 3 + n : 0;
}

int main(void)
{
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    struct sigaction action = {.sa_handler = overflowed, .sa_flags = SA_ONSTACK};
    OK(sigaltstack(&stack, NULL));
    OK(sigaction(SIGSEGV, &action, NULL));
    const int number = sigsetjmp(back, 1);
    say("%d", number);
    depth = 0;
    return deeper(times);
}
