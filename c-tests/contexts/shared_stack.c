/* CALLS: */
/* Coroutines that share one stack: who leaves it copies out what it has used, and copies it back in later. */
#include "contexts.h"

#define COROUTINES 100
#define SIZE 1048576

struct coroutine {
    ucontext_t context;
    char *saved;
    size_t size;
    int number, done;
};

static char stack[SIZE];
static ucontext_t ours;
static struct coroutine *running;

__attribute__((noinline)) static void yield(void)
{
    struct coroutine *self = running;
    char here = 0;
    self->size = (size_t)(stack + SIZE - &here);
    self->saved = realloc(self->saved, self->size);
    memcpy(self->saved, &here, self->size);
    swapcontext(&self->context, &ours);
}

static void body(void)
{
    struct coroutine *self = running;
    int history[8] = {0};
    for (int i = 0; i < 8; i++) {
        history[i] = self->number * i;
        yield();
        self = running;
    }
    int sum = 0;
    for (int i = 0; i < 8; i++) {
        sum += history[i];
    }
    CHECK(sum == self->number * 28);
    self->done = 1;
}

static void resume(struct coroutine *self)
{
    running = self;
    if (self->saved == NULL) {
        getcontext(&self->context);
        self->context.uc_stack.ss_sp = stack;
        self->context.uc_stack.ss_size = SIZE;
        self->context.uc_link = &ours;
        makecontext(&self->context, body, 0);
    } else {
        memcpy(stack + SIZE - self->size, self->saved, self->size);
    }
    swapcontext(&ours, &self->context);
}

int main(void)
{
    static struct coroutine all[COROUTINES];
    int left = COROUTINES, rounds = 0;
    for (int i = 0; i < COROUTINES; i++) {
        all[i].number = i;
    }
    for (; left > 0; rounds++) {
        for (int i = 0; i < COROUTINES; i++) {
            if (!all[i].done) {
                resume(&all[i]);
                left -= all[i].done;
            }
        }
    }
    IS(rounds, 9);
    return done();
}
