/* setjmp saves the native stack from its own frame up to the end of the wasm
 * frame that called it, and the registers; longjmp copies that back and jumps.
 * The caller's whole frame comes back because compiled code may have reused its
 * spill slots since; that its locals then have their old values is what C
 * leaves open for locals that are not volatile (setjmp(3), NOTES).
 *
 * The guest's jmp_buf holds only a serial number: the guest can forge it, and
 * gets nothing but another of its own frames, or an abort.
 */
#define _GNU_SOURCE
#include "wali/native/jumps/setjmp.h"

#include "abi/guest.h"
#include "wali/native/base/kernel.h"
#include "wali/native/jumps/jump.h"
#include "wali/native/process/fork.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/trap_report.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unwind.h>

struct jump_registers {
    uint64_t rbx, rbp, r12, r13, r14, r15, rsp, rip;
};

/* Saves the registers as they are for the caller, and its stack from there up
 * to `high`, into bytes.  Returns 0, and the jump's value when jumped to. */
int jump_save(struct jump_registers *registers, void *bytes, uintptr_t high)
    __attribute__((returns_twice, visibility("hidden")));
void jump_restore(const struct jump_registers *registers, const void *bytes, size_t size, int value)
    __attribute__((noreturn, visibility("hidden")));

__asm__(".text\n"
        ".globl jump_save\n"
        ".hidden jump_save\n"
        ".type jump_save,@function\n"
        "jump_save:\n"
        "    movq %rbx, 0(%rdi)\n"
        "    movq %rbp, 8(%rdi)\n"
        "    movq %r12, 16(%rdi)\n"
        "    movq %r13, 24(%rdi)\n"
        "    movq %r14, 32(%rdi)\n"
        "    movq %r15, 40(%rdi)\n"
        "    movq (%rsp), %rax\n"
        "    movq %rax, 56(%rdi)\n"
        "    leaq 8(%rsp), %rax\n"
        "    movq %rax, 48(%rdi)\n"
        "    movq %rsi, %rdi\n"
        "    movq %rax, %rsi\n"
        "    movq %rdx, %rcx\n"
        "    subq %rax, %rcx\n"
        "    shrq $3, %rcx\n"
        "    rep movsq\n"
        "    xorl %eax, %eax\n"
        "    ret\n"
        ".size jump_save, . - jump_save\n"
        /* The stack pointer moves first: whatever a signal pushes meanwhile goes
         * below what is being restored. */
        ".globl jump_restore\n"
        ".hidden jump_restore\n"
        ".type jump_restore,@function\n"
        "jump_restore:\n"
        "    movq %rdi, %r8\n"
        "    movl %ecx, %eax\n"
        "    movq 48(%r8), %rsp\n"
        "    movq %rsp, %rdi\n"
        "    movq %rdx, %rcx\n"
        "    shrq $3, %rcx\n"
        "    rep movsq\n"
        "    movq 0(%r8), %rbx\n"
        "    movq 8(%r8), %rbp\n"
        "    movq 16(%r8), %r12\n"
        "    movq 24(%r8), %r13\n"
        "    movq 32(%r8), %r14\n"
        "    movq 40(%r8), %r15\n"
        "    jmp *56(%r8)\n"
        ".size jump_restore, . - jump_restore\n");

/* What the guest's jmp_buf holds. */
struct guest_jump {
    uint64_t magic;
    uint64_t serial;
};
#define JUMP_MAGIC UINT64_C(0x706d756a696c6177) /* "walijump" */

struct jump {
    struct jump *previous;
    uint64_t serial;
    uint32_t buffer;          /* guest address of the jmp_buf */
    uint32_t stack_pointer;   /* the guest's */
    uint64_t activation;      /* its number */
    uintptr_t frame;          /* frame pointer of the wasm function that called setjmp */
    uintptr_t site;           /* where setjmp returns to in it */
    uintptr_t return_address; /* where that function returns to */
    bool has_mask;
    uint64_t mask;
    struct jump_registers registers;
    size_t size;
    _Alignas(16) char bytes[];
};

