/* The guest's alternate signal stack (sigaltstack(2)), a stretch of guest memory. */
#ifndef WALI_SIGNALS_ALTERNATE_STACK_H
#define WALI_SIGNALS_ALTERNATE_STACK_H

#include "wali/native/signals/state.h"

#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

#define ALTERNATE_AUTODISARM INT32_MIN /* SS_AUTODISARM, which some libcs lack */

/* True if the guest's stack pointer lies on its alternate stack. */
bool on_alternate_stack(const struct wali_thread *self, uint32_t stack_pointer)
    __attribute__((visibility("hidden")));

/* Sets the alternate stack as sigaltstack(2) does.  `in_use`: the guest runs on it.  0 or
 * -errno. */
int64_t alternate_stack_set(struct wali_thread *self, const struct wali_stack *new, bool in_use)
    __attribute__((visibility("hidden")));

#endif
