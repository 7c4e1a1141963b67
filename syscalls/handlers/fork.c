/* fork(2), vfork(2), clone(2), clone3(2).
 *
 * A guest process is a host process.  A child may not share memory or signal handlers with its
 * parent, because the runtime of each process needs its own.  CLONE_VM is granted only with
 * CLONE_VFORK, where a copy does as well: the parent sleeps until the child no longer needs its
 * memory.  The child goes on from the same call, on a copy of the parent's stack.  wasm has no
 * other way, so a given stack is ignored.  Thread-local storage is the guest libc's business. */
#define _GNU_SOURCE
#include "wali/native/process/fork.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/actions.h"
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

/* Refused with EINVAL.  Threads come from __wasm_thread_spawn.  With a shared descriptor table a
 * parent could use a file that its child has opened and not yet checked (open.c). */
#define REFUSED (CLONE_THREAD | CLONE_SIGHAND | CLONE_FILES)
/* Done by the runtime, or not at all.  The kernel's CLONE_CLEAR_SIGHAND would remove the runtime's
 * own handlers. */
#define EMULATED (CLONE_VM | CLONE_SETTLS | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_CLEAR_SIGHAND)

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

/* Blocks all signals but SYNC_SIGNALS until the fork is done.  A signal that the runtime had
 * recorded for the parent would otherwise be delivered in the child too.  False if there is such a
 * signal already; the call is then made again. */
FORK_TEXT static bool begin_fork(sigmask_t *old)
{
    const sigmask_t all = ALL_SIGNALS;
    KERNEL(rt_sigprocmask, SIG_BLOCK, &all, old, SIGMASK_SIZE);
    if (wali_pending != 0) {
        KERNEL(rt_sigprocmask, SIG_SETMASK, old, NULL, SIGMASK_SIZE);
        return false;
    }
    wali_fork_prepare();
    return true;
}

/* Ends what begin_fork began, in parent and child, or if there is no child. */
FORK_TEXT static int64_t end_fork(int64_t child, uint64_t flags, uint32_t loan, const sigmask_t *old)
{
    if (child == 0) {
        wali_fork_child();
        if (flags & CLONE_CLEAR_SIGHAND) {
            actions_clear_handlers();
        }
    } else {
        wali_fork_parent(loan);
        if (loan != 0) {
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
    KERNEL(prctl, PR_GET_TID_ADDRESS, &word, 0, 0, 0);
    return word;
}

/* The host address of the guest's word for an id. */
static uint64_t host_word(uint64_t address)
{
    return (uintptr_t)wide_host_pointer(address, sizeof(int32_t));
}

/* Whether no other thread can hold a lock of the host's libc, as far as that libc knows (glibc
 * 2.32). */
static bool is_alone(void)
{
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
    if ((wanted.flags & CLONE_FS) != 0 && path_origin_share() < 0) {
        return -RESTART;
    }
    if (!is_alone()) {
        seccomp_prepare_fork(wali_self);
    }
    if (!begin_fork(&old)) {
        return -RESTART;
    }
    uint32_t loan = 0;
    if (sleeps) {
        stop_threads_asleep(wali_self);
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
    if (!begin_fork(&old)) {
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
    return (how->flags & REFUSED) != 0 || (how->flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM ||
           (how->exit_signal - 1 < SIGNALS && (SIGMASK_OF(how->exit_signal) & SYNC_SIGNALS) != 0);
}

int64_t sys_vfork(void)
{
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
    how.child_tid = how.child_tid < GUEST_SPAN ? how.child_tid : 0;
    how.stack = how.stack_size = how.tls = 0;
    return clone_by(&how, libc_tid(), true);
}
