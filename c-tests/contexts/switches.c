/* CALLS: */
/* Generators, pairs, rings and trees of contexts; arguments, links, contexts that begin again or go on twice.
 */
#include "contexts.h"

#define MANY 1000
#define ROUNDS 20000

static ucontext_t ours, theirs;
static int produced;

static void produce(void)
{
    for (produced = 1; produced < 4; produced++) {
        swapcontext(&theirs, &ours);
    }
}

static void generator(void)
{
    MAKE(&theirs, &ours, produce, 0);
    for (int i = 0; i < 4; i++) {
        IS(swapcontext(&ours, &theirs), 0);
        say("%d", produced);
    }
}

static unsigned long long sum;

static void add(void)
{
    for (unsigned i = 1;; i++) {
        sum = sum * 31 + i;
        swapcontext(&theirs, &ours);
    }
}

static void pair(void)
{
    unsigned long long expected = 0;
    MAKE(&theirs, NULL, add, 0);
    for (unsigned i = 1; i <= ROUNDS; i++) {
        swapcontext(&ours, &theirs);
        expected = expected * 31 + i;
        sum += i % 3;
        expected += i % 3;
    }
    CHECK(sum == expected);
}

static ucontext_t ring[MANY];
static int visits[MANY], left;

static void member(int self)
{
    int rounds = 0;
    double own = self;
    while (rounds++ < 5) {
        visits[self]++;
        own = own * 2 + 1;
        swapcontext(&ring[self], self + 1 < MANY ? &ring[self + 1] : &ours);
    }
    CHECK(own == self * 32.0 + 31 || self % 100 != 0);
    left--;
}

static void many(void)
{
    left = MANY;
    for (int i = 0; i < MANY; i++) {
        MAKE(&ring[i], i + 1 < MANY ? &ring[i + 1] : &ours, (void (*)(void))member, 1, i);
    }
    for (int round = 0; round < 6; round++) {
        swapcontext(&ours, &ring[0]);
    }
    IS(left, 0);
    IS(visits[0] + visits[MANY / 2] + visits[MANY - 1], 15);
}

static void with_args(int a, int b, int c, int d, int e, int f, int g, int h, int i)
{
    say("%d %d %d %d %d %d %d %d %d", a, b, c, d, e, f, g, h, i);
}

static void arguments(void)
{
    MAKE(&theirs, &ours, (void (*)(void))with_args, 9, 1, -2, 3, -4, 5, -6, 7, -8, 2147483647);
    OK(swapcontext(&ours, &theirs));
    MAKE(&theirs, &ours, (void (*)(void))with_args, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    OK(swapcontext(&ours, &theirs));
}

static ucontext_t links[4];

static void linked(int number)
{
    say("link %d", number);
}

static void chain(void)
{
    for (int i = 0; i < 4; i++) {
        MAKE(&links[i], i > 0 ? &links[i - 1] : &ours, (void (*)(void))linked, 1, i);
    }
    OK(swapcontext(&ours, &links[3]));
}

/* Each begins two more, and waits for them in its own frame. */
static int leaves;

static void branch(int depth)
{
    ucontext_t here, child;
    if (depth == 0) {
        leaves++;
        return;
    }
    for (int i = 0; i < 2; i++) {
        void *stack = malloc(STACK);
        make_on(&child, stack, &here);
        makecontext(&child, (void (*)(void))branch, 1, depth - 1);
        swapcontext(&here, &child);
        free(stack);
    }
}

static int goes;

static void again(void)
{
    goes++;
    setcontext(&ours);
}

/* A context that was never saved since it was made begins anew. */
static void begins_again(void)
{
    MAKE(&theirs, NULL, again, 0);
    for (int i = 0; i < 3; i++) {
        swapcontext(&ours, &theirs);
    }
    IS(goes, 3);
}

/* What was saved goes on as often as one likes, while its function runs. */
static void goes_on_twice(void)
{
    volatile int times = 0;
    getcontext(&theirs);
    if (times++ < 3) {
        setcontext(&theirs);
    }
    IS(times, 4);
    MAKE(&theirs, NULL, again, 0);
    times = goes = 0;
    swapcontext(&ours, &theirs);
    if (times++ < 2) {
        again();
    }
    IS(times, 3);
    IS(goes, 3);
}

static int (*volatile swap_by_address)(ucontext_t *, const ucontext_t *) = swapcontext;

static void by_address(void)
{
    MAKE(&theirs, &ours, produce, 0);
    for (int i = 0; i < 4; i++) {
        IS(swap_by_address(&ours, &theirs), 0);
    }
    IS(produced, 4);
}

int main(void)
{
    generator();
    pair();
    many();
    arguments();
    chain();
    branch(4);
    IS(leaves, 16);
    begins_again();
    goes_on_twice();
    by_address();
    return done();
}
