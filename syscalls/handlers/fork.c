/* fork(2), vfork(2), clone(2), clone3(2).
 *
 * A guest process is a host process.  CLONE_VM is granted only with CLONE_VFORK: the child runs in
 * its parent's memory while the parent sleeps (process/borrow.h).  Without, two processes would
 * share the runtime's state.  The child goes on from the same call, on the parent's stack or a copy
 * of it.  wasm has no other way, so a given stack is ignored here; the guest's libc sets the stack
 * pointer. */
#define _GNU_SOURCE
#include "wali/native/process/fork.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/process/borrow.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/actions.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

/* Refused with EINVAL.  Threads come from __wasm_thread_spawn, and where thread-local storage lies
 * is a wasm global's value.  With a shared descriptor table a parent could use a file that its child
 * has opened and not yet checked (open.c).  And what a later kernel may know. */
#define KNOWN (UINT64_C(0xffffffff) | CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP)
#define REFUSED (CLONE_THREAD | CLONE_SIGHAND | CLONE_FILES | CLONE_SETTLS)
/* Done by the runtime, or not at all.  The kernel's CLONE_CLEAR_SIGHAND would remove the runtime's
 * own handlers. */
#define EMULATED (CLONE_VM | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_CLEAR_SIGHAND)
#define SHARES_MEMORY (CLONE_VM | CLONE_VFORK)

#define MOST_TIDS 32 /* the deepest nesting of pid namespaces (pid_namespaces(7)) */

/* In the child: stores the thread id for the guest. */
static void set_child_tids(uint64_t flags, gaddr_t word)
{
    if (flags & CLONE_CHILD_SETTID) {
        const int32_t tid = (int32_t)KERNEL(gettid);
        copy_out(word, &tid, sizeof tid); /* the kernel ignores a fault here as well */
    }
    if (flags & CLONE_CHILD_CLEARTID) {
        wali_self->clear_child_tid = word.v;
    }
}

/* In a parent that has slept: stores the child's id for the guest.  The kernel wrote it to
 * fork_copied instead (fork_lock.h). */
static void set_parent_tid(uint64_t word, int32_t child)
{
    if (word < GUEST_SPAN) {
        copy_out(gaddr((uint32_t)word), &child, sizeof child);
    }
}

/* Blocks all signals until the fork is done.  A signal that the runtime had recorded for the parent
 * would otherwise be delivered in the child too, and one that the child gets before it has reset
 * its state would be lost.  False if there is such a signal already; the call is then made again.
 * Synchronous signals are blocked last: a thread that waits for a lock can be stopped, and the
 * robust list of a parent that will sleep may lie where copies fault. */
FORK_TEXT static bool begin_fork(bool sleeps, sigmask_t *old)
{
    const sigmask_t all = ALL_SIGNALS, every = ~UINT64_C(0);
    KERNEL(rt_sigprocmask, SIG_BLOCK, &all, old, SIGMASK_SIZE);
    if (wali_pending != 0) {
        KERNEL(rt_sigprocmask, SIG_SETMASK, old, NULL, SIGMASK_SIZE);
        return false;
    }
    wali_fork_prepare();
    if (sleeps) {
        stop_threads_asleep(wali_self);
    }
    KERNEL(rt_sigprocmask, SIG_BLOCK, &every, NULL, SIGMASK_SIZE);
    return true;
}

/* Ends what begin_fork began, in parent and child, or if there is no child. */
FORK_TEXT static int64_t end_fork(int64_t child, uint64_t flags, uint32_t loan, const sigmask_t *old)
{
    if (child == 0) {
        borrow_settle(wali_self);
        wali_fork_child();
        if (flags & CLONE_CLEAR_SIGHAND) {
            actions_clear_handlers();
        }
    } else {
        wali_fork_parent(loan);
        if (loan != 0) {
            signal_mask_set(ALL_SIGNALS); /* faults of copies arrive again */
            stop_threads_awake(wali_self);
        }
    }
    KERNEL(rt_sigprocmask, SIG_SETMASK, old, NULL, SIGMASK_SIZE);
    return child;
}

/* The word where the host's libc keeps the thread's id.  The kernel sets it in the child, as in
 * libc's own fork.  NULL if the kernel cannot tell (PR_GET_TID_ADDRESS). */
