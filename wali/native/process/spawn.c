#define _GNU_SOURCE
#include "wali/native/process/spawn.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/fork_lock.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/base/sigset.h"
#include "wali/native/engine/engine.h"
#include "wali/native/engine/internals/vm_function.h"
#include "wali/native/process/exit.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/mask.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* From the thread that spawns to the one that starts, which frees it.  Neither
 * waits for the other to run, but the host's thread may not be gone before the
 * former has let go of its handle. */
struct start {
    struct wali_thread *thread;
    wasmtime_func_t function;
    int32_t argument;
    sigmask_t mask;
    _Atomic uint32_t hold;
};

enum { LET_GO, HELD, AWAITED };

static void let_go(struct start *start)
{
    if (atomic_exchange(&start->hold, LET_GO) == AWAITED) {
        KERNEL(futex, &start->hold, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
}

static void await_let_go(struct start *start)
{
    uint32_t seen = HELD;
    atomic_compare_exchange_strong(&start->hold, &seen, AWAITED);
    while (atomic_load(&start->hold) == AWAITED) {
        KERNEL(futex, &start->hold, FUTEX_WAIT_PRIVATE, AWAITED, NULL, NULL, 0);
    }
}

/* The function that the guest's libc gives for new threads: (i32, i32) -> (). */
static bool find_start(struct wali_thread *thread, uint32_t index, wasmtime_func_t *function)
{
    static const struct function_shape shape = {2, 2, 0};
    if (!thread_function(thread, index, function) || !guest_function_fits(thread, function, &shape)) {
        return false;
    }
    thread->engine.vm_store = vm_store_of(thread->engine.context, function);
    return true;
}

static void *thread_main(void *given)
{
    struct start *start = given;
    const int32_t tid = (int32_t)KERNEL(gettid);
    wasmtime_val_raw_t args[2] = {{.i64 = tid}, {.i64 = start->argument}};
    wali_self = start->thread;
    __atomic_store_n(&wali_self->tid, tid, __ATOMIC_SEQ_CST);
    stop_threads_obey(wali_self); /* until now nobody could tell it to */
    thread_name_alternate_stack();
    guest_mask_set(start->thread, start->mask);
    guest_call(start->thread, &start->function, args, 2);
    const bool is_first =
        start->thread->tid == KERNEL(getpid); /* of a process that was forked from a thread */
    thread_end(start->thread);
    if (is_first) {
        KERNEL(exit, 0);
    }
    await_let_go(start);
    free(start);
    return NULL;
}

/* The kernel's way to name the clock of a thread (clock_getcpuclockid(3)) has its
 * id in it; libc has no other way to tell before the thread has run. */
static int32_t tid_of(pthread_t handle)
{
    clockid_t clock;
    if (pthread_getcpuclockid(handle, &clock) != 0) {
        guest_abort("a thread without an id");
    }
    return ~(clock >> 3);
}

static int64_t launch(struct start *start)
{
    pthread_t handle;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, start->thread->stack, native_stack_size());
    const int failed = pthread_create(&handle, &attributes, thread_main, start);
    pthread_attr_destroy(&attributes);
    if (failed != 0) {
        return -failed;
    }
    const int32_t tid = tid_of(handle);
    pthread_detach(handle);
    let_go(start);
    return tid;
}

/* glibc, when it first makes a thread, installs a handler of its own for a signal,
 * which it needs for setuid(3) of the host's, and opens the mask for it.  The signal
 * is the guest's, as all are, so libc is brought to that beforehand: by a thread that
 * cannot be made. */
#define LIBC_SIGNAL 33
#define IMPOSSIBLE_STACK ((size_t)1 << 62)

static void *nothing(void *unused)
{
    return unused;
}

static void settle_libc(void)
{
    static bool is_settled; /* under the lock */
    struct kernel_sigaction action = {0};
    pthread_attr_t attributes;
    pthread_t none;
    if (is_settled) {
        return;
    }
    is_settled = true;
    KERNEL(rt_sigaction, LIBC_SIGNAL, NULL, &action, SIGMASK_SIZE);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, IMPOSSIBLE_STACK);
    pthread_create(&none, &attributes, nothing, NULL);
    pthread_attr_destroy(&attributes);
    KERNEL(rt_sigaction, LIBC_SIGNAL, &action, NULL, SIGMASK_SIZE);
    signal_mask_set(~UINT64_C(0));
}

static struct wali_thread *make_thread(void)
{
    struct wali_thread *thread = thread_new();
    if (thread == NULL) {
        return NULL;
    }
    if (thread->stack == NULL && (thread->stack = native_stack_map()) == NULL) {
        thread_delete(thread);
        return NULL;
    }
    thread_store_new(thread);
    thread_instantiate(thread);
    return thread;
}

/* With all signals blocked: the new thread must know itself before one finds it,
 * and this one must not run a handler on half a thread. */
static int64_t spawn(struct wali_thread *self, uint32_t function, int32_t argument, sigmask_t mask)
{
    settle_libc();
    struct start *start = malloc(sizeof *start);
    struct wali_thread *thread = make_thread();
    int64_t result = -EAGAIN;
    if (start != NULL && thread != NULL) {
        thread->signals.blocked_sync = mask & SYNC_SIGNALS;
        thread->signals.alternate.ss_flags = SS_DISABLE;
        *start = (struct start){.thread = thread, .argument = argument, .mask = mask, .hold = HELD};
        threads_count_up();
        seccomp_thread_begin(self, thread);
        result = find_start(thread, function, &start->function) ? launch(start) : -EINVAL;
        if (result < 0) {
            seccomp_thread_end(thread);
            threads_count_down();
        }
    }
    if (result < 0) {
        if (thread != NULL) {
            thread_destroy(thread);
            thread_delete(thread);
        }
        free(start);
    }
    return result;
}

int64_t thread_spawn(struct wali_thread *self, uint32_t function, int32_t argument)
{
    const sigmask_t mask = guest_mask_close(self);
    fork_lock_hold(&threads_lock);
    const int64_t result = spawn(self, function, argument, mask);
    fork_lock_release(&threads_lock);
    guest_mask_set(self, mask);
    return result;
}
