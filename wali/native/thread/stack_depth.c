#define _GNU_SOURCE
#include "wali/native/thread/stack_depth.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/forced_trap.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/engine/internals/stack_check.h"
#include "wali/native/engine/internals/stack_limit.h"
#include "wali/native/engine/internals/stack_walks.h"
#include "wali/native/thread/thread.h"

#include <string.h>

#define FRAME_ALIGN UINT32_C(16)

/* The native stack is looked at where a 64th of it is used up, and from there on in steps of a
 * 256th. */
#define UNSEEN_PART 64
#define STEP_PART 256
#define SMALL_STEP (UINT64_C(4) << 10) /* bytes, to the next function if one cannot be marked */

/* A function that calls others across the limit again and again pays two traps for each.  So the
 * function that has returned across the limit OFTEN in a row is marked no more, but its caller, which
 * may be the one with the loop.  Looked for among so many callers of the one at the limit. */
#define OFTEN 8
#define NEAR 16

/* A function that has reached the limit and has not returned.  They lie in the stack's spare room,
 * outermost first.  A tail call passes the return address on to a function whose frame may lie
 * elsewhere, with the same caller. */
struct stack_mark {
    uintptr_t frame;          /* address of the function's frame when it began */
    uintptr_t callers_frame;  /* what the frame pointer is when the function has returned */
    uintptr_t return_address; /* the true one */
    uint64_t limit;           /* of the caller */
    uint64_t callers;         /* of a guard: what is known of this function and its callers; else 0 */
    uint32_t pointer, shown;  /* the guest's stack pointer: the caller's, and what it is made */
};
#define MOST_MARKS (NATIVE_SPARE / sizeof(struct stack_mark))

static struct stack_mark *marks(const struct wali_thread *thread)
{
    return native_stack_spare(&thread->stack);
}

static uint64_t room(const struct wali_thread *thread)
{
    return native_stack_top(&thread->stack) - native_stack_end(&thread->stack);
}

void stack_depth_begin(struct wali_thread *thread)
{
    const uint64_t unseen =
        thread->guest_stack.high != 0 && stack_is_never_walked() ? room(thread) / UNSEEN_PART : room(thread);
    stack_limit_set(thread->engine.vm_store, native_stack_top(&thread->stack) - unseen);
}

/* The guest's stack pointer, if the guest had used its own stack up as far as the native one. */
static uint32_t share(const struct wali_thread *thread, uint64_t native)
{
    const struct guest_stack *stack = &thread->guest_stack;
    const uint64_t size = stack->high - stack->low;
    const uint64_t depth = native_stack_top(&thread->stack) - native;
    const uint64_t part = depth < room(thread) ? size * depth / room(thread) : size;
    return (uint32_t)(stack->high - part + FRAME_ALIGN - 1) & ~(FRAME_ALIGN - 1);
}

/* What to make of the guest's stack pointer: its share, one step further on.  One that lies
 * elsewhere is on a stack of the guest's making. */
static uint32_t shown_instead(const struct wali_thread *self, uint32_t pointer, uint64_t native)
{
    const struct guest_stack *stack = &self->guest_stack;
    const uint32_t shown = share(self, native - room(self) / STEP_PART);
    return pointer > stack->low && pointer <= stack->high && shown < pointer ? shown : pointer;
}

/* The frame of the function's caller, if that can be marked: no other function between the two is.
 * NULL if not. */
static uintptr_t *caller_of(const struct wali_thread *self, const uintptr_t *frame)
{
    const uintptr_t end = self->marks > 0 ? marks(self)[self->marks - 1].frame
                                          : native_stack_top(&self->stack) - 2 * sizeof *frame;
    uintptr_t *const caller = (uintptr_t *)frame[0];
    const bool is_compiled = in_guest_code(frame[1]) && caller > frame && (uintptr_t)caller <= end;
    return is_compiled && in_guest_code(caller[1]) ? caller : NULL;
}

/* The function to mark instead of the one that has reached the limit. */
static uintptr_t *to_mark(struct wali_thread *self, uintptr_t *reached)
{
    struct stack_crossing *const crossing = &self->crossing;
    uintptr_t *function = reached;
    for (int i = 0; i < NEAR && function != NULL && (uintptr_t)function != crossing->function; i++) {
        function = caller_of(self, function);
    }
    if (function == NULL || (uintptr_t)function != crossing->function) {
        *crossing = (struct stack_crossing){(uintptr_t)reached, 1};
        return reached;
    }
    uintptr_t *const caller = caller_of(self, function);
    if (++crossing->times > OFTEN && caller != NULL) {
        *crossing = (struct stack_crossing){(uintptr_t)caller, 1};
        return caller;
    }
    return function;
}

/* Marks the function with this frame; `native` is how deep the stack is.  False if its return cannot
 * be noticed.  It may run already, with a stack pointer of its own in a local, and restores what it
 * found from that, as LLVM's code does: then there is nothing left to restore for us. */
