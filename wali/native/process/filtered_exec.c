/* The kernel never takes a filter back, so the guest's thread may not have one unless execve is
 * certain to succeed.  But filters belong to threads, any thread may call execve, and the kernel
 * then makes that thread the process's only one, with the process's id (execve(2)).  So a new
 * thread, unknown to guest and libc, installs the filters and executes.  If execve fails, the new
 * thread ends, and no other thread has the filters. */
#define _GNU_SOURCE
#include "wali/native/process/filtered_exec.h"

#include "wali/_generated/options.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/sigset.h"
#include "wali/native/process/scratch.h"
#include "wali/native/seccomp/bpf_text.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/seccomp/verdict.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/thread.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

/* A signal handler of the core may run on it. */
#define STACK_BYTES ((size_t)256 << 10)

struct filtered_thread {
    const struct seccomp_filter *newest;
    const struct execution *program;
    sigmask_t mask; /* of the program */
    int parent_death_signal;
    struct sock_fprog given; /* the filter to install next */
    int64_t result;
    int32_t *alive; /* its id; 0 once it has ended (CLONE_PARENT_SETTID, CLONE_CHILD_CLEARTID) */
    int32_t own_alive;
};

/* The verdict of filters on a call that the core is to make itself. */
#define VERDICT_ON(newest, number, ...)                                                                      \
    seccomp_verdict(newest, &(struct seccomp_data){                                                          \
                                .nr = (number),                                                              \
                                .arch = SECCOMP_ARCHITECTURE,                                                \
                                .instruction_pointer = (uintptr_t)wali_wait_return,                          \
                                .args = {__VA_ARGS__},                                                       \
                            })

