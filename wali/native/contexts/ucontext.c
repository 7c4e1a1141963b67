/* What a ucontext_t holds in the place of registers is the guest's to change.  It is one of two things:
 * the numbers of a jump, which leads to a frame that is there or nowhere (jumps/setjmp.c); or what
 * makecontext was given, from which a strand begins anew each time. */
#include "wali/native/contexts/ucontext.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/delivery/delivery.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/jumps/jump_stack.h"
#include "wali/native/jumps/setjmp.h"
#include "wali/native/jumps/strands.h"
#include "wali/native/signals/guest_ucontext.h"
#include "wali/native/signals/mask.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/thread.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* What libc's makecontext leaves there.  Addresses are the guest's. */
struct guest_made {
    uint64_t magic;
    uint32_t function, argc;
    uint32_t at_end; /* called when the function has returned, without a link */
    uint32_t link;   /* uc_link */
    uint32_t stack, size;
    uint8_t args[8 * STRAND_ARGS]; /* the variable arguments as the compiler has laid them out */
};
#define MADE_MAGIC UINT64_C(0x656b616d696c6177) /* "walimake" */

union guest_context {
    struct guest_jump jump;
    struct guest_made made;
};
_Static_assert(sizeof(union guest_context) <= sizeof(((struct guest_ucontext *)NULL)->machine),
               "in the place of the registers");

#define STACK_ALIGN UINT32_C(15)
#define GOES_ON "a context goes on that has come to its end"

#define MACHINE offsetof(struct guest_ucontext, machine)
#define MASK offsetof(struct guest_ucontext, mask)

/* Addresses that leave memory are refused by the copies. */
static gaddr_t part_of(uint32_t context, size_t offset)
{
    return gaddr(context <= UINT32_MAX - (uint32_t)offset ? context + (uint32_t)offset : UINT32_MAX);
}

static _Noreturn void bad_context(void)
{
    guest_segfault("swapcontext: bad ucontext_t");
}

static sigmask_t mask_in(uint32_t context)
{
    sigmask_t mask;
    if (!copy_in(&mask, part_of(context, MASK), sizeof mask)) {
        bad_context();
    }
    return mask;
}

static void mask_out(uint32_t context, sigmask_t mask)
{
    if (!copy_out(part_of(context, MASK), &mask, sizeof mask)) {
        bad_context();
    }
}

static union guest_context context_in(uint32_t context)
{
    union guest_context found;
    if (!copy_in(&found, part_of(context, MACHINE), sizeof found)) {
        bad_context();
    }
    if (!jump_is_named(&found.jump) && found.made.magic != MADE_MAGIC) {
        guest_abort("setcontext: none of getcontext, makecontext and swapcontext has filled the context");
    }
    return found;
}

/* As natively the mask changes before anything else does: a signal that the new mask lets in finds the
 * old context.  Returns a trap if its handler has left the frames. */
static wasm_trap_t *change_mask(struct wali_thread *self, sigmask_t before, sigmask_t mask)
{
    int64_t result = 0;
    wasm_trap_t *trap = NULL;
    if (mask == before) {
        return NULL;
    }
    self->signals.entry_will_deliver = 1;
    guest_mask_set(self, mask);
    self->signals.entry_will_deliver = 0;
    if (wali_pending != 0) {
        signals_deliver(self, &result, &trap);
    }
    return trap;
}

/* The arguments of makecontext, by the function's own type.  What is not there is 0. */
static void read_args(struct strand_start *start, const struct guest_made *made, const uint8_t *kinds)
{
    const uint32_t given = made->argc < STRAND_ARGS ? made->argc : STRAND_ARGS;
    size_t at = 0;
    for (uint32_t i = 0; i < start->count; i++) {
        const size_t size = kinds[i] == WASM_I64 ? 8 : 4;
        at = (at + size - 1) & ~(size - 1);
        start->args[i].i64 = 0;
        if (i < given && at + size <= sizeof made->args) {
            memcpy(&start->args[i], made->args + at, size);
        }
        at += size;
    }
}

/* What the strand begins with.  Ends the guest if it cannot begin so. */
static struct strand_start start_of(const struct wali_thread *self, const struct guest_made *made)
{
    uint8_t kinds[STRAND_ARGS];
    struct strand_start start = {.link = made->link, .at_end = made->at_end, .count = 0};
    if (made->argc > STRAND_ARGS) {
        guest_abort("makecontext: more than 28 arguments");
    }
    const int count = thread_function(self, made->function, &start.function)
                          ? guest_function_kinds(self, &start.function, kinds, STRAND_ARGS)
                          : -1;
    if (count < 0) {
        guest_segfault("makecontext: no function whose arguments are integers");
    }
    start.count = (uint32_t)count;
    read_args(&start, made, kinds);
    return start;
}

static void run(struct wali_thread *self);

