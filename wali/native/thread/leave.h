/* Leaving the guest's frames on purpose, for a jump or the end of the thread. */
#ifndef WALI_THREAD_LEAVE_H
#define WALI_THREAD_LEAVE_H

#include "wali/native/engine/engine.h"

/* Makes the trap that an entry returns to end all guest frames of the current activation.  Also
 * suppresses the engine's note of the last exit, so that the engine does not walk the frames
 * (last_exit.h). */
wasm_trap_t *leave_trap(void) __attribute__((visibility("hidden")));

#endif
