#include "wali/native/thread/guest_backtrace.h"

#include "wali/native/base/native_stack.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/address_map.h"
#include "wali/native/engine/internals/last_exit.h"
#include "wali/native/memory/guest_copy.h"
#include "wali/native/thread/stack_depth.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/trap_report.h"

#include <errno.h>
#include <stdbool.h>

#define MOST_FRAMES (UINT32_C(1) << 20)

struct walk {
    const struct wali_thread *thread;
    gaddr_t to;
    uint32_t *host; /* where offsets go; NULL: to guest memory */
    uint32_t found, most, skip;
};

/* False if no more are wanted, or guest memory cannot be written. */
static bool note(struct walk *walk, uintptr_t pc)
{
    const int64_t offset = module_offset_at(pc);
    if (offset < 0) {
        return true;
    }
    if (walk->skip > 0) {
        walk->skip--;
        return true;
    }
    const uint32_t word = (uint32_t)(offset + trap_report_code_delta());
    if (walk->found == walk->most) {
        return false;
    }
    if (walk->host != NULL) {
        walk->host[walk->found++] = word;
        return true;
    }
    const uint64_t at = walk->to.v + 4 * (uint64_t)walk->found;
    if (at >= GUEST_SPAN || !copy_out(gaddr((uint32_t)at), &word, sizeof word)) {
        walk->found = UINT32_MAX;
        return false;
    }
    walk->found++;
    return true;
}

/* Where the function with this frame returns to, if that is compiled code; else 0. */
static uintptr_t site_of(const struct wali_thread *thread, uintptr_t frame)
{
    const struct native_stack *const stack = &thread->stack;
    const bool is_frame = frame % sizeof frame == 0 && frame >= (uintptr_t)stack->low &&
                          frame <= native_stack_top(stack) - 2 * sizeof frame;
    const uintptr_t site = is_frame ? stack_depth_return_address(thread, frame) : 0;
    return in_guest_code(site) ? site : 0;
}

/* The frames of one activation that called the one with this frame pointer.  The outermost is the
 * engine's trampoline, whose caller is not compiled. */
static bool walk_frames(struct walk *walk, uintptr_t frame)
{
    uintptr_t site = site_of(walk->thread, frame);
    while (site != 0) {
        const uintptr_t outer = *(const uintptr_t *)frame;
        const uintptr_t next = outer > frame ? site_of(walk->thread, outer) : 0;
        if (next != 0 && !note(walk, site - 1)) {
            return false;
        }
        frame = outer;
        site = next;
    }
    return true;
}

static bool walk_from(struct walk *walk, const struct code_place *place)
{
    return (place->pc == 0 || note(walk, place->pc)) &&
           (place->frame == 0 || walk_frames(walk, place->frame));
}

static void walk_all(struct walk *walk)
{
    const struct wali_thread *const self = walk->thread;
    last_exit_locate(self->engine.vm_store);
    struct code_place place = {.frame = last_exit_get(self->engine.vm_store).frame};
    const struct wali_activation *activation = self->activation;
    while (walk_from(walk, &place) && activation != NULL) {
        place = activation->below;
        activation = activation->outer;
    }
}

size_t guest_frames(uint32_t *offsets, size_t most)
{
    struct walk walk = {.thread = wali_self, .host = offsets, .most = (uint32_t)most};
    walk_all(&walk);
    return walk.found;
}

int64_t guest_backtrace(gaddr_t to, uint32_t most, uint32_t skip)
{
    struct walk walk = {
        .thread = wali_self, .to = to, .most = most < MOST_FRAMES ? most : MOST_FRAMES, .skip = skip};
    walk_all(&walk);
    return walk.found == UINT32_MAX ? -EFAULT : (int64_t)walk.found;
}
