/* What the programs of this folder share. */
#ifndef CONTEXTS_H
#define CONTEXTS_H

#include "check.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#define STACK 65536

/* Makes a context that runs the function on a stack of its own, and then goes on with `link`. */
#define MAKE(context, link, function, ...)                                                                   \
    make_on(context, malloc(STACK), link), makecontext(context, function, __VA_ARGS__)

static inline void make_on(ucontext_t *context, void *stack, ucontext_t *link)
{
    getcontext(context);
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = STACK;
    context->uc_link = link;
}

#endif