/* Begins a context on a strand of its own, and leaves the running one.  -ENOMEM without memory. */
static int64_t begin(struct wali_thread *self, const struct guest_made *made)
{
    const struct strand_start start = start_of(self, made);
    const uint64_t end = (uint64_t)made->stack + made->size;
    if (end > UINT32_MAX) {
        guest_segfault("makecontext: the stack leaves memory");
    }
    struct strand *const strand =
        strand_new(self, (struct guest_stack){.low = made->stack, .high = (uint32_t)end});
    if (strand == NULL) {
        return -ENOMEM;
    }
    strand->start = start;
    strand_begin(self, strand, run);
    return 0;
}

/* Leaves the running strand for the one of a saved context, and sets where that is to go on. */
static void go_to(struct wali_thread *self, const struct guest_jump *token)
{
    struct strand *strand;
    self->jumps.target = jump_of_guest(self, token, &strand);
    self->jumps.value = 1;
    if (self->jumps.target == NULL) {
        jump_is_dead(JUMP_OF_CONTEXT);
    }
    if (strand != NULL) {
        strand_go(self, strand);
    }
}

/* The end of a strand whose frames have gone because the thread ends: that goes on on its own. */
static _Noreturn void leave_for_end(struct wali_thread *self)
{
    if (!self->leaving) {
        guest_abort("a jump has left all frames of a context");
    }
    strand_ends(self);
    strand_go(self, strand_own(self));
    guest_abort(GOES_ON);
}

/* Calls a function of the guest's as the strand's outermost. */
static void call(struct wali_thread *self, const wasmtime_func_t *function, wasmtime_val_raw_t *args,
                 size_t count)
{
    stack_pointer_set(self, self->guest_stack.high & ~STACK_ALIGN);
    const bool leaves = guest_call(self, function, args, count);
    if (thread_borrows(self)) {
        guest_abort("the child of a vfork has returned from a context's function");
    }
    if (leaves) {
        leave_for_end(self);
    }
}

/* As glibc does it: the process exits. */
static _Noreturn void end_without_link(struct wali_thread *self, uint32_t at_end)
{
    static const struct function_shape shape = {0, 0, 0};
    wasmtime_func_t function;
    wasmtime_val_raw_t none;
    if (!thread_function(self, at_end, &function) || !guest_function_fits(self, &function, &shape)) {
        guest_segfault("makecontext: no function for the end");
    }
    call(self, &function, &none, 0);
    guest_abort("a context has ended that no other follows");
}

static void run(struct wali_thread *self)
{
    struct strand_start *const start = &strand_current(self)->start;
    call(self, &start->function, start->args, STRAND_ARGS);
    if (start->link == 0) {
        end_without_link(self, start->at_end);
    }
    guest_mask_set(self, mask_in(start->link));
    const union guest_context next = context_in(start->link);
    strand_ends(self);
    if (next.made.magic != MADE_MAGIC) {
        go_to(self, &next.jump);
    } else if (begin(self, &next.made) < 0) {
        guest_abort("no memory for the context that follows one");
    }
    guest_abort(GOES_ON);
}

/* Goes on with a context.  Returns when a context of this strand goes on, or if there is no memory.
 * `own` is the jump to the call of the entry, or NULL. */
static wasm_trap_t *go(struct wali_thread *self, uint32_t context, sigmask_t before, const struct jump *own,
                       struct trampoline *trampoline, wasmtime_val_raw_t *args)
{
    wasm_trap_t *const trap = change_mask(self, before, mask_in(context));
    if (trap != NULL) {
        return trap;
    }
    const union guest_context next = context_in(context);
    args[0].i64 = 0;
    if (next.made.magic != MADE_MAGIC) {
        go_to(self, &next.jump);
    } else if (begin(self, &next.made) < 0) {
        args[0].i64 = -ENOMEM;
        return change_mask(self, mask_in(context), before);
    }
    if (own == NULL || self->jumps.target != own || self->leaving) {
        return jump_go_on(self, frames_caller(trampoline, args).frame);
    }
    self->jumps.target = NULL; /* the frames are as they were */
    stack_pointer_set(self, own->stack_pointer);
    return NULL;
}

wasm_trap_t *wali_getcontext(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    static struct trampoline trampoline;
    struct jump *made;
    (void)env, (void)caller, (void)count;
    const uint32_t context = (uint32_t)args[0].i32;
    if (jump_set(&trampoline, args, JUMP_OF_CONTEXT, part_of(context, MACHINE), &made) == 0) {
        mask_out(context, guest_mask_get(wali_self));
    }
    args[0].i64 = 0;
    return NULL;
}

wasm_trap_t *wali_setcontext(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    static struct trampoline trampoline;
    (void)env, (void)caller, (void)count;
    return go(wali_self, (uint32_t)args[0].i32, guest_mask_get(wali_self), NULL, &trampoline, args);
}

wasm_trap_t *wali_swapcontext(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    static struct trampoline trampoline;
    struct jump *made;
    (void)env, (void)caller, (void)count;
    const uint32_t old = (uint32_t)args[0].i32, context = (uint32_t)args[1].i32;
    if (jump_set(&trampoline, args, JUMP_OF_CONTEXT, part_of(old, MACHINE), &made) != 0) {
        args[0].i64 = 0;
        return NULL;
    }
    const sigmask_t before = guest_mask_get(wali_self);
    mask_out(old, before);
    return go(wali_self, context, before, made, &trampoline, args);
}
