#define _GNU_SOURCE
#include "wali/native/jumps/jump_stack.h"

#include "wali/native/base/fatal.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/thread/thread.h"

#include <stdatomic.h>
#include <sys/mman.h>

#define SERIAL_BITS 40
#define ARENA_SIZE ((size_t)1 << 30) /* address space, touched as needed */

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
        /* The stack pointer moves first: a signal pushes its frame below the bytes that are being
         * restored. */
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

struct jump_arena *jump_arena_of(struct wali_thread *thread)
{
    if (thread->jumps.arena != NULL) {
        return thread->jumps.arena;
    }
    void *space =
        mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) {
        guest_abort("setjmp: out of memory");
    }
    struct jump_arena *arena = space;
    /* Serial numbers are unique among all threads. */
    static _Atomic uint64_t arenas;
    const uint64_t serial = atomic_fetch_add(&arenas, 1) << SERIAL_BITS;
    *arena = (struct jump_arena){NULL, serial, (char *)(arena + 1), (char *)space + ARENA_SIZE};
    thread->jumps.arena = arena;
    return arena;
}

void jumps_delete(struct wali_thread *thread)
{
    if (thread->jumps.arena != NULL) {
        munmap(thread->jumps.arena, ARENA_SIZE);
        thread->jumps.arena = NULL;
    }
}

void jumps_drop_inside(struct jump_arena *arena, uintptr_t frame)
{
    while (arena->last != NULL && arena->last->frame < frame) {
        arena->free = (char *)arena->last;
        arena->last = arena->last->previous;
    }
}

struct jump *jump_make(struct jump_arena *arena, const struct caller_frame *caller, uint32_t buffer,
                       size_t size)
{
    jumps_drop_inside(arena, caller->frame);
    for (struct jump *old = arena->last; old != NULL && old->frame == caller->frame; old = old->previous) {
        if (old->site == caller->site && old->buffer == buffer && old->size >= size &&
            old->return_address == frame_return_address(caller->frame)) {
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
