#include "wali/native/signals/alternate_stack.h"

#include "wali/native/thread/thread.h"

#include <errno.h>
#include <signal.h>

/* MINSIGSTKSZ, the kernel's smallest alternate stack (sigaltstack(2)). */
#define SMALLEST_STACK 2048

bool on_alternate_stack(const struct wali_thread *self, uint32_t stack_pointer)
{
    const struct wali_stack *stack = &self->signals.alternate;
    return stack->ss_size != 0 && stack_pointer > stack->ss_sp &&
           stack_pointer - stack->ss_sp <= stack->ss_size;
}

int64_t alternate_stack_set(struct wali_thread *self, const struct wali_stack *new, bool in_use)
{
    const int32_t mode = new->ss_flags & ~ALTERNATE_AUTODISARM;
    if (in_use) {
        return -EPERM;
    }
    if (mode != 0 && mode != SS_DISABLE && mode != SS_ONSTACK) {
        return -EINVAL;
    }
    if (mode == SS_DISABLE) {
        self->signals.alternate = (struct wali_stack){.ss_flags = SS_DISABLE};
        return 0;
    }
    if (new->ss_size < SMALLEST_STACK) {
        return -ENOMEM;
    }
    self->signals.alternate = *new;
    self->signals.alternate.ss_flags &= ALTERNATE_AUTODISARM;
    return 0;
}
