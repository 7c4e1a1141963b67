/* The child goes on where its parent stands, so it runs on the parent's native stack, with the
 * parent's thread-local storage.  All that it may change there lies in the loan: a copy of the
 * stack in use and of the core's state of the thread, and what the child has instead of the
 * parent's (thread/borrowed.h).  Nothing is asked of the child when it ends, for it may end by
 * SIGKILL at any instruction. */
#define _GNU_SOURCE
#include "wali/native/process/borrow.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/half_done.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/base/sigset.h"
#include "wali/native/delivery/handler_frame.h"
#include "wali/native/engine/internals/stack_limit.h"
#include "wali/native/engine/internals/thread_words.h"
#include "wali/native/jumps/jump_stack.h"
#include "wali/native/memory/memory.h"
#include "wali/native/process/fork.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/actions.h"
#include "wali/native/signals/held_signals.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/robust_list.h"
#include "wali/native/thread/stack_depth.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

/* For the vectors of execve(2), and the text of filters.  Touched as needed. */
#define SCRATCH_BYTES (UINT64_C(32) << 20)
/* The frames of clone_here below borrow_clone's. */
#define BELOW 1024

struct loan {
    uint64_t bytes; /* of the whole */
    struct borrowed borrowed;
    struct wali_thread before;
    struct jumps_kept jumps;
    struct thread_words words;
    uint32_t stack_pointer, call_index;
    uint64_t stack_limit;
    void *marks; /* of stack_depth.h */
    /* Has the sleeper's place in the list of threads; NULL if there are no other threads. */
    struct wali_thread *stand_in;
    _Alignas(16) char stack[];
};

/* Copies the stack from its own frame to `high`, makes the call, and in the parent copies the stack
 * back before anything else uses it.  All signals are blocked, so no frame of a handler lies
 * below. */
int64_t clone_here(const struct clone_call *call, void *saved, uintptr_t high)
    __attribute__((returns_twice, visibility("hidden")));
__asm__(".text\n"
        ".globl clone_here\n"
        ".hidden clone_here\n"
        ".type clone_here,@function\n"
        "clone_here:\n"
        "    pushq %rbx\n"
        "    pushq %rbp\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rdi, %rbx\n"
        "    movq %rsi, %r14\n"
        "    movq %rdx, %r13\n"
        "    subq %rsp, %r13\n"
        "    shrq $3, %r13\n"
        "    movq %r14, %rdi\n"
        "    movq %rsp, %rsi\n"
        "    movq %r13, %rcx\n"
        "    rep movsq\n"
        "    movq 0(%rbx), %rax\n"
        "    movq 8(%rbx), %rdi\n"
        "    movq 16(%rbx), %rsi\n"
        "    movq 24(%rbx), %rdx\n"
        "    movq 32(%rbx), %r10\n"
        "    movq 40(%rbx), %r8\n"
        "    syscall\n"
        "    testq %rax, %rax\n"
        "    jle 1f\n"
        "    movq %rsp, %rdi\n"
        "    movq %r14, %rsi\n"
        "    movq %r13, %rcx\n"
        "    rep movsq\n"
        "1:  popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbp\n"
        "    popq %rbx\n"
        "    ret\n"
        ".size clone_here, . - clone_here\n");

bool borrow_is_possible(void)
{
    struct wali_thread *const self = wali_self;
    return !thread_borrows(self) && !self->is_spawning && thread_words_locate(&self->engine.local);
}

/* Gives the thread's place among the others to an entry of the list that stands in for it, asleep.
 * The thread's own entry, which the child changes, then runs no guest as far as they know. */
static void hide(struct wali_thread *self, struct wali_thread *stand_in)
{
    stand_in->stop.stopped = true;
    stand_in->signals.blocked_sync = SYNC_SIGNALS; /* it takes no signal for another thread */
    stand_in->signals.has_timer = self->signals.has_timer;
    stand_in->signals.timer = self->signals.timer;
    __atomic_store_n(&stand_in->tid, self->tid, __ATOMIC_SEQ_CST);
    __atomic_store_n(&self->tid, 0, __ATOMIC_SEQ_CST);
}

static void show(struct wali_thread *self, struct wali_thread *stand_in)
{
    __atomic_store_n(&self->tid, stand_in->tid, __ATOMIC_SEQ_CST);
    __atomic_store_n(&stand_in->tid, 0, __ATOMIC_SEQ_CST);
    thread_delete(stand_in);
}

static struct loan *loan_new(const struct wali_thread *self, uintptr_t low)
{
    const size_t stack = self->frames_end - low;
    const uint64_t bytes = sizeof(struct loan) + stack + SCRATCH_BYTES + NATIVE_SPARE;
    void *const memory =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    struct loan *const loan = memory;
    loan->bytes = bytes;
    loan->borrowed.scratch = (char *)(((uintptr_t)loan->stack + stack + 4095) & ~UINT64_C(4095));
    loan->borrowed.scratch_end = loan->marks = (char *)memory + bytes - NATIVE_SPARE;
    if (!thread_is_only_one() && (loan->stand_in = thread_new(0)) == NULL) {
        munmap(memory, bytes);
        return NULL;
    }
    return loan;
}

/* Saves the parent's state and makes the child's.  On return actions_lock is held, with the
 * child's mark: the kernel copies the actions as they are in the table. */
