/* The call of one guest handler, with its frame. */
#ifndef WALI_DELIVERY_HANDLER_FRAME_H
#define WALI_DELIVERY_HANDLER_FRAME_H

#include "wali/native/signals/state.h"

#include <stdbool.h>

struct wali_thread;

/* Looks at the types of all handlers that the guest has set, so that none has to be looked at in a
 * process that may be killed meanwhile (base/half_done.h). */
void handlers_prepare(const struct wali_thread *self) __attribute__((visibility("hidden")));

/* Builds the frame on the guest's stack, calls the handler, and takes the frame down.  Called with
 * record->during as the kernel's mask; record->after becomes what the handler made of it.  True if
 * the handler did not return: then the guest leaves the frames below as well. */
bool handler_call(struct wali_thread *self, struct signal_record *record)
    __attribute__((visibility("hidden")));

#endif