/* Jumps lie in the order of their frames, the innermost last, so that those
 * whose frame has ended are dropped from the end. */
struct jump_arena {
    struct jump *last;
    uint64_t serial;
    char *free, *end;
};
#define SERIAL_BITS 40
#define ARENA_SIZE ((size_t)1 << 30) /* address space, touched as needed */

/* The wasm frame that called us. */
struct caller_frame {
    uintptr_t frame; /* its frame pointer */
    uintptr_t site;  /* where it goes on */
};

/* The engine's trampoline between compiled code and us keeps the argument array
 * in its frame, always equally far from its frame pointer: the same code serves
 * all imports of a type.  The distance is found once per type. */
struct trampoline {
    uintptr_t distance;
};

static _Unwind_Reason_Code visit_frame(struct _Unwind_Context *context, void *found)
{
    if (!in_guest_code(_Unwind_GetIP(context))) {
        return _URC_NO_REASON;
    }
    *(uintptr_t *)found = _Unwind_GetGR(context, 6); /* rbp, in DWARF's numbers */
    return _URC_END_OF_STACK;
}

/* Nothing tells where the engine's own frames end but its unwind tables; the
 * first frame after them, in compiled code, is the trampoline's. */
__attribute__((noinline, cold)) static uintptr_t unwound_frame(void)
{
    uintptr_t frame = 0;
    _Unwind_Backtrace(visit_frame, &frame);
    if (frame == 0) {
        guest_abort("setjmp: the calling frame cannot be found");
    }
    return frame;
}

static struct caller_frame find_caller(struct trampoline *trampoline, const wasmtime_val_raw_t *args)
{
    if (trampoline->distance == 0) {
        trampoline->distance = unwound_frame() - (uintptr_t)args;
    }
    const uintptr_t *frame = (const uintptr_t *)((uintptr_t)args + trampoline->distance);
    if (!in_guest_code(frame[1])) {
        guest_abort("setjmp: the calling frame is not where it was");
    }
    return (struct caller_frame){.frame = frame[0], .site = frame[1]};
}

/* Whether the jump's frame is still one of those from `frame` outwards, with the
 * return address it had.  Compiled code chains its frames through the frame
 * pointer. */
static bool frame_lives(uintptr_t frame, const struct jump *jump)
{
    while (frame < jump->frame) {
        uintptr_t outer = *(const uintptr_t *)frame;
        if (outer <= frame || !in_guest_code(*(const uintptr_t *)(frame + 8))) {
            return false;
        }
        frame = outer;
    }
    return frame == jump->frame && *(const uintptr_t *)(frame + 8) == jump->return_address;
}

static struct jump_arena *arena_of(struct wali_thread *thread)
{
    if (thread->jumps != NULL) {
        return thread->jumps;
    }
    void *space =
        mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) {
        guest_abort("setjmp: out of memory");
    }
    struct jump_arena *arena = space;
    /* Serial numbers of one thread are no other's. */
    static _Atomic uint64_t arenas;
    const uint64_t serial = atomic_fetch_add(&arenas, 1) << SERIAL_BITS;
    *arena = (struct jump_arena){NULL, serial, (char *)(arena + 1), (char *)space + ARENA_SIZE};
    thread->jumps = arena;
    return arena;
}

void jumps_delete(struct wali_thread *thread)
{
    if (thread->jumps != NULL) {
        munmap(thread->jumps, ARENA_SIZE);
        thread->jumps = NULL;
    }
}

static void drop_last(struct jump_arena *arena)
{
    arena->free = (char *)arena->last;
    arena->last = arena->last->previous;
}

/* A place for `size` bytes of stack; the one that an earlier pass of the same
 * call left, if this is a loop, so that copies of the jmp_buf stay good. */
