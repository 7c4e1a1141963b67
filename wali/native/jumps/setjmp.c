/* setjmp saves the registers, and the native stack from its own frame up to the end of the wasm
 * frame that called it.  longjmp copies both back and jumps.  The whole wasm frame comes back,
 * because compiled code may have reused its spill slots since.  So the function's locals have their
 * old values, which C leaves open for locals that are not volatile (setjmp(3), NOTES).
 *
 * The guest's jmp_buf holds only a serial number.  A forged number leads to another of the guest's
 * own frames, or to an abort. */
#define _GNU_SOURCE
#include "wali/native/jumps/setjmp.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/engine/code_range.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/jumps/jump_stack.h"
#include "wali/native/signals/mask.h"
#include "wali/native/thread/leave.h"
#include "wali/native/thread/thread.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>

/* What the guest's jmp_buf holds. */
struct guest_jump {
    uint64_t magic;
    uint64_t serial;
};
#define JUMP_MAGIC UINT64_C(0x706d756a696c6177) /* "walijump" */

/* Not inlined: a jump needs the stack from this function's frame upwards, and no more. */
__attribute__((noinline)) static void save(struct trampoline *trampoline, wasmtime_val_raw_t *args,
                                           bool save_mask)
{
    struct wali_thread *thread = wali_self;
    struct jump_arena *arena = jump_arena_of(thread);
    uint32_t buffer = (uint32_t)args[0].i32;
    const struct caller_frame caller = frames_caller(trampoline, args);
    uintptr_t high = caller.frame + 16;
    /* 1024 bytes are enough for what lies below this function's frame address. */
    size_t size = high - (uintptr_t)__builtin_frame_address(0) + 1024;
    struct jump *jump = jump_make(arena, &caller, buffer, size);
    struct guest_jump token = {JUMP_MAGIC, jump->serial};
    if (!copy_out(gaddr(buffer), &token, sizeof token)) {
        guest_segfault("setjmp: bad jmp_buf");
    }
    jump->buffer = buffer;
    jump->stack_pointer = stack_pointer_get(thread);
    jump->activation = thread->activation->number;
    jump->frame = caller.frame;
    jump->site = caller.site;
    jump->return_address = frame_return_address(caller.frame);
    jump->has_mask = save_mask;
    jump->mask = save_mask ? guest_mask_get(thread) : 0;
    args[0].i32 = jump_save(&jump->registers, jump->bytes, high);
}

wasm_trap_t *wali_setjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    static struct trampoline trampoline;
    (void)env, (void)caller, (void)count;
    save(&trampoline, args, false);
    return NULL;
}

wasm_trap_t *wali_sigsetjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    static struct trampoline trampoline;
    (void)env, (void)caller, (void)count;
    save(&trampoline, args, args[1].i32 != 0);
    return NULL;
}

static struct jump *find_jump(const struct wali_thread *thread, gaddr_t buffer)
{
    struct guest_jump token;
    if (!copy_in(&token, buffer, sizeof token)) {
        guest_segfault("longjmp: bad jmp_buf");
    }
    if (token.magic != JUMP_MAGIC || thread->jumps.arena == NULL) {
        return NULL;
    }
    struct jump *jump = thread->jumps.arena->last;
    while (jump != NULL && jump->serial != token.serial) {
        jump = jump->previous;
    }
    return jump;
}

static _Noreturn void dead_jump(void)
{
    guest_abort("longjmp: the function that called setjmp has returned, or runs in another thread");
}

/* Jumps; aborts the guest if the function that called setjmp has returned.  `frame` is the guest's
 * innermost frame. */
static _Noreturn void jump_to(struct wali_thread *thread, const struct jump *jump, uintptr_t frame, int value)
{
    if (!frames_have(frame, jump->frame, jump->return_address)) {
        dead_jump();
    }
    jumps_drop_inside(thread->jumps.arena, jump->frame);
    thread->jumps.target = NULL;
    stack_pointer_set(thread, jump->stack_pointer);
    if (jump->has_mask) {
        guest_mask_set(thread, jump->mask);
    }
    jump_restore(&jump->registers, jump->bytes, jump->frame + 16 - jump->registers.rsp, value);
}

static bool is_active(const struct wali_thread *thread, uint64_t number)
{
    const struct wali_activation *activation = thread->activation;
    while (activation != NULL && activation->number != number) {
        activation = activation->outer;
    }
    return activation != NULL;
}

wasm_trap_t *wali_longjmp(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    static struct trampoline trampoline;
    (void)env, (void)caller, (void)count;
    struct wali_thread *thread = wali_self;
    struct jump *jump = find_jump(thread, gaddr((uint32_t)args[0].i32));
    const int value = args[1].i32 == 0 ? 1 : args[1].i32;
    if (jump == NULL || !is_active(thread, jump->activation)) {
        dead_jump();
    }
    if (jump->activation == thread->activation->number) {
        jump_to(thread, jump, frames_caller(&trampoline, args).frame, value);
    }
    /* Out of a signal handler: its activation must end first. */
    thread->jumps.target = jump;
    thread->jumps.value = value;
    return leave_trap();
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
