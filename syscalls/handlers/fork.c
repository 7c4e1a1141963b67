/* fork(2), vfork(2), clone(2), clone3(2).
 *
 * A guest process is a host process.  What a child may not share with its parent
 * is what the runtime itself needs for its own: memory, and the handlers of
 * signals.  CLONE_VM is granted together with CLONE_VFORK only, where a copy does
 * as well: the parent sleeps until the child no longer needs it.  The child goes
 * on where its parent stands, on a copy of its stack: wasm has no other way, so a
 * stack that is given is ignored, and thread-local storage is libc's business. */
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

/* Answers EINVAL.  Threads come from __wasm_thread_spawn; a shared descriptor
 * table would let a parent use what its child has opened and not yet checked
 * (open.c). */
#define REFUSED (CLONE_THREAD | CLONE_SIGHAND | CLONE_FILES)
/* Done by us, or not at all.  The kernel's CLONE_CLEAR_SIGHAND would take the
 * runtime's own handlers away. */
#define EMULATED (CLONE_VM | CLONE_SETTLS | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_CLEAR_SIGHAND)

#define MOST_TIDS 32 /* as deep as pid namespaces nest (pid_namespaces(7)) */

/* In the child. */
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

/* In a parent that slept: what the kernel wrote was for us (fork_lock.h). */
static void set_parent_tid(uint64_t word, int32_t child)
{
    if (word < GUEST_SPAN) {
        copy_out(gaddr((uint32_t)word), &child, sizeof child);
    }
}

/* Signals wait meanwhile, all but those of faults: one that had come for the
 * parent, and was only kept by the runtime, would else come to the child too.
 * False if there is one already; then the call begins again. */
FORK_TEXT static bool begin_fork(sigmask_t *old)
{
    const sigmask_t all = ~SYNC_SIGNALS;
    KERNEL(rt_sigprocmask, SIG_BLOCK, &all, old, SIGMASK_SIZE);
    if (wali_pending != 0) {
        KERNEL(rt_sigprocmask, SIG_SETMASK, old, NULL, SIGMASK_SIZE);
        return false;
    }
    wali_fork_prepare();
    return true;
}

/* In both, and where there is no child at all. */
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

/* Where libc keeps the thread's id, which the kernel sets in the child, as in
 * libc's own fork.  NULL if the kernel cannot tell. */
static int32_t *libc_tid(void)
{
    int32_t *word = NULL;
    KERNEL(prctl, PR_GET_TID_ADDRESS, &word, 0, 0, 0);
    return word;
}

static uint64_t host_word(uint64_t address)
{
    return (uintptr_t)(address < GUEST_SPAN ? host_pointer(gaddr((uint32_t)address), sizeof(int32_t))
                                            : NOWHERE);
}

/* Whether there is no other thread that could hold a lock of libc's, as far as
 * libc knows (glibc 2.32). */
static bool is_alone(void)
{
#if __has_include(<sys/single_threaded.h>)
    return __libc_single_threaded != 0;
#else
    return false;
#endif
}

/* The kernel's call.  The words for ids are the guest's addresses. */
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

/* libc's own, which leaves malloc whole whatever other threads are doing. */
static int64_t fork_by_libc(void)
{
    sigmask_t old;
    if (!begin_fork(&old)) {
        return -RESTART;
    }
    const pid_t child = fork();
    return end_fork(child < 0 ? -errno : child, 0, 0, &old);
}

/* Alone there is nothing for libc to put in order in the child, but it would
 * write to four pages of its own, each of which is copied for that. */
FORK_TEXT int64_t sys_fork(void)
{
    int32_t *tid = is_alone() ? libc_tid() : NULL;
    if (tid == NULL) {
        return fork_by_libc();
    }
    struct clone_args how = {.exit_signal = SIGCHLD};
    return clone_by(&how, tid, false);
}

/* The end of a child may not look like a fault of its parent's: the kernel tells of
 * it with codes that mean something else in a signal of those. */
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
    /* There a descriptor goes where the parent's word is, which we need ourselves. */
    const bool extended = (flags & CLONE_VFORK) != 0 && (flags & CLONE_PIDFD) != 0;
    if (extended) {
        if (flags & CLONE_PARENT_SETTID) {
            return -EINVAL;
        }
        how.pidfd = host_word(parent_tid.v);
    }
    return clone_by(&how, libc_tid(), extended);
}

/* A structure that is longer than ours may hold nothing there (clone3(2)). */
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
