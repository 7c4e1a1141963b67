/* setjmp saves the registers, and the native stack from its own frame up to the base of the wasm
 * frame that called it.  longjmp copies both back and jumps.  The whole wasm frame comes back,
 * because compiled code may have reused its spill slots since.  So the function's locals have their
 * old values, which C leaves open for locals that are not volatile (setjmp(3), NOTES).
 *
 * The guest's jmp_buf holds only a serial number.  A forged number leads to another of the guest's
 * own frames, or to an abort: the functions that have called setjmp's caller must be the same, up to
 * the first (callers_of). */
#define _GNU_SOURCE
#include "wali/native/jumps/setjmp.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/forced_trap.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/jumps/jump_stack.h"
#include "wali/native/jumps/strands.h"
#include "wali/native/signals/mask.h"
#include "wali/native/thread/leave.h"
#include "wali/native/thread/stack_depth.h"
#include "wali/native/thread/thread.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

/* So that no guest finds two stacks of the same sum. */
static uint64_t secret(void)
{
    static _Atomic uint64_t chosen;
    uint64_t none = 0, random = 0;
    if (atomic_load_explicit(&chosen, memory_order_relaxed) == 0) {
        KERNEL(getrandom, &random, sizeof random, 0);
        atomic_compare_exchange_strong(&chosen, &none, random | 1);
    }
    return atomic_load_explicit(&chosen, memory_order_relaxed);
}

/* The product of both words under the key, folded. */
static inline uint64_t fold(uint64_t key, uintptr_t frame, uintptr_t site)
{
    const unsigned __int128 product = (unsigned __int128)(key ^ frame) * (~key ^ (site << 16));
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* A point of a walk: a frame, what has been summed up before it, and how many frames. */
struct walk_point {
    uintptr_t frame;
    uint64_t before;
    unsigned walked;
};

/* Walks meet where earlier ones have met, or else some frames from their begin.  If that is OFTEN so,
 * and so many frames are left from there on, leaving those out pays for the two traps of a guard. */
#define NEAREST 4
#define FARTHEST 64
#define FRAMES_LEFT 6
#define OFTEN 1024

/* Guards the function where walks meet: from there on the sum is known as long as it runs.  If it has
 * returned, and is met as often again, it is one that the loop calls: the next is looked for further
 * out. */
static void shorten_walks(struct wali_thread *thread, const struct walk_point *at, uint64_t sum,
                          unsigned walked)
{
    struct met_callers *const met = &thread->jumps.met;
    const uint64_t rest = sum - at->before;
    if (met->frame != at->frame || met->sum != rest) {
        *met = (struct met_callers){at->frame, rest, met->distance, 0, false};
    } else if (++met->times == OFTEN && met->was_guarded) {
        *met = (struct met_callers){.distance =
                                        met->distance < FARTHEST ? 2 * met->distance + NEAREST : FARTHEST};
    } else if (met->times == OFTEN && rest != 0 && walked - at->walked >= FRAMES_LEFT) {
        stack_depth_guard(thread, at->frame, rest);
        met->was_guarded = true;
        met->times = 0;
    }
}

/* A sum of the frames from this one outwards to the activation's first, and of where each returns to;
 * 0 if that is not known.  A function's frame and the registers that it must preserve hold values of
 * its callers, and only the same functions at the same calls find there what they have put there.
 * The products do not wait for each other: the walk is no slower than the loads from one frame to
 * the next. */
static uint64_t callers_of(struct wali_thread *thread, uintptr_t frame)
{
    const uint64_t key = secret();
    const struct code_range code = guest_code;
    const uintptr_t end = thread->frames_end, met = thread->jumps.met.frame;
    const unsigned distance = thread->jumps.met.distance;
    struct walk_point meeting = {0};
    uint64_t sum = 0;
    unsigned walked = 0;
    for (; frame < end; walked++) {
        const uintptr_t outer = *(const uintptr_t *)frame;
        uintptr_t site = frame_return_address(frame);
        if (site < code.start || site >= code.end) {
            const uint64_t known = is_forced_return(site) ? stack_depth_guarded(thread, frame) : 0;
            if (known != 0 || !is_forced_return(site)) {
                sum += known;
                break;
            }
            site = stack_depth_return_address(thread, frame);
        }
        if (site == 0 || outer <= frame) {
            return 0;
        }
        if (frame == met || walked == NEAREST + distance) {
            meeting = meeting.frame == met && met != 0 ? meeting : (struct walk_point){frame, sum, walked};
        }
        sum += fold(key, frame, site);
        frame = outer;
    }
    if (meeting.frame != 0) {
        shorten_walks(thread, &meeting, sum, walked);
    }
    return sum | 1;
}

/* Not inlined: a jump needs the stack from this function's frame upwards, and no more. */
__attribute__((noinline)) int jump_set(struct trampoline *trampoline, const wasmtime_val_raw_t *args,
                                       enum jump_kind kind, gaddr_t buffer, struct jump **made)
{
    struct wali_thread *thread = wali_self;
    struct jump_arena *arena = jump_arena_of(thread);
    const struct caller_frame caller = frames_caller(trampoline, args);
    const uintptr_t high = caller.frame;
    /* 1024 bytes are enough for what lies below this function's frame address. */
    const size_t size = high - (uintptr_t)__builtin_frame_address(0) + 1024;
    const struct jump_site what = {.kind = kind,
                                   .buffer = buffer.v,
                                   .frame = caller.frame,
                                   .site = caller.site,
                                   .callers = callers_of(thread, caller.frame)};
    struct jump *jump = jump_make(arena, &what, size);
    const struct guest_jump token = {thread->jumps.place, JUMP_MAGIC, jump->serial};
    if (!copy_out(buffer, &token, sizeof token)) {
        guest_segfault(kind == JUMP_OF_SETJMP ? "setjmp: bad jmp_buf" : "getcontext: bad ucontext_t");
    }
    jump->stack_pointer = stack_pointer_get(thread);
    jump->activation = thread->activation->number;
    jump->has_mask = false;
    *made = jump;
    return jump_save(&jump->registers, jump->bytes, high);
}

wasm_trap_t *wali_setjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    static struct trampoline trampoline;
    struct jump *made;
    (void)env, (void)caller, (void)count;
    args[0].i32 = jump_set(&trampoline, args, JUMP_OF_SETJMP, gaddr((uint32_t)args[0].i32), &made);
    return NULL;
}

