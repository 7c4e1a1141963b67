/* CALLS: */
/* Contexts whose bytes the program has changed, copied or made up.  Each way ends a child, or goes on. */
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <ucontext.h>

#define CHILDREN 400

static ucontext_t ours, made, left, copied;
static char stacks[3][65536];
static uint64_t state = 42;

static uint32_t random_number(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

static void nothing(void)
{
}

static void goes_away(int a, int b)
{
    volatile int c = a + b;
    for (;;) {
        swapcontext(&left, &ours);
        c++;
    }
}

static void make(ucontext_t *context, int stack)
{
    getcontext(context);
    context->uc_stack.ss_sp = stacks[stack];
    context->uc_stack.ss_size = sizeof stacks[stack];
    context->uc_link = &ours;
    makecontext(context, (void (*)(void))goes_away, 2, 3, 4);
}

static uint32_t interesting(const uint32_t *words)
{
    static const uint32_t values[] = {0,    1,     2,     3,          7,          28,         29,        255,
                                      4096, 19999, 20000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
    switch (random_number() % 4) {
    case 0:
        return values[random_number() % (sizeof values / sizeof *values)];
    case 1:
        return words[random_number() % 32];
    case 2:
        return words[random_number() % 32] + random_number() % 5 - 2;
    default:
        return random_number() % 64;
    }
}

static void forge(ucontext_t *context)
{
    uint32_t *words = (uint32_t *)&context->uc_mcontext;
    for (uint32_t n = 1 + random_number() % 3; n > 0; n--) {
        words[random_number() % 12 + (random_number() % 8 == 0 ? 0 : 2) % 12] = interesting(words);
    }
}

static void child(int i)
{
    ucontext_t *context = i % 3 == 0 ? &made : i % 3 == 1 ? &left : &copied;
    close(2);
    make(&left, 0);
    swapcontext(&ours, &left);
    make(&made, 1);
    copied = i % 2 ? left : made;
    forge(context);
    if (i % 5 == 0) {
        made.uc_link = context;
    }
    for (int times = 0; times < 3; times++) {
        swapcontext(&ours, context);
        swapcontext(&ours, &left);
        nothing();
    }
    _exit(0);
}

int main(void)
{
    int strange = 0, ended = 0;
    for (int i = 0; i < CHILDREN; i++) {
        int status, pid;
        random_number();
        if ((pid = fork()) == 0) {
            alarm(5);
            child(i);
        }
        waitpid(pid, &status, 0);
        const int signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        ended += status != 0;
        if (signo != 0 && signo != SIGABRT && signo != SIGSEGV && signo != SIGALRM && signo != SIGILL) {
            strange++;
            printf("%d: status %x\n", i, status);
        }
    }
    IS(strange, 0);
    CHECK(ended > 50 && ended < CHILDREN);
    return done();
}