static int32_t *libc_tid(void)
{
    int32_t *word = NULL;
    if (thread_borrows(wali_self)) {
        return wali_self->borrowed->libc_tid;
    }
    KERNEL(prctl, PR_GET_TID_ADDRESS, &word, 0, 0, 0);
    return word;
}

/* The host address of the guest's word for an id. */
static uint64_t host_word(uint64_t address)
{
    return (uintptr_t)wide_host_pointer(address, sizeof(int32_t));
}

/* Whether no other thread can hold a lock of the host's libc, as far as that libc knows (glibc
 * 2.32).  A process in its parent's memory does not take these locks, for it may be killed while
 * it holds them. */
static bool is_alone(void)
{
    if (thread_borrows(wali_self)) {
        return true;
    }
#if __has_include(<sys/single_threaded.h>)
    return __libc_single_threaded != 0;
#else
    return false;
#endif
}

/* Makes the kernel's call.  The addresses of ids in *how are the guest's. */
FORK_TEXT static int64_t clone_by(struct clone_args *how, int32_t *tid, bool extended)
{
    const struct clone_args wanted = *how;
    const bool sleeps = (how->flags & CLONE_VFORK) != 0;
    how->flags &= ~(uint64_t)EMULATED;
    how->child_tid = (uintptr_t)tid;
    if (tid != NULL) {
        how->flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    }
    how->parent_tid = sleeps ? (uintptr_t)&fork_copied : host_word(how->parent_tid);
    how->flags |= sleeps ? CLONE_PARENT_SETTID : 0;
    sigmask_t old;
    if (wali_self->is_spawning) { /* in a start function: threads_lock is held */
        return -EAGAIN;
    }
    if ((wanted.flags & CLONE_FS) != 0 && path_origin_share() < 0) {
        return -RESTART;
    }
    if (!is_alone()) {
        seccomp_prepare_fork(wali_self);
    }
    if (!begin_fork(sleeps, &old)) {
        return -RESTART;
    }
    uint32_t loan = 0;
    if (sleeps) {
        loan = wali_fork_lend();
    }
    const int64_t child = extended ? KERNEL(clone3, how, sizeof *how)
                                   : KERNEL(clone, how->flags | how->exit_signal, 0, how->parent_tid, tid, 0);
    if (end_fork(child, wanted.flags, loan, &old) == 0) {
        set_child_tids(wanted.flags, gaddr((uint32_t)wanted.child_tid));
    } else if (child > 0 && sleeps && (wanted.flags & CLONE_PARENT_SETTID) != 0) {
        set_parent_tid(wanted.parent_tid, (int32_t)child);
    }
    return child;
}

/* libc's fork leaves malloc whole in the child, whatever other threads were doing. */
static int64_t fork_by_libc(void)
{
    sigmask_t old;
    if (wali_self->is_spawning) {
        return -EAGAIN;
    }
    if (!begin_fork(false, &old)) {
        return -RESTART;
    }
    const pid_t child = fork();
    return end_fork(child < 0 ? -errno : child, 0, 0, &old);
}

/* Without other threads, libc's fork has nothing to repair in the child.  But it would write to
 * four pages of its own, which the kernel would copy. */
FORK_TEXT int64_t sys_fork(void)
{
    int32_t *tid = is_alone() ? libc_tid() : NULL;
    if (tid == NULL) {
        return fork_by_libc();
    }
    struct clone_args how = {.exit_signal = SIGCHLD};
    return clone_by(&how, tid, false);
}

/* The signal of a child's end may not be one of SYNC_SIGNALS.  Its codes (CLD_EXITED, ...) mean
 * something else in these, and would look like a fault of the parent. */
