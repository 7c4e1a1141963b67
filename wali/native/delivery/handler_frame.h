/* Calling one handler of the guest's. */
#ifndef WALI_DELIVERY_HANDLER_FRAME_H
#define WALI_DELIVERY_HANDLER_FRAME_H

#include "wali/native/signals/state.h"

#include <stdbool.h>
#include <stdint.h>

struct wali_thread;

/* Builds the frame on the guest's stack, calls the handler, takes the frame
 * down.  record->after becomes what the handler has made of it.  True if the
 * handler did not return, and the guest's frames below are to be left as well. */
bool handler_call(struct wali_thread *self, struct signal_record *record)
    __attribute__((visibility("hidden")));

/* Whether the guest's stack pointer lies on its alternate stack. */
bool on_alternate_stack(const struct wali_thread *self, uint32_t stack_pointer)
    __attribute__((visibility("hidden")));

/* What sigaltstack(2) does, from a stack that is in use or not.  0 or -errno. */
int64_t alternate_stack_set(struct wali_thread *self, const struct wali_stack *new, bool in_use)
    __attribute__((visibility("hidden")));

#endif