static struct jump *make_jump(struct jump_arena *arena, const struct caller_frame *caller, uint32_t buffer,
                              size_t size)
{
    while (arena->last != NULL && arena->last->frame < caller->frame) {
        drop_last(arena);
    }
    for (struct jump *old = arena->last; old != NULL && old->frame == caller->frame; old = old->previous) {
        if (old->site == caller->site && old->buffer == buffer && old->size >= size &&
            old->return_address == *(const uintptr_t *)(caller->frame + 8)) {
            return old;
        }
    }
    size_t whole = (sizeof(struct jump) + size + 15) & ~(size_t)15;
    if (whole > (size_t)(arena->end - arena->free)) {
        guest_abort("setjmp: too many live jmp_bufs");
    }
    struct jump *jump = (struct jump *)(void *)(((uintptr_t)arena->free + 15) & ~(uintptr_t)15);
    jump->previous = arena->last;
    jump->serial = ++arena->serial;
    jump->size = size;
    arena->last = jump;
    arena->free = (char *)jump + whole;
    return jump;
}

/* Not inlined, so that the stack from its frame upwards is all that a jump
 * needs. */
__attribute__((noinline)) static void save(struct trampoline *trampoline, wasmtime_val_raw_t *args,
                                           bool save_mask)
{
    struct wali_thread *thread = wali_self;
    struct jump_arena *arena = arena_of(thread);
    uint32_t buffer = (uint32_t)args[0].i32;
    const struct caller_frame caller = find_caller(trampoline, args);
    uintptr_t high = caller.frame + 16;
    size_t size = high - (uintptr_t)__builtin_frame_address(0) + 1024;
    struct jump *jump = make_jump(arena, &caller, buffer, size);
    struct guest_jump token = {JUMP_MAGIC, jump->serial};
    if (!copy_out(gaddr(buffer), &token, sizeof token)) {
        guest_fault("setjmp: bad jmp_buf");
    }
    jump->buffer = buffer;
    jump->stack_pointer = stack_pointer_get(thread);
    jump->activation = thread->activation->number;
    jump->frame = caller.frame;
    jump->site = caller.site;
    jump->return_address = *(const uintptr_t *)(caller.frame + 8);
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
        guest_fault("longjmp: bad jmp_buf");
    }
    if (token.magic != JUMP_MAGIC || thread->jumps == NULL) {
        return NULL;
    }
    struct jump *jump = thread->jumps->last;
    while (jump != NULL && jump->serial != token.serial) {
        jump = jump->previous;
    }
    return jump;
}

static _Noreturn void dead_jump(void)
{
    guest_abort("longjmp: the function that called setjmp has returned, or runs in another thread");
}

/* Jumps; `frame` is the innermost of the guest's frames. */
static _Noreturn void jump_to(struct wali_thread *thread, const struct jump *jump, uintptr_t frame, int value)
{
    if (!frame_lives(frame, jump)) {
        dead_jump();
    }
    while (thread->jumps->last->frame < jump->frame) {
        drop_last(thread->jumps);
    }
    thread->jump_target = NULL;
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
        jump_to(thread, jump, find_caller(&trampoline, args).frame, value);
    }
    /* Out of a signal handler: this activation ends first. */
    thread->jump_target = jump;
    thread->jump_value = value;
    return leave_trap();
}

bool jump_is_here(const struct wali_thread *thread)
{
    return thread->jump_target->activation == thread->activation->number;
}

_Noreturn void jump_out_of_entry(struct wali_thread *thread)
{
    jump_to(thread, thread->jump_target, unwound_frame(), thread->jump_value);
}

_Noreturn void jump_out_of_code(struct wali_thread *thread, const ucontext_t *context)
{
    const greg_t *registers = context->uc_mcontext.gregs;
    const bool in_code = in_guest_code((uintptr_t)registers[REG_RIP]);
    jump_to(thread, thread->jump_target, in_code ? (uintptr_t)registers[REG_RBP] : unwound_frame(),
            thread->jump_value);
}
