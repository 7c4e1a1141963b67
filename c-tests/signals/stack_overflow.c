/* A stack that overflows is a SIGSEGV, whose handler has a stack of its own to tell of it. */
/* CALLS: sigaltstack, rt_sigaction */
/* EXPECT: status: 3 */
#include "check.h"

#include <signal.h>

static char alternate[1 << 16];
static volatile int depth;

static void overflowed(int number)
{
    char text[64];
    int n = snprintf(text, sizeof text, "handled: %d\n", number);
    _exit(write(1, text, (size_t)n) == n ? 3 : 4);
}

__attribute__((noinline)) static int deeper(volatile char *above)
{
    volatile char frame[256];
    frame[0] = (char)(above[0] + 1);
    return ++depth < 1000000000 ? deeper(frame) + frame[0] : 0;
}

int main(void)
{
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    struct sigaction action = {.sa_handler = overflowed, .sa_flags = SA_ONSTACK};
    volatile char first = 0;
    OK(sigaltstack(&stack, NULL));
    OK(sigaction(SIGSEGV, &action, NULL));
    return deeper(&first);
}
