#include "wali/native/thread/thread_list.h"

#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/thread.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct fork_lock thread_list_lock FORK_DATA;

/* How many unused stacks are kept as they are.  Each keeps what its thread has touched, some 50
 * KiB. */
#define ENOUGH_STACKS 16

static struct wali_thread *first;

/* Entries that are not in use, by the stack that they have: of the usual size, of another, none.
 * Under thread_list_lock. */
enum unused_list { USUAL, LARGE, BARE, LISTS };
static struct wali_thread *unused[LISTS];

static void put_in_front(struct wali_thread *thread)
{
    thread->next = first;
    __atomic_store_n(&first, thread, __ATOMIC_RELEASE);
}

void thread_list_begin(struct wali_thread *thread)
{
    thread->tid = (int32_t)KERNEL(gettid);
    put_in_front(thread);
}

FORK_TEXT struct wali_thread *thread_list(void)
{
    return thread_borrows(wali_self) ? NULL : __atomic_load_n(&first, __ATOMIC_ACQUIRE);
}

FORK_TEXT bool thread_is_only_one(void)
{
    return thread_borrows(wali_self) || first->next == NULL;
}

bool thread_list_has(int32_t tid)
{
    const struct wali_thread *thread = first;
    while (thread != NULL && __atomic_load_n(&thread->tid, __ATOMIC_RELAXED) != tid) {
        thread = thread->next;
    }
    return thread != NULL;
}

/* True once the host thread of an unused entry is gone.  The kernel may have given its tid to a new
 * thread: if a guest runs under the tid, the former owner is gone as well. */
static bool has_ended(struct wali_thread *thread)
{
    if (thread->ending != 0 &&
        (KERNEL(tgkill, KERNEL(getpid), thread->ending, 0) != 0 || thread_list_has(thread->ending))) {
        thread->ending = 0;
    }
    return thread->ending == 0;
}

/* More than a thread has whose guest stack has Linux's usual size.  Thread-local data come on top. */
#define LARGE_GUEST_STACK (UINT64_C(16) << 20)

static bool is_large(uint64_t size)
{
    return size > native_stack_size_for(LARGE_GUEST_STACK);
}

/* Takes the first entry whose last thread is gone, of those whose stack has this size; NULL if there
 * is none. */
static struct wali_thread *take(enum unused_list which, uint64_t size)
{
    struct wali_thread **link = &unused[which];
    while (*link != NULL && ((*link)->stack.size != size || !has_ended(*link))) {
        link = &(*link)->next_unused;
    }
    struct wali_thread *thread = *link;
    if (thread != NULL) {
        *link = thread->next_unused;
    }
    return thread;
}

static void put(enum unused_list which, struct wali_thread *thread)
{
    thread->next_unused = unused[which];
    unused[which] = thread;
}

static struct wali_thread *take_unused(uint64_t size)
{
    struct wali_thread *thread = take(is_large(size) ? LARGE : USUAL, size);
    return thread != NULL ? thread : take(BARE, 0);
}

/* Takes the stack of an unused entry that is to be unmapped: each large one, and a usual one beyond
 * ENOUGH_STACKS.  The result is no stack if there is none. */
static struct native_stack take_surplus_stack(void)
{
    struct wali_thread **link = &unused[LARGE];
    while (*link != NULL && !has_ended(*link)) {
        link = &(*link)->next_unused;
    }
    if (*link == NULL) {
        link = &unused[USUAL];
        for (int kept = 0; *link != NULL && (kept < ENOUGH_STACKS || !has_ended(*link)); kept++) {
            link = &(*link)->next_unused;
        }
    }
    struct wali_thread *thread = *link;
    if (thread == NULL) {
        return (struct native_stack){NULL, 0};
    }
    const struct native_stack stack = thread->stack;
    *link = thread->next_unused;
    thread->stack = (struct native_stack){NULL, 0};
    put(BARE, thread);
    return stack;
}

struct wali_thread *thread_new(uint64_t stack_size)
{
    fork_lock_acquire(&thread_list_lock);
    struct wali_thread *thread = take_unused(stack_size);
    fork_lock_release(&thread_list_lock);
    if (thread != NULL) {
        const size_t kept = offsetof(struct wali_thread, signals);
        memset((char *)thread + kept, 0, sizeof *thread - kept);
        return thread;
    }
    thread = calloc(1, sizeof *thread);
    if (thread != NULL) {
        fork_lock_acquire(&thread_list_lock);
        put_in_front(thread);
        fork_lock_release(&thread_list_lock);
    }
    return thread;
}

void thread_delete(struct wali_thread *thread)
{
    fork_lock_acquire(&thread_list_lock);
    struct native_stack surplus = take_surplus_stack();
    put(thread->stack.low == NULL ? BARE : is_large(thread->stack.size) ? LARGE : USUAL, thread);
    fork_lock_release(&thread_list_lock);
    native_stack_unmap(&surplus);
}

/* Naps of 20 us, a second in total: for a thread that the kernel does not end. */
#define MOST_NAPS 50000

FORK_TEXT void thread_list_await_ends(void)
{
    static const struct timespec nap = {.tv_nsec = 20000};
    int naps = 0;
    for (int i = 0; i < LISTS; i++) {
        for (struct wali_thread *thread = unused[i]; thread != NULL; thread = thread->next_unused) {
            while (thread->ending != 0 && !has_ended(thread) && naps++ < MOST_NAPS) {
                KERNEL(clock_nanosleep, CLOCK_MONOTONIC, 0, &nap, NULL);
            }
        }
    }
}

#define KICK_CODE (-0x57414c)

bool thread_kick(struct wali_thread *thread)
{
    const siginfo_t info = {.si_signo = SIGSEGV, .si_code = KICK_CODE};
    const int32_t tid = __atomic_load_n(&thread->tid, __ATOMIC_RELAXED);
    __atomic_store_n(&thread->kicked, true, __ATOMIC_SEQ_CST);
    return KERNEL(rt_tgsigqueueinfo, KERNEL(getpid), tid, SIGSEGV, &info) == 0;
}

/* Above RLIMIT_SIGPENDING the kernel delivers a signal without its siginfo: as SI_USER, with pid
 * and uid 0.  `kicked` tells such a kick from a signal that another process sent. */
bool thread_is_kick(struct wali_thread *self, const siginfo_t *info)
{
    const bool kicked = self == NULL || __atomic_exchange_n(&self->kicked, false, __ATOMIC_SEQ_CST);
    const bool says_nothing = info->si_code == SI_USER && info->si_pid == 0 && info->si_uid == 0;
    return info->si_signo == SIGSEGV && (info->si_code == KICK_CODE || (kicked && says_nothing));
}

FORK_TEXT void thread_list_fork_child(struct wali_thread *self)
{
    for (struct wali_thread *thread = first; thread != NULL; thread = thread->next) {
        thread->tid = thread->ending = 0;
    }
    self->tid = (int32_t)KERNEL(gettid);
}
