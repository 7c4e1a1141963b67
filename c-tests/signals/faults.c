/* CALLS: rt_sigaction, rt_sigprocmask */
/* Faults of the program itself, handled: what the handler is told, and jumps out of it. */
#include "check.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

static sigjmp_buf back;
static volatile sig_atomic_t count;
static siginfo_t last;
static volatile int zero;
static volatile int sink;

static void handler(int signo, siginfo_t *info, void *context)
{
    (void)context;
    last = *info;
    count++;
    siglongjmp(back, signo);
}

static void handle(int signo, unsigned flags)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = (int)(SA_SIGINFO | flags)};
    OK(sigaction(signo, &action, NULL));
}

static int touch(volatile char *at)
{
    int signo = sigsetjmp(back, 1);
    if (signo == 0) {
        *at = 1;
    }
    return signo;
}

__attribute__((noinline)) static int divide(int a, int b)
{
    int signo = sigsetjmp(back, 1);
    if (signo == 0) {
#ifdef __wasm__
        volatile int dividend = a;
        sink = dividend / b;
#else
        volatile int divisor = b; /* natively the compiler may take it for what it is */
        sink = a / divisor;
#endif
    }
    return signo;
}

static int stop(void)
{
    int signo = sigsetjmp(back, 1);
    if (signo == 0) {
        __builtin_trap();
    }
    return signo;
}

static void repair(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    count++;
    mprotect((void *)((uintptr_t)info->si_addr & ~(uintptr_t)4095), 4096, PROT_READ | PROT_WRITE);
}

int main(void)
{
    handle(SIGSEGV, 0);
    handle(SIGBUS, 0);
    handle(SIGFPE, 0);
    handle(SIGILL, 0);
    char *gone = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *closed = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *constant = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(gone, 8192);
    IS(touch(gone + 77), SIGSEGV);
    IS(last.si_code, SEGV_MAPERR);
    CHECK(last.si_addr == gone + 77);
    IS(touch(closed + 78), SIGSEGV);
    IS(last.si_code, SEGV_ACCERR);
    CHECK(last.si_addr == closed + 78);
    IS(touch(constant + 4100), SIGSEGV);
    IS(last.si_code, SEGV_ACCERR);
    CHECK(last.si_addr == constant + 4100);

    int fd = make_file("file", "short");
    char *mapped = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    IS(touch(mapped + 4000), 0);
    IS(touch(mapped + 4096 + 5), SIGBUS);
    IS(last.si_code, BUS_ADRERR);
    CHECK(last.si_addr == mapped + 4096 + 5);

    IS(divide(5, zero), SIGFPE);
    IS(last.si_signo, SIGFPE);
    IS(last.si_code, FPE_INTDIV);
    IS(divide(INT32_MIN, zero - 1), SIGFPE);
    IS(last.si_code, FPE_INTDIV);
    IS(stop(), SIGILL);
    IS(last.si_code > 0, 1);

    count = 0;
    volatile int wrong = 0; /* outlives jumps */
    for (int i = 0; i < 2000; i++) {
        wrong += touch(closed) != SIGSEGV;
        wrong += divide(i, zero) != SIGFPE;
    }
    IS(wrong, 0);
    IS(count, 4000);

    /* Without the mask saved SIGSEGV stays blocked, which SA_NODEFER undoes. */
    handle(SIGSEGV, SA_NODEFER);
    for (int i = 0; i < 100; i++) {
        if (sigsetjmp(back, 0) == 0) {
            *(volatile char *)closed = 1;
            wrong++;
        }
    }
    IS(wrong, 0);

    /* A handler that mends what was wrong. */
    struct sigaction action = {.sa_sigaction = repair, .sa_flags = SA_SIGINFO};
    OK(sigaction(SIGSEGV, &action, NULL));
    count = 0;
    char *volatile room = mmap(NULL, 64 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 64 * 4096; i += 1000) {
        room[i] = (char)i;
    }
    for (int i = 0; i < 64 * 4096; i += 1000) {
        wrong += room[i] != (char)i;
    }
    IS(count, 64);
    IS(wrong, 0);
    return done();
}
