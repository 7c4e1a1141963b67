/* The native frames of compiled code. */
#ifndef WALI_ENGINE_INTERNALS_FRAMES_H
#define WALI_ENGINE_INTERNALS_FRAMES_H

#include "wali/native/engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

/* The wasm frame that called an entry. */
struct caller_frame {
    uintptr_t frame; /* its frame pointer */
    uintptr_t site;  /* where it goes on */
};

/* The engine's trampoline between compiled code and an entry keeps the argument array in its
 * frame, always equally far from its frame pointer: one code serves all imports of a type.
 * The distance is found once for each type; a static one starts at 0. */
struct trampoline {
    uintptr_t distance;
};

/* `args` is what the entry was given.  Aborts the guest if the frame is not to be found. */
struct caller_frame frames_caller(struct trampoline *trampoline, const wasmtime_val_raw_t *args)
    __attribute__((visibility("hidden")));

/* The frame pointer of the innermost frame in compiled code, by the unwind tables of what
 * lies above it.  Aborts the guest without one. */
uintptr_t frames_innermost(void) __attribute__((visibility("hidden")));

/* Whether `wanted` is still one of the frames from `frame` outwards, with this return
 * address.  Compiled code chains its frames through the frame pointer. */
bool frames_have(uintptr_t frame, uintptr_t wanted, uintptr_t return_address)
    __attribute__((visibility("hidden")));

/* Where the function of a frame returns to. */
static inline uintptr_t frame_return_address(uintptr_t frame)
{
    return ((const uintptr_t *)frame)[1];
}

#endif
