/* CALLS: sigaltstack, mprotect */
/* A context whose stack ends: by frames in memory and by others, with a handler on another stack. */
#include "contexts.h"

#include <setjmp.h>

#define PAGES 32

static ucontext_t ours, theirs;
static sigjmp_buf back;
static volatile int overflows;
static volatile uint64_t depth;
static char alternate[65536];

static void overflow(int signo)
{
    overflows++;
    siglongjmp(back, signo);
}

static uint64_t (*volatile recurse)(uint64_t); /* so that no compiler makes a loop of it */

static uint64_t with_memory(uint64_t n)
{
    volatile char bytes[512];
    memset((char *)bytes, (int)n, sizeof bytes);
    depth = n;
    return recurse(n + 1) + (uint64_t)bytes[n % 512];
}

static uint64_t without_memory(uint64_t n)
{
    depth = n;
    return recurse(n + 1) * 3 + n;
}

static void body(void)
{
    if (sigsetjmp(back, 1) == 0) {
        depth = recurse(0);
    }
    CHECK(depth > 20);
}

int main(void)
{
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    struct sigaction action = {.sa_handler = overflow, .sa_flags = SA_ONSTACK};
    char *memory = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(memory, 4096, PROT_NONE);
    sigaltstack(&stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
    for (int i = 0; i < 6; i++) {
        recurse = i % 2 ? without_memory : with_memory;
        getcontext(&theirs);
        theirs.uc_stack.ss_sp = memory + 4096;
        theirs.uc_stack.ss_size = (PAGES - 1) * 4096;
        theirs.uc_link = &ours;
        makecontext(&theirs, body, 0);
        OK(swapcontext(&ours, &theirs));
        IS(overflows, i + 1);
    }
    return done();
}
