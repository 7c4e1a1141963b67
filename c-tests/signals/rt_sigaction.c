/* CALLS: rt_sigaction */
/* Dispositions without handlers: default and ignored. */
#include "check.h"

#include <signal.h>

/* The kernel's struct, as musl and glibc pass it for their own machines. */
#ifdef __wasm__
struct action {
    uint32_t handler;
    uint64_t flags;
    uint32_t restorer;
    uint64_t mask;
} __attribute__((packed));
#define HANDLER(name) ((uint32_t)(uintptr_t)(name))
#else
struct action {
    uint64_t handler;
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
};
#define HANDLER(name) ((uint64_t)(uintptr_t)(name))
#endif

static long set(int signo, const struct action *new, struct action *old)
{
    return RAW(SYS_rt_sigaction, signo, new, old, 8);
}

int main(void)
{
    struct action ignore = {.handler = HANDLER(SIG_IGN), .flags = SA_RESTART, .mask = 0x204}, old = {0};
    IS(set(SIGUSR1, NULL, &old), 0);
    CHECK(old.handler == HANDLER(SIG_DFL) && old.flags == 0 && old.mask == 0);
    IS(set(SIGUSR1, &ignore, &old), 0);
    CHECK(old.handler == HANDLER(SIG_DFL));
    IS(set(SIGUSR1, NULL, &old), 0);
    CHECK(old.handler == HANDLER(SIG_IGN) && old.flags == SA_RESTART && old.mask == 0x204);
    IS(RAW(SYS_kill, getpid(), SIGUSR1), 0); /* nothing happens */

    /* Unknown flags are dropped, and no mask blocks SIGKILL or SIGSTOP. */
    struct action strange = {.handler = HANDLER(SIG_IGN), .flags = 0x50000000 | 0x400, .mask = ~UINT64_C(0)};
    IS(set(SIGUSR2, &strange, NULL), 0);
    IS(set(SIGUSR2, NULL, &old), 0);
    CHECK(old.flags == 0x50000000);
    CHECK(old.mask == ~(UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1)));
    struct action standard = {.handler = HANDLER(SIG_DFL)};
    IS(set(SIGUSR2, &standard, &old), 0);
    CHECK(old.handler == HANDLER(SIG_IGN));

    /* A default that is to do nothing. */
    IS(RAW(SYS_kill, getpid(), SIGCHLD), 0);
    IS(RAW(SYS_kill, getpid(), SIGURG), 0);

    /* The signals of faults are like any other, to ask and to ignore. */
    int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    for (int i = 0; i < 5; i++) {
        IS(set(faults[i], &ignore, &old), 0);
        CHECK(old.handler == HANDLER(SIG_DFL));
        IS(set(faults[i], &standard, &old), 0);
        CHECK(old.handler == HANDLER(SIG_IGN));
    }
    IS(set(64, &ignore, &old), 0);
    IS(set(64, NULL, &old), 0);
    CHECK(old.handler == HANDLER(SIG_IGN));

    IS(set(SIGKILL, NULL, &old), 0);
    ERR(set(SIGKILL, &ignore, NULL), EINVAL);
    ERR(set(SIGSTOP, &standard, NULL), EINVAL);
    ERR(set(0, NULL, &old), EINVAL);
    ERR(set(65, NULL, &old), EINVAL);
    ERR(set(-1, NULL, &old), EINVAL);
    ERR(RAW(SYS_rt_sigaction, SIGUSR1, 0, &old, 128), EINVAL);
    ERR(RAW(SYS_rt_sigaction, SIGUSR1, 0, &old, 4), EINVAL);
    ERR(RAW(SYS_rt_sigaction, SIGUSR1, bad_pointer(), 0, 8), EFAULT);
    ERR(RAW(SYS_rt_sigaction, SIGUSR1, 0, bad_pointer(), 8), EFAULT);

    /* The same through libc. */
    CHECK(signal(SIGHUP, SIG_IGN) == SIG_DFL);
    CHECK(signal(SIGHUP, SIG_DFL) == SIG_IGN);
    CHECK(signal(SIGKILL, SIG_IGN) == SIG_ERR);
    return done();
}