wasm_trap_t *wali_sigsetjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    static struct trampoline trampoline;
    struct jump *made;
    (void)env, (void)caller, (void)count;
    const int value = jump_set(&trampoline, args, JUMP_OF_SETJMP, gaddr((uint32_t)args[0].i32), &made);
    if (value == 0 && args[1].i32 != 0) {
        made->has_mask = true;
        made->mask = guest_mask_get(wali_self);
    }
    args[0].i32 = value;
    return NULL;
}

/* Whether the calls of this activation have not ended, of those that the thread's state or a strand's
 * has. */
static bool is_active(const struct wali_activation *activation, uint64_t number)
{
    while (activation != NULL && activation->number != number) {
        activation = activation->outer;
    }
    return activation != NULL;
}

struct jump *jump_of_guest(const struct wali_thread *thread, const struct guest_jump *token,
                           struct strand **strand)
{
    const bool is_here = token->place == thread->jumps.place;
    struct strand *const other = is_here ? NULL : strand_at(thread, token->place);
    if (!is_here && other == NULL) {
        return NULL;
    }
    struct jump *const jump = jump_find(is_here ? thread->jumps.arena : other->state.arena, token->serial);
    *strand = other;
    return jump != NULL && is_active(is_here ? thread->activation : other->state.activation, jump->activation)
               ? jump
               : NULL;
}

_Noreturn void jump_is_dead(enum jump_kind kind)
{
    guest_abort(
        kind == JUMP_OF_SETJMP
            ? "longjmp: the function that called setjmp has returned, or runs in another thread"
            : "setcontext: the function that saved the context has returned, or runs in another thread");
}

/* Jumps; aborts the guest if the function that called setjmp has returned.  `frame` is the guest's
 * innermost frame. */
static _Noreturn void jump_to(struct wali_thread *thread, const struct jump *jump, uintptr_t frame, int value)
{
    const uintptr_t wanted = jump->what.frame;
    if (jump->what.callers == 0 || !frames_have(frame, wanted, frame_return_address(wanted)) ||
        callers_of(thread, wanted) != jump->what.callers) {
        jump_is_dead(jump->what.kind);
    }
    jumps_drop_inside(thread->jumps.arena, wanted);
    stack_depth_left(thread, wanted);
    thread->jumps.target = NULL;
    stack_pointer_set(thread, jump->stack_pointer);
    if (jump->has_mask) {
        guest_mask_set(thread, jump->mask);
    }
    /* The frame's last words, the caller's frame and the return address, stay as they are.  The function
     * may have been called again, and not have been marked (stack_depth.h) both times. */
    jump_restore(&jump->registers, jump->bytes, wanted - jump->registers.rsp, value);
}

wasm_trap_t *jump_go_on(struct wali_thread *thread, uintptr_t frame)
{
    if (thread->leaving || !jump_is_here(thread)) { /* this activation must end first */
        return leave_trap();
    }
    jump_to(thread, thread->jumps.target, frame, thread->jumps.value);
}

wasm_trap_t *wali_longjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    static struct trampoline trampoline;
    struct wali_thread *thread = wali_self;
    struct guest_jump token;
    struct strand *strand;
    (void)env, (void)caller, (void)count;
    if (!copy_in(&token, gaddr((uint32_t)args[0].i32), sizeof token)) {
        guest_segfault("longjmp: bad jmp_buf");
    }
    struct jump *const jump = jump_is_named(&token) ? jump_of_guest(thread, &token, &strand) : NULL;
    if (jump == NULL) {
        jump_is_dead(JUMP_OF_SETJMP);
    }
    thread->jumps.target = jump;
    thread->jumps.value = args[1].i32 == 0 ? 1 : args[1].i32;
    if (strand != NULL) {
        strand_go(thread, strand);
    }
    return jump_go_on(thread, frames_caller(&trampoline, args).frame);
}

bool jump_is_here(const struct wali_thread *thread)
{
    return thread->jumps.target->activation == thread->activation->number;
}

_Noreturn void jump_out_of_entry(struct wali_thread *thread)
{
    jump_to(thread, thread->jumps.target, frames_innermost(), thread->jumps.value);
}

_Noreturn void jump_out_of_code(struct wali_thread *thread, const ucontext_t *context)
{
    const greg_t *registers = context->uc_mcontext.gregs;
    const bool in_code = in_guest_code((uintptr_t)registers[REG_RIP]);
    jump_to(thread, thread->jumps.target, in_code ? (uintptr_t)registers[REG_RBP] : frames_innermost(),
            thread->jumps.value);
}
