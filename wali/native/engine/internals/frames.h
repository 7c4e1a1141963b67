/* Finding the native frames of compiled code, for setjmp and longjmp. */
#ifndef WALI_ENGINE_INTERNALS_FRAMES_H
#define WALI_ENGINE_INTERNALS_FRAMES_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

/* The wasm frame that called an entry. */
struct caller_frame {
    uintptr_t frame; /* its frame pointer */
    uintptr_t site;  /* the return address of its call */
};

/* The engine's trampoline between compiled code and an entry has the argument array in its frame.
 * All imports of one type share one trampoline, so the array's distance from the frame pointer
 * depends on the type alone.  0: not measured yet, which a static object starts with. */
struct trampoline {
    uintptr_t distance; /* bytes */
};

/* The wasm frame that called an entry.  `args` is the entry's argument array, `trampoline` belongs
 * to the type of its import.  Aborts the guest if the frame cannot be found. */
struct caller_frame frames_caller(struct trampoline *trampoline, const wasmtime_val_raw_t *args)
    __attribute__((visibility("hidden")));

/* The frame pointer of the innermost frame of compiled code, found by unwinding the host's frames
 * on top of it.  Aborts the guest if there is none. */
uintptr_t frames_innermost(void) __attribute__((visibility("hidden")));

/* Whether `wanted` is one of the frames from `frame` outwards and still has this return address.
 * Frames of compiled code are chained by the frame pointer.  Async-signal-safe. */
bool frames_have(uintptr_t frame, uintptr_t wanted, uintptr_t return_address)
    __attribute__((visibility("hidden")));

/* The address that a frame's function returns to. */
static inline uintptr_t frame_return_address(uintptr_t frame)
{
    return ((const uintptr_t *)frame)[1];
}

#endif
