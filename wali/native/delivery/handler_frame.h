/* The call of one guest handler, with its frame and the alternate stack. */
#ifndef WALI_DELIVERY_HANDLER_FRAME_H
#define WALI_DELIVERY_HANDLER_FRAME_H

#include "wali/native/signals/state.h"

#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* Builds the frame on the guest's stack, calls the handler, and takes the frame down.  Called with
 * record->during as the kernel's mask; record->after becomes what the handler made of it.  True if
 * the handler did not return: then the guest leaves the frames below as well. */
bool handler_call(struct wali_thread *self, struct signal_record *record)
    __attribute__((visibility("hidden")));

/* True if the guest's stack pointer lies on its alternate stack. */
bool on_alternate_stack(const struct wali_thread *self, uint32_t stack_pointer)
    __attribute__((visibility("hidden")));

/* Sets the alternate stack as sigaltstack(2) does.  `in_use`: the guest runs on it.  0 or
 * -errno. */
int64_t alternate_stack_set(struct wali_thread *self, const struct wali_stack *new, bool in_use)
    __attribute__((visibility("hidden")));

#endif
