#include "wali/native/jumps/strand_references.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/half_done.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/engine/internals/live_references.h"
#include "wali/native/thread/thread.h"

#include <stdbool.h>

struct keeping {
    const struct wali_thread *self;
    struct strand_references *to;
};

/* The engine does not mind that not every reference is one to an exception. */
static void keep(void *given, uint32_t *slot)
{
    const struct keeping *const keeping = given;
    struct strand_references *const to = keeping->to;
    const bool is_of_stack = (uintptr_t)slot >= (uintptr_t)keeping->self->stack.low &&
                             (uintptr_t)slot < native_stack_top(&keeping->self->stack);
    if (!is_of_stack || *slot == 0) {
        return;
    }
    if (to->count == MOST_REFERENCES) {
        guest_abort("swapcontext: too many exceptions are under way");
    }
    half_done_begin();
    to->kept[to->count].slot = slot;
    engine.wasmtime_exnref_from_raw(keeping->self->engine.context, *slot, &to->kept[to->count].root);
    to->count++;
    half_done_end();
}

/* In the frames of one activation, from the engine's trampoline outwards: what each return address leads to.
 */
static void keep_of_frames(struct keeping *keeping, uintptr_t frame)
{
    const struct native_stack *const stack = &keeping->self->stack;
    while (frame % sizeof frame == 0 && frame >= (uintptr_t)stack->low &&
           frame <= native_stack_top(stack) - 2 * sizeof frame) {
        const uintptr_t outer = *(const uintptr_t *)frame, site = frame_return_address(frame);
        if (!in_guest_code(site) || outer <= frame) {
            return;
        }
        live_references_each(site, outer, keep, keeping);
        frame = outer;
    }
}

void strand_references_keep(const struct wali_thread *self, struct strand_references *to)
{
    struct keeping keeping = {self, to};
    to->count = 0;
    if (!live_references_exist()) {
        return;
    }
    last_exit_locate(self->engine.vm_store);
    keep_of_frames(&keeping, last_exit_get(self->engine.vm_store).frame);
    for (const struct wali_activation *of = self->activation; of != NULL; of = of->outer) {
        keep_of_frames(&keeping, of->below.frame);
    }
}

void strand_references_give_back(const struct wali_thread *self, struct strand_references *from)
{
    half_done_begin();
    for (uint32_t i = 0; i < from->count; i++) {
        *from->kept[i].slot = engine.wasmtime_exnref_to_raw(self->engine.context, &from->kept[i].root);
    }
    half_done_end();
    strand_references_drop(from);
}

void strand_references_drop(struct strand_references *from)
{
    half_done_begin();
    for (; from->count > 0; from->count--) {
        engine.wasmtime_exnref_unroot(&from->kept[from->count - 1].root);
    }
    half_done_end();
}