static void lend(struct wali_thread *self, struct loan *loan, uintptr_t low)
{
    if (loan->stand_in != NULL) {
        stop_threads_asleep(self);
    }
    handlers_prepare(self);
    wali_memory_keep_room();
    seccomp_lend(self, loan->stand_in);
    loan->jumps = jumps_lend(self);
    loan->before = *self;
    if (loan->stand_in != NULL) {
        hide(self, loan->stand_in);
    }
    loan->stack_pointer = stack_pointer_get(self);
    loan->call_index = call_index_get(self);
    loan->stack_limit = stack_limit_get(self->engine.vm_store);
    stack_depth_keep(self, loan->marks);
    thread_words_save(&loan->words, &self->engine.local, self->engine.vm_store, low, self->frames_end);
    KERNEL(prctl, PR_GET_TID_ADDRESS, &loan->borrowed.libc_tid, 0, 0, 0);
    wali_half_done = 0;
    fork_lock_borrower =
        (struct fork_lock_borrower){.mark = fork_lock_mark_new(), .sleeper = loan->borrowed.libc_tid};
    fork_lock_acquire(&actions_lock);
    actions_copy(&loan->borrowed.actions);
}

/* In the child. */
static void begin_child(struct wali_thread *self, struct loan *loan, bool clears)
{
    self->borrowed = &loan->borrowed;
    limits_borrow(&loan->borrowed.limits);
    fork_lock_release(&actions_lock);
    self->clear_child_tid = 0; /* the kernel has the word (CLONE_CHILD_CLEARTID) */
    self->robust = (struct robust_state){0};
    self->stop = (struct stop_state){0};
    self->kicked = false;
    self->signals.held = 0;
    self->signals.has_timer = self->signals.timer_runs = false;
    if (clears) {
        actions_clear_handlers();
    }
}

/* The kernel wakes a parent when its child's first thread has ended, but a second one, that was to
 * execute for it, may have some instructions left. */
static void await_apart(const struct loan *loan)
{
    static const struct timespec nap = {.tv_nsec = 20000};
    while (__atomic_load_n(&loan->borrowed.apart, __ATOMIC_SEQ_CST) != 0) {
        KERNEL(clock_nanosleep, CLOCK_MONOTONIC, 0, &nap, NULL);
    }
}

/* Takes back what a child may have left: locks, mappings, filters. */
static void clean_up(struct wali_thread *self, struct loan *loan)
{
    await_apart(loan);
    const struct fork_lock_borrower child = fork_lock_borrower;
    fork_lock_borrower = (struct fork_lock_borrower){0};
    wali_fork_recover(child.mark, loan->borrowed.loan, child.has_waited);
    if (wali_half_done != 0) {
        guest_abort("the child of a vfork was killed while it changed the engine's memory");
    }
    if (self->robust.copy != NULL && self->robust.copy != loan->before.robust.copy) {
        munmap(self->robust.copy, self->robust.bytes);
    }
    jumps_take_back(self, loan->before.jumps.arena, &loan->jumps);
}

/* In the parent, or if there is no child: everything is as before. */
static void take_back(struct wali_thread *self, struct loan *loan)
{
    struct wali_thread *const stand_in = loan->stand_in;
    clean_up(self, loan);
    limits_return();
    const struct wali_seccomp seccomp = self->seccomp;
    const size_t kept = offsetof(struct wali_thread, signals);
    memcpy((char *)self + kept, (const char *)&loan->before + kept, sizeof *self - kept);
    self->seccomp.filter = seccomp.filter;
    seccomp_take_back(self, stand_in, loan->before.seccomp.filter);
    wali_pending = 0;
    thread_words_restore(&loan->words);
    stack_limit_restore(self->engine.vm_store, loan->stack_limit);
    stack_depth_take_back(self, loan->marks);
    stack_pointer_set(self, loan->stack_pointer);
    call_index_set(self, loan->call_index);
    if (stand_in != NULL) {
        show(self, stand_in);
    }
}

static void end_parent(struct wali_thread *self, struct loan *loan)
{
    const bool slept = loan->stand_in != NULL;
    take_back(self, loan);
    munmap(loan, loan->bytes);
    signal_mask_set(ALL_SIGNALS); /* faults of copies arrive again */
    if (slept) {
        stop_threads_awake(self);
        blocked_sync_set(self, self->signals.blocked_sync); /* what has come for the process */
    }
}

/* Between lend() and the end all signals are blocked in the kernel, synchronous ones too: one that
 * is sent to the parent, or to the child before it knows itself, waits. */
int64_t borrow_clone(const struct clone_call *call, bool clears)
{
    static const sigmask_t every = ~UINT64_C(0);
    struct wali_thread *const self = wali_self;
    const uintptr_t low = (uintptr_t)__builtin_frame_address(0) - BELOW;
    const sigmask_t mask = signal_mask_set(ALL_SIGNALS);
    int64_t child = -RESTART;
    struct loan *const loan = wali_pending == 0 ? loan_new(self, low) : NULL;
    if (loan != NULL) {
        lend(self, loan, low);
        KERNEL(rt_sigprocmask, SIG_BLOCK, &every, NULL, SIGMASK_SIZE);
        child = clone_here(call, loan->stack, self->frames_end);
        if (child == 0) {
            begin_child(self, loan, clears);
        } else {
            end_parent(self, loan);
        }
    } else if (wali_pending == 0) {
        child = -EAGAIN;
    }
    signal_mask_set(mask);
    return child;
}

FORK_TEXT void borrow_settle(struct wali_thread *self)
{
    struct borrowed *const borrowed = self->borrowed;
    if (borrowed == NULL) {
        return;
    }
    actions_replace(&borrowed->actions);
    limits_settle();
    fork_lock_borrower = (struct fork_lock_borrower){0};
    self->borrowed = NULL;
    self->seccomp.in_tsync = true;
    struct loan *const loan = (struct loan *)(void *)((char *)borrowed - offsetof(struct loan, borrowed));
    munmap(loan, loan->bytes);
}
