/* Leaving the guest's frames. */
#ifndef WALI_THREAD_LEAVE_H
#define WALI_THREAD_LEAVE_H

#include "wali/native/engine/engine.h"

/* A trap of ours, for an entry to return: it ends the guest's frames up to the end of the
 * activation. */
wasm_trap_t *leave_trap(void) __attribute__((visibility("hidden")));

#endif
