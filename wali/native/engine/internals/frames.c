#include "wali/native/engine/internals/frames.h"

#include "wali/native/base/fatal.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/forced_trap.h"

#include <unwind.h>

#define DWARF_RBP 6

static _Unwind_Reason_Code visit_frame(struct _Unwind_Context *context, void *found)
{
    if (!in_guest_code(_Unwind_GetIP(context))) {
        return _URC_NO_REASON;
    }
    *(uintptr_t *)found = _Unwind_GetGR(context, DWARF_RBP);
    return _URC_END_OF_STACK;
}

/* Only unwind tables tell where the frames of the core and of the engine's library end.  The first
 * frame after them is the trampoline's, in compiled code. */
__attribute__((noinline, cold)) uintptr_t frames_innermost(void)
{
    uintptr_t frame = 0;
    _Unwind_Backtrace(visit_frame, &frame);
    if (frame == 0) {
        guest_abort("setjmp: the calling frame cannot be found");
    }
    return frame;
}

struct caller_frame frames_caller(struct trampoline *trampoline, const wasmtime_val_raw_t *args)
{
    if (trampoline->distance == 0) {
        trampoline->distance = frames_innermost() - (uintptr_t)args;
    }
    const uintptr_t *frame = (const uintptr_t *)((uintptr_t)args + trampoline->distance);
    if (!in_guest_code(frame[1])) {
        guest_abort("setjmp: the calling frame is not where it was");
    }
    return (struct caller_frame){.frame = frame[0], .site = frame[1]};
}

bool frames_have(uintptr_t frame, uintptr_t wanted, uintptr_t return_address)
{
    while (frame < wanted) {
        const uintptr_t outer = *(const uintptr_t *)frame, site = frame_return_address(frame);
        if (outer <= frame || (!in_guest_code(site) && !is_forced_return(site))) {
            return false;
        }
        frame = outer;
    }
    return frame == wanted && frame_return_address(frame) == return_address;
}