static bool is_refused(const struct clone_args *how)
{
    return (how->flags & (REFUSED | ~KNOWN)) != 0 || (how->flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM ||
           (how->exit_signal - 1 < SIGNALS && (SIGMASK_OF(how->exit_signal) & SYNC_SIGNALS) != 0);
}

/* Whether memory is to be shared, and can be.  *how keeps guest addresses. */
static bool shares_memory(const struct clone_args *how)
{
    return (how->flags & SHARES_MEMORY) == SHARES_MEMORY && borrow_is_possible();
}

/* Makes a child in this process's memory, where the kernel finds the guest's words for ids itself.
 * *how has host addresses. */
static int64_t clone_sharing(struct clone_args *how, bool extended)
{
    const bool clears = (how->flags & CLONE_CLEAR_SIGHAND) != 0;
    how->flags &= ~(uint64_t)CLONE_CLEAR_SIGHAND;
    const struct clone_call call =
        extended ? (struct clone_call){SYS_clone3, {(uintptr_t)how, sizeof *how}}
                 : (struct clone_call){
                       SYS_clone, {how->flags | how->exit_signal, 0, how->parent_tid, how->child_tid, 0}};
    if ((how->flags & CLONE_FS) != 0 && path_origin_share() < 0) {
        return -RESTART;
    }
    return borrow_clone(&call, clears);
}

int64_t sys_vfork(void)
{
    struct clone_args sharing = {.flags = SHARES_MEMORY, .exit_signal = SIGCHLD};
    if (shares_memory(&sharing)) {
        return clone_sharing(&sharing, false);
    }
    struct clone_args how = {.flags = CLONE_VFORK, .exit_signal = SIGCHLD};
    return clone_by(&how, libc_tid(), false);
}

int64_t sys_clone(uint32_t flags, gaddr_t stack, gaddr_t parent_tid, gaddr_t child_tid, uint32_t tls)
{
    (void)stack, (void)tls;
    struct clone_args how = {
        .flags = flags & ~(uint32_t)CSIGNAL,
        .exit_signal = flags & CSIGNAL,
        .parent_tid = parent_tid.v,
        .child_tid = child_tid.v,
    };
    if (is_refused(&how)) {
        return -EINVAL;
    }
    if (flags == SIGCHLD) {
        return sys_fork();
    }
    if (shares_memory(&how)) {
        how.parent_tid = host_word(parent_tid.v); /* for the pidfd as well */
        how.child_tid = host_word(child_tid.v);
        return clone_sharing(&how, false);
    }
    /* clone(2) has one word for the child's id and for the pidfd, and a vfork needs the word for
     * fork_copied. */
    const bool extended = (flags & CLONE_VFORK) != 0 && (flags & CLONE_PIDFD) != 0;
    if (extended) {
        if (flags & CLONE_PARENT_SETTID) {
            return -EINVAL;
        }
        how.pidfd = host_word(parent_tid.v);
    }
    return clone_by(&how, libc_tid(), extended);
}

/* What a longer structure than the known one holds beyond that must be 0 (clone3(2)). */
static int64_t read_args(struct clone_args *how, gaddr_t from, uint32_t size)
{
    uint8_t bytes[GUEST_PAGE];
    if (size < CLONE_ARGS_SIZE_VER0) {
        return -EINVAL;
    }
    if (size > sizeof bytes) {
        return -E2BIG;
    }
    memset(bytes, 0, sizeof *how);
    if (!copy_in(bytes, from, size)) {
        return -EFAULT;
    }
    for (uint32_t i = sizeof *how; i < size; i++) {
        if (bytes[i] != 0) {
            return -E2BIG;
        }
    }
    memcpy(how, bytes, sizeof *how);
    return 0;
}

int64_t sys_clone3(gaddr_t from, uint32_t size)
{
    struct clone_args how;
    int32_t tids[MOST_TIDS];
    const int64_t failure = read_args(&how, from, size);
    if (failure < 0) {
        return failure;
    }
    if (is_refused(&how) || how.set_tid_size > MOST_TIDS || (how.set_tid == 0) != (how.set_tid_size == 0) ||
        (how.stack == 0) != (how.stack_size == 0)) {
        return -EINVAL;
    }
    if (how.set_tid != 0) {
        if (how.set_tid >= GUEST_SPAN ||
            !copy_in(tids, gaddr((uint32_t)how.set_tid), how.set_tid_size * sizeof tids[0])) {
            return -EFAULT;
        }
        how.set_tid = (uintptr_t)tids;
    }
    how.pidfd = host_word(how.pidfd);
    if (shares_memory(&how)) {
        how.parent_tid = host_word(how.parent_tid);
        how.child_tid = host_word(how.child_tid);
        how.stack = how.stack_size = how.tls = 0;
        return clone_sharing(&how, true);
    }
    how.child_tid = how.child_tid < GUEST_SPAN ? how.child_tid : 0;
    how.stack = how.stack_size = how.tls = 0;
    return clone_by(&how, libc_tid(), true);
}