static bool lets_through(uint32_t verdict)
{
    const uint32_t action = verdict & SECCOMP_RET_ACTION_FULL;
    return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

static bool allows_execve(const struct filtered_thread *thread)
{
    const struct execution *program = thread->program;
    return program->dirfd == AT_FDCWD && program->flags == 0 &&
           lets_through(VERDICT_ON(thread->newest, SYS_execve, (uintptr_t)program->path,
                                   (uintptr_t)program->argv, (uintptr_t)program->envp));
}

static bool allows_execveat(const struct filtered_thread *thread)
{
    const struct execution *program = thread->program;
    return lets_through(VERDICT_ON(thread->newest, SYS_execveat, (__u64)program->dirfd,
                                   (uintptr_t)program->path, (uintptr_t)program->argv,
                                   (uintptr_t)program->envp, (__u64)program->flags));
}

/* Whether seccomp(2), or prctl(2), can install a filter on top of the older ones. */
static bool allows_seccomp(const struct filtered_thread *thread, const struct seccomp_filter *filter)
{
    return lets_through(VERDICT_ON(filter->older, SYS_seccomp, SECCOMP_SET_MODE_FILTER, filter->flags,
                                   (uintptr_t)&thread->given));
}

static bool allows_prctl(const struct filtered_thread *thread, const struct seccomp_filter *filter)
{
    return filter->flags == 0 && lets_through(VERDICT_ON(filter->older, SYS_prctl, PR_SET_SECCOMP,
                                                         SECCOMP_MODE_FILTER, (uintptr_t)&thread->given));
}

/* If execve fails, the thread ends by exit(2), and the handler of a signal that comes before that
 * returns by rt_sigreturn(2). */
static bool allows_end(const struct filtered_thread *thread)
{
    const uint32_t end = VERDICT_ON(thread->newest, SYS_exit, 0);
    const uint32_t back = VERDICT_ON(thread->newest, SYS_rt_sigreturn, 0) & SECCOMP_RET_ACTION_FULL;
    return (lets_through(end) || (end & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_KILL_THREAD) &&
           back != SECCOMP_RET_ERRNO && back != SECCOMP_RET_TRACE && back != SECCOMP_RET_USER_NOTIF;
}

static bool is_possible(const struct filtered_thread *thread)
{
    for (const struct seccomp_filter *filter = thread->newest; filter != NULL; filter = filter->older) {
        if (!allows_seccomp(thread, filter) && !allows_prctl(thread, filter)) {
            return false;
        }
    }
    return (allows_execve(thread) || allows_execveat(thread)) && allows_end(thread);
}

static int64_t give_filter(struct filtered_thread *thread, const struct seccomp_filter *filter)
{
    thread->given.len = (unsigned short)filter->length;
    thread->given.filter = (struct sock_filter *)(uintptr_t)filter->program; /* only read */
    return allows_seccomp(thread, filter)
               ? KERNEL(seccomp, SECCOMP_SET_MODE_FILTER, filter->flags, &thread->given)
               : KERNEL(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &thread->given, 0, 0);
}

static const struct seccomp_filter *older_by(const struct seccomp_filter *filter, size_t steps)
{
    while (steps-- > 0) {
        filter = filter->older;
    }
    return filter;
}

static size_t count_of(const struct seccomp_filter *newest)
{
    size_t count = 0;
    for (; newest != NULL; newest = newest->older) {
        count++;
    }
    return count;
}

/* Installs the filters, the oldest first.  A thread that has given up CAP_SYS_ADMIN since then
 * needs no_new_privs, and so does the program. */
static int64_t give_filters(struct filtered_thread *thread)
{
    const size_t count = count_of(thread->newest);
    int64_t result = 0;
    for (size_t i = count; i-- > 0 && result == 0;) {
        const struct seccomp_filter *filter = older_by(thread->newest, i);
        result = give_filter(thread, filter);
        if (result == -EACCES && i == count - 1) {
            KERNEL(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            result = give_filter(thread, filter);
        }
    }
    return result;
}

/* Runs in the new thread, on the thread-local storage of the thread that waits for it.  A signal
 * that comes here is recorded for that thread, and seen by the window of KERNEL_WAIT. */
static _Noreturn int run(void *given)
{
    struct filtered_thread *const thread = given;
    const struct execution *program = thread->program;
    const bool by_execve = allows_execve(thread);
    if (thread->parent_death_signal != 0) { /* a new thread has none */
        KERNEL(prctl, PR_SET_PDEATHSIG, thread->parent_death_signal, 0, 0, 0);
    }
    KERNEL(rt_sigprocmask, SIG_SETMASK, &thread->mask, NULL, SIGMASK_SIZE);
    int64_t result = give_filters(thread);
    if (result == 0) {
        result = by_execve ? KERNEL_WAIT(execve, program->path, program->argv, program->envp)
                           : KERNEL_WAIT(execveat, program->dirfd, program->path, program->argv,
                                         program->envp, program->flags);
    }
    thread->result = result;
    for (;;) {
        KERNEL(exit, 0);
        KERNEL(exit_group, 128 + SIGSYS); /* the filters installed so far forbid exit(2) */
    }
}

static int64_t run_apart(struct wali_thread *self, struct filtered_thread *thread, char *stack)
{
    const int how = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
                    CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    const sigmask_t mask = signal_mask_set(ALL_SIGNALS);
    if (wali_pending != 0) {
        signal_mask_set(mask);
        return -RESTART;
    }
    thread->mask = mask | self->signals.blocked_sync;
    *thread->alive = 0;
    if (clone(run, stack + STACK_BYTES, how, thread, thread->alive, NULL, thread->alive) < 0) {
        thread->result = -errno;
        *thread->alive = 0;
    }
    int32_t tid;
    while ((tid = __atomic_load_n(thread->alive, __ATOMIC_SEQ_CST)) != 0) {
        KERNEL(futex, thread->alive, FUTEX_WAIT, tid, NULL, NULL, 0);
    }
    if ((wali_pending & RECORD_PENDING) == 0) { /* else delivery of the record sets the mask */
        signal_mask_set(mask);
    }
    return thread->result;
}

/* What the new thread writes lies beside its stack, and not on this one's: a parent whose memory
 * this process runs in puts that back (borrow.h), and waits for the new thread's end only then. */
int64_t filtered_exec(struct wali_thread *self, const struct seccomp_filter *newest,
                      const struct execution *program)
{
    char *stack = scratch_map(STACK_BYTES);
    if (stack == NULL) {
        return -ENOMEM;
    }
    struct filtered_thread *const thread = (struct filtered_thread *)(void *)stack;
    *thread = (struct filtered_thread){.newest = newest, .program = program, .result = -EACCES};
    thread->alive = thread_borrows(self) ? &self->borrowed->apart : &thread->own_alive;
    int64_t result = -EACCES;
    if (is_possible(thread)) {
        KERNEL(prctl, PR_GET_PDEATHSIG, &thread->parent_death_signal, 0, 0, 0);
        result = run_apart(self, thread, stack);
    }
    scratch_unmap(stack, STACK_BYTES);
    return result;
}

/* The launcher's command line. */

static size_t count_words(const char *const *words)
{
    size_t count = 0;
    while (words[count] != NULL) {
        count++;
    }
    return count;
}

int64_t filtered_words_make(struct filtered_words *words, const struct seccomp_filter *newest,
                            const struct execution *launcher)
{
    static const char option[] = OPTION_ENVIRONMENT "=";
    const size_t filters = count_of(newest);
    const size_t arguments = count_words(launcher->argv), variables = count_words(launcher->envp);
    const size_t count = filters + 1 + arguments + variables;
    words->bytes = (count + 1) * sizeof(char *) + sizeof option + 20;
    for (const struct seccomp_filter *filter = newest; filter != NULL; filter = filter->older) {
        words->bytes += bpf_text_size(filter);
    }
    words->memory = scratch_map(words->bytes);
    if (words->memory == NULL) {
        return -ENOMEM;
    }
    const char **word = words->memory;
    char *text = (char *)(words->memory + count + 1);
    *word++ = launcher->argv[0];
    const struct seccomp_filter *filter = newest;
    for (size_t i = filters; i-- > 0; filter = filter->older) {
        word[i] = text;
        text = bpf_text_write(text, filter);
    }
    word += filters;
    *word++ = text;
    sprintf(text, "%s%zu", option, variables);
    memcpy(word, launcher->argv + 1, (arguments - 1) * sizeof *word);
    memcpy(word + arguments - 1, launcher->envp, variables * sizeof *word);
    word[arguments - 1 + variables] = NULL;
    return 0;
}

void filtered_words_delete(const struct filtered_words *words)
{
    scratch_unmap(words->memory, words->bytes);
}
