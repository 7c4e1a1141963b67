/* CALLS: */
/* setjmp and longjmp in contexts, and between them, as coroutines of QEMU switch. */
#include "contexts.h"

#include <setjmp.h>

static ucontext_t ours, theirs;
static jmp_buf inside;
static volatile int caught;
static volatile int stays; /* else compilers see a recursion without an end */

static void deep(int depth)
{
    volatile int here = depth;
    if (depth > 0) {
        deep(depth - 1);
    } else if (!stays) {
        longjmp(inside, 7);
    }
    caught += here;
}

static void jumps_inside(void)
{
    for (volatile int i = 0; i < 100; i++) {
        switch (setjmp(inside)) {
        case 0:
            deep(i % 10);
            break;
        case 7:
            caught++;
        }
        if (i % 10 == 0) {
            swapcontext(&theirs, &ours);
        }
    }
}

static void within(void)
{
    volatile int switches = 0;
    MAKE(&theirs, &ours, jumps_inside, 0);
    while (caught < 100 || switches < 11) {
        switches++;
        swapcontext(&ours, &theirs);
    }
    IS(caught, 100);
    IS(switches, 11);
}

/* The function that begins on a context saves where it is, and is entered by jumps from then on. */
struct coroutine {
    sigjmp_buf here, caller;
    int value;
};
static struct coroutine *starting;

static void yield(struct coroutine *self, int value)
{
    self->value = value;
    if (sigsetjmp(self->here, 0) == 0) {
        siglongjmp(self->caller, 1);
    }
}

static void body(void)
{
    struct coroutine *self = starting;
    yield(self, 0);
    for (int i = 1;; i++) {
        yield(self, i * i);
    }
}

static int resume(struct coroutine *self)
{
    if (sigsetjmp(self->caller, 0) == 0) {
        siglongjmp(self->here, 1);
    }
    return self->value;
}

static void begin(struct coroutine *self)
{
    ucontext_t context, unused;
    starting = self;
    MAKE(&context, NULL, body, 0);
    if (sigsetjmp(self->caller, 0) == 0) {
        swapcontext(&unused, &context);
    }
}

static void between(void)
{
    static struct coroutine all[50];
    long long sum = 0;
    for (int i = 0; i < 50; i++) {
        begin(&all[i]);
    }
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 50; i++) {
            sum += resume(&all[(i * 7) % 50]);
        }
    }
    IS(sum, 50LL * 40 * 41 * 81 / 6);
}

/* A handler on a context jumps out of itself, to another context. */
static sigjmp_buf outside;

static void jump_out(int signo)
{
    siglongjmp(outside, signo);
}

static void raises(void)
{
    raise(SIGUSR1);
}

static void out_of_handlers(void)
{
    signal(SIGUSR1, jump_out);
    for (volatile int i = 0; i < 50; i++) {
        int signo = sigsetjmp(outside, 1);
        if (signo == 0) {
            MAKE(&theirs, NULL, raises, 0);
            swapcontext(&ours, &theirs);
        }
        caught += signo == SIGUSR1;
    }
    IS(caught, 150);
}

/* Into the frame below a handler that has left for another context. */
static volatile int stages;

static void leaves(int signo)
{
    (void)signo;
    stages++;
    swapcontext(&theirs, &ours);
    stages = 100;
}

static void below(void)
{
    if (sigsetjmp(inside, 1) == 0) {
        raise(SIGUSR2);
        stages = 200;
    }
    stages++;
}

static void under_handlers(void)
{
    signal(SIGUSR2, leaves);
    for (volatile int i = 1; i <= 20; i++) {
        MAKE(&theirs, &ours, below, 0);
        swapcontext(&ours, &theirs);
        if (stages == 2 * i - 1) {
            static ucontext_t middle;
            getcontext(&middle);
            if (stages == 2 * i - 1) {
                ours = middle;
                siglongjmp(inside, 1);
            }
        }
    }
    IS(stages, 40);
}

int main(void)
{
    within();
    between();
    out_of_handlers();
    under_handlers();
    return done();
}
