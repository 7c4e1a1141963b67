#define _GNU_SOURCE
#include "wali/native/jumps/jump_stack.h"

#include "wali/native/base/fatal.h"
#include "wali/native/engine/internals/frames.h"
#include "wali/native/memory/limits.h"
#include "wali/native/thread/thread.h"

#include <stdatomic.h>
#include <sys/mman.h>

#define SERIAL_BITS 40
/* Address space, touched as needed; where the kernel limits that, some. */
#define ARENA_SIZE ((size_t)1 << 30)
#define SMALL_ARENA_SIZE ((size_t)8 << 20)
#define CONTEXT_ARENA_SIZE ((size_t)256 << 20)
/* So many contexts that one call has filled are kept, while its function runs. */
#define MOST_CONTEXTS 8

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

static struct jump_arena *arena_new(size_t size)
{
    void *space =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) {
        return NULL;
    }
    madvise(space, size, MADV_DONTDUMP); /* a core file would seem to have all of it */
    struct jump_arena *arena = space;
    /* Serial numbers are unique among all threads. */
    static _Atomic uint64_t arenas;
    const uint64_t serial = atomic_fetch_add(&arenas, 1) << SERIAL_BITS;
    *arena = (struct jump_arena){
        .serial = serial, .free = (char *)(arena + 1), .end = (char *)space + size, .floor = NULL};
    return arena;
}

struct jump_arena *jump_arena_new(void)
{
    return arena_new(limits_bind_host() ? SMALL_ARENA_SIZE : CONTEXT_ARENA_SIZE);
}

struct jump_arena *jump_arena_of(struct wali_thread *thread)
{
    if (thread->jumps.arena == NULL) {
        thread->jumps.arena = arena_new(limits_bind_host() ? SMALL_ARENA_SIZE : ARENA_SIZE);
    }
    if (thread->jumps.arena == NULL) {
        guest_abort("setjmp: out of memory");
    }
    return thread->jumps.arena;
}

void jump_arena_delete(struct jump_arena *arena)
{
    if (arena != NULL) {
        munmap(arena, (size_t)(arena->end - (char *)arena));
    }
}

void jump_arena_empty(struct jump_arena *arena)
{
    if (arena != NULL) {
        arena->last = NULL;
        arena->free = (char *)(arena + 1);
    }
}

struct jump *jump_find(const struct jump_arena *arena, uint64_t serial)
{
    struct jump *jump = arena == NULL ? NULL : arena->last;
    while (jump != NULL && jump->serial != serial) {
        jump = jump->previous;
    }
    return jump;
}

struct jumps_kept jumps_lend(struct wali_thread *thread)
{
    struct jump_arena *arena = thread->jumps.arena;
    if (arena == NULL) {
        return (struct jumps_kept){0};
    }
    const struct jumps_kept kept = {arena->last, arena->free, arena->floor};
    arena->floor = arena->free;
    return kept;
}

/* Serial numbers go on from the child's: a buffer that the child has filled leads nowhere. */
void jumps_take_back(struct wali_thread *thread, const struct jump_arena *arena,
                     const struct jumps_kept *kept)
{
    if (arena == NULL) {
        jump_arena_delete(thread->jumps.arena);
        thread->jumps.arena = NULL;
    } else {
        thread->jumps.arena->last = kept->last;
        thread->jumps.arena->free = kept->free;
        thread->jumps.arena->floor = kept->floor;
    }
}

void jumps_drop_inside(struct jump_arena *arena, uintptr_t frame)
{
    while (arena->last != NULL && arena->last->what.frame < frame) {
        if ((char *)arena->last >= arena->floor) {
            arena->free = (char *)arena->last;
        }
        arena->last = arena->last->previous;
    }
}

/* The jump to use again; NULL if there is none. */
static struct jump *jump_of_before(struct jump_arena *arena, const struct jump_site *what, size_t size)
{
    struct jump *oldest = NULL;
    int contexts = 0;
    for (struct jump *old = arena->last; old != NULL && old->what.frame == what->frame; old = old->previous) {
        if ((char *)old < arena->floor || old->what.site != what->site || old->what.kind != what->kind ||
            old->what.callers != what->callers || old->size < size) {
            continue;
        }
        if (old->what.buffer == what->buffer) {
            return old;
        }
        contexts += what->kind == JUMP_OF_CONTEXT;
        oldest = oldest == NULL || old->used < oldest->used ? old : oldest;
    }
    if (contexts < MOST_CONTEXTS) {
        return NULL;
    }
    oldest->serial = ++arena->serial;
    return oldest;
}

static struct jump *jump_new(struct jump_arena *arena, size_t size)
{
    const size_t whole = (sizeof(struct jump) + size + 15) & ~(size_t)15;
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

struct jump *jump_make(struct jump_arena *arena, const struct jump_site *what, size_t size)
{
    jumps_drop_inside(arena, what->frame);
    struct jump *jump = jump_of_before(arena, what, size);
    if (jump == NULL) {
        jump = jump_new(arena, size);
        jump->what = *what;
    }
    jump->what.buffer = what->buffer; /* all else is the same */
    jump->used = ++arena->uses;
    return jump;
}