static bool mark(struct wali_thread *self, uintptr_t *frame, uint64_t native, uint64_t limit)
{
    const uintptr_t return_trap = forced_return_trap();
    if (self->marks > 0 && marks(self)[self->marks - 1].frame == (uintptr_t)frame) {
        return true; /* one step was too little for its frame, or for what it calls in its loop */
    }
    if (self->marks == MOST_MARKS || !in_guest_code(frame[1]) || return_trap == 0) {
        return false;
    }
    const uint32_t pointer = stack_pointer_get(self);
    const uint32_t shown = shown_instead(self, pointer, native);
    marks(self)[self->marks++] =
        (struct stack_mark){(uintptr_t)frame, frame[0], frame[1], limit, 0, pointer, shown};
    frame[1] = return_trap;
    stack_pointer_set(self, shown);
    return true;
}

void stack_depth_guard(struct wali_thread *self, uintptr_t frame, uint64_t callers)
{
    uintptr_t *const words = (uintptr_t *)frame;
    const uintptr_t return_trap = stack_is_never_walked() ? forced_return_trap() : 0;
    const uint32_t pointer = stack_pointer_get(self);
    if (return_trap == 0 || self->marks == MOST_MARKS || !in_guest_code(words[1]) ||
        (self->marks > 0 && marks(self)[self->marks - 1].frame <= frame)) {
        return;
    }
    const uint64_t limit = stack_limit_get(self->engine.vm_store);
    marks(self)[self->marks++] =
        (struct stack_mark){frame, words[0], words[1], limit, callers, pointer, pointer};
    words[1] = return_trap;
}

uint64_t stack_depth_guarded(const struct wali_thread *self, uintptr_t frame)
{
    uint32_t i = self->marks;
    while (i > 0 && marks(self)[i - 1].frame < frame) {
        i--;
    }
    return i > 0 && marks(self)[i - 1].frame == frame ? marks(self)[i - 1].callers : 0;
}

/* At the check of a function: it has made its frame, of two words so far, and done nothing else. */
static bool goes_on(struct wali_thread *self, const greg_t *registers)
{
    const uintptr_t frame = (uintptr_t)registers[REG_RSP];
    const uint64_t end = native_stack_end(&self->stack), limit = stack_limit_get(self->engine.vm_store);
    if (limit <= end || frame <= end || frame >= native_stack_top(&self->stack) ||
        registers[REG_RBP] != registers[REG_RSP]) {
        return false;
    }
    const bool marked = mark(self, to_mark(self, (uintptr_t *)frame), frame, limit);
    const uint64_t next = (frame < limit ? frame : limit) - (marked ? room(self) / STEP_PART : SMALL_STEP);
    stack_limit_set(self->engine.vm_store, next > end ? next : end);
    return true;
}

/* At the trap to which a marked function has returned. */
static void returned(struct wali_thread *self, greg_t *registers)
{
    const struct stack_mark *last = NULL;
    while (self->marks > 0 && marks(self)[self->marks - 1].frame < (uintptr_t)registers[REG_RSP]) {
        last = &marks(self)[--self->marks];
    }
    if (last == NULL || last->callers_frame != (uintptr_t)registers[REG_RBP]) {
        guest_abort("a return from a function that was not called");
    }
    stack_limit_set(self->engine.vm_store, last->limit);
    if (stack_pointer_get(self) == last->shown) {
        stack_pointer_set(self, last->pointer);
    }
    registers[REG_RIP] = (greg_t)last->return_address;
}

bool stack_depth_trapped(struct wali_thread *self, ucontext_t *context)
{
    greg_t *registers = context->uc_mcontext.gregs;
    const uintptr_t pc = (uintptr_t)registers[REG_RIP];
    if (self->marks > 0 && pc == forced_return_trap()) {
        returned(self, registers);
        return true;
    }
    if (self->guest_stack.high == 0 || !in_guest_code(pc)) {
        return false;
    }
    const uintptr_t check = stack_check_of_trap(pc);
    if (check == 0 || !goes_on(self, registers)) {
        return false;
    }
    registers[REG_RIP] = (greg_t)check;
    return true;
}

uintptr_t stack_depth_return_address(const struct wali_thread *self, uintptr_t frame)
{
    const uintptr_t address = frame_return_address(frame);
    uint32_t i = is_forced_return(address) ? self->marks : 0;
    while (i > 0 && marks(self)[i - 1].callers_frame != *(const uintptr_t *)frame) {
        i--;
    }
    return i > 0 ? marks(self)[i - 1].return_address : is_forced_return(address) ? 0 : address;
}

void stack_depth_left(struct wali_thread *self, uintptr_t native)
{
    while (self->marks > 0 && marks(self)[self->marks - 1].callers_frame <= native) {
        const uint64_t limit = marks(self)[--self->marks].limit;
        if (stack_limit_get(self->engine.vm_store) >= native_stack_end(&self->stack)) {
            stack_limit_set(self->engine.vm_store, limit);
        }
    }
}

void stack_depth_keep(const struct wali_thread *self, void *kept)
{
    memcpy(kept, marks(self), self->marks * sizeof(struct stack_mark));
}

void stack_depth_take_back(const struct wali_thread *self, const void *kept)
{
    memcpy(marks(self), kept, self->marks * sizeof(struct stack_mark));
}
