/* CALLS: rt_sigprocmask */
/* An interpreter with errors as Lua makes them: a chain of handlers, each in its own frame, with clean-up and
 * rethrow. */
#include "check.h"

#include <setjmp.h>

struct handler {
    struct handler *previous;
    jmp_buf place;
    volatile int status;
};

static struct handler *current;
static int cleaned;

static void throw(int status)
{
    current->status = status;
    longjmp(current->place, 1);
}

static int call(void (*function)(int), int argument)
{
    struct handler handler = {.previous = current, .status = 0};
    current = &handler;
    if (setjmp(handler.place) == 0) {
        function(argument);
    }
    current = handler.previous;
    return handler.status;
}

static void nest(int depth)
{
    if (depth == 0) {
        throw(42);
    }
    int status = call(nest, depth - 1);
    cleaned++;
    if (status != 0 && depth % 3 != 0) {
        throw(status + 1); /* on to the next handler */
    }
}

static void divide(int by)
{
    if (by == 0) {
        throw(-1);
    }
}

int main(void)
{
    IS(call(nest, 2), 44);
    IS(call(nest, 3), 0);
    IS(cleaned, 5);
    IS(call(nest, 200), 0);
    IS(cleaned, 205);
    int failures = 0;
    for (int i = 0; i < 100000; i++) {
        failures += call(divide, i % 5) == -1;
    }
    IS(failures, 20000);
    return done();
}
