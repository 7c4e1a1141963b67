// What it costs to switch to another context and back, and to make one that begins and ends.
#include "bench.h"

#include <ucontext.h>

enum { STACK = 65536 };

static ucontext_t ours, theirs;

static void *stack(void) {
    static void *only;
    if (only == NULL)
        only = malloc(STACK);
    bench_need(only != NULL, "malloc");
    return only;
}

static void make(void (*function)(void)) {
    bench_need(getcontext(&theirs) == 0, "getcontext");
    theirs.uc_stack.ss_sp = stack();
    theirs.uc_stack.ss_size = STACK;
    theirs.uc_link = &ours;
    makecontext(&theirs, function, 0);
}

static void goes_back(void) {
    for (;;)
        swapcontext(&theirs, &ours);
}

static void ends(void) {
}

static void swap(int64_t n) {
    make(goes_back);
    while (n--)
        swapcontext(&ours, &theirs);
}

static void begin(int64_t n) {
    while (n--) {
        make(ends);
        swapcontext(&ours, &theirs);
    }
}

int main(int argc, char **argv) {
    static const struct bench all[] = {{"swap", NULL, swap, 0}, {"begin", NULL, begin, 0}, {0}};
    return bench_main(all, argc, argv);
}
