/* A signal stack where there is no memory: the handler's first push faults, as the kernel's would. */
#include "check.h"

#include <signal.h>

static void handler(int signal)
{
    volatile char local[256];
    memset((char *)local, signal, sizeof local);
    say("the handler ran");
}

int main(void)
{
    stack_t stack = {.ss_sp = (void *)0xfff00000, .ss_size = 65536};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    ERR(RAW(SYS_sigaltstack, 0xffffffff, 0), EFAULT);
    ERR(RAW(SYS_sigaltstack, 0, 0xfffffff8), EFAULT);
    OK(sigaltstack(&stack, NULL));
    OK(sigaction(SIGUSR1, &action, NULL));
    raise(SIGUSR1);
    return done();
}
